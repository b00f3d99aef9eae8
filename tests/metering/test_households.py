"""A citizen's whole way: letter, number and PIN, consent, the page that answers, withdrawal.

What was stored is looked up in the store; strangers, former and new holders are tried at every door.
"""

from datetime import timedelta
from kaarst.core.account import store as account
from kaarst.metering.dashboards import sources
from kaarst.metering.households import wording
from kaarst.metering.households.account import month_before
from kaarst.metering.live import tokens
from kaarst.metering.live.values import withdrawn
from kaarst.metering.rollup.calendar import day_date
from kaarst.metering.rollup.calendar import day_number
from kaarst.metering.rollup.calendar import day_of
from kaarst.metering.rollup.calendar import day_start
from kaarst.metering.rollup.calendar import HOUR
from kaarst.metering.store import claims
from kaarst.metering.store import consents
from kaarst.metering.store import edges
from kaarst.metering.store import registers
from kaarst.metering.store import rows
from kaarst.metering.store.batch import IMPORTED
from kaarst.metering.units import MICRO
from plone import api
from plone.app.testing import TEST_USER_NAME
from tests.doors import doors
from tests.doors import of_the_city
from tests.doors import WELL_KNOWN
from tests.metering.flat import DAYS
from tests.metering.flat import KEY
from tests.metering.flat import OPEN
from tests.metering.flat import OWN
from tests.metering.flat import SHUT
from tests.metering.flat import text
from tests.metering.flat import Town

import html
import pytest
import re
import transaction


@pytest.fixture
def town(functional_portal, site_store):
    return Town(functional_portal, site_store)


def test_a_citizen_claims_a_meter_sees_cost_and_withdraws(town):
    staff, erika, otto = town.session("staff"), town.session("erika"), town.session("otto")
    assert town.doors(erika) == SHUT
    number, pin = town.letter(staff, town.moved)
    listed = staff.get(town.url(f"energie/wohnung/{KEY}/letters")).text
    assert number in listed and pin not in listed
    with town.store.reading() as connection:
        [claim] = claims.of_meter(connection, KEY)
    assert claim.since == day_start(day_number(town.moved))
    assert claim.sealed.startswith("hmac-sha256$") and pin not in claim.sealed

    # A wrong PIN and an unknown number are told apart by nobody.
    for wrong in (
        {"number": number, "pin": "0000 0000"},
        {"number": "ZAE-0000-0000-0", "pin": pin},
    ):
        assert town.post(erika, "my-meters", step="claim", **wrong).status_code in (400, 404)
    read = town.post(erika, "my-meters", step="claim", number=number.lower(), pin=pin)
    assert "withdraw this consent at any time" in text(read) and 'id="agree"' in read.text
    assert "checked" not in read.text
    assert town.doors(erika) == SHUT
    agree = {"step": "agree", "number": number, "wording": wording.CURRENT}
    unticked = town.post(erika, "my-meters", **agree)
    assert unticked.status_code == 400 and 'id="agree-error"' in unticked.text
    assert town.held("erika") == []
    page = town.post(erika, "my-meters", **agree, agree="1")
    assert page.url.endswith(f"/my-meter?meter={KEY}")
    [held] = town.held("erika")
    assert (held.meter, held.number, held.own_use.wording) == (KEY, number, wording.CURRENT)
    assert held.own_use.proof == "letter" and held.own_use.claim == claim.id

    # The page answers, and nothing on it is of whoever lived there before.
    assert page.headers["Cache-Control"] == "no-store"
    assert "kWh" in page.text and "Ring 4711" in page.text
    assert re.search(r'class="k-answer-cost"\s*>\s*€?[\d.,]+', page.text), text(page)
    assert town.doors(erika) == OPEN and town.doors(otto) == SHUT
    first = town.today - timedelta(DAYS)
    answer = town.json(
        erika, "@my-meter-readings", meter=KEY, resolution="day", **{"from": first.isoformat()}
    ).json()
    used = [one for one in answer["items"] if one["consumption"] is not None]
    known = [one["consumption"] for one in used]
    assert all(abs(one["cost"] - 0.4 * one["consumption"]) < 1e-6 for one in used)
    assert known and max(known) <= 25 * OWN / 1000
    assert used[0]["start"][:10] == town.moved.isoformat()

    permit = town.json(erika, "@my-meter-live", meter=KEY).json()
    assert [one["meter"] for one in permit["items"]] == [KEY]
    token = tokens.read(tokens.key(town.store), permit["token"])
    assert (token.meters, token.consents) == ({KEY}, {held.own_use.id})

    # Nobody else can use the letter, and the account finds it by itself.
    other = town.post(otto, "my-meters", step="claim", number=number, pin=pin)
    assert other.status_code == 400 and "another account" in text(other)
    sections = town.json(erika, "@account").json()["sections"]
    [entry] = next(one for one in sections if one["id"] == "kaarst.metering.meters")["items"]
    assert (entry["number"], entry["todo"]) == (number, "")

    # Withdrawn: asked once more, then with effect at every door, and the readings of her time are gone.
    question = town.post(erika, "my-meters", step="withdraw", meter=KEY)
    assert 'name="sure"' in question.text and town.doors(erika) == OPEN
    assert "deleted at once" in text(question) and "for billing" not in text(question)
    href = re.search(r'href="([^"]+my-meter\.csv[^"]+)"', question.text).group(1)
    assert erika.get(html.unescape(href)).text.count("kWh") > 0
    before, own = town.stored()
    assert before and own
    done = town.post(erika, "my-meters", step="withdraw", meter=KEY, sure="1")
    assert "consent is withdrawn" in text(done)
    assert town.held("erika") == [] and town.doors(erika) == SHUT
    with town.store.reading() as connection:
        assert withdrawn(connection, token.consents) == token.consents
        [evidence] = consents.of_person(connection, "erika")
    assert evidence.withdrawn_at and evidence.wording == wording.CURRENT
    assert town.stored() == (before, 0)
    assert "Nothing is stored since" in text(staff.get(town.url(f"energie/wohnung/{KEY}/letters")))


