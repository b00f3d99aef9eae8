"""The order of a watering round and its refills."""

from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st
from itertools import permutations
from kaarst.metering.trees import routing
from kaarst.metering.trees.routing import Demand
from kaarst.metering.trees.routing import NotPossible
from kaarst.metering.trees.routing import Place
from kaarst.metering.trees.routing import plan

import pytest
import random
import time


DEPOT = Place("depot", 51.218, 6.601)
WELL = Place("well", 51.229, 6.62)
places = st.builds(Place, st.just("tree"), st.floats(51.2, 51.26), st.floats(6.55, 6.66))


def length(steps):
    return sum(step.metres for step in steps)


def test_the_way_is_longer_than_the_birds():
    # From the town hall of Kaarst to that of Büttgen: 3.6 km as the bird flies.
    way = routing.metres(Place("a", 51.2278, 6.6273), Place("b", 51.1987, 6.6046))
    assert 3500 * routing.DETOUR < way < 3700 * routing.DETOUR


@settings(max_examples=60)
@given(
    st.lists(st.tuples(places, st.integers(10, 300)), min_size=1, max_size=14),
    st.integers(300, 1500),
    st.booleans(),
)
def test_every_tree_gets_its_water_and_the_tank_is_never_empty(wanted, tank, well):
    trees = [
        Demand(Place(str(number), place.latitude, place.longitude), litres)
        for number, (place, litres) in enumerate(wanted)
    ]
    steps = plan(trees, tank, DEPOT, DEPOT, [WELL] if well else [])
    watered = [(step.place.key, step.litres) for step in steps if step.kind == routing.TREE]
    assert sorted(watered) == sorted((tree.place.key, tree.litres) for tree in trees)
    assert (steps[-1].kind, steps[-1].place) == (routing.END, DEPOT)
    left, here = tank, DEPOT
    for step in steps:
        left += {routing.TREE: -step.litres, routing.REFILL: step.litres}.get(step.kind, 0)
        assert step.left == left and 0 <= left <= tank
        assert step.metres == round(routing.metres(here, step.place))
        here = step.place
    # No more refills than with every tank half used.
    refills = sum(step.kind == routing.REFILL for step in steps)
    assert refills <= 2 * sum(tree.litres for tree in trees) / tank
    assert plan(trees, tank, DEPOT, DEPOT, [WELL] if well else []) == steps


def test_close_to_the_best_tour_of_all():
    chance = random.Random(7)
    worst = 1.0
    for _round in range(25):
        trees = [
            Demand(Place(str(n), 51.2 + chance.random() / 20, 6.55 + chance.random() / 10), 10)
            for n in range(7)
        ]
        found = length(plan(trees, 1000, DEPOT, WELL, []))
        best = min(
            sum(
                routing.metres(one, other)
                for one, other in zip([DEPOT, *order], [*order, WELL], strict=True)
            )
            for order in permutations([tree.place for tree in trees])
        )
        worst = max(worst, found / best)
    assert worst < 1.08


def test_a_refill_on_the_way_beats_the_way_home():
    far = [Demand(Place(str(n), 51.232 + n / 1000, 6.625), 100) for n in range(6)]
    home = plan(far, 300, DEPOT, DEPOT, [])
    near = plan(far, 300, DEPOT, DEPOT, [WELL, DEPOT])
    assert length(near) < length(home)
    assert [step.place for step in near if step.kind == routing.REFILL] == [WELL]


@pytest.mark.parametrize(
    ("trees", "reason"),
    [
        ([], "no-trees"),
        ([Demand(DEPOT, 10)] * 81, "too-many"),
        ([Demand(DEPOT, 2000)], "tank"),
        ([Demand(DEPOT, 0)], "tank"),
    ],
)
def test_what_cannot_be_driven(trees, reason):
    with pytest.raises(NotPossible) as error:
        plan(trees, 1000, DEPOT, DEPOT, [])
    assert error.value.reason == reason


def test_the_longest_round_is_planned_while_one_waits():
    chance = random.Random(1)
    trees = [
        Demand(Place(str(n), 51.2 + chance.random() / 20, 6.55 + chance.random() / 10), 100)
        for n in range(routing.MOST_STOPS)
    ]
    begin = time.process_time()
    plan(trees, 1000, DEPOT, DEPOT, [WELL])
    assert time.process_time() - begin < 2
