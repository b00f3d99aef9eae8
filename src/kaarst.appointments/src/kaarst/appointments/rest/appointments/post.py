"""Books for a citizen who calls or stands at the reception."""

from kaarst.appointments.bookings import office
from kaarst.appointments.bookings.person import checked
from kaarst.appointments.rest.common import instant_of
from kaarst.appointments.rest.common import services_of
from kaarst.appointments.rest.working import DeskPost
from kaarst.core.rest import invalid


class AppointmentsPost(DeskPost):
    """`{services, start, name, email, phone, over}` → the appointment with `pin`, to be read out.

    Without lead time and also what is held back for later. `over` books what is full or closed,
    for who has that right.
    """

    field = "services"

    def done(self, data):
        services = services_of(data.get("services"), "services")
        start = instant_of(data.get("start"))
        person, mistakes = checked(data, desk=self.context)
        if mistakes:
            raise invalid(mistakes)
        receipt = office.book(
            self.context,
            services,
            start,
            person,
            channel="staff",
            actor=self.actor(),
            over=self.is_over(data),
            public=False,
            unreleased=True,
        )
        return 201, {**self.one(receipt.booking), "pin": receipt.pin}
