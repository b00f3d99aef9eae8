"""Takes part in a draw."""

from kaarst.appointments import _
from kaarst.appointments.bookings import limits
from kaarst.appointments.bookings import office
from kaarst.appointments.bookings.person import checked
from kaarst.appointments.drawing import lots
from kaarst.appointments.engine.lottery import Closed
from kaarst.appointments.rest.common import answered
from kaarst.appointments.rest.common import services_of
from kaarst.appointments.rest.draw.post import entry_json
from kaarst.appointments.wishing.wishes import PARTS
from kaarst.core.acting import intent
from kaarst.core.rest import ApiError
from kaarst.core.rest import invalid
from kaarst.core.rest import JsonPost
from kaarst.core.rest.language import language


class DrawEntriesPost(JsonPost):
    """`{draw, services, part, name, email}` → `number`, `pin`, `ticket`. With `acting` as of `@bookings`."""

    max_body = 10_000

    def handle(self, data):
        limits.count_wish(self.request)
        intent.require(self.request, data)
        person, mistakes = checked(data, email=True)
        services = services_of(data.get("services"), "services")
        part = data.get("part", "any")
        if not isinstance(part, str) or part not in PARTS:
            mistakes["part"] = _("Please choose a part of the day.")
        if data.get("draw") not in [one.id for one in lots.open_draws(self.context)]:
            mistakes["draw"] = _("Please choose a day.")
        if mistakes:
            raise invalid(mistakes)
        with answered(self.context):
            office.engine(self.context).plan.request(services)
            try:
                entered = lots.enter(
                    self.context, data["draw"], services, person, part, language(self.request)
                )
            except Closed:
                raise too_late() from None
        return 201, {**entry_json(self.context, entered.entry), "pin": entered.pin}


def too_late() -> ApiError:
    """Entries are closed."""
    message = _("It is too late to take part for this day.")
    return ApiError(409, "Closed", message, more={"alternatives": []})
