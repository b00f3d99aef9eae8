"""Workflows as editors put them together: no choice of steps can strand a case."""

from hypothesis import given
from hypothesis import strategies as st
from kaarst.services.cases.workflow.plan import CLOSED
from kaarst.services.cases.workflow.plan import LEADS_TO
from kaarst.services.cases.workflow.plan import OPTIONAL
from kaarst.services.cases.workflow.plan import ORDER
from kaarst.services.cases.workflow.plan import Plan
from kaarst.services.cases.workflow.plan import problems
from kaarst.services.cases.workflow.plan import State
from kaarst.services.cases.workflow.plan import steps

import pytest


USUAL = {state: state for state in ORDER}
plans = st.builds(
    Plan, st.just("x"), st.just("X"), st.sets(st.sampled_from(OPTIONAL)).map(frozenset)
)


@given(plans)
def test_every_state_can_be_reached_and_left_towards_an_end(plan):
    reached, fresh = {"received"}, ["received"]
    while fresh:
        for transition in plan.exits(fresh.pop()):
            if LEADS_TO[transition] not in reached:
                reached.add(LEADS_TO[transition])
                fresh.append(LEADS_TO[transition])
    assert reached == set(plan.state_ids)
    for state in plan.state_ids:
        if state not in CLOSED:
            assert "withdraw" in plan.exits(state)
    assert "decide" in plan.transition_ids
    assert all(LEADS_TO[id] in plan.state_ids for id in plan.transition_ids)


@given(plans, st.sampled_from(ORDER))
def test_the_way_holds_the_state(plan, state):
    if state in plan.state_ids:
        way = plan.way(state)
        assert state in way and len(set(way)) == len(way)


def test_with_a_check_nobody_decides_alone():
    plan = Plan("x", "X", frozenset({"checking"}))
    assert [state for state in plan.state_ids if "decide" in plan.exits(state)] == ["checking"]
    assert "decide" in Plan("x", "X").exits("in_progress")


@pytest.mark.parametrize(
    ("plan", "in_use", "expected"),
    [
        (Plan("x", "X"), {"received": 3}, {}),
        (Plan("x", " "), {}, {"title": ("empty", None)}),
        (Plan("x", "X"), {"checking": 2}, {"options": ("used", 2)}),
        (Plan("x", "X", frozenset({"checking"})), {"checking": 2}, {}),
        (
            Plan("x", "X", states={"waiting": State(title="Received")}),
            {},
            {"state-waiting-title": ("twice", None)},
        ),
        (
            Plan("x", "X", states={"decided": State(tasks=("x",) * 21)}),
            {},
            {"state-decided-tasks": ("many", 20)},
        ),
        (Plan("x", "y" * 61), {}, {"title": ("long", 60)}),
    ],
)
def test_problems(plan, in_use, expected):
    assert problems(plan, in_use, USUAL) == expected


def test_steps_for_the_citizen():
    history = [{"what": "received", "when": 1}, {"what": "read", "when": 2}]
    plain, checked = Plan("x", "X"), Plan("x", "X", frozenset({"checking", "payment"}))
    assert [step["state"] for step in steps(plain, history, "received")] == [
        "received", "in_progress", "decided",
    ]  # fmt: skip
    seen = steps(checked, [*history, {"what": "start", "when": 3}], "in_progress")
    assert [(step["state"], step["done"], step["date"]) for step in seen] == [
        ("received", True, 1),
        ("in_progress", False, 3),
        ("checking", False, None),
        ("decided", False, None),
    ]
    assert "payment" in [step["state"] for step in steps(checked, history, "payment")]
