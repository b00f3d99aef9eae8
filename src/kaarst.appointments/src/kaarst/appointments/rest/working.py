"""What the endpoints for those who work at a desk share: about whom, what of it, and refusals.

Whoever works at a desk names an appointment by its number and needs no PIN.
"""

from collections.abc import Iterable
from contextlib import contextmanager
from datetime import date
from kaarst.appointments import _
from kaarst.appointments.bookings import details
from kaarst.appointments.bookings import office
from kaarst.appointments.bookings import store
from kaarst.appointments.bookings.hits import ways_out
from kaarst.appointments.bookings.rights import may_overbook
from kaarst.appointments.desks.interfaces import today
from kaarst.appointments.engine.desk import Desk
from kaarst.appointments.engine.engagement import Busy
from kaarst.appointments.engine.errors import Gone
from kaarst.appointments.engine.errors import NotPossible
from kaarst.appointments.engine.queue import Full
from kaarst.appointments.engine.queue import Queue
from kaarst.appointments.engine.records import Booking
from kaarst.appointments.engine.records import CONFIRMED
from kaarst.appointments.engine.waiting import Ticket
from kaarst.appointments.hall import queues
from kaarst.appointments.rest.common import answered
from kaarst.appointments.rest.common import day_of
from kaarst.appointments.rest.common import wrong
from kaarst.core import reference
from kaarst.core.audit import seen
from kaarst.core.rest import ApiError
from kaarst.core.rest import JsonGet
from kaarst.core.rest import JsonPost
from kaarst.core.rest import texts
from plone import api
from zExceptions import NotFound


class DeskGet(JsonGet):
    """Reads something at a desk, the context, that is for its staff only."""

    def reply(self):
        self.request.response.setHeader("Cache-Control", "no-store")
        return super().reply()

    def day(self) -> date:
        """The day asked for, today unless given; raises ApiError 400."""
        found = day_of(self.request.form.get("date"), "date") or today()
        if not 2000 <= found.year < 2100:
            raise wrong("date", _("Please give a day, for example 2026-11-24."))
        return found

    def address(self) -> str:
        """The endpoint's own address."""
        name = self.__name__.rpartition("@")[2]
        return f"{self.context.absolute_url()}/@{name}"

    def note_reading(self, records: Iterable) -> None:
        """The audit log says that staff have seen these appointments or wishes, with names."""
        note_reading(self.context, self.address().rpartition("/")[2], records)


class DeskPost(JsonPost):
    """Does something at a desk, the context. Implement `done`; `engine` is there by then."""

    max_body = 10_000
    #: Beside which field a service or a time is refused that cannot be booked at all.
    field = "start"

    def handle(self, data):
        self.engine = office.engine(self.context)
        with working(self.context, self.field):
            return self.done(data)

    def done(self, data: dict) -> tuple[int, dict]:
        """Returns status and body; raises what `working` knows."""
        raise NotImplementedError

    def actor(self) -> str:
        return api.user.get_current().getId() or ""

    def booking(self, data: dict) -> Booking:
        """The appointment at this desk with the `number` that was sent; raises NotFound."""
        (number,) = texts(data, "number")
        return booking_with(self.engine, number)

    def is_over(self, data: dict) -> bool:
        """Whether `over` was sent: book what is full or closed; raises ApiError 403 without the right."""
        over = data.get("over", False)
        if not isinstance(over, bool):
            raise wrong("over", _("Please check this entry."))
        if over and not may_overbook(self.context):
            raise ApiError(403, "NotAllowed", _("You may not overbook this desk."))
        return over

    def one(self, booking: Booking) -> dict:
        """The appointment as an answer."""
        note_reading(self.context, self.__name__.rpartition("_")[2], [booking])
        return appointment_json(self.context, booking)


@contextmanager
def working(desk, field: str = "start"):
    """Turns what the engine refuses into the agreed answers, for those who work at a desk."""
    with answered(desk, field):
        try:
            yield
        except Gone as error:
            raise NotFound(str(error)) from None
        except Busy:
            message = _("Whoever is called to here still serves somebody.")
            raise ApiError(409, "Busy", message) from None
        except Full:
            message = _("There are no more tickets for this today.")
            raise ApiError(409, "Full", message) from None
        except NotPossible as error:
            message = _("This is not possible any more. Somebody was faster.")
            raise ApiError(409, "NotPossible", message, more={"state": error.state}) from None


def booking_with(engine: Desk, number: str) -> Booking:
    """The appointment at a desk with this number; raises NotFound, InvalidNumber."""
    key = store.existing().numbers.get(reference.normalise(number))
    try:
        return engine.booking(key or "")
    except Gone:
        raise NotFound(number) from None


def note_reading(desk, name: str, records: Iterable) -> None:
    """Says in the audit log that staff have seen these appointments or wishes, with names."""
    seen([one.number for one in records], name, department=desk.title)


def services_json(desk, services) -> list[dict]:
    """What an appointment is about: `{id, title, count}`."""
    return [
        {"id": offering.getId(), "title": offering.title, "count": count}
        for offering, count in details.chosen(desk, services)
    ]


def appointment_json(desk, booking: Booking) -> dict:
    """What those who work at a desk may know of an appointment."""
    titles = queues.counter_titles(desk)
    names = dict.fromkeys(piece.resource for piece in booking.pieces)
    return {
        "number": booking.number,
        "state": booking.state,
        "start": details.iso(booking.start),
        "end": details.iso(booking.end),
        "services": services_json(desk, booking.services),
        "counters": [{"id": name, "title": titles.get(name, "–")} for name in names],
        "name": booking.person.get("name", ""),
        "email": booking.person.get("email", ""),
        "phone": booking.person.get("phone", ""),
        "video_url": details.video_link(desk, booking) or None,
        "visit": details.home(booking) or None,
        "late": booking.late if booking.state == CONFIRMED else 0,
        "over": booking.over,
        "channel": booking.channel,
        "history": [
            {
                "at": details.iso(line.at),
                "action": line.action,
                "who": line.detail if line.action == office.FOR_ANOTHER else line.actor,
            }
            for line in booking.history
        ],
    }


def hit_json(desk, engine: Desk, booking: Booking) -> dict:
    """An appointment that something got in the way of, with the nearest times to move it to."""
    alternatives = [details.iso(start) for start in ways_out(engine, booking)]
    return {**appointment_json(desk, booking), "alternatives": alternatives}


def ticket_json(desk, queue: Queue, ticket: Ticket) -> dict:
    """A ticket for those who call: with the name, where it is that of an appointment."""
    booking = queue.desk.bookings.get(ticket.booking) if ticket.booking else None
    return {
        **queues.ticket_json(desk, queue, ticket),
        "arrived": details.iso(ticket.arrived),
        "due": details.iso(ticket.due) if ticket.due else None,
        "services": services_json(desk, ticket.services),
        "appointment": booking.number if booking is not None else None,
        "name": booking.person.get("name", "") if booking is not None else "",
    }
