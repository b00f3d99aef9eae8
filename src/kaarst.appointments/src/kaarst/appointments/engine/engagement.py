"""Whom a resource serves now, and where else it is wanted today.

A person who works at two desks has one ledger, and one engagement as well: the queues of both look
here before they call. Two calls side by side write the same record, so the second one is repeated,
and finds that the person is with somebody.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from kaarst.appointments.engine import bits
from kaarst.appointments.engine import claims
from kaarst.appointments.engine import raster
from kaarst.appointments.engine.desk import Desk
from kaarst.appointments.engine.errors import EngineError
from kaarst.appointments.engine.errors import NotBookable
from kaarst.appointments.engine.interfaces import IStorage
from kaarst.appointments.engine.plan import Resource
from kaarst.appointments.engine.records import ARRIVED
from kaarst.appointments.engine.records import Booking
from kaarst.appointments.engine.records import CONFIRMED
from kaarst.appointments.engine.waiting import Ticket


#: The keys of the blocks on who serves somebody begin so.
SERVING = "ticket:"


class Busy(EngineError):
    """Who is asked to serve somebody serves somebody else already; `resource` is its id."""

    def __init__(self, resource: str):
        super().__init__(resource)
        self.resource = resource


@dataclass(frozen=True)
class Engagement:
    """A resource (`id`) is with a ticket of a desk; no `ticket`: it is free.

    `since` is the call, `until` when it is likely to be over; instants.
    """

    id: str
    desk: str = ""
    ticket: str = ""
    since: int = 0
    until: int = 0


class Engagements:
    """Those of all desks, at an instant. One of yesterday that nobody ended is over."""

    def __init__(self, storage: IStorage, now: int):
        self.now = now
        self._records = storage.records(Engagement)

    def of(self, resource: str) -> Engagement | None:
        """Whom the resource serves, None when it is free."""
        found = self._records.get(resource)
        if found is None or not found.ticket:
            return None
        return found if raster.day_of(found.since) == raster.day_of(self.now) else None

    def busy(self, resource: str, ticket: str = "") -> bool:
        """Whether the resource serves somebody other than this ticket."""
        found = self.of(resource)
        return found is not None and found.ticket != ticket

    def begin(self, resources: Iterable[str], desk: str, ticket: str, minutes: int) -> None:
        """The resources serve a ticket from now on; raises `Busy`, and then nothing is written."""
        resources = tuple(resources)
        for one in resources:
            if self.busy(one, ticket):
                raise Busy(one)
        for one in resources:
            until = self.now + minutes * 60
            self._records.put(Engagement(one, desk, ticket, self.now, until))

    def end(self, resources: Iterable[str], ticket: str) -> None:
        """The resources are free again, those that serve somebody else meanwhile left alone."""
        for one in resources:
            found = self._records.get(one)
            if found is not None and found.ticket == ticket:
                self._records.put(Engagement(one))


def elsewhere(desk: Desk, resource: str, late: int) -> tuple[tuple[int, int], ...]:
    """When other desks have an appointment with the resource today: (start, end), instants.

    Nobody is waited for who is more than `late` minutes behind and has not come.
    """
    today, found = raster.day_of(desk.now), []
    for key, claim in desk.storage.ledgers.claims(resource, today).items():
        booking = desk.bookings.get(key) if claim.state == claims.BOOKED else None
        if booking is None or booking.desk == desk.plan.id or not _expected(booking, desk, late):
            continue
        for first, stop in bits.spans(claim.cells):
            found.append((raster.instant(today, first), raster.instant(today, stop)))
    return tuple(sorted(found))


def open_today(desk: Desk, resource: Resource) -> int:
    """The cells of today in which a resource is there: open, not closed, free of foreign events."""
    today = raster.day_of(desk.now)
    blocked = 0
    for key, claim in desk.storage.ledgers.claims(resource.id, today).items():
        if not claim.taking and not key.startswith(SERVING):
            blocked |= claim.cells
    return desk.plan.open_cells(resource, today) & ~blocked


def pauses(desk: Desk, cells: int) -> tuple[tuple[int, int], ...]:
    """The times between the first and the last of these cells of today that are none of them."""
    today = raster.day_of(desk.now)
    between = bits.span(bits.first(cells), cells.bit_length()) & ~cells
    return tuple(
        (raster.instant(today, first), raster.instant(today, stop))
        for first, stop in bits.spans(between)
    )


def _expected(booking: Booking, desk: Desk, late: int) -> bool:
    if booking.state == CONFIRMED:
        return desk.now <= booking.start + late * 60
    # Who was called is in the engagement of whoever serves them, which need not be this one.
    return booking.state == ARRIVED


def helpers(desk: Desk, kind: str, ticket: Ticket) -> tuple[str, ...] | None:
    """Who or what a ticket takes beside the counter (`kind`) it is called to; None: not now.

    An appointment has its own people and kits. A visitor without one is given those that are free
    for as long as it takes. What several can use at once is not counted.
    """
    engagements = Engagements(desk.storage, desk.now)
    if not any(one.kind != kind and one.capacity == 1 for one in desk.plan.resources):
        return ()
    if ticket.takes:
        found: list[str] | None = list(ticket.takes)
    elif ticket.booking:
        found = _own(desk, kind, ticket)
    else:
        found = _free_ones(desk, kind, ticket, engagements)
    if found is None or any(engagements.busy(one, ticket.id) for one in found):
        return None
    return tuple(found)


def _own(desk: Desk, kind: str, ticket: Ticket) -> list[str]:
    single = {one.id for one in desk.plan.resources if one.kind != kind and one.capacity == 1}
    pieces = desk.booking(ticket.booking).pieces
    return sorted({piece.resource for piece in pieces} & single)


def _free_ones(desk: Desk, kind: str, ticket: Ticket, engagements: Engagements) -> list[str] | None:
    try:
        needs = desk.plan.request(ticket.services).needs
    except NotBookable:
        # The service was taken off the desk meanwhile; whoever waits for it is called all the same.
        return []
    day, cell = raster.locate(desk.now)
    wanted = bits.span(cell, min(cell + raster.cells_for(ticket.minutes), raster.length(day)))
    chosen: list[str] = []
    for need in needs:
        able = [one for one in desk.plan.resources if one.meets(need) and one.kind != kind]
        if need.kind == kind or any(one.capacity > 1 for one in able):
            continue
        capacities = {one.id: one.capacity for one in able}
        full = desk.storage.ledgers.full(capacities, day, day, desk.now, capacities)
        free = [
            one.id
            for one in able
            if one.id not in chosen
            and not engagements.busy(one.id, ticket.id)
            and not full[one.id].get(day, 0) & wanted
            and desk.plan.open_cells(one, day) >> cell & 1
        ]
        if len(free) < need.count:
            return None
        chosen += free[: need.count]
    return chosen
