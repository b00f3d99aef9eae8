"""How long what is kept, and condensing readings without changing what they say.

Readings are thinned first: of each quarter of an hour the first and the last stay, and both sides of
every jump. Consumption and cost at every quarter, hour and day remain what they were, to the last
digit. Later the readings go and the edges of hours stay, then those of days.
"""

from dataclasses import dataclass
from kaarst.metering.rollup.calendar import day_of
from kaarst.metering.rollup.calendar import day_start
from kaarst.metering.rollup.calendar import HOUR
from kaarst.metering.rollup.calendar import QUARTER
from kaarst.metering.store.engine import Store
from kaarst.metering.store.letters import ASIDE
from kaarst.metering.store.letters import DISCARDED
from kaarst.metering.store.letters import REPLAYED
from kaarst.metering.store.registers import Register
from kaarst.metering.store.registers import registers
from kaarst.metering.store.schema import dead_letter
from kaarst.metering.store.schema import hour_edge
from kaarst.metering.store.schema import jump
from kaarst.metering.store.schema import last_message
from kaarst.metering.store.schema import reading
from kaarst.metering.store.schema import register as register_table
from kaarst.metering.store.state import condensed_until
from kaarst.metering.store.state import configuration_changed
from kaarst.metering.store.state import note_condensed
from kaarst.metering.store.state import readings_changed
from math import inf
from sqlalchemy import Connection
from sqlalchemy import delete
from sqlalchemy import func
from sqlalchemy import select
from sqlalchemy import update

import time


DAY = 86_400_000


@dataclass(frozen=True)
class Periods:
    """Days after which what is condensed or removed; the edges of days stay for good.

    Readings are billed by quarters: `readings` should be longer than tariffs are corrected back.
    """

    thin: int = 35
    readings: int = 3 * 366
    hours: int = 10 * 366
    settled_letters: int = 30
    open_letters: int = 180
    last_messages: int = 30


def apply(store: Store, now: int, periods: Periods = Periods(), seconds: float = inf) -> bool:
    """Condenses everything that is old enough; returns False if it has stopped after so many seconds.

    It goes on where it stopped. A transaction a week of a register, so that writers get between. What is
    imported later into a time that was thinned stays until single readings go.
    """
    until = time.monotonic() + seconds
    with store.writing() as connection:
        _remove_letters(connection, now, periods)
    with store.reading() as connection:
        found = registers(connection)
    due = day_start(day_of(now) - periods.thin)
    for register in found:
        with store.reading() as connection:
            since = _begin(connection, register, due)
        if since == due:
            continue
        while since < due:
            if time.monotonic() > until:
                return False
            end = min(day_start(day_of(since) + 7), due)
            with store.writing() as connection:
                _thin(connection, register, since, end)
                note_condensed(connection, register.id, end)
            since = end
        with store.writing() as connection:
            _remove_readings(connection, register, day_start(day_of(now) - periods.readings))
            hour = day_start(day_of(now) - periods.hours) // HOUR
            connection.execute(
                delete(hour_edge).where(
                    hour_edge.c.register == register.id, hour_edge.c.hour < hour
                )
            )
    return True


def _begin(connection: Connection, register: Register, due: int) -> int:
    """The moment from which a register is still to be thinned, at most `due`."""
    known = condensed_until(connection, register.id)
    if known is None:
        query = select(func.min(reading.c.ts)).where(reading.c.register == register.id)
        first = connection.execute(query).scalar()
        # Without any reading there may be hours or letters still: it is looked at once.
        known = due - 1 if first is None else day_start(day_of(first))
    return min(known, due)


def _thin(connection: Connection, register: Register, since: int, before: int):
    """Keeps of each quarter the first, last, lowest and highest reading in a range of days."""
    keep = set()
    rows = connection.execute(
        select(jump.c.before_ts, jump.c.after_ts).where(jump.c.register == register.id)
    )
    for pair in rows:
        keep.update(pair)
    rows = connection.execute(
        select(reading.c.ts, reading.c.value)
        .where(reading.c.register == register.id, reading.c.ts >= since, reading.c.ts < before)
        .order_by(reading.c.ts)
    )
    gone, quarter = [], []
    for ts, value in rows:
        if quarter and quarter[0][0] // QUARTER != ts // QUARTER:
            gone += _superfluous(quarter, keep)
            quarter = []
        quarter.append((ts, value))
    gone += _superfluous(quarter, keep)
    for start in range(0, len(gone), 500):
        connection.execute(
            delete(reading).where(
                reading.c.register == register.id, reading.c.ts.in_(gone[start : start + 500])
            )
        )
    if gone:
        readings_changed(connection)


def _superfluous(quarter: list[tuple[int, int]], keep: set[int]) -> list[int]:
    if len(quarter) <= 2:
        return []
    needed = {quarter[0][0], quarter[-1][0]}
    needed.add(min(quarter, key=lambda one: one[1])[0])
    needed.add(max(quarter, key=lambda one: one[1])[0])
    return [ts for ts, _value in quarter if ts not in needed and ts not in keep]


def _remove_readings(connection: Connection, register: Register, before: int):
    if before <= register.condensed_until:
        return
    # The newest reading stays: a meter read once a year must be told from a new one.
    newest = connection.execute(
        select(reading.c.ts)
        .where(reading.c.register == register.id)
        .order_by(reading.c.ts.desc())
        .limit(1)
    ).scalar()
    before = before if newest is None else min(before, day_start(day_of(newest)))
    done = connection.execute(
        delete(reading).where(reading.c.register == register.id, reading.c.ts < before)
    )
    if not done.rowcount:
        return
    connection.execute(
        update(register_table)
        .where(register_table.c.id == register.id)
        .values(condensed_until=before)
    )
    configuration_changed(connection)
    readings_changed(connection)


def _remove_letters(connection: Connection, now: int, periods: Periods):
    settled = dead_letter.c.state.in_((REPLAYED, DISCARDED, ASIDE))
    connection.execute(
        delete(dead_letter).where(
            settled, dead_letter.c.changed_at < now - periods.settled_letters * DAY
        )
    )
    connection.execute(
        delete(dead_letter).where(dead_letter.c.received_at < now - periods.open_letters * DAY)
    )
    connection.execute(
        delete(last_message).where(last_message.c.received_at < now - periods.last_messages * DAY)
    )
