"""In which order a vehicle waters trees, and where it fills its tank on the way. Plain Python.

First one tour over all trees (nearest neighbour, bettered by turning stretches round and by moving
single trees until neither helps), then the best places for refills in that order, found exactly
(route first, cluster second: Prins 2004, Computers & Operations Research 31, 1985–2002).

Libraries were looked at: PyVRP 0.14 (MIT) brings numpy and matplotlib, pyvroom 1.15 (BSD) numpy and
pandas, a hundred megabytes in an installation that otherwise needs neither, and pyvroom knows no
refills; OR-Tools is under Apache-2.0, which does not go with GPL-2.0-only. A town's round has some
dozens of trees within a few kilometres: there the tour found here is at most a few per cent longer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import asin
from math import cos
from math import radians
from math import sin
from math import sqrt


TREE, REFILL, END = "tree", "refill", "end"
#: Streets are longer than the way a bird flies; in towns by about 30 %.
DETOUR = 1.3
MOST_STOPS = 80
_EARTH = 6_371_000


class NotPossible(ValueError):
    """No such round: `reason` is "no-trees", "too-many" or "tank" (smaller than one tree needs)."""

    def __init__(self, reason: str):
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True)
class Place:
    """A point on the map in degrees. `key` is the caller's."""

    key: str
    latitude: float
    longitude: float


@dataclass(frozen=True)
class Demand:
    """A tree and the litres it is to get."""

    place: Place
    litres: int


@dataclass(frozen=True)
class Step:
    """Where to go next. `kind` TREE, REFILL or END; `metres` on the way there.

    `litres` are given to a tree or taken at a refill; `left` are in the tank afterwards.
    """

    kind: str
    place: Place
    litres: int
    metres: int
    left: int


def metres(one: Place, other: Place) -> float:
    """The estimated way between two places: great circle times `DETOUR`."""
    north, south = radians(one.latitude), radians(other.latitude)
    high = sin((south - north) / 2) ** 2
    wide = sin(radians(other.longitude - one.longitude) / 2) ** 2
    return 2 * _EARTH * asin(min(sqrt(high + cos(north) * cos(south) * wide), 1)) * DETOUR


def plan(
    trees: Sequence[Demand], tank: int, start: Place, end: Place, refills: Sequence[Place]
) -> list[Step]:
    """The steps of a round. The vehicle sets out with a full tank of `tank` litres.

    Without `refills` the tank is filled at `start`. Raises NotPossible.
    """
    if not trees:
        raise NotPossible("no-trees")
    if len(trees) > MOST_STOPS:
        raise NotPossible("too-many")
    if any(not 0 < tree.litres <= tank for tree in trees):
        raise NotPossible("tank")
    order = _ordered([tree.place for tree in trees], start, end)
    return _steps([trees[index] for index in order], tank, start, end, list(refills or [start]))


def _ordered(places: list[Place], start: Place, end: Place) -> list[int]:
    """The order of a short tour from `start` over all places to `end`."""
    points = [start, *places, end]
    way = [[metres(one, other) for other in points] for one in points]
    last = len(points) - 1
    tour, left = [0], set(range(1, last))
    while left:
        # Equal distances: the first as given, so that the same question has the same answer.
        nearest = min(sorted(left), key=way[tour[-1]].__getitem__)
        tour.append(nearest)
        left.remove(nearest)
    tour.append(last)
    while _turned(tour, way) or _moved(tour, way):
        pass
    return [index - 1 for index in tour[1:-1]]


def _turned(tour: list[int], way: list[list[float]]) -> bool:
    """Turns the first stretch round that makes the tour shorter (2-opt); whether there was one."""
    for first in range(1, len(tour) - 2):
        for after in range(first + 2, len(tour)):
            a, b, c, d = tour[first - 1], tour[first], tour[after - 1], tour[after]
            if way[a][c] + way[b][d] < way[a][b] + way[c][d] - 1e-6:
                tour[first:after] = tour[first:after][::-1]
                return True
    return False


def _moved(tour: list[int], way: list[list[float]]) -> bool:
    """Moves the first stop that fits better elsewhere (or-opt); whether there was one."""
    for index in range(1, len(tour) - 1):
        before, stop, after = tour[index - 1 : index + 2]
        gain = way[before][stop] + way[stop][after] - way[before][after]
        rest = tour[:index] + tour[index + 1 :]
        for place in range(1, len(rest)):
            one, other = rest[place - 1], rest[place]
            if way[one][stop] + way[stop][other] - way[one][other] < gain - 1e-6:
                tour[:] = [*rest[:place], stop, *rest[place:]]
                return True
    return False


def _steps(
    trees: list[Demand], tank: int, start: Place, end: Place, refills: list[Place]
) -> list[Step]:
    """Puts refills where they make the way shortest, the order of the trees being given."""
    count = len(trees)
    # best[n]: the shortest way that has watered the first n trees and is at a refill (or has not
    # left); back[n]: where its last load began.
    best, back = [0.0] + [float("inf")] * count, [0] * (count + 1)
    for begin in range(count):
        if best[begin] == float("inf"):
            continue
        carried, length = 0, best[begin]
        for index in range(begin, count):
            carried += trees[index].litres
            if carried > tank:
                break
            length += _leg(trees, begin, index, start, refills)
            until = index + 1
            final = end if until == count else None
            total = length + _to(trees[index].place, final, trees, until, refills)
            if total < best[until]:
                best[until], back[until] = total, begin
    loads, until = [], count
    while until:
        loads.append((back[until], until))
        until = back[until]
    return _written(trees, loads[::-1], tank, start, end, refills)


def _leg(trees, begin: int, index: int, start: Place, refills: list[Place]) -> float:
    """The way to a tree from the one before it; to the first of a load from where it was filled."""
    place = trees[index].place
    if index > begin:
        return metres(trees[index - 1].place, place)
    if begin == 0:
        return metres(start, place)
    return metres(_refill(trees[begin - 1].place, place, refills), place)


def _to(place: Place, final: Place | None, trees, until: int, refills: list[Place]) -> float:
    """The way from the last tree of a load to the refill that suits the next tree, or to the end."""
    goal = final or _refill(place, trees[until].place, refills)
    return metres(place, goal)


def _refill(one: Place, other: Place, refills: list[Place]) -> Place:
    return min(refills, key=lambda place: metres(one, place) + metres(place, other))


def _written(trees, loads, tank: int, start: Place, end: Place, refills) -> list[Step]:
    steps, here, left = [], start, tank
    for begin, until in loads:
        if begin:
            place = _refill(here, trees[begin].place, refills)
            steps.append(Step(REFILL, place, tank - left, round(metres(here, place)), tank))
            here, left = place, tank
        for tree in trees[begin:until]:
            left -= tree.litres
            way = round(metres(here, tree.place))
            steps.append(Step(TREE, tree.place, tree.litres, way, left))
            here = tree.place
    steps.append(Step(END, end, 0, round(metres(here, end)), left))
    return steps
