"""For whom a login acts: one row beside its session, gone with it. Nothing of it in the ZODB.

So choosing and stopping concern one login only, and nothing is left of them when it ends. Who has
a password of the site has no session here: their row is named by a hash of who they are, counts on
all their devices, and ends when they sign in or out, or after some hours. Times are UTC seconds.
"""

from kaarst.core import database
from kaarst.core.signin.sessions.store import sessions
from kaarst.core.signin.sessions.store import tables as session_tables
from sqlalchemy import Column
from sqlalchemy import delete
from sqlalchemy import Engine
from sqlalchemy import Float
from sqlalchemy import MetaData
from sqlalchemy import or_
from sqlalchemy import select
from sqlalchemy import String
from sqlalchemy import Table

import hashlib
import time


#: Begins the names of rows that belong to no session; no handle of a session has a colon.
LOCAL = "l:"
#: As long as a session lasts, unless the town has set something else.
LOCAL_SECONDS = 4 * 3600

tables = MetaData()
chosen = Table(
    "acting_sessions",
    tables,
    Column("handle", String(32), primary_key=True),
    Column("authorisation", String(64), nullable=False),
    Column("since", Float, nullable=False),
)


def local(site: str, user: str) -> str:
    """What stands for the handle of a session for a user whom the site itself keeps."""
    return LOCAL + hashlib.sha256(f"acting:{site}\0{user}".encode()).hexdigest()[:30]


def of(handle: str) -> str:
    """The id of the authorisation that a login acts by, or an empty text."""
    query = select(chosen.c.authorisation).where(chosen.c.handle == handle, _living())
    with _engine().connect() as connection:
        return connection.execute(query).scalar_one_or_none() or ""


def put(handle: str, authorisation: str) -> None:
    """From now on the login acts by this authorisation."""
    engine, values = _engine(), {"authorisation": authorisation, "since": time.time()}
    statement = database.insert(engine, chosen).values(handle=handle, **values)
    with engine.begin() as connection:
        connection.execute(
            statement.on_conflict_do_update(index_elements=[chosen.c.handle], set_=values)
        )


def drop(handle: str) -> None:
    """The login acts for nobody else any more."""
    with _engine().begin() as connection:
        connection.execute(delete(chosen).where(chosen.c.handle == handle))


def purge() -> int:
    """Deletes what belongs to no session. Returns how many; for the worker."""
    engine = database.prepared(_engine(), session_tables)
    kept = or_(chosen.c.handle.like(f"{LOCAL}%"), chosen.c.handle.in_(select(sessions.c.handle)))
    with engine.begin() as connection:
        return connection.execute(delete(chosen).where(~(kept & _living()))).rowcount


def _living():
    """What has not ended by itself: sessions end elsewhere."""
    return or_(~chosen.c.handle.like(f"{LOCAL}%"), chosen.c.since > time.time() - LOCAL_SECONDS)


def _engine() -> Engine:
    return database.prepared(database.engine(), tables)
