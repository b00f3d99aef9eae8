"""Who was moved by the town and cannot be told by mail: somebody has to call. Plain Python."""

from kaarst.appointments.engine.desk import Desk
from kaarst.appointments.engine.records import Booking
from kaarst.appointments.engine.records import MOVED


#: Lines in the history: moved by the town with nobody told, and then told.
UNTOLD = "untold"
TOLD = "told"


def note_untold(desk: Desk, booking: Booking, before: int, actor: str) -> bool:
    """Remember that an appointment was moved from an instant and nobody told; whether it is so."""
    if booking.person.get("email") or booking.start == before:
        return False
    desk.bookings.put(booking.noting(desk.now, actor, UNTOLD, str(before)))
    return True


def note_told(desk: Desk, booking: Booking, actor: str) -> None:
    """Remember that somebody knows the new time."""
    if believed(booking) is not None:
        desk.bookings.put(booking.noting(desk.now, actor, TOLD))


def believed(booking: Booking) -> int | None:
    """The start that somebody still believes in, None for who knows the present one.

    Who is moved twice believes in the first one. Moving it in person, or on the phone, is knowing.
    """
    found = None
    following = (*booking.history[1:], None)
    for line, after in zip(booking.history, following, strict=True):
        if line.action == UNTOLD and line.detail.isdecimal():
            found = int(line.detail) if found is None else found
        elif (
            line.action == TOLD
            or line.action == MOVED
            and (after is None or after.action != UNTOLD)
        ):
            found = None
    return None if found == booking.start else found
