"""Who acts for somebody waits and takes part in draws in that one's name, as with appointments."""

from kaarst.appointments.bookings import details
from kaarst.appointments.bookings import office
from kaarst.appointments.drawing import lots
from kaarst.appointments.jobs.lots import DrawLots
from kaarst.core.acting import chosen
from tests.appointments import town as termine
from tests.policy.test_acting import Citizen
from tests.policy.test_acting import town  # noqa: F401
from tests.policy.test_acting_seeing import flat
from tests.policy.test_acting_seeing import given

import re
import transaction


def post(who, desk, endpoint, **data):
    return who.http.post(f"{desk.absolute_url()}/{endpoint}", json=data, headers=who.town.json)


def noted(number):
    """The line of an appointment's history that says who acted for whom."""
    transaction.begin()
    booking = office.sealed(number)[0]
    return [one.detail for one in booking.history if one.action == office.FOR_ANOTHER]


def test_a_wish_and_a_ticket_say_who_has_sent_them_for_whom(town):  # noqa: F811
    anna, bernd = (
        Citizen(town, f"bundid-{one}", f"{one.title()} Muster") for one in ("anna", "bernd")
    )
    desk = termine.make(town.portal, counters=1, horizon=20)
    transaction.commit()
    id = given(anna, bernd)
    bernd.press("begin", id=id)
    start = termine.at(termine.next_weekday(), "09:00")
    time = {"services": ["reisepass"], "start": details.iso(start), "name": "Anna Muster"}
    until = details.iso(start)[:10]
    booked = post(anna, desk, "@bookings", **time).json()
    person = {"services": ["reisepass"], "name": "Anna Muster", "email": "anna@example.org"}
    wanted = {**person, "until": until}
    for wrong in (None, "another"):
        refused = post(bernd, desk, "@wishes", acting=wrong, **wanted)
        assert refused.status_code == 409 and refused.json()["acting"] == id
    asked = post(bernd, desk, "@wishes", acting=id, **wanted).json()
    assert asked["number"] in anna.numbers & bernd.numbers

    # A page that was open since before says in whose name, and keeps what was typed.
    query = f"desk={desk.getId()}&service=reisepass"
    assert f'value="{id}"' in bernd.page(f"termine/wish?{query}")
    typed = {"name": "Noch da", "email": "b@example.org", "until": until, "part": "any"}
    typed |= {"desk": desk.getId(), "service": "reisepass", "send": "1", "acting_for": "self"}
    typed["_authenticator"] = bernd.authenticator()
    page = bernd.http.post(f"{bernd.url}/termine/wish", data=typed)
    assert page.status_code == 409 and "Für Anna Muster senden" in flat(page.text)
    assert (
        'value="Noch da"' in page.text and "Auf eine frühere Zeit warten</button>" not in page.text
    )
    before = bernd.numbers
    page = bernd.http.post(f"{bernd.url}/termine/wish", data={**typed, "acting_instead": "self"})
    assert page.status_code == 200 and len(bernd.numbers - before - anna.numbers) == 1

    mine = {name: booked[name] for name in ("number", "pin")}
    assert anna.rest("booking-cancel", **mine).status_code == 200
    offered = {name: asked[name] for name in ("number", "pin")}
    assert bernd.rest("wish-accept", **offered).json()["number"] == asked["number"]
    [line] = noted(asked["number"])
    assert line.startswith("Bernd Muster → Anna Muster (")

    desk.ahead, desk.release_draw, desk.draw_time = 0, True, "18:00"
    DrawLots().run(town.portal)
    transaction.commit()
    draw = lots.open_draws(desk)[0]
    assert (
        post(bernd, desk, "@draw-entries", draw=draw.id, acting=None, **person).status_code == 409
    )
    page = bernd.page(f"termine/draw?{query}")
    assert re.search(rf'name="acting_for"[^>]*value="{id}"', page)
    typed |= {"draw": draw.id, "email": "c@example.org"}
    page = bernd.http.post(f"{bernd.url}/termine/draw", data=typed)
    assert page.status_code == 409 and 'value="Noch da"' in page.text
    page = bernd.http.post(f"{bernd.url}/termine/draw", data={**typed, "acting_instead": id})
    number = re.search(r'id="receipt-number"\s*>([^<]+)<', page.text).group(1)
    assert page.status_code == 200 and number in anna.numbers & bernd.numbers
    transaction.begin()
    lots.draw_due(desk, town.portal, now=draw.closes + 600)
    transaction.commit()
    assert noted(number) == [line]
    assert bernd.press("stop").ok
    chosen.purge()
