"""`/my-meter?meter=…`: what one's own meter says. Only with a consent in force, and only of one's time."""

from dataclasses import replace
from functools import cached_property
from kaarst.metering import _
from kaarst.metering.analysis import report
from kaarst.metering.dashboards import sources
from kaarst.metering.dashboards import words
from kaarst.metering.dashboards.ask import Period
from kaarst.metering.dashboards.pages import ReadingsCSV
from kaarst.metering.dashboards.pages import ReadingsPage
from kaarst.metering.households import claiming
from kaarst.metering.households import neighbours
from kaarst.metering.households import wording
from kaarst.metering.households.pages import PEOPLE
from kaarst.metering.meters.keys import meter_of
from kaarst.metering.page import RESOURCES
from kaarst.metering.rollup.calendar import day_date
from kaarst.metering.rollup.calendar import day_of
from kaarst.metering.store import claims
from kaarst.metering.store.consents import COMPARISON
from kaarst.metering.store.engine import default_store
from plone import api
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from urllib.parse import urlencode
from zExceptions import HTTPMethodNotAllowed
from zExceptions import NotFound


def own_sources(held: claims.Held) -> list[report.Source]:
    """The meter that somebody holds, bounded to their time; NotFound where it is gone."""
    meter = meter_of(held.meter)
    if meter is None:
        raise NotFound(held.meter)
    return [
        replace(one, parent="", since=held.since, until=held.until)
        for one in sources.of_meters([meter])
    ]


class OwnReadings(ReadingsPage):
    """Everything of `ReadingsPage`, about the one meter that was proved to be one's own."""

    @cached_property
    def held(self) -> claims.Held:
        return claiming.held(self.text("meter", 64))

    @cached_property
    def measured(self) -> dict:
        meter = meter_of(self.held.meter)
        if meter is None:
            raise NotFound(self.held.meter)
        return {self.held.meter: meter}

    def check(self) -> None:
        """Raises NotFound unless a consent of who is asking is in force."""
        if self.held.meter not in self.measured:
            raise NotFound(self.held.meter)

    def sources(self):
        return own_sources(self.held)

    def split(self):
        """What lies behind the meter may be somebody else's."""
        return None

    def csv_url(self) -> str:
        return self._address("my-meter.csv")

    def _address(self, name: str = "my-meter", **changed) -> str:
        chosen = {
            "meter": self.held.meter,
            "period": self.period.kind,
            "date": self.period.day.isoformat(),
            **changed,
        }
        chosen.pop("medium", None)
        return f"{self.context.absolute_url()}/{name}?{urlencode(chosen)}"


class MyMeter(OwnReadings):
    """How much, what it costs, which hours, what changed, now, at night, and others like me."""

    template = ViewPageTemplateFile("templates/my_meter.pt")

    def __call__(self):
        self.private()
        if self.request.method not in ("GET", "HEAD"):
            raise HTTPMethodNotAllowed("GET")
        # Before anything is drawn: who may not see it gets a page that is not there.
        self.check()
        return self.template()

    @property
    def page_title(self) -> str:
        return self.named["title"]

    @cached_property
    def named(self) -> dict:
        return claiming.name_of(self.held.meter)

    def own_style_url(self) -> str:
        return f"{api.portal.get().absolute_url()}/{RESOURCES}/households.css"

    def live_source(self) -> str:
        query = urlencode({"meter": self.held.meter})
        return f"{self.context.absolute_url()}/@my-meter-live?{query}"

    def since(self) -> str:
        return words.date_text(day_date(day_of(self.held.since)), self.language)

    def agreed(self) -> str:
        return self.when(self.held.own_use.granted_at)

    # Others like me

    def comparison(self) -> dict:
        """`{on, people, hot_water, text, own, usual}` of the last whole month."""
        own = self.held.comparison
        made = {
            "on": own is not None,
            "people": own.people if own else None,
            "hot_water": bool(own and own.hot_water),
            "text": "",
        }
        if own is not None:
            with default_store().reading() as connection:
                found = neighbours.compared(connection, self.held, self.now, self._medium_of)
            made["text"] = self.translate(self._compared(found))
        return made

    def _medium_of(self, key: str) -> str:
        return claiming.name_of(key)["medium"]

    def _compared(self, found: neighbours.Compared | None):
        if found is None:
            return _("compared_later", default="Averages are made some days after the end of a month. There are none yet.")  # fmt: skip
        month = Period("month", day_date(day_of(found.start)))
        mapping = {"month": words.period_name(month, self.language)}
        if found.own is None:
            return _("compared_nothing", default="Of ${month} your readings are not complete, so nothing can be compared.", mapping=mapping)  # fmt: skip
        mapping["own"] = self._amount(found.own)
        if found.usual is None:
            return _("compared_few", default="You used ${own} in ${month}. There are too few households like yours, or one stands out, so that no average can be shown without showing somebody.", mapping=mapping)  # fmt: skip
        mapping["usual"] = self._amount(found.usual)
        return _("compared_usual", default="You used ${own} in ${month}; households like yours used ${usual} on average.", mapping=mapping)  # fmt: skip

    def _amount(self, micro: int) -> str:
        unit = report.series.UNITS[self.named["medium"]]
        return words.amount(micro, unit, self.language)

    def compare_paragraphs(self) -> tuple:
        return wording.paragraphs(COMPARISON)

    def people_choices(self) -> list[dict]:
        own = self.held.comparison
        last = PEOPLE[-1]
        return [
            {
                "value": str(one),
                "text": self.translate(_("${count} or more", mapping={"count": one}))
                if one == last
                else str(one),
                "selected": "selected" if own and own.people == one else None,
            }
            for one in PEOPLE
        ]


class MyMeterCSV(OwnReadings, ReadingsCSV):
    """The same as CSV."""

    def __call__(self):
        self.private()
        self.check()
        return ReadingsCSV.__call__(self)

    def file_name(self) -> str:
        return self.held.meter
