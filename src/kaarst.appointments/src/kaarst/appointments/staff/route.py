"""The route list of a day for those who visit citizens at home, to print and take along."""

from kaarst.appointments import _
from kaarst.appointments.bookings import details
from kaarst.appointments.bookings import office
from kaarst.appointments.bookings.route import rounds
from kaarst.appointments.staff.day import DeskPage
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile


class RouteView(DeskPage):
    """Each team with its stops: when to leave, where to, whom to visit, what for."""

    template = ViewPageTemplateFile("templates/route.pt")
    heading = _("Route of the day")

    def __call__(self):
        self.private()
        self.engine = office.engine(self.context)
        self.bookings = self.engine.on_days(self.day(), self.day())
        self.note_reading(self.bookings)
        return self.template()

    def travel(self) -> int:
        """Minutes each way."""
        return self.context.travel

    def rounds(self):
        """`{team, stops: [{leave, start, end, back, name, phone, address, services, number}]}`."""
        titles = self.resource_titles()
        for one in rounds(self.bookings, self.context.travel):
            yield {
                "team": ", ".join(title for key, title in titles.items() if key in one.team),
                "stops": [self._stop(stop) for stop in one.stops],
            }

    def _stop(self, stop):
        booking = stop.booking
        return {
            "leave": self.clock(stop.leave),
            "start": self.clock(booking.start),
            "end": self.clock(booking.end),
            "back": self.clock(stop.back),
            "name": booking.person.get("name", ""),
            "phone": booking.person.get("phone", ""),
            "address": ", ".join(details.home(booking)),
            "services": self.services_of(booking.services),
            "bring": details.bring(self.context, booking.services),
            "number": booking.number,
        }
