"""A database with one writer at a time, readers beside it, and commits that are on the disk.

For what must follow in order or must not be lost: the audit log, and what was measured. Other
stores take `kaarst.core.database.engine`.
"""

from collections.abc import Callable
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from sqlalchemy import Connection
from sqlalchemy import create_engine
from sqlalchemy import Engine
from sqlalchemy import event
from sqlalchemy import URL


# Seconds that a writer waits for another one.
PATIENCE = 10


class OneWriter:
    """A database in SQLite or PostgreSQL. Threads share it; a process makes one.

    `lock`: a number of 63 bits that nobody else uses, for PostgreSQL's advisory lock.
    `pragmas`: further ones for SQLite. `text_factory`: how SQLite's bytes become text.
    `options`: of PostgreSQL's command line, for each connection.
    """

    def __init__(
        self,
        address: URL,
        lock: int,
        *,
        pragmas: tuple[str, ...] = (),
        text_factory: Callable[[bytes], str] | None = None,
        options: str = "",
    ):
        self.sqlite = address.get_backend_name() == "sqlite"
        self.engine = (
            _sqlite(address, pragmas, text_factory)
            if self.sqlite
            else _postgresql(address, options)
        )
        self._lock = lock

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
                    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({self._lock})")
                yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees one state of the database throughout."""
        with self.engine.connect() as connection, connection.begin():
            yield connection

    def dispose(self) -> None:
        """Closes the connections."""
        self.engine.dispose()


def _sqlite(address: URL, pragmas: tuple[str, ...], text_factory) -> Engine:
    if address.database and address.database != ":memory:":
        Path(address.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(address, connect_args={"timeout": PATIENCE})

    @event.listens_for(engine, "connect")
    def prepare(connection, record):
        # Transactions are begun below and not by the driver, which would begin them too late.
        connection.isolation_level = None
        if text_factory is not None:
            connection.text_factory = text_factory
        cursor = connection.cursor()
        # FULL: a commit is on the disk, not only in the write-ahead log's cache.
        for pragma in ("journal_mode=WAL", "synchronous=FULL", *pragmas):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection):
        writes = connection.get_execution_options().get("writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _postgresql(address: URL, options: str) -> Engine:
    arguments = {"connect_timeout": PATIENCE, **({"options": options} if options else {})}
    return create_engine(address, pool_pre_ping=True, connect_args=arguments)