def test_where_the_town_bills_it_says_so_and_keeps_the_readings(town):
    staff, erika = town.session("staff"), town.session("erika")
    path = f"energie/wohnung/{KEY}/letters"
    wrong = town.post(staff, path, step="store", basis="supply", months="1000")
    assert wrong.status_code == 400 and 'id="months-error"' in wrong.text
    assert town.post(staff, path, step="store", basis="supply", months="24").status_code == 200
    number, pin = town.letter(staff, town.moved)
    read = town.post(erika, "my-meters", step="claim", number=number, pin=pin)
    assert "after 24 months" in text(read)
    agree = {"step": "agree", "number": number, "wording": wording.CURRENT, "agree": "1"}
    town.post(erika, "my-meters", **agree)
    [item] = town.json(erika, "@my-meters").json()["items"]
    assert (item["stored_for"], item["kept_months"]) == ("supply", 24)
    before = town.stored()
    question = town.post(erika, "my-meters", step="withdraw", meter=KEY)
    assert "after 24 months" in text(question) and "my-meter.csv" not in question.text
    assert town.send(erika, "@my-meters-withdraw", meter=KEY).status_code == 200
    assert town.doors(erika) == SHUT and town.stored() == before
    # The town does not supply after all: then nobody agrees, and nothing stays.
    town.post(staff, path, step="store", basis="consent", months="")
    assert town.stored() == (before[0], 0)
    from kaarst.metering.households.keeping import ForgetConsents

    town.post(staff, path, step="store", basis="supply", months="1")
    ForgetConsents().run(town.portal)
    assert 0 < town.stored()[0] < before[0]


