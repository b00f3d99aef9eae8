"""Keeps a time for somebody who is filling in the form."""

from kaarst.appointments.bookings import details
from kaarst.appointments.bookings import limits
from kaarst.appointments.bookings import office
from kaarst.appointments.rest.common import answered
from kaarst.appointments.rest.common import instant_of
from kaarst.appointments.rest.common import services_of
from kaarst.core.rest import JsonPost


class HoldsPost(JsonPost):
    """`{services, start}` → `hold`, `expires`; 409 with alternatives when it is taken."""

    max_body = 10_000

    def handle(self, data):
        limits.count_hold(self.request)
        services = services_of(data.get("services"), "services")
        start = instant_of(data.get("start"))
        with answered(self.context):
            hold = office.hold(self.context, services, start)
        return 201, {
            "hold": hold.id,
            "expires": details.iso(hold.expires),
            "start": details.iso(hold.start),
            "end": details.iso(hold.end),
        }
