"""What a number leads to: an appointment, a wish for one, or a ticket in a draw."""

from kaarst.appointments.bookings import office
from kaarst.appointments.drawing import lots
from kaarst.appointments.wishing import wishes


def sealed(number: str):
    """The record with this number and the seal of its PIN, or None; for `guarded`."""
    return office.sealed(number) or wishes.sealed(number) or lots.sealed(number)
