"""Drawing lots for the times of a day that were held back, in place of a rush for them.

Who asked until the evening before takes part, once for each e-mail address: of several entries the
first counts, which is told after the draw only, so that nobody learns who takes part. The draw can be
checked by anyone: before the first entry the town publishes the SHA-256 hash of a secret seed,
after the draw the seed itself and the list of tickets. The order is that of the hashes

    sha256("<seed>:<ticket>")

and each in turn gets the earliest time that suits. The seed was fixed before there was a ticket
and tickets are random, so no citizen can choose a place and no draw can be repeated until it pleases.
That someone who can read the seed enters with a chosen ticket is not ruled out by this.
"""

from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from dataclasses import replace
from datetime import date
from datetime import timedelta
from hashlib import sha256
from kaarst.appointments.engine import raster
from kaarst.appointments.engine.desk import Desk
from kaarst.appointments.engine.errors import EngineError
from kaarst.appointments.engine.errors import Gone
from kaarst.appointments.engine.errors import NotBookable
from kaarst.appointments.engine.errors import Taken
from kaarst.appointments.engine.interfaces import IStorage
from kaarst.appointments.engine.records import Booking
from kaarst.appointments.engine.records import new_id

import secrets


# Without the letters and digits that are taken for one another.
TICKET_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


class TooEarly(EngineError):
    """Entries are still open."""


class Closed(EngineError):
    """Entries are closed or the draw has taken place."""


@dataclass(frozen=True)
class Draw:
    """The draw of one desk for one day.

    `day` is the ordinal of the date. `closes` is the instant at which entries close. `seed` is
    secret until `drawn`, the instant of the draw. `tickets` is the order that was drawn.
    """

    id: str
    desk: str
    day: int
    closes: int
    seed: str
    drawn: int = 0
    tickets: tuple[str, ...] = ()

    @property
    def commitment(self) -> str:
        """What is published from the beginning on."""
        return sha256(self.seed.encode()).hexdigest()


@dataclass(frozen=True)
class Entry:
    """Somebody who takes part. `earliest` and `latest` (minutes after midnight) limit the start.

    `booking` is the key of what was won, "" for nothing (yet). `void` says that another entry of the
    same address counted. `number` and `seal` (of the PIN) are given by the caller and become those
    of the booking. `sent_for` says in words who has sent it for somebody else.
    """

    id: str
    draw: str
    ticket: str
    services: tuple[str, ...]
    person: Mapping[str, str] = field(default_factory=dict)
    earliest: int = 0
    latest: int = raster.MINUTES_OF_A_DAY
    entered: int = 0
    booking: str = ""
    void: bool = False
    number: str = ""
    seal: str = ""
    sent_for: str = ""

    @property
    def address(self) -> str:
        """The e-mail address in the form in which addresses are compared; "" for none."""
        return self.person.get("email", "").strip().casefold()


def announce(desk: Desk, day: date, minutes: int, days_before: int = 1) -> Draw:
    """The draw for a day, made if there is none yet; its commitment can be published.

    Entries close at `minutes` after midnight, so many days before.
    """
    draws = desk.storage.records(Draw)
    key = f"{desk.plan.id}:{day.isoformat()}"
    draw = draws.get(key)
    if draw is None:
        draw = Draw(
            id=key,
            desk=desk.plan.id,
            day=day.toordinal(),
            closes=raster.wall_clock(day - timedelta(days=days_before), minutes),
            seed=secrets.token_hex(32),
        )
        draws.put(draw)
    return draw


def enter(
    desk: Desk, draw: Draw, services: Sequence[str], person: Mapping[str, str], **more
) -> Entry:
    """Take part; `more`: limits, number and seal as of `Entry`.

    Raises `Closed`, and `NotBookable` for services that cannot be booked.
    """
    if desk.now >= draw.closes or draw.drawn:
        raise Closed(draw.id)
    request = desk.plan.request(services)
    entry = Entry(
        id=new_id(),
        draw=draw.id,
        ticket=new_ticket(),
        services=request.services,
        person=dict(person),
        entered=desk.now,
        **more,
    )
    desk.storage.records(Entry).put(entry)
    return entry


