"""The terminal at the entrance: check in, or draw a ticket without an appointment.

Works without scripts, by touch and by keyboard. Nothing of a visitor stays on it: the script leads
back to the start, the back key to an empty form, and number and PIN stand in no address.
"""

from kaarst.appointments import _
from kaarst.appointments.bookings import details
from kaarst.appointments.bookings import limits
from kaarst.appointments.bookings import office
from kaarst.appointments.bookings import refusals
from kaarst.appointments.engine import board as boards
from kaarst.appointments.engine.errors import EngineError
from kaarst.appointments.engine.errors import Gone
from kaarst.appointments.engine.errors import NotBookable
from kaarst.appointments.engine.errors import NotPossible
from kaarst.appointments.hall import following
from kaarst.appointments.hall import keys
from kaarst.appointments.hall import queues
from kaarst.appointments.hall.display import HallPage
from kaarst.appointments.hall.display import siblings
from kaarst.appointments.hall.drawing import draw
from kaarst.appointments.hall.drawing import may_draw
from kaarst.appointments.hall.notice import notice_of
from kaarst.appointments.staff.day import DeskPage
from kaarst.core import ratelimit
from kaarst.core.idempotency import KEY
from kaarst.core.idempotency import KeyReused
from kaarst.core.page import speak
from kaarst.core.reference_lookup import explain
from kaarst.core.reference_lookup import guarded
from kaarst.core.reference_lookup import REFUSALS
from kaarst.core.rest import ApiError
from kaarst.core.rest.services import check_origin
from plone import api
from plone.protect.authenticator import check as check_authenticator
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile
from urllib.parse import urlencode
from urllib.parse import urlsplit

import secrets


COOKIE = "kaarst_terminal"
COOKIE_SECONDS = 400 * 24 * 3600
# So long a page stands before the terminal goes back to its start.
TICKET_SECONDS = 25
FORM_SECONDS = 90
LANGUAGES = (("de", "Deutsch"), ("en", "English"))
# How the terminal can look; they go together, and back at its start all of it is over.
LOOKS = {"large": _("Large text"), "dark": _("Light on dark")}

SCREEN = {
    "sound": _("A gong with each call"),
    "voice": _("Each call spoken aloud"),
    "english": _("In English as well"),
}


