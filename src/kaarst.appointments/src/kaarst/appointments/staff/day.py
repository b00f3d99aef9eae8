"""The day at a glance: who comes when to which counter, who waits, whom to call next."""

from datetime import date
from datetime import timedelta
from kaarst.appointments import _
from kaarst.appointments.bookings import details
from kaarst.appointments.bookings import office
from kaarst.appointments.bookings.rights import may_overbook
from kaarst.appointments.calendars.blocking import events_on
from kaarst.appointments.desks.interfaces import today
from kaarst.appointments.desks.meeting import HOME
from kaarst.appointments.desks.misfits import coming
from kaarst.appointments.desks.misfits import misfits
from kaarst.appointments.desks.untold import believed
from kaarst.appointments.engine import passing
from kaarst.appointments.engine import raster
from kaarst.appointments.engine.engagement import Busy
from kaarst.appointments.engine.errors import EngineError
from kaarst.appointments.engine.errors import NotBookable
from kaarst.appointments.engine.errors import Taken
from kaarst.appointments.engine.queue import Full
from kaarst.appointments.engine.records import ARRIVED
from kaarst.appointments.engine.records import Booking
from kaarst.appointments.engine.records import CALLED
from kaarst.appointments.engine.records import CANCELLED
from kaarst.appointments.engine.records import CONFIRMED
from kaarst.appointments.engine.records import FINISHED
from kaarst.appointments.engine.records import NO_SHOW
from kaarst.appointments.engine.waiting import PARKED
from kaarst.appointments.hall.elsewhere import at_other_desks
from kaarst.appointments.hall.notice import notice_of
from kaarst.appointments.hall.queues import board_json
from kaarst.appointments.hall.queues import counter_titles
from kaarst.appointments.hall.queues import queue_of
from kaarst.appointments.page import RESOURCES
from kaarst.appointments.staff.history import HistoryPage
from kaarst.core.audit import seen
from plone import api
from plone.protect.authenticator import check as check_authenticator
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from urllib.parse import urlencode


FIRST, LAST = date(2000, 1, 1), date(2100, 1, 1)


class DeskPage(HistoryPage):
    """What the pages of a desk share; the context is the desk."""

    def url(self, name: str = "") -> str:
        return f"{self.context.absolute_url()}/{name}".rstrip("/")

    def day(self) -> date:
        """The day looked at, today unless the address says another."""
        try:
            found = date.fromisoformat(self.text("date"))
        except ValueError:
            return today()
        return min(max(found, FIRST), LAST)

    def resource_titles(self) -> dict[str, str]:
        return counter_titles(self.context)

    def counters_of(self, booking: Booking) -> str:
        """Where an appointment takes place: "Schalter 2"."""
        titles = self.resource_titles()
        names = dict.fromkeys(piece.resource for piece in booking.pieces)
        return ", ".join(titles.get(name, "–") for name in names)

    def at_home(self) -> bool:
        """Whether the people of this desk come to the citizens."""
        return self.context.meets == HOME

    def services_of(self, services) -> str:
        return ", ".join(details.titles(self.context, services))

    def offerings(self):
        return [{"id": one.getId(), "title": one.title} for one in details.offerings(self.context)]

    def note_reading(self, records) -> None:
        """The audit log says that staff have seen these appointments or wishes, with names."""
        numbers = [one.number for one in records]
        seen(numbers, self.__name__, department=self.context.title)

    def actor(self) -> str:
        return api.user.get_current().getId() or ""


