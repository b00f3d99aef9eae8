"""The week that follows from what an editor has set, for the preview. Plain Python."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from datetime import timedelta
from kaarst.appointments.engine import bits
from kaarst.appointments.engine import claims
from kaarst.appointments.engine import raster
from kaarst.appointments.engine.desk import Desk
from kaarst.appointments.engine.interfaces import IStorage
from kaarst.appointments.engine.plan import Plan
from kaarst.appointments.engine.records import Closure


@dataclass(frozen=True)
class Day:
    """One day: its spans as (start, end) instants; `reason` is why it is closed."""

    date: date
    spans: tuple[tuple[int, int], ...]
    reason: str = ""


def monday(day: date) -> date:
    """The Monday of the week."""
    return day - timedelta(days=day.weekday())


def week(plan: Plan, storage: IStorage, first: date) -> Iterator[tuple[str, list[Day]]]:
    """For the desk (id "") and each resource the seven days from `first`, closures taken out."""
    days = raster.days(first, first + timedelta(days=6))
    yield (
        "",
        [_day(day, plan.hours.open_cells(day), plan.hours.closed_because(day)) for day in days],
    )
    closed = _closed(plan, storage)
    for resource in plan.resources:
        found = []
        for day in days:
            cells = plan.open_cells(resource, day)
            found.append(_day(day, cells & ~closed.get((resource.id, day.toordinal()), 0)))
        yield resource.id, found


def closures(plan: Plan, storage: IStorage, now: int) -> list[Closure]:
    """The closures of a desk that are not over, by start.

    Also those of other desks, where they close what this desk has in common with them.
    """
    names = {one.id for one in plan.resources}
    found = [
        one
        for one in storage.records(Closure)
        if one.end > now
        and (one.desk == plan.id or any(piece.resource in names for piece in one.pieces))
    ]
    return sorted(found, key=lambda one: one.start)


def _closed(plan: Plan, storage: IStorage) -> dict[tuple[str, int], int]:
    found: dict[tuple[str, int], int] = {}
    for closure in closures(plan, storage, 0):
        for piece in closure.pieces:
            key = piece.resource, piece.day
            found[key] = found.get(key, 0) | piece.cells
    return found


def _day(day: date, cells: int, reason: str = "") -> Day:
    spans = tuple(
        (raster.instant(day, start), raster.instant(day, stop)) for start, stop in bits.spans(cells)
    )
    return Day(day, spans, reason)


def booked_share(desk: Desk, day: date) -> float | None:
    """The share of the open time of a desk's counters that is taken, closures taken out.

    Of people, rooms and kits where there are no counters. None where nothing is open.
    """
    resources = desk.plan.resources
    counted = [one for one in resources if one.kind == "counter"] or resources
    is_open = taken = 0
    for resource in counted:
        found = desk.storage.ledgers.claims(resource.id, day).values()
        cells = desk.plan.open_cells(resource, day)
        for claim in found:
            if not claim.taking:
                cells &= ~claim.cells
        is_open += cells.bit_count() * resource.capacity
        booked = [claim.cells for claim in found if claim.state == claims.BOOKED]
        taken += sum((one & cells).bit_count() for one in booked)
    return min(taken / is_open, 1) if is_open else None
