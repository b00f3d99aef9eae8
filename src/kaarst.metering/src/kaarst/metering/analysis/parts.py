"""The biggest consumers: sub-meters and what is left over, and buildings a square metre."""

from collections.abc import Iterable
from collections.abc import Sequence
from kaarst.metering.analysis.series import Item
from typing import NamedTuple


class Part(NamedTuple):
    """One sub-meter: `consumption` in millionths, None where unknown; `complete` as in `Item`."""

    key: str
    consumption: int | None
    complete: bool


class Split(NamedTuple):
    """A main meter's consumption told apart.

    `parts`: sub-meters, the largest first. `rest`: what no sub-meter counted, never below zero.
    `excess`: by how much the sub-meters counted more than the main meter; above zero somebody has to
    look at how they are wired, mapped or scaled. `rest` is None where the main meter, or every
    sub-meter, is unknown. `complete`: nothing is missing anywhere.
    """

    whole: int | None
    parts: list[Part]
    rest: int | None
    excess: int
    complete: bool


def split(main: Item, subs: Iterable[tuple[str, Item]]) -> Split:
    """Splits what a main meter counted in a slot among the meters right behind it."""
    parts = [Part(key, item.consumption, item.complete) for key, item in subs]
    parts.sort(key=lambda part: (part.consumption is None, -(part.consumption or 0), part.key))
    known = sum(part.consumption or 0 for part in parts)
    complete = main.complete and all(part.complete for part in parts)
    if main.consumption is None:
        return Split(None, parts, None, 0, False)
    left = main.consumption - known
    return Split(main.consumption, parts, max(left, 0), max(-left, 0), complete)


class Ranked(NamedTuple):
    """A building and what it used a square metre; `place` begins at 1, equal ones share it."""

    key: str
    per_area: float
    place: int
    complete: bool


def ranking(buildings: Sequence[tuple[str, int | None, float | None, bool]]) -> list[Ranked]:
    """Ranks (key, m², amount used, complete) by the amount a square metre, the largest first.

    Whoever has no area or no known consumption cannot be ranked and is left out.
    """
    found = [
        (key, amount / area, complete)
        for key, area, amount, complete in buildings
        if area and amount is not None
    ]
    found.sort(key=lambda one: (-one[1], one[0]))
    ranked: list[Ranked] = []
    for number, (key, per_area, complete) in enumerate(found, 1):
        same = ranked and ranked[-1].per_area == per_area
        ranked.append(Ranked(key, per_area, ranked[-1].place if same else number, complete))
    return ranked
