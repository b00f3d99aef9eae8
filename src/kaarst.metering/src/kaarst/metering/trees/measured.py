"""What the store knows of trees: newest measurements, probes that behave oddly, and rain.

Four queries for all trees together, however many there are.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from dataclasses import field
from datetime import datetime
from datetime import timedelta
from datetime import UTC
from decimal import Decimal
from kaarst.metering.rollup.calendar import day_of
from kaarst.metering.rollup.calendar import day_start
from kaarst.metering.store import history
from kaarst.metering.store import registers
from kaarst.metering.store.registers import Register
from kaarst.metering.store.schema import day_edge
from kaarst.metering.store.schema import dead_letter
from kaarst.metering.store.schema import reading
from kaarst.metering.store.schema import register as table
from kaarst.metering.trees import probes as signs
from kaarst.metering.trees.balance import DAYS
from kaarst.metering.trees.probes import Probe
from kaarst.metering.units import amount
from sqlalchemy import and_
from sqlalchemy import Connection
from sqlalchemy import func
from sqlalchemy import select

import json


CODES = {"soil:tension": signs.TENSION, "soil:moisture": signs.MOISTURE}
RAIN = "weather:rain"


@dataclass
class Measured:
    """The store's state at `now` (aware). `rain`: mm of each local day ordinal, None: not known."""

    now: datetime
    _newest: dict[str, tuple[Register, datetime, Decimal]] = field(default_factory=dict)
    _known: dict[str, Register] = field(default_factory=dict)
    _frozen: set[str] = field(default_factory=set)
    _complained: dict[str, datetime] = field(default_factory=dict)

    def probe(self, key: str, depth: int) -> Probe:
        """The probe with a key of the store, in a depth that the editor has entered."""
        register = self._known.get(key)
        if register is None:
            return Probe(key, signs.MOISTURE, depth, fault=signs.NEVER)
        _register, at, value = self._newest.get(key, (register, None, None))
        kind = CODES[register.obis]
        silent = max(signs.SILENT_AFTER, timedelta(seconds=4 * register.gap))
        fault = signs.fault(
            kind,
            value,
            at,
            self.now,
            self._complained.get(register.device),
            key in self._frozen,
            silent,
        )
        return Probe(key, kind, depth, value, at, fault)


def read(connection: Connection, now: datetime) -> Measured:
    """Reads what is known of all probes. `now` is aware."""
    measured = Measured(now)
    milliseconds = int(now.timestamp() * 1000)
    found = [
        register
        for code in CODES
        for register in registers.registers(connection, obis=code)
        if register.valid_from <= milliseconds < register.ends
    ]
    # A tree's probe has one register; of two with one key the later one was put in its place.
    measured._known = {register.meter: register for register in found}
    by_id = {register.id: register for register in measured._known.values()}
    for identifier, ts, value in _newest(connection, by_id, milliseconds):
        register = by_id[identifier]
        measured._newest[register.meter] = (register, _moment(ts), amount(value))
    today = day_of(milliseconds)
    for kind in CODES.values():
        mine = {r.id: r.meter for r in by_id.values() if CODES[r.obis] == kind}
        days: dict[str, list] = {}
        for identifier, day, low, high in _days(connection, mine, today):
            days.setdefault(mine[identifier], []).append((day, low, high))
        measured._frozen |= signs.frozen(days, today)
    measured._complained = _complaints(connection, milliseconds)
    return measured


def _newest(connection: Connection, identifiers: Iterable[int], until: int):
    # The newest of each by its index: grouping would read every measurement ever made.
    earlier = reading.alias()
    newest = (
        select(earlier.c.ts)
        .where(earlier.c.register == table.c.id, earlier.c.ts <= until)
        .order_by(earlier.c.ts.desc())
        .limit(1)
        .correlate(table)
        .scalar_subquery()
    )
    return connection.execute(
        select(reading.c.register, reading.c.ts, reading.c.value)
        .select_from(table)
        .join(reading, and_(reading.c.register == table.c.id, reading.c.ts == newest))
        .where(table.c.id.in_(list(identifiers)))
    )


def _days(connection: Connection, identifiers: Iterable[int], today: int):
    return connection.execute(
        select(day_edge.c.register, day_edge.c.day, day_edge.c.low, day_edge.c.high).where(
            day_edge.c.register.in_(list(identifiers)),
            day_edge.c.day >= today - signs.FROZEN_DAYS,
            day_edge.c.day < today,
        )
    )


def _complaints(connection: Connection, until: int) -> dict[str, datetime]:
    """When each device last said that its probe is at fault, in the last month."""
    rows = connection.execute(
        select(dead_letter.c.detail, func.max(dead_letter.c.received_at))
        .where(
            dead_letter.c.reason == "probe-fault",
            dead_letter.c.received_at > until - DAYS * 86_400_000,
            dead_letter.c.received_at <= until,
        )
        .group_by(dead_letter.c.detail)
    )
    found: dict[str, datetime] = {}
    for detail, received in rows:
        device = json.loads(detail or "{}").get("device")
        if device:
            found[device] = max(_moment(received), found.get(device, _moment(0)))
    return found


def rain(connection: Connection, gauge: str, now: int, days: int = DAYS) -> dict[int, Decimal]:
    """Millimetres of rain by local day, of the last `days` and today so far, as the gauge says.

    `gauge`: the key of a register that counts rain; `now` in UTC milliseconds. Days of which
    readings are missing are left out.
    """
    chain = registers.chain(connection, gauge, RAIN) if gauge else []
    if not chain:
        return {}
    today = day_of(now)
    cuts = [day_start(day) for day in range(today - days, today + 2)]
    slots = history.consumption(connection, chain, cuts, now, False)
    return {
        day_of(slot.start): amount(slot.consumption)
        for slot in slots
        if slot.consumption is not None and (slot.complete or slot.end > now)
    }


def curve(
    connection: Connection, key: str, first: int, today: int
) -> list[tuple[int, Decimal, Decimal]]:
    """The lowest and the highest value of a probe on each local day from `first` on."""
    found = []
    for code in CODES:
        identifiers = [one.id for one in registers.chain(connection, key, code)]
        rows = connection.execute(
            select(day_edge.c.day, func.min(day_edge.c.low), func.max(day_edge.c.high))
            .where(
                day_edge.c.register.in_(identifiers),
                day_edge.c.day >= first,
                day_edge.c.day <= today,
            )
            .group_by(day_edge.c.day)
            .order_by(day_edge.c.day)
        )
        found += [(day, amount(low), amount(high)) for day, low, high in rows]
    return found


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
