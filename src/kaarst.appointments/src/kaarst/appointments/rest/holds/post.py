"""Keeps a time for somebody who is filling in the form, and gives it back."""

from kaarst.appointments.bookings import details
from kaarst.appointments.bookings import limits
from kaarst.appointments.bookings import office
from kaarst.appointments.rest.common import answered
from kaarst.appointments.rest.common import instant_of
from kaarst.appointments.rest.common import services_of
from kaarst.core.rest import JsonPost
from kaarst.core.rest import texts


class HoldsPost(JsonPost):
    """`{services, start}` → `hold`, `expires`; 409 with alternatives when it is taken.

    With the `hold` one has it is another time instead, or the same one for longer; refused, the
    former one stays.
    """

    max_body = 10_000

    def handle(self, data):
        limits.count_hold(self.request)
        services = services_of(data.get("services"), "services")
        start = instant_of(data.get("start"))
        before = texts(data, "hold")[0] if "hold" in data else ""
        with answered(self.context):
            if before:
                hold = office.hold_anew(self.context, before, services, start)
            else:
                hold = office.hold(self.context, services, start)
        return 201, {
            "hold": hold.id,
            "expires": details.iso(hold.expires),
            "start": details.iso(hold.start),
            "end": details.iso(hold.end),
        }


class HoldReleasePost(JsonPost):
    """`{hold}` → whether it was still kept; then it is free for others at once."""

    max_body = 10_000

    def handle(self, data):
        (key,) = texts(data, "hold")
        return 200, {"released": office.let_go(self.context, key)}