def test_the_account_says_what_the_last_month_took(town):
    """A figure for who has held the meter all that month; none for who moved in during it."""
    staff, erika = town.session("staff"), town.session("erika")
    start, _end = month_before(town.now)
    with town.store.writing() as connection:
        [register] = registers.registers(connection, meter=KEY)
        hours, found = {}, []
        # Also of a month that began before the other readings.
        for moment in range(start - HOUR, town.now // HOUR * HOUR - DAYS * 24 * HOUR, HOUR):
            found.append((register.id, moment, 6 * MICRO, moment, IMPORTED))
            edges.merge_reading(hours, (register.id, moment // HOUR), moment, 6 * MICRO)
        rows.insert_readings(connection, found)
        edges.merge(connection, hours)

    def item(since):
        number, pin = town.letter(staff, since, whose="new")
        body = {"number": number, "pin": pin, "agree": True, "wording": wording.CURRENT}
        assert town.send(erika, "@my-meters-claim", **body).status_code in (200, 201)
        account = town.json(erika, "@account").json()
        assert "Ring 4711" in account["consents"][-1]["title"]
        sections = {one["id"]: one["items"] for one in account["sections"]}
        items = sections["kaarst.metering.meters"]
        return next(one for one in items if one["number"] == number)

    month = day_date(day_of(start))
    note = item(month - timedelta(1))["note"]
    assert "kWh" in note and str(month.year) in note, note
    assert item(month + timedelta(3))["note"] == ""


def test_former_and_new_holder(town):
    staff, erika, otto = town.session("staff"), town.session("erika"), town.session("otto")
    number, pin = town.letter(staff, town.moved - timedelta(10))
    claim = {"number": number, "pin": pin, "agree": True, "wording": wording.CURRENT}
    assert town.send(erika, "@my-meters-claim", **{**claim, "agree": False}).status_code == 400
    assert town.send(erika, "@my-meters-claim", **{**claim, "wording": "1"}).status_code == 400
    assert town.send(erika, "@my-meters-claim", **{**claim, "pin": "1"}).status_code == 404
    assert town.send(town.session(), "@my-meters-claim", **claim).status_code == 401
    assert town.send(erika, "@my-meters-claim", **claim).status_code == 201
    assert town.send(otto, "@my-meters-claim", **claim).status_code == 409
    for nonsense in ("\0", "x" * 500, "\ud83d", "", "flat\n"):
        assert (
            town.json(
                erika, "@my-meter-readings", meter=nonsense.encode("utf-8", "surrogatepass")
            ).status_code
            == 404
        )
        asked = town.send(erika, "@my-meters-withdraw", meter=nonsense)
        assert asked.status_code in (400, 404), (nonsense, asked.text)
    assert town.doors(erika) == OPEN

    # The house cannot become public while somebody holds its meter.
    publish = {"workflow_action": "publish"}
    path = "energie/wohnung/content_status_modify"
    staff.post(town.url(path), data=publish)
    transaction.begin()
    assert api.content.get_state(town.page["wohnung"]) == "private"

    second, pin = town.letter(staff, town.moved, whose="new")
    assert town.doors(erika) == SHUT
    assert town.send(erika, "@my-meters-claim", **claim).status_code == 404
    claim = {**claim, "number": second, "pin": pin}
    assert town.send(otto, "@my-meters-claim", **claim).status_code == 201
    assert (town.doors(erika), town.doors(otto)) == (SHUT, OPEN)
    answer = town.json(
        otto, "@my-meter-readings", meter=KEY, resolution="day",
        **{"from": (town.today - timedelta(DAYS)).isoformat()},
    ).json()  # fmt: skip
    known = [one for one in answer["items"] if one["consumption"] is not None]
    assert known[0]["start"][:10] == town.moved.isoformat()

    # Who asks for what is kept finds it; then the flat stands empty.
    from kaarst.core.personal.person import Person
    from kaarst.metering.households.keeping import Holders

    transaction.begin()
    [finding] = Holders().find(town.portal, Person(email="otto@example.org"))
    data, _files = Holders().export(town.portal, finding.id)
    assert (data["meter"], data["letter"], data["withdrawn"]) == (KEY, second, None)
    assert [one.id for one in Holders().find(town.portal, Person(number=second))] == [finding.id]
    town.post(staff, f"energie/wohnung/{KEY}/letters", step="end", until=town.today.isoformat())
    assert town.doors(otto) == SHUT
    [finding] = Holders().find(town.portal, Person(number=second))
    assert finding.hold is not None
    transaction.begin()
    assert second in account.numbers("otto")


JSON = {"Accept": "application/json", "Content-Type": "application/json"}
#: Where the town speaks of its meters in general.
TOWN_WIDE = (
    *("@search?SearchableText=Strom", "@search?portal_type=Meter&fullobjects=1", "@navigation"),
    *("@energy", "energie", "energie/@live", "energie/@readings", "energie/energy.csv"),
    *("energie/energy.jsonld", "sitemap.xml.gz", "@@search?SearchableText=Strom", "@dead-letters"),
)


def test_nobody_sees_anothers_meter_by_any_door(town):
    """Every view and service of meter, house and site, asked by a visitor and by another citizen."""
    staff, erika = town.session("staff"), town.session("erika")
    number, pin = town.letter(staff, town.moved)
    claim = {"number": number, "pin": pin, "agree": True, "wording": wording.CURRENT}
    assert town.send(erika, "@my-meters-claim", **claim).status_code == 201
    newest = town.json(erika, "@my-meter-live", meter=KEY).json()["items"][0]["counter"]
    secrets = ("4712", "4711", number, "hmac-sha256$", f"{newest:g}", str(newest))
    seen = "".join(
        staff.get(town.url(f"energie/wohnung/{KEY}/{one}")).text for one in ("", "letters")
    )
    assert number in seen and "4711" in staff.get(town.url("energie/wohnung")).text
    transaction.begin()
    # Nor is it a part of the town's sums and alerts, not even for those who run the meters.
    with api.env.adopt_user(TEST_USER_NAME):
        assert sources.meters(town.page) == [] and len(sources.meters(town.page["wohnung"])) == 1
    ours = of_the_city()
    at_the_meter = doors(town.meter) + [
        (method, f"../{name}") for method, name in doors(town.page["wohnung"])
    ]
    at_the_site = [(m, n) for m, n in doors(town.portal) if "meter" in n or "readings" in n]
    assert len(at_the_meter) > 150 and ("GET", "@my-meter-readings") in at_the_site
    for login in (None, "otto"):
        session = town.session(login)
        for base, found in ((f"energie/wohnung/{KEY}/", at_the_meter), ("", at_the_site)):
            for method, name in found:
                if name.removeprefix("../") not in ours and name not in WELL_KNOWN:
                    continue
                is_service = "@" in name or method != "GET"
                answer = session.request(
                    method, town.url(base + name), params={"meter": KEY}, allow_redirects=False,
                    headers=JSON if is_service else {}, timeout=60,
                    json={"meter": KEY, "number": number} if is_service else None,
                )  # fmt: skip
                assert answer.status_code < 500, (login, method, base, name)
                for secret in secrets:
                    assert secret not in answer.text, (login, method, base, name, secret)
                if base and name in ours:
                    assert answer.status_code != 200, (login, method, name)
        for path in TOWN_WIDE:
            answer = session.get(
                town.url(path), headers=JSON if "@" in path[:2] or "/@" in path else {}
            )
            assert answer.status_code < 500 and KEY not in answer.text, (login, path)
    # What was tried has changed nothing, and a token says only what its bearer may see.
    assert [one.meter for one in town.held("erika")] == [KEY] and town.held("otto") == []
    permit = town.json(town.session(), "energie/@live").json()
    assert KEY not in tokens.read(tokens.key(town.store), permit["token"]).meters
