"""Opening hours: an editor's rules become the bitmap of a day's open cells.

Of what is said about a day the more special wins: an exception over a holiday, a holiday over
the rules. Breaks are taken out of the rules' hours, not out of an exception's, which states the
hours of its day completely.
"""

from dataclasses import dataclass
from datetime import date
from kaarst.appointments.engine import bits
from kaarst.appointments.engine import raster
from kaarst.appointments.engine.interfaces import IHolidays
from kaarst.appointments.engine.interfaces import IHours
from kaarst.appointments.engine.recurrence import Recurrence
from zope.interface import implementer


@dataclass(frozen=True)
class Times:
    """From when to when: wall-clock minutes since midnight, 0 <= start < end <= 1440."""

    start: int
    end: int

    def __post_init__(self):
        if not 0 <= self.start < self.end <= raster.MINUTES_OF_A_DAY:
            raise ValueError("hours end after they begin, on the same day")

    def open_cells(self, day: date) -> int:
        """The cells that lie in these hours completely."""
        return bits.span(
            raster.cell_at(day, self.start, up=True),
            raster.cell_at(day, self.end),
        )

    def touched_cells(self, day: date) -> int:
        """The cells that lie in these hours at least partly."""
        return bits.span(
            raster.cell_at(day, self.start),
            raster.cell_at(day, self.end, up=True),
        )


@dataclass(frozen=True)
class Rule:
    """These times on these days."""

    days: Recurrence
    times: tuple[Times, ...]


@dataclass(frozen=True)
class Exceptional:
    """Other hours on these days, none of them meaning closed, and why."""

    days: Recurrence
    times: tuple[Times, ...] = ()
    reason: str = ""


@implementer(IHours)
@dataclass(frozen=True)
class Hours:
    """The opening hours of a desk or the working hours of a resource.

    `holidays` provides `IHolidays`; without it holidays are days like any other.
    """

    rules: tuple[Rule, ...] = ()
    breaks: tuple[Rule, ...] = ()
    exceptions: tuple[Exceptional, ...] = ()
    holidays: object = None

    def __post_init__(self):
        if self.holidays is not None and not IHolidays.providedBy(self.holidays):
            raise TypeError("holidays must provide IHolidays")
        object.__setattr__(self, "_days", {})

    def open_cells(self, day: date) -> int:
        """The bitmap of the day's open cells; 0 when closed all day."""
        known = self._days
        if day not in known:
            if len(known) > 4096:
                known.clear()
            known[day] = self._compute(day)
        return known[day]

    def closed_because(self, day: date) -> str:
        """The name of the holiday or the reason of the exception that closes the day, else ""."""
        exception = self._exception(day)
        if exception:
            return "" if exception.times else exception.reason
        return self._holiday(day)

    def _compute(self, day: date) -> int:
        exception = self._exception(day)
        if exception:
            return _union(exception.times, day)
        if self._holiday(day):
            return 0
        cells = 0
        for rule in self.rules:
            if day in rule.days:
                cells |= _union(rule.times, day)
        for rule in self.breaks:
            if day in rule.days:
                for times in rule.times:
                    cells &= ~times.touched_cells(day)
        return cells

    def _exception(self, day: date) -> Exceptional | None:
        # The last one written wins, as the newest line of a list does for people.
        return next((one for one in reversed(self.exceptions) if day in one.days), None)

    def _holiday(self, day: date) -> str:
        return self.holidays.name(day) if self.holidays is not None else ""


def _union(times: tuple[Times, ...], day: date) -> int:
    cells = 0
    for one in times:
        cells |= one.open_cells(day)
    return cells
