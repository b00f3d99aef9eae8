"""For whom a session acts: one row beside the session, gone with it. Nothing of it in the ZODB.

So choosing and stopping concern one login only, and nothing is left of them when it ends. Times
are UTC seconds.
"""

from kaarst.core import database
from kaarst.core.signin.sessions.store import sessions
from kaarst.core.signin.sessions.store import tables as session_tables
from sqlalchemy import Column
from sqlalchemy import delete
from sqlalchemy import Engine
from sqlalchemy import Float
from sqlalchemy import MetaData
from sqlalchemy import select
from sqlalchemy import String
from sqlalchemy import Table

import time


tables = MetaData()
chosen = Table(
    "acting_sessions",
    tables,
    Column("handle", String(32), primary_key=True),
    Column("authorisation", String(64), nullable=False),
    Column("since", Float, nullable=False),
)


def of(handle: str) -> str:
    """The id of the authorisation that a session acts by, or an empty text."""
    query = select(chosen.c.authorisation).where(chosen.c.handle == handle)
    with _engine().connect() as connection:
        return connection.execute(query).scalar_one_or_none() or ""


def put(handle: str, authorisation: str) -> None:
    """From now on the session acts by this authorisation."""
    engine, values = _engine(), {"authorisation": authorisation, "since": time.time()}
    statement = database.insert(engine, chosen).values(handle=handle, **values)
    with engine.begin() as connection:
        connection.execute(
            statement.on_conflict_do_update(index_elements=[chosen.c.handle], set_=values)
        )


def drop(handle: str) -> None:
    """The session acts for nobody else any more."""
    with _engine().begin() as connection:
        connection.execute(delete(chosen).where(chosen.c.handle == handle))


def purge() -> int:
    """Deletes what belongs to no session. Returns how many; for the worker."""
    engine = database.prepared(_engine(), session_tables)
    over = chosen.c.handle.not_in(select(sessions.c.handle))
    with engine.begin() as connection:
        return connection.execute(delete(chosen).where(over)).rowcount


def _engine() -> Engine:
    return database.prepared(database.engine(), tables)
