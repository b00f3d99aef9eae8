"""The page on which calendars are connected to counters, and feeds are made."""

from kaarst.appointments import _
from kaarst.appointments.bookings import office
from kaarst.appointments.bookings import store
from kaarst.appointments.calendars import feeds
from kaarst.appointments.calendars import interfaces
from kaarst.appointments.calendars import linking
from kaarst.appointments.calendars.interfaces import CalendarError
from kaarst.appointments.calendars.records import Connection
from kaarst.appointments.calendars.records import Feed
from kaarst.appointments.staff.day import DeskPage
from plone import api
from plone.protect.authenticator import check as check_authenticator
from plone.uuid.interfaces import IUUID
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile


REASONS = {
    interfaces.REFUSED: _("The calendar's server refuses this user or password."),
    interfaces.MISSING: _("There is nothing at this address."),
    interfaces.NO_CALENDAR: _(
        "There is no calendar at this address. Please copy the address of the calendar itself."
    ),
    interfaces.MOVED: _(
        "This address leads to another one. Please enter the one it leads to, if you trust it."
    ),
    interfaces.UNREACHABLE: _("The calendar's server does not answer."),
    interfaces.LATER: _("The calendar's server is busy. Please try again later."),
    interfaces.NOT_EXPANDED: _("The calendar's server does not say when repeated events are."),
    interfaces.ANSWER: _("The answer of the calendar's server could not be understood."),
}
LONGEST_ADDRESS = 1000


class CalendarsView(DeskPage):
    """For the desk and each of its counters: the feed, and the foreign calendar."""

    template = ViewPageTemplateFile("templates/calendars.pt")
    heading = _("Calendars")
    #: The resource whose form was not accepted, field → sentence.
    wrong = ""
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
                "feed": self.feed,
                "unfeed": self.unfeed,
            }
            step = steps.get(self.text("step"))
            if step is not None and self.text("key") in self.keys() and step():
                return self.request.response.redirect(self.url("calendars"))
        return self.template()

    def keys(self) -> dict[str, str]:
        """The desk and its resources: id → title."""
        return {IUUID(self.context): self.translate(_("The desk")), **self.resource_titles()}

    # Steps; True leads to the page anew

    def connect(self) -> bool:
        key, address = self.text("key"), self.text("address", LONGEST_ADDRESS)
        user, password = self.text("user"), self.request.form.get("password", "")
        if not isinstance(password, str) or key not in self.resource_titles():
            return True
        if not linking.possible(address):
            return self._refuse(
                "address",
                _("Please give the whole address of the calendar; it begins with https://."),
            )
        if bool(user) != bool(password):
            field = "password" if user else "user"
            return self._refuse(field, _("Please give both, the user and the password."))
        link = Connection(
            id=key,
            desk=IUUID(self.context),
            address=address,
            user=user,
            password=password,
            made=self.engine.now,
            actor=self.actor(),
            writes=bool(self.text("writes")),
        )
        try:
            hit = linking.connect(self.context, link, self.engine.now)
        except CalendarError as error:
            field = "password" if error.reason == interfaces.REFUSED else "address"
            return self._refuse(field, REASONS[error.reason])
        api.portal.show_message(
            _("The calendar is connected. Its events now block times."), self.request
        )
        if hit:
            api.portal.show_message(
                _("Some appointments collide with events in it. Please look at Conflicts."),
                self.request,
                type="warning",
            )
        return True

    def disconnect(self) -> bool:
        link = store.existing().engine.records(Connection).get(self.text("key"))
        if link is None or link.desk != IUUID(self.context):
            return True
        if linking.disconnect(self.context, link, self.engine.now):
            api.portal.show_message(_("The calendar is no longer connected."), self.request)
        else:
            api.portal.show_message(
                _(
                    "The calendar is no longer connected. Our entries could not all be taken out of it."
                ),
                self.request,
                type="warning",
            )
        return True

    def feed(self) -> bool:
        self.new_key = self.text("key")
        self.new_address = feeds.renew(self.context, self.new_key, self.actor())
        # Shown by this answer and never again.
        return False

    def unfeed(self) -> bool:
        if feeds.revoke(self.text("key")):
            api.portal.show_message(_("The feed has ended; its address is dead."), self.request)
        return True

    def _refuse(self, field: str, message) -> bool:
        self.request.response.setStatus(400)
        self.wrong, self.errors = self.text("key"), {field: self.translate(message)}
        return False

    # For the template

    def rows(self):
        """`{key, title, feed, new_address, connectable, link}`; `link` as of `_link`."""
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
                "form": self._form(key, link),
            }

    def _form(self, key: str, link: Connection | None):
        if key == self.wrong:
            typed = {
                "address": self.text("address", LONGEST_ADDRESS),
                "user": self.text("user"),
                "writes": bool(self.text("writes")),
            }
            return {**typed, "errors": self.errors, "open": True}
        known = {
            "address": link.address if link is not None else "",
            "user": link.user if link is not None else "",
            "writes": link.writes if link is not None else True,
        }
        return {**known, "errors": {}, "open": False}

    def _link(self, link: Connection):
        busy = link.counts_as_busy(self.engine.now)
        return {
            "address": link.address,
            "read": self.when(link.read),
            "reason": self.translate(REASONS[link.reason]) if link.reason else "",
            "since": self.when(link.since) if link.since else "",
            "busy": busy,
            "refused": self.translate(REASONS[link.refused]) if link.refused else "",
            "events": len(link.busy),
            "delivered": len([one for one in link.known().values() if one.end > self.engine.now]),
            "writes": link.writes,
        }
