"""Lists of news, of events and of what a section holds; the pages of a news item and of an event."""

from Acquisition import aq_parent
from datetime import datetime
from datetime import time
from datetime import timedelta
from datetime import UTC
from kaarst.core.opening_hours import BERLIN
from kaarst.core.whole_number import whole_number
from kaarst.policy import _
from kaarst.policy.icon import icon_of
from kaarst.policy.listings.cards import event_card
from kaarst.policy.listings.cards import long_date
from kaarst.policy.listings.cards import month_name
from kaarst.policy.listings.cards import news_card
from kaarst.policy.listings.cards import picture
from kaarst.policy.listings.cards import published
from plone import api
from plone.app.contenttypes.browser.folder import FolderView
from plone.app.event.base import get_events
from plone.app.event.base import RET_MODE_ACCESSORS
from plone.base.batch import Batch
from plone.event.interfaces import IEventAccessor
from plone.event.interfaces import IOccurrence
from plone.event.interfaces import IRecurrenceSupport
from plone.memoize.view import memoize
from Products.Five import BrowserView
from zope.component import getMultiAdapter


NEWS_A_PAGE = 12
EVENTS_A_PAGE = 20
#: How many further dates of an event that comes again are named.
MORE_DATES = 6


def batch_start(request) -> int:
    """Where the page of a list begins; 0 for what is no number."""
    try:
        return max(0, int(request.form.get("b_start", 0)))
    except (TypeError, ValueError):
        return 0


class NewsList(BrowserView):
    """The news in a section, the newest first; one year of them if the address says so."""

    @memoize
    def brains(self):
        return api.content.find(
            context=self.section,
            portal_type="News Item",
            sort_on="effective",
            sort_order="descending",
        )

    @property
    def section(self):
        """The folder; where this is drawn as its default page, the folder around that."""
        state = getMultiAdapter((self.context, self.request), name="plone_context_state")
        return state.folder()

    @memoize
    def years(self) -> list[int]:
        """Years in which there was news, the latest first."""
        return sorted({published(brain).year for brain in self.brains()}, reverse=True)

    @property
    def year(self) -> int | None:
        return whole_number(self.request.form.get("year"), 4)

    @memoize
    def batch(self) -> Batch:
        brains = self.brains()
        if self.year:
            brains = [brain for brain in brains if published(brain).year == self.year]
        return Batch(brains, size=NEWS_A_PAGE, start=batch_start(self.request), orphan=2)

    def cards(self) -> list[dict]:
        return [news_card(brain, self.request) for brain in self.batch()]


class EventsList(BrowserView):
    """The events of a section by month, those that come again included."""

    SPANS = (
        ("", _("All coming events")),
        ("today", _("Today")),
        ("week", _("Next seven days")),
        ("month", _("Next thirty days")),
        ("past", _("Past events")),
    )

    @property
    def section(self):
        state = getMultiAdapter((self.context, self.request), name="plone_context_state")
        return state.folder()

    @property
    def when(self) -> str:
        when = self.request.form.get("when", "")
        return when if when in dict(self.SPANS) else ""

    def spans(self) -> list[dict]:
        url = self.section.absolute_url()
        return [
            {
                "url": f"{url}?when={name}" if name else url,
                "title": title,
                "current": "page" if name == self.when else None,
            }
            for name, title in self.SPANS
        ]

    @memoize
    def batch(self) -> Batch:
        now = datetime.now(BERLIN)
        end_of_today = datetime.combine(now.date(), time(23, 59, 59), tzinfo=BERLIN)
        days = {"today": 0, "week": 7, "month": 30}.get(self.when)
        past = self.when == "past"
        events = get_events(
            self.section,
            start=None if past else now,
            end=now
            if past
            else (end_of_today + timedelta(days=days) if days is not None else None),
            ret_mode=RET_MODE_ACCESSORS,
            expand=True,
            sort="start",
            sort_reverse=past,
            path="/".join(self.section.getPhysicalPath()),
        )
        return Batch(events, size=EVENTS_A_PAGE, start=batch_start(self.request), orphan=3)

    def months(self) -> list[dict]:
        """`{"title": "Dezember 2026", "cards": [...]}` in the order of the events."""
        months: list[dict] = []
        for event in self.batch():
            start = event.start.astimezone(BERLIN)
            title = f"{month_name(start.month, self.request)} {start.year}"
            if not months or months[-1]["title"] != title:
                months.append({"title": title, "cards": []})
            months[-1]["cards"].append(event_card(event, self.request))
        return months


class Section(FolderView):
    """What a section holds, as tiles; Plone decides what and in which order."""

    def tiles(self) -> list[dict]:
        tiles = []
        for item in self.batch():
            content = item.getObject()
            tiles.append(
                {
                    "url": item.getURL() + ("/view" if self._by_view(item) else ""),
                    "title": item.Title() or item.getId(),
                    "description": item.Description(),
                    "icon": icon_of(content),
                    "image": picture(item.image_scales or None, item.getURL()),
                }
            )
        return tiles

    def _by_view(self, item) -> bool:
        return item.PortalType() in self.use_view_action


class NewsItem(BrowserView):
    """A news item: title, date, lead, picture with its caption, text."""

    def date(self) -> dict:
        moment = self.context.effective().asdatetime()
        if moment.year <= 1970:
            moment = self.context.created().asdatetime()
        return {
            "text": long_date(moment, self.request),
            "datetime": moment.astimezone(BERLIN).date().isoformat(),
        }

    def image(self) -> dict | None:
        if not getattr(self.context, "image", None):
            return None
        scale = self.context.restrictedTraverse("@@images").scale("image", scale="larger")
        if scale is None:
            return None
        caption = getattr(self.context, "image_caption", None) or ""
        return {"url": scale.url, "width": scale.width, "height": scale.height, "caption": caption}


class EventItem(BrowserView):
    """An event, or one of its dates if it comes again."""

    def __call__(self):
        if IOccurrence.providedBy(self.context):
            self.request.set("disable_border", True)
        return self.index()

    @property
    @memoize
    def data(self):
        return IEventAccessor(self.context)

    def card(self) -> dict:
        return event_card(self.data, self.request)

    def calendar_url(self) -> str:
        return f"{self.data.url}/ics_view"

    def more_dates(self) -> list[dict]:
        """The next dates of an event that comes again."""
        event = aq_parent(self.context) if IOccurrence.providedBy(self.context) else self.context
        recurrence = IRecurrenceSupport(event, None)
        if recurrence is None or not getattr(event, "recurrence", None):
            return []
        dates = []
        for occurrence in recurrence.occurrences(range_start=datetime.now(UTC)):
            accessor = IEventAccessor(occurrence)
            if accessor.start != self.data.start:
                dates.append(event_card(accessor, self.request))
            if len(dates) == MORE_DATES:
                break
        return dates
