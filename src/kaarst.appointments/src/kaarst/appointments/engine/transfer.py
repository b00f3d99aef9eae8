"""Moving an appointment to another desk: it stays the same one, under the same key and number."""

from kaarst.appointments.engine import claims
from kaarst.appointments.engine.desk import Desk
from kaarst.appointments.engine.errors import NotPossible
from kaarst.appointments.engine.errors import Taken
from kaarst.appointments.engine.records import Booking
from kaarst.appointments.engine.records import CONFIRMED
from kaarst.appointments.engine.records import MOVED
from kaarst.appointments.engine.records import new_room


def transfer(old: Desk, new: Desk, key: str, start: int, *, actor: str = "") -> Booking:
    """Give a booking of one desk a start at another; both at the same storage and instant.

    It takes as long there as that desk says. Its own cells count as free, for a counter may belong
    to both. Raises `Gone`, `NotPossible` once it has begun or ended, `NotBookable` and, with
    alternatives there, `Taken`; the old appointment then stays. What became free is in `old.freed`.
    """
    booking = old.booking(key)
    if booking.state != CONFIRMED:
        raise NotPossible(booking.state)
    request = new.plan.request(booking.services, booking.travel)
    search = new.search(ignoring=key)
    pieces = search.choose(request, start)
    if pieces is None:
        raise Taken(alternatives=search.nearest(request, start))
    old._free(key, booking.pieces)
    new._place(key, pieces, claims.BOOKED)
    moved = booking.noting(
        new.now,
        actor,
        MOVED,
        f"{booking.start} {start}",
        desk=new.plan.id,
        start=start,
        end=start + request.seconds,
        pieces=pieces,
        sequence=booking.sequence + 1,
        over=False,
        room=(booking.room or new_room()) if new.plan.rooms else "",
    )
    new.bookings.put(moved)
    return moved
