"""The readings of one transaction, until they are written.

Most readings are the newest of their register: they are new for certain and only appended. The rest
(late, repeated, disordered) is looked up in the database first.
"""

from kaarst.metering.decoders.base import iso
from kaarst.metering.errors import MeteringError
from kaarst.metering.rollup.calendar import HOUR
from kaarst.metering.store import edges
from kaarst.metering.store import rows
from kaarst.metering.store.registers import Register
from kaarst.metering.store.schema import contradiction
from kaarst.metering.store.schema import reading
from kaarst.metering.units import Scale
from sqlalchemy import Connection
from sqlalchemy import select
from sqlalchemy import update
from typing import NamedTuple


STORED, DUPLICATE, DEAD = "stored", "duplicate", "dead"
#: The reason of a message with a value that nobody agrees to being stored: it is not kept as it came.
WITHHELD = "no-consent"
# What `Batch.add` found, bits: known already, new, or to be looked up.
KNOWN, NEW, LATE = 0, 1, 2
# Milliseconds a device's clock may be ahead of ours.
AHEAD = 600_000
# 2000-01-01: devices without a set clock say 1970.
_CLOCK_SET = 946_684_800_000
_NO_READING = (-1, 0)

# Qualities of a reading, bits.
OWN_TIME, ARRIVAL, QUEUED, MANUAL, IMPORTED = 0, 1, 2, 4, 8


class Message(NamedTuple):
    """A message as it came.

    `received`: UTC milliseconds. `arrival`: the moment that counts for a message without a time of
    its own, 0 if it is `received`. What had waited at the broker counts as read when the connection
    came back: all such messages of a register fall on one moment and the greatest value stays, so
    that what was used meanwhile shows as one gap and not as a spike. `quality`: MANUAL, IMPORTED.
    """

    topic: str
    payload: bytes
    received: int
    retain: bool = False
    arrival: int = 0
    quality: int = 0


class Outcome(NamedTuple):
    """What became of a message; `reason` and `values` only for dead ones, or WITHHELD in part."""

    kind: str
    reason: str = ""
    values: dict | None = None


class _Late(NamedTuple):
    register: Register
    ts: int
    value: int
    quality: int
    received: int
    message: int


