"""Appointments that what an editor has set since then no longer fits. Plain Python.

Hours, skills and capacities change while people have appointments already. Those stay: nobody is
moved without a person who decides it. But they must not be forgotten either.
"""

from collections.abc import Iterable
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from datetime import timedelta
from kaarst.appointments.engine import bits
from kaarst.appointments.engine import claims
from kaarst.appointments.engine import raster
from kaarst.appointments.engine.desk import Desk
from kaarst.appointments.engine.errors import NotBookable
from kaarst.appointments.engine.records import Booking
from kaarst.appointments.engine.records import CONFIRMED
from kaarst.appointments.engine.search import Piece


# Nobody has an appointment later than the longest horizon an editor can set.
FURTHEST = timedelta(days=401)

# Why one does not fit, the plainest reason first.
SERVICE = "service"
HOURS = "hours"
SKILLS = "skills"
FULL = "full"


@dataclass(frozen=True)
class Misfit:
    """An appointment and why it does not fit: SERVICE (not offered any more), HOURS (the desk or
    what it takes is closed then), SKILLS (what it takes cannot do it) or FULL (more at the same
    time than there may be, and others had booked before)."""

    booking: Booking
    reason: str


def coming(desk: Desk) -> list[Booking]:
    """The appointments at a desk that are still to come, by start."""
    today = raster.day_of(desk.now)
    return [
        one
        for one in desk.on_days(today, today + FURTHEST)
        if one.state == CONFIRMED and one.start > desk.now
    ]


def misfits(desk: Desk, bookings: Iterable[Booking]) -> Iterator[Misfit]:
    """Those of some appointments that do not fit the desk's plan as it is now.

    What was overbooked was so on purpose, and closures have a page of their own: neither counts.
    """
    for booking in bookings:
        reason = "" if booking.over else _reason(desk, booking)
        if reason:
            yield Misfit(booking, reason)


def _reason(desk: Desk, booking: Booking) -> str:
    plan = desk.plan
    try:
        needs = [need for name in booking.services for need in plan.offering(name).needs]
    except NotBookable:
        return SERVICE
    day, cell = raster.locate(booking.start)
    # Pads may lie outside of the hours, the appointment itself not.
    itself = bits.span(cell, cell + (booking.end - booking.start) // raster.CELL_SECONDS)
    for piece in booking.pieces:
        resource = plan.resource(piece.resource)
        if resource is None:
            return SKILLS
        if itself & ~plan.open_cells(resource, day):
            return HOURS
        if not all(resource.meets(need) for need in needs if need.kind == resource.kind):
            return SKILLS
        if resource.kind not in {need.kind for need in needs}:
            return SKILLS
    if any(_beyond(desk, booking, piece) for piece in booking.pieces):
        return FULL
    return ""


def _beyond(desk: Desk, booking: Booking, piece: Piece) -> int:
    """The cells that as many as there may be had taken before."""
    resource = desk.plan.resource(piece.resource)
    found = desk.storage.ledgers.claims(piece.resource, date.fromordinal(piece.day))
    booked = {
        key: claim.cells
        for key, claim in found.items()
        if claim.state == claims.BOOKED and not claim.over
    }
    if not piece.cells & bits.at_least(booked.values(), resource.capacity + 1):
        return 0
    others = ((desk.bookings.get(key), cells) for key, cells in booked.items())
    before = [
        cells
        for other, cells in others
        if other is not None and (other.made, other.id) < (booking.made, booking.id)
    ]
    return piece.cells & bits.at_least(before, resource.capacity)
