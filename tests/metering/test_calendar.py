"""Days as the town counts them, with 23, 24 and 25 hours."""

from datetime import date
from hypothesis import given
from hypothesis import strategies as st
from kaarst.metering.rollup import calendar
from tests.metering.helpers import at

import pytest


@pytest.mark.parametrize(
    ("day", "hours"), [("2026-03-28", 24), ("2026-03-29", 23), ("2026-10-25", 25)]
)
def test_hours_of_a_day(day, hours):
    number = calendar.day_number(date.fromisoformat(day))
    assert calendar.all_hours(number).bit_count() == hours
    assert calendar.day_start(number) == at(f"{day}T00:00:00")
    cuts = calendar.boundaries(calendar.day_start(number), calendar.day_start(number + 1), "hour")
    assert len(cuts) == hours + 1
    assert [calendar.day_of_hour(cut // calendar.HOUR)[1] for cut in cuts[:-1]] == list(
        range(hours)
    )


@given(st.integers(0, 30_000))
def test_days_and_hours_agree(number):
    start = calendar.day_start(number)
    assert calendar.day_of(start) == number
    assert calendar.day_of(start - 1) == number - 1
    assert calendar.day_number(calendar.day_date(number)) == number


def test_cuts_of_months_and_years():
    start, end = at("2026-01-15T10:30:00"), at("2027-03-01T00:00:00")
    months = calendar.boundaries(start, end, "month")
    assert months[0] == start
    assert months[1] == at("2026-02-01T00:00:00")
    assert months[-2:] == [at("2027-02-01T00:00:00"), end]
    assert len(months) == 15
    assert calendar.boundaries(start, end, "year") == [start, at("2027-01-01T00:00:00"), end]
    quarters = calendar.boundaries(start + 1, start + calendar.HOUR, "quarter")
    assert len(quarters) == 5
    with pytest.raises(ValueError, match="empty"):
        calendar.boundaries(start, start, "day")
    with pytest.raises(ValueError, match="resolution"):
        calendar.boundaries(start, end, "decade")


def test_periods():
    day = date(2026, 2, 18)
    assert calendar.period("week", day)[0] == at("2026-02-16T00:00:00")
    assert calendar.period("month", day) == (at("2026-02-01T00:00:00"), at("2026-03-01T00:00:00"))
    assert calendar.period("year", day)[1] == at("2027-01-01T00:00:00")
    assert calendar.period("day", date(2026, 3, 29))[1] == at("2026-03-30T00:00:00")
