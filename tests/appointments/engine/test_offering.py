"""What several services in one appointment add up to."""

from hypothesis import given
from hypothesis import strategies as st
from itertools import permutations
from kaarst.appointments.engine.errors import NotBookable
from kaarst.appointments.engine.interfaces import ILengthRule
from kaarst.appointments.engine.offering import further_ones_shorter
from kaarst.appointments.engine.offering import LENGTH_RULES
from kaarst.appointments.engine.offering import Need
from kaarst.appointments.engine.offering import Offering
from kaarst.appointments.engine.offering import one_after_another
from kaarst.appointments.engine.offering import side_by_side
from kaarst.appointments.engine.plan import Resource
from tests.appointments.engine import model
from zope.interface.verify import verifyObject

import pytest


MOVE = Offering("move", 20, added=15, setup=5)
PASSPORT = Offering("passport", 15, added=10, setup=5, at_most=4)
CERTIFICATE = Offering("certificate", 5)


@pytest.mark.parametrize("rule", LENGTH_RULES.values())
def test_rules_provide_their_interface(rule):
    verifyObject(ILengthRule, rule)
    assert rule([MOVE]) == 25


@pytest.mark.parametrize(
    ("rule", "expected"),
    [(one_after_another, 5 + 20 + 15 + 5), (side_by_side, 5 + 20), (further_ones_shorter, 40)],
)
def test_three_services_together(rule, expected):
    assert rule([MOVE, PASSPORT, CERTIFICATE]) == expected


OFFERINGS = st.lists(
    st.builds(
        Offering,
        id=st.just("x"),
        minutes=st.integers(1, 60),
        added=st.none() | st.integers(0, 60),
        setup=st.integers(0, 10),
    ),
    min_size=1,
    max_size=4,
)


@given(OFFERINGS, st.sampled_from(sorted(LENGTH_RULES)))
def test_the_order_of_choosing_does_not_matter(offerings, rule):
    assert len({LENGTH_RULES[rule](order) for order in permutations(offerings)}) == 1


@given(OFFERINGS, st.sampled_from(sorted(LENGTH_RULES)))
def test_another_service_never_makes_it_shorter(offerings, rule):
    assert LENGTH_RULES[rule](offerings) >= LENGTH_RULES[rule](offerings[:1])


@pytest.mark.parametrize(
    "details",
    [{"minutes": 0}, {"minutes": 5, "added": -5}, {"minutes": 5, "before": -1}],
)
def test_a_service_takes_time(details):
    with pytest.raises(ValueError, match="takes time"):
        Offering("x", **details)


def test_one_clerk_deals_with_all_of_it():
    plan = model.plan(
        resources=(
            Resource("anna", "staff", skills=frozenset({"a"})),
            Resource("bela", "staff", skills=frozenset({"a", "b"})),
            Resource("room", "room"),
        ),
        offerings=(
            Offering("a", 10, needs=(Need("staff", frozenset("a")),), after=5),
            Offering("b", 10, needs=(Need("staff", frozenset("b")), Need("room")), before=10),
        ),
    )
    request = plan.request(["a", "b"])
    assert request.needs == (Need("staff", frozenset("ab")), Need("room"))
    assert (request.before, request.cells, request.after) == (2, 4, 1)
    assert [one.id for one in plan.resources if one.meets(request.needs[0])] == ["bela"]


@pytest.mark.parametrize(
    ("services", "reason", "detail"),
    [
        ([], "nothing", ""),
        (["balloon"], "service", "balloon"),
        (["move", "move"], "too often", "move"),
        (["passport"] * 4, "too many", "3"),
        (["passport", "passport", "move"], "too long", "50"),
        (["flight"], "nobody", "pilot"),
    ],
)
def test_what_cannot_be_booked_together(services, reason, detail):
    plan = model.plan(
        offerings=(MOVE, PASSPORT, Offering("flight", 5, needs=(Need("pilot"),))),
        at_most=3,
        longest=50,
    )
    with pytest.raises(NotBookable) as error:
        plan.request(services)
    assert (error.value.reason, error.value.detail) == (reason, detail)
    assert plan.request(["passport", "move"]).cells == 8
