"""What several tests of the store need: messages, and what is stored."""

from datetime import datetime
from decimal import Decimal
from kaarst.metering.decoders.mapping import Mapping
from kaarst.metering.rollup.calendar import to_milliseconds
from kaarst.metering.rollup.calendar import ZONE
from kaarst.metering.store import mappings
from kaarst.metering.store import registers
from kaarst.metering.store.batch import Message
from kaarst.metering.store.schema import reading
from sqlalchemy import select

import json


IMPORT = "1-0:1.8.0"


def at(text: str) -> int:
    """Local time in Europe/Berlin (or with its own offset) as UTC milliseconds."""
    moment = datetime.fromisoformat(text)
    return to_milliseconds(moment if moment.tzinfo else moment.replace(tzinfo=ZONE))


NOW = at("2026-03-02T12:00:00")


def timed(device: str, moment: int, value, received: int | None = None, **more) -> Message:
    """A plain JSON message with its own time."""
    payload = f'{{"ts": {moment}, "energy": {value}}}'.encode()
    return Message(f"{device}/json", payload, received or moment + 500, **more)


def timeless(device: str, value, received: int, **more) -> Message:
    """A bare number, as ESPHome or sml2mqtt send it."""
    return Message(f"{device}/sensor/energy/state", str(value).encode(), received, **more)


def prepare(store, *devices: str, **options) -> list:
    """Maps plain JSON and ESPHome and gives each device a register; returns the registers."""
    with store.writing() as connection:
        mappings.add(connection, Mapping("{device}/json", "json"))
        mappings.add(connection, Mapping("{device}/sensor/{channel}/state", "esphome"))
        return [
            registers.create(
                connection,
                f"meter-{device}",
                options.pop("obis", IMPORT),
                f"{options.pop('kind', 'own')}:{device}",
                "energy",
                **options,
            )
            for device in devices
        ]


def stored(store, register: int | None = None) -> list[tuple]:
    """(moment, value as decimal) of all readings, in order."""
    query = select(reading.c.ts, reading.c.value).order_by(reading.c.register, reading.c.ts)
    if register is not None:
        query = query.where(reading.c.register == register)
    with store.reading() as connection:
        return [(ts, Decimal(value) / 10**6) for ts, value in connection.execute(query)]


def kinds(outcomes) -> list[str]:
    return [outcome.kind for outcome in outcomes]


def values(outcome) -> dict:
    return json.loads(json.dumps(outcome.values))
