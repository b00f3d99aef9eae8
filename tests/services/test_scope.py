"""Which cases somebody may see, and who stands in for whom: rules without a site."""

from datetime import date
from kaarst.services.cases.departments.scope import EVERYTHING
from kaarst.services.cases.departments.scope import Scope
from kaarst.services.cases.deputies.store import Deputies
from kaarst.services.cases.deputies.store import Refused

import pytest
import time_machine


SCOPE = Scope(frozenset(("", "steuern")), {"anna": frozenset(("standesamt",))})


@pytest.mark.parametrize(
    ("department", "clerk", "seen"),
    [
        ("", "", True),
        ("steuern", "bernd", True),
        ("standesamt", "", False),
        ("standesamt", "bernd", False),
        ("standesamt", "anna", True),
        # Where Anna may not look any more, nobody looks for her.
        ("bauen", "anna", False),
    ],
)
def test_departments_and_colleagues(department, clerk, seen):
    assert SCOPE.covers(department, clerk) is seen
    assert EVERYTHING.covers(department, clerk)
    assert not Scope().covers(department, clerk)
    # One department of it is never more than the whole.
    for one in ("", "steuern", "standesamt", "bauen"):
        assert SCOPE.within(one).covers(department, clerk) is (seen and one == department)
        assert EVERYTHING.within(one).covers(department, clerk) is (one == department)


@pytest.mark.parametrize(
    ("deputy", "first", "last", "field"),
    [
        ("anna", "2026-03-02", "2026-03-06", "deputy"),
        ("", "2026-03-02", "2026-03-06", "deputy"),
        ("bernd", "2026-03-06", "2026-03-02", "last"),
        ("bernd", "2026-02-02", "2026-02-28", "last"),
        ("bernd", "2026-03-02", "2028-03-02", "last"),
    ],
)
def test_what_makes_no_sense_is_refused(deputy, first, last, field):
    days = date.fromisoformat(first), date.fromisoformat(last)
    now = time_machine.travel("2026-03-01T12:00:00+01:00", tick=False)
    with now, pytest.raises(Refused) as refused:
        Deputies().add("anna", deputy, *days)
    assert refused.value.field == field


def test_from_the_first_day_to_the_last_in_germany():
    with time_machine.travel("2026-03-01T12:00:00+01:00", tick=False) as clock:
        deputies = Deputies()
        one = deputies.add("anna", "bernd", date(2026, 3, 2), date(2026, 3, 6))
        assert deputies.add("anna", "bernd", date(2026, 3, 2), date(2026, 3, 6)) == one
        assert deputies.get(one.id) == one
        assert deputies.of("anna") == deputies.for_whom("bernd") == frozenset()
        clock.move_to("2026-03-02T00:01:00+01:00")
        assert deputies.of("anna") == {"bernd"} and deputies.for_whom("bernd") == {"anna"}
        assert deputies.of("bernd") == deputies.for_whom("anna") == frozenset()
        clock.move_to("2026-03-06T23:59:00+01:00")
        assert deputies.of("anna") == {"bernd"}
        clock.move_to("2026-03-07T00:01:00+01:00")
        assert deputies.of("anna") == frozenset()
        assert deputies.forget_over(date(2026, 3, 6)) == 0
        assert deputies.forget_over(date(2026, 3, 7)) == 1 and deputies.all() == []


def test_ended_by_hand():
    with time_machine.travel("2026-03-01T12:00:00+01:00", tick=False):
        deputies = Deputies()
        one = deputies.add("anna", "bernd", date(2026, 3, 1), date(2026, 3, 6))
        assert deputies.of("anna") == {"bernd"}
        deputies.end(one.id)
        assert deputies.of("anna") == frozenset()
        with pytest.raises(KeyError):
            deputies.end(one.id)
