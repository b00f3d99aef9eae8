"""Connections: one writer at a time, readers beside it, and a commit that is on the disk."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from sqlalchemy import Connection
from sqlalchemy import create_engine
from sqlalchemy import Engine
from sqlalchemy import event
from sqlalchemy import inspect
from sqlalchemy import make_url
from sqlalchemy import URL


STORE = "metering"
_MIGRATIONS = Path(__file__).parent / "migrations"
_VERSIONS = _MIGRATIONS / "versions"
# Seconds that a writer waits for another one.
PATIENCE = 10
# "kaarst metering" in 63 bits, any number that nobody else uses as an advisory lock.
_LOCK = 0x6B6172_6D657465


class Store:
    """The metering database. Threads share it; a process makes one."""

    def __init__(self, address: URL | str):
        """`address`: an SQLAlchemy URL of SQLite or PostgreSQL."""
        address = make_url(address)
        if address.drivername in ("postgres", "postgresql"):
            address = address.set(drivername="postgresql+psycopg")
        self.sqlite = address.get_backend_name() == "sqlite"
        self.engine = _sqlite(address) if self.sqlite else _postgresql(address)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction as the only writer; committed at the end, rolled back on any exception.

        When the block has ended without an exception, what was written survives a power cut.
        """
        with self.engine.connect() as connection:
            if self.sqlite:
                connection = connection.execution_options(writes=True)
            with connection.begin():
                if not self.sqlite:
                    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
                yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees one state of the database throughout."""
        with self.engine.connect() as connection, connection.begin():
            yield connection

    def migrate(self):
        """Brings the tables to the present version; several processes may do so at once."""
        if self._version() == max(path.name[:4] for path in _VERSIONS.glob("[0-9]*.py")):
            return
        from alembic import command
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", str(_MIGRATIONS))
        with self.writing() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    def _version(self) -> str | None:
        """The version of the tables; Alembic takes half a second to load only to say it."""
        with self.reading() as connection:
            if not inspect(connection).has_table("metering_version"):
                return None
            return connection.exec_driver_sql("SELECT version_num FROM metering_version").scalar()

    def dispose(self):
        """Closes the connections."""
        self.engine.dispose()


@lru_cache(maxsize=16)
def opened(address: URL | str) -> Store:
    """Returns this process's store at an address, with its tables up to date."""
    store = Store(address)
    store.migrate()
    return store


def default_store() -> Store:
    """Returns the store of this installation (`kaarst.core.database`)."""
    from kaarst.core.database import url

    return opened(url(STORE))


def _sqlite(address: URL) -> Engine:
    if address.database and address.database != ":memory:":
        Path(address.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(address, connect_args={"timeout": PATIENCE})

    @event.listens_for(engine, "connect")
    def prepare(connection, record):
        # Transactions are begun below and not by the driver, which would begin them too late.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        # FULL: a commit is on the disk, not only in the write-ahead log's cache.
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA cache_size=-65536")
        cursor.execute("PRAGMA mmap_size=268435456")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection):
        writes = connection.get_execution_options().get("writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _postgresql(address: URL) -> Engine:
    return create_engine(
        address,
        pool_pre_ping=True,
        connect_args={"connect_timeout": PATIENCE, "options": "-c jit=off"},
    )
