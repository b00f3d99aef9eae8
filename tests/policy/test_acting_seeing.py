"""What who acts sees of another one's things, and in whose name a page is sent that was open meanwhile."""

from datetime import timedelta
from html import unescape
from kaarst.appointments.bookings import details
from kaarst.core.acting import chosen
from kaarst.core.acting import giving
from kaarst.core.audit import kinds
from tests.appointments import town as termine
from tests.core.signin.visitors import entries
from tests.policy.test_acting import Citizen
from tests.policy.test_acting import town  # noqa: F401
from tests.services.test_case_pages import files
from tests.services.test_case_pages import fill

import json
import re
import transaction


def given(giver, holder, **more):
    """The id of an authorisation that the holder has accepted."""
    last_day = (giving.today() + timedelta(days=30)).isoformat()
    code = giver.rest("authorisations", kind="person", last_day=last_day, **more).json()
    sent = {"number": code["number"], "pin": code["pin"]}
    assert holder.rest("authorisation-accept", accept=True, **sent).json()["sees"] == code["sees"]
    return code["id"]


def book(who, **data):
    desk = f"{who.town.portal.termine.objectValues()[0].absolute_url()}/@bookings"
    return who.http.post(desk, json=data, headers=who.town.json)


def sections(who):
    return who.http.get(f"{who.url}/@represented", headers=who.town.json).json()["sections"]


def opened(who, path):
    """What a page carries: its hidden fields."""
    page = who.http.get(f"{who.url}/{path}").text
    found = re.findall(r'<input\s[^>]*name="(\w+)"[^>]*type="hidden"[^>]*value="([^"]*)"', page)
    names = ("client_key", "form_version", "_authenticator", "acting_for")
    return {name: value for name, value in found if name in names}


def flat(page):
    return " ".join(unescape(page).split())


def sent(who, carried, **more):
    data = {**fill(), "send": "1", **carried, **more}
    answer = who.http.post(f"{who.url}/nachweis", data=data, files=files())
    transaction.begin()
    return answer.status_code, flat(answer.text)


def test_only_with_a_tick_and_every_look_is_noted(town):  # noqa: F811
    anna, bernd, clara = (
        Citizen(town, f"bundid-{name}", f"{name.title()} Muster")
        for name in ("anna", "bernd", "clara")
    )
    of_anna, of_clara = anna.send(), clara.send()
    wrong = anna.rest("authorisations", kind="person", last_day="2020-01-01", sees="yes")
    assert {one["field"] for one in wrong.json()["errors"]} == {"last_day", "sees"}
    blind, seeing = given(clara, bernd), given(anna, bernd, sees=True)
    assert bernd.rest("case", number=of_anna.number).status_code == 400
    bernd.press("begin", id=blind)
    assert sections(bernd) == [] and of_clara.number not in bernd.page("my-town")
    assert bernd.rest("case", number=of_clara.number).status_code == 400
    bernd.press("begin", id=seeing)
    page = bernd.page("my-town")
    assert "Vorgänge von Anna Muster" in flat(page) and "Das gehört nicht Ihnen" in page
    assert of_anna.number in page and of_clara.number not in page
    shown = [item["number"] for part in sections(bernd) for item in part["items"]]
    assert shown == [of_anna.number]
    case = {"number": of_anna.number}
    assert bernd.rest("case", **case).json()["number"] == of_anna.number
    looked = bernd.http.post(f"{bernd.url}/status", data=case)
    assert "weil die Person es Ihnen erlaubt" in looked.text and "case-withdraw" not in looked.text
    assert bernd.rest("case-message", text="Ich antworte.", **case).status_code == 201
    for refused in ("case-withdraw", "account-leave"):
        bernd.rest(refused, **case)
    assert bernd.http.post(f"{bernd.url}/case-withdraw", data=case).status_code == 404
    transaction.begin()
    kept = town.desk.case(of_anna.number)
    assert kept.state == "received" and kept.history[-1]["note"] == "Bernd Muster → Anna Muster"
    assert anna.numbers == {of_anna.number} and bernd.numbers == set()
    exported = bernd.rest("account-export").text
    assert of_anna.number not in exported
    # Who did not act sees nothing, and who is seen sees who looked.
    assert clara.rest("case", **case).status_code == 400 and sections(clara) == []
    readings = anna.http.get(f"{anna.url}/@account-readings", headers=town.json).json()["items"]
    assert {(one["acting"], one["number"]) for one in readings} == {
        ("Bernd Muster", of_anna.number)
    }
    assert "Bernd Muster" in anna.page("my-town")
    noted = [one for one in entries(kinds.READ) if one.subject == of_anna.number]
    assert {json.loads(one.detail)["page"] for one in noted} == {"acting-cases", "acting-case"}
    assert all(json.loads(one.detail)["authorisation"] == seeing for one in noted)
    assert clara.rest("authorisation-hide", id=seeing).status_code == 404
    assert anna.rest("authorisation-hide", id=seeing).json()["sees"] is False
    assert sections(bernd) == [] and bernd.rest("case", **case).status_code == 400
    history = anna.page("acting")
    assert "Handeln begonnen" in history and "werden nicht mehr gezeigt" in history
    assert bernd.press("stop").ok
    assert "Handeln beendet" in anna.page("acting")
    chosen.purge()


