"""Dead letters, the tally of what came in, and the last message of each topic.

A dead letter keeps the message as it came, so that it can be replayed once the mapping is mended.
Messages that are right but carry nothing anybody assigned ("empty") or needs ("ignored") are dead
letters too, but only counted, with the last one of a topic and day as a sample. Of those with a value
that nobody agrees to being stored ("no-consent") there is no sample either.
"""

from collections import Counter
from collections.abc import Iterable
from collections.abc import Sequence
from kaarst.metering.store.batch import DEAD
from kaarst.metering.store.batch import DUPLICATE
from kaarst.metering.store.batch import Message
from kaarst.metering.store.batch import Outcome
from kaarst.metering.store.batch import STORED
from kaarst.metering.store.batch import WITHHELD
from kaarst.metering.store.schema import dead_letter
from kaarst.metering.store.schema import last_message
from kaarst.metering.store.schema import tally
from sqlalchemy import Connection
from sqlalchemy import func
from sqlalchemy import insert
from sqlalchemy import select
from sqlalchemy import update

import json


OPEN, ASIDE, REPLAYED, DISCARDED = "open", "aside", "replayed", "discarded"
COUNTED_ONLY = frozenset({"empty", "ignored", WITHHELD})
DAY = 86_400_000
# Of these no message is kept to try a mapping on.
_UNSEEN = frozenset({WITHHELD, "long-topic"})
# How often the last message of a topic is written, and how much of it is kept.
_SHOW_EVERY = 60_000
_SAMPLE = 4096
_TOPICS = 20_000
_TOPIC_LIMIT = 500


class Tally:
    """Writes what became of a batch's messages. Remembers when it last kept a topic's message."""

    def __init__(self):
        self._shown: dict[str, int] = {}

    def forget(self):
        self._shown.clear()

    def write(
        self, connection: Connection, messages: Sequence[Message], outcomes: Sequence[Outcome]
    ):
        """Counts outcomes by day, stores dead letters and last messages; one for each message."""
        days: dict[int, Counter] = {}
        dead = []
        shown = self._shown
        samples = {}
        for message, outcome in zip(messages, outcomes, strict=True):
            received = message.received
            day = days.get(received // DAY)
            if day is None:
                day = days[received // DAY] = Counter()
            day[outcome.kind] += 1
            if outcome.kind is DEAD:
                dead.append((message, outcome))
            if (
                received - shown.get(message.topic, 0) >= _SHOW_EVERY
                and outcome.reason not in _UNSEEN
            ):
                shown[message.topic] = received
                samples[message.topic] = message
        for day, counts in days.items():
            _count(connection, day, counts)
        if dead:
            bury(connection, dead)
        if samples:
            self._keep(connection, samples.values())

    def _keep(self, connection: Connection, samples: Iterable[Message]):
        if len(self._shown) > _TOPICS:
            self._shown.clear()
        for message in samples:
            values = {
                "received_at": message.received,
                "payload": message.payload[:_SAMPLE],
                "retain": message.retain,
            }
            where = last_message.c.topic == message.topic[:_TOPIC_LIMIT]
            done = connection.execute(update(last_message).where(where).values(**values))
            if not done.rowcount:
                connection.execute(
                    insert(last_message).values(topic=message.topic[:_TOPIC_LIMIT], **values)
                )


def _count(connection: Connection, day: int, counts: Counter):
    values = {name: counts[name] for name in (STORED, DUPLICATE, DEAD)}
    values["received"] = sum(counts.values())
    added = {name: tally.c[name] + value for name, value in values.items()}
    if not connection.execute(update(tally).where(tally.c.day == day).values(**added)).rowcount:
        connection.execute(insert(tally).values(day=day, **values))


def bury(connection: Connection, dead: Iterable[tuple[Message, Outcome]]):
    """Stores dead letters."""
    rows, counted = [], {}
    for message, outcome in dead:
        if outcome.reason in COUNTED_ONLY:
            key = (message.topic, outcome.reason, message.received // DAY)
            before = counted.get(key)
            counted[key] = (message, outcome, 1 + (before[2] if before else 0))
        else:
            rows.append(_row(message, outcome, OPEN, 1))
    if rows:
        connection.execute(insert(dead_letter), rows)
    for message, outcome, count in counted.values():
        _set_aside(connection, message, outcome, count)


def _row(message: Message, outcome: Outcome, state: str, count: int) -> dict:
    return {
        "received_at": message.received,
        "arrival": message.arrival or message.received,
        "topic": message.topic[:_TOPIC_LIMIT],
        "payload": b"" if outcome.reason == WITHHELD else message.payload,
        "retain": message.retain,
        "reason": outcome.reason,
        "detail": json.dumps(outcome.values or {}),
        "state": state,
        "count": count,
        "changed_at": message.received,
        "changed_by": None,
    }


def _set_aside(connection: Connection, message: Message, outcome: Outcome, count: int):
    start = message.received // DAY * DAY
    where = (
        dead_letter.c.topic == message.topic[:_TOPIC_LIMIT],
        dead_letter.c.reason == outcome.reason,
        dead_letter.c.state == ASIDE,
        dead_letter.c.received_at >= start,
        dead_letter.c.received_at < start + DAY,
    )
    found = connection.execute(select(dead_letter.c.id).where(*where).limit(1)).scalar()
    row = _row(message, outcome, ASIDE, count)
    row["payload"] = row["payload"][:_SAMPLE]
    if found is None:
        connection.execute(insert(dead_letter).values(**row))
        return
    connection.execute(
        update(dead_letter)
        .where(dead_letter.c.id == found)
        .values(
            count=dead_letter.c.count + count,
            payload=row["payload"],
            changed_at=row["changed_at"],
        )
    )


def sums(connection: Connection, first_day: int = 0, last_day: int = 2**31 - 1) -> dict[str, int]:
    """Returns received, stored, duplicate and dead over UTC days, both included.

    `received` always equals the sum of the other three.
    """
    columns = [func.coalesce(func.sum(tally.c[name]), 0) for name in _TALLIED]
    row = connection.execute(
        select(*columns).where(tally.c.day >= first_day, tally.c.day <= last_day)
    ).one()
    return dict(zip(_TALLIED, map(int, row), strict=True))


def days(connection: Connection, count: int) -> list[dict[str, int]]:
    """Returns `{day, received, stored, duplicate, dead}` of the last UTC days with messages."""
    query = select(tally).order_by(tally.c.day.desc()).limit(count)
    return [dict(row._mapping) for row in connection.execute(query)]


_TALLIED = ("received", STORED, DUPLICATE, DEAD)
