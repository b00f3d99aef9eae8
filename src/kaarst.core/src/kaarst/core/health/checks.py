"""The parts that every city has: both databases, the disk, the worker."""

from contextlib import suppress
from kaarst.core import database
from kaarst.core import pins
from kaarst.core import sealing
from kaarst.core.interfaces import Health
from kaarst.core.interfaces import IHealthCheck
from kaarst.core.worker.heartbeat import age
from sqlalchemy import select
from threading import Thread
from zope.interface import implementer

import shutil


WORKER_LATE = 60
WORKER_GONE = 300
ANSWERS_WITHIN = 5
ROOT = b"\0" * 8
SPACE_LOW = 2_000_000_000
SPACE_GONE = 200_000_000


@implementer(IHealthCheck)
class ObjectDatabase:
    """The ZODB answers and may be written to. Nothing is written to find that out."""

    def check(self, site):
        storage = site._p_jar.db().storage
        if not answers(storage):
            return Health("error", "The object database does not answer.")
        if site._p_jar.isReadOnly():
            return Health("error", "The object database can only be read.")
        return Health("ok", f"{storage.getName()}, {site._p_jar.db().objectCount()} objects.")


def answers(storage) -> bool:
    """Whether the database's server answers, True where there is none.

    A client of ZEO knows even the last transaction by itself, and a server that hangs (its disk is
    gone, say) keeps the connection. Only what has to be read from its file says how it is.
    """
    connected = getattr(storage, "is_connected", None)
    if connected is None:
        return True
    answered = []

    def ask():
        with suppress(Exception):
            answered.append(storage.history(ROOT, 1))

    if connected():
        asking = Thread(target=ask, daemon=True)
        asking.start()
        asking.join(ANSWERS_WITHIN)
    return bool(answered)


@implementer(IHealthCheck)
class SqlDatabase:
    """The SQL stores answer."""

    def check(self, site):
        for store in (database.MAIN, database.COUNTERS):
            with database.engine(store).connect() as connection:
                connection.execute(select(1))
        return Health("ok", f"{database.url().get_backend_name()} answers.")


@implementer(IHealthCheck)
class DiskSpace:
    """There is room on the disk on which the instance keeps its data and its logs."""

    def check(self, site):
        free = shutil.disk_usage(database.directory()).free
        said = f"{free / 1e9:.1f} GB are free."
        if free < SPACE_GONE:
            return Health("error", said)
        return Health("warning" if free < SPACE_LOW else "ok", said)


@implementer(IHealthCheck)
class Key:
    """The key of the house can be read. One that is not there yet is made when it is needed."""

    def check(self, site):
        if not sealing.key_file().exists():
            return Health("ok", "There is no key of the house yet.")
        try:
            marks = map(pins.mark, sealing.derived(pins.PURPOSE))
        except sealing.NotOpened as error:
            return Health("error", str(error))
        # To compare machines by: each needs the same file.
        return Health("ok", f"PINs are sealed with the key {' or '.join(marks)}.")


@implementer(IHealthCheck)
class Worker:
    """Somebody does the jobs. A job may take a while, so a late worker is no dead one."""

    def check(self, site):
        seconds = age("worker")
        if seconds is None:
            return Health("error", "No worker has run yet; start kaarst-worker.")
        said = f"The worker was last seen at work {seconds:.0f} seconds ago."
        if seconds > WORKER_GONE:
            return Health("error", said)
        return Health("warning" if seconds > WORKER_LATE else "ok", said)
