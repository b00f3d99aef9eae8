"""Following a ticket on one's own phone, by its number.

The number is no secret: it is called out in the waiting room. It tells nobody who somebody is, and
of a ticket that is done with only that it is over. So the address may name it, and a phone without
scripts can open it from the code on the paper.
"""

from dataclasses import dataclass
from datetime import date
from kaarst.appointments import _
from kaarst.appointments.desks.interfaces import today
from kaarst.appointments.engine.waiting import CALLED
from kaarst.appointments.engine.waiting import PARKED
from kaarst.appointments.engine.waiting import SENT_ON
from kaarst.appointments.engine.waiting import WAITING
from kaarst.appointments.hall import queues
from kaarst.appointments.hall.display import HallPage
from kaarst.appointments.hall.notice import notice_of
from kaarst.appointments.page import RESOURCES
from plone import api
from plone.app.uuid.utils import uuidToObject
from Products.Five.browser.pagetemplatefile import ViewPageTemplateFile

import io
import re
import segno


#: What the page says of a ticket that was served, missed or given up: nobody else's business.
OVER = "over"
NUMBER = re.compile(r"[A-Z]\d{3,5}")
SENTENCES = {
    "waiting": queues.STATES[WAITING],
    "parked": queues.STATES[PARKED],
    "over": _("This ticket is over. Were you not there when it was called? Ask the reception."),
    "next": _("You are next."),
    "one": _("One person is before you."),
}


def normal(number: str) -> str:
    """The number as it is printed, "" for what cannot be one."""
    found = re.sub(r"[\s-]", "", number).upper()
    return found if NUMBER.fullmatch(found) else ""


def followed(desk, number: str) -> dict | None:
    """What is to be known of the ticket with this number today; None where there is none.

    `number`, `state` ("waiting", "called", "parked", "over"), `counter`, `minutes`, `before`: how
    many are before it at the moment, None once called; and `desk`: where it is, for it may have
    been sent on to another one.
    """
    known = []
    while True:
        queue = queues.queue_of(desk)
        found = [one for one in queue.tickets() if one.number == number]
        if not found:
            return None
        known.append(queue.desk.plan.id)
        sent_to = found[-1].sent_to if found[-1].state == SENT_ON else ""
        following = uuidToObject(sent_to) if sent_to and sent_to not in known else None
        if following is None:
            return public({**queues.ticket_json(desk, queue, found[-1]), "desk": desk.title})
        desk = following


def public(ticket: dict) -> dict:
    """A ticket (as of `ticket_json`) without how it ended."""
    return {**ticket, "state": ticket["state"] if ticket["state"] in queues.STATES else OVER}


def address(desk, ticket) -> str:
    """Where a ticket (as of the engine) can be followed; on another day that one says so."""
    return f"{desk.absolute_url()}/my-ticket?number={ticket.number}&day={today().isoformat()}"


def code(text: str) -> str:
    """A QR code as SVG: black on white whatever the page's colours are."""
    written = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        written, kind="svg", xmldecl=False, svgclass="h-code", lineclass=None, light="#fff",
        border=4, omitsize=True,
    )  # fmt: skip
    return written.getvalue().decode()


@dataclass(frozen=True)
class Words:
    """The sentences about a ticket, in the reader's language (`translate`)."""

    translate: object

    def texts(self) -> dict[str, str]:
        """For the script, with {counter}, {count} and {minutes}."""
        found = {name: self.translate(text) for name, text in SENTENCES.items()}
        return {
            **found,
            "call": self.called("{counter}"),
            "many": self.translate(_many("{count}")),
            "at": self.translate(_at("{desk}")),
            "minutes": self.translate(_minutes("{minutes}")),
        }

    def called(self, counter: str) -> str:
        return self.translate(queues.state_sentence({"state": CALLED, "counter": counter}))

    def state(self, ticket: dict) -> str:
        """What to do now."""
        if ticket["state"] == CALLED:
            return self.called(ticket["counter"] or "–")
        return self.translate(SENTENCES[ticket["state"]])

    def at(self, ticket: dict, desk) -> str:
        """ "At the desk: Standesamt", for a ticket that was sent on; else ""."""
        title = ticket.get("desk", desk.title)
        return "" if title == desk.title else self.translate(_at(title))

    def before(self, ticket: dict) -> str:
        """ "3 people are before you.", "" once called."""
        count = ticket["before"]
        if count is None:
            return ""
        few = {0: SENTENCES["next"], 1: SENTENCES["one"]}
        return self.translate(few[count] if count in few else _many(str(count)))

    def wait(self, ticket: dict) -> str:
        """ "It takes about 15 minutes.", "" where nobody can tell."""
        minutes = ticket["minutes"]
        return "" if minutes is None else self.translate(_minutes(str(minutes)))


def _many(count: str):
    return _("ticket_many", default="${count} people are before you.", mapping={"count": count})


def _at(desk: str):
    return _("ticket_at", default="Now at: ${desk}", mapping={"desk": desk})


def _minutes(minutes: str):
    return _("It takes about ${minutes} minutes.", mapping={"minutes": minutes})


class MyTicketView(HallPage):
    """A ticket on the phone of who drew it; the context is the desk."""

    template = ViewPageTemplateFile("templates/my_ticket.pt")
    heading = _("My waiting number")
    message = ""
    ticket = None

    def __call__(self):
        self.seen()
        self.request.response.setHeader("Cache-Control", "private, no-cache")
        self.words = Words(self.translate)
        typed = self.text("number", 20)
        if typed:
            self.find(typed)
        return self.template()

    def find(self, typed: str) -> None:
        number = normal(typed)
        if self.day_of_ticket() != today():
            self.refuse(_("This ticket was for another day."))
        elif not number:
            self.refuse(_("A waiting number is a letter and three digits, for example A017."), 400)
        else:
            self.ticket = followed(self.context, number)
            if self.ticket is None:
                self.refuse(_("There is no such ticket today."))

    def refuse(self, message, status: int = 404) -> None:
        self.request.response.setStatus(status)
        self.message = message

    def notice(self) -> str:
        return notice_of(self.context)["text"]

    def day_of_ticket(self) -> date:
        """The day in the address; today for a number that was typed in."""
        try:
            return date.fromisoformat(self.text("day", 10))
        except ValueError:
            return today()

    def typed(self) -> str:
        return self.text("number", 20)

    def script_url(self) -> str:
        return f"{api.portal.get().absolute_url()}/{RESOURCES}/hall.js"

    def queue_url(self) -> str:
        return f"{self.url('@ticket')}?number={self.ticket['number']}"
