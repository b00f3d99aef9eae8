"""What becomes of a ticket beside being called and finished: put aside, put back, sent on.

Somebody who goes from one counter or desk to another keeps the number and the place: the instant
of arrival stays, so that nobody queues twice.
"""

from collections.abc import Sequence
from dataclasses import replace
from kaarst.appointments.engine.errors import Gone
from kaarst.appointments.engine.errors import NotPossible
from kaarst.appointments.engine.queue import Queue
from kaarst.appointments.engine.records import ARRIVED
from kaarst.appointments.engine.records import CONFIRMED
from kaarst.appointments.engine.records import FINISHED
from kaarst.appointments.engine.records import NO_SHOW as MISSED
from kaarst.appointments.engine.waiting import CALLED
from kaarst.appointments.engine.waiting import NO_SHOW
from kaarst.appointments.engine.waiting import PARKED
from kaarst.appointments.engine.waiting import SENT_ON
from kaarst.appointments.engine.waiting import Ticket
from kaarst.appointments.engine.waiting import WAITING


PRESENT = (WAITING, CALLED, PARKED)


def park(queue: Queue, key: str, *, actor: str = "") -> Ticket:
    """Called, but not ready yet: the counter is free, and nobody calls the ticket meanwhile.

    Raises `Gone`, `NotPossible`.
    """
    ticket = queue.get(key)
    if ticket.state not in (WAITING, CALLED):
        raise NotPossible(ticket.state)
    return queue.put(replace(_stopped(queue, ticket, actor), state=PARKED))


def arrive(queue: Queue, key: str, *, actor: str = "") -> Ticket:
    """Somebody with this appointment is here: the ticket, also for who was taken for missing.

    Raises `Gone`, `NotPossible`.
    """
    former = queue.ticket_of(key)
    if former is not None and former.state == NO_SHOW:
        return come_back(queue, former.id, actor=actor)
    if queue.desk.booking(key).state == MISSED:
        queue.desk.mark(key, ARRIVED, actor=actor)
        queue.desk.mark(key, CONFIRMED, actor=actor)
    return queue.check_in(key, actor=actor)


def come_back(queue: Queue, key: str, *, actor: str = "") -> Ticket:
    """Who was put aside waits again at the old place; who was called in vain queues as of now.

    Raises `Gone`, `NotPossible`.
    """
    ticket = queue.get(key)
    if ticket.state == PARKED:
        return queue.put(replace(ticket, state=WAITING))
    if ticket.state != NO_SHOW:
        raise NotPossible(ticket.state)
    if ticket.booking:
        queue.desk.mark(ticket.booking, ARRIVED, actor=actor)
    return queue.put(
        replace(
            ticket,
            state=WAITING,
            arrived=queue.desk.now,
            due=0,
            resource="",
            takes=(),
            ended=0,
        )
    )


def put_back(
    queue: Queue, key: str, *, services: Sequence[str] = (), only: str = "", actor: str = ""
) -> Ticket:
    """Waits again at the same place: for `only` one counter, or for other `services`.

    With neither for every counter that can do it. Raises `Gone`, also for a counter that is not
    there, `NotPossible` and `NotBookable`.
    """
    ticket = queue.get(key)
    if ticket.state not in PRESENT:
        raise NotPossible(ticket.state)
    resource = queue.desk.plan.resource(only) if only else None
    if only and (resource is None or resource.kind != queue.kind):
        raise Gone(only)
    wanted = queue.new(services or ticket.services, "")
    changes = {"services": wanted.services, "minutes": wanted.minutes} if services else {}
    able = {only} if only else wanted.able | _own(queue, ticket)
    return queue.put(
        replace(_stopped(queue, ticket, actor), state=WAITING, able=frozenset(able), **changes)
    )


def may_send_on(ticket: Ticket) -> bool:
    """Whether it can go to another desk: who has an appointment is served here first."""
    return ticket.state == CALLED or (ticket.state in PRESENT and not ticket.booking)


def send_on(
    queue: Queue, key: str, to: Queue, services: Sequence[str], *, actor: str = ""
) -> Ticket:
    """Goes on to another desk's queue; the ticket there, with the number and the arrival.

    Here the visit is over. Raises `Gone`, `NotPossible`, `NotBookable`; then nothing is written.
    """
    ticket = queue.get(key)
    if not may_send_on(ticket):
        raise NotPossible(ticket.state)
    sent = to.new(services, "")
    if ticket.booking:
        queue.desk.mark(ticket.booking, FINISHED, actor=actor)
    if ticket.state == CALLED:
        queue.let_go(ticket)
    now = queue.desk.now
    queue.put(replace(ticket, state=SENT_ON, ended=now, sent_to=to.desk.plan.id))
    return to.join(replace(sent, number=ticket.number, arrived=ticket.arrived, joined=now))


def _stopped(queue: Queue, ticket: Ticket, actor: str) -> Ticket:
    """The ticket at no counter any more."""
    if ticket.state == CALLED:
        if ticket.booking:
            queue.desk.mark(ticket.booking, ARRIVED, actor=actor)
        queue.let_go(ticket)
    return replace(ticket, resource="", takes=())


def _own(queue: Queue, ticket: Ticket) -> set[str]:
    """What an appointment was made with: it can be served there whatever the skills."""
    pieces = queue.desk.booking(ticket.booking).pieces if ticket.booking else ()
    return {piece.resource for piece in pieces}
