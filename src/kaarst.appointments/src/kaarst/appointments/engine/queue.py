"""The queue of a desk on a day: tickets at the terminal, arrivals, calls.

One queue of appointments and of visitors without one. `waiting` has the rules; here is what is
stored. Who is being served fills the counter's cells in its ledger, so that nobody books them.
"""

from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from dataclasses import replace
from datetime import date
from kaarst.appointments.engine import bits
from kaarst.appointments.engine import claims
from kaarst.appointments.engine import raster
from kaarst.appointments.engine.claims import Claim
from kaarst.appointments.engine.desk import Desk
from kaarst.appointments.engine.engagement import Busy
from kaarst.appointments.engine.engagement import elsewhere
from kaarst.appointments.engine.engagement import Engagements
from kaarst.appointments.engine.engagement import helpers
from kaarst.appointments.engine.engagement import open_today
from kaarst.appointments.engine.engagement import pauses
from kaarst.appointments.engine.engagement import SERVING
from kaarst.appointments.engine.errors import EngineError
from kaarst.appointments.engine.errors import Gone
from kaarst.appointments.engine.errors import NotBookable
from kaarst.appointments.engine.errors import NotPossible
from kaarst.appointments.engine.interfaces import IStorage
from kaarst.appointments.engine.records import ARRIVED
from kaarst.appointments.engine.records import Booking
from kaarst.appointments.engine.records import CONFIRMED
from kaarst.appointments.engine.records import new_id
from kaarst.appointments.engine.waiting import CALLED
from kaarst.appointments.engine.waiting import Counter
from kaarst.appointments.engine.waiting import estimate
from kaarst.appointments.engine.waiting import FINISHED
from kaarst.appointments.engine.waiting import LEFT
from kaarst.appointments.engine.waiting import NO_SHOW
from kaarst.appointments.engine.waiting import PARKED
from kaarst.appointments.engine.waiting import pick
from kaarst.appointments.engine.waiting import queue_order
from kaarst.appointments.engine.waiting import QueueRules
from kaarst.appointments.engine.waiting import Ticket
from kaarst.appointments.engine.waiting import WAITING


# Later than any closing time.
LAST = 2**40


class Full(EngineError):
    """No more tickets today: the counters would close before they are called."""


@dataclass(frozen=True)
class QueueDay:
    """The tickets of a desk on a day, and how many were drawn by letter."""

    id: str
    tickets: tuple[str, ...] = ()
    drawn: Mapping[str, int] = field(default_factory=dict)


