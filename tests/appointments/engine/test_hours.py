"""From an editor's rules to open cells."""

from datetime import date
from hypothesis import given
from hypothesis import strategies as st
from kaarst.appointments.engine import bits
from kaarst.appointments.engine import raster
from kaarst.appointments.engine.holidays import PublicHolidays
from kaarst.appointments.engine.hours import Exceptional
from kaarst.appointments.engine.hours import Hours
from kaarst.appointments.engine.hours import Rule
from kaarst.appointments.engine.hours import Times
from kaarst.appointments.engine.interfaces import IHours
from kaarst.appointments.engine.recurrence import Recurrence
import pytest
from zope.interface.verify import verifyObject


START = date(2026, 1, 1)
MONDAY = date(2026, 6, 15)
THURSDAY = date(2026, 6, 18)
CORPUS_CHRISTI = date(2026, 6, 4)
FORWARD = date(2026, 3, 29)
BACK = date(2026, 10, 25)


def weekly(days, *times):
    return Rule(
        Recurrence(START, f"FREQ=WEEKLY;BYDAY={days}"),
        tuple(Times(*(hour * 60 + minute for hour, minute in one)) for one in times),
    )


MORNING = ((8, 30), (12, 0))
AFTERNOON = ((14, 0), (18, 0))
TOWN_HALL = Hours(
    rules=(weekly("MO,TU,WE,TH,FR", MORNING), weekly("TH", AFTERNOON)),
    breaks=(weekly("MO,TU,WE,TH,FR", ((10, 15), (10, 30))),),
    exceptions=(
        Exceptional(Recurrence(date(2026, 6, 16)), (), "Staff meeting"),
        Exceptional(Recurrence(date(2026, 6, 17)), (Times(600, 720),), "Later that day"),
        Exceptional(Recurrence(date(2026, 12, 24), "FREQ=YEARLY"), (), "Christmas Eve"),
    ),
    holidays=PublicHolidays(),
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
        (date(2026, 6, 13), []),
        (date(2026, 6, 16), []),
        (date(2026, 6, 17), [("10:00", "12:00")]),
        (CORPUS_CHRISTI, []),
        (date(2027, 12, 24), []),
        (date(2025, 12, 29), []),
    ],
)
def test_a_week_at_the_town_hall(day, expected):
    assert clock(TOWN_HALL, day) == expected


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        (CORPUS_CHRISTI, "Fronleichnam"),
        (date(2026, 6, 16), "Staff meeting"),
        (date(2026, 6, 17), ""),
        (date(2026, 6, 13), ""),
        (MONDAY, ""),
    ],
)
def test_why_it_is_closed(day, reason):
    assert TOWN_HALL.closed_because(day) == reason


def test_an_exception_opens_a_holiday():
    hours = Hours(
        rules=TOWN_HALL.rules,
        exceptions=(Exceptional(Recurrence(CORPUS_CHRISTI), (Times(600, 660),)),),
        holidays=PublicHolidays(),
    )
    assert clock(hours, CORPUS_CHRISTI) == [("10:00", "11:00")]
    assert hours.closed_because(CORPUS_CHRISTI) == ""


def test_the_last_exception_written_wins():
    hours = Hours(
        exceptions=(
            Exceptional(Recurrence(MONDAY), (Times(600, 660),)),
            Exceptional(Recurrence(MONDAY), (Times(660, 720),)),
        )
    )
    assert clock(hours, MONDAY) == [("11:00", "12:00")]


@pytest.mark.parametrize("day", [FORWARD, BACK])
def test_hours_keep_to_the_clock_when_it_changes(day):
    assert clock(Hours(rules=(weekly("SU", MORNING),)), day) == [("08:30", "12:00")]


@pytest.mark.parametrize(("day", "cells"), [(FORWARD, 12), (MONDAY, 24), (BACK, 36)])
def test_the_hours_from_one_to_three_at_night(day, cells):
    night = Hours(rules=(weekly("SU,MO", ((1, 0), (3, 0))),))
    assert night.open_cells(day).bit_count() == cells


@pytest.mark.parametrize("day", [FORWARD, MONDAY, BACK])
def test_round_the_clock(day):
    always = Hours(rules=(Rule(Recurrence(START, "FREQ=DAILY"), (Times(0, 1440),)),))
    assert always.open_cells(day) == bits.span(0, raster.length(day))


def test_opening_times_beside_the_raster_open_only_whole_cells():
    hours = Hours(rules=(weekly("MO", ((8, 32), (8, 49))),))
    assert clock(hours, MONDAY) == [("08:35", "08:45")]


def test_breaks_beside_the_raster_close_every_cell_they_touch():
    hours = Hours(
        rules=(weekly("MO", ((8, 0), (9, 0))),), breaks=(weekly("MO", ((8, 32), (8, 39))),)
    )
    assert clock(hours, MONDAY) == [("08:00", "08:30"), ("08:40", "09:00")]


@pytest.mark.parametrize(("start", "end"), [(600, 600), (700, 600), (-1, 5), (0, 1441)])
def test_hours_that_are_none(start, end):
    with pytest.raises(ValueError, match="hours end after they begin"):
        Times(start, end)


def test_holidays_are_a_calendar():
    with pytest.raises(TypeError, match="IHolidays"):
        Hours(holidays={CORPUS_CHRISTI: "Fronleichnam"})


TIMES = st.tuples(st.integers(0, 1440), st.integers(0, 1440)).filter(lambda t: t[0] < t[1])


@given(
    st.lists(TIMES, max_size=4),
    st.lists(TIMES, max_size=3),
    st.sampled_from([FORWARD, MONDAY, BACK]),
)
def test_open_cells_are_the_rules_without_the_breaks(open_times, break_times, day):
    always = Recurrence(START, "FREQ=DAILY")
    hours = Hours(
        rules=(Rule(always, tuple(Times(*one) for one in open_times)),),
        breaks=(Rule(always, tuple(Times(*one) for one in break_times)),),
    )
    for cell in range(raster.length(day) + 5):
        start, end = raster.instant(day, cell), raster.instant(day, cell + 1)
        opened = any(
            raster.wall_clock(day, a) <= start and end <= raster.wall_clock(day, b)
            for a, b in open_times
        )
        paused = any(
            raster.wall_clock(day, a) < end and start < raster.wall_clock(day, b)
            for a, b in break_times
        )
        assert hours.open_cells(day) >> cell & 1 == (opened and not paused)
