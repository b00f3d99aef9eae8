"""The page on which calendars are connected to counters, and feeds are made."""

from kaarst.appointments import _
from kaarst.appointments.bookings import office
from kaarst.appointments.calendars import feeds
from kaarst.appointments.calendars import linking
from kaarst.appointments.calendars import settings
from kaarst.appointments.calendars.fields import FIELDS
from kaarst.appointments.calendars.fields import fields
from kaarst.appointments.calendars.fields import TITLES
from kaarst.appointments.calendars.graph.clouds import USUAL
from kaarst.appointments.calendars.records import CALDAV
from kaarst.appointments.calendars.records import Connection
from kaarst.appointments.calendars.records import Feed
from kaarst.appointments.calendars.records import GRAPH
from kaarst.appointments.calendars.words import sentence
from kaarst.appointments.staff.day import DeskPage
from plone import api
from plone.protect.authenticator import check as check_authenticator
from plone.uuid.interfaces import IUUID
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile


class CalendarsView(DeskPage):
    """For the desk and each of its counters: the feed, and the foreign calendar."""

    template = ViewPageTemplateFile("templates/calendars.pt")
    heading = _("Calendars")
    #: The resource whose form was not accepted, and which form; field → sentence.
    wrong, wrong_kind = "", ""
    errors = {}
    #: The address just made, and whose.
    new_key, new_address = "", ""

    def __call__(self):
        self.private()
        self.engine = office.engine(self.context)
        if self.request.method == "POST":
            check_authenticator(self.request)
            steps = {
                "connect": self.connect,
                "disconnect": self.disconnect,
                "read": self.read,
                "feed": self.feed,
                "unfeed": self.unfeed,
            }
            step = steps.get(self.text("step"))
            key = self.text("key")
            if step is not None and key in self.keys() and step():
                return self.request.response.redirect(f"{self.url('calendars')}#calendar-{key}")
        return self.template()

    def keys(self) -> dict[str, str]:
        """The desk and its resources: id → title."""
        desk = {IUUID(self.context): self.translate(_("The desk"))}
        return {**desk, **settings.resources(self.context)}

    def shared(self) -> list[str]:
        """The titles of what belongs to other desks, where its calendar is connected."""
        own = settings.resources(self.context)
        return [title for key, title in self.resource_titles().items() if key not in own]

    # Steps; True leads to the page anew

    def connect(self) -> bool:
        key = self.text("key")
        if key not in settings.resources(self.context):
            return True
        # Whether appointments are entered is said by a box, which sends nothing when it is empty.
        data = {**self.request.form, "writes": bool(self.text("writes"))}
        try:
            hit = settings.connect(self.context, key, data, self.actor(), self.engine.now)
        except settings.Refused as refused:
            self.request.response.setStatus(400)
            self.wrong, self.wrong_kind = key, self.text("kind") or CALDAV
            self.errors = {
                field: self.translate(message) for field, message in refused.errors.items()
            }
            return False
        self.say(_("The calendar is connected. Its events now block times."))
        if hit:
            self.say_collisions()
        return True

    def read(self) -> bool:
        """Try it: now instead of at the worker's next round."""
        link = settings.find(self.context, self.text("key"))
        if link is None:
            return True
        found = settings.read_now(self.context, link, self.engine.now)
        if found.reason:
            self.say(sentence(found.kind, found.reason), "warning")
        elif found.refused:
            self.say(_("The calendar can be read, but appointments cannot be entered."), "warning")
            self.say(sentence(found.kind, found.refused), "warning")
        else:
            message = _(
                "It works: the calendar was read just now. Events: ${count}",
                mapping={"count": len(found.busy)},
            )
            self.say(message)
        return True

    def disconnect(self) -> bool:
        link = settings.find(self.context, self.text("key"))
        if link is None:
            return True
        if linking.disconnect(self.context, link, self.engine.now):
            self.say(_("The calendar is no longer connected."))
        else:
            self.say(
                _(
                    "The calendar is no longer connected. Our entries could not all be taken out of it."
                ),
                "warning",
            )
        return True

    def feed(self) -> bool:
        self.new_key = self.text("key")
        self.new_address = feeds.renew(self.context, self.new_key, self.actor())
        # Shown by this answer and never again.
        return False

    def unfeed(self) -> bool:
        if feeds.revoke(self.text("key")):
            self.say(_("The feed has ended; its address is dead."))
        return True

    def say(self, message, kind: str = "info") -> None:
        api.portal.show_message(message, self.request, type=kind)

    def say_collisions(self) -> None:
        self.say(
            _("Some appointments collide with events in it. Please look at Conflicts."), "warning"
        )

    # For the template

    def rows(self):
        """`{key, title, feed, new_address, connectable, link, forms}`; these as of `_link`, `_forms`."""
        records = self.engine.storage.records
        for key, title in self.keys().items():
            feed = records(Feed).get(key)
            link = records(Connection).get(key)
            yield {
                "key": key,
                "title": title,
                "feed": self.when(feed.made) if feed is not None else "",
                "new_address": self.new_address if key == self.new_key else "",
                "connectable": key != IUUID(self.context),
                "link": self._link(link) if link is not None else None,
                "forms": list(self._forms(key, link)),
            }

    def _forms(self, key: str, link: Connection | None):
        """`{kind, title, open, writes, writes_error, fields}` of each kind of calendar."""
        for kind in (CALDAV, GRAPH):
            known = link if link is not None and link.kind == kind else None
            other = known or (self._application() if kind == GRAPH else None)
            refused = key == self.wrong and kind == self.wrong_kind
            values = self._typed() if refused else _values(known, other)
            errors = self.errors if refused else {}
            yield {
                "kind": kind,
                "title": TITLES[kind],
                "open": refused,
                "writes": values["writes"],
                "writes_error": errors.get("writes"),
                "fields": list(fields(kind, values, errors, other)),
            }

    def _typed(self):
        typed = {name: self.text(name, settings.LIMITS[name]) for name in FIELDS}
        return {**typed, "writes": bool(self.text("writes"))}

    def _application(self) -> Connection | None:
        """Another calendar of this desk at Microsoft: usually one application serves them all."""
        found = (settings.find(self.context, key) for key in settings.resources(self.context))
        return next((one for one in found if one is not None and one.kind == GRAPH), None)

    def _link(self, link: Connection):
        now = self.engine.now
        return {
            "address": link.address,
            "microsoft": link.kind == GRAPH,
            "told": link.kind == GRAPH and bool(link.subscription) and link.expires > now,
            "read": self.when(link.read),
            "reason": self._sentence(link, link.reason),
            "since": self.when(link.since) if link.since else "",
            "busy": link.counts_as_busy(now),
            "refused": self._sentence(link, link.refused),
            "events": len(link.busy),
            "delivered": link.standing(now),
            "writes": link.writes,
        }

    def _sentence(self, link: Connection, reason: str) -> str:
        return self.translate(sentence(link.kind, reason)) if reason else ""


def _values(known: Connection | None, other: Connection | None) -> dict:
    """What stands in a form: what is known of this calendar, or of the desk's other one."""
    return {
        "address": known.address if known is not None else "",
        "user": other.user if other is not None else "",
        "tenant": other.tenant if other is not None else "",
        "cloud": other.cloud if other is not None else USUAL,
        "writes": known.writes if known is not None else True,
    }
