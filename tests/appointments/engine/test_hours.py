"""From an editor's rules to open cells."""

from datetime import date
from hypothesis import given
from hypothesis import strategies as st
from kaarst.appointments.engine import bits
from kaarst.appointments.engine import raster
from kaarst.appointments.engine.hours import Hours
from kaarst.appointments.engine.hours import Rule
from kaarst.appointments.engine.interfaces import IHours
from kaarst.appointments.engine.recurrence import Recurrence
from kaarst.core.opening_hours import parse_day
from kaarst.core.opening_hours import parse_exceptions
from kaarst.core.opening_hours import Schedule
from kaarst.core.opening_hours import Span
from zope.interface.verify import verifyObject

import pytest


START = date(2026, 1, 1)
MONDAY = date(2026, 6, 15)
THURSDAY = date(2026, 6, 18)
CORPUS_CHRISTI = date(2026, 6, 4)
FORWARD = date(2026, 3, 29)
BACK = date(2026, 10, 25)
NO_HOLIDAYS = Schedule(closed_on_holidays=False)


def rule(recurrence, times):
    return Rule(Recurrence(START, recurrence), parse_day(times))


def open_on(weekdays, times):
    return Hours(schedule=NO_HOLIDAYS, rules=(rule(f"FREQ=WEEKLY;BYDAY={weekdays}", times),))


MORNING = parse_day("08:30–12:00")
TOWN_HALL = Hours(
    schedule=Schedule(
        week=(MORNING, MORNING, MORNING, parse_day("08:30–12:00, 14–18"), MORNING, (), ()),
        exceptions=parse_exceptions(
            "16.6.2026 geschlossen: Betriebsversammlung\n"
            "17.6.2026 10–12\n"
            "24.12. geschlossen: Heiligabend"
        ),
    ),
    rules=(rule("FREQ=MONTHLY;BYDAY=1SA", "8:30–12"),),
    breaks=(
        rule("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "10:15–10:30"),
        rule("FREQ=MONTHLY;BYDAY=1WE", "11–12"),
    ),
)


def clock(hours, day):
    return [
        tuple(f"{raster.local(raster.instant(day, cell)):%H:%M}" for cell in span)
        for span in bits.spans(hours.open_cells(day))
    ]


def test_it_provides_its_interface():
    verifyObject(IHours, TOWN_HALL)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (MONDAY, [("08:30", "10:15"), ("10:30", "12:00")]),
        (THURSDAY, [("08:30", "10:15"), ("10:30", "12:00"), ("14:00", "18:00")]),
        (date(2026, 6, 3), [("08:30", "10:15"), ("10:30", "11:00")]),  # the first Wednesday
        (date(2026, 6, 6), [("08:30", "12:00")]),  # the first Saturday
        (date(2026, 6, 13), []),
        (date(2026, 6, 16), []),
        (date(2026, 6, 17), [("10:00", "12:00")]),  # said completely, the break does not count
        (CORPUS_CHRISTI, []),
        (date(2027, 12, 24), []),
    ],
)
def test_a_week_at_the_town_hall(day, expected):
    assert clock(TOWN_HALL, day) == expected


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        (CORPUS_CHRISTI, "Fronleichnam"),
        (date(2026, 6, 16), "Betriebsversammlung"),
        (date(2026, 6, 17), ""),
        (date(2026, 6, 13), ""),
        (MONDAY, ""),
    ],
)
def test_why_it_is_closed(day, reason):
    assert TOWN_HALL.closed_because(day) == reason


def test_a_recurring_rule_does_not_open_a_holiday_but_an_exception_does():
    always = rule("FREQ=DAILY", "8–9")
    assert clock(Hours(rules=(always,)), CORPUS_CHRISTI) == []
    opened = Schedule(exceptions=parse_exceptions("4.6.2026 10–11"))
    assert clock(Hours(opened, (always,)), CORPUS_CHRISTI) == [("10:00", "11:00")]
    assert clock(Hours(NO_HOLIDAYS, (always,)), CORPUS_CHRISTI) == [("08:00", "09:00")]


@pytest.mark.parametrize("day", [FORWARD, BACK])
def test_hours_keep_to_the_clock_when_it_changes(day):
    assert clock(open_on("SU", "8:30–12"), day) == [("08:30", "12:00")]


@pytest.mark.parametrize(("day", "cells"), [(FORWARD, 12), (MONDAY, 24), (BACK, 36)])
@pytest.mark.parametrize("times", ["1–3", "1–2:30, 2:30–3"])
def test_the_hours_from_one_to_three_at_night(day, cells, times):
    assert open_on("SU,MO", times).open_cells(day).bit_count() == cells


@pytest.mark.parametrize("day", [FORWARD, MONDAY, BACK])
def test_round_the_clock(day):
    assert open_on("SU,MO", "0–24").open_cells(day) == bits.span(0, raster.length(day))


def test_opening_times_beside_the_raster_open_only_whole_cells():
    assert clock(open_on("MO", "8:32–8:49"), MONDAY) == [("08:35", "08:45")]


def test_breaks_beside_the_raster_close_every_cell_they_touch():
    hours = Hours(NO_HOLIDAYS, (rule("FREQ=DAILY", "8–9"),), (rule("FREQ=DAILY", "8:32–8:39"),))
    assert clock(hours, MONDAY) == [("08:00", "08:30"), ("08:40", "09:00")]


def test_equal_hours_are_equal_and_stay_so():
    one, other = open_on("MO", "8–9"), open_on("MO", "8–9")
    one.open_cells(MONDAY)
    assert one == other
    assert hash(one) == hash(other)


SPANS = st.tuples(st.integers(0, 1440), st.integers(0, 1440)).filter(lambda t: t[0] < t[1])


@given(
    st.lists(SPANS, max_size=4),
    st.lists(SPANS, max_size=3),
    st.sampled_from([FORWARD, MONDAY, BACK]),
)
def test_open_cells_are_the_rules_without_the_breaks(opened, paused, day):
    always = Recurrence(START, "FREQ=DAILY")
    hours = Hours(
        NO_HOLIDAYS,
        rules=(Rule(always, tuple(Span(*one) for one in opened)),),
        breaks=(Rule(always, tuple(Span(*one) for one in paused)),),
    )
    for cell in range(raster.length(day) + 5):
        start, end = raster.instant(day, cell), raster.instant(day, cell + 1)
        is_open = any(
            raster.wall_clock(day, a) <= start and end <= raster.wall_clock(day, b, last=True)
            for a, b in opened
        )
        is_paused = any(
            raster.wall_clock(day, a) < end and start < raster.wall_clock(day, b, last=True)
            for a, b in paused
        )
        assert hours.open_cells(day) >> cell & 1 == (is_open and not is_paused)
