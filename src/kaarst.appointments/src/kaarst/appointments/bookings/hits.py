"""Appointments that something got in the way of, and where they could go."""

from datetime import timedelta
from kaarst.appointments.bookings import details
from kaarst.appointments.engine import closing
from kaarst.appointments.engine.desk import Desk
from kaarst.appointments.engine.errors import NotBookable
from kaarst.appointments.engine.records import BOOKED
from kaarst.appointments.engine.records import Booking
from kaarst.appointments.engine.records import Closure
from kaarst.appointments.engine.records import CONFIRMED
from kaarst.appointments.engine.records import MOVED


def hit_by(engine: Desk, closure: Closure) -> list[Booking]:
    """The appointments to come that lie in a closure, by start."""
    cells: dict[tuple[str, int], int] = {}
    for piece in closure.pieces:
        cells[piece.resource, piece.day] = piece.cells
    first, last = details.local(closure.start).date(), details.local(closure.end).date()
    last = min(last, first + timedelta(days=closing.LONGEST_DAYS))
    return [
        booking
        for booking in engine.on_days(first, last)
        if booking.state == CONFIRMED
        and booking.end > engine.now
        and not _on_purpose(booking, closure)
        and any(cells.get((p.resource, p.day), 0) & p.cells for p in booking.pieces)
    ]


def _on_purpose(booking: Booking, closure: Closure) -> bool:
    """Whether it was overbooked into what was closed already."""
    settled = [line.at for line in booking.history if line.action in (BOOKED, MOVED)]
    return booking.over and max(settled, default=booking.made) >= closure.made


def ways_out(engine: Desk, booking: Booking) -> tuple[int, ...]:
    """The nearest times to move it to, as instants.

    First of all its own where another counter is free then: no citizen need be troubled.
    """
    try:
        request = engine.plan.request(booking.services, booking.travel)
    except NotBookable:
        return ()
    search = engine.search(ignoring=booking.id, unreleased=True)
    found = search.nearest(request, booking.start)
    return tuple(sorted(found, key=lambda start: (start != booking.start, start)))
