"""The page of a dashboard that an editor has put together."""

from functools import cached_property
from kaarst.core.places.relations import related
from kaarst.metering.dashboards import ask
from kaarst.metering.dashboards.pages import ReadingsPage
from kaarst.metering.interfaces import IEnergy
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile


class Part(ReadingsPage):
    """One building or meter of a dashboard."""

    def __init__(self, context, request, dashboard):
        super().__init__(context, request)
        self.dashboard, self.prefix = dashboard, f"use-{context.getId()}"

    @cached_property
    def period(self) -> ask.Period:
        return self.dashboard.period

    @cached_property
    def wanted(self) -> set[str]:
        return set(self.dashboard.context.tiles or ())

    @cached_property
    def chosen(self):
        medium = self.dashboard.context.medium
        found = [one for one in self.shown if medium in (None, one.report.medium)]
        return next(iter(found), None)

    def tiles(self) -> list[dict]:
        return [tile for tile in super().tiles() if tile["id"] in self.wanted]

    def shows(self, tile: str) -> bool:
        return tile in self.wanted

    def split(self):
        whole_town = IEnergy.providedBy(self.context)
        return super().split() if self.shows("split") and not whole_town else None


class DashboardView(ReadingsPage):
    """Its parts, one below the other, in the same period."""

    template = ViewPageTemplateFile("templates/dashboard.pt")
    chosen = None

    def __call__(self):
        return self.template()

    @cached_property
    def period(self) -> ask.Period:
        found = super().period
        if self.text("period"):
            return found
        return ask.Period(self.context.period, found.day)

    @cached_property
    def parts(self) -> list[Part]:
        """Of those that the reader may see and of which there are readings."""
        made = [Part(one, self.request, self) for one in related(self.context, "items")]
        return [one for one in made if one.chosen is not None]

    @cached_property
    def live_keys(self) -> str:
        return " ".join(part.live_keys for part in self.parts if part.shows("now")).strip()
