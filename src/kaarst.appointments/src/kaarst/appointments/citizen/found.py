"""What a number leads to: an appointment, a wish for one, or a ticket in a draw."""

from collections.abc import Callable
from kaarst.appointments.bookings import links
from kaarst.appointments.bookings import office
from kaarst.appointments.drawing import lots
from kaarst.appointments.wishing import wishes
from kaarst.core import reference
from kaarst.core.reference_lookup import guarded
from zExceptions import NotFound


def sealed(number: str):
    """The record with this number and the seal of its PIN, or None; for `guarded`."""
    return office.sealed(number) or wishes.sealed(number) or lots.sealed(number)


def looked_up(request, number: str, pin: str, find: Callable = sealed, shared: bool = False):
    """As `guarded`, where the key in the link of a mail does instead of the PIN."""
    if not links.is_key(pin):
        return guarded(request, number, pin, find, shared)
    normal = reference.normalise(number)
    found = find(normal) if links.opens(normal, pin) else None
    if found is None:
        raise NotFound(normal)
    return found[0]
