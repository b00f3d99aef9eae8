"""Edges and jumps: what is kept beside the readings so that a year can be read at a glance.

An hour's or day's edge holds its first and last reading by time, and the lowest and highest value.
Merging an edge with a reading or another edge gives the same in any order and any number of times,
so a redelivered, late or disordered reading cannot spoil it. Sums are not kept: they could not say
whether a reading is already in them.

A jump is a pair of neighbouring readings between which a counter fell or rose faster than it can.
Between jumps a counter's readings rise, which is why edges and jumps together say as much about
consumption as all readings do.
"""

from collections.abc import Iterable
from collections.abc import Sequence
from kaarst.metering.rollup.calendar import day_of
from kaarst.metering.rollup.calendar import day_of_hour
from kaarst.metering.rollup.calendar import day_start
from kaarst.metering.rollup.calendar import HOUR
from kaarst.metering.store import rows
from kaarst.metering.store.schema import day_edge
from kaarst.metering.store.schema import hour_edge
from kaarst.metering.store.schema import jump
from kaarst.metering.store.schema import reading
from sqlalchemy import and_
from sqlalchemy import Connection
from sqlalchemy import delete
from sqlalchemy import select


# (first_ts, first_value, last_ts, last_value, low, high) as a list, to be merged in place.
Edge = list


def merge_reading(edges: dict, key: tuple[int, int], ts: int, value: int):
    """Merges a reading into the edge at `key` of a dict of edges."""
    edge = edges.get(key)
    if edge is None:
        edges[key] = [ts, value, ts, value, value, value]
        return
    if ts < edge[0]:
        edge[0], edge[1] = ts, value
    if ts > edge[2]:
        edge[2], edge[3] = ts, value
    if value < edge[4]:
        edge[4] = value
    elif value > edge[5]:
        edge[5] = value


def days_from_hours(hours: dict) -> dict:
    """Returns the day edges that hour edges make up, with the bits of their hours appended."""
    days: dict = {}
    for (register, hour), edge in hours.items():
        day, index = day_of_hour(hour)
        found = days.get((register, day))
        if found is None:
            days[register, day] = [*edge, 1 << index]
            continue
        if edge[0] < found[0]:
            found[0], found[1] = edge[0], edge[1]
        if edge[2] > found[2]:
            found[2], found[3] = edge[2], edge[3]
        found[4] = min(found[4], edge[4])
        found[5] = max(found[5], edge[5])
        found[6] |= 1 << index
    return days


_COLUMNS = "first_ts, first_value, last_ts, last_value, low, high"


def _merge(table: str, key: str, source: str, smaller: str, greater: str) -> str:
    """The statement that merges edges into a table; `source` names the rows' values."""
    bits = key == "day"
    return (
        f"INSERT INTO {table} (register, {key}, {_COLUMNS}{', hours' if bits else ''}) {source}"
        f" ON CONFLICT (register, {key}) DO UPDATE SET"
        f" first_value = CASE WHEN excluded.first_ts < {table}.first_ts"
        f" THEN excluded.first_value ELSE {table}.first_value END,"
        f" first_ts = {smaller}({table}.first_ts, excluded.first_ts),"
        f" last_value = CASE WHEN excluded.last_ts > {table}.last_ts"
        f" THEN excluded.last_value ELSE {table}.last_value END,"
        f" last_ts = {greater}({table}.last_ts, excluded.last_ts),"
        f" low = {smaller}({table}.low, excluded.low),"
        f" high = {greater}({table}.high, excluded.high)"
        + (f", hours = {table}.hours | excluded.hours" if bits else "")
    )


def _places(count: int) -> str:
    return f"VALUES ({', '.join(['?'] * count)})"


def _arrays(*kinds: str) -> str:
    """One statement for all rows, whose columns come as arrays."""
    arrays = ", ".join(f"%s::{kind}[]" for kind in kinds)
    return f"SELECT * FROM unnest({arrays})"


_BIG = ("bigint",) * 6
_MERGE = {
    "sqlite": (
        _merge(hour_edge.name, "hour", _places(8), "min", "max"),
        _merge(day_edge.name, "day", _places(9), "min", "max"),
    ),
    "postgresql": (
        _merge(hour_edge.name, "hour", _arrays("bigint", "int", *_BIG), "least", "greatest"),
        _merge(day_edge.name, "day", _arrays("bigint", "int", *_BIG, "int"), "least", "greatest"),
    ),
}


def merge(connection: Connection, hours: dict):
    """Merges hour edges, `{(register, hour): edge}`, and the days they belong to into the tables."""
    if not hours:
        return
    hour_sql, day_sql = _MERGE[connection.dialect.name]
    days = days_from_hours(hours)
    _write(connection, hour_sql, hours)
    _write(connection, day_sql, days)


def _write(connection: Connection, statement: str, edges: dict):
    # Sorted, so that neighbouring rows share pages.
    found = sorted((*key, *edge) for key, edge in edges.items())
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(statement, found)
    else:
        columns = zip(*found, strict=True)
        connection.exec_driver_sql(statement, tuple(list(column) for column in columns))


