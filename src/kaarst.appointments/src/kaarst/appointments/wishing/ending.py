"""With a desk goes who waits there or takes part in its draws: all of them are told."""

from kaarst.appointments.bookings import store
from kaarst.appointments.drawing import lots
from kaarst.appointments.wishing import wishes
from plone.base.interfaces import IPloneSiteRoot


def desk_goes(desk, event) -> None:
    """However a desk, or the page it lies in, is deleted. Not when the whole site is."""
    if not IPloneSiteRoot.providedBy(event.object) and store.existing() is not None:
        wishes.end_all(desk)
        lots.call_off(desk)
