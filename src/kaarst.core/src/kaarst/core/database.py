"""The SQL side of the city: one address for all packages, SQLite files when none is given.

`KAARST_DATABASE` names a database as an SQLAlchemy URL, for example
`postgresql://kaarst@localhost/kaarst`; then everything lies in it. Without it every store is a
SQLite file in the instance's var directory (`instance/var/kaarst.sqlite`). Counters have
their own file: they may lose the last second when the power fails, in exchange for no waiting
for the disk; measured data may not.
"""

from functools import lru_cache
from pathlib import Path
from sqlalchemy import create_engine
from sqlalchemy import Engine
from sqlalchemy import event
from sqlalchemy import make_url
from sqlalchemy import MetaData
from sqlalchemy import Table
from sqlalchemy import URL
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import DBAPIError

import os


COUNTERS = "counters"
MAIN = "kaarst"
# Seconds a writer waits for another one to finish before it gives up.
PATIENCE = 5


def url(store: str = MAIN) -> URL:
    """Returns the address of a store: "kaarst" (data), "counters", "audit" (kaarst.core.audit).

    A PostgreSQL address without a driver is used with psycopg 3.
    """
    configured = os.environ.get("KAARST_DATABASE", "").strip()
    return _address(configured, "" if configured else str(directory()), store)


@lru_cache(maxsize=64)
def _address(configured: str, folder: str, store: str) -> URL:
    """The address by all that it depends on."""
    if not configured:
        return URL.create("sqlite", database=str(Path(folder) / f"{store}.sqlite"))
    address = parsed(configured)
    if address.get_backend_name() == "sqlite" and store != MAIN:
        path = Path(address.database)
        return address.set(database=str(path.with_name(f"{path.stem}-{store}{path.suffix}")))
    return address


def parsed(configured: URL | str) -> URL:
    """Returns an address as an operator gives it, with the driver that is installed."""
    address = make_url(configured)
    if address.drivername in ("postgres", "postgresql"):
        return address.set(drivername="postgresql+psycopg")
    return address


def engine(store: str = MAIN) -> Engine:
    """Returns this process's engine for a store; threads share it."""
    return _engine(url(store), store)


@lru_cache(maxsize=16)
def _engine(address: URL, store: str) -> Engine:
    if address.get_backend_name() != "sqlite":
        return create_engine(
            address, pool_pre_ping=True, connect_args={"connect_timeout": PATIENCE}
        )
    Path(address.database).parent.mkdir(parents=True, exist_ok=True)
    made = create_engine(address, connect_args={"timeout": PATIENCE})
    synchronous = "OFF" if store == COUNTERS else "NORMAL"

    @event.listens_for(made, "connect")
    def prepare(connection, record):
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute(f"PRAGMA synchronous={synchronous}")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()

    return made


@lru_cache(maxsize=16)
def prepared(made: Engine, tables: MetaData) -> Engine:
    """Returns the engine after its `tables` were created where missing, once in a process."""
    try:
        tables.create_all(made)
    except DBAPIError:
        # Another process may have been a moment faster; if it is anything else, it happens again.
        tables.create_all(made)
    return made


def insert(made: Engine, table: Table):
    """Returns an INSERT that knows ON CONFLICT: both databases have it, SQLAlchemy's own has not."""
    return {"sqlite": sqlite, "postgresql": postgresql}[made.dialect.name].insert(table)


def directory() -> Path:
    """The instance's var directory, as it was set up or as Zope's configuration has it."""
    if var := os.environ.get("KAARST_VAR", "").strip():
        return Path(var)
    from App.config import getConfiguration

    # CLIENT_HOME is one process's own directory below it.
    home = getattr(getConfiguration(), "clienthome", None) or os.environ.get("CLIENT_HOME")
    if not home:
        raise RuntimeError("No directory for SQLite files: set KAARST_VAR or KAARST_DATABASE.")
    return Path(home).parent
