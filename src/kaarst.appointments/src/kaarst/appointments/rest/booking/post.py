"""Looking up, cancelling and moving an appointment by number and PIN."""

from kaarst.appointments import _
from kaarst.appointments.bookings import calendar
from kaarst.appointments.bookings import details
from kaarst.appointments.bookings import office
from kaarst.appointments.desks.meeting import HOME
from kaarst.appointments.engine.errors import NotPossible
from kaarst.appointments.hall import queues
from kaarst.appointments.rest.common import answered
from kaarst.appointments.rest.common import booking_json
from kaarst.appointments.rest.common import instant_of
from kaarst.appointments.rest.common import wrong
from kaarst.core.acting import seeing
from kaarst.core.reference_lookup import guarded
from kaarst.core.reference_lookup import number_and_pin
from kaarst.core.rest import ApiError
from kaarst.core.rest import JsonPost
from kaarst.core.rest.language import language
from zExceptions import NotFound


class ByNumberAndPin(JsonPost):
    """Finds the appointment; subclasses say what is done with it."""

    max_body = 10_000
    #: Whether who acts for somebody may do this with what that one has booked (kaarst.core.acting).
    shared = False

    def handle(self, data):
        number, pin = number_and_pin(data, self.shared)
        booking = guarded(self.request, number, pin, office.sealed, self.shared)
        desk = office.desk_of(booking)
        if desk is None:
            raise NotFound(number)
        with answered(desk, "start"):
            booking = self.done(booking, data)
        # It may be at another one now.
        desk = office.desk_of(booking)
        return 200, {
            **booking_json(desk, booking),
            "changeable": office.may_change(booking) and not self._is_only_seen(booking, pin),
            "ticket": queues.ticket_of(desk, booking),
            "ics": calendar.file_of(desk, booking, language(self.request)).decode(),
        }

    def _is_only_seen(self, booking, pin):
        return not pin and seeing.may_see(booking.number)

    def done(self, booking, data):
        """Returns the booking as it is then."""
        return booking


class BookingPost(ByNumberAndPin):
    """The appointment as it is."""

    shared = True
    changes = False


class BookingCancelPost(ByNumberAndPin):
    """Cancels it; once cancelled it stays so."""

    def done(self, booking, data):
        if not office.may_change(booking):
            raise NotPossible(booking.state)
        return office.cancel(booking)


class BookingLatePost(ByNumberAndPin):
    """Tells the desk that somebody comes `minutes` later; 0 takes it back."""

    def done(self, booking, data):
        minutes = data.get("minutes")
        if isinstance(minutes, bool) or not isinstance(minutes, int) or not 0 <= minutes <= 60:
            raise wrong("minutes", _("Please give minutes, from 0 to 60."))
        return office.announce_late(booking, minutes)


class BookingCheckInPost(ByNumberAndPin):
    """Somebody is at the town hall; answers with the ticket, the same one the second time."""

    def done(self, booking, data):
        desk = office.desk_of(booking)
        try:
            queues.check_in(desk, booking, office.CITIZEN)
        except queues.TooEarly as error:
            raise ApiError(
                409,
                "TooEarly",
                _("It is too early to check in."),
                more={"state": booking.state, "opens": details.iso(error.opens)},
            ) from None
        return office.engine(desk).booking(booking.id)


class BookingMovePost(ByNumberAndPin):
    """Gives it the time `start`; with `desk`, its id, at another desk that can do all of it."""

    def done(self, booking, data):
        start = instant_of(data.get("start"))
        if not office.may_change(booking):
            raise NotPossible(booking.state)
        there = self._there(booking, data.get("desk"))
        if there is None:
            return office.move(booking, start)
        with answered(there, "desk"):
            return office.move_elsewhere(booking, there, start)

    def _there(self, booking, name):
        """The desk it is to go to, None for the one where it is; raises ApiError 400."""
        if name is None:
            return None
        found = next((one for one in office.desks() if one.getId() == name), None)
        if found is not None and office.uid(found) == booking.desk:
            return None
        if found is None or HOME in (found.meets, office.desk_of(booking).meets):
            raise wrong("desk", _("The appointment cannot be moved there."))
        return found
