"""When a process was last seen at work, and which of several is to work.

Both stand in SQL: a web process on another machine can read them, and beating every few seconds
would fill the ZODB with history. Times are seconds since 1970, by the clocks of the machines,
which are assumed to agree to a few seconds.
"""

from kaarst.core import database
from sqlalchemy import Column
from sqlalchemy import delete
from sqlalchemy import Engine
from sqlalchemy import Float
from sqlalchemy import MetaData
from sqlalchemy import or_
from sqlalchemy import select
from sqlalchemy import String
from sqlalchemy import Table
from sqlalchemy.exc import SQLAlchemyError

import logging
import os
import socket
import threading
import time
import uuid


logger = logging.getLogger(__name__)

tables = MetaData()
beats = Table(
    "heartbeats",
    tables,
    Column("name", String(100), primary_key=True),
    Column("at", Float, nullable=False),
)
leases = Table(
    "leases",
    tables,
    Column("name", String(100), primary_key=True),
    Column("holder", String(200), nullable=False),
    Column("ends", Float, nullable=False),
)

LEASE_SECONDS = 15
RENEW_SECONDS = 4


def beat(name: str) -> None:
    """Notes that the process of this name has done something just now."""
    try:
        engine = _engine()
        statement = database.insert(engine, beats).values(name=name, at=time.time())
        statement = statement.on_conflict_do_update(
            index_elements=[beats.c.name], set_={"at": statement.excluded.at}
        )
        with engine.begin() as connection:
            connection.execute(statement)
    except SQLAlchemyError:
        logger.exception("The heartbeat of %s could not be noted.", name)


def age(name: str) -> float | None:
    """Returns how many seconds ago it last beat, or None if it never did."""
    with _engine().connect() as connection:
        at = connection.execute(select(beats.c.at).where(beats.c.name == name)).scalar()
    return None if at is None else max(time.time() - at, 0.0)


class Lease:
    """Of several processes that want the same name, one holds it; after a crash another gets it.

    A thread renews it. `held` turns False in time when it cannot be renewed.
    """

    def __init__(self, name: str):
        self.name = name
        self.holder = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
        self._until = 0.0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._renew, name=f"lease-{name}", daemon=True)

    @property
    def held(self) -> bool:
        return time.monotonic() < self._until

    def start(self) -> None:
        """Tries to get the lease now and goes on trying until `end`."""
        self._ask()
        self._thread.start()

    def end(self) -> None:
        """Gives the lease back."""
        self._over.set()
        self._thread.join(timeout=2)
        self._until = 0.0
        mine = (leases.c.name == self.name, leases.c.holder == self.holder)
        try:
            with _engine().begin() as connection:
                connection.execute(delete(leases).where(*mine))
        except SQLAlchemyError:
            logger.exception("The lease %s could not be given back; it ends by itself.", self.name)

    def _renew(self) -> None:
        while not self._over.wait(RENEW_SECONDS):
            self._ask()

    def _ask(self) -> None:
        asked = time.monotonic()
        now = time.time()
        try:
            engine = _engine()
            statement = database.insert(engine, leases).values(
                name=self.name, holder=self.holder, ends=now + LEASE_SECONDS
            )
            statement = statement.on_conflict_do_update(
                index_elements=[leases.c.name],
                set_={"holder": statement.excluded.holder, "ends": statement.excluded.ends},
                where=or_(leases.c.holder == self.holder, leases.c.ends < now),
            ).returning(leases.c.holder)
            with engine.begin() as connection:
                got = connection.execute(statement).scalar() is not None
        except SQLAlchemyError:
            # What was held is held until it ends; then somebody else may have it.
            logger.exception("The lease %s could not be renewed.", self.name)
            return
        self._until = asked + LEASE_SECONDS if got else 0.0


def _engine() -> Engine:
    return database.prepared(database.engine(database.COUNTERS), tables)
