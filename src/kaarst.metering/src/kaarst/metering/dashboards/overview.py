"""`GET /@energy`: the town's buildings in the last year, for other front ends."""

from kaarst.core import changes
from kaarst.core.rest import ApiError
from kaarst.metering import _
from kaarst.metering.analysis import report
from kaarst.metering.analysis import series
from kaarst.metering.analysis import town
from kaarst.metering.dashboards import opendata
from kaarst.metering.dashboards import sources
from kaarst.metering.dashboards.rest import amount
from kaarst.metering.dashboards.rest import Conditional
from kaarst.metering.dashboards.rest import iso
from kaarst.metering.rollup.calendar import day_of
from kaarst.metering.rollup.calendar import day_start
from kaarst.metering.rollup.calendar import MINUTE
from kaarst.metering.store.engine import default_store
from plone import api
from plone.memoize import ram
from plone.memoize.volatile import DontCache

import time


def _minute(_method, service, page, now: int):
    """The same for a minute for everybody who may see the same, unless somebody changes the site."""
    state = changes.state(api.portal.get())
    if state is None:
        raise DontCache
    every = (*sources.buildings(page), *sources.meters(page))
    seen = tuple(sorted(one.getId() for one in every))
    return service.context.absolute_url(), state, seen, now // MINUTE


class EnergyGet(Conditional):
    """What the town's buildings used in the last 365 days, of those that the asker may see."""

    def handle(self):
        page = opendata.energy_page()
        if page is None:
            raise ApiError(404, "NotFound", _("There are no readings here."))
        return self._year(page, round(time.time() * 1000))

    @ram.cache(_minute)
    def _year(self, page, now: int) -> dict:
        today = day_of(now)
        found = {one.getId(): one for one in sources.buildings(page)}
        buildings = [
            town.Building(key, one.area, sources.sources(one)) for key, one in found.items()
        ]
        rows: dict[str, list] = {key: [] for key in found}
        media = []
        with default_store().reading() as connection:
            for medium in report.MEDIA:
                of_all = town.last_year(connection, buildings, medium, now)
                for row in of_all:
                    rows[row.key].append(_of_year(medium, row, found[row.key].area))
                known = [row.consumption for row in of_all if row.consumption is not None]
                if of_all:
                    complete = all(row.complete for row in of_all)
                    media.append(
                        _of_year(
                            medium, town.Row("", sum(known) if known else None, complete), None
                        )
                    )
        return {
            "@id": f"{self.context.absolute_url()}/@energy",
            "url": page.absolute_url(),
            "title": page.title,
            "from": iso(day_start(today - town.DAYS)),
            "to": iso(day_start(today)),
            "media": media,
            "buildings": [
                {
                    "@id": one.absolute_url(),
                    "title": one.title,
                    "use": one.use,
                    "district": one.district or None,
                    "area": one.area,
                    "media": rows[key],
                }
                for key, one in found.items()
            ],
            "open_data": {
                "csv": f"{page.absolute_url()}/energy.csv",
                "dcat": f"{page.absolute_url()}/energy.jsonld",
            },
        }


def _of_year(medium: str, row: town.Row, area: int | None) -> dict:
    used = amount(row.consumption)
    return {
        "medium": medium,
        "unit": series.UNITS[medium],
        "consumption": used,
        "per_square_metre": round(used / area, 6) if area and used is not None else None,
        "complete": row.complete,
    }