class TerminalView(HallPage):
    """One address; what it shows depends on `step`."""

    start_template = ViewPageTemplateFile("templates/terminal.pt")
    arrive_template = ViewPageTemplateFile("templates/terminal_arrive.pt")
    ticket_template = ViewPageTemplateFile("templates/terminal_ticket.pt")
    key_template = ViewPageTemplateFile("templates/terminal_unlock.pt")
    heading = _("Terminal")
    message = ""
    seconds = 0
    ticket_seconds = TICKET_SECONDS

    def __call__(self):
        self.seen()
        self.private()
        self.spoken = "en" if self.text("lang") == "en" else "de"
        speak(self.request, self.spoken)
        wanted = self.text("look", 20).split("-")
        self.look = "-".join(name for name in LOOKS if name in wanted)
        try:
            if self.request.method == "POST":
                check_origin(self.context, self.request)
                if not api.user.is_anonymous():
                    check_authenticator(self.request)
            if not may_draw(self.context, self.request.cookies.get(COOKIE)):
                return self.unlock()
            return self.answer()
        except ApiError:
            return self.refuse(403, _("This form was sent from another website. Please try again."))
        except ratelimit.TooManyRequests as error:
            self.request.response.setHeader("Retry-After", str(error.retry_after))
            return self.refuse(
                429, _("This is not possible right now. Please go to the reception.")
            )

    def answer(self):
        if self.request.method == "POST":
            steps = {"draw": self.draw, "check-in": self.check_in}
            step = steps.get(self.text("step"))
            if step is not None:
                return step()
        if self.text("ticket"):
            return self.show_ticket(self.text("ticket"))
        if self.text("step") == "arrive":
            self.seconds = FORM_SECONDS
            return self.arrive_template()
        return self.start_template()

    def refuse(self, status: int, message, template=None):
        """The start again, with a sentence that says what is wrong."""
        self.request.response.setStatus(status)
        self.message, self.seconds = message, FORM_SECONDS
        return (template or self.key_template)()

    # The steps

    def unlock(self):
        """Asks for the key, and keeps the right one in a cookie."""
        key = self.text("key_of_terminal", 64)
        if self.request.method != "POST" or not key:
            self.request.response.setStatus(200)
            return self.key_template()
        limits.count_terminal_key(self.request)
        if not keys.fits(self.context, key):
            return self.refuse(
                403, _("This key is not right. Who sets up the desk can make a new one.")
            )
        address = urlsplit(self.context.absolute_url())
        self.request.response.setCookie(
            COOKIE,
            keys.normal(key),
            max_age=COOKIE_SECONDS,
            path=address.path or "/",
            http_only=True,
            same_site="Strict",
            secure=address.scheme == "https",
        )
        return self.to()

    def draw(self):
        """A ticket without an appointment; the same one when a finger taps twice."""
        limits.count_ticket(self.request)
        try:
            ticket = draw(self.context, self.texts("service"), self.text("key"))
        except NotBookable as error:
            message = refusals.sentence(self.context, error)
            return self.refuse(400, message, self.start_template)
        except KeyReused:
            return self.to()
        except EngineError:
            message = _("There are no more tickets for this today. Please go to the reception.")
            return self.refuse(409, message, self.start_template)
        return self.to(ticket=ticket.id)

    def check_in(self):
        """Somebody with an appointment is here."""
        try:
            booking = guarded(self.request, self.text("number"), self.text("pin"), office.sealed)
        except REFUSALS as error:
            message = explain(error, self.request.response)
            return self.refuse(self.request.response.getStatus(), message, self.arrive_template)
        if booking.desk != office.uid(self.context):
            desk = office.desk_of(booking)
            place = ", ".join(details.address(desk)) if desk is not None else "–"
            message = _(
                "elsewhere",
                default="Your appointment is not here. ${place}",
                mapping={"place": place},
            )
            return self.refuse(409, message, self.arrive_template)
        try:
            queues.check_in(self.context, booking, "terminal")
        except queues.TooEarly as error:
            message = _(
                "too_early",
                default="You are early: your appointment is on ${when}. You can check in from "
                "${clock} on.",
                mapping={"when": self.when(booking.start), "clock": self.clock(error.opens)},
            )
            return self.refuse(409, message, self.arrive_template)
        except NotPossible as error:
            return self.refuse(409, refusals.too_late(error), self.arrive_template)
        return self.to(ticket=queues.queue_of(self.context).ticket_of(booking.id).id)

    def to(self, **query):
        """Elsewhere: a page that was reloaded draws nothing again."""
        return self.request.response.redirect(self.here(**query))

    def show_ticket(self, key: str):
        """The ticket, to read and to print."""
        queue = queues.queue_of(self.context)
        try:
            found = queue.get(key)
        except Gone:
            return self.to()
        self.ticket = queues.ticket_json(self.context, queue, found)
        self.ticket["drawn"] = self.when(found.arrived)
        self.address = following.address(self.context, found)
        self.ticket["services"] = self.services_of(found.services)
        words = following.Words(self.translate)
        self.ticket["wait"] = words.wait(self.ticket)
        self.ticket["before"] = words.before(self.ticket)
        self.sentence = words.state(following.public(self.ticket))
        self.seconds = self.ticket_seconds
        return self.ticket_template()

    # For the templates

    def here(self, **query) -> str:
        """The terminal's address in the language chosen."""
        if self.spoken != "de":
            query.setdefault("lang", self.spoken)
        query.setdefault("look", self.look)
        words = urlencode({name: value for name, value in query.items() if value})
        return f"{self.own_url()}?{words}" if words else self.own_url()

    def own_url(self) -> str:
        return self.url("terminal")

    def languages(self):
        for code, title in LANGUAGES:
            yield {
                "code": code,
                "title": title,
                "url": self.here(lang=code if code != "de" else "", **self.where()),
                "current": "true" if code == self.spoken else None,
            }

    def looks(self):
        """What makes the page easier to read, each to switch on and off."""
        chosen = self.look.split("-")
        for name, title in LOOKS.items():
            others = [one for one in LOOKS if (one in chosen) != (one == name)]
            yield {
                "title": self.translate(title),
                "url": self.here(look="-".join(others), **self.where()),
                "current": "true" if name in chosen else None,
            }

    def where(self) -> dict[str, str]:
        """What of the page's address says which page it is."""
        ticket, step = self.text("ticket"), self.text("step")
        return {"ticket": ticket, "step": step if step == "arrive" and not ticket else ""}

    def body_class(self) -> str:
        return " ".join(["h-terminal", *(f"h-{name}" for name in self.look.split("-") if name)])

    def services(self):
        """`{id, title, minutes}`; `minutes` None: not today any more."""
        if not self.context.walk_in or notice_of(self.context)["stopped"]:
            return []
        queue = queues.queue_of(self.context)
        waits = boards.waits(queue, queues.service_ids(self.context))
        return [
            {
                "id": one.getId(),
                "title": one.title,
                "minutes": boards.rough(waits[one.getId()])
                if waits[one.getId()] is not None
                else None,
            }
            for one in details.offerings(self.context)
        ]

    def notice(self) -> str:
        """What the desk has to say today."""
        return notice_of(self.context)["text"]

    def key(self) -> str:
        """Under it the same tap gives the same ticket."""
        typed = self.text("key", 128)
        return typed if KEY.fullmatch(typed) and not self.message else secrets.token_urlsafe(24)

    def typed_number(self) -> str:
        return self.text("number", 64)

    def arrival(self) -> str:
        return self.context.arrival or ""

    def code(self) -> str:
        """The QR code that leads to the ticket on the phone."""
        return following.code(self.address)

    def prints(self) -> bool:
        return bool(self.context.terminal_prints)


class TerminalKeyView(DeskPage):
    """Makes the key that is typed in at the terminals of a desk."""

    template = ViewPageTemplateFile("templates/terminal_key.pt")
    heading = _("Display and terminal")
    made = ""

    def __call__(self):
        self.private()
        if self.request.method == "POST":
            check_authenticator(self.request)
            self.made = keys.new_key(self.context)
        return self.template()

    def choices(self):
        """What a display can be told in its address: `{id, name, value, title}`."""
        for name, title in SCREEN.items():
            yield {"id": name, "name": name, "value": "on", "title": self.translate(title)}
        for desk in siblings(self.context):
            title = _("also_desk", default="Calls of “${desk}” too", mapping={"desk": desk.title})
            yield {
                "id": f"also-{desk.getId()}",
                "name": "also",
                "value": desk.getId(),
                "title": self.translate(title),
            }

    def has_key(self) -> bool:
        return keys.has_key(self.context)
