"""What devices have sent of late, value by value: from this people choose what a meter's register is.

Read from the last message of each topic with the mapping that knows it; nothing is stored.
"""

from collections.abc import Iterable
from kaarst.metering.decoders.mapping import first_match
from kaarst.metering.decoders.mapping import Mapping
from kaarst.metering.decoders.mapping import try_out
from kaarst.metering.store.mappings import mappings
from kaarst.metering.store.registers import registers
from kaarst.metering.store.schema import last_message
from sqlalchemy import Connection
from sqlalchemy import select
from typing import NamedTuple


_TOPICS = 2000


class Received(NamedTuple):
    """One value of a device.

    `seen`: UTC milliseconds at which it last came. `unit`: as sent, "" if unknown. `obis`: the code
    it probably is, or None. `meter`: the key of the meter it belongs to, "" if to none.
    """

    device: str
    channel: str
    value: object
    unit: str
    obis: str | None
    topic: str
    seen: int
    meter: str


def received(connection: Connection, topic: str | None = None) -> list[Received]:
    """Returns the values of the last messages, of all topics or of one, by device and channel."""
    query = select(last_message.c.topic, last_message.c.payload, last_message.c.received_at)
    if topic is not None:
        query = query.where(last_message.c.topic == topic)
    rows = connection.execute(query.order_by(last_message.c.received_at.desc()).limit(_TOPICS))
    owners = {
        (register.device, register.channel): register.meter
        for register in registers(connection)
        if register.valid_to is None
    }
    known = mappings(connection)
    found: dict[tuple[str, str], Received] = {}
    for row in rows:
        for one in _values(known, owners, row.topic, bytes(row.payload), row.received_at):
            found.setdefault((one.device, one.channel), one)
    return sorted(found.values(), key=lambda one: (one.device, one.channel))


def _values(known: Iterable[Mapping], owners: dict, topic: str, payload: bytes, seen: int):
    matched = first_match(known, topic)
    if matched is None:
        return
    trial = try_out(matched[0], topic, payload, seen)
    for frame in trial.frames:
        for channel, value in frame.values.items():
            described = trial.channels[channel]
            owner = owners.get((frame.device, channel), "")
            yield Received(
                frame.device, channel, value, described.unit, described.obis, topic, seen, owner
            )
