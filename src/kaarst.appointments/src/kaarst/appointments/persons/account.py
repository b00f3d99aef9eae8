"""Appointments in the citizen's account."""

from datetime import datetime
from datetime import timedelta
from datetime import UTC
from kaarst.appointments import _
from kaarst.appointments.bookings import details
from kaarst.appointments.bookings import office
from kaarst.appointments.citizen.found import sealed
from kaarst.appointments.engine import records
from kaarst.core.account.sections import Entry
from kaarst.core.interfaces import IAccountSection
from zope.interface import implementer


#: So long before it begins an appointment is something to think of.
SOON = timedelta(days=1)
STATES = {
    records.CONFIRMED: _("booked"),
    records.ARRIVED: _("you are here"),
    records.CALLED: _("you are called"),
    records.FINISHED: _("over"),
    records.NO_SHOW: _("missed"),
    records.CANCELLED: _("cancelled"),
}


@implementer(IAccountSection)
class Appointments:
    """What was booked."""

    order = 20
    title = _("My appointments")
    nothing = _("You have booked nothing while you were signed in.")

    def entry(self, number):
        found = office.sealed(number)
        desk = office.desk_of(found[0]) if found is not None else None
        if desk is None:
            return None
        booking, now = found[0], datetime.now(UTC)
        start = datetime.fromtimestamp(booking.start, UTC)
        soon = booking.state == records.CONFIRMED and now <= start <= now + SOON
        return Entry(
            number=number,
            title=", ".join(details.titles(desk, booking.services)),
            state=STATES[booking.state],
            when=start,
            url=details.my_url(),
            todo=_("This appointment is soon.") if soon else "",
        )

    def sealed(self, number):
        return sealed(number)
