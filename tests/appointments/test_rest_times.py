"""What a booking app needs besides: every desk at once, holds, rules, and times that are true."""

from datetime import datetime
from datetime import timedelta
from datetime import UTC
from icalendar import Calendar
from kaarst.appointments.bookings import store
from kaarst.appointments.engine.audit import audit
from kaarst.appointments.engine.records import Hold
from plone import api
from tests.appointments import town
from tests.appointments.described import Described

import pytest
import time
import time_machine
import transaction


WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
ALWAYS = {
    **{f"hours_{day}": "00:00–24:00" for day in WEEK},
    "hours_closed_on_holidays": False,
}


@pytest.fixture
def app(functional_portal, monkeypatch):
    monkeypatch.setenv("KAARST_RATE_FACTOR", "1000")
    functional_portal.manage_permission("plone.restapi: Use REST API", ["Anonymous"], acquire=1)
    transaction.commit()
    return Described(functional_portal)


def fields(answer):
    assert answer.status_code == 400, answer.text
    return [error["field"] for error in answer.json()["errors"]]


@pytest.mark.usefixtures("noon")
def test_all_desks_at_once_and_what_is_held(app, functional_portal):
    site = functional_portal
    first = town.make(site, counters=1, hours=ALWAYS, lead=600)
    second = town.make(site, counters=1, hours=ALWAYS, title="Rathaus", lead=60, ahead=50)
    with api.env.adopt_roles(["Manager"]):
        api.content.delete(second["eheschliessung"])
        second["personalausweis"].added = 15
    transaction.commit()

    # Two services in one appointment: where, how long, when first.
    both = ["personalausweis", "reisepass"]
    answer = app.call("GET", site, "@earliest", {"service": both})
    assert answer.headers["Cache-Control"] == "public, max-age=2"
    items = answer.json()["items"]
    assert [one["id"] for one in items] == [second.getId(), first.getId()]
    assert [one["minutes"] for one in items] == [30, 25]
    slots = [app.call("GET", desk, "@slots", {"service": both}).json() for desk in (second, first)]
    for item, found in zip(items, slots, strict=True):
        for name in ("minutes", "earliest", "next_release"):
            assert item[name] == found[name]
    assert items[1]["next_release"] is None
    release = datetime.fromisoformat(items[0]["next_release"])
    assert f"{release:%H:%M}" == "07:30" and release > datetime.now(UTC)
    (alone,) = app.call("GET", site, "@earliest", {"service": "eheschliessung"}).json()["items"]
    assert alone["id"] == first.getId()
    for wrong in ({}, {"service": "golf"}, {"service": ["golf", "reisepass"]}):
        assert fields(app.call("GET", site, "@earliest", wrong)) == ["service"]

    rules = {one["id"]: one["rules"] for one in app.call("GET", site, "@desks").json()["items"]}
    assert rules[first.getId()]["release"] is None
    assert rules[second.getId()]["ahead"] == 50
    assert rules[second.getId()]["release"] == {"days_before": 0, "time": "07:30", "of": "blocks"}

    # Moved to the other desk, where it takes longer, under the same number and PIN.
    data = {"services": both, "start": slots[1]["days"][1]["slots"][0], "name": "Erika"}
    booked = app.call("POST", first, "@bookings", data).json()
    mine = {"number": booked["number"], "pin": booked["pin"]}

    def move(start, name):
        return app.call("POST", site, "@booking-move", {**mine, "start": start, "desk": name})

    start = items[0]["earliest"]
    moved = move(start, second.getId()).json()
    assert (moved["place"]["title"], moved["start"]) == ("Rathaus", start)
    seen = app.call("POST", site, "@booking", mine).json()
    length = datetime.fromisoformat(seen["end"]) - datetime.fromisoformat(seen["start"])
    assert (seen["place"]["title"], length) == ("Rathaus", timedelta(minutes=30))
    assert (
        data["start"]
        in app.call("GET", first, "@slots", {"service": both}).json()["days"][1]["slots"]
    )
    assert move(start, second.getId()).json()["start"] == start
    assert fields(move(start, "nowhere")) == fields(move(start, 7)) == ["desk"]
    for name in ("personalausweis", "reisepass"):
        held = {"services": [name], "start": data["start"], "name": "Hans"}
        taken = app.call("POST", first, "@bookings", held)
    assert taken.status_code == 409
    refused = move(data["start"], first.getId())
    assert refused.status_code == 409 and len(refused.json()["alternatives"]) == 3
    assert app.call("POST", site, "@booking-cancel", mine).json()["state"] == "cancelled"

    # Kept, exchanged, kept longer, given back.
    def hold(**data):
        return app.call("POST", first, "@holds", {"services": ["reisepass"], **data})

    starts = app.call("GET", first, "@slots", {"service": "reisepass"}).json()["days"][1]["slots"]
    held = hold(start=starts[0]).json()
    other = hold(start=starts[3], hold=held["hold"])
    assert other.status_code == 201 and other.json()["hold"] != held["hold"]
    third = hold(start=starts[6])
    assert third.status_code == 201
    refused = hold(start=starts[6], hold=other.json()["hold"])
    assert refused.status_code == 409 and len(refused.json()["alternatives"]) == 3
    longer = hold(start=starts[3], hold=other.json()["hold"]).json()
    assert (longer["start"], longer["hold"] != other.json()["hold"]) == (starts[3], True)
    transaction.begin()
    assert len(list(store.existing(site).engine.records(Hold))) == 2
    assert fields(hold(start=starts[0], hold=7)) == ["hold"]

    def release_hold(desk, key):
        return app.call("POST", desk, "@hold-release", {"hold": key})

    # At another desk it is unknown.
    assert release_hold(second, longer["hold"]).json() == {"released": False}
    assert release_hold(first, longer["hold"]).json() == {"released": True}
    assert release_hold(first, longer["hold"]).json() == {"released": False}
    assert fields(app.call("POST", first, "@hold-release", {})) == ["hold"]
    gone = app.call("POST", first, "@bookings", {"hold": longer["hold"], "name": "Erika"})
    assert gone.json()["type"] == "Gone"
    assert (
        starts[3]
        in app.call("GET", first, "@slots", {"service": "reisepass"}).json()["days"][1]["slots"]
    )
    transaction.begin()
    assert audit(store.existing(site).engine, int(time.time())) == []