def withdraw(desk: Desk, key: str) -> None:
    """Take no part; raises `Closed` once entries are closed, `Gone`."""
    entries = desk.storage.records(Entry)
    entry = entries.get(key)
    if entry is None:
        raise Gone(key)
    draw = desk.storage.records(Draw).get(entry.draw)
    if draw is None or draw.drawn or desk.now >= draw.closes:
        raise Closed(entry.draw)
    entries.remove(key)


def draw_lots(desk: Desk, key: str) -> tuple[Draw, list[Entry]]:
    """Draw, book for the winners and tell everybody's result, in the order drawn, void ones last.

    Raises `TooEarly` before entries close, `Closed` when it has been done.
    """
    draws = desk.storage.records(Draw)
    draw = draws.get(key)
    if draw is None or draw.drawn:
        raise Closed(key)
    if desk.now < draw.closes:
        raise TooEarly(key)
    counted, void = _once_for_each_address(
        one for one in desk.storage.records(Entry) if one.draw == key
    )
    entries = {one.ticket: one for one in counted}
    tickets = order(draw.seed, entries)
    results = [_serve(desk, draw, entries[ticket]) for ticket in tickets]
    for entry in void:
        results.append(replace(entry, void=True))
        desk.storage.records(Entry).put(results[-1])
    draw = replace(draw, drawn=desk.now, tickets=tuple(tickets))
    draws.put(draw)
    return draw, results


def order(seed: str, tickets: Iterable[str]) -> list[str]:
    """The order of a draw: what anybody can work out from what is published."""
    return sorted(tickets, key=lambda ticket: sha256(f"{seed}:{ticket}".encode()).digest())


def check(commitment: str, seed: str, tickets: Sequence[str]) -> bool:
    """Whether a published draw is what it claims to be."""
    return sha256(seed.encode()).hexdigest() == commitment and list(tickets) == order(seed, tickets)


def forget(storage: IStorage, before: date) -> int:
    """Remove draws for days before this date with their entries; how many draws."""
    draws, entries = storage.records(Draw), storage.records(Entry)
    gone = {draw.id for draw in draws if draw.day < before.toordinal()}
    for entry in entries:
        if entry.draw in gone:
            entries.remove(entry.id)
    for key in gone:
        draws.remove(key)
    return len(gone)


def new_ticket() -> str:
    """A ticket of eight letters, 40 bits."""
    return "".join(secrets.choice(TICKET_LETTERS) for _ in range(8))


def _once_for_each_address(entries: Iterable[Entry]) -> tuple[list[Entry], list[Entry]]:
    """The first entry of each address, and the others."""
    counted, void, known = [], [], set()
    for entry in sorted(entries, key=lambda one: (one.entered, one.id)):
        (void if entry.address and entry.address in known else counted).append(entry)
        known.add(entry.address)
    return counted, void


def _serve(desk: Desk, draw: Draw, entry: Entry) -> Entry:
    booking = _book_first(desk, date.fromordinal(draw.day), entry)
    if booking is not None:
        entry = replace(entry, booking=booking.id)
        desk.storage.records(Entry).put(entry)
    return entry


def _book_first(desk: Desk, day: date, entry: Entry) -> Booking | None:
    search = desk.search(unreleased=True)
    try:
        request = desk.plan.request(entry.services)
    except NotBookable:
        # An editor has taken the service away since.
        return None
    first = raster.wall_clock(day, entry.earliest)
    last = raster.wall_clock(day, entry.latest)
    for start in search.instants(request, day):
        if first <= start <= last:
            try:
                return desk.book(
                    entry.services,
                    start,
                    entry.person,
                    unreleased=True,
                    channel="draw",
                    actor=entry.ticket,
                    number=entry.number,
                    seal=entry.seal,
                )
            except Taken:
                continue
    return None
