"""Who is called next, by the rules told in the waiting room."""

from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st
from kaarst.appointments.engine.waiting import Counter
from kaarst.appointments.engine.waiting import estimate
from kaarst.appointments.engine.waiting import pick
from kaarst.appointments.engine.waiting import queue_order
from kaarst.appointments.engine.waiting import QueueRules
from kaarst.appointments.engine.waiting import Ticket

import pytest


RULES = QueueRules()
NINE = 9 * 3600
MINUTE = 60


def ticket(name, arrived, due=None, minutes=10, able="12"):
    return Ticket(
        id=name,
        desk="desk",
        number=name,
        services=("passport",),
        minutes=minutes,
        arrived=NINE + arrived * MINUTE,
        due=0 if due is None else NINE + due * MINUTE,
        able=frozenset(able),
    )


def counter(name="1", free=0, closes=180, next_due=()):
    return Counter(
        name,
        NINE + free * MINUTE,
        NINE + closes * MINUTE,
        tuple(NINE + due * MINUTE for due in next_due),
    )


def names(tickets):
    return "".join(one.id for one in tickets)


WALK_IN = ticket("w", -30)
LATER_WALK_IN = ticket("x", -20)
DUE = ticket("a", -5, due=0)
DUE_BEFORE = ticket("b", -1, due=-3)
SOON = ticket("s", -10, due=10)
LATE = ticket("l", -25, due=-40)
LONG_WAIT = ticket("z", -120)


def test_the_order():
    everyone = [SOON, LATER_WALK_IN, DUE, LATE, WALK_IN, DUE_BEFORE, LONG_WAIT]
    # Due since 08:30 (waited 90 minutes), 08:57, 09:00; then by arrival; then before time.
    assert names(queue_order(everyone, NINE, RULES)) == "zbawlxs"


def test_a_little_late_is_in_time():
    assert names(queue_order([WALK_IN, ticket("a", 0, due=-10)], NINE, RULES)) == "aw"
    assert names(queue_order([WALK_IN, ticket("a", 0, due=-11)], NINE, RULES)) == "wa"


@pytest.mark.parametrize(
    ("tickets", "counter", "expected"),
    [
        ([], counter(), None),
        ([WALK_IN], counter(), "w"),
        ([WALK_IN], counter("3"), None),  # cannot do it
        ([WALK_IN], counter(next_due=[10]), "w"),
        ([WALK_IN], counter(next_due=[5]), "w"),  # runs over by five minutes
        ([WALK_IN], counter(next_due=[4]), None),
        ([WALK_IN], counter(closes=4), None),
        ([WALK_IN, ticket("q", -1, minutes=3)], counter(next_due=[4]), "q"),
        ([DUE], counter(next_due=[1]), "a"),  # due is due, wherever
        ([WALK_IN, SOON], counter(next_due=[10]), "w"),
        ([SOON], counter(next_due=[10]), "s"),  # before its time rather than doing nothing
        ([SOON], counter(next_due=[4]), None),  # another one comes first here
        ([SOON], counter(next_due=[20]), "s"),
    ],
)
def test_who_is_called(tickets, counter, expected):
    found = pick(tickets, counter, NINE, RULES)
    assert (found.id if found else None) == expected


def minutes(calls):
    return {key: None if at is None else (at - NINE) // MINUTE for key, at in calls.items()}


def test_estimates_of_visitors_around_an_appointment():
    tickets = [ticket("a", -3), ticket("b", -2), ticket("c", -1)]
    expected = [ticket("x", 0, due=12, minutes=20)]
    calls = estimate(tickets, expected, [counter(next_due=[12])], NINE, RULES)
    assert minutes(calls) == {"a": 0, "b": 32, "c": 42}


def test_estimates_with_two_counters():
    tickets = [ticket("a", -3), ticket("b", -2), ticket("c", -1, able="2")]
    calls = estimate(tickets, [], [counter("1"), counter("2", free=4)], NINE, RULES)
    assert minutes(calls) == {"a": 0, "b": 4, "c": 14}


def test_nobody_is_called_after_closing():
    tickets = [ticket("a", -3), ticket("b", -2)]
    calls = estimate(tickets, [], [counter(closes=12)], NINE, RULES)
    assert minutes(calls) == {"a": 0, "b": None}
    assert minutes(estimate(tickets, [], [], NINE, RULES)) == {"a": None, "b": None}


TICKETS = st.lists(
    st.builds(
        lambda arrived, due, length, able: (arrived, due, length, able),
        st.integers(-60, 0),
        st.none() | st.integers(-60, 90),
        st.integers(1, 30),
        st.sampled_from(["1", "2", "12"]),
    ),
    max_size=8,
).map(lambda rows: [ticket(str(n), *row) for n, row in enumerate(rows)])


@settings(deadline=None)
@given(TICKETS, st.lists(st.integers(0, 90), max_size=4), st.integers(10, 300))
def test_estimates_are_what_happens_if_everybody_keeps_to_the_plan(tickets, dues, closes):
    coming = [ticket(f"e{number}", due, due=due) for number, due in enumerate(dues)]
    counters = [
        counter("1", closes=closes, next_due=sorted(dues)),
        counter("2", free=7, closes=closes),
    ]
    predicted = estimate(tickets, coming, counters, NINE, RULES)
    # The same minute by minute, as it would go on at the counters.
    happened = dict.fromkeys(predicted)
    waiting, free = [*tickets, *coming], {one.id: one.free for one in counters}
    for moment in range(NINE, NINE + closes * MINUTE, MINUTE):
        for one in counters:
            if free[one.id] <= moment:
                present = [t for t in waiting if t.arrived <= moment]
                called = pick(present, one, moment, RULES)
                if called:
                    waiting.remove(called)
                    free[one.id] = moment + called.minutes * MINUTE
                    if called.id in happened:
                        happened[called.id] = moment
    assert minutes(happened) == minutes(predicted)


@settings(deadline=None)
@given(TICKETS, st.integers(0, 120))
def test_the_order_is_the_same_for_everyone_and_fair(tickets, later):
    order = queue_order(tickets, NINE + later * MINUTE, RULES)
    assert order == queue_order(tickets[::-1], NINE + later * MINUTE, RULES)
    walk_ins = [one for one in order if not one.due]
    assert [one.arrived for one in walk_ins] == sorted(one.arrived for one in walk_ins)
