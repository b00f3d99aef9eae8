"""The wish list: who waits for something earlier is offered what becomes free.

The rules, as they stand on the page for everyone:

1. Whatever becomes free is offered to the one who has waited longest among those whom it suits,
   in the same moment in which it becomes free. Nobody else can book it meanwhile.
2. There is time to answer, which does not run at night. Close to the appointment there is less;
   what is too close is not offered but free for all.
3. Who refuses or does not answer keeps the place in the list and is not offered that time
   again. After some offers without an answer the wish ends.
4. Then it is offered to the next, until it suits nobody; then it is free for all.
5. However many wishes there are for one e-mail address, at whatever desks, there is one offer at a
   time for it. (That there is a wish for an address already is nobody's business who only knows
   the address.)

`serving` sees to the first and the last of them: whatever is done at a desk within it, what
becomes free is offered before the transaction ends.
"""

from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from contextlib import contextmanager
from contextlib import suppress
from dataclasses import dataclass
from dataclasses import field
from dataclasses import replace
from datetime import date
from kaarst.appointments.engine import raster
from kaarst.appointments.engine.desk import Desk
from kaarst.appointments.engine.errors import Gone
from kaarst.appointments.engine.errors import NotBookable
from kaarst.appointments.engine.records import Booking
from kaarst.appointments.engine.records import CONFIRMED
from kaarst.appointments.engine.records import new_id
from kaarst.appointments.engine.records import OFFER
from kaarst.appointments.engine.search import Piece
from kaarst.appointments.engine.wish_rules import WishRules


WAITING = "waiting"
OFFERED = "offered"
FULFILLED = "fulfilled"
ENDED = "ended"


@dataclass(frozen=True)
class Wish:
    """Someone waits for an earlier time.

    `booking` is the appointment that would move, "" for none yet. The start must lie from
    `first` until before `before` (instants), on one of `weekdays` (0 is Monday; none: any),
    between `earliest` and `latest` (minutes after midnight), and `notice` minutes ahead.
    While it is offered something, `hold` is the key of it, `start` when it is, `answer_by` until
    when there is time. `refused` are starts not offered again. `number` and `seal` (of the PIN)
    are given by the caller; a wish with a booking is known by those of the booking. `sent_for`
    says in words who has sent it for somebody else. `rank` orders those of the same second.
    """

    id: str
    desk: str
    services: tuple[str, ...]
    since: int
    before: int
    person: Mapping[str, str] = field(default_factory=dict)
    booking: str = ""
    first: int = 0
    weekdays: tuple[int, ...] = ()
    earliest: int = 0
    latest: int = raster.MINUTES_OF_A_DAY
    notice: int = 0
    state: str = WAITING
    hold: str = ""
    start: int = 0
    answer_by: int = 0
    refused: tuple[tuple[int, int], ...] = ()
    unanswered: int = 0
    number: str = ""
    seal: str = ""
    sent_for: str = ""
    rank: int = 0

    @property
    def turn(self) -> tuple[int, int, str]:
        """By which wishes are sorted: whoever asked first comes first."""
        return self.since, self.rank, self.id

    @property
    def address(self) -> str:
        """The e-mail address in the form in which addresses are compared."""
        return self.person.get("email", "").strip().casefold()

    def suits(self, start: int, end: int, now: int) -> bool:
        """Whether an appointment at this time is what is wished for."""
        clock = raster.local(start)
        minutes = clock.hour * 60 + clock.minute
        return (
            self.first <= start < self.before
            and start >= now + self.notice * 60
            and (not self.weekdays or clock.weekday() in self.weekdays)
            and self.earliest <= minutes <= self.latest
            and not any(start < until and since < end for since, until in self.refused)
        )


