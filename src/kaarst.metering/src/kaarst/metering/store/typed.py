"""One reading that somebody has taken off a meter's face, and whether it can be right.

It goes the way of every other reading (`store.batch`); only what people get wrong is asked about first.
"""

from decimal import Decimal
from kaarst.metering.errors import MeteringError
from kaarst.metering.rollup.calendar import HOUR
from kaarst.metering.store import audit
from kaarst.metering.store import storing
from kaarst.metering.store.batch import Batch
from kaarst.metering.store.batch import DEAD
from kaarst.metering.store.batch import DUPLICATE
from kaarst.metering.store.batch import LATE
from kaarst.metering.store.batch import MANUAL
from kaarst.metering.store.batch import Message
from kaarst.metering.store.batch import Outcome
from kaarst.metering.store.batch import STORED
from kaarst.metering.store.edges import is_jump
from kaarst.metering.store.registers import Register
from kaarst.metering.store.schema import reading
from kaarst.metering.store.state import readings_changed
from kaarst.metering.units import Scale
from kaarst.metering.units import scale
from sqlalchemy import Connection
from sqlalchemy import select
from typing import NamedTuple


FALLS, JUMPS = "falls", "jumps"
#: So many times as fast as usual is asked about.
TIMES = 5
# What is usual is looked up over so long a time before, and not in less than a day.
_LONG, _SHORT = 400 * 24 * HOUR, 24 * HOUR

Point = tuple[int, int]


class Doubt(NamedTuple):
    """Why a reading may be wrong: FALLS or JUMPS, beside the neighbour (ts, stored value) it shows by."""

    kind: str
    beside: Point


def in_units(register: Register, unit: str = "") -> Scale:
    """Turns what the face shows into stored values; `unit`: the face's, by default the register's own.

    Raises MeteringError for a unit that does not fit.
    """
    return scale(unit or register.unit, register.unit, register.factor)


def doubt(connection: Connection, register: Register, moment: int, value: int) -> Doubt | None:
    """Returns what is strange about a stored value at a moment, None if nothing is.

    Only of counters: a gauge may show anything.
    """
    if not register.counter:
        return None
    before, after = _beside(connection, register, moment)
    if before is not None and value < before[1]:
        return Doubt(FALLS, before)
    if after is not None and value > after[1]:
        return Doubt(FALLS, after)
    if before is None or value == before[1]:
        return None
    rise = (value - before[1]) / max(moment - before[0], 60_000)
    usual = _usual(connection, register, before)
    if is_jump(register, before, (moment, value)) or (usual and rise > TIMES * usual):
        return Doubt(JUMPS, before)
    return None


def enter(
    connection: Connection,
    chain: list[Register],
    moment: int,
    value: Decimal,
    who: str,
    now: int,
    unit: str = "",
) -> str:
    """Stores a reading of one meter and code; returns STORED, or DUPLICATE where it was known.

    Raises MeteringError where a rule of the store is against it.
    """  # fmt: skip
    if storing.of_meter(connection, chain[-1].meter).withheld:
        raise MeteringError("no-consent")
    batch = Batch(connection, {})
    message = Message("", b"", now, quality=MANUAL)
    found = batch.add(chain, moment, value, message, 0, in_units(chain[-1], unit))
    if found & LATE:
        batch.amend(0, has_new=False)
    outcomes = [Outcome(STORED if found else DUPLICATE)]
    batch.store(outcomes)
    [outcome] = outcomes
    if outcome.kind == DEAD:
        raise MeteringError(outcome.reason, **(outcome.values or {}))
    readings_changed(connection)
    # That somebody has read it, and when it was; never what it showed.
    audit.note(connection, who, "typed-reading", chain[-1].meter, now, at=moment)
    return outcome.kind


def _beside(connection: Connection, register: Register, moment: int):
    """The readings before and after a moment, (ts, value) or None."""
    query = select(reading.c.ts, reading.c.value).where(reading.c.register == register.id)
    before = query.where(reading.c.ts < moment).order_by(reading.c.ts.desc()).limit(1)
    after = query.where(reading.c.ts > moment).order_by(reading.c.ts).limit(1)
    return [
        None if row is None else tuple(row)
        for row in (connection.execute(before).first(), connection.execute(after).first())
    ]


def _usual(connection: Connection, register: Register, last: Point) -> float | None:
    """Stored units a millisecond that were counted up to the last reading; None if too little is known."""
    first = connection.execute(
        select(reading.c.ts, reading.c.value)
        .where(reading.c.register == register.id, reading.c.ts >= last[0] - _LONG)
        .order_by(reading.c.ts)
        .limit(1)
    ).first()
    if first is None or last[0] - first.ts < _SHORT or last[1] <= first.value:
        return None
    return (last[1] - first.value) / (last[0] - first.ts)
