"""Personal data go when their time is over; the figures stay, without names.

What a booking keeps for the statistics: desk, services, times, state, channel. Nothing of that
leads back to a person once number, PIN and history are gone.
"""

from dataclasses import replace
from kaarst.appointments.engine.interfaces import IStorage
from kaarst.appointments.engine.records import Booking
from kaarst.appointments.engine.records import Event
from kaarst.appointments.engine.wishes import ENDED
from kaarst.appointments.engine.wishes import FULFILLED
from kaarst.appointments.engine.wishes import Wish


def nameless(booking: Booking) -> Booking:
    """The booking without personal data; of the history the actions stay."""
    history = tuple(Event(one.at, "", one.action) for one in booking.history)
    return replace(booking, person={}, number="", seal="", room="", history=history)


def forget_wishes(storage: IStorage, desk: str, before: int) -> list[Wish]:
    """Remove wishes of a desk that ended and were made before an instant; returns them."""
    wishes = storage.records(Wish)
    due = [
        one
        for one in wishes
        if one.desk == desk and one.state in (FULFILLED, ENDED) and one.since < before
    ]
    for wish in due:
        wishes.remove(wish.id)
    return due
