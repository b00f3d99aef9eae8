"""What this package keeps about people, for the privacy page."""

from kaarst.appointments import _
from kaarst.appointments.bookings import details
from kaarst.core.interfaces import IRetention
from zope.interface import implementer


DEFAULT_DAYS = 30


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
