"""What meters show now: the newest reading, and how much flows at this moment."""

from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Sequence
from dataclasses import dataclass
from kaarst.metering.obis import COUNTER
from kaarst.metering.rollup.calendar import HOUR
from kaarst.metering.store import state
from kaarst.metering.store.registers import Register
from kaarst.metering.store.registers import registers
from kaarst.metering.store.schema import consent
from kaarst.metering.store.schema import reading
from kaarst.metering.units import MICRO
from sqlalchemy import Connection
from sqlalchemy import select


# Subqueries in one statement; SQLite takes at most 500.
_AT_ONCE = 200
# What is counted, as it is said of a moment: unit, factor for one stored unit an hour.
_FLOWS = {"kWh": ("W", 1000), "m³": ("l/h", 1000)}
# The registers that say what a meter counts, the first that it has.
_FIRST = ("1-0:1.8.0", "7-0:3.0.0", "6-0:1.0.0", "8-0:1.0.0", "9-0:1.0.0")
_POWER = "1-0:16.7.0"


@dataclass(frozen=True)
class Value:
    """One meter now. `at`: UTC milliseconds of the reading. `counter`: in `unit`, None for a gauge.

    `now`: what flows, in `now_unit` (W, l/h or the gauge's own unit); None where it is unknown, as
    after a gap, an exchange or a counter that fell.
    """

    meter: str
    at: int
    counter: float | None
    unit: str
    now: float | None
    now_unit: str


class Current:
    """Reads the present values of meters; remembers their registers until they are changed."""

    def __init__(self):
        self._revision = None
        self._registers: dict[str, list[Register]] = {}

    def read(self, connection: Connection, meters: Iterable[str]) -> dict[str, Value]:
        """Returns the values of those meters that have one."""
        self._follow(connection)
        known = self._registers
        chosen = {name: known[name] for name in meters if name in known}
        newest = newest_pairs(connection, [one.id for there in chosen.values() for one in there])
        values = {}
        for name, there in chosen.items():
            if (value := _value(name, there, newest)) is not None:
                values[name] = value
        return values

    def _follow(self, connection: Connection):
        revision = state.configuration_revision(connection)
        if revision == self._revision:
            return
        # Other threads go on with the old ones until all new ones are there.
        found: dict[str, list[Register]] = {}
        for register in registers(connection, valid_to=None):
            found.setdefault(register.meter, []).append(register)
        self._registers, self._revision = found, revision


def withdrawn(connection: Connection, consents: Iterable[int]) -> set[int]:
    """Returns which of these consents are not in force any more, or never were."""
    consents = set(consents)
    if not consents:
        return set()
    query = select(consent.c.id).where(consent.c.id.in_(consents), consent.c.withdrawn_at.is_(None))
    return consents - set(connection.execute(query).scalars())


def newest_pairs(connection: Connection, identifiers: Sequence[int]) -> dict[int, list]:
    """The last two readings of each register, (ts, value), the newest first."""
    found: dict[int, list] = {}
    for part in _parts(identifiers):
        query = " UNION ALL ".join(
            f"SELECT * FROM (SELECT register, ts, value FROM {reading.name}"
            f" WHERE register = {int(one)} ORDER BY ts DESC LIMIT 2) AS r{int(one)}"
            for one in part
        )
        for register, ts, value in connection.exec_driver_sql(query):
            found.setdefault(register, []).append((ts, value))
    for pairs in found.values():
        pairs.sort(reverse=True)
    return found


def _parts(identifiers: Sequence[int]) -> Iterator[Sequence[int]]:
    for begin in range(0, len(identifiers), _AT_ONCE):
        yield identifiers[begin : begin + _AT_ONCE]


def _value(meter: str, there: list[Register], newest: dict[int, list]) -> Value | None:
    known = {one.obis: one for one in there if one.id in newest}
    main = next((known[obis] for obis in _FIRST if obis in known), None)
    if main is None:
        return _gauge(meter, known, newest)
    flow_unit, factor = _FLOWS[main.unit]
    at, value = newest[main.id][0]
    power = known.get(_POWER)
    if power is not None and newest[power.id][0][0] >= at - main.gap * 1000:
        now = newest[power.id][0][1] / MICRO
        at = max(at, newest[power.id][0][0])
    else:
        now = flow(main, newest[main.id], factor)
    return Value(meter, at, value / MICRO, main.unit, now, flow_unit)


def _gauge(meter: str, known: dict[str, Register], newest: dict[int, list]) -> Value | None:
    for obis in sorted(known):
        register = known[obis]
        at, value = newest[register.id][0]
        if register.kind == COUNTER:
            return Value(meter, at, value / MICRO, register.unit, None, "")
        return Value(meter, at, None, "", value / MICRO, register.unit)
    return None


def flow(register: Register, pairs: list, factor: int) -> float | None:
    """What flowed between the last two readings, an hour."""
    if len(pairs) < 2:
        return None
    (at, value), (before, less) = pairs
    if value < less or at - before > register.gap * 1000:
        return None
    return (value - less) / MICRO * factor * HOUR / (at - before)
