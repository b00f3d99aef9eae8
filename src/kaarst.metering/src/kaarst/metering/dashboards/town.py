"""The town's page: all buildings together, ranked, and what is the most."""

from functools import cached_property
from kaarst.metering.alerts.book import Book
from kaarst.metering.analysis import report
from kaarst.metering.analysis import series
from kaarst.metering.analysis import town
from kaarst.metering.dashboards import picture
from kaarst.metering.dashboards import sources
from kaarst.metering.dashboards import words
from kaarst.metering.dashboards.pages import ReadingsPage
from kaarst.metering.store.engine import default_store
from plone import api
from plone.memoize import ram


def _minute(_method, page):
    """The same for a minute for everybody who may see the same meters."""
    keys = tuple(sorted(page.measured))
    chosen = page.chosen.report.medium if page.chosen else ""
    where = page.context.absolute_url()
    return (where, page.language, keys, chosen, page.now // 60_000)


def _reports_key(_function, page):
    return (
        page.context.getPhysicalPath(), tuple(sorted(page.measured)), page.period,
        page.now // 60_000,
    )  # fmt: skip


@ram.cache(_reports_key)
def _reports(page) -> list[report.Report]:
    return page.reckoned()


class TownPage(ReadingsPage):
    """All buildings: hundreds of meters, so it is reckoned once a minute."""

    @cached_property
    def reports(self) -> list[report.Report]:
        return _reports(self)

    def count_alerts(self) -> int:
        """How many alerts last."""
        return sum(one.open for one in Book(api.portal.get()).alerts().values())

    def split(self):
        """Buildings are compared instead of sub-meters."""
        return None

    def ranking(self) -> list[dict]:
        """`{title, url, place, per_area, amount, bar, complete}` of the last 365 days, most first."""
        return self._ranked() if self.chosen else []

    @ram.cache(_minute)
    def _ranked(self) -> list[dict]:
        medium = self.chosen.report.medium
        found = {one.getId(): one for one in sources.buildings(self.context)}
        buildings = [
            town.Building(key, one.area, sources.sources(one)) for key, one in found.items()
        ]
        with default_store().reading() as connection:
            rows = town.last_year(connection, buildings, medium, self.now)
        amounts = {row.key: row.consumption for row in rows}
        ranked = town.ranking(buildings, rows)
        unit = series.UNITS[medium]
        return [
            {
                "title": found[one.key].title,
                "url": found[one.key].absolute_url(),
                "place": one.place,
                "per_area": self._per_area(one.per_area, unit),
                "amount": words.amount(amounts[one.key], unit, self.language),
                "bar": picture.share(one.per_area, ranked[0].per_area),
                "complete": one.complete,
            }
            for one in ranked
        ]

    def _per_area(self, value: float, unit: str) -> str:
        if unit == "m³" and value < 2:
            value, unit = value * 1000, "l"
        return f"{words.number(value, self.language, words.places(value))}{words.THIN}{unit}/m²"
