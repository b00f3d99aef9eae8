"""When an appointment is possible, and with which resources.

A day's possible starts are one integer, computed by shifting and combining bitmaps: for each
resource `open & ~full`, then the runs long enough; for each need the union over the resources
that meet it; for the appointment what all needs have in common.
"""

from collections.abc import Collection
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from datetime import date
from functools import reduce
from itertools import combinations
from kaarst.appointments.engine import bits
from kaarst.appointments.engine import raster
from kaarst.appointments.engine.claims import full as full_cells
from kaarst.appointments.engine.interfaces import ILedgers
from kaarst.appointments.engine.offering import Need
from kaarst.appointments.engine.offering import Request
from kaarst.appointments.engine.plan import Plan
from kaarst.appointments.engine.plan import Resource
from operator import or_
from typing import NamedTuple


class Piece(NamedTuple):
    """What an appointment takes of one resource: cells of a local day (its ordinal)."""

    resource: str
    day: int
    cells: int


class Search:
    """Looks for starts at one desk at one instant.

    `public` keeps to lead time, horizon, release and step; staff may book without. `ignoring` is the
    key of a booking whose own claims count as free, to move it. `only` names resources to be
    taken, where it names any of a kind. `over` takes no heed of hours and other bookings,
    `unreleased` of what is held back, `released_too` (cells by day and resource) of that part.
    """

    def __init__(
        self,
        plan: Plan,
        ledgers: ILedgers,
        now: int,
        *,
        public: bool = True,
        ignoring: str = "",
        only: Collection[str] = (),
        over: bool = False,
        unreleased: bool = False,
        released_too: Mapping[date, Mapping[str, int]] | None = None,
    ):
        self.plan = plan
        self.ledgers = ledgers
        self.now = now
        self.public = public
        self.ignoring = ignoring
        self.over = over
        self.unreleased = unreleased
        self.released_too = released_too or {}
        kinds = {one.kind for one in plan.resources if one.id in only}
        self._resources = [one for one in plan.resources if one.id in only or one.kind not in kinds]
        self._full: dict[date, dict[str, int]] = {}
        self._released_on: dict[date, dict[str, int]] = {}
        self._meeting: dict[Need, list[Resource]] = {}
        #: The first and the last day on which something can be booked.
        self.window = raster.day_of(self.now), self.plan.last_day(self.now)

    def days(self, request: Request, first: date, last: date) -> Iterator[tuple[date, int]]:
        """Each day from `first` to `last` within the window with its possible starts, also 0."""
        lower, upper = self.window
        first, last = max(first, lower), min(last, upper) if self.public else last
        if last < first:
            return
        self._load(first, last)
        for day in raster.days(first, last):
            yield day, self.starts(request, day)

    def earliest(self, request: Request, first: date, last: date) -> int | None:
        """The first possible start in these days as an instant, None if there is none."""
        for week in _weeks(first, last):
            for day, starts in self.days(request, *week):
                if starts:
                    return raster.instant(day, bits.first(starts))
        return None

    def nearest(self, request: Request, wanted: int, count: int = 3) -> tuple[int, ...]:
        """The possible starts nearest to an instant, in the order of time."""
        lower, upper = self.window
        middle = min(max(raster.day_of(wanted), lower), upper)
        found: list[int] = []
        for distance in range(max((upper - middle).days, (middle - lower).days) + 1):
            for offset in {-distance, distance}:
                day = date.fromordinal(middle.toordinal() + offset)
                found.extend(self.instants(request, day))
            found = sorted(found, key=lambda start: (abs(start - wanted), start))[:count]
            # Days not looked at yet are further away than this, a clock change included.
            if len(found) == count and abs(found[-1] - wanted) <= distance * 86_400 - 3_600:
                break
        return tuple(sorted(found))

    def instants(self, request: Request, day: date) -> list[int]:
        """The possible starts of a day as instants."""
        return [raster.instant(day, cell) for cell in bits.cells(self.starts(request, day))]

    def starts(self, request: Request, day: date) -> int:
        """The cells of the day at which the appointment can begin."""
        allowed = self._allowed(request, day)
        if not allowed:
            return 0
        released = self._released(day)
        for group in _by_kind(request.needs):
            by_need = [self._starts_of(request, need, day, released) for need in group]
            allowed &= _together(group, by_need)
            if not allowed:
                return 0
        return allowed

    def choose(self, request: Request, start: int) -> tuple[Piece, ...] | None:
        """The resources that take an appointment at this instant, None if it is not possible."""
        day, cell = raster.locate(start)
        if not raster.on_raster(start) or not self._allowed(request, day) >> cell & 1:
            return None
        released = self._released(day)
        wanted, candidates = [], []
        for need in request.needs:
            possible = [
                name
                for name, starts in self._starts_of(request, need, day, released).items()
                if starts >> cell & 1
            ]
            possible.sort(key=lambda name: self._preference(name, day, cell, request))
            wanted.extend([need] * need.count)
            candidates.extend([possible] * need.count)
        chosen = _assign(candidates)
        if chosen is None:
            return None
        return tuple(
            piece_of(request, need, name, day, cell)
            for need, name in zip(wanted, chosen, strict=True)
        )

    # One day

    def _allowed(self, request: Request, day: date) -> int:
        lower, upper = self.window
        if day < lower or (self.public and day > upper):
            return 0
        cells = raster.every(day, self.plan.step if self.public else raster.CELL_MINUTES)
        earliest = self.now + (self.plan.lead * 60 if self.public else 0)
        past = -((raster.midnight(day) - earliest) // raster.CELL_SECONDS)
        return cells >> past << past if past > 0 else cells

    def _starts_of(
        self, request: Request, need: Need, day: date, released: dict[str, int]
    ) -> dict[str, int]:
        """The starts at which each resource that meets the need could take it, by its id."""
        before, travel, after = request.pads(need)
        length = travel + request.cells + travel
        full = self._full_on(day)
        found = {}
        for resource in self._able(need):
            if self.over:
                found[resource.id] = bits.span(0, raster.length(day))
                continue
            taken = full.get(resource.id, 0)
            free = self.plan.open_cells(resource, day) & ~taken
            if released:
                free &= released.get(resource.id, -1)
            starts = bits.runs(free, length) << travel if free else 0
            if starts and (before or after):
                # Pads may lie outside the opening hours, but on nobody's appointment.
                low = before + travel
                starts &= bits.runs(~(taken << low), low + request.cells + travel + after)
            if starts:
                found[resource.id] = starts
        return found

    def _able(self, need: Need) -> list[Resource]:
        if need not in self._meeting:
            self._meeting[need] = [one for one in self._resources if one.meets(need)]
        return self._meeting[need]

    def _released(self, day: date) -> dict[str, int]:
        release = self.plan.release
        if release is None or self.unreleased or not self.public:
            return {}
        if day not in self._released_on:
            resources = [
                (one.id, self.plan.open_cells(one, day))
                for one in self.plan.resources
                if one.kind == release.kind
            ]
            more = self.released_too.get(day, {})
            found = release.released(resources, day, self.now)
            self._released_on[day] = {n: cells | more.get(n, 0) for n, cells in found.items()}
        return self._released_on[day]

    def _preference(self, name: str, day: date, cell: int, request: Request) -> tuple:
        """Sorts the resource to be taken first: specialists before those who can do everything."""
        resource = self.plan.resource(name)
        skills = float("inf") if resource.skills is None else len(resource.skills)
        open_cells = self.plan.open_cells(resource, day)
        taken = self._full_on(day).get(resource.id, 0) & open_cells
        if self.plan.even:
            return skills, taken.bit_count()
        # Packed: next to what is taken or closed already, so that long runs stay.
        free = open_cells & ~taken
        edges = 1 << (cell + request.cells) | (1 << cell - 1 if cell else 0)
        return skills, (free & edges).bit_count()

    # What is taken

    def _load(self, first: date, last: date) -> None:
        days = raster.days(first, last)
        if all(day in self._full for day in days):
            return
        names = {resource.id: resource.capacity for resource in self.plan.resources}
        found = self.ledgers.full(names, first, last, self.now, names)
        for day in days:
            self._full[day] = {name: cells[day] for name, cells in found.items() if cells.get(day)}
        if self.ignoring:
            self._ignore(names, days)

    def _ignore(self, names: Iterable[str], days: Iterable[date]) -> None:
        for day in days:
            for name in self._full[day].keys() & set(names):
                claims = dict(self.ledgers.claims(name, day))
                if claims.pop(self.ignoring, None):
                    resource = self.plan.resource(name)
                    self._full[day][name] = full_cells(claims, resource.capacity, self.now)

    def _full_on(self, day: date) -> dict[str, int]:
        if day not in self._full:
            self._load(day, day)
        return self._full[day]


def piece_of(request: Request, need: Need, resource: str, day: date, cell: int) -> Piece:
    """The cells a resource gives to an appointment that begins at the cell, pads included."""
    before, travel, after = request.pads(need)
    first = max(cell - travel - before, 0)
    last = min(cell + request.cells + travel + after, raster.length(day))
    return Piece(resource, day.toordinal(), bits.span(first, last))


def _by_kind(needs: Iterable[Need]) -> list[list[Need]]:
    groups: dict[str, list[Need]] = {}
    for need in needs:
        groups.setdefault(need.kind, []).append(need)
    return list(groups.values())


def _together(needs: list[Need], starts: list[dict[str, int]]) -> int:
    """The starts at which all needs of a kind can be met by different resources.

    By Hall's marriage theorem that is so where every choice of some of the needs finds at least
    as many resources as it asks for.
    """
    if len(needs) == 1 and needs[0].count == 1:
        return reduce(or_, starts[0].values(), 0)
    cells = -1
    for size in range(1, len(needs) + 1):
        for some in combinations(range(len(needs)), size):
            union: dict[str, int] = {}
            for number in some:
                for resource, found in starts[number].items():
                    union[resource] = union.get(resource, 0) | found
            cells &= bits.at_least(union.values(), sum(needs[number].count for number in some))
    return cells


def _assign(candidates: list[list[str]]) -> list[str] | None:
    """A different resource for each list, preferably an early one; None if there is no way."""
    order = sorted(range(len(candidates)), key=lambda number: len(candidates[number]))
    chosen: dict[int, str] = {}

    def assign(position: int) -> bool:
        if position == len(order):
            return True
        number = order[position]
        for name in candidates[number]:
            if name not in chosen.values():
                chosen[number] = name
                if assign(position + 1):
                    return True
                del chosen[number]
        return False

    return [chosen[number] for number in range(len(candidates))] if assign(0) else None


def _weeks(first: date, last: date) -> Iterator[tuple[date, date]]:
    for start in range(first.toordinal(), last.toordinal() + 1, 7):
        yield date.fromordinal(start), date.fromordinal(min(start + 6, last.toordinal()))