class WishList:
    """The wishes at a desk.

    `offered`, `missed` and `ended` collect the wishes to whose people something must be said;
    `lost` those whose offer was closed, each with the start that it was.
    """

    def __init__(self, desk: Desk, rules: WishRules | None = None):
        self.desk = desk
        self.rules = rules or WishRules()
        self.wishes = desk.storage.records(Wish)
        self.offered: list[Wish] = []
        self.missed: list[Wish] = []
        self.ended: list[Wish] = []
        self.lost: list[tuple[Wish, int]] = []

    # What people do

    def ask(
        self,
        services: Sequence[str],
        person: Mapping[str, str],
        before: int,
        *,
        booking: str = "",
        key: str = "",
        **more,
    ) -> Wish:
        """Wait for a start before an instant, or change the wish of this `key`.

        Who changes a wish keeps the place in the list as long as the services are the same. While
        something is offered it stays as it is. `more`: limits, number and seal as of `Wish`.
        Raises `NotBookable`, and `Gone` for a booking or wish that is not there.
        """
        request = self.desk.plan.request(services)
        if booking:
            before = min(before, self.desk.booking(booking).start)
        known = self.get(key) if key else None
        if known is not None and known.state == OFFERED:
            return known
        keeps_its_place = known is not None and known.services == request.services
        wish = Wish(
            id=known.id if known else new_id(),
            desk=self.desk.plan.id,
            services=request.services,
            since=known.since if keeps_its_place else self.desk.now,
            rank=known.rank if keeps_its_place else self._next_rank(),
            before=before,
            person=dict(person),
            booking=booking,
            **(more if known is None else {**_identity(known), **more}),
        )
        return self._put(wish)

    def accept(self, key: str, **details) -> Booking:
        """Take what is offered: move the booking of the wish, or make one.

        Raises `Gone` when it has been passed on, `Taken` when it was closed meanwhile. Details as
        of `Desk.confirm`.
        """
        wish = self._offer(key)
        if wish.booking:
            booking = self.desk.move_to(
                wish.booking, wish.hold, purpose=OFFER, actor=details.get("actor", "")
            )
        else:
            booking = self.desk.confirm(wish.hold, wish.person, purpose=OFFER, **details)
        self._put(replace(wish, state=FULFILLED, hold=""))
        return booking

    def refuse(self, key: str) -> Wish:
        """Not this one; it is passed on. Raises `Gone`."""
        return self._withdraw_offer(self._offer(key))

    def withdraw(self, key: str) -> Wish:
        """Wait no longer; what is offered is passed on. Raises `Gone`."""
        wish = self.get(key)
        if wish.state == OFFERED:
            wish = self._withdraw_offer(wish)
        return self._put(replace(wish, state=ENDED))

    def forget(self, booking: str) -> None:
        """Wait no longer for an earlier time of a booking, which goes elsewhere."""
        for wish in (*self._mine(OFFERED), *self.waiting()):
            if wish.booking == booking:
                self.withdraw(wish.id)

    def get(self, key: str) -> Wish:
        """The wish; raises `Gone`, also when it has ended."""
        wish = self.wishes.get(key)
        if wish is None or wish.desk != self.desk.plan.id or wish.state in (FULFILLED, ENDED):
            raise Gone(key)
        return wish

    def place(self, key: str) -> int:
        """How many wait longer, of all at this desk; raises `Gone`."""
        wish = self.get(key)
        return sum(one.turn < wish.turn for one in self.waiting())

    # What happens by itself

    def sweep(self) -> None:
        """Pass on offers without an answer, end wishes that cannot be fulfilled any more."""
        for wish in self._mine(OFFERED):
            if wish.start >= self._limit(wish):
                self._withdraw_offer(wish)
            elif wish.answer_by <= self.desk.now:
                self._unanswered(wish)
        for wish in self.waiting():
            if self._limit(wish) <= self.desk.now:
                ended = self._put(replace(wish, state=ENDED))
                if not self._has_come(wish):
                    self.ended.append(ended)

    def offer_freed(self) -> None:
        """Offer what became free at the desk to those who wait."""
        while self.desk.freed:
            freed, self.desk.freed = self.desk.freed, []
            days: dict[int, list[Piece]] = {}
            for piece in freed:
                days.setdefault(piece.day, []).append(piece)
            for ordinal, pieces in sorted(days.items()):
                self._offer_day(date.fromordinal(ordinal), pieces)

    def settle(self) -> None:
        """Let those wait again whose offer was closed; that is nobody's fault."""
        for hold in self.desk.lost:
            wish = self.wishes.get(hold.wish) if hold.wish else None
            if wish is not None and wish.hold == hold.id:
                self.lost.append((self._put(_waiting_again(wish)), wish.start))
        self.desk.lost = []

    def lose(self, key: str) -> Wish:
        """Let somebody wait again whose offer was taken or closed meanwhile; raises `Gone`."""
        wish = self._offer(key)
        with suppress(Gone):
            self.desk.let_go(wish.hold, OFFER)
        return self._put(_waiting_again(wish))

    def waiting(self) -> list[Wish]:
        """Who waits, the longest first."""
        return self._mine(WAITING)

    # How

    def _offer_day(self, day: date, freed: Iterable[Piece]) -> None:
        pieces = list(freed)
        cells = {}
        for piece in pieces:
            cells[piece.resource] = cells.get(piece.resource, 0) | piece.cells
        busy = {one.address for one in self.wishes if one.state == OFFERED and one.address}
        for wish in self.waiting():
            start = self._find(wish, day, cells) if wish.address not in busy else None
            if start is not None:
                self._make_offer(wish, start, {day: cells})
                busy.add(wish.address or wish.id)

    def _find(self, wish: Wish, day: date, freed: Mapping[str, int]) -> int | None:
        """The start that suits a wish and lies most in what became free, the first of several.

        At a desk with much room the next one would otherwise be offered an ever earlier time, which
        was free for everybody before.
        """
        limit, best, most = self._limit(wish), None, 0
        try:
            request = self.desk.plan.request(wish.services)
        except NotBookable:
            return None
        search = self.desk.search(released_too={day: freed})
        for start in search.instants(request, day):
            if start >= limit or not wish.suits(start, start + request.seconds, self.desk.now):
                continue
            if self.rules.answer_by(self.desk.now, start) is None:
                continue
            pieces = search.choose(request, start) or ()
            new = sum((piece.cells & freed.get(piece.resource, 0)).bit_count() for piece in pieces)
            if new > most:
                best, most = start, new
        return best

    def _make_offer(self, wish: Wish, start: int, freed: Mapping[date, Mapping[str, int]]) -> None:
        answer_by = self.rules.answer_by(self.desk.now, start)
        hold = self.desk.hold(
            wish.services,
            start,
            purpose=OFFER,
            wish=wish.id,
            seconds=answer_by - self.desk.now + self.rules.grace * 60,
            released_too=freed,
        )
        wish = replace(wish, state=OFFERED, hold=hold.id, start=start, answer_by=answer_by)
        self.offered.append(self._put(wish))

    def _unanswered(self, wish: Wish) -> None:
        if self.desk.holds.get(wish.hold) is None:
            self.lost.append((self._put(_waiting_again(wish)), wish.start))
            return
        wish = self._withdraw_offer(replace(wish, unanswered=wish.unanswered + 1))
        if wish.unanswered >= self.rules.unanswered:
            self.ended.append(self._put(replace(wish, state=ENDED)))
        else:
            self.missed.append(wish)

    def _withdraw_offer(self, wish: Wish) -> Wish:
        refused = wish.refused
        # With a counter that is deleted goes what is held there.
        with suppress(Gone):
            hold = self.desk.let_go(wish.hold, OFFER)
            refused = (*refused, (hold.start, hold.end))
        return self._put(replace(_waiting_again(wish), refused=refused))

    def _limit(self, wish: Wish) -> int:
        """Before when a start must lie: never later than the appointment that would move is now.

        0 where there is no such appointment any more.
        """
        if not wish.booking:
            return wish.before
        booking = self.desk.bookings.get(wish.booking)
        if booking is None or booking.state != CONFIRMED:
            return 0
        return min(wish.before, booking.start)

    def _has_come(self, wish: Wish) -> bool:
        """Whether the time of the appointment that would move is here: nobody need be told then."""
        booking = self.desk.bookings.get(wish.booking) if wish.booking else None
        if booking is None or not booking.takes_place:
            return False
        return booking.state != CONFIRMED or booking.start <= self.desk.now

    def _offer(self, key: str) -> Wish:
        wish = self.get(key)
        if wish.state != OFFERED:
            raise Gone(key)
        return wish

    def _mine(self, state: str) -> list[Wish]:
        found = [w for w in self.wishes if w.desk == self.desk.plan.id and w.state == state]
        return sorted(found, key=lambda wish: wish.turn)

    def _next_rank(self) -> int:
        own, now = self.desk.plan.id, self.desk.now
        ranks = (one.rank for one in self.wishes if one.desk == own and one.since == now)
        return max(ranks, default=-1) + 1

    def _put(self, wish: Wish) -> Wish:
        self.wishes.put(wish)
        return wish


def _identity(wish: Wish) -> dict[str, str]:
    return {"number": wish.number, "seal": wish.seal, "sent_for": wish.sent_for}


def _waiting_again(wish: Wish) -> Wish:
    return replace(wish, state=WAITING, hold="", start=0, answer_by=0)


@contextmanager
def serving(
    desk: Desk, rules: WishRules | None = None, *, offering: bool = True
) -> Iterator[WishList]:
    """Do anything at a desk; at the end what became free is offered, unless `offering` is off.

    Nothing is offered when it fails, for then nothing became free.
    """
    wishes = WishList(desk, rules)
    yield wishes
    wishes.settle()
    if offering:
        wishes.offer_freed()
