"""The kinds of blocks that come with the site."""

from datetime import datetime
from datetime import UTC
from kaarst.core.opening_hours import BERLIN
from kaarst.core.places.interfaces import IOpeningHours
from kaarst.policy import _
from kaarst.policy.alerts.published import elsewhere
from kaarst.policy.caching import spans
from kaarst.policy.home.kinds import Kind
from kaarst.policy.listings.cards import event_card
from kaarst.policy.listings.cards import news_card
from kaarst.policy.theme.hours import open_now
from kaarst.policy.theme.hours import usual_week
from plone import api
from plone.app.event.base import get_events
from plone.app.event.base import RET_MODE_ACCESSORS
from plone.memoize.instance import memoize
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile


#: How far ahead exceptions from the usual hours are announced.
EXCEPTIONS_DAYS = 21


class Edited(Kind):
    """A kind that shows what editors write: pages appear and expire, notices begin and end."""

    def stamp(self) -> str:
        return spans.stamp(self.frame.portal)


class Clock(Kind):
    """A kind that shows what holds now."""

    def stamp(self) -> str:
        return spans.minute()


class Question(Edited):
    """One question with the search; the chosen pages are the short ways below it."""

    title = _("Question with search")
    order = 10
    heading_level = 1
    css_class = "block-question"
    template = ViewPageTemplateFile("templates/question.pt")

    def ways(self) -> list[dict]:
        return [self.tile(target) for target in self.chosen()[:6]]

    def image_url(self) -> str:
        """The picture in a size for wide screens; empty without one."""
        if not self.context.image:
            return ""
        scale = self.context.restrictedTraverse("@@images").scale("image", scale="huge")
        return scale.url if scale else ""


class Services(Edited):
    """The services people want most."""

    title = _("Most wanted services")
    order = 20
    css_class = "block-services"
    template = ViewPageTemplateFile("templates/services.pt")

    def available(self) -> bool:
        return bool(self.chosen())

    @memoize
    def tiles(self) -> list[dict]:
        return [self.tile(target) for target in self.chosen()]

    def more_url(self) -> str:
        return self.frame.section_url("leistungen")


class Topics(Edited):
    """Life situations: the chosen ones, or all of them in their order."""

    title = _("Life situations")
    order = 30
    css_class = "block-topics"
    template = ViewPageTemplateFile("templates/topics.pt")

    def available(self) -> bool:
        return bool(self.tiles())

    @memoize
    def tiles(self) -> list[dict]:
        targets = self.chosen()
        if not targets:
            brains = api.content.find(portal_type="Topic", sort_on="getObjPositionInParent")
            targets = [brain.getObject() for brain in brains]
        return [self.tile(target) for target in targets]

    def more_url(self) -> str:
        return self.frame.section_url("lebenslagen")


class Notices(Edited):
    """Notices that hold now and concern other pages: what stands above the home page is there already."""

    title = _("Notices")
    order = 35
    css_class = "block-notices"
    template = ViewPageTemplateFile("templates/notices.pt")

    def available(self) -> bool:
        return bool(self.notices())

    @memoize
    def notices(self) -> list[dict]:
        home = self.context.aq_parent
        return [
            {
                "url": self.request.physicalPathToURL(notice.path),
                "title": notice.title,
                "text": notice.text,
                "severity": notice.severity.value,
            }
            for notice in elsewhere(home, self.frame.portal)
        ]


class News(Edited):
    """The latest news."""

    title = _("News")
    order = 40
    css_class = "block-news"
    template = ViewPageTemplateFile("templates/news.pt")

    def available(self) -> bool:
        return bool(self.cards())

    @memoize
    def cards(self) -> list[dict]:
        brains = api.content.find(
            portal_type="News Item",
            sort_on="effective",
            sort_order="descending",
            sort_limit=self.context.count or 3,
        )
        return [news_card(brain, self.request) for brain in brains[: self.context.count or 3]]

    def more_url(self) -> str:
        return self.frame.section_url("aktuelles")


class Events(Clock):
    """The next events, those that come again included."""

    title = _("Events")
    order = 50
    css_class = "block-events"
    template = ViewPageTemplateFile("templates/events.pt")

    def available(self) -> bool:
        return bool(self.cards())

    @memoize
    def cards(self) -> list[dict]:
        events = get_events(
            self.frame.portal,
            start=datetime.now(UTC),
            limit=self.context.count or 4,
            ret_mode=RET_MODE_ACCESSORS,
            expand=True,
            sort="start",
        )
        return [event_card(event, self.request) for event in events]

    def more_url(self) -> str:
        return self.frame.section_url("veranstaltungen")


class Hours(Clock):
    """When the town hall, or each of the chosen places, is open: now, as a rule, and differently."""

    title = _("Opening hours")
    order = 60
    css_class = "block-hours"
    template = ViewPageTemplateFile("templates/hours.pt")

    def available(self) -> bool:
        return bool(self.offices())

    @memoize
    def offices(self) -> list[dict]:
        chosen = [target for target in self.chosen() if IOpeningHours(target, None) is not None]
        offices = [self._office(target, target.Title(), target) for target in chosen]
        if not offices:
            offices = [self._office(self.frame.portal, self.frame.town.full_name, self.frame.town)]
        return [office for office in offices if office["week"] or office["now"]]

    def _office(self, has_hours, name: str, has_address) -> dict:
        hours = IOpeningHours(has_hours)
        schedule = hours.schedule
        is_town = has_address is self.frame.town
        return {
            "name": name,
            "url": "" if is_town else has_hours.absolute_url(),
            "street": has_address.street or "",
            "place": " ".join(filter(None, (has_address.postal_code, has_address.city))),
            "phone": has_address.phone or "",
            "phone_url": self.frame.phone_url(has_address.phone or ""),
            "now": open_now(schedule, self.request),
            "week": usual_week(schedule, self.request),
            "exceptions": self._exceptions(schedule),
            "note": hours.note,
        }

    def _exceptions(self, schedule) -> list[dict]:
        today = datetime.now(BERLIN).date()
        language = self.frame.language
        days = schedule.days(today, EXCEPTIONS_DAYS, language)
        return [
            {
                "date": f"{day.date:%d.%m.%Y}",
                "hours": ", ".join(map(str, day.spans)),
                "reason": day.reason,
            }
            for day in days
            if day.exceptional and day.spans != schedule.week[day.date.weekday()]
        ]


class Text(Edited):
    """A text with an optional picture; a chosen page is where it leads."""

    title = _("Text or teaser")
    order = 70
    css_class = "block-text"
    template = ViewPageTemplateFile("templates/text.pt")

    def text(self) -> str:
        return self.context.text.output_relative_to(self.context) if self.context.text else ""

    def image(self):
        if not self.context.image:
            return None
        return self.context.restrictedTraverse("@@images").scale("image", scale="large")

    def links(self) -> list[dict]:
        return [self.tile(target) for target in self.chosen()]
