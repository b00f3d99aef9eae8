"""The queue of a desk (content) today, and what may be said of it."""

from kaarst.appointments import _
from kaarst.appointments.bookings import details
from kaarst.appointments.bookings import office
from kaarst.appointments.desks import letters
from kaarst.appointments.desks import sharing
from kaarst.appointments.desks.meeting import DESK
from kaarst.appointments.engine import board as boards
from kaarst.appointments.engine import raster
from kaarst.appointments.engine.errors import EngineError
from kaarst.appointments.engine.errors import NotPossible
from kaarst.appointments.engine.queue import Queue
from kaarst.appointments.engine.records import Booking
from kaarst.appointments.engine.records import CONFIRMED
from kaarst.appointments.engine.waiting import CALLED
from kaarst.appointments.engine.waiting import PARKED
from kaarst.appointments.engine.waiting import QueueRules
from kaarst.appointments.engine.waiting import Ticket
from kaarst.appointments.engine.waiting import WAITING
from kaarst.appointments.hall.notice import notice_of


# So many numbers of those who wait stand on the display.
NEXT = 6
# More calls than this no display shows in letters that can be read from afar.
CALLS = 8
STATES = {
    WAITING: _("Please wait until your number is called."),
    CALLED: _("ticket_called", default="Please go to ${counter}."),
    PARKED: _("Your visit is put aside. Please tell us when you are ready."),
}
# Desk → state of its queue and what follows from it; one for each desk.
_waits: dict[str, tuple[tuple, int | None]] = {}
_calls: dict[str, tuple[tuple, dict[str, int | None]]] = {}


class TooEarly(EngineError):
    """The appointment lies too far ahead; `opens` is the instant from which on one can check in."""

    def __init__(self, opens: int):
        super().__init__(opens)
        self.opens = opens


def queue_of(desk, engine=None) -> Queue:
    """The queue with the rules the editor has set; on an engine's desk, by default a new one."""
    rules = QueueRules(late=desk.queue_late, longest=desk.queue_longest)
    engine = engine if engine is not None else office.engine(desk)
    return Queue(engine, rules, letters=letters.of(desk))


def counter_titles(desk) -> dict[str, str]:
    """What the resources are called: "Schalter 2", "Zimmer 12"."""
    return sharing.titles(desk)


def board_json(desk) -> dict:
    """What the display shows; nothing of it tells who somebody is."""
    queue, titles = queue_of(desk), counter_titles(desk)
    found, seconds = boards.board(queue), usual_wait(desk, queue)
    notice = notice_of(desk)
    return {
        "title": desk.title,
        "open": found.open,
        "calls": [
            {
                "number": one.number,
                "counter": titles.get(one.resource, "–"),
                "since": details.iso(one.called),
                "calls": one.calls,
            }
            for one in found.calls[:CALLS]
        ],
        "waiting": len(found.waiting),
        "next": list(found.waiting[:NEXT]),
        "minutes": boards.rough(seconds) if seconds is not None else None,
        "tickets": seconds is not None and not notice["stopped"] if desk.walk_in else None,
        "notice": notice["text"],
    }


def usual_wait(desk, queue: Queue) -> int | None:
    """The seconds somebody who comes now waits, for a service as most are; None: not today.

    Displays and phones ask all the time: it is worked out anew when a ticket has changed, and
    every minute.
    """
    state = queue.desk.now // 60, tuple(queue.tickets())
    known = _waits.get(queue.desk.plan.id)
    if known is None or known[0] != state:
        seconds = boards.usual(boards.waits(queue, service_ids(desk)).values())
        known = _waits[queue.desk.plan.id] = state, seconds
    return known[1]


def service_ids(desk) -> list[str]:
    """What one can come for."""
    return [one.getId() for one in details.offerings(desk)]


def ticket_json(desk, queue: Queue, ticket: Ticket) -> dict:
    """A ticket for the one who has it; `minutes` None where nothing can be said.

    `before`: how many are before it at the moment, None once it is called.
    """
    waits = ticket.state == WAITING
    call = expected_calls(queue).get(ticket.id) if waits else None
    ahead = [one.id for one in queue.waiting()] if waits else []
    counter = counter_titles(desk).get(ticket.resource) if ticket.state == CALLED else None
    return {
        "number": ticket.number,
        "state": ticket.state,
        "counter": counter,
        "minutes": boards.rough(call - queue.desk.now) if call is not None else None,
        "before": ahead.index(ticket.id) if waits else None,
    }


def expected_calls(queue: Queue) -> dict[str, int | None]:
    """When each waiting ticket is likely to be called; kept as of `usual_wait`."""
    state = queue.desk.now // 60, tuple(queue.tickets())
    known = _calls.get(queue.desk.plan.id)
    if known is None or known[0] != state:
        known = _calls[queue.desk.plan.id] = state, queue.estimates()
    return known[1]


# Appointments


def may_check_in(desk, booking: Booking, now: int) -> bool:
    """Whether somebody with an appointment can say to be here."""
    return (
        desk.meets == DESK
        and booking.state == CONFIRMED
        and raster.day_of(booking.start) == raster.day_of(now)
        and opens_at(desk, booking) <= now
    )


def opens_at(desk, booking: Booking) -> int:
    """The instant from which on one can check in."""
    return booking.start - desk.check_in_from * 60


def check_in(desk, booking: Booking, actor: str) -> dict:
    """Puts somebody with an appointment into the queue; the ticket, the same one the second time.

    Raises `NotPossible` and `TooEarly`.
    """
    queue = queue_of(desk)
    if desk.meets != DESK:
        raise NotPossible(booking.state)
    if booking.state == CONFIRMED and queue.desk.now < opens_at(desk, booking):
        raise TooEarly(opens_at(desk, booking))
    return ticket_json(desk, queue, queue.check_in(booking.id, actor=actor))


def ticket_of(desk, booking: Booking) -> dict | None:
    """The ticket of an appointment while one waits with it or is called."""
    queue = queue_of(desk)
    ticket = queue.ticket_of(booking.id)
    if ticket is None or ticket.state not in STATES:
        return None
    return ticket_json(desk, queue, ticket)


def state_sentence(ticket: dict):
    """What somebody with a ticket (as of `ticket_json`) is to do; "" when it is over."""
    text = STATES.get(ticket["state"], "")
    if ticket["state"] != CALLED:
        return text
    return _(text, default=text.default, mapping={"counter": ticket["counter"] or "–"})
