"""The free times of a desk for some services: the earliest, and all of them day by day."""

from datetime import timedelta
from kaarst.appointments import _
from kaarst.appointments.bookings import details
from kaarst.appointments.bookings import office
from kaarst.appointments.bookings.releases import next_release
from kaarst.appointments.engine import bits
from kaarst.appointments.engine import raster
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

    name = "@slots"

    def handle(self):
        form = self.request.form
        services = self.chosen()
        engine = office.engine(self.context)
        with answered(self.context, "service"):
            request = engine.plan.request(services)
        search = self.search(engine)
        lower, upper = search.window
        first = day_of(form.get("from"), "from") or lower
        last = day_of(form.get("to"), "to")
        if last is None:
            last = first + timedelta(days=min(DEFAULT_DAYS - 1, (first.max - first).days))
        if last < first:
            raise wrong("to", _("The last day lies before the first."))
        if (last - first).days >= LONGEST:
            raise wrong("to", _("At most ${count} days at once.", mapping={"count": LONGEST}))
        days = [self._day(engine, day, starts) for day, starts in search.days(request, first, last)]
        earliest = self.earliest(engine, search, request)
        release = next_release(search, raster.days(lower, upper))
        self.keep()
        return {
            "@id": f"{self.context.absolute_url()}/{self.name}",
            "services": list(request.services),
            "minutes": request.seconds // 60,
            "earliest": details.iso(earliest) if earliest is not None else None,
            "bookable_until": upper.isoformat(),
            "next_release": details.iso(release) if release is not None else None,
            "days": days,
        }

    def chosen(self) -> list[str]:
        """The services asked for; raises ApiError 400."""
        chosen = self.request.form.get("service", [])
        return services_of([chosen] if isinstance(chosen, str) else chosen, "service")

    def search(self, engine):
        """How the engine's desk is searched."""
        return engine.search()

    def earliest(self, engine, search, request) -> int | None:
        """The first start of all, whatever days are asked for."""
        return search.earliest(request, *search.window)

    def on_step(self, engine, day, starts: int) -> int:
        """Those of a day's possible starts that are listed."""
        return starts

    def keep(self) -> None:
        """Says how long others may keep the answer."""
        if api.user.is_anonymous():
            self.request.response.setHeader("Cache-Control", f"public, max-age={PUBLIC_SECONDS}")

    def _day(self, engine, day, starts: int) -> dict:
        cells = bits.cells(self.on_step(engine, day, starts)) if starts else ()
        return {
            "date": day.isoformat(),
            "slots": [details.iso(raster.instant(day, cell)) for cell in cells],
        }
