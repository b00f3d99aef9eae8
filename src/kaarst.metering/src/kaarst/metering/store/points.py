"""Readings of one register, as many as a curve needs to be exact at given moments."""

from collections.abc import Sequence
from kaarst.metering.rollup.calendar import HOUR
from kaarst.metering.store.registers import Register
from kaarst.metering.store.rows import fetched
from kaarst.metering.store.schema import hour_edge
from kaarst.metering.store.schema import reading
from operator import eq
from operator import itemgetter
from sqlalchemy import Connection
from sqlalchemy import Table

import itertools


EDGE = "first_ts, first_value, last_ts, last_value"
# Hours by which a register is taken for one that is read as the clock strikes, or not.
_PUNCTUAL_HOURS = 48


def raw(connection: Connection, register: Register, start: int, end: int) -> list:
    """All readings from the last one before a range to the first one after it."""
    table = reading.name
    head = f"SELECT ts, value FROM {table} WHERE register = {register.id}"
    found = [
        *fetched(connection, f"{head} AND ts < {start} ORDER BY ts DESC LIMIT 1"),
        *fetched(connection, f"{head} AND ts >= {start} AND ts <= {end} ORDER BY ts"),
        *fetched(connection, f"{head} AND ts > {end} ORDER BY ts LIMIT 1"),
    ]
    if register.condensed_until > start:
        # Older readings were condensed to the edges of their hours.
        older = hours(connection, register, start, min(end, register.condensed_until), every=True)
        found = sorted({*older, *found})
    return found


def hours(
    connection: Connection, register: Register, start: int, end: int, every: bool = False
) -> list:
    """Readings by which whole hours are known; with `every` the first and the last of each hour.

    Of a register that may be seen from some moment on, always: an hour's last may be the first one seen.
    """
    first, last = start // HOUR, end // HOUR
    head = f"FROM {hour_edge.name} WHERE register = {register.id} AND hour"
    if not (every or register.bounded) and _is_punctual(connection, head, first):
        points = _firsts(connection, head, first, last)
    else:
        points = pairs(
            fetched(
                connection,
                f"SELECT {EDGE} {head} >= {first} AND hour <= {last} ORDER BY hour",
            )
        )
    return [
        *before(connection, hour_edge, "hour", register, first),
        *points,
        *after(connection, hour_edge, "hour", register, last),
    ]


def _is_punctual(connection: Connection, head: str, first: int) -> bool:
    """Whether a register is mostly read as the clock strikes, as far as its next two days say."""
    found = fetched(
        connection, f"SELECT first_ts {head} >= {first} ORDER BY hour LIMIT {_PUNCTUAL_HOURS}"
    )
    return 2 * sum(ts % HOUR == 0 for (ts,) in found) > len(found)


def _firsts(connection: Connection, head: str, first: int, last: int) -> list:
    """The first reading of each hour, and the last of those that no reading ends as they are over.

    Between two readings as the clock strikes there is neither a gap nor anything that whole hours need:
    half of what there is to read.
    """
    found = fetched(
        connection,
        f"SELECT first_ts, first_value {head} >= {first} AND hour <= {last} ORDER BY hour",
    )
    moments = [*map(itemgetter(0), found)]
    if not moments:
        return []
    ends = [moments[-1] // HOUR]
    begin = ends[0] - len(moments) + 2
    punctual = [*range(begin * HOUR, (ends[0] + 1) * HOUR, HOUR)]
    if moments[0] // HOUR != begin - 1 or moments[1:] != punctual:
        pairs = zip(moments, moments[1:], strict=False)
        ends += [ts // HOUR for ts, after in pairs if after != (ts // HOUR + 1) * HOUR]
    for start in range(0, len(ends), 1000):
        hours = ", ".join(map(str, ends[start : start + 1000]))
        found += fetched(connection, f"SELECT last_ts, last_value {head} IN ({hours})")
    # The only reading of an hour is its first and its last one.
    return [*dict(sorted(found)).items()] if len(ends) > 1 or found[-1] == found[-2] else found


def pairs(edges: Sequence[tuple]) -> list:
    """The first and the last reading of each edge; one where both are the same."""
    flat = [*itertools.chain.from_iterable(edges)]
    found = [*zip(flat[::2], flat[1::2], strict=True)]
    if any(map(eq, flat[::4], flat[2::4])):
        # In order of time, so that the same reading can only follow itself.
        found = [*dict(found).items()]
    return found


def before(connection: Connection, table: Table, key: str, register: Register, first: int):
    """The last reading before a range of hours or days, in a list, if there is one."""
    rows = connection.exec_driver_sql(
        f"SELECT last_ts, last_value FROM {table.name} WHERE register = {register.id}"
        f" AND {key} < {first} ORDER BY {key} DESC LIMIT 1"
    )
    return [tuple(row) for row in rows]


def after(connection: Connection, table: Table, key: str, register: Register, last: int):
    """The first reading after a range of hours or days, in a list, if there is one."""
    rows = connection.exec_driver_sql(
        f"SELECT first_ts, first_value FROM {table.name} WHERE register = {register.id}"
        f" AND {key} > {last} ORDER BY {key} LIMIT 1"
    )
    return [tuple(row) for row in rows]
