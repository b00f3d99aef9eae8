"""Finding entries: for the data protection officer, the command, and those it is about."""

from collections.abc import Iterable
from collections.abc import Iterator
from datetime import datetime
from datetime import UTC
from kaarst.core.audit import kinds
from kaarst.core.audit.chain import Entry
from kaarst.core.audit.tables import entry
from sqlalchemy import Connection
from sqlalchemy import select
from typing import NamedTuple

import json


# Of one number nobody wants to read more.
MOST_READINGS = 500


class Wanted(NamedTuple):
    """What is looked for; None: all. `first`, `until`: UTC milliseconds, `until` not included."""

    first: int | None = None
    until: int | None = None
    kind: str | None = None
    actor: str | None = None
    subject: str | None = None
    town: str | None = None


class Reading(NamedTuple):
    """Somebody of the town, or somebody who acts for the person, has looked at what is about a number.

    `when`: aware, UTC. `department`: its title, empty if it was not the department's clerks.
    `page`: the view or service. `kind`: one of kinds.SEEN. `authorisation`: of who acts, the id of
    what lets them; empty for the town.
    """

    when: datetime
    department: str
    page: str
    kind: str
    number: str
    authorisation: str = ""


def found(
    connection: Connection, wanted: Wanted, limit: int, before: int | None = None
) -> Iterator[Entry]:
    """Yields entries, the newest first; `before`: only those with a smaller sequence."""
    query = select(entry).order_by(entry.c.sequence.desc()).limit(limit)
    if before is not None:
        query = query.where(entry.c.sequence < before)
    if wanted.first is not None:
        query = query.where(entry.c.at >= wanted.first)
    if wanted.until is not None:
        query = query.where(entry.c.at < wanted.until)
    for name in ("kind", "actor", "subject", "town"):
        value = getattr(wanted, name)
        if value is not None:
            query = query.where(entry.c[name] == value)
    return (Entry(*row) for row in connection.execute(query))


def readings(connection: Connection, town: str, numbers: Iterable[str]) -> Iterator[Reading]:
    """Yields what staff, and citizens who act for others, have seen of these numbers, the newest first."""
    acting = (entry.c.actor_kind == kinds.CITIZEN) & entry.c.detail.contains('"authorisation":')
    query = (
        select(entry.c.at, entry.c.detail, entry.c.kind, entry.c.subject)
        .where(
            entry.c.subject.in_(sorted(set(numbers) - {""})),
            entry.c.town == town,
            (entry.c.actor_kind == kinds.STAFF) | acting,
            entry.c.kind.in_(kinds.SEEN),
        )
        .order_by(entry.c.sequence.desc())
        .limit(MOST_READINGS)
    )
    for at, detail, kind, number in connection.execute(query):
        known = json.loads(detail)
        when = datetime.fromtimestamp(at / 1000, UTC)
        yield Reading(
            when,
            known.get("department", ""),
            known.get("page", ""),
            kind,
            number,
            known.get("authorisation", ""),
        )
