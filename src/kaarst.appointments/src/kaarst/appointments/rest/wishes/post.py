"""Waits for an earlier time."""

from kaarst.appointments import _
from kaarst.appointments.bookings import limits
from kaarst.appointments.bookings import office
from kaarst.appointments.bookings.person import checked
from kaarst.appointments.engine import raster
from kaarst.appointments.engine.records import Booking
from kaarst.appointments.rest.common import answered
from kaarst.appointments.rest.common import services_of
from kaarst.appointments.rest.common import wish_json
from kaarst.appointments.wishing import typed
from kaarst.appointments.wishing import wishes
from kaarst.appointments.wishing.serving import may_wait
from kaarst.core.acting import intent
from kaarst.core.reference_lookup import guarded
from kaarst.core.reference_lookup import number_and_pin
from kaarst.core.rest import ApiError
from kaarst.core.rest import invalid
from kaarst.core.rest import JsonPost
from kaarst.core.rest.language import language
from zExceptions import NotFound


class WishesPost(JsonPost):
    """`{services, until, weekdays, part, notice, name, email}` → `number`, `pin`.

    With `number` and `pin` of an appointment at the desk instead of `services` and `until`: for
    something earlier than that. With `acting` as of `@bookings`.
    """

    max_body = 10_000

    def handle(self, data):
        if not may_wait(self.context):
            raise ApiError(
                409,
                "NotPossible",
                _("Here one cannot wait for an earlier time."),
                more={"alternatives": []},
            )
        limits.count_wish(self.request)
        booking = self._booking(data) if "number" in data else None
        if booking is None:
            intent.require(self.request, data)
        person, mistakes = checked(data, email=True)
        engine = office.engine(self.context)
        services = self._services(data, booking)
        window = engine.search().window
        until = data.get("until")
        if booking is not None:
            until = min(raster.day_of(booking.start), window[1]).isoformat()
        weekdays = data.get("weekdays", [])
        wanted, wrong = typed.checked(
            until,
            weekdays if isinstance(weekdays, list) and len(weekdays) <= 7 else [None],
            data.get("part", "any"),
            data.get("notice"),
            window,
        )
        if mistakes | wrong:
            raise invalid(mistakes | wrong)
        with answered(self.context):
            engine.plan.request(services)
            asked = wishes.ask(
                self.context, services, person, wanted, language(self.request), booking
            )
        return 201, {**wish_json(self.context, asked.wish), "pin": asked.pin or None}

    def _booking(self, data) -> Booking:
        number, pin = number_and_pin(data)
        booking = guarded(self.request, number, pin, office.sealed)
        if booking.desk != office.uid(self.context):
            raise NotFound(number)
        return booking

    def _services(self, data, booking) -> list[str]:
        if booking is not None:
            return list(booking.services)
        return services_of(data.get("services"), "services")
