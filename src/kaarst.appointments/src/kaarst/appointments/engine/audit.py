"""The proof that nothing is booked twice: all ledgers, worked out anew from all records.

For the nightly check and the tests. An audit reads everything; it writes nothing.
"""

from collections import defaultdict
from collections.abc import Iterator
from collections.abc import Mapping
from datetime import date
from kaarst.appointments.engine import bits
from kaarst.appointments.engine import claims
from kaarst.appointments.engine.claims import Claim
from kaarst.appointments.engine.interfaces import IStorage
from kaarst.appointments.engine.records import Booking
from kaarst.appointments.engine.records import Closure
from kaarst.appointments.engine.records import Hold
from typing import NamedTuple


Place = tuple[str, int]


#: What an editor has made so: nothing is wrong with the ledgers.
LOWERED = "lowered"


class Finding(NamedTuple):
    """Something that should not be.

    `kind` is "missing" (a record's claim is not in the ledger), "different" (it is another one),
    "unknown" (a claim without a record), "overlap" (more bookings than the capacity ever allowed
    that day, without the right to overbook) or "lowered" (more than it allows now). `key` is that of
    the record, "" for the last two.
    """

    kind: str
    resource: str
    day: date
    key: str = ""


def audit(
    storage: IStorage,
    now: int,
    *,
    capacities: Mapping[str, int] | None = None,
    since: date = date.min,
) -> list[Finding]:
    """Compare records and ledgers from a day on; an empty list is what one hopes for.

    `capacities` are those of resources that can have more than one appointment at once.
    """
    expected = _expected(storage, since.toordinal())
    stored = storage.ledgers.stored()
    places = expected.keys() | {(name, day.toordinal()) for name, day in stored if day >= since}
    findings = []
    for resource, ordinal in sorted(places):
        day = date.fromordinal(ordinal)
        wanted = expected.get((resource, ordinal), {})
        present = storage.ledgers.claims(resource, day)
        findings.extend(
            Finding(kind, resource, day, key) for kind, key in _differences(wanted, present, now)
        )
        bookings = [c.cells for c in wanted.values() if c.state == claims.BOOKED and not c.over]
        allowed = (capacities or {}).get(resource, 1)
        if bits.at_least(bookings, max(allowed, storage.ledgers.highest(resource, day)) + 1):
            findings.append(Finding("overlap", resource, day))
        elif bits.at_least(bookings, allowed + 1):
            findings.append(Finding(LOWERED, resource, day))
    return findings


def _expected(storage: IStorage, since: int) -> dict[Place, dict[str, Claim]]:
    expected: dict[Place, dict[str, Claim]] = defaultdict(dict)
    for record, claim in _claims(storage):
        for name, day, cells in record.pieces:
            if day >= since:
                expected[name, day][record.id] = claim._replace(cells=cells)
    return expected


def _claims(storage: IStorage) -> Iterator[tuple[Booking | Hold | Closure, Claim]]:
    """Every record that takes or closes something, and what it claims, without the cells."""
    for booking in storage.records(Booking):
        if booking.takes_place:
            yield booking, Claim(claims.BOOKED, 0, 0, booking.over)
    for hold in storage.records(Hold):
        yield hold, Claim(claims.HELD, 0, hold.expires + hold.kept)
    for closure in storage.records(Closure):
        yield closure, Claim(claims.CLOSED, 0)


def _differences(
    wanted: Mapping[str, Claim], present: Mapping[str, Claim], now: int
) -> Iterator[tuple[str, str]]:
    for key in sorted(wanted.keys() | present.keys()):
        should, is_ = wanted.get(key), present.get(key)
        if should is None:
            # Foreign events have no record here; what they say is in their own calendar.
            if is_.state != claims.BUSY:
                yield "unknown", key
        elif is_ is None:
            # The cells of a hold whose time is up may have been taken before it was swept.
            if not should.expired(now):
                yield "missing", key
        elif should != is_:
            yield "different", key