class Batch:
    """Collects readings with `add`, writes them with `store`."""

    def __init__(self, connection: Connection, last: dict[int, tuple[int, int]]):
        """`last`: register → (moment, value) of its newest reading, kept up to date here."""
        self._connection = connection
        self._last = last
        self._rows: list[tuple] = []
        self._hours: dict = {}
        self._jumps: list[tuple[Register, tuple]] = []
        self._arrivals: dict[tuple[int, int], _Late] = {}
        self._late: list[_Late] = []
        self._amend: dict[int, bool] = {}
        self._stored: set[int] = set()
        self._contradicted: dict[int, MeteringError] = {}

    def add(
        self,
        chain: list[Register],
        moment: int | None,
        value,
        message: Message,
        index: int,
        scale: Scale | None = None,
    ) -> int:
        """Adds one value of the message at `index`; returns KNOWN, NEW or LATE.

        `scale`: the value's unit if it is not the one that the register's device sends.
        Raises MeteringError where a rule is against it.
        """
        if moment is None:
            return self._add_arrived(chain, value, message, index)
        if moment < _CLOCK_SET:
            raise MeteringError("clock-not-set", time=iso(moment))
        if moment > message.received + AHEAD:
            raise MeteringError("future", time=iso(moment))
        register = _in_use(chain, moment)
        stored = _checked(register, moment, value, scale or register.scale)
        last = self._last.get(register.id) or self._newest(register)
        if moment > last[0]:
            self._append(register, last, moment, stored, message.received, message.quality)
            return NEW
        if moment == last[0] and stored == last[1]:
            return KNOWN
        self._late.append(_Late(register, moment, stored, message.quality, message.received, index))
        return LATE

    def _add_arrived(self, chain: list[Register], value, message: Message, index: int) -> int:
        """Adds a value whose message had no time; of one second and register the greatest stays."""
        arrival = message.arrival or message.received
        moment = arrival // 1000 * 1000
        register = _in_use(chain, moment)
        stored = _checked(register, moment, value, register.scale)
        last = self._last.get(register.id) or self._newest(register)
        if message.retain:
            # When the broker kept it, nobody knows; that it is the one we know is all it can say.
            if last[1] == stored:
                return KNOWN
            raise MeteringError("retained")
        if moment == last[0] and stored <= last[1]:
            return KNOWN
        key = (register.id, moment)
        known = self._arrivals.get(key)
        if known is not None and stored <= known.value:
            return KNOWN
        quality = message.quality | (ARRIVAL if arrival == message.received else ARRIVAL | QUEUED)
        self._arrivals[key] = _Late(register, moment, stored, quality, message.received, index)
        return NEW if moment > last[0] else LATE

    def amend(self, index: int, has_new: bool):
        """The outcome of the message at `index` depends on what the look-up finds."""
        self._amend[index] = has_new

    def store(self, outcomes: list[Outcome]):
        """Writes everything and corrects the outcomes of messages whose readings were late."""
        for late in sorted(self._arrivals.values(), key=lambda arrived: arrived.ts):
            last = self._last.get(late.register.id) or self._newest(late.register)
            if late.ts > last[0]:
                self._append(late.register, last, late.ts, late.value, late.received, late.quality)
                self._stored.add(late.message)
            else:
                self._late.append(late)
        rows.insert_readings(self._connection, self._rows)
        edges.merge(self._connection, self._hours)
        for register, pair in self._jumps:
            edges.note_jumps(self._connection, register, [pair])
        if self._late:
            self._store_late()
        for index, has_new in self._amend.items():
            if has_new or index in self._stored or outcomes[index].kind != STORED:
                continue
            problem = self._contradicted.get(index)
            withheld = outcomes[index].reason
            if problem is None:
                outcomes[index] = Outcome(DUPLICATE, withheld)
            else:
                outcomes[index] = Outcome(DEAD, withheld or problem.reason, problem.values)

    def _append(self, register: Register, last: tuple, ts: int, value: int, received: int, quality):
        """Adds a reading newer than all of its register."""
        identifier = register.id
        if (
            (value < last[1] or register.peak is not None)
            and last is not _NO_READING
            and register.counter
            and edges.is_jump(register, last, (ts, value))
        ):
            self._jumps.append((register, (*last, ts, value)))
        self._last[identifier] = (ts, value)
        self._rows.append((identifier, ts, value, received, quality))
        edges.merge_reading(self._hours, (identifier, ts // HOUR), ts, value)

    def _newest(self, register: Register) -> tuple[int, int]:
        """Looks up the newest reading of a register; (-1, 0) if there is none."""
        found = self._connection.execute(
            select(reading.c.ts, reading.c.value)
            .where(reading.c.register == register.id)
            .order_by(reading.c.ts.desc())
            .limit(1)
        ).first()
        last = _NO_READING if found is None else (found.ts, found.value)
        self._last[register.id] = last
        return last

    def _store_late(self):
        keys = sorted({(late.register.id, late.ts) for late in self._late})
        known = rows.values_at(self._connection, keys)
        new: dict[tuple[int, int], _Late] = {}
        replaced: dict[tuple[int, int], _Late] = {}
        for late in self._late:
            key = (late.register.id, late.ts)
            there = known.get(key)
            if there is None:
                new[key] = late
                known[key] = late.value
                self._stored.add(late.message)
                continue
            if there == late.value:
                continue
            self._contradict(late, there)
            if late.value > there:
                known[key] = late.value
                if key in new:
                    new[key] = late
                else:
                    replaced[key] = late
        hours: dict = {}
        for (identifier, ts), late in new.items():
            edges.merge_reading(hours, (identifier, ts // HOUR), ts, late.value)
        rows.insert_readings(
            self._connection,
            [(*key, late.value, late.received, late.quality) for key, late in new.items()],
        )
        edges.merge(self._connection, hours)
        for late in replaced.values():
            self._replace(late)
        edges.check_neighbours(
            self._connection,
            [(late.register, late.ts, late.value) for late in (*new.values(), *replaced.values())],
        )

    def _contradict(self, late: _Late, there: int):
        """Two values for one moment: notes the lesser, decides what the message has become."""
        if late.value > there:
            self._stored.add(late.message)
        elif not late.quality & ARRIVAL:
            self._contradicted[late.message] = MeteringError(
                "contradiction", time=iso(late.ts), value=there
            )
        if late.quality & ARRIVAL:
            # Two arrivals in one second are no contradiction, only a coarse clock.
            return
        rows.insert_ignoring(
            self._connection,
            contradiction,
            {
                "register": late.register.id,
                "ts": late.ts,
                "value": min(late.value, there),
                "received_at": late.received,
            },
        )

    def _replace(self, late: _Late):
        self._connection.execute(
            update(reading)
            .where(reading.c.register == late.register.id, reading.c.ts == late.ts)
            .values(value=late.value, received_at=late.received, quality=late.quality)
        )
        edges.rebuild(self._connection, late.register, late.ts, late.ts)
        if self._last[late.register.id][0] == late.ts:
            self._last[late.register.id] = (late.ts, late.value)


def _in_use(chain: list[Register], moment: int) -> Register:
    for register in reversed(chain):
        if register.valid_from <= moment:
            if moment < register.ends:
                return register
            break
    raise MeteringError("no-register-then", time=iso(moment))


def _checked(register: Register, moment: int, value, scale: Scale) -> int:
    stored = scale(value)
    if stored < 0 and register.counter:
        raise MeteringError("negative", value=value)
    if moment < register.condensed_until:
        raise MeteringError("too-old", time=iso(register.condensed_until))
    return stored
