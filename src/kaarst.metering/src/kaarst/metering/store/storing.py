"""Whether the readings of a household's meter may be stored: by consent, or because the town supplies it.

By consent (the rule unless staff say otherwise): from the first consent on, readings are stored only
while a consent to own use is in force. With the last one that covers some time go the readings of that
time, roll-ups and kept messages among them, in the same transaction (GDPR Art. 7(3) and 17(1)(b)).

By supply: the town needs the readings to settle what it delivers (GDPR Art. 6(1)(b), MsbG § 50(1)
no. 1), whoever agrees to see them. They are kept for some months; what a consent in force covers stays.

A meter of which nobody has ever held a letter in hand is none of a household, as far as anybody knows here.
"""

from kaarst.metering.errors import MeteringError
from kaarst.metering.store import audit
from kaarst.metering.store import forgetting
from kaarst.metering.store.registers import FOREVER
from kaarst.metering.store.schema import claim
from kaarst.metering.store.schema import consent
from kaarst.metering.store.schema import storing as table
from kaarst.metering.store.state import configuration_changed
from sqlalchemy import Connection
from sqlalchemy import delete
from sqlalchemy import insert
from sqlalchemy import select
from sqlalchemy import update
from typing import NamedTuple


CONSENT, SUPPLY = "consent", "supply"
BASES = (CONSENT, SUPPLY)
#: Months that readings needed for billing may be kept; three years are what a claim can be made for
#: (§§ 195, 199 BGB), ten what books are kept for (§ 147 AO in its longest period).
LEAST_MONTHS, USUAL_MONTHS, MOST_MONTHS = 1, 36, 120
_OWN_USE = "own-use"

Span = tuple[int, int]


class Storing(NamedTuple):
    """Why readings of a meter are stored. `withheld_since`: UTC milliseconds, None while they are."""

    meter: str
    basis: str = CONSENT
    months: int | None = None
    withheld_since: int | None = None
    changed_at: int = 0
    changed_by: str = ""

    @property
    def withheld(self) -> bool:
        return self.withheld_since is not None


def of_meter(connection: Connection, meter: str) -> Storing:
    """Returns what holds for a meter; by consent where nobody has said anything."""
    row = connection.execute(select(table).where(table.c.meter == meter)).first()
    return Storing(meter) if row is None else Storing(*row)


def withheld(connection: Connection) -> set[str]:
    """Returns the meters of which nothing is stored now."""
    query = select(table.c.meter).where(table.c.withheld_since.is_not(None))
    return set(connection.execute(query).scalars())


def supplied(connection: Connection) -> list[Storing]:
    """Returns the meters whose readings are needed for billing."""
    query = select(table).where(table.c.basis == SUPPLY).order_by(table.c.meter)
    return [Storing(*row) for row in connection.execute(query)]


def decide(
    connection: Connection, meter: str, basis: str, months: int | None, who: str, now: int
) -> None:
    """Records why readings are stored. From supply to consent, what nobody agrees to is deleted.

    Raises MeteringError for months out of range.
    """
    if basis not in BASES:
        raise ValueError(f"no such basis: {basis}")
    if basis == CONSENT:
        months = None
    elif months is None or not LEAST_MONTHS <= months <= MOST_MONTHS:
        raise MeteringError("out-of-range", field="months", value=months)
    before = of_meter(connection, meter)
    if (before.basis, before.months) == (basis, months):
        return
    _write(connection, before._replace(basis=basis, months=months), who, now)
    audit.note(connection, who, "storing", meter, now, basis=basis, months=months)
    settle(connection, meter, who, now)


def settle(connection: Connection, meter: str, who: str, now: int) -> None:
    """Brings a meter in line with its consents; to be called after every change of one.

    May be repeated: nothing is decided here that does not follow from claims and consents.
    """
    known = of_meter(connection, meter)
    held, agreed = spans(connection, meter)
    ends = known.basis == CONSENT and held and not agreed
    since = (known.withheld_since or now) if ends else known.withheld_since
    if agreed or known.basis == SUPPLY:
        since = None
    if since != known.withheld_since:
        _write(connection, known._replace(withheld_since=since), who, now)
        configuration_changed(connection)
        audit.note(connection, who, "storing-ended" if since else "storing-begun", meter, now)
    if known.basis == CONSENT:
        gone = without(held, agreed)
        if gone and forgetting.forget(connection, meter, gone):
            audit.note(connection, who, "readings-deleted", meter, now, spans=len(gone))


def forget_old(connection: Connection, now_less: dict[str, int]) -> int:
    """Deletes readings needed for billing no longer, before a moment a meter; returns of how many.

    What a consent in force covers stays, however old.
    """
    count = 0
    for meter, before in now_less.items():
        _held, agreed = spans(connection, meter)
        gone = without([(0, before)], agreed)
        count += bool(gone and forgetting.forget(connection, meter, gone))
    return count


def drop(connection: Connection, meter: str) -> None:
    """Forgets what was said of a meter that is no more."""
    connection.execute(delete(table).where(table.c.meter == meter))


def spans(connection: Connection, meter: str) -> tuple[list[Span], list[Span]]:
    """Returns the times in which households held the meter, and those that consents in force cover."""
    query = select(claim.c.id, claim.c.since, claim.c.until, claim.c.ended_at).where(
        claim.c.meter == meter, claim.c.redeemed_at.is_not(None)
    )
    found = connection.execute(query).all()
    query = select(consent.c.claim).where(
        consent.c.meter == meter, consent.c.purpose == _OWN_USE, consent.c.withdrawn_at.is_(None)
    )
    in_force = set(connection.execute(query).scalars())
    held, agreed = [], []
    for identifier, since, until, ended in found:
        span = (since, FOREVER if until is None else until)
        held.append(span)
        if identifier in in_force and ended is None:
            agreed.append(span)
    return held, agreed


def without(some: list[Span], others: list[Span]) -> list[Span]:
    """Returns what of some half-open spans lies in none of the others, in order, without overlap."""
    cuts = sorted({moment for span in (*some, *others) for moment in span})
    left: list[Span] = []
    for start, end in zip(cuts, cuts[1:], strict=False):
        inside = any(a <= start and end <= b for a, b in some)
        if not inside or any(a <= start and end <= b for a, b in others):
            continue
        if left and left[-1][1] == start:
            left[-1] = (left[-1][0], end)
        else:
            left.append((start, end))
    return left


def _write(connection: Connection, one: Storing, who: str, now: int) -> None:
    values = {**one._asdict(), "changed_at": now, "changed_by": who[:100]}
    done = connection.execute(update(table).where(table.c.meter == one.meter).values(**values))
    if not done.rowcount:
        connection.execute(insert(table).values(**values))
