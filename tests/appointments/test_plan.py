"""From an editor's forms to what can be booked."""

from datetime import date
from kaarst.appointments.bookings import office
from kaarst.appointments.desks import plan as plans
from kaarst.appointments.desks import week
from kaarst.appointments.desks.plan import plan_of
from kaarst.appointments.engine import raster
from plone import api
from tests.appointments import town

import pytest
import time_machine
import transaction


NOW = "2026-11-16T06:00:00+00:00"
MONDAY = date(2026, 11, 23)


@pytest.fixture
def desk(portal):
    return town.make(portal)


def hours(plan, day, resource=None):
    cells = plan.open_cells(resource, day) if resource else plan.hours.open_cells(day)
    return [
        (f"{raster.local(start):%H:%M}", f"{raster.local(end):%H:%M}")
        for start, end in week._day(day, cells).spans
    ]


def test_a_desk_becomes_a_plan(desk):
    plan = plan_of(desk)
    assert [one.id for one in plan.offerings] == ["personalausweis", "reisepass", "eheschliessung"]
    assert [one.kind for one in plan.resources] == ["counter", "counter"]
    assert hours(plan, MONDAY) == [("08:30", "12:00")]
    assert hours(plan, date(2026, 11, 22)) == []
    request = plan.request(["personalausweis", "reisepass", "reisepass"])
    assert request.seconds == (15 + 10 + 10) * 60


def test_skills_decide_which_counter_can_do_it(desk):
    plan = plan_of(desk)
    (need,) = plan.request(["eheschliessung"]).needs
    assert [one.meets(need) for one in plan.resources] == [True, False]


def test_holidays_close_the_desk(desk):
    plan = plan_of(desk)
    christmas = date(2026, 12, 25)
    assert hours(plan, christmas) == []
    assert plan.hours.closed_because(christmas)


def test_the_hours_of_the_place_are_those_of_the_desk(portal, desk):
    portal.buergerbuero.hours_monday = "14:00–16:00"
    desk.hours_of_place = True
    assert hours(plan_of(desk), MONDAY) == [("14:00", "16:00")]


def test_recurring_breaks_and_further_hours(desk):
    with api.env.adopt_roles(["Manager"]):
        api.content.create(
            desk,
            "HoursRule",
            title="Frühstück",
            kind="break",
            times="10:00–10:15",
            first_day=date(2026, 11, 2),
            recurrence="RRULE:FREQ=WEEKLY;BYDAY=MO",
        )
        api.content.create(
            desk,
            "HoursRule",
            title="Jeder zweite Samstag",
            kind="open",
            times="09:00–11:00",
            first_day=date(2026, 11, 14),
            recurrence="RRULE:FREQ=WEEKLY;INTERVAL=2",
        )
        counter = desk["schalter-1"]
        api.content.create(
            counter,
            "HoursRule",
            title="Mittag",
            kind="break",
            times="11:00–11:30",
            first_day=date(2026, 11, 2),
            recurrence="RRULE:FREQ=DAILY",
        )
    plan = plan_of(desk)
    assert hours(plan, MONDAY) == [("08:30", "10:00"), ("10:15", "12:00")]
    assert hours(plan, date(2026, 11, 28)) == [("09:00", "11:00")]
    assert hours(plan, date(2026, 11, 21)) == []
    assert hours(plan, date(2026, 11, 24), plan.resources[0]) == [
        ("08:30", "11:00"),
        ("11:30", "12:00"),
    ]
    assert hours(plan, date(2026, 11, 24), plan.resources[1]) == [("08:30", "12:00")]


def test_what_cannot_be_read_counts_as_closed(desk):
    desk.hours_monday = "whenever"
    with api.env.adopt_roles(["Manager"]):
        rule = api.content.create(
            desk, "HoursRule", title="X", kind="open", times="09:00–11:00", first_day=MONDAY
        )
    rule.recurrence = "RRULE:FREQ=SECONDLY"
    assert hours(plan_of(desk), MONDAY) == []


@time_machine.travel(NOW, tick=False)
def test_half_of_a_day_is_held_back_until_its_morning(desk):
    all_of_it = len(_times(desk, MONDAY))
    desk.ahead = 50
    ahead = len(_times(desk, MONDAY))
    assert 0 < ahead < all_of_it
    with time_machine.travel("2026-11-23T06:31:00+00:00", tick=False):
        assert len(_times(desk, MONDAY)) == all_of_it


def _times(desk, day):
    engine = office.engine(desk)
    # Both counters count: a start at one of them is only one at the other's hour.
    found = set()
    for name in [one.id for one in engine.plan.resources]:
        search = engine.search(only=[name])
        found |= {(name, one) for one in search.instants(engine.plan.request(["reisepass"]), day)}
    return found


def test_a_plan_is_kept_until_something_changes(functional_portal):
    desk = town.make(functional_portal)
    transaction.commit()
    first = plan_of(desk)
    assert plan_of(desk) is first
    desk["reisepass"].minutes = 45
    changed = plan_of(desk)
    assert changed.offering("reisepass").minutes == 45
    transaction.commit()
    assert plan_of(desk).offering("reisepass").minutes == 45
    with api.env.adopt_roles(["Manager"]):
        api.content.delete(desk["schalter-2"])
    transaction.commit()
    assert len(plan_of(desk).resources) == 1
    assert plans._kept
