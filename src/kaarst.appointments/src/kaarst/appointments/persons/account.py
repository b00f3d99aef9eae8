"""Appointments in the citizen's account."""

from datetime import datetime
from datetime import timedelta
from datetime import UTC
from kaarst.appointments import _
from kaarst.appointments.bookings import calendar
from kaarst.appointments.bookings import details
from kaarst.appointments.bookings import office
from kaarst.appointments.bookings import store
from kaarst.appointments.citizen.found import sealed
from kaarst.appointments.drawing import lots
from kaarst.appointments.engine import records
from kaarst.appointments.engine.errors import Gone
from kaarst.appointments.engine.lottery import Entry as Lot
from kaarst.appointments.engine.records import Booking
from kaarst.appointments.engine.wishes import OFFERED
from kaarst.appointments.engine.wishes import Wish
from kaarst.appointments.wishing import wishes
from kaarst.core.account.feed import Date
from kaarst.core.account.sections import Entry
from kaarst.core.interfaces import IAccountDates
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
    """What was booked, is waited for, or may be drawn by lot."""

    order = 20
    title = _("My appointments")
    nothing = _("You have booked nothing while you were signed in.")

    def entry(self, number):
        found = self.sealed(number)
        if found is None:
            return None
        record = found[0]
        if isinstance(record, Wish):
            return _of_wish(record)
        return _of_lot(record) if isinstance(record, Lot) else _of_booking(record)

    shared_title = _("Appointments")

    def shared_entry(self, number):
        """Booked ones only: wishes and lots can do nothing for who just looks."""
        found = self.sealed(number)
        is_booking = found is not None and isinstance(found[0], Booking)
        return _of_booking(found[0]) if is_booking else None

    def sealed(self, number):
        # The package may be there and not installed in this site.
        return sealed(number) if store.existing() is not None else None


def _of_booking(booking):
    desk = office.desk_of(booking)
    if desk is None:
        return None
    now, start = datetime.now(UTC), datetime.fromtimestamp(booking.start, UTC)
    soon = booking.state == records.CONFIRMED and now <= start <= now + SOON
    todo = _("This appointment is soon.") if soon else ""
    due = details.local(booking.start).date() if soon else None
    return _entry(desk, booking, STATES[booking.state], start, todo, due)


def _of_wish(wish):
    desk = office.desk_of(wish)
    if desk is None:
        return None
    todo = _("A time is offered to you.") if wish.state == OFFERED else ""
    state = _("you wait for a time") if wishes.is_active(wish) else _("over")
    return _entry(desk, wish, state, datetime.fromtimestamp(wish.since, UTC), todo)


def _of_lot(lot):
    try:
        desk, draw = lots.desk_of(lot), lots.draw_of(lot)
    except Gone:
        return None
    state = _("over") if draw.drawn else _("you take part in a draw")
    return _entry(desk, lot, state, datetime.fromtimestamp(lot.entered, UTC))


def _entry(desk, record, state, when, todo="", due=None):
    title = ", ".join(details.titles(desk, record.services))
    return Entry(record.number, title, state, when, details.my_url(), todo, due=due)


@implementer(IAccountDates)
class Dates:
    """Booked appointments, with where they are; cancelled ones go from calendars."""

    def dates(self, number):
        found = sealed(number) if store.existing() is not None else None
        if found is None or not isinstance(found[0], Booking):
            return
        booking = found[0]
        desk = office.desk_of(booking)
        if desk is None:
            return
        words = calendar.words_of(desk, booking)
        services = {"services": ", ".join(words["services"])}
        yield Date(
            uid=words["uid"],
            title=_("calendar_summary", default="Appointment: ${services}", mapping=services),
            start=datetime.fromtimestamp(words["start"], UTC),
            end=datetime.fromtimestamp(words["end"], UTC),
            place=words["place"],
            cancelled=words["cancelled"],
            sequence=words["sequence"],
        )
