"""Registers: what is assigned to which device, and the exchange of a meter.

A register is one physical counter for as long as it is in use. All registers of one meter and OBIS
code form a chain without overlap.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from kaarst.metering.errors import MeteringError
from kaarst.metering.obis import COUNTER
from kaarst.metering.obis import normalise
from kaarst.metering.obis import quantity
from kaarst.metering.store import audit
from kaarst.metering.store import edges
from kaarst.metering.store.schema import contradiction
from kaarst.metering.store.schema import day_edge
from kaarst.metering.store.schema import hour_edge
from kaarst.metering.store.schema import jump
from kaarst.metering.store.schema import reading
from kaarst.metering.store.schema import register as table
from kaarst.metering.store.state import configuration_changed
from kaarst.metering.store.state import readings_changed
from kaarst.metering.units import Scale
from kaarst.metering.units import scale
from sqlalchemy import Connection
from sqlalchemy import delete
from sqlalchemy import func
from sqlalchemy import insert
from sqlalchemy import select
from sqlalchemy import update


# Long before any meter of this town.
BEGINNING = 0
FOREVER = 2**62
DEFAULT_GAP = 7200


@dataclass(slots=True)
class Register:
    """One row of the table; `scale` turns a device's numbers into stored values.

    `seen_from`, `seen_until`: what `store.history` reads lies between, both included; nobody who
    held a meter for some time sees anything of the others.
    """

    id: int
    meter: str
    obis: str
    kind: str
    unit: str
    device: str
    channel: str
    source_unit: str
    factor: str
    digits: int | None
    gap: int
    peak: int | None
    serial: str
    valid_from: int
    valid_to: int | None
    start_value: int | None
    end_value: int | None
    condensed_until: int
    scale: Scale = None
    seen_from: int = BEGINNING
    seen_until: int = FOREVER

    def __post_init__(self):
        self.scale = scale(self.source_unit, self.unit, self.factor)

    @property
    def counter(self) -> bool:
        return self.kind == COUNTER

    @property
    def ends(self) -> int:
        return FOREVER if self.valid_to is None else self.valid_to

    @property
    def bounded(self) -> bool:
        return self.seen_from > BEGINNING or self.seen_until < FOREVER

    def sees(self, moment: int) -> bool:
        return self.seen_from <= moment <= self.seen_until

    @property
    def modulus(self) -> int | None:
        """The stored value at which the register begins again at zero, or None if unknown."""
        if self.digits is None:
            return None
        return self.scale(10**self.digits)


def registers(connection: Connection, **where) -> list[Register]:
    """Returns registers whose columns have these values, in the order in which they were in use."""
    query = select(table).order_by(table.c.meter, table.c.obis, table.c.valid_from, table.c.id)
    for name, value in where.items():
        query = query.where(table.c[name] == value)
    return [Register(*row) for row in connection.execute(query)]


def chain(connection: Connection, meter: str, obis: str) -> list[Register]:
    """Returns the registers of one meter and code, oldest first."""
    return registers(connection, meter=meter, obis=obis)


def create(
    connection: Connection,
    meter: str,
    obis: str,
    device: str,
    channel: str,
    source_unit: str = "",
    factor: str = "1",
    digits: int | None = None,
    gap: int = DEFAULT_GAP,
    peak: int | None = None,
    serial: str = "",
    valid_from: int = BEGINNING,
    start_value: int | None = None,
) -> Register:
    """Assigns a device's channel to a meter's register and returns it.

    `source_unit`: the unit the device sends, by default the stored one. `gap` in seconds, `peak` in
    stored units an hour. Raises MeteringError for units that do not fit, for an unknown code, and
    where the meter already has such a register (that is an exchange).
    """
    known = quantity(normalise(obis))
    if known is None:
        raise MeteringError("bad-mapping", problem=f"OBIS {obis}")
    if chain(connection, meter, known.code):
        raise MeteringError("bad-mapping", problem=f"{known.code} twice")
    values = {
        "meter": meter,
        "obis": known.code,
        "kind": known.kind,
        "unit": known.unit,
        "device": device,
        "channel": channel,
        "source_unit": source_unit or known.unit,
        "factor": factor,
        "digits": _checked_digits(digits),
        "gap": _checked_gap(gap),
        "peak": peak,
        "serial": serial,
        "valid_from": valid_from,
        "start_value": start_value,
        "condensed_until": 0,
    }
    scale(values["source_unit"], known.unit, factor)
    return _insert(connection, values)


def exchange(
    connection: Connection,
    old: Register,
    at: int,
    end_value: int | None,
    start_value: int | None,
    serial: str = "",
    device: str | None = None,
    channel: str | None = None,
    source_unit: str | None = None,
    factor: str | None = None,
    digits: int | None = None,
) -> Register:
    """Records that a register was replaced at a moment and returns the new one.

    `end_value` and `start_value` are the readings on both faces at that moment in stored units;
    None where nobody wrote them down (then what was used between the last transmitted reading and
    the exchange is unknown). What is None otherwise stays as it was. Readings after the exchange
    that had gone to the old register move to the new one, so it may be entered days later.
    Raises MeteringError where the moment or a reading cannot be right.
    """
    if not old.valid_from < at < old.ends:
        raise MeteringError("bad-mapping", problem="moment of the exchange")
    for value in (end_value, start_value):
        if value is not None and value < 0:
            raise MeteringError("negative", value=value)
    last = connection.execute(
        select(reading.c.value)
        .where(reading.c.register == old.id, reading.c.ts < at)
        .order_by(reading.c.ts.desc())
        .limit(1)
    ).scalar()
    if old.counter and None not in (end_value, last) and end_value < last and old.digits is None:
        raise MeteringError("contradiction", time=at, value=last)
    new = _insert(
        connection,
        {
            "meter": old.meter,
            "obis": old.obis,
            "kind": old.kind,
            "unit": old.unit,
            "device": device or old.device,
            "channel": channel or old.channel,
            "source_unit": source_unit or old.source_unit,
            "factor": factor or old.factor,
            "digits": old.digits if digits is None else _checked_digits(digits),
            "gap": old.gap,
            "peak": old.peak,
            "serial": serial,
            "valid_from": at,
            "valid_to": old.valid_to,
            "start_value": start_value,
            "end_value": old.end_value,
            "condensed_until": 0,
        },
    )
    connection.execute(
        update(table).where(table.c.id == old.id).values(valid_to=at, end_value=end_value)
    )
    _move_readings(connection, old, new, at)
    return new


def end(connection: Connection, register: Register, at: int, end_value: int | None):
    """Records that a register was taken out at a moment, and nothing put in its place.

    Readings after it stay, and end what is counted only if they were before. Raises MeteringError.
    """
    if not register.valid_from < at < register.ends:
        raise MeteringError("bad-mapping", problem="moment of the exchange")
    if end_value is not None and end_value < 0:
        raise MeteringError("negative", value=end_value)
    connection.execute(
        update(table).where(table.c.id == register.id).values(valid_to=at, end_value=end_value)
    )
    configuration_changed(connection)


def change(connection: Connection, register: Register, **values):
    """Changes settings of a register that alter no stored value: gap, peak, digits, device, channel.

    Unit and factor alter what was stored: for them, exchange the register or replay the messages.
    """
    allowed = {"gap", "peak", "digits", "device", "channel", "serial", "start_value", "end_value"}
    if unknown := set(values) - allowed:
        raise MeteringError("bad-mapping", problem=", ".join(sorted(unknown)))
    if "gap" in values:
        values["gap"] = _checked_gap(values["gap"])
    if "digits" in values:
        values["digits"] = _checked_digits(values["digits"])
    connection.execute(update(table).where(table.c.id == register.id).values(**values))
    configuration_changed(connection)
    if "peak" in values:
        register.peak = values["peak"]
        edges.find_jumps(connection, register)
        readings_changed(connection)


def extent(connection: Connection, meters: Sequence[str]) -> tuple[int, int, int | None]:
    """Returns how many registers and readings some meters have, and the moment of the first one."""
    found = connection.execute(select(table.c.id).where(table.c.meter.in_(meters))).scalars().all()
    count, first = connection.execute(
        select(func.count(), func.min(reading.c.ts)).where(reading.c.register.in_(found))
    ).one()
    return len(found), count, first


def remove(connection: Connection, meter: str, who: str, now: int):
    """Removes the registers of a meter with everything they have recorded, for good."""
    ids = connection.execute(select(table.c.id).where(table.c.meter == meter)).scalars().all()
    if not ids:
        return
    for owned in (reading, hour_edge, day_edge, jump, contradiction):
        connection.execute(delete(owned).where(owned.c.register.in_(ids)))
    connection.execute(delete(table).where(table.c.id.in_(ids)))
    configuration_changed(connection)
    readings_changed(connection)
    audit.note(connection, who, "remove-meter", meter, now, registers=len(ids))


def _insert(connection: Connection, values: dict) -> Register:
    identifier = connection.execute(insert(table).values(**values)).inserted_primary_key[0]
    configuration_changed(connection)
    [found] = registers(connection, id=identifier)
    return found


def _move_readings(connection: Connection, old: Register, new: Register, at: int):
    """Gives the readings from `at` on to the new register, as if it had been known in time."""
    where = (reading.c.register == old.id, reading.c.ts >= at)
    span = connection.execute(select(reading.c.ts).where(*where).order_by(reading.c.ts)).scalars()
    moments = list(span)
    if not moments:
        return
    if (new.source_unit, new.factor) != (old.source_unit, old.factor):
        _rescale(connection, old, new, at)
    connection.execute(update(reading).where(*where).values(register=new.id))
    connection.execute(jump.delete().where(jump.c.register == old.id, jump.c.after_ts >= at))
    for register in (old, new):
        edges.rebuild(connection, register, at, moments[-1])
        edges.find_jumps(connection, register)
    readings_changed(connection)


def _rescale(connection: Connection, old: Register, new: Register, at: int):
    """Turns values read with the old factor into the new one's; exact up to a millionth."""
    where = (reading.c.register == old.id, reading.c.ts >= at)
    ratio = new.scale.ratio / old.scale.ratio
    for moment, value in connection.execute(
        select(reading.c.ts, reading.c.value).where(*where)
    ).fetchall():
        connection.execute(
            update(reading)
            .where(reading.c.register == old.id, reading.c.ts == moment)
            .values(value=round(value * ratio))
        )


def _checked_digits(digits: int | None) -> int | None:
    if digits is not None and not 3 <= digits <= 9:
        raise MeteringError("out-of-range", field="digits", value=digits)
    return digits


def _checked_gap(gap: int) -> int:
    if not 60 <= gap <= 400 * 86_400:
        raise MeteringError("out-of-range", field="gap", value=gap)
    return gap
