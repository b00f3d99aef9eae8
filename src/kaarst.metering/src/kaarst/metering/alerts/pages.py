"""`alerts` of the energy page: what lasts, what is over; the same over REST."""

from functools import cached_property
from kaarst.core.rest import JsonGet
from kaarst.metering import _
from kaarst.metering.alerts import words
from kaarst.metering.alerts.book import Alert
from kaarst.metering.alerts.book import Book
from kaarst.metering.alerts.job import thresholds
from kaarst.metering.analysis.alerts import KINDS
from kaarst.metering.dashboards import sources
from kaarst.metering.page import Page
from kaarst.metering.rollup.calendar import to_datetime
from plone import api
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile


def listed(energy) -> tuple[list[Alert], dict]:
    """Returns (alerts, meters by key): those that last by urgency, then those that are over."""
    meters = {one.getId(): one for one in sources.meters(energy)}
    found = [one for one in Book(api.portal.get()).alerts().values() if one.meter in meters]
    found.sort(key=lambda one: (-(one.ended or 0), KINDS.index(one.kind), -one.since, one.meter))
    found.sort(key=lambda one: not one.open)
    return found, meters


class AlertsView(Page):
    """A list with a sentence for each."""

    template = ViewPageTemplateFile("templates/alerts.pt")
    heading = _("Alerts")

    def __call__(self):
        self.private()
        return self.template()

    @cached_property
    def _found(self):
        return listed(self.context)

    def lasting(self) -> list[dict]:
        return [self._shown(one) for one in self._found[0] if one.open]

    def over(self) -> list[dict]:
        return [self._shown(one) for one in self._found[0] if not one.open]

    def _shown(self, alert: Alert) -> dict:
        meter = self._found[1][alert.meter]
        return {
            "title": self.translate(words.TITLES[alert.kind]),
            "place": words.place(meter),
            "url": meter.absolute_url(),
            "text": self.translate(words.sentence(alert)),
            "since": self.when(alert.since),
            "ended": self.when(alert.ended) if alert.ended else "",
        }

    def limits(self):
        """The thresholds in words."""
        found = thresholds(self.context)
        return [
            self.translate(message)
            for message in (
                _(
                    "Water that stood still in no hour of ${count} nights",
                    mapping={"count": found.leak_nights},
                ),
                _(
                    "A base load from ${count} % of the average",
                    mapping={"count": found.standby_percent},
                ),
                _(
                    "A month that is expected to come to ${count} % of its budget",
                    mapping={"count": found.budget_percent},
                ),
                _(
                    "A meter that is silent for ${count} hours",
                    mapping={"count": found.silent_hours},
                ),
            )
        ]


class AlertsGet(JsonGet):
    """The same list for programs."""

    def handle(self):
        self.request.response.setHeader("Cache-Control", "no-store")
        found, meters = listed(self.context)
        return {
            "@id": f"{self.context.absolute_url()}/@alerts",
            "items": [
                {
                    "meter": one.meter,
                    "url": meters[one.meter].absolute_url(),
                    "place": words.place(meters[one.meter]),
                    "kind": one.kind,
                    "message": words.sentence(one),
                    "value": one.value,
                    "limit": one.limit,
                    "since": to_datetime(one.since).isoformat(),
                    "ended": None if one.ended is None else to_datetime(one.ended).isoformat(),
                }
                for one in found
            ],
        }
