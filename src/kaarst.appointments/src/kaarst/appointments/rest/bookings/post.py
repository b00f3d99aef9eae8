"""Makes an appointment of what was held."""

from kaarst.appointments.bookings import calendar
from kaarst.appointments.bookings import limits
from kaarst.appointments.bookings import office
from kaarst.appointments.bookings.person import checked
from kaarst.appointments.rest.common import answered
from kaarst.appointments.rest.common import booking_json
from kaarst.core.rest import invalid
from kaarst.core.rest import JsonPost
from kaarst.core.rest import texts
from kaarst.core.rest.language import language


class BookingsPost(JsonPost):
    """`{hold, name, email, phone}` → `number`, `pin`, `start`, `end`, `place`, `bring`, `ics`."""

    max_body = 10_000

    def handle(self, data):
        limits.count_booking(self.request)
        person, mistakes = checked(data, desk=self.context)
        if mistakes:
            raise invalid(mistakes)
        (hold,) = texts(data, "hold")
        spoken = language(self.request)
        with answered(self.context):
            receipt = office.confirm(self.context, hold, person, spoken)
        return 201, {
            **booking_json(self.context, receipt.booking),
            "pin": receipt.pin,
            "mailed_to": person["email"] or None,
            "ics": calendar.file_of(self.context, receipt.booking, spoken).decode(),
        }
