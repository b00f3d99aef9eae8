"""Cells, instants and the wall clock, on ordinary days and when the clocks change."""

from datetime import date
from datetime import datetime
from datetime import UTC
from hypothesis import given
from hypothesis import strategies as st
from kaarst.appointments.engine import bits
from kaarst.appointments.engine import raster

import pytest


FORWARD = date(2026, 3, 29)
BACK = date(2026, 10, 25)
ORDINARY = date(2026, 6, 15)
DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))


def utc(*parts):
    return int(datetime(*parts, tzinfo=UTC).timestamp())


@pytest.mark.parametrize(("day", "hours"), [(FORWARD, 23), (ORDINARY, 24), (BACK, 25)])
def test_a_day_has_as_many_cells_as_it_lasts(day, hours):
    assert raster.length(day) == hours * 12


@pytest.mark.parametrize(
    ("day", "clock", "expected"),
    [
        (ORDINARY, (8, 30), utc(2026, 6, 15, 6, 30)),
        (FORWARD, (1, 59), utc(2026, 3, 29, 0, 59)),
        (FORWARD, (2, 0), utc(2026, 3, 29, 1, 0)),
        (FORWARD, (2, 30), utc(2026, 3, 29, 1, 0)),  # does not exist: when the clock changes
        (FORWARD, (3, 0), utc(2026, 3, 29, 1, 0)),
        (FORWARD, (8, 30), utc(2026, 3, 29, 6, 30)),
        (BACK, (2, 30), utc(2026, 10, 25, 0, 30)),  # exists twice: the first
        (BACK, (3, 0), utc(2026, 10, 25, 2, 0)),
        (BACK, (8, 30), utc(2026, 10, 25, 7, 30)),
    ],
)
def test_wall_clock(day, clock, expected):
    minutes = clock[0] * 60 + clock[1]
    assert raster.wall_clock(day, minutes) == expected
    assert raster.instant(day, raster.cell_at(day, minutes)) == expected - expected % 300


def test_a_time_that_exists_twice_has_a_first_and_a_last_instant():
    assert raster.wall_clock(BACK, 150, last=True) - raster.wall_clock(BACK, 150) == 3600
    assert raster.wall_clock(FORWARD, 150, last=True) == raster.wall_clock(FORWARD, 150)
    assert raster.wall_clock(ORDINARY, 150, last=True) == raster.wall_clock(ORDINARY, 150)


@given(DAYS, st.integers(0, 1440))
def test_the_cell_of_a_wall_clock_time_is_on_the_day(day, minutes):
    assert 0 <= raster.cell_at(day, minutes) <= raster.cell_at(day, minutes, up=True)
    assert raster.cell_at(day, minutes, up=True) <= raster.length(day)


@given(DAYS, st.integers(0, 299))
def test_every_cell_is_one_instant_and_back(day, cell):
    if cell >= raster.length(day):
        assert raster.locate(raster.instant(day, cell))[0] > day
    else:
        assert raster.locate(raster.instant(day, cell)) == (day, cell)
        assert raster.on_raster(raster.instant(day, cell))


@given(DAYS)
def test_days_meet_without_gap_and_overlap(day):
    (_, following) = raster.days(day, date.fromordinal(day.toordinal() + 1))
    assert raster.instant(day, raster.length(day)) == raster.midnight(following)


@pytest.mark.parametrize("day", [FORWARD, ORDINARY, BACK])
@pytest.mark.parametrize("minutes", [5, 10, 15, 20, 30, 60])
def test_starts_keep_to_the_clock_on_every_day(day, minutes):
    starts = [raster.local(raster.instant(day, c)) for c in bits.cells(raster.every(day, minutes))]
    assert starts
    assert all(start.minute % minutes == 0 and start.date() == day for start in starts)
    assert len(starts) == raster.length(day) * 5 // minutes


@pytest.mark.parametrize("minutes", [7, 25, 45])
def test_starts_that_would_wander_over_the_clock_are_refused(minutes):
    with pytest.raises(ValueError, match="every 5, 10"):
        raster.every(ORDINARY, minutes)


def test_durations_are_rounded_up():
    assert [raster.cells_for(minutes) for minutes in (0, 1, 5, 6, 15)] == [0, 1, 1, 2, 3]


def test_there_is_no_time_after_midnight():
    with pytest.raises(ValueError, match="24:00"):
        raster.wall_clock(ORDINARY, 1441)
