"""Holding, booking, moving, cancelling: what happens at a desk, all within one transaction.

Everything is checked before anything is written. That two do it side by side is the business of
the storage: the second one's transaction fails and is repeated, and then finds the cells full.
"""

from collections.abc import Collection
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from kaarst.appointments.engine import claims
from kaarst.appointments.engine import raster
from kaarst.appointments.engine.claims import Claim
from kaarst.appointments.engine.errors import Gone
from kaarst.appointments.engine.errors import NotPossible
from kaarst.appointments.engine.errors import Taken
from kaarst.appointments.engine.interfaces import IStorage
from kaarst.appointments.engine.offering import Request
from kaarst.appointments.engine.plan import Plan
from kaarst.appointments.engine.records import BOOKED
from kaarst.appointments.engine.records import Booking
from kaarst.appointments.engine.records import CANCELLED
from kaarst.appointments.engine.records import CITIZEN
from kaarst.appointments.engine.records import CONFIRMED
from kaarst.appointments.engine.records import Hold
from kaarst.appointments.engine.records import LATE
from kaarst.appointments.engine.records import MOVED
from kaarst.appointments.engine.records import new_id
from kaarst.appointments.engine.records import new_room
from kaarst.appointments.engine.records import TRANSITIONS
from kaarst.appointments.engine.search import Piece
from kaarst.appointments.engine.search import Search

import time


# So many seconds after the beginning somebody can still say to be late.
LATEST_WORD = 1800


