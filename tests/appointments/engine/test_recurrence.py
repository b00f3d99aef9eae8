"""Recurrence of days, as Plone's widget writes it."""

from datetime import date
from datetime import datetime
from datetime import timedelta
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st
from kaarst.appointments.engine.recurrence import InvalidRecurrence
from kaarst.appointments.engine.recurrence import Recurrence

import pytest


START = date(2026, 1, 5)


def days(recurrence, first=START, count=400):
    candidates = [first + timedelta(days=offset) for offset in range(count)]
    return [day for day in candidates if day in recurrence]


def test_without_a_text_it_is_one_day():
    assert days(Recurrence(START), START - timedelta(days=3)) == [START]


@given(
    st.sampled_from([("DAILY", 1), ("WEEKLY", 1), ("WEEKLY", 2), ("MONTHLY", 1), ("MONTHLY", 3)]),
    st.one_of(st.just(""), st.integers(1, 30).map(lambda n: f";COUNT={n}")),
    st.sets(st.sampled_from(["MO", "TU", "WE", "TH", "FR"]), max_size=3),
)
def test_the_same_days_as_dateutil(every, count, weekdays):
    frequency, interval = every
    text = f"FREQ={frequency};INTERVAL={interval}{count}"
    if weekdays:
        text += f";BYDAY={','.join(sorted(weekdays))}"
    start = datetime(2026, 1, 5)
    expected = rrulestr(text, dtstart=start).between(start, start + timedelta(days=399), inc=True)
    assert days(Recurrence(START, f"RRULE:{text}")) == [moment.date() for moment in expected]


def test_lines_of_the_widget():
    text = (
        "RRULE:FREQ=WEEKLY;BYDAY=MO;UNTIL=20260202T000000Z\n"
        "EXDATE:20260119T000000\n"
        "RDATE;VALUE=DATE:20260101,20260121\n"
    )
    found = days(Recurrence(START, text), date(2025, 12, 1))
    assert [day.day for day in found] == [1, 5, 12, 21, 26, 2]


def test_until_includes_its_day():
    assert days(Recurrence(START, "FREQ=DAILY;UNTIL=20260107")) == [
        date(2026, 1, day) for day in (5, 6, 7)
    ]


def test_each_year_again():
    eves = Recurrence(date(2020, 12, 24), "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24,31")
    assert [day.day for day in days(eves, date(2027, 1, 1), 365)] == [24, 31]


@pytest.mark.parametrize(
    "text",
    [
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=31;BYMONTH=6",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
    ],
)
def test_a_rule_that_never_applies_is_refused(text):
    with pytest.raises(InvalidRecurrence, match="never"):
        Recurrence(START, text)


@pytest.mark.parametrize(
    "text",
    [
        "every Monday",
        "FREQ=HOURLY",
        "FREQ=SECONDLY;INTERVAL=1",
        "FREQ=DAILY;BYHOUR=3",
        "FREQ=WEEKLY;BYDAY=XX",
        "FREQ=WEEKLY;INTERVAL=many",
        "FREQ=WEEKLY;UNTIL=tomorrow",
        "RRULE:FREQ=DAILY\nRRULE:FREQ=WEEKLY",
        "EXDATE:20261332",
        "EXRULE:FREQ=DAILY",
        "FREQ=DAILY;COLOUR=RED",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;COUNT=-1",
        "FREQ=DAILY;INTERVAL=7;BYDAY=TU",
        "FREQ=WEEKLY;BYMONTHDAY=31",
    ],
)
def test_anything_else_is_refused(text):
    with pytest.raises(InvalidRecurrence):
        Recurrence(START, text)


def test_equal_if_written_equally():
    assert Recurrence(START, "FREQ=DAILY") == Recurrence(START, " FREQ=DAILY ")
    assert hash(Recurrence(START, "FREQ=DAILY")) == hash(Recurrence(START, "FREQ=DAILY"))
    assert Recurrence(START, "FREQ=DAILY") != Recurrence(START, "FREQ=WEEKLY")
