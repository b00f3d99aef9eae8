"""Who is called next, and how long the others will wait: one queue for all, without storage.

The rules, as they are told in the waiting room:

1. Who has an appointment and is there in time is called when it is due, before anyone else.
2. Who came without one, or too late for it, is called in the order of arrival, whenever a counter
   has time for it before its next appointment.
3. Nobody waits for ever: after `longest` minutes a visitor without an appointment is due as well.
4. A counter with nothing to do calls an appointment before its time.
5. Who works at two desks is called by one of them at a time, and keeps the appointments of both.
"""

from collections.abc import Collection
from collections.abc import Iterable
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import replace


# States of a ticket.
WAITING = "waiting"
CALLED = "called"
FINISHED = "finished"
NO_SHOW = "no-show"
LEFT = "left"
# Steps aside for a while: fills in a form, fetches a paper.
PARKED = "parked"
# Goes on to another desk, where it has a ticket with the same number.
SENT_ON = "sent-on"


@dataclass(frozen=True)
class QueueRules:
    """What a town sets, in minutes.

    Who is more than `late` behind an appointment queues like a visitor without one. `longest` is
    the wait after which such a visitor is due. `overrun` is by how much a visitor may run into
    the next appointment of a counter.
    """

    late: int = 10
    longest: int = 90
    overrun: int = 5


@dataclass(frozen=True)
class Ticket:
    """A number in the queue.

    `minutes` is how long it will take, `able` the resources that can do it. `due` is the start
    of the appointment, 0 without one. `takes` are the resources that serve it beside the one it
    was called to. Who was sent on to another desk (`sent_to`) has kept the instant of arrival
    there, and has waited for this desk since `joined`. All instants are seconds since 1970.
    """

    id: str
    desk: str
    number: str
    services: tuple[str, ...]
    minutes: int
    arrived: int
    able: frozenset[str] = frozenset()
    due: int = 0
    booking: str = ""
    state: str = WAITING
    resource: str = ""
    called: int = 0
    calls: int = 0
    ended: int = 0
    takes: tuple[str, ...] = ()
    joined: int = 0
    sent_to: str = ""

    def __post_init__(self):
        object.__setattr__(self, "able", frozenset(self.able))
        object.__setattr__(self, "takes", tuple(self.takes))


@dataclass(frozen=True)
class Counter:
    """A resource that calls: free from an instant on, until it closes.

    `next_due` are the starts of the appointments to come that are its own, `away` when it is
    needed at another desk: (start, end).
    """

    id: str
    free: int
    closes: int
    next_due: tuple[int, ...] = ()
    away: tuple[tuple[int, int], ...] = ()


def due_at(ticket: Ticket, rules: QueueRules) -> int:
    """The instant from which on a ticket is called before those who are not due."""
    if ticket.due and ticket.arrived <= ticket.due + rules.late * 60:
        return ticket.due
    return ticket.arrived + rules.longest * 60


def queue_order(tickets: Iterable[Ticket], now: int, rules: QueueRules) -> list[Ticket]:
    """The waiting tickets, the next first: due ones, then by arrival, then those before time."""

    waiting = (one for one in tickets if one.state == WAITING)
    return sorted(waiting, key=lambda one: rank(one, now, rules))


def rank(ticket: Ticket, now: int, rules: QueueRules) -> tuple:
    """The place in the order; less is sooner, also between the queues of two desks."""
    due = due_at(ticket, rules)
    if due <= now:
        return 0, due, ticket.arrived, ticket.number, ticket.id
    if _in_time(ticket, rules):
        return 2, due, ticket.arrived, ticket.number, ticket.id
    return 1, ticket.arrived, ticket.arrived, ticket.number, ticket.id


def pick(tickets: Iterable[Ticket], counter: Counter, now: int, rules: QueueRules) -> Ticket | None:
    """The ticket a counter calls at an instant, None when it has to wait for somebody."""
    if any(start <= now < end for start, end in counter.away):
        return None
    ahead = (*counter.next_due, *(start for start, _ in counter.away))
    until = min((due for due in ahead if due > now), default=counter.closes)
    for ticket in queue_order(tickets, now, rules):
        if counter.id not in ticket.able:
            continue
        if due_at(ticket, rules) <= now or ticket.due in counter.next_due:
            return ticket
        end = now + ticket.minutes * 60
        if end <= until + rules.overrun * 60:
            return ticket
    return None


def estimate(
    tickets: Sequence[Ticket],
    expected: Collection[Ticket],
    counters: Sequence[Counter],
    now: int,
    rules: QueueRules,
) -> dict[str, int | None]:
    """When each waiting ticket will be called, by playing the rest of the day through.

    `expected` are the appointments whose people have not come yet; they are taken to come in
    time. None means: not before the counters close.
    """
    waiting = [ticket for ticket in tickets if ticket.state == WAITING]
    coming = [replace(ticket, arrived=ticket.due) for ticket in expected if ticket.due >= now]
    calls: dict[str, int | None] = {ticket.id: None for ticket in waiting}
    free = {counter.id: max(counter.free, now) for counter in counters}
    by_id = {counter.id: counter for counter in counters}
    while free and (waiting or coming):
        name = min(free, key=lambda one: (free[one], one))
        moment, counter = free[name], by_id[name]
        if moment >= counter.closes:
            del free[name]
            continue
        present = waiting + [one for one in coming if one.arrived <= moment]
        ticket = pick(present, counter, moment, rules)
        if ticket is None:
            events = _events_after(moment, coming, waiting, rules, counter)
            free[name] = min(events, default=counter.closes)
            continue
        if ticket in coming:
            coming.remove(ticket)
        else:
            waiting.remove(ticket)
            calls[ticket.id] = moment
        free[name] = moment + max(ticket.minutes, 1) * 60
    return calls


def _in_time(ticket: Ticket, rules: QueueRules) -> bool:
    return bool(ticket.due) and ticket.arrived <= ticket.due + rules.late * 60


def _events_after(
    moment: int,
    coming: Iterable[Ticket],
    waiting: Iterable[Ticket],
    rules: QueueRules,
    counter: Counter,
) -> list[int]:
    """When it may become possible to call somebody."""
    events = [ticket.arrived for ticket in coming]
    events += [due_at(ticket, rules) for ticket in waiting]
    events += counter.next_due
    events += (end for _, end in counter.away)
    return [event for event in events if event > moment]
