"""Dead letters for people: to look at, to replay once the mapping is mended, to discard."""

from collections.abc import Sequence
from dataclasses import dataclass
from kaarst.metering.errors import sentence
from kaarst.metering.store import audit
from kaarst.metering.store.batch import DEAD
from kaarst.metering.store.batch import Message
from kaarst.metering.store.batch import WITHHELD
from kaarst.metering.store.engine import Store
from kaarst.metering.store.intake import Intake
from kaarst.metering.store.letters import ASIDE
from kaarst.metering.store.letters import DISCARDED
from kaarst.metering.store.letters import OPEN
from kaarst.metering.store.letters import REPLAYED
from kaarst.metering.store.schema import dead_letter
from kaarst.metering.store.schema import last_message
from sqlalchemy import Connection
from sqlalchemy import func
from sqlalchemy import select
from sqlalchemy import update
from typing import NamedTuple
from zope.i18nmessageid import Message as Sentence

import json


_PART = 500


class Letter(NamedTuple):
    """A dead letter. `received`: UTC milliseconds; `count`: more than one if only counted."""

    id: int
    received: int
    topic: str
    payload: bytes
    retain: bool
    reason: str
    values: dict
    state: str
    count: int

    @property
    def message(self) -> Sentence:
        """Why it is here, translatable."""
        return sentence(self.reason, self.values)


@dataclass
class Result:
    """What a replay did: `stored` and `duplicate` are settled, `dead` stay, `reasons` say why."""

    stored: int = 0
    duplicate: int = 0
    dead: int = 0
    reasons: dict[str, int] | None = None


_COLUMNS = (
    dead_letter.c.id,
    dead_letter.c.received_at,
    dead_letter.c.topic,
    dead_letter.c.payload,
    dead_letter.c.retain,
    dead_letter.c.reason,
    dead_letter.c.detail,
    dead_letter.c.state,
    dead_letter.c.count,
)


def letters(
    connection: Connection,
    state: str = OPEN,
    topic: str | None = None,
    reason: str | None = None,
    start: int = 0,
    size: int = 50,
) -> list[Letter]:
    """Returns dead letters, newest first."""
    query = select(*_COLUMNS).where(*_where(state, topic, reason))
    query = query.order_by(dead_letter.c.received_at.desc(), dead_letter.c.id.desc())
    return [_letter(row) for row in connection.execute(query.offset(start).limit(size))]


def groups(
    connection: Connection, state: str = OPEN, limit: int = 500
) -> list[tuple[str, str, int, int]]:
    """Returns (topic, reason, number of messages, newest arrival), the most first."""
    total = func.sum(dead_letter.c.count)
    rows = connection.execute(
        select(dead_letter.c.topic, dead_letter.c.reason, total, func.max(dead_letter.c.changed_at))
        .where(dead_letter.c.state == state)
        .group_by(dead_letter.c.topic, dead_letter.c.reason)
        .order_by(total.desc(), dead_letter.c.topic)
        .limit(limit)
    )
    return [(topic, reason, int(count), newest) for topic, reason, count, newest in rows]


def waiting(connection: Connection, topic: str | None = None, reason: str | None = None) -> int:
    """Returns how many open dead letters there are."""
    where = _where(OPEN, topic, reason)
    return connection.execute(select(func.count()).select_from(dead_letter).where(*where)).scalar()


def replay(
    store: Store,
    who: str,
    now: int,
    identifiers: Sequence[int] | None = None,
    topic: str | None = None,
    reason: str | None = None,
) -> Result:
    """Takes open dead letters in again, all of them or those chosen.

    What is stored or known now is settled; what is not stays, with the reason it has now. May be
    repeated and interrupted at any point: readings taken in twice are the same readings.
    """
    intake = Intake(store)
    result = Result(reasons={})
    last = 0
    while True:
        with store.writing() as connection:
            where = _where(OPEN, topic, reason)
            if identifiers is not None:
                where.append(dead_letter.c.id.in_([int(number) for number in identifiers]))
            rows = connection.execute(
                select(dead_letter)
                .where(*where, dead_letter.c.id > last)
                .order_by(dead_letter.c.id)
                .limit(_PART)
            ).all()
            if not rows:
                audit.note(
                    connection, who, "replay", topic or "", now,
                    stored=result.stored, duplicate=result.duplicate, dead=result.dead,
                )  # fmt: skip
                return result
            last = rows[-1].id
            _replay_some(connection, intake, rows, who, now, result)


def _replay_some(connection: Connection, intake: Intake, rows, who: str, now: int, result: Result):
    messages = [
        Message(row.topic, bytes(row.payload), row.received_at, row.retain, row.arrival)
        for row in rows
    ]
    outcomes = intake.take_within(connection, messages)
    for row, outcome in zip(rows, outcomes, strict=True):
        if outcome.kind == DEAD:
            result.dead += 1
            result.reasons[outcome.reason] = result.reasons.get(outcome.reason, 0) + 1
            values = {"reason": outcome.reason, "detail": json.dumps(outcome.values or {})}
            if outcome.reason == WITHHELD:
                values |= {"state": ASIDE, "payload": b"", "changed_at": now}
        else:
            setattr(result, outcome.kind, getattr(result, outcome.kind) + 1)
            values = {"state": REPLAYED, "changed_at": now, "changed_by": who[:100]}
            if outcome.reason == WITHHELD:
                values["payload"] = b""
        connection.execute(update(dead_letter).where(dead_letter.c.id == row.id).values(**values))


def discard(
    connection: Connection,
    who: str,
    now: int,
    identifiers: Sequence[int] | None = None,
    topic: str | None = None,
    reason: str | None = None,
    why: str = "",
) -> int:
    """Sets open dead letters aside for good and returns how many; retention removes them later.

    `why` is what the person said about it, for the log.
    """
    where = _where(OPEN, topic, reason)
    if identifiers is not None:
        where.append(dead_letter.c.id.in_([int(number) for number in identifiers]))
    done = connection.execute(
        update(dead_letter)
        .where(*where)
        .values(state=DISCARDED, changed_at=now, changed_by=who[:100])
    )
    audit.note(connection, who, "discard", topic or "", now, count=done.rowcount, why=why[:500])
    return done.rowcount


def last_of(connection: Connection, topic: str) -> tuple[int, bytes] | None:
    """Returns (received, payload) of the last message seen on a topic, for trying a mapping."""
    row = connection.execute(
        select(last_message.c.received_at, last_message.c.payload).where(
            last_message.c.topic == topic
        )
    ).first()
    return None if row is None else (row.received_at, bytes(row.payload))


def topics(connection: Connection, limit: int = 500) -> list[tuple[str, int]]:
    """Returns (topic, last seen) of the topics seen most recently."""
    rows = connection.execute(
        select(last_message.c.topic, last_message.c.received_at)
        .order_by(last_message.c.received_at.desc())
        .limit(limit)
    )
    return [(topic, received) for topic, received in rows]


def _where(state: str, topic: str | None, reason: str | None) -> list:
    where = [dead_letter.c.state == state]
    if topic is not None:
        where.append(dead_letter.c.topic == topic)
    if reason is not None:
        where.append(dead_letter.c.reason == reason)
    return where


def _letter(row) -> Letter:
    return Letter(
        row.id,
        row.received_at,
        row.topic,
        bytes(row.payload),
        row.retain,
        row.reason,
        json.loads(row.detail),
        row.state,
        row.count,
    )
