"""Which part of a day can be booked ahead, and when the rest of it becomes bookable.

Instead of a rush for the last slots, an editor says for instance: half of each day ahead, the
rest on the day itself at half past seven. Which times belong to which part follows from the rule
and the day alone, not from chance or from who asks: the same for everybody, and shown before.

The open time of each resource is cut into blocks. Shares are dealt out evenly either over the
blocks ("blocks": every counter is partly free, and at every hour some of them are) or over the
resources ("resources": whole counters stay back, so that long appointments fit). The count begins
with the date, so that no counter and no hour is always the one held back. What one stage frees,
every later one does.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from datetime import timedelta
from kaarst.appointments.engine import bits
from kaarst.appointments.engine import raster
from kaarst.appointments.engine.interfaces import IRelease
from zope.interface import implementer


@dataclass(frozen=True)
class Stage:
    """From `minutes` after midnight, `days` before the day, so many percent can be booked."""

    percent: int
    days: int
    minutes: int

    def instant(self, day: date) -> int:
        """When this stage begins for a day."""
        return raster.wall_clock(day - timedelta(days=self.days), self.minutes)


@implementer(IRelease)
@dataclass(frozen=True)
class Release:
    """A share of each day ahead, and stages in which more of it becomes bookable.

    `ahead` is in percent. `kind` is the kind of resources that are held back; the others are
    free at once. `block` is in minutes. Stages need not be in order. `except_days` are weekdays
    (Monday is 0) on which all is free ahead.
    """

    ahead: int
    stages: tuple[Stage, ...]
    kind: str = "counter"
    block: int = 60
    by: str = "blocks"
    except_days: frozenset[int] = frozenset()

    def __post_init__(self):
        percents = [self.ahead, *(stage.percent for stage in self.stages)]
        if not all(0 <= percent <= 100 for percent in percents):
            raise ValueError("a share lies between 0 and 100 percent")
        if self.block < raster.CELL_MINUTES or self.by not in ("blocks", "resources"):
            raise ValueError("blocks have a length and are dealt out by blocks or resources")

    def percent(self, day: date, now: int) -> int:
        """How much of the day can be booked at the instant, in percent."""
        if day.weekday() in self.except_days:
            return 100
        begun = (stage.percent for stage in self.stages if stage.instant(day) <= now)
        return max(self.ahead, *begun, 0)

    def next_release(self, day: date, now: int) -> int | None:
        """The instant at which more of the day becomes bookable, None when nothing will."""
        percent = self.percent(day, now)
        later = [s.instant(day) for s in self.stages if s.percent > percent]
        return min((instant for instant in later if instant > now), default=None)

    def released(self, resources: Sequence[tuple[str, int]], day: date, now: int) -> dict[str, int]:
        """The cells that may be booked at the instant: `{resource id: bitmap}`.

        `resources` are (id, open cells) in the order of the plan, those of the kind only.
        """
        percent = self.percent(day, now)
        if percent == 100:
            return {}
        return {
            name: self._dealt(cells, number, day, percent)
            for number, (name, cells) in enumerate(resources)
        }

    def _dealt(self, cells: int, number: int, day: date, percent: int) -> int:
        """The released cells of the `number`-th resource."""
        first = number + day.toordinal()
        if self.by == "resources":
            return cells if _is_dealt(first, percent) else 0
        released = 0
        for index, block in enumerate(blocks(cells, raster.cells_for(self.block))):
            if _is_dealt(first + index, percent):
                released |= block
        return released


def blocks(cells: int, length: int) -> list[int]:
    """The open cells of a day cut into blocks of so many cells, each hour of opening for itself.

    What is left at the end of a run belongs to its last block, so that none is shorter than the
    length (save where the run is).
    """
    found = []
    for start, stop in bits.spans(cells):
        count = max((stop - start) // length, 1)
        edges = [start + index * length for index in range(count)] + [stop]
        found.extend(bits.span(a, b) for a, b in zip(edges, edges[1:], strict=False))
    return found


def _is_dealt(position: int, percent: int) -> bool:
    """Whether a position belongs to the share, as evenly as can be.

    By the van der Corput sequence: 50 percent are every second position, 25 every fourth, and
    a greater share contains the smaller one.
    """
    reversed_bits = int(f"{position % 128:07b}"[::-1], 2)
    return reversed_bits * 100 < percent * 128