class DayView(DeskPage):
    """All appointments of a day, by time or by counter; today also the queue."""

    template = ViewPageTemplateFile("templates/day.pt")
    heading = _("The day")

    @property
    def page_title(self):
        return f"{self.context.title}: {self.day_words(self.day())}"

    def __call__(self):
        self.private()
        self.engine = office.engine(self.context)
        self.is_today = self.day() == raster.day_of(self.engine.now)
        self.bookings = self.engine.on_days(self.day(), self.day())
        self.queue = queue_of(self.context, self.engine) if self.is_today else None
        self.note_reading(self.bookings)
        # Of this day only; the page that sets the desk up looks at all of them, which takes longer.
        now = self.engine.now
        ahead = (one for one in self.bookings if one.state == CONFIRMED and one.start > now)
        self.misfits = {one.booking.id for one in misfits(self.engine, ahead)}
        later = coming(self.engine)
        self.to_call = sum(believed(one) is not None for one in later)
        self.conflicts = sum(bool(events_on(self.engine, one)) for one in later)
        return self.template()

    def day_url(self, days: int) -> str:
        day = min(max(self.day() + timedelta(days=days), FIRST), LAST)
        return f"{self.url('day')}?date={day.isoformat()}&by={self.by()}"

    def by(self) -> str:
        return "counter" if self.text("by") == "counter" else "time"

    def other_order_url(self) -> str:
        other = "time" if self.by() == "counter" else "counter"
        return f"{self.url('day')}?date={self.day().isoformat()}&by={other}"

    def groups(self):
        """`{title, rows}`: the whole day, or each counter with its own."""
        if self.by() == "time":
            yield {"title": "", "rows": [self._row(one) for one in self.bookings]}
            return
        for key, title in self.resource_titles().items():
            own = [one for one in self.bookings if key in {piece.resource for piece in one.pieces}]
            yield {"title": title, "rows": [self._row(one) for one in own]}

    def _row(self, booking: Booking):
        return {
            "key": booking.id,
            "start": self.clock(booking.start),
            "end": self.clock(booking.end),
            "name": booking.person.get("name", ""),
            "phone": booking.person.get("phone", ""),
            "email": booking.person.get("email", ""),
            "video": details.video_link(self.context, booking),
            "visit": ", ".join(details.home(booking)),
            "number": booking.number,
            "services": self.services_of(booking.services),
            "counters": self.counters_of(booking),
            "state": self.state_words(booking.state),
            "late": booking.late if booking.state == CONFIRMED else 0,
            "misfit": booking.id in self.misfits,
            "over": booking.state in (FINISHED, NO_SHOW, CANCELLED),
            "may_arrive": self.is_today and booking.state in (CONFIRMED, NO_SHOW),
            "may_miss": booking.state in (CONFIRMED, ARRIVED) and booking.start < self.engine.now,
            "may_change": booking.state == CONFIRMED,
            "move_url": f"{self.url('by-phone')}?moving={booking.id}",
            "history": self.history_of(booking),
        }

    def figures(self):
        """How many: `{planned, here, done, missed}`."""
        states = [one.state for one in self.bookings]
        return {
            "planned": len(states),
            "here": states.count(ARRIVED) + states.count(CALLED),
            "done": states.count(FINISHED),
            "missed": states.count(NO_SHOW),
        }

    # The queue of today

    def counters(self):
        """`{key, title, ticket, elsewhere, away}` of each counter that calls.

        `elsewhere`: what waits at other desks that have the counter too, as of `at_other_desks`;
        `away`: the one of them that it serves now.
        """
        others = at_other_desks(self.context, self.queue)
        serving = {one.resource: one for one in self.queue.tickets() if one.state == CALLED}
        kinds = {one.id: one.kind for one in self.engine.plan.resources}
        for key, title in self.resource_titles().items():
            if kinds.get(key) == self.queue.kind:
                ticket = serving.get(key)
                yield {
                    "key": key,
                    "title": title,
                    "ticket": self._ticket(ticket) if ticket else None,
                    "elsewhere": others.get(key, ()),
                    "away": next((one for one in others.get(key, ()) if one["serves"]), None),
                }

    def waiting(self):
        """Who waits, the next first, with the minutes it will take."""
        expected = self.queue.estimates()
        for ticket in self.queue.waiting():
            call = expected.get(ticket.id)
            found = self._ticket(ticket)
            found["minutes"] = max((call - self.engine.now) // 60, 0) if call is not None else None
            yield found

    def aside(self):
        """Who was put aside or called in vain today, with what to say when they are there."""
        for ticket in self.queue.tickets():
            if ticket.state in (PARKED, NO_SHOW):
                yield {**self._ticket(ticket), "parked": ticket.state == PARKED}

    def notice(self) -> dict:
        """`{text, stopped}` for the waiting room today."""
        return notice_of(self.context)

    def queue_state(self) -> str:
        """What the script compares with `@queue`, to say that this page is out of date."""
        board = board_json(self.context)
        calls = [f"{call['number']}:{call['calls']}" for call in board["calls"]]
        return f"{board['waiting']} {' '.join(board['next'])} {' '.join(calls)}"

    def queue_script_url(self) -> str:
        return f"{api.portal.get().absolute_url()}/{RESOURCES}/hall.js"

    def own_url(self) -> str:
        return self.day_url(0)

    def given(self):
        """The ticket just given here, None on other pages."""
        return next((one for one in self.queue.tickets() if one.id == self.text("given")), None)

    def full(self) -> list[str]:
        """The services for which time does not suffice today, and a ticket is to be given anyway."""
        known = {one["id"] for one in self.offerings()} if may_overbook(self.context) else set()
        return [one for one in self.texts("full") if one in known]

    def _ticket(self, ticket):
        booking = self.engine.bookings.get(ticket.booking) if ticket.booking else None
        return {
            "key": ticket.id,
            "number": ticket.number,
            "name": booking.person.get("name", "") if booking else "",
            "due": self.clock(ticket.due) if ticket.due else "",
            "arrived": self.clock(ticket.arrived),
            "services": self.services_of(ticket.services),
        }


class WorkView(DeskPage):
    """Everything that changes something at the desk; only by POST, with the token of the page.

    `shown`: what the page of the day is to show of it.
    """

    shown: tuple = ()

    def __call__(self):
        if self.request.method == "POST":
            check_authenticator(self.request)
            steps = {
                "arrive": self.arrive,
                "miss": self.miss,
                "cancel": self.cancel,
                "next": self.call_next,
                "again": self.call_again,
                "finish": self.finish,
                "no-show": self.no_show,
                "leave": self.leave,
                "park": self.park,
                "back": self.come_back,
                "walk-in": self.walk_in,
                "walk-in-anyway": self.walk_in_anyway,
            }
            step = steps.get(self.text("step"))
            if step is not None:
                self._do(step)
        day = self.day()
        by = "counter" if self.text("by") == "counter" else "time"
        query = [("date", day.isoformat()), ("by", by), *self.shown]
        self.request.response.redirect(f"{self.url('day')}?{urlencode(query)}")

    def _do(self, step) -> None:
        self.engine = office.engine(self.context)
        self.queue = queue_of(self.context, self.engine)
        try:
            message = step()
        except (Full, NotBookable, Taken):
            self._say(_("This is not possible today any more."), "warning")
        except Busy:
            self._say(_("Whoever is called to here still serves somebody."), "warning")
        except EngineError:
            self._say(_("This is not possible any more. Somebody was faster."), "warning")
        else:
            if message:
                self._say(message)

    def _say(self, message, kind: str = "info") -> None:
        api.portal.show_message(message, self.request, type=kind)

    def arrive(self):
        self._give(passing.arrive(self.queue, self.text("key"), actor=self.actor()))

    def miss(self):
        self.engine.mark(self.text("key"), NO_SHOW, actor=self.actor())

    def cancel(self):
        booking = self.engine.booking(self.text("key"))
        office.cancel(booking, actor=self.actor(), reason=self.text("reason"))
        if not booking.person.get("email"):
            words = {
                "name": booking.person.get("name", ""),
                "phone": booking.person.get("phone", ""),
            }
            message = _(
                "cancelled_untold",
                default="There is no e-mail address: please call, unless it was asked for. ${name} ${phone}",
                mapping=words,
            )
            self._say(message, "warning")
        return _("The appointment is cancelled.")

    def call_next(self):
        resource = self.text("key")
        ticket = self.queue.call_next(resource, actor=self.actor())
        if ticket is None and self.queue.waiting():
            return _("Nobody of those who wait can be called to this counter now.")
        if ticket is None:
            return _("Nobody is waiting.")
        return _("Ticket ${number}, please", mapping={"number": ticket.number})

    def call_again(self):
        ticket = self.queue.get(self.text("key"))
        self.queue.call(ticket.id, ticket.resource, actor=self.actor())

    def finish(self):
        self.queue.finish(self.text("key"), actor=self.actor())

    def no_show(self):
        self.queue.no_show(self.text("key"), actor=self.actor())

    def leave(self):
        self.queue.leave(self.text("key"))

    def park(self):
        passing.park(self.queue, self.text("key"), actor=self.actor())

    def come_back(self):
        ticket = passing.come_back(self.queue, self.text("key"), actor=self.actor())
        return _("${number} waits again.", mapping={"number": ticket.number})

    def walk_in(self):
        services = self.texts("service")
        try:
            self._give(self.queue.draw(services))
        except Full:
            self.shown = tuple(("full", one) for one in services)
            raise

    def walk_in_anyway(self):
        if not may_overbook(self.context):
            raise Full("anyway")
        self._give(self.queue.draw(self.texts("service"), anyway=True))

    def _give(self, ticket):
        self.shown = (("given", ticket.id),)