@pytest.mark.parametrize(
    ("day", "hours", "before", "after"),
    [("2027-03-28", 23, "+01:00", "+02:00"), ("2027-10-31", 25, "+02:00", "+01:00")],
)
def test_the_days_on_which_the_clocks_change(app, functional_portal, day, hours, before, after):
    noon = datetime.fromisoformat(f"{day}T12:00:00+00:00") - timedelta(days=5)
    with time_machine.travel(noon, tick=True):
        desk = town.make(functional_portal, counters=1, hours=ALWAYS, step=30)
        transaction.commit()
        query = {"service": "reisepass", "from": day, "to": day}
        (found,) = app.call("GET", desk, "@slots", query).json()["days"]
        starts = found["slots"]
        moments = [datetime.fromisoformat(one) for one in starts]
        # As many half hours as the day has, each once, none that no clock ever shows.
        assert len(starts) == len(set(starts)) == 2 * hours
        steps = {
            (two - one).total_seconds() for one, two in zip(moments, moments[1:], strict=False)
        }
        assert steps == {1800.0}
        assert starts[0] == f"{day}T00:00:00{before}" and starts[-1] == f"{day}T23:30:00{after}"
        half_past_two = [one for one in starts if "T02:30" in one]
        expected = [f"{day}T02:30:00{offset}" for offset in (before, after)] if hours == 25 else []
        assert half_past_two == expected

        def book(start):
            data = {"services": ["reisepass"], "start": start, "name": "Erika Mustermann"}
            return app.call("POST", desk, "@bookings", data)

        # The same clock twice is two appointments; one asked for in UTC is told with its offset.
        for start in half_past_two or [f"{day}T01:30:00{before}", f"{day}T03:00:00{after}"]:
            moment = datetime.fromisoformat(start)
            booked = book(moment.astimezone(UTC).isoformat().replace("+00:00", "Z"))
            assert booked.status_code == 201, booked.text
            assert booked.json()["start"] == start
            event = Calendar.from_ical(booked.json()["ics"]).walk("VEVENT")[0]
            assert event.decoded("dtstart") == moment
            assert event.decoded("dtend") - event.decoded("dtstart") == timedelta(minutes=15)
            assert book(start).status_code == 409
        for wrong in (
            f"{day}T09:00:00",
            f"{day}T25:00:00+01:00",
            f"{day} um neun",
            day,
            "",
            None,
            [],
        ):
            assert fields(book(wrong)) == ["start"]
        transaction.begin()
        assert audit(store.existing(functional_portal).engine, int(time.time())) == []
