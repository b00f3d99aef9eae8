"""All desks with what can be booked there."""

from kaarst.appointments.bookings import details
from kaarst.appointments.bookings import office
from kaarst.appointments.desks.plan import service_of
from kaarst.appointments.rest.common import place_json
from kaarst.core.rest import JsonGet
from plone import api


class DesksGet(JsonGet):
    """The desks open for citizens, each with its services."""

    def handle(self):
        return {
            "@id": f"{self.context.absolute_url()}/@desks",
            "items": [self._desk(desk) for desk in office.desks(self.context)],
        }

    def _desk(self, desk):
        return {
            "@id": desk.absolute_url(),
            "id": desk.getId(),
            "title": desk.title,
            "description": desk.description or "",
            "place": place_json(desk),
            "horizon": desk.horizon,
            "at_most": desk.at_most,
            "services": [self._offering(offering) for offering in details.offerings(desk)],
        }

    def _offering(self, offering):
        service = service_of(offering)
        seen = service is not None and api.user.has_permission("View", obj=service)
        return {
            "id": offering.getId(),
            "title": offering.title,
            "description": offering.description or "",
            "minutes": offering.minutes,
            "at_most": offering.people,
            "bring": details.to_bring(offering),
            "service": service.absolute_url() if seen else None,
        }
