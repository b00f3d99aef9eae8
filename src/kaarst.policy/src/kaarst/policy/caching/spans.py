"""Until when a site looks the same if nobody changes anything.

Notices begin and end, pages appear and expire, a day ends. `span` is plain Python; `current` asks
the site. What changes more often (open or closed, the next event) goes by the minute.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from DateTime import DateTime
from datetime import datetime
from datetime import timedelta
from datetime import UTC
from kaarst.core.opening_hours import BERLIN
from kaarst.policy.alerts.published import published
from kaarst.policy.caching.memory import remembered
from plone import api


#: Plone writes the year 2499 where something never expires.
NEVER = DateTime("2400/01/01 00:00:00 UTC")
MINUTE = 60


@dataclass(frozen=True)
class Span:
    """From `start` on (seconds of the epoch), and before `end`."""

    start: float
    end: float

    def __contains__(self, seconds: float) -> bool:
        return self.start <= seconds < self.end


def span(moments: Iterable[float], seconds: float) -> Span:
    """The time around `seconds` in which none of `moments` lies.

    Without a moment before (or after) it reaches back to 0 (or has no end).
    """
    moments = set(moments)
    return Span(
        max((moment for moment in moments if moment <= seconds), default=0.0),
        min((moment for moment in moments if moment > seconds), default=float("inf")),
    )


def minute(now: datetime | None = None) -> str:
    """A text that is new with every minute."""
    return str(int((now or datetime.now(UTC)).timestamp()) // MINUTE)


def current(site, now: datetime | None = None) -> Span:
    """The span of `site` at `now` (aware; the default is the present)."""
    now = now or datetime.now(UTC)
    seconds = now.timestamp()
    return remembered(
        site,
        "span",
        lambda: span(_moments(site, now), seconds),
        still=lambda kept: seconds in kept,
    )


def stamp(site) -> str:
    """A text that is new with every span."""
    return f"{current(site).start:.0f}"


def midnights(now: datetime) -> tuple[float, float]:
    """When the day of `now` (aware) began in Germany, and when it ends."""
    midnight = now.astimezone(BERLIN).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    # By way of noon: the clock goes on by 24 hours, the day has 23 to 25.
    tomorrow = (midnight + timedelta(hours=36)).replace(hour=0)
    return midnight.timestamp(), tomorrow.timestamp()


def _moments(site, now: datetime) -> list[float]:
    moments = [*midnights(now)]
    for notice in published(site):
        moments += [moment.timestamp() for moment in (notice.start, notice.end) if moment]
    for moment in _dates(now):
        # The catalogue counts in whole minutes.
        whole = moment - moment % MINUTE
        moments += [whole, whole + MINUTE]
    return moments


def _dates(now: datetime) -> list[float]:
    """The last and the next moment at which a page of the catalogue appears or expires.

    The indexes know minutes: what lies in the present one is found on both sides.
    """
    search = api.portal.get_tool("portal_catalog").unrestrictedSearchResults
    moment = DateTime(now)
    found = []
    for index in ("effective", "expires"):
        past = search(
            **{index: {"query": moment, "range": "max"}},
            sort_on=index,
            sort_order="descending",
            sort_limit=1,
        )
        coming = search(
            **{index: {"query": (moment, NEVER), "range": "minmax"}},
            sort_on=index,
            sort_limit=1,
        )
        for brain in (*past[:1], *coming[:1]):
            found.append(float(brain[index]))
    return found