class Desk:
    """One desk at one instant: `now`, by default the clock's.

    `freed` collects the pieces that became free and `lost` the holds that a closure ended, both
    for the wish list.
    """

    def __init__(self, plan: Plan, storage: IStorage, now: int | None = None):
        self.plan = plan
        self.storage = storage
        self.now = int(time.time()) if now is None else now
        self.holds = storage.records(Hold)
        self.bookings = storage.records(Booking)
        self.freed: list[Piece] = []
        self.lost: list[Hold] = []

    def search(self, **options) -> Search:
        """A search at this desk; options as of `Search`."""
        return Search(self.plan, self.storage.ledgers, self.now, **options)

    # Holds

    def hold(
        self,
        services: Sequence[str],
        start: int,
        *,
        travel: int = 0,
        purpose: str = CITIZEN,
        wish: str = "",
        seconds: int = 0,
        kept: int = 0,
        **options,
    ) -> Hold:
        """Keep a start for someone; raises `Taken` with the nearest alternatives.

        For as long as the plan says, unless `seconds` does; `kept` as of `Hold`; `travel` in
        minutes each way; further options as of `Search`.
        """
        request = self.plan.request(services, travel)
        pieces = self._choose(request, start, **options)
        hold = Hold(
            id=new_id(),
            desk=self.plan.id,
            services=request.services,
            start=start,
            end=start + request.seconds,
            pieces=pieces,
            made=self.now,
            expires=self.now + (seconds or self.plan.hold),
            travel=travel,
            purpose=purpose,
            wish=wish,
            kept=kept,
        )
        self._place(hold.id, pieces, claims.HELD, expires=hold.expires + kept)
        self.holds.put(hold)
        return hold

    def let_go(self, key: str, purpose: str = CITIZEN) -> Hold:
        """Give a hold back before its time is up; raises `Gone`."""
        hold = self.held(key, purpose)
        self._free(key, hold.pieces)
        self.holds.remove(key)
        return hold

    def held(self, key: str, purpose: str = CITIZEN) -> Hold:
        """The hold; raises `Gone`, also for one that is kept for something else."""
        hold = self.holds.get(key)
        if hold is None or hold.purpose != purpose:
            raise Gone(key)
        return hold

    # Bookings

    def confirm(
        self, key: str, person: Mapping[str, str], *, purpose: str = CITIZEN, **details
    ) -> Booking:
        """Make a booking of a hold, under the same key.

        Even shortly after its time is up, as long as nobody took the cells. Raises `Gone`
        for a hold that was swept, `Taken` for one whose cells were taken or closed or whose resource
        was deleted meanwhile. Details as of `Booking`: number, seal, channel; and `actor`.
        """
        hold = self.held(key, purpose)
        if hold.desk != self.plan.id:
            raise Gone(key)
        if not all(self._still_held(key, piece) for piece in hold.pieces):
            request = self.plan.request(hold.services, hold.travel)
            raise Taken(alternatives=self.search().nearest(request, hold.start))
        self._place(key, hold.pieces, claims.BOOKED)
        self.holds.remove(key)
        return self._record(hold, person, **details)

    def book(
        self,
        services: Sequence[str],
        start: int,
        person: Mapping[str, str],
        *,
        travel: int = 0,
        over: bool = False,
        only: Collection[str] = (),
        public: bool = True,
        unreleased: bool = False,
        **details,
    ) -> Booking:
        """Book at once, as at the reception; raises `Taken` with the nearest alternatives.

        `over` books what is full or closed; whether the actor may is for the caller to know.
        """
        request = self.plan.request(services, travel)
        pieces = self._choose(
            request, start, over=over, only=only, public=public, unreleased=unreleased
        )
        key = new_id()
        self._place(key, pieces, claims.BOOKED, over=over)
        booked = Hold(
            id=key,
            desk=self.plan.id,
            services=request.services,
            start=start,
            end=start + request.seconds,
            pieces=pieces,
            made=self.now,
            expires=0,
            travel=travel,
        )
        return self._record(booked, person, over=over, **details)

    def move(
        self, key: str, start: int, *, actor: str = "", anew: bool = False, **options
    ) -> Booking:
        """Give a booking another start, and other resources where needed.

        The same start changes the resources alone, where theirs were closed meanwhile or, with
        `anew`, in any case.
        Its own cells count as free. Raises `Gone`, `NotPossible` once it has begun or ended, and
        `Taken`; the old appointment then stays. Options as of `Search`.
        """
        booking = self.booking(key)
        if booking.state != CONFIRMED:
            raise NotPossible(booking.state)
        if start == booking.start and not anew and (booking.over or not self._blocked(booking)):
            return booking
        request = self.plan.request(booking.services, booking.travel)
        pieces = self._choose(request, start, ignoring=key, **options)
        span = start, start + request.seconds
        over = options.get("over", False)
        return self._put(self._rebook(booking, span, pieces, actor, over=over))

    def move_to(self, key: str, held: str, *, purpose: str = CITIZEN, actor: str = "") -> Booking:
        """Move a booking to what is held; raises `Gone`, `NotPossible`, `Taken`."""
        booking, hold = self.booking(key), self.held(held, purpose)
        if booking.state != CONFIRMED:
            raise NotPossible(booking.state)
        if not all(self._still_held(held, piece) for piece in hold.pieces):
            raise Taken()
        self.holds.remove(held)
        span = hold.start, hold.end
        return self._put(self._rebook(booking, span, hold.pieces, actor, instead=held))

    def cancel(self, key: str, *, actor: str = "", reason: str = "") -> Booking:
        """Cancel a booking and free its cells; raises `Gone`, `NotPossible`."""
        booking = self._advance(self.booking(key), CANCELLED, actor, reason)
        self._free(key, booking.pieces)
        return self._put(replace(booking, sequence=booking.sequence + 1))

    def announce_late(self, key: str, minutes: int, *, actor: str = "") -> Booking:
        """Note that somebody comes later, for the staff; raises `Gone`, `NotPossible`.

        Possible on the day, until `LATEST_WORD` after the beginning: later than that one has not
        come. It changes nothing about when somebody is called.
        """
        booking = self.booking(key)
        today = raster.day_of(self.now) == raster.day_of(booking.start)
        if booking.state != CONFIRMED or not today or self.now > booking.start + LATEST_WORD:
            raise NotPossible(booking.state)
        return self._put(booking.noting(self.now, actor, LATE, str(minutes)))

    def mark(self, key: str, state: str, *, actor: str = "") -> Booking:
        """Note that someone arrived, was called, is finished, did not come.

        Raises `Gone`, and `NotPossible` where `TRANSITIONS` has no such step.
        """
        if state == CANCELLED:
            return self.cancel(key, actor=actor)
        return self._put(self._advance(self.booking(key), state, actor))

    def booking(self, key: str) -> Booking:
        """The booking; raises `Gone`, also for one of another desk."""
        booking = self.bookings.get(key)
        if booking is None or booking.desk != self.plan.id:
            raise Gone(key)
        return booking

    def on_days(self, first: date, last: date) -> list[Booking]:
        """All bookings that take place on these days, by start; found through the ledgers."""
        keys = {
            key
            for resource in self.plan.resources
            for day in raster.days(first, last)
            for key, claim in self.storage.ledgers.claims(resource.id, day).items()
            if claim.state == claims.BOOKED
        }
        found = (self.bookings.get(key) for key in keys)
        return sorted(
            (one for one in found if one is not None and one.desk == self.plan.id),
            key=lambda booking: (booking.start, booking.id),
        )

    # In the ledgers

    def _choose(self, request: Request, start: int, **options) -> tuple[Piece, ...]:
        search = self.search(**options)
        pieces = search.choose(request, start)
        if pieces is None:
            raise Taken(alternatives=search.nearest(request, start))
        return pieces

    def _place(
        self,
        key: str,
        pieces: Iterable[Piece],
        state: int,
        *,
        expires: int = 0,
        over: bool = False,
        instead: str = "",
    ) -> None:
        for piece in pieces:
            resource = self.plan.resource(piece.resource)
            self.storage.ledgers.place(
                piece.resource,
                date.fromordinal(piece.day),
                key,
                Claim(state, piece.cells, expires, over),
                self.now,
                capacity=resource.capacity if resource else None,
                instead=instead,
            )

    def _free(self, key: str, pieces: Iterable[Piece]) -> None:
        for piece in pieces:
            if self.storage.ledgers.remove(piece.resource, date.fromordinal(piece.day), key):
                self.freed.append(piece)

    def _still_held(self, key: str, piece: Piece) -> bool:
        if self.plan.resource(piece.resource) is None:
            return False
        found = self.storage.ledgers.claims(piece.resource, date.fromordinal(piece.day))
        own = found.get(key)
        if own is None or own.state != claims.HELD:
            return False
        return not any(not one.taking and one.cells & own.cells for one in found.values())

    def _blocked(self, booking: Booking) -> bool:
        """Whether a closure or a foreign event lies on it."""
        return any(
            not claim.taking and claim.cells & piece.cells
            for piece in booking.pieces
            for claim in self.storage.ledgers.claims(
                piece.resource, date.fromordinal(piece.day)
            ).values()
        )

    def _rebook(
        self,
        booking: Booking,
        span: tuple[int, int],
        pieces: tuple[Piece, ...],
        actor: str,
        *,
        over: bool = False,
        instead: str = "",
    ) -> Booking:
        kept = {(piece.resource, piece.day): piece.cells for piece in pieces}
        for piece in booking.pieces:
            cells = kept.get((piece.resource, piece.day))
            if cells is None:
                self._free(booking.id, [piece])
            elif piece.cells & ~cells:
                self.freed.append(piece._replace(cells=piece.cells & ~cells))
        self._place(booking.id, pieces, claims.BOOKED, over=over, instead=instead)
        return booking.noting(
            self.now,
            actor,
            MOVED,
            f"{booking.start} {span[0]}",
            start=span[0],
            end=span[1],
            pieces=pieces,
            sequence=booking.sequence + 1,
            over=over,
        )

    # In the records

    def _record(
        self, hold: Hold, person: Mapping[str, str], *, actor: str = "", **details
    ) -> Booking:
        booking = Booking(
            id=hold.id,
            desk=hold.desk,
            services=hold.services,
            start=hold.start,
            end=hold.end,
            pieces=hold.pieces,
            travel=hold.travel,
            made=self.now,
            person=dict(person),
            room=new_room() if self.plan.rooms else "",
            **details,
        )
        return self._put(booking.noting(self.now, actor, BOOKED, str(hold.start)))

    def _advance(self, booking: Booking, state: str, actor: str, detail: str = "") -> Booking:
        if state not in TRANSITIONS[booking.state]:
            raise NotPossible(booking.state)
        return booking.noting(self.now, actor, state, detail, state=state)

    def _put(self, booking: Booking) -> Booking:
        self.bookings.put(booking)
        return booking


def expired_holds(storage: IStorage, now: int, purpose: str = CITIZEN) -> list[Hold]:
    """The holds whose time is up, of all desks; nothing is written."""
    return [
        hold for hold in storage.records(Hold) if hold.purpose == purpose and hold.expires <= now
    ]
