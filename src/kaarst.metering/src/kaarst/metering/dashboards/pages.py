"""The readings on the pages of a meter, a building and the whole town, and the same as CSV."""

from Acquisition import aq_inner
from Acquisition import aq_parent
from datetime import date
from functools import cached_property
from kaarst.metering import _
from kaarst.metering.analysis import report
from kaarst.metering.analysis import steps
from kaarst.metering.dashboards import ask
from kaarst.metering.dashboards import picture
from kaarst.metering.dashboards import sources
from kaarst.metering.dashboards import words
from kaarst.metering.dashboards.shown import PERIODS
from kaarst.metering.dashboards.shown import Shown
from kaarst.metering.interfaces import IEnergy
from kaarst.metering.interfaces import IMeasured
from kaarst.metering.page import Page
from kaarst.metering.page import RESOURCES
from kaarst.metering.rollup.calendar import day_date
from kaarst.metering.rollup.calendar import day_number
from kaarst.metering.rollup.calendar import day_of
from kaarst.metering.rollup.calendar import to_datetime
from kaarst.metering.store import temperatures
from kaarst.metering.store.engine import default_store
from plone import api
from urllib.parse import urlencode

import csv
import io
import time


class ReadingsPage(Page):
    """What was used: of one medium, in one period, both chosen by links."""

    #: Begins the ids of its pictures, where a page has several of these.
    prefix = "use"

    @property
    def page_title(self) -> str | None:
        """A building often bears the name of a place of the town, a meter that of many others."""
        if self.heading or IEnergy.providedBy(self.context):
            return super().page_title
        names, here = [], self.context
        while IMeasured.providedBy(here):
            names.append(here.title)
            here = aq_parent(aq_inner(here))
        return ", ".join(names) or None

    @cached_property
    def now(self) -> int:
        return round(time.time() * 1000)

    @cached_property
    def period(self) -> ask.Period:
        form = self.request.form
        today = day_date(day_of(self.now))
        return ask.chosen_period(form.get("period"), form.get("date"), today)

    @cached_property
    def measured(self) -> dict:
        """Meters (content) by key."""
        return {one.getId(): one for one in sources.meters(self.context)}

    @cached_property
    def reports(self) -> list[report.Report]:
        """One for each medium of which there are readings."""
        return self.reckoned()

    def reckoned(self) -> list[report.Report]:
        """Makes the reports anew."""
        found = self.sources()
        today = day_date(day_of(self.now))
        first = day_number(date(today.year - 1, 1, 1))
        with default_store().reading() as connection:
            means = temperatures.means(connection, first, day_of(self.now))
            made = report.reports(
                connection, found, self.period.kind, self.period.day, self.now, means
            )
        return [one for one in made if one.newest is not None]

    def sources(self) -> list[report.Source]:
        """The same meters as the analyses reckon with them."""
        return sources.of_meters(self.measured.values())

    @cached_property
    def shown(self) -> list[Shown]:
        return [Shown(one, self.period, self.language, self.translate) for one in self.reports]

    @cached_property
    def chosen(self) -> Shown | None:
        """What the page is about: the medium in the address, or the first there is."""
        wanted = self.text("medium")
        by_medium = {one.report.medium: one for one in self.shown}
        return by_medium.get(wanted) or next(iter(self.shown), None)

    def media(self) -> list[dict]:
        """`{title, total, cost, url, current}` of every medium."""
        return [
            {
                "title": one.title,
                "total": one.total,
                "cost": one.cost,
                "url": self._address(medium=one.report.medium),
                "current": one is self.chosen,
            }
            for one in self.shown
        ]

    def kinds(self) -> list[dict]:
        """`{title, url, current}` of day, week, month and year."""
        return [
            {
                "title": self.translate(title),
                "url": self._address(period=kind),
                "current": kind == self.period.kind,
            }
            for kind, title in PERIODS.items()
        ]

    def back(self) -> dict:
        return self._neighbour(self.period.back())

    def forth(self) -> dict | None:
        """The period after this one, unless it has not begun."""
        found = self.period.forth()
        return self._neighbour(found) if found.first <= day_date(day_of(self.now)) else None

    def _neighbour(self, period: ask.Period) -> dict:
        return {
            "title": words.period_name(period, self.language),
            "url": self._address(date=period.first.isoformat()),
        }

    def csv_url(self) -> str:
        return self._address("readings.csv")

    def _address(self, name: str = "", **changed) -> str:
        chosen = {
            "medium": self.chosen.report.medium if self.chosen else "",
            "period": self.period.kind,
            "date": self.period.day.isoformat(),
            **changed,
        }
        return f"{self.url(name)}?{urlencode(chosen)}"

    def readings_style_url(self) -> str:
        return f"{api.portal.get().absolute_url()}/{RESOURCES}/readings.css"

    def live_url(self) -> str:
        return f"{api.portal.get().absolute_url()}/{RESOURCES}/live.js"

    def live_source(self) -> str:
        """Where the page asks for values as they arrive."""
        return self.url("@live")

    @cached_property
    def live_keys(self) -> str:
        """Keys of the meters whose power "now" is the sum of; nothing where there is no such tile."""
        return " ".join(self.chosen.report.keys) if self.chosen and self.chosen.report.power else ""

    def newest(self) -> str:
        """When the latest reading was taken."""
        return self.when(self.chosen.report.newest)

    def tiles(self) -> list[dict]:
        return self.chosen.tiles()

    def split(self) -> dict | None:
        """The sub-meters' shares: `{rows, excess, complete}`; rows `{title, url, amount, share, bar}`."""
        found = self.chosen.report.split
        if found is None or not found.whole:
            return None
        rows = [
            {
                "title": self.measured[part.key].title,
                "url": self.measured[part.key].absolute_url(),
                **self._part(part.consumption, found.whole),
            }
            for part in found.parts
        ]
        rest = {"title": self.translate(_("Not told apart")), "url": ""}
        rows.append({**rest, **self._part(found.rest, found.whole)})
        excess = self.chosen.amount(found.excess) if found.excess else ""
        return {"rows": rows, "excess": excess, "complete": found.complete}

    def _part(self, micro: int | None, whole: int) -> dict:
        share = (micro or 0) / whole
        return {
            "amount": self.chosen.amount(micro),
            "share": "–" if micro is None else words.percent(share, self.language),
            "bar": picture.share(share, 1),
        }


