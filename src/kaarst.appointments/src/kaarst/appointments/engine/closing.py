"""Closing resources for a while: by hand, or because a foreign calendar says so.

Both are blocks in the ledgers, laid over whatever is there, so that nobody books into them side
by side. Holds beneath them end. Bookings stay and are told to the caller, who moves them.
"""

from collections.abc import Collection
from collections.abc import Iterable
from collections.abc import Mapping
from datetime import date
from kaarst.appointments.engine import bits
from kaarst.appointments.engine import claims
from kaarst.appointments.engine import raster
from kaarst.appointments.engine.claims import Claim
from kaarst.appointments.engine.desk import Desk
from kaarst.appointments.engine.errors import Gone
from kaarst.appointments.engine.records import Booking
from kaarst.appointments.engine.records import Closure
from kaarst.appointments.engine.records import new_id
from kaarst.appointments.engine.search import Piece


# A closure is not made for longer in one go: every day and resource is a ledger.
LONGEST_DAYS = 366
#: The keys of foreign events begin so. Other blocks (of who is being served) are none of them.
EVENT = "busy:"
#: The key of the block on a resource that is deleted.
DELETED = "deleted"


def close(
    desk: Desk,
    start: int,
    end: int,
    resources: Collection[str] = (),
    *,
    reason: str = "",
    actor: str = "",
) -> tuple[Closure, list[Booking]]:
    """Close resources (all, unless named) between two instants.

    Returns the closure and the bookings it hits, by start. Raises ValueError for a time that
    ends before it begins or lasts more than a year.
    """
    names = [one.id for one in desk.plan.resources if not resources or one.id in resources]
    pieces = [piece for name in names for piece in pieces_between(name, start, end)]
    closure = Closure(
        id=new_id(),
        desk=desk.plan.id,
        start=start,
        end=end,
        pieces=tuple(pieces),
        made=desk.now,
        actor=actor,
        reason=reason,
    )
    hit = _lay(desk, closure.id, pieces, claims.CLOSED)
    desk.storage.records(Closure).put(closure)
    return closure, hit


def reopen(desk: Desk, key: str) -> Closure:
    """Take a closure back; raises `Gone`."""
    records = desk.storage.records(Closure)
    closure = records.get(key)
    if closure is None or closure.desk != desk.plan.id:
        raise Gone(key)
    for piece in closure.pieces:
        if desk.storage.ledgers.remove(piece.resource, date.fromordinal(piece.day), key):
            desk.freed.append(piece)
    records.remove(key)
    return closure


def set_busy(
    desk: Desk, resource: str, first: date, last: date, events: Mapping[str, tuple[int, int]]
) -> list[Booking]:
    """Make the foreign events of a resource on these days be exactly these.

    `events` maps the uid of an event to its start and end. Returns the bookings that newly
    collide with an event, by start. Ledgers that do not change are not written.
    """
    wanted: dict[date, dict[str, int]] = {day: {} for day in raster.days(first, last)}
    for uid, (start, end) in events.items():
        for piece in pieces_between(resource, start, end):
            day = date.fromordinal(piece.day)
            if day in wanted:
                wanted[day][f"{EVENT}{uid}"] = piece.cells
    hit: dict[str, Booking] = {}
    for day, blocks in wanted.items():
        present = {
            key: claim.cells
            for key, claim in desk.storage.ledgers.claims(resource, day).items()
            if claim.state == claims.BUSY and key.startswith(EVENT)
        }
        for key in present.keys() - blocks.keys():
            desk.storage.ledgers.remove(resource, day, key)
            desk.freed.append(Piece(resource, day.toordinal(), present[key]))
        for key, cells in blocks.items():
            if present.get(key) != cells:
                new = cells & ~present.get(key, 0)
                piece = Piece(resource, day.toordinal(), cells)
                found = _lay(desk, key, [piece], claims.BUSY, looking_at=new)
                hit.update((booking.id, booking) for booking in found)
    return sorted(hit.values(), key=lambda booking: booking.start)


def retire(desk: Desk, resource: str) -> None:
    """Block a resource that is being deleted, as far ahead as anybody can book.

    Who books it side by side is refused then, or the one who deletes it. Holds on it end.
    """
    first, last = raster.day_of(desk.now), desk.plan.last_day(desk.now)
    whole = (
        Piece(resource, d.toordinal(), bits.span(0, raster.length(d)))
        for d in raster.days(first, last)
    )
    _lay(desk, DELETED, whole, claims.BUSY)


def pieces_between(resource: str, start: int, end: int) -> list[Piece]:
    """The cells between two instants, those at the edges included, a piece for each day."""
    if end <= start:
        raise ValueError("a time ends after it begins")
    first, last = raster.day_of(start), raster.day_of(end - 1)
    if (last - first).days > LONGEST_DAYS:
        raise ValueError("nothing is closed for more than a year")
    pieces = []
    for day in raster.days(first, last):
        lower = max(start - raster.midnight(day), 0) // raster.CELL_SECONDS
        upper = min(-(-(end - raster.midnight(day)) // raster.CELL_SECONDS), raster.length(day))
        pieces.append(Piece(resource, day.toordinal(), bits.span(lower, upper)))
    return pieces


def _lay(
    desk: Desk, key: str, pieces: Iterable[Piece], state: int, looking_at: int = -1
) -> list[Booking]:
    """Lay a block over the cells; the bookings beneath it. Holds beneath it end."""
    ledgers = desk.storage.ledgers
    hit: dict[str, Booking] = {}
    for piece in pieces:
        day = date.fromordinal(piece.day)
        for other, claim in ledgers.claims(piece.resource, day).items():
            if not claim.cells & piece.cells & looking_at:
                continue
            if claim.state == claims.HELD:
                _end(desk, other, piece.resource, day)
            elif claim.state == claims.BOOKED:
                booking = desk.bookings.get(other)
                if booking is not None:
                    hit[other] = booking
        ledgers.place(piece.resource, day, key, Claim(state, piece.cells), desk.now)
    return sorted(hit.values(), key=lambda booking: booking.start)


def _end(desk: Desk, key: str, resource: str, day: date) -> None:
    hold = desk.holds.get(key)
    if hold is not None:
        desk.lost.append(desk.let_go(key, hold.purpose))
    else:
        desk.storage.ledgers.remove(resource, day, key)
