"""What can be booked at a desk, and what several services in one appointment add up to.

All durations are minutes; they become cells, rounded up, only in a `Request`.
"""

from collections.abc import Iterable
from collections.abc import Sequence
from dataclasses import dataclass
from kaarst.appointments.engine import raster
from kaarst.appointments.engine.interfaces import ILengthRule
from typing import NamedTuple
from zope.interface import provider


@dataclass(frozen=True)
class Need:
    """Resources of one kind that an appointment takes.

    `skills` are what each of them must be able to do, `count` how many are taken. Two needs of
    one kind are told apart by `role` ("clerk", "interpreter"). What `travels` is also taken on
    the way to a visit and back.
    """

    kind: str
    skills: frozenset[str] = frozenset()
    count: int = 1
    role: str = ""
    travels: bool = False


@dataclass(frozen=True)
class Offering:
    """A service at a desk.

    `minutes` is its length, `added` its length beside others that are dealt with in the same
    appointment (None: the same), `setup` what every appointment needs once, whatever it is for.
    `before` and `after` keep the resources free around the appointment, `travel` is the way to
    it and back, each, for what travels. `at_most` is how often
    the service may be chosen for one appointment: a passport for each of four people.
    """

    id: str
    minutes: int
    added: int | None = None
    setup: int = 0
    before: int = 0
    after: int = 0
    travel: int = 0
    at_most: int = 1
    needs: tuple[Need, ...] = (Need("counter"),)

    def __post_init__(self):
        if self.minutes < 1 or min(self.added or 0, self.setup, self.before, self.after) < 0:
            raise ValueError("a service takes time")

    @property
    def further(self) -> int:
        """The length beside others."""
        return self.minutes if self.added is None else self.added


@provider(ILengthRule)
def one_after_another(offerings: Sequence[Offering]) -> int:
    """Every service in its full length, the setup once."""
    return _setup(offerings) + sum(one.minutes for one in offerings)


@provider(ILengthRule)
def side_by_side(offerings: Sequence[Offering]) -> int:
    """The longest service; the others are done meanwhile. The setup once."""
    return _setup(offerings) + max(one.minutes for one in offerings)


@provider(ILengthRule)
def further_ones_shorter(offerings: Sequence[Offering]) -> int:
    """One service in its full length, the others as long as they take beside it. The setup once.

    In full counts the one for which that makes the appointment longest, so that another order of
    choosing never gives another length.
    """
    further = sum(one.further for one in offerings)
    return _setup(offerings) + max(further - one.further + one.minutes for one in offerings)


LENGTH_RULES = {
    "one_after_another": one_after_another,
    "further_ones_shorter": further_ones_shorter,
    "side_by_side": side_by_side,
}


def combine_needs(offerings: Iterable[Offering]) -> tuple[Need, ...]:
    """The needs of an appointment: one and the same clerk deals with all its services.

    So skills of the same kind and role add up on one resource, and counts do not.
    """
    combined: dict[tuple[str, str], Need] = {}
    for offering in offerings:
        for need in offering.needs:
            known = combined.get((need.kind, need.role), need)
            combined[need.kind, need.role] = Need(
                kind=need.kind,
                role=need.role,
                skills=need.skills | known.skills,
                count=max(need.count, known.count),
                travels=need.travels or known.travels,
            )
    return tuple(combined.values())


class Request(NamedTuple):
    """What is looked for: services and their length, needs and pads in cells."""

    services: tuple[str, ...]
    cells: int
    needs: tuple[Need, ...]
    before: int = 0
    after: int = 0
    travel: int = 0

    def pads(self, need: Need) -> tuple[int, int, int]:
        """Cells kept free before, on the way (there, and back as much), after."""
        return self.before, self.travel if need.travels else 0, self.after

    @property
    def seconds(self) -> int:
        """The length of the appointment itself."""
        return self.cells * raster.CELL_SECONDS


def _setup(offerings: Sequence[Offering]) -> int:
    return max(one.setup for one in offerings)
