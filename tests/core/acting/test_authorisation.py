"""When an authorisation is in force, and who cannot be given one."""

from datetime import date
from datetime import datetime
from datetime import timedelta
from datetime import UTC
from hypothesis import given
from hypothesis import strategies
from kaarst.core.acting import authorisation
from kaarst.core.acting import giving
from kaarst.core.acting.authorisation import Authorisation
from kaarst.core.acting.authorisation import NotPossible

import pytest


NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY = date(2027, 6, 30)


def accepted(kind=authorisation.PERSON, last_day=DAY, now=NOW):
    made = Authorisation(kind, "a-anna", "Anna", last_day, now)
    made.accept("a-bernd", "Bernd", now)
    return made


@pytest.mark.parametrize(
    ("last_day", "end"),
    [
        (date(2027, 3, 27), datetime(2027, 3, 27, 23, tzinfo=UTC)),
        # The night in which clocks go forward, and the one in which they go back.
        (date(2027, 3, 28), datetime(2027, 3, 28, 22, tzinfo=UTC)),
        (date(2027, 10, 30), datetime(2027, 10, 30, 22, tzinfo=UTC)),
        (date(2027, 10, 31), datetime(2027, 10, 31, 23, tzinfo=UTC)),
    ],
)
def test_it_ends_at_midnight_in_berlin(last_day, end):
    made = accepted(last_day=last_day)
    assert made.ends == end and made.last_day == last_day
    assert made.in_force(end - timedelta(microseconds=1)) and not made.in_force(end)
    assert made.state(end) == authorisation.OVER


@given(
    seconds=strategies.integers(-400 * 86400, 800 * 86400),
    days=strategies.integers(0, 730),
    revoked=strategies.none() | strategies.integers(0, 700 * 86400),
)
def test_it_is_in_force_from_its_beginning_to_its_end_and_no_longer(seconds, days, revoked):
    made = accepted(last_day=NOW.date() + timedelta(days=days))
    if revoked is not None:
        made.revoke(NOW + timedelta(seconds=revoked))
    at = NOW + timedelta(seconds=seconds)
    assert made.in_force(at) == (revoked is None and NOW <= at < made.ends)


@given(strategies.dates(date(2024, 1, 1), date(2060, 1, 1)), strategies.integers(-800, 1600))
def test_no_day_is_over_and_none_is_more_than_two_years_away(today, days):
    chosen = today + timedelta(days=days)
    fine = authorisation.wrong_day(chosen, today) is None
    assert fine == (today <= chosen <= authorisation.latest(today))
    assert authorisation.latest(today) - today <= timedelta(days=731)


def test_what_waits_is_not_in_force_and_a_code_runs_out():
    made = Authorisation(authorisation.PERSON, "a-anna", "Anna", DAY, NOW)
    assert made.state(NOW) == authorisation.WAITING and not made.in_force(NOW)
    late = NOW + timedelta(days=authorisation.CODE_DAYS)
    assert made.state(late) == authorisation.OVER
    with pytest.raises(NotPossible):
        made.accept("a-bernd", "Bernd", late)
    with pytest.raises(NotPossible):
        made.accept("a-anna", "Anna", NOW)
    made.accept("a-bernd", "Bernd", NOW)
    assert made.in_force(NOW) and made.represented == "a-anna"
    with pytest.raises(NotPossible):
        made.accept("a-clara", "Clara", NOW)
    made.revoke(NOW)
    made.revoke(late)
    assert made.revoked_at == NOW and made.state(NOW) == authorisation.REVOKED


def test_a_business_has_several_people_and_nobody_passes_it_on():
    founder = authorisation.declared(
        authorisation.BUSINESS, "a-anna", "Backstube", "Anna", date(2027, 1, 31), NOW
    )
    assert founder.in_force(NOW) and founder.represented == ""
    invited = authorisation.invited(founder, "a-anna", DAY, NOW)
    assert invited.name == "Backstube" and invited.last_day == date(2027, 1, 31)
    with pytest.raises(NotPossible):
        invited.accept("a-anna", "Anna", NOW)
    invited.accept("a-bernd", "Bernd", NOW)
    for passed_on, by in ((invited, "a-bernd"), (founder, "a-bernd"), (accepted(), "a-bernd")):
        with pytest.raises(NotPossible):
            authorisation.invited(passed_on, by, DAY, NOW)
    founder.revoke(NOW)
    with pytest.raises(NotPossible):
        authorisation.invited(founder, "a-anna", DAY, NOW)
    with pytest.raises(ValueError, match="person"):
        authorisation.declared(authorisation.PERSON, "a-anna", "Anna", "Anna", DAY, NOW)


def test_only_who_has_an_account_can_let_somebody_see():
    one = accepted()
    assert not one.shows(NOW)
    one.sees = True
    assert one.shows(NOW) and not one.shows(one.ends)
    child = accepted(authorisation.CHILD)
    child.sees = True
    assert not child.shows(NOW)
    one.revoke(NOW)
    assert not one.shows(NOW)


def test_another_one_leads_a_business():
    founder = authorisation.declared(authorisation.BUSINESS, "a", "Backstube", "Anna", DAY, NOW)
    to, other, waiting = (authorisation.invited(founder, "a", DAY, NOW) for _ in range(3))
    with pytest.raises(NotPossible):
        founder.hand_over(to, [to, other, waiting], NOW)
    to.accept("b", "Bernd", NOW)
    other.accept("c", "Clara", NOW)
    with pytest.raises(NotPossible):
        to.hand_over(other, [], NOW)
    founder.hand_over(to, [to, other, waiting], NOW)
    assert founder.state(NOW) == waiting.state(NOW) == authorisation.REVOKED
    assert (to.founded_on, to.giver, other.founded_on, other.giver) == ("", "b", to.id, "b")
    assert to.in_force(NOW) and other.in_force(NOW)
    assert authorisation.invited(to, "b", DAY, NOW).name == "Backstube"
    with pytest.raises(NotPossible):
        authorisation.invited(to, "a", DAY, NOW)


def test_days_are_read_as_people_write_them():
    assert giving.day("2027-06-30") == giving.day(" 30.06.2027 ") == DAY
    assert giving.day("") is giving.day("30.02.2027") is giving.day("soon") is None
