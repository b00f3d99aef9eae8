"""Who changed what: mappings, registers, tariffs, consents, replays. Never readings of people."""

from kaarst.metering.store.schema import audit as table
from sqlalchemy import Connection
from sqlalchemy import insert
from sqlalchemy import select

import json


def note(connection: Connection, who: str, what: str, subject: str, now: int, **detail):
    """Writes one line. `now`: UTC milliseconds; `detail`: JSON types."""
    connection.execute(
        insert(table).values(
            at=now, who=who[:100], what=what, subject=subject[:200], detail=json.dumps(detail)
        )
    )


def lines(connection: Connection, subject: str | None = None, limit: int = 100) -> list[dict]:
    """Returns the newest lines, of one subject or of all."""
    query = select(table).order_by(table.c.at.desc(), table.c.id.desc()).limit(limit)
    if subject is not None:
        query = query.where(table.c.subject == subject)
    return [{**row._mapping, "detail": json.loads(row.detail)} for row in connection.execute(query)]
