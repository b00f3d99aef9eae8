"""Moving appointments that something got in the way of, by one press of a button."""

from kaarst.appointments import _
from kaarst.appointments.bookings import office
from kaarst.appointments.bookings import refusals
from kaarst.appointments.bookings.hits import ways_out
from kaarst.appointments.citizen.book import instant
from kaarst.appointments.engine.errors import NotBookable
from kaarst.appointments.staff.day import DeskPage
from plone import api


class MovingPage(DeskPage):
    """A page that lists appointments, each with the nearest times to move it to.

    Needs `engine`, the engine's desk, before anything else is called.
    """

    message = ""

    def move(self) -> bool:
        """Moves one of the appointments listed; False and `message` where it cannot be."""
        booking = self.engine.booking(self.text("key"))
        start = instant(self.text("start"))
        try:
            if start is None:
                raise NotBookable("time")
            office.move(booking, start, actor=self.actor(), unreleased=True)
        except NotBookable as error:
            self.message = refusals.sentence(self.context, error)
            return False
        api.portal.show_message(_("The appointment was moved."), self.request)
        return True

    def hit(self, booking):
        """`{key, when, name, services, others: [{value, words}], move_url}`."""
        self.note_reading([booking])
        return {
            "key": booking.id,
            "when": self.when(booking.start),
            "name": booking.person.get("name", ""),
            "services": self.services_of(booking.services),
            "others": [
                {"value": self.iso(one), "words": self._words(one, booking)}
                for one in ways_out(self.engine, booking)
            ],
            "move_url": f"{self.url('by-phone')}?moving={booking.id}",
        }

    def _words(self, start: int, booking) -> str:
        """The citizen is not troubled where only the counter changes; that is worth saying."""
        if start == booking.start:
            return self.translate(_("the same time at another counter"))
        return self.when(start)
