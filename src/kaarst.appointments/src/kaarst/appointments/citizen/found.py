"""What a number leads to: an appointment, or a wish for one."""

from kaarst.appointments.bookings import office
from kaarst.appointments.wishing import wishes


def sealed(number: str):
    """The record with this number and the seal of its PIN, or None; for `guarded`."""
    return office.sealed(number) or wishes.sealed(number)