def rebuild(connection: Connection, register, first: int, last: int):
    """Makes the edges of all hours from moment `first` to moment `last` anew from readings.

    Needed where readings were changed, moved or removed. Days are made from their hours, so that
    hours whose readings have been condensed keep what they say.
    """
    start = max(first // HOUR * HOUR, register.condensed_until)
    end = (last // HOUR + 1) * HOUR
    if start >= end:
        return
    key = hour_edge.c.hour
    connection.execute(
        delete(hour_edge).where(
            hour_edge.c.register == register.id, key >= start // HOUR, key < end // HOUR
        )
    )
    found = connection.execute(
        select(reading.c.ts, reading.c.value)
        .where(reading.c.register == register.id, reading.c.ts >= start, reading.c.ts < end)
        .order_by(reading.c.ts)
    )
    hours: dict = {}
    for ts, value in found:
        merge_reading(hours, (register.id, ts // HOUR), ts, value)
    merge(connection, hours)
    _rebuild_days(connection, register, day_of(start), day_of(end - 1))


def _rebuild_days(connection: Connection, register, first: int, last: int):
    connection.execute(
        delete(day_edge).where(
            day_edge.c.register == register.id, day_edge.c.day >= first, day_edge.c.day <= last
        )
    )
    found = connection.execute(
        select(hour_edge).where(
            hour_edge.c.register == register.id,
            hour_edge.c.hour >= day_start(first) // HOUR,
            hour_edge.c.hour < day_start(last + 1) // HOUR,
        )
    )
    days = days_from_hours({(row[0], row[1]): list(row[2:]) for row in found})
    if days:
        _hour_sql, day_sql = _MERGE[connection.dialect.name]
        _write(connection, day_sql, days)


def is_jump(register, before: tuple[int, int], after: tuple[int, int]) -> bool:
    """Whether a counter cannot have gone from one (moment, value) to the next without an event."""
    rise = after[1] - before[1]
    if rise < 0:
        return True
    if register.peak is None or not rise:
        return False
    # Clocks and rounding: what was used in an instant may be reported in the next.
    return rise * HOUR > register.peak * max(after[0] - before[0], 60_000)


def note_jumps(connection: Connection, register, pairs: Iterable[tuple[int, int, int, int]]):
    """Stores pairs (before_ts, before_value, after_ts, after_value) as jumps; keeps answers."""
    for before_ts, before_value, after_ts, after_value in pairs:
        key = and_(jump.c.register == register.id, jump.c.after_ts == after_ts)
        values = {
            "after_value": after_value,
            "before_ts": before_ts,
            "before_value": before_value,
        }
        if not connection.execute(jump.update().where(key).values(**values)).rowcount:
            connection.execute(
                jump.insert().values(register=register.id, after_ts=after_ts, **values)
            )


def check_neighbours(connection: Connection, changed: Sequence[tuple]):
    """Keeps the jumps right around readings that were inserted between others or replaced.

    `changed`: (register, moment, value) of each, all of them in the table already.
    """
    counters = {(r.id, ts): (r, value) for r, ts, value in changed if r.counter}
    if not counters:
        return
    known = _moments_of_jumps(connection, {register for register, _ts in counters})
    for (identifier, ts), before, after in rows.neighbours(connection, sorted(counters)):
        register, value = counters[identifier, ts]
        for left, right in ((before, (ts, value)), ((ts, value), after)):
            if left is None or right is None:
                continue
            if is_jump(register, left, right):
                note_jumps(connection, register, [(*left, *right)])
                known.add((identifier, right[0]))
            elif (identifier, right[0]) in known:
                connection.execute(
                    delete(jump).where(jump.c.register == identifier, jump.c.after_ts == right[0])
                )
                known.discard((identifier, right[0]))


def _moments_of_jumps(connection: Connection, registers: set[int]) -> set[tuple[int, int]]:
    query = select(jump.c.register, jump.c.after_ts).where(jump.c.register.in_(registers))
    return {tuple(row) for row in connection.execute(query)}


def find_jumps(connection: Connection, register):
    """Goes through all readings of a register and stores its jumps; keeps answers that still fit."""
    if not register.counter:
        return
    found, before = {}, None
    readings = connection.execute(
        select(reading.c.ts, reading.c.value)
        .where(reading.c.register == register.id)
        .order_by(reading.c.ts)
    )
    for after in readings:
        if before is not None and is_jump(register, before, after):
            found[after[0]] = (*before, *after)
        before = tuple(after)
    stored = connection.execute(
        select(jump.c.after_ts).where(
            jump.c.register == register.id, jump.c.after_ts >= register.condensed_until
        )
    ).scalars()
    for gone in set(stored) - set(found):
        connection.execute(
            delete(jump).where(jump.c.register == register.id, jump.c.after_ts == gone)
        )
    note_jumps(connection, register, found.values())