class MeterPage(ReadingsPage):
    """One meter: its readings may be fine enough to see devices being switched."""

    def steps(self) -> list[dict]:
        """`{time, before, after, change}` of the day that is shown; empty of coarser readings."""
        if self.period.kind != "day" or self.chosen is None:
            return []
        start, end = self.chosen.report.items[0].start, self.chosen.report.items[-1].end
        with default_store().reading() as connection:
            found = steps.of_meter(connection, self.context.getId(), start, end)
        return [
            {
                "time": f"{to_datetime(one.at):%H:%M:%S}",
                "before": words.power(one.before, self.language),
                "after": words.power(one.after, self.language),
                "change": ("+" if one.change > 0 else "") + words.power(one.change, self.language),
            }
            for one in found
        ]


class ReadingsCSV(ReadingsPage):
    """The table of the chosen medium for spreadsheets in Germany."""

    def file_name(self) -> str:
        return self.context.getId()

    def __call__(self):
        out = io.StringIO()
        writer = csv.writer(out, delimiter=";")
        head = (_("From"), _("To"), _("Consumption"), _("Unit"), _("Cost in euros"), _("Complete"))
        writer.writerow([self.translate(one) for one in head])
        for item in self.chosen.report.items if self.chosen else ():
            cost = item.cost.total if item.cost is not None and item.cost.complete else None
            writer.writerow(
                [
                    to_datetime(item.start).isoformat(),
                    to_datetime(item.end).isoformat(),
                    _plain(None if item.consumption is None else item.consumption / 1_000_000),
                    self.chosen.report.unit,
                    _plain(cost),
                    self.translate(_("yes")) if item.complete else self.translate(_("no")),
                ]
            )
        response = self.request.response
        response.setHeader("Content-Type", "text/csv; charset=utf-8")
        name = f"{self.file_name()}-{self.period.first.isoformat()}.csv"
        response.setHeader("Content-Disposition", f'attachment; filename="{name}"')
        # With a mark at the beginning Excel reads it as UTF-8.
        return "\ufeff" + out.getvalue()


def _plain(value) -> str:
    """A number with a decimal comma and no other separators; nothing where it is unknown."""
    return "" if value is None else f"{value:.6f}".rstrip("0").rstrip(".").replace(".", ",")
