"""Foreign events as blocks in the ledgers, and the appointments they collide with."""

from collections.abc import Iterable
from collections.abc import Iterator
from datetime import date
from kaarst.appointments.calendars.interfaces import Busy
from kaarst.appointments.engine import claims
from kaarst.appointments.engine import closing
from kaarst.appointments.engine import raster
from kaarst.appointments.engine.desk import Desk
from kaarst.appointments.engine.records import Booking
from kaarst.appointments.engine.records import CONFIRMED


UNREADABLE = "unreadable"
# The engine lays no block of more than a year in one go.
STRETCH = 300 * 24 * 3600


def block(
    desk: Desk,
    resource: str,
    first: date,
    last: date,
    busy: Iterable[Busy],
    *,
    readable: bool = True,
) -> list[Booking]:
    """Make the foreign events of a resource on these local days block it, and nothing else.

    A calendar that is not `readable` blocks all of these days: nobody knows what stands in it.
    `busy` is then what was read last, so that the collisions found stay known. Returns the
    bookings that newly collide with an event, by start.
    """
    lower, upper = raster.midnight(first), raster.midnight(date.fromordinal(last.toordinal() + 1))
    events = {}
    for one in busy:
        start, end = max(one.start, lower), min(one.end, upper)
        for number, begin in enumerate(range(start, end, STRETCH)):
            name = f"{one.uid}+{number}" if number else one.uid
            events[name] = begin, min(begin + STRETCH, end)
    if not readable:
        for day in raster.days(first, last):
            begin = raster.midnight(day)
            length = raster.length(day) * raster.CELL_SECONDS
            events[f"{UNREADABLE}-{day.toordinal()}"] = begin, begin + length
    hit = closing.set_busy(desk, resource, first, last, events)
    return hit if readable else []


def collisions(desk: Desk, first: date, last: date) -> Iterator[tuple[Booking, tuple[str, ...]]]:
    """The appointments to come on these days on which a foreign event lies, by start.

    Each with the ids of the resources where. What was booked over an event on purpose does not
    count, nor does a calendar that cannot be read.
    """
    for booking in desk.on_days(first, last):
        if hit := events_on(desk, booking):
            yield booking, hit


def events_on(desk: Desk, booking: Booking) -> tuple[str, ...]:
    """The ids of the resources in whose calendars an event lies on an appointment to come."""
    if booking.state != CONFIRMED or booking.over or booking.end <= desk.now:
        return ()
    return tuple(
        dict.fromkeys(
            piece.resource
            for piece in booking.pieces
            if piece.cells & _events(desk, piece.resource, date.fromordinal(piece.day))
        )
    )


def _events(desk: Desk, resource: str, day: date) -> int:
    cells = 0
    for key, claim in desk.storage.ledgers.claims(resource, day).items():
        event = claim.state == claims.BUSY and key.startswith(closing.EVENT)
        if event and not key.startswith(f"{closing.EVENT}{UNREADABLE}"):
            cells |= claim.cells
    return cells
