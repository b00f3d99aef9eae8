"""Opening hours as an endpoint and as an expandable part of a place."""

from datetime import datetime
from datetime import UTC
from kaarst.core.interfaces import IKaarstCoreLayer
from kaarst.core.openapi.fragment import YamlFragment
from kaarst.core.opening_hours.fields import WEEKDAYS
from kaarst.core.opening_hours.schedule import Day
from kaarst.core.places.browser.hours import OpeningHoursView
from kaarst.core.places.interfaces import IOpeningHours
from kaarst.core.places.interfaces import IOpeningHoursBehavior
from kaarst.core.rest import JsonGet
from plone.base.interfaces import IPloneSiteRoot
from plone.restapi.interfaces import IExpandableElement
from zope.component import adapter
from zope.interface import implementer


#: Two weeks: enough for "opens again" over the holidays at the turn of the year.
DAYS = 14


def now_open(context) -> dict:
    """What holds now: `open`, `until` or `opens` (ISO 8601 with offset, or null), `reason`."""
    schedule = IOpeningHours(context).schedule
    state = schedule.state(datetime.now(UTC))
    return {
        "open": state.open,
        "until": state.until.isoformat() if state.until else None,
        "opens": state.opens.isoformat() if state.opens else None,
        "reason": state.reason,
    }


def _day(day: Day) -> dict:
    return {
        "date": day.date.isoformat(),
        "weekday": WEEKDAYS[day.date.weekday()],
        "hours": [{"opens": span.opens, "closes": span.closes} for span in day.spans],
        "exceptional": day.exceptional,
        "reason": day.reason,
    }


def opening_hours(context, request) -> dict:
    """The whole answer of the endpoint."""
    hours = IOpeningHours(context)
    view = OpeningHoursView(context, request)
    today = datetime.now(UTC).astimezone(hours.schedule.zone).date()
    return {
        "@id": f"{context.absolute_url()}/@opening-hours",
        "known": hours.schedule.known,
        "text": view.sentence if view.known else "",
        "note": hours.note,
        **now_open(context),
        "days": [_day(day) for day in hours.schedule.days(today, DAYS)],
    }


@implementer(IExpandableElement)
class OpeningHoursElement:
    """`@components["opening-hours"]`"""

    def __init__(self, context, request):
        self.context = context
        self.request = request

    def __call__(self, expand=False):
        data = {"@id": f"{self.context.absolute_url()}/@opening-hours"}
        if expand:
            data = opening_hours(self.context, self.request)
        return {"opening-hours": data}


@adapter(IOpeningHoursBehavior, IKaarstCoreLayer)
class PlaceHoursElement(OpeningHoursElement):
    """The hours of a place."""


@adapter(IPloneSiteRoot, IKaarstCoreLayer)
class TownHallHoursElement(OpeningHoursElement):
    """The hours of the town hall."""


class OpeningHoursGet(JsonGet):
    """GET @opening-hours"""

    def handle(self) -> dict:
        return opening_hours(self.context, self.request)


class OpeningHoursFragment(YamlFragment):
    """The endpoint's part of the OpenAPI document."""

    package = "kaarst.core.places.rest.opening_hours"
