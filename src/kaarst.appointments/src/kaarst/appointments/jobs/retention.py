"""What this package keeps about people, for the privacy page."""

from kaarst.appointments import _
from kaarst.appointments.bookings import details
from kaarst.core.interfaces import IRetention
from zope.interface import implementer


DEFAULT_DAYS = 30


def keep_days(desk) -> int:
    """Days after which personal data of a desk (content, None for a deleted one) are removed."""
    return getattr(getattr(desk, "aq_parent", None), "keep_days", DEFAULT_DAYS)


@implementer(IRetention)
class Appointments:
    """Name and address in an appointment."""

    order = 15
    data = _("Appointments: your name, and what you gave to be reached")
    purpose = _("To prepare your visit, to remind you of it and to tell you when something changes")

    def period(self, site):
        page = details.appointments_page(site)
        days = getattr(page, "keep_days", DEFAULT_DAYS)
        return _("until ${count} days after the appointment", mapping={"count": days})


@implementer(IRetention)
class Wishes:
    """Name and address in a wish for an earlier time."""

    order = 16
    data = _("Wishes for an earlier appointment: your name, and what you gave to be reached")
    purpose = _("To offer you a time that becomes free")

    def period(self, site):
        page = details.appointments_page(site)
        days = getattr(page, "keep_days", DEFAULT_DAYS)
        return _(
            "wish_period",
            default="until the wish has ended, and until at most ${count} days after it was made",
            mapping={"count": days},
        )


@implementer(IRetention)
class Draws:
    """Name and address of those who take part in a draw."""

    order = 17
    data = _("Draws of appointments: your name, and what you gave to be reached")
    purpose = _("To draw lots and to tell you the result")

    def period(self, site):
        page = details.appointments_page(site)
        days = getattr(page, "keep_days", DEFAULT_DAYS)
        return _("until ${count} days after the day drawn for", mapping={"count": days})


@implementer(IRetention)
class Calendars:
    """Addresses of the staff's calendars."""

    order = 18
    data = _("Calendars of our staff that are connected to a desk: their address, and busy times")
    purpose = _("To make no appointment while somebody is busy")

    def period(self, site):
        return _("until the calendar is disconnected")
