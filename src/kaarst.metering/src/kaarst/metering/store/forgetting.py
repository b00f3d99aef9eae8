"""Deletes what a meter has recorded in some times: readings, roll-ups, and messages kept as they came."""

from collections.abc import Iterable
from collections.abc import Sequence
from kaarst.metering.decoders.mapping import first_match
from kaarst.metering.decoders.mapping import Mapping
from kaarst.metering.errors import MeteringError
from kaarst.metering.rollup.calendar import day_of
from kaarst.metering.rollup.calendar import day_start
from kaarst.metering.rollup.calendar import HOUR
from kaarst.metering.store import edges
from kaarst.metering.store.mappings import mappings
from kaarst.metering.store.registers import Register
from kaarst.metering.store.registers import registers
from kaarst.metering.store.schema import contradiction
from kaarst.metering.store.schema import day_edge
from kaarst.metering.store.schema import dead_letter
from kaarst.metering.store.schema import hour_edge
from kaarst.metering.store.schema import jump
from kaarst.metering.store.schema import last_message
from kaarst.metering.store.schema import reading
from kaarst.metering.store.state import readings_changed
from sqlalchemy import and_
from sqlalchemy import Connection
from sqlalchemy import delete
from sqlalchemy import func
from sqlalchemy import or_
from sqlalchemy import select


# The year 3000: later than anything stored, and a day that calendars know.
_LATEST = 32_503_680_000_000


def forget(connection: Connection, meter: str, spans: Sequence[tuple[int, int]]) -> int:
    """Deletes what a meter recorded in half-open spans of UTC milliseconds; returns how many rows.

    Messages of its devices that were kept to be looked at or replayed go too, of whatever time.
    """
    own = registers(connection, meter=meter)
    count = sum(_forget_span(connection, one, *span) for one in own for span in spans)
    count += _forget_messages(connection, own)
    if count:
        readings_changed(connection)
    return count


def _forget_span(connection: Connection, register: Register, since: int, until: int) -> int:
    until = min(until, _LATEST)
    if since >= until:
        return 0
    own = lambda table: table.c.register == register.id  # noqa: E731
    inside = lambda column: and_(column >= since, column < until)  # noqa: E731
    first, last = day_of(since), day_of(until - 1)
    # Days that lie partly outside keep the hours that do not.
    whole = (first + (day_start(first) < since), last - (day_start(last + 1) > until))
    hours = and_(hour_edge.c.hour >= -(-since // HOUR), hour_edge.c.hour < (until // HOUR))
    count = 0
    for table, where in (
        (reading, inside(reading.c.ts)),
        (contradiction, inside(contradiction.c.ts)),
        (jump, or_(inside(jump.c.before_ts), inside(jump.c.after_ts))),
        (hour_edge, hours),
        (day_edge, and_(day_edge.c.day >= whole[0], day_edge.c.day <= whole[1])),
    ):
        count += connection.execute(delete(table).where(own(table), where)).rowcount
    if not count:
        return 0
    _mend_edges(connection, register, since, until)
    edges.find_jumps(connection, register)
    return count


def _mend_edges(connection: Connection, register: Register, since: int, until: int) -> None:
    """Makes the hours and days anew that lie partly inside; midnights leave nothing to do."""
    for moment in (since, until):
        if day_start(day_of(moment)) == moment or moment >= _LATEST:
            continue
        if moment < register.condensed_until:
            _drop_condensed(connection, register, moment)
            continue
        edges.rebuild(connection, register, moment, moment)


def _drop_condensed(connection: Connection, register: Register, moment: int) -> None:
    """An hour and a day whose readings are gone cannot be divided: they go as a whole."""
    connection.execute(
        delete(hour_edge).where(
            hour_edge.c.register == register.id, hour_edge.c.hour == moment // HOUR
        )
    )
    connection.execute(
        delete(day_edge).where(day_edge.c.register == register.id, day_edge.c.day == day_of(moment))
    )


def _forget_messages(connection: Connection, own: Iterable[Register]) -> int:
    """Deletes kept messages in which a value of these registers stands, or may stand unread."""
    devices = {one.device for one in own}
    if not devices:
        return 0
    known = mappings(connection)
    count = 0
    for topic in _topics(connection):
        found = first_match(known, topic)
        if found is None:
            continue
        count += _forget_of_topic(connection, topic, *found, devices)
    return count


def _topics(connection: Connection) -> set[str]:
    found = set(connection.execute(select(last_message.c.topic)).scalars())
    return found | set(connection.execute(select(dead_letter.c.topic).distinct()).scalars())


def _forget_of_topic(connection, topic: str, mapping: Mapping, captured: dict, devices: set) -> int:
    letters = connection.execute(
        select(dead_letter.c.id, dead_letter.c.payload, dead_letter.c.received_at).where(
            dead_letter.c.topic == topic, func.length(dead_letter.c.payload) > 0
        )
    ).all()
    last = connection.execute(
        select(last_message.c.payload, last_message.c.received_at).where(
            last_message.c.topic == topic
        )
    ).first()
    said = {one.id: _devices(mapping, captured, one.payload, one.received_at) for one in letters}
    of_last = _devices(mapping, captured, last.payload, last.received_at) if last else None
    # What cannot be read is theirs where anything on the topic is.
    theirs = any(found and found & devices for found in (*said.values(), of_last))
    if not theirs:
        return 0
    gone = [one for one, found in said.items() if found is None or found & devices]
    for start in range(0, len(gone), 500):
        connection.execute(
            delete(dead_letter).where(dead_letter.c.id.in_(gone[start : start + 500]))
        )
    if last and (of_last is None or of_last & devices):
        connection.execute(delete(last_message).where(last_message.c.topic == topic))
        return len(gone) + 1
    return len(gone)


def _devices(mapping: Mapping, captured: dict, payload: bytes, received: int) -> set[str] | None:
    """The devices that a message is of; None if it cannot be read."""
    try:
        frames = mapping.decode_captured(captured, bytes(payload), received)
    except MeteringError:
        return None
    return {one.device for one in frames}