class Queue:
    """The queue of a desk today. `kind` are the resources that call people.

    `letters`: of tickets without an appointment, and of those with one.
    """

    def __init__(
        self,
        desk: Desk,
        rules: QueueRules | None = None,
        *,
        kind: str = "counter",
        letters: tuple[str, str] = ("A", "T"),
    ):
        self.desk = desk
        self.rules = rules or QueueRules()
        self.letters = letters
        self.kind = kind
        self.today = raster.day_of(desk.now)
        self._days = desk.storage.records(QueueDay)
        self._tickets = desk.storage.records(Ticket)
        self.engagements = Engagements(desk.storage, desk.now)

    # Tickets

    def draw(self, services: Sequence[str], *, letter: str = "", anyway: bool = False) -> Ticket:
        """A ticket for someone without an appointment.

        Raises `NotBookable`, and `Full` when the counters would close before the call; staff may
        give one `anyway`.
        """
        letter = letter or self.letters[0]
        ticket = self.new(services, letter)
        if not anyway and self._estimates([*self.tickets(), ticket]).get(ticket.id) is None:
            raise Full(ticket.number)
        return self._add(ticket, letter)

    def check_in(self, key: str, *, letter: str = "", actor: str = "") -> Ticket:
        """Someone with an appointment today has come; the ticket, the same one the second time.

        Raises `Gone`, and `NotPossible` for an appointment that is over or on another day.
        """
        booking = self.desk.booking(key)
        for ticket in self.tickets():
            if ticket.booking == key and ticket.state in (WAITING, CALLED, PARKED):
                return ticket
        if raster.day_of(booking.start) != self.today:
            raise NotPossible(booking.state)
        self.desk.mark(key, ARRIVED, actor=actor)
        letter = letter or self.letters[1]
        return self._add(self._of_booking(booking, letter), letter)

    def get(self, key: str) -> Ticket:
        """The ticket; raises `Gone`."""
        ticket = self._tickets.get(key)
        if ticket is None or ticket.desk != self.desk.plan.id:
            raise Gone(key)
        return ticket

    def tickets(self) -> list[Ticket]:
        """All tickets of today, in the order in which they were drawn."""
        day = self._days.get(self._day_id())
        found = (self._tickets.get(key) for key in (day.tickets if day else ()))
        return [ticket for ticket in found if ticket is not None]

    def ticket_of(self, booking: str) -> Ticket | None:
        """The latest ticket of an appointment today."""
        return next((one for one in reversed(self.tickets()) if one.booking == booking), None)

    def waiting(self) -> list[Ticket]:
        """Who waits, the next first."""
        return queue_order(self.tickets(), self.desk.now, self.rules)

    # Calls

    def call_next(self, resource: str, *, actor: str = "") -> Ticket | None:
        """Call who is next at a counter; None if nobody is. Raises `Gone` and `Busy`.

        Whoever calls is there: neither a break nor closing time keeps those who have a ticket
        from being called, only the next appointment does.
        """
        found = [one for one in self._counters(planned=False) if one.id == resource]
        if not found:
            raise Gone(resource)
        counter = replace(found[0], closes=LAST)
        if self.engagements.busy(resource):
            raise Busy(resource)
        possible = [
            one
            for one in self.tickets()
            if one.state == WAITING and helpers(self.desk, self.kind, one) is not None
        ]
        ticket = pick(possible, counter, self.desk.now, self.rules)
        return self.call(ticket.id, resource, actor=actor) if ticket else None

    def call(self, key: str, resource: str, *, actor: str = "") -> Ticket:
        """Call a ticket to a counter, or once more; raises `Gone`, `NotPossible`, `Busy`."""
        ticket = self.get(key)
        if ticket.state not in (WAITING, CALLED, PARKED):
            raise NotPossible(ticket.state)
        if self.desk.plan.resource(resource) is None:
            raise Gone(resource)
        beside = helpers(self.desk, self.kind, ticket)
        if beside is None or self.engagements.busy(resource, key):
            raise Busy(resource)
        if ticket.state != CALLED and ticket.booking:
            self.desk.mark(ticket.booking, CALLED, actor=actor)
        if ticket.state == CALLED:
            self.let_go(ticket)
        ticket = replace(
            ticket,
            state=CALLED,
            resource=resource,
            called=self.desk.now,
            calls=ticket.calls + 1,
            takes=beside,
        )
        self._occupy(ticket)
        return self.put(ticket)

    def finish(self, key: str, *, actor: str = "") -> Ticket:
        """Done; the counter is free. Raises `Gone`, `NotPossible`."""
        return self._end(self.get(key), FINISHED, {CALLED}, actor)

    def no_show(self, key: str, *, actor: str = "") -> Ticket:
        """Called in vain. Raises `Gone`, `NotPossible`."""
        return self._end(self.get(key), NO_SHOW, {CALLED}, actor)

    def leave(self, key: str) -> Ticket:
        """Somebody will not wait any longer. Raises `Gone`, `NotPossible`."""
        ticket = self.get(key)
        if ticket.booking:
            self.desk.mark(ticket.booking, CONFIRMED, actor="visitor")
        return self._end(ticket, LEFT, {WAITING, PARKED}, "visitor", booking=False)

    # How long

    def estimates(self) -> dict[str, int | None]:
        """The instant at which each waiting ticket is likely to be called; None: not today."""
        return self._estimates(self.tickets())

    def newcomers(self, services: Iterable[str]) -> dict[str, int | None]:
        """When somebody who came now without an appointment would be called, by service.

        None: not today, or not at all. The day is played through once for all that take as long
        and can be done by the same.
        """
        tickets = self.tickets()
        expected, counters = self._expected(), self._counters()
        found: dict[str, int | None] = {}
        known: dict[tuple, int | None] = {}
        for service in services:
            try:
                ticket = self.new([service], "~")
            except NotBookable:
                found[service] = None
                continue
            kind = ticket.minutes, ticket.able
            if kind not in known:
                calls = estimate([*tickets, ticket], expected, counters, self.desk.now, self.rules)
                known[kind] = calls.get(ticket.id)
            found[service] = known[kind]
        return found

    def is_open(self) -> bool:
        """Whether a counter calls people now."""
        _day, cell = raster.locate(self.desk.now)
        return any(
            one.kind == self.kind and open_today(self.desk, one) >> cell & 1
            for one in self.desk.plan.resources
        )

    def _estimates(self, tickets: Sequence[Ticket]) -> dict[str, int | None]:
        counters = self._counters()
        return estimate(tickets, self._expected(), counters, self.desk.now, self.rules)

    def _expected(self) -> list[Ticket]:
        """Those who have an appointment today and have not come yet."""
        return [
            self._of_booking(booking, "")
            for booking in self.desk.on_days(self.today, self.today)
            if booking.state == CONFIRMED and booking.start >= self.desk.now
        ]

    def _counters(self, planned: bool = True) -> list[Counter]:
        """`planned`: with breaks, closures and foreign events, which whoever calls is free to skip."""
        due: dict[str, list[int]] = {}
        for booking in self.desk.on_days(self.today, self.today):
            if booking.state in (CONFIRMED, ARRIVED):
                for piece in booking.pieces:
                    due.setdefault(piece.resource, []).append(booking.start)
        counters = []
        for resource in self.desk.plan.resources:
            cells = self.desk.plan.open_cells(resource, self.today)
            if planned:
                cells = open_today(self.desk, resource)
            if resource.kind != self.kind or not cells:
                continue
            current = self.engagements.of(resource.id)
            free = current.until if current else 0
            opens = raster.instant(self.today, bits.first(cells))
            counters.append(
                Counter(
                    id=resource.id,
                    # Who takes longer than expected is taken to be done any minute.
                    free=max(free, opens, self.desk.now + 60 if current else self.desk.now),
                    closes=raster.instant(self.today, cells.bit_length()),
                    next_due=tuple(sorted(due.get(resource.id, ()))),
                    away=elsewhere(self.desk, resource.id, self.rules.late)
                    + (pauses(self.desk, cells) if planned else ()),
                )
            )
        return counters

    # What is stored

    def new(self, services: Sequence[str], letter: str) -> Ticket:
        request = self.desk.plan.request(services)
        needed = [need for need in request.needs if need.kind == self.kind]
        return Ticket(
            id=new_id(),
            desk=self.desk.plan.id,
            number=self._number(letter),
            services=request.services,
            minutes=request.cells * raster.CELL_MINUTES,
            arrived=self.desk.now,
            able=frozenset(
                one.id
                for one in self.desk.plan.resources
                if one.kind == self.kind and all(one.meets(need) for need in needed)
            ),
        )

    def _of_booking(self, booking: Booking, letter: str) -> Ticket:
        ticket = self.new(booking.services, letter)
        own = {piece.resource for piece in booking.pieces}
        return replace(
            ticket,
            due=booking.start,
            booking=booking.id,
            minutes=(booking.end - booking.start) // 60,
            able=ticket.able | own,
        )

    def _number(self, letter: str) -> str:
        day = self._days.get(self._day_id())
        return f"{letter}{(day.drawn.get(letter, 0) if day else 0) + 1:03d}"

    def _add(self, ticket: Ticket, letter: str) -> Ticket:
        day = self._days.get(self._day_id()) or QueueDay(self._day_id())
        self._days.put(replace(day, drawn={**day.drawn, letter: day.drawn.get(letter, 0) + 1}))
        return self.join(ticket)

    def join(self, ticket: Ticket) -> Ticket:
        """A ticket of today with a number of its own."""
        day = self._days.get(self._day_id()) or QueueDay(self._day_id())
        self._days.put(replace(day, tickets=(*day.tickets, ticket.id)))
        return self.put(ticket)

    def _end(
        self, ticket: Ticket, state: str, allowed: set[str], actor: str, booking: bool = True
    ) -> Ticket:
        if ticket.state not in allowed:
            raise NotPossible(ticket.state)
        if booking and ticket.booking:
            self.desk.mark(ticket.booking, state, actor=actor)
        if ticket.state == CALLED:
            self.let_go(ticket)
        return self.put(replace(ticket, state=state, ended=self.desk.now))

    def _occupy(self, ticket: Ticket) -> None:
        """Fill the cells of who serves it, unless they are the appointment's own."""
        serving = (ticket.resource, *ticket.takes)
        self.engagements.begin(serving, self.desk.plan.id, ticket.id, ticket.minutes)
        own = self.desk.booking(ticket.booking).pieces if ticket.booking else ()
        day, cell = raster.locate(ticket.called)
        stop = min(cell + raster.cells_for(ticket.minutes), raster.length(day))
        claim = Claim(claims.BUSY, bits.span(cell, stop))
        for one in set(serving) - {piece.resource for piece in own}:
            self.desk.storage.ledgers.place(one, day, f"{SERVING}{ticket.id}", claim, self.desk.now)

    def let_go(self, ticket: Ticket) -> None:
        day, serving = raster.day_of(ticket.called), (ticket.resource, *ticket.takes)
        self.engagements.end(serving, ticket.id)
        for one in serving:
            self.desk.storage.ledgers.remove(one, day, f"{SERVING}{ticket.id}")

    def _day_id(self) -> str:
        return f"{self.desk.plan.id}:{self.today.isoformat()}"

    def put(self, ticket: Ticket) -> Ticket:
        self._tickets.put(ticket)
        return ticket


def letters_of(storage: IStorage, desk: str, day: date) -> set[str]:
    """The letters under which tickets of a desk (its id) were drawn on a day."""
    found = storage.records(QueueDay).get(f"{desk}:{day.isoformat()}")
    return set(found.drawn) if found else set()


def forget(desk: Desk, before: date) -> int:
    """Remove the tickets of this desk of all days before; how many."""
    days, tickets = desk.storage.records(QueueDay), desk.storage.records(Ticket)
    limit = f"{desk.plan.id}:{before.isoformat()}"
    removed = 0
    for day in days:
        if day.id.startswith(f"{desk.plan.id}:") and day.id < limit:
            removed += sum(tickets.remove(key) for key in day.tickets)
            days.remove(day.id)
    return removed
