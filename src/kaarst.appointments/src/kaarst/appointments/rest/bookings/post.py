"""Makes an appointment of what was held, or at once."""

from kaarst.appointments.bookings import calendar
from kaarst.appointments.bookings import limits
from kaarst.appointments.bookings import office
from kaarst.appointments.bookings.person import checked
from kaarst.appointments.rest.common import answered
from kaarst.appointments.rest.common import booking_json
from kaarst.appointments.rest.common import instant_of
from kaarst.appointments.rest.common import services_of
from kaarst.core.acting import intent
from kaarst.core.rest import invalid
from kaarst.core.rest import JsonPost
from kaarst.core.rest import texts
from kaarst.core.rest.language import language


class BookingsPost(JsonPost):
    """`{hold, name, email, phone}` → `number`, `pin`, `start`, `end`, `place`, `bring`, `ics`.

    With `{services, start, …}` instead of a hold it is booked at once, for front ends that have
    asked for the name before, or whose hold has ended. With `acting` it is refused (409) if the
    login acts for somebody else meanwhile, or for nobody any more.
    """

    max_body = 10_000

    def handle(self, data):
        limits.count_booking(self.request)
        intent.require(self.request, data)
        person, mistakes = checked(data, desk=self.context)
        if mistakes:
            raise invalid(mistakes)
        spoken = language(self.request)
        receipt = self._booked(data, person, spoken)
        return 201, {
            **booking_json(self.context, receipt.booking),
            "pin": receipt.pin,
            "mailed_to": person["email"] or None,
            "ics": calendar.file_from(receipt.entry, spoken).decode(),
        }

    def _booked(self, data, person, spoken):
        desk = self.context
        if "hold" in data or not {"services", "start"} & data.keys():
            (hold,) = texts(data, "hold")
            with answered(desk):
                return office.confirm(desk, hold, person, spoken)
        services = services_of(data.get("services"), "services")
        start = instant_of(data.get("start"))
        with answered(desk):
            return office.book_at_once(desk, services, start, person, spoken)
