"""The free times of a desk for some services: the earliest, and all of them day by day."""

from datetime import timedelta
from kaarst.appointments import _
from kaarst.appointments.bookings import details
from kaarst.appointments.bookings import office
from kaarst.appointments.rest.common import answered
from kaarst.appointments.rest.common import day_of
from kaarst.appointments.rest.common import services_of
from kaarst.appointments.rest.common import wrong
from kaarst.core.rest import JsonGet
from plone import api


LONGEST = 62
DEFAULT_DAYS = 14
# The rush at eight asks the same all the time; what is a second old is decided by the POST anyway.
PUBLIC_SECONDS = 2


class SlotsGet(JsonGet):
    """Every possible start, `from` and `to` included; two weeks unless asked for others."""

    def handle(self):
        form = self.request.form
        chosen = form.get("service", [])
        services = services_of([chosen] if isinstance(chosen, str) else chosen, "service")
        engine = office.engine(self.context)
        with answered(self.context, "service"):
            request = engine.plan.request(services)
        search = engine.search()
        lower, upper = search.window
        first = day_of(form.get("from"), "from") or lower
        last = day_of(form.get("to"), "to")
        if last is None:
            last = first + timedelta(days=min(DEFAULT_DAYS - 1, (first.max - first).days))
        if last < first:
            raise wrong("to", _("The last day lies before the first."))
        if (last - first).days >= LONGEST:
            raise wrong("to", _("At most ${count} days at once.", mapping={"count": LONGEST}))
        days = [
            {
                "date": day.isoformat(),
                "slots": [details.iso(start) for start in search.instants(request, day)]
                if starts
                else [],
            }
            for day, starts in search.days(request, first, last)
        ]
        earliest = search.earliest(request, lower, upper)
        if api.user.is_anonymous():
            self.request.response.setHeader("Cache-Control", f"public, max-age={PUBLIC_SECONDS}")
        return {
            "@id": f"{self.context.absolute_url()}/@slots",
            "services": list(request.services),
            "minutes": request.seconds // 60,
            "earliest": details.iso(earliest) if earliest is not None else None,
            "bookable_until": upper.isoformat(),
            "days": days,
        }