def test_what_ends_while_a_form_is_open_is_asked_about(town):  # noqa: F811
    anna, bernd = (
        Citizen(town, f"bundid-{name}", f"{name.title()} Muster") for name in ("anna", "bernd")
    )
    id = given(anna, bernd)
    own = opened(bernd, "nachweis")
    assert own["acting_for"] == "self"
    bernd.press("begin", id=id)
    carried = opened(bernd, "nachweis")
    assert carried["acting_for"] == id
    # Begun for oneself, and in another tab one acts now.
    status, page = sent(bernd, own, q_name="Eigener Name")
    assert status == 409 and "Sie haben das für sich selbst begonnen" in page
    assert "Für Anna Muster senden" in page and 'value="Eigener Name"' in page
    assert anna.numbers == bernd.numbers == set()
    status, _page = sent(bernd, own, acting_instead="self", q_name="Eigener Name")
    [number] = bernd.numbers
    assert status == 200 and town.desk.case(number).sent_for is None and anna.numbers == set()
    assert sent(bernd, own, acting_instead=id, q_name="Anna")[0] == 200
    [number] = anna.numbers
    assert town.desk.case(number).sent_for["by"] == "Bernd Muster"
    status_page = anna.http.post(f"{anna.url}/status", data={"number": number}).text
    assert "Gesendet von Bernd Muster für Anna Muster." in unescape(status_page)
    assert anna.rest("case", number=number).json()["sent_for"]["by"] == "Bernd Muster"
    assert anna.http.post(f"{anna.url}/receipt", data={"number": number}).content[:4] == b"%PDF"
    # It ends while the form is open.
    anna.rest("authorisation-end", id=id)
    status, page = sent(bernd, carried, q_name="Noch da")
    assert status == 409 and "Sie handeln nicht mehr für Anna Muster" in page
    assert "In meinem eigenen Namen senden" in page and 'value="Noch da"' in page
    assert 'name="send"' not in page and f'value="{id}"' in page
    assert len(anna.numbers) == 1 and len(bernd.numbers) == 2
    assert sent(bernd, carried, q_name="Noch da")[0] == 409
    assert sent(bernd, carried, acting_instead=id, q_name="Noch da")[0] == 409
    status, page = sent(bernd, carried, acting_instead="self", q_name="Bernd Muster")
    assert status == 200 and len(bernd.numbers) == 3 and len(anna.numbers) == 1
    # Appointments likewise, on the page and over REST.
    desk = termine.make(town.portal)
    transaction.commit()
    again = given(anna, bernd, sees=True)
    bernd.press("begin", id=again)
    day = termine.next_weekday()
    booking = {
        "services": ["reisepass"],
        "start": details.iso(termine.at(day, "09:00")),
        "name": "Anna Muster",
    }
    refused = book(bernd, acting=None, **booking)
    assert refused.status_code == 409 and refused.json()["acting"] == again
    made = book(bernd, acting=again, **booking)
    assert made.status_code == 201 and made.json()["number"] in anna.numbers
    booking["start"] = details.iso(termine.at(day, "10:00"))
    own = book(anna, **booking).json()
    seen = bernd.rest("booking", number=own["number"]).json()
    assert seen["number"] == own["number"] and seen["changeable"] is False
    shown = bernd.http.post(f"{bernd.url}/termine/my-appointment", data={"number": own["number"]})
    assert "weil die Person es Ihnen erlaubt" in shown.text and "cancel" not in shown.text
    assert bernd.rest("booking-cancel", number=own["number"]).status_code == 400
    posted = {"number": own["number"], "step": "cancel"}
    refused = bernd.http.post(f"{bernd.url}/termine/my-appointment", data=posted)
    assert refused.status_code == 404
    chosen_time = {
        "desk": desk.getId(),
        "service": "reisepass",
        "start": details.iso(termine.at(day, "11:00")),
        "acting_for": "self",
        "_authenticator": bernd.authenticator(),
    }
    page = bernd.http.post(f"{bernd.url}/termine/hold", data=chosen_time).text
    hold = re.search(r'name="hold"[^>]*value="([^"]+)"', page).group(1)
    asked = {**chosen_time, "hold": hold, "name": "Noch da"}
    page = bernd.http.post(f"{bernd.url}/termine/book", data=asked)
    assert page.status_code == 409 and "Für Anna Muster senden" in flat(page.text)
    assert 'value="Noch da"' in page.text
    before = bernd.numbers
    page = bernd.http.post(f"{bernd.url}/termine/book", data={**asked, "acting_instead": "self"})
    assert page.status_code == 200 and len(bernd.numbers - before) == 1
    assert not bernd.numbers - before & anna.numbers
    assert bernd.press("stop").ok
    chosen.purge()
