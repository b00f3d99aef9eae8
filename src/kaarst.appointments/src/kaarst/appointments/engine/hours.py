"""Opening hours: an editor's rules become the bitmap of a day's open cells.

The week, its exceptions and the holidays are those of `kaarst.core.opening_hours`, as on the
page of a place. Recurring rules come on top: further hours ("every second Saturday") and breaks
("the first Wednesday of the month from ten"). On a day with an exception or a holiday only that
counts: it states the hours of its day completely.
"""

from dataclasses import dataclass
from dataclasses import field
from datetime import date
from kaarst.appointments.engine import bits
from kaarst.appointments.engine import raster
from kaarst.appointments.engine.interfaces import IHours
from kaarst.appointments.engine.recurrence import Recurrence
from kaarst.core.opening_hours.schedule import Schedule
from kaarst.core.opening_hours.schedule import Span
from zope.interface import implementer


KEPT_DAYS = 4096


@dataclass(frozen=True)
class Rule:
    """These times on these days."""

    days: Recurrence
    spans: tuple[Span, ...]


@implementer(IHours)
@dataclass(frozen=True)
class Hours:
    """The opening hours of a desk or the working hours of a resource."""

    schedule: Schedule = Schedule()
    rules: tuple[Rule, ...] = ()
    breaks: tuple[Rule, ...] = ()
    _known: dict[date, int] = field(default_factory=dict, init=False, repr=False, compare=False)

    def open_cells(self, day: date) -> int:
        """The bitmap of the day's open cells; 0 when closed all day."""
        cells = self._known.get(day)
        if cells is None:
            if len(self._known) >= KEPT_DAYS:
                self._known.clear()
            cells = self._known[day] = self._compute(day)
        return cells

    def closed_because(self, day: date) -> str:
        """The holiday or other reason for which the day is closed, "" if there is none."""
        said = self.schedule.day(day)
        return said.reason if said.exceptional and said.closed else ""

    def _compute(self, day: date) -> int:
        said = self.schedule.day(day)
        cells = union(open_cells(span, day) for span in said.spans)
        if said.exceptional:
            return cells
        cells |= union(open_cells(span, day) for span in _applying(self.rules, day))
        return cells & ~union(touched_cells(span, day) for span in _applying(self.breaks, day))


def open_cells(span: Span, day: date) -> int:
    """The cells of the day that lie in the span completely."""
    # The hour that comes twice in autumn belongs to the span in full.
    return bits.span(
        raster.cell_at(day, span.start, up=True),
        raster.cell_at(day, span.end, last=True),
    )


def touched_cells(span: Span, day: date) -> int:
    """The cells of the day that lie in the span at least partly."""
    return bits.span(
        raster.cell_at(day, span.start),
        raster.cell_at(day, span.end, up=True, last=True),
    )


def union(bitmaps) -> int:
    """Every cell set in any of the bitmaps."""
    cells = 0
    for bitmap in bitmaps:
        cells |= bitmap
    return cells


def _applying(rules: tuple[Rule, ...], day: date) -> list[Span]:
    return [span for rule in rules if day in rule.days for span in rule.spans]
