"""How full the open hours were: minutes booked and minutes open, by hour of the day. Plain Python."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from kaarst.appointments.engine import bits
from kaarst.appointments.engine import raster
from kaarst.appointments.engine.plan import Plan
from kaarst.appointments.engine.records import Booking
from kaarst.appointments.engine.records import Closure


HOUR_CELLS = 60 // raster.CELL_MINUTES
DAY_CELLS = 24 * HOUR_CELLS


@dataclass(frozen=True)
class Use:
    """Minutes of an hour of the day, over all counters (people where there are none) and days."""

    booked: int
    open: int

    @property
    def percent(self) -> int:
        return round(100 * self.booked / self.open)


def use_by_hour(
    plan: Plan,
    bookings: Iterable[Booking],
    closures: Iterable[Closure],
    first: date,
    last: date,
) -> dict[int, Use]:
    """For each hour in which anything was open.

    Open is what the plan says as it is now, without the closures: former hours are not kept. What
    was booked outside of them (the hours were others, or it was overbooked) does not count.
    """
    counted = [one for one in plan.resources if one.kind == "counter"] or [
        one for one in plan.resources if one.kind == "staff"
    ]
    closed = _by_place(closures)
    taken = _by_place(one for one in bookings if one.takes_place)
    booked: Counter[int] = Counter()
    opened: Counter[int] = Counter()
    for day in raster.days(first, last):
        for resource in counted:
            cells = plan.open_cells(resource, day)
            for block in closed.get((resource.id, day.toordinal()), ()):
                cells &= ~block
            if not cells:
                continue
            _add(opened, day, cells, resource.capacity)
            for taking in taken.get((resource.id, day.toordinal()), ()):
                _add(booked, day, taking & cells)
    return {hour: Use(min(booked[hour], opened[hour]), opened[hour]) for hour in sorted(opened)}


def _by_place(records: Iterable) -> dict[tuple[str, int], list[int]]:
    found: dict[tuple[str, int], list[int]] = {}
    for record in records:
        for piece in record.pieces:
            found.setdefault((piece.resource, piece.day), []).append(piece.cells)
    return found


def _add(minutes: Counter[int], day: date, cells: int, times: int = 1) -> None:
    if raster.length(day) != DAY_CELLS:
        # Twice a year the clock is put on or back: hour by hour would be wrong.
        for cell in bits.cells(cells):
            minutes[raster.local(raster.instant(day, cell)).hour] += raster.CELL_MINUTES * times
        return
    for hour in range(24):
        part = cells >> hour * HOUR_CELLS & (1 << HOUR_CELLS) - 1
        if part:
            minutes[hour] += part.bit_count() * raster.CELL_MINUTES * times
