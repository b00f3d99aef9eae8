"""Where some services can be dealt with together, how long it takes, and when first."""

from kaarst.appointments.bookings import details
from kaarst.appointments.bookings import office
from kaarst.appointments.bookings import refusals
from kaarst.appointments.bookings.releases import next_release
from kaarst.appointments.engine import raster
from kaarst.appointments.engine.errors import NotBookable
from kaarst.appointments.rest.common import place_json
from kaarst.appointments.rest.common import services_of
from kaarst.appointments.rest.common import wrong
from kaarst.appointments.rest.slots.get import PUBLIC_SECONDS
from kaarst.core.rest import JsonGet
from plone import api


class EarliestGet(JsonGet):
    """`service`, once for each → the desks, that with the earliest time first."""

    def handle(self):
        chosen = self.request.form.get("service", [])
        services = services_of([chosen] if isinstance(chosen, str) else chosen, "service")
        found, reasons = [], []
        for desk in office.desks(self.context):
            engine = office.engine(desk)
            try:
                request = engine.plan.request(services)
            except NotBookable as error:
                reasons.append((error.reason, refusals.sentence(desk, error)))
                continue
            search = engine.search()
            found.append((search.earliest(request, *search.window), desk, search, request))
        if not found:
            raise wrong("service", _why(services, reasons))
        found.sort(key=lambda one: (one[0] is None, one[0] or 0))
        if api.user.is_anonymous():
            self.request.response.setHeader("Cache-Control", f"public, max-age={PUBLIC_SECONDS}")
        return {
            "@id": f"{self.context.absolute_url()}/@earliest",
            "services": services,
            "items": [self._desk(*one) for one in found],
        }

    def _desk(self, earliest, desk, search, request):
        release = next_release(search, raster.days(*search.window))
        return {
            "@id": desk.absolute_url(),
            "id": desk.getId(),
            "title": desk.title,
            "place": place_json(desk),
            "minutes": request.seconds // 60,
            "earliest": details.iso(earliest) if earliest is not None else None,
            "next_release": details.iso(release) if release is not None else None,
        }


def _why(services, reasons):
    """Why no desk can do it; that one does not have the service says less than why another cannot."""
    reasons.sort(key=lambda reason: reason[0] == "service")
    if not reasons or (reasons[0][0] == "service" and len(set(services)) > 1):
        return refusals.SENTENCES["nobody" if reasons else "service"]
    return reasons[0][1]
