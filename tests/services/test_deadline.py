"""The deadline clock, by the calendar of North Rhine-Westphalia."""

from datetime import date
from datetime import timedelta
from hypothesis import given
from hypothesis import strategies as st
from kaarst.services.cases.deadline import due
from kaarst.services.cases.deadline import is_working_day
from kaarst.services.cases.deadline import Pause
from kaarst.services.cases.deadline import paused
from kaarst.services.cases.deadline import resumed

import pytest


DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))


@pytest.mark.parametrize(
    ("received", "days", "last"),
    [
        (date(2026, 3, 2), 14, date(2026, 3, 16)),  # a Monday to a Monday
        (date(2026, 3, 2), 5, date(2026, 3, 9)),  # Saturday becomes Monday
        (date(2026, 3, 20), 14, date(2026, 4, 7)),  # Good Friday becomes Tuesday after Easter
        (date(2026, 5, 21), 14, date(2026, 6, 5)),  # Corpus Christi is a holiday in NRW
        (date(2025, 10, 18), 14, date(2025, 11, 3)),  # All Saints on a Saturday
        (date(2026, 12, 4), 21, date(2026, 12, 28)),  # Christmas Day, Boxing Day, Sunday
    ],
)
def test_the_last_day(received, days, last):
    assert due(received, days) == last


def test_days_of_waiting_do_not_count():
    pauses = (
        Pause(date(2026, 3, 4), date(2026, 3, 11)),
        Pause(date(2026, 3, 12), date(2026, 3, 13)),
    )
    assert due(date(2026, 3, 2), 14, pauses) == date(2026, 3, 24)


def test_while_the_town_waits_nothing_is_due():
    assert due(date(2026, 3, 2), 14, (Pause(date(2026, 3, 4)),)) is None


def test_asking_twice_is_one_pause():
    begun = paused((), date(2026, 3, 4))
    assert paused(begun, date(2026, 3, 6)) == begun
    ended = resumed(begun, date(2026, 3, 9))
    assert ended == (Pause(date(2026, 3, 4), date(2026, 3, 9)),)
    assert resumed(ended, date(2026, 3, 10)) == ended
    assert resumed((), date(2026, 3, 10)) == ()


@given(DAYS, st.integers(1, 400), st.lists(st.integers(0, 60), max_size=4))
def test_never_early_always_a_working_day(received, days, waits):
    pauses, day = (), received
    for wait in waits:
        pauses = resumed(paused(pauses, day), day + timedelta(days=wait))
        day += timedelta(days=wait)
    last = due(received, days, pauses)
    earliest = received + timedelta(days=days + sum(waits))
    assert is_working_day(last)
    assert earliest <= last <= earliest + timedelta(days=5)
