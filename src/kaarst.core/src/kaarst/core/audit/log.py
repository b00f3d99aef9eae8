"""The log in SQL: appended to by one at a time, shortened from its beginning, never changed.

One chain for the installation and not one for each town: a whole town cannot be removed from it
unseen, what is done at Zope's root has its place in it, and there is one head to note elsewhere.
Pages show each town its own entries only.
"""

from collections.abc import Iterable
from collections.abc import Sequence
from functools import lru_cache
from kaarst.core import database
from kaarst.core import sealing
from kaarst.core.audit import tables
from kaarst.core.audit.chain import BEGINNING
from kaarst.core.audit.chain import chained
from kaarst.core.audit.chain import Checkpoint
from kaarst.core.audit.chain import checkpoint as made_checkpoint
from kaarst.core.audit.chain import Draft
from kaarst.core.audit.chain import Entry
from kaarst.core.audit.chain import Head
from kaarst.core.audit.chain import is_sealed
from kaarst.core.audit.chain import Verdict
from kaarst.core.audit.chain import verify
from kaarst.core.one_writer import OneWriter
from pathlib import Path
from sqlalchemy import Connection
from sqlalchemy import delete
from sqlalchemy import func
from sqlalchemy import insert
from sqlalchemy import inspect
from sqlalchemy import select
from sqlalchemy import URL

import os


VARIABLE = "KAARST_AUDIT_URL"
STORE = "audit"
PURPOSE = "kaarst.core.audit"
# "kaarst audit" in 63 bits, any number that nobody else uses as an advisory lock.
_LOCK = 0x6B6172_61756469


class Log(OneWriter):
    """The audit log of an installation. Threads share it; a process makes one."""

    def __init__(self, address: URL):
        # Bytes that somebody has changed may be no text any more; they are still to be compared.
        def text(value: bytes) -> str:
            return value.decode("utf-8", "surrogateescape")

        super().__init__(address, _LOCK, text_factory=text)

    def prepare(self) -> None:
        """Makes the tables with their triggers where there are none."""
        with self.reading() as connection:
            if inspect(connection).has_table(tables.checkpoint.name):
                return
        with self.writing() as connection:
            tables.metadata.create_all(connection)

    def append(self, drafts: Sequence[Draft]) -> list[Entry]:
        """Adds entries at the end, all or none, and returns them.

        Raises SQLAlchemyError, or sealing.NotOpened where there is no key.
        """
        key = keys(make=True)[0]
        with self.writing() as connection:
            at, made = self.head(connection), []
            for draft in drafts:
                made.append(chained(draft, at, key))
                at = Head(made[-1].sequence, made[-1].hash)
            connection.execute(insert(tables.entry), [one._asdict() for one in made])
        return made

    def head(self, connection: Connection) -> Head:
        """Returns the last entry's sequence and hash, or those of the last one deleted."""
        for table in (tables.entry, tables.checkpoint):
            newest = select(table.c.sequence, table.c.hash).order_by(table.c.sequence.desc())
            found = connection.execute(newest.limit(1)).first()
            if found is not None:
                return Head(*found)
        return Head(0, BEGINNING)

    def verify(self, expected: Head | None = None) -> Verdict:
        """Reads the whole log and says whether it is what was written; see chain.verify."""
        sealed = keys()
        with self.reading() as connection:
            if missing := self.missing_triggers(connection):
                said = f"The log can be changed: it lacks {', '.join(missing)}."
                return Verdict(0, said, 0, Head(0, BEGINNING))
            notes = select(tables.checkpoint).order_by(tables.checkpoint.c.sequence)
            lines = [Checkpoint(*row) for row in connection.execute(notes)]
            query = select(tables.entry).order_by(tables.entry.c.sequence)
            rows = connection.execution_options(yield_per=1000).execute(query)
            verdict = verify((Entry(*row) for row in rows), lines, sealed, expected)
            rows.close()
            if verdict.bad is None and self.sqlite:
                # An index that leaves a row out hides it from searches.
                whole = connection.exec_driver_sql("PRAGMA integrity_check").scalar()
                if whole != "ok":
                    return verdict._replace(bad=0, said=f"The file is damaged: {whole}")
        return verdict

    def verify_since(self, noted: Head) -> Verdict:
        """Says whether what was noted is still in the log, and what came after it in order."""
        sealed = keys(make=True)
        with self.reading() as connection:
            if not self.contains(connection, noted):
                said = f"Entry {noted.sequence} is missing or not the one that was noted."
                return Verdict(noted.sequence, said, 0, noted)
            gone = self._last_checkpoint(connection)
            begin = max(noted, gone) if gone is not None else noted
            query = select(tables.entry).where(tables.entry.c.sequence > begin.sequence)
            query = query.order_by(tables.entry.c.sequence)
            rows = connection.execution_options(yield_per=1000).execute(query)
            verdict = verify((Entry(*row) for row in rows), (), sealed, begin=begin)
            rows.close()
        return verdict

    def state_of_health(self) -> str:
        """Returns what is wrong in a sentence, or an empty text; within some milliseconds.

        Takes no lock: who looks whether the city is well must neither wait for a writer nor make
        one wait.
        """
        with self.reading() as connection:
            if missing := self.missing_triggers(connection):
                return f"The audit log can be changed: it lacks {', '.join(missing)}."
            newest = select(tables.entry).order_by(tables.entry.c.sequence.desc()).limit(1)
            row = connection.execute(newest).first()
            if row is not None and not is_sealed(Entry(*row), keys()):
                return f"Entry {row.sequence} of the audit log is not what was written."
            if not self._may_write(connection):
                return "The audit log cannot be written to."
        return ""

    def _may_write(self, connection: Connection) -> bool:
        if self.sqlite:
            path = Path(self.engine.url.database)
            # Beside the file lies the write-ahead log.
            return os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)
        may = "has_table_privilege('audit_entry', 'INSERT') AND NOT pg_is_in_recovery()"
        return bool(connection.exec_driver_sql(f"SELECT {may}").scalar())

    def missing_triggers(self, connection: Connection) -> list[str]:
        """Returns the names of the triggers that were dropped or put out of force."""
        if self.sqlite:
            query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        else:
            query = (
                "SELECT tgname FROM pg_trigger WHERE tgenabled <> 'D' AND tgrelid IN "
                "(to_regclass('audit_entry'), to_regclass('audit_checkpoint'))"
            )
        there = set(connection.exec_driver_sql(query).scalars())
        return sorted(set(tables.triggers(connection.dialect.name)) - there)

    def contains(self, connection: Connection, head: Head) -> bool:
        """Whether what was the head once is in the chain, or has gone as its time was over."""
        if head.sequence == 0:
            return True
        found = connection.execute(
            select(tables.entry.c.hash).where(tables.entry.c.sequence == head.sequence)
        ).scalar()
        if found is not None:
            return found == head.hash
        gone = self._last_checkpoint(connection)
        return gone is not None and head.sequence <= gone.sequence

    def _last_checkpoint(self, connection: Connection) -> Head | None:
        """The last entry that was deleted, if the note about it is genuine."""
        newest = select(tables.checkpoint).order_by(tables.checkpoint.c.sequence.desc()).limit(1)
        row = connection.execute(newest).first()
        if row is None or not is_sealed(Checkpoint(*row), keys()):
            return None
        return Head(row.sequence, row.hash)

    def remove_old(self, before: int, now: int) -> int:
        """Deletes the entries from the beginning up to the first one that is not older.

        `before`, `now`: UTC milliseconds. A signed checkpoint stays for them. Refuses to touch a
        log whose entry there is not genuine, and returns how many are gone.
        """
        entry = tables.entry
        with self.writing() as connection:
            kept = select(func.min(entry.c.sequence)).where(entry.c.at >= before)
            first = connection.execute(kept).scalar()
            last = select(entry).order_by(entry.c.sequence.desc()).limit(1)
            if first is not None:
                last = last.where(entry.c.sequence < first)
            row = connection.execute(last).first()
            if row is None:
                return 0
            sealed, key = keys(), keys()[0]
            if not is_sealed(Entry(*row), sealed):
                raise ValueError(f"entry {row.sequence} is not what was written")
            line = made_checkpoint(Head(row.sequence, row.hash), now, key)
            connection.execute(insert(tables.checkpoint).values(**line._asdict()))
            gone = delete(entry).where(entry.c.sequence <= row.sequence)
            return connection.execute(gone).rowcount


def keys(make: bool = False) -> list[bytes]:
    """The keys that seal the log, the present one first; see kaarst.core.sealing."""
    return sealing.derived(PURPOSE, make)


def address() -> URL:
    """Where the log of this installation lies: `KAARST_AUDIT_URL`, or beside the other data."""
    configured = os.environ.get(VARIABLE, "").strip()
    return database.parsed(configured) if configured else database.url(STORE)


def installed() -> Log:
    """Returns this process's log, with its tables."""
    return opened(address())


@lru_cache(maxsize=16)
def opened(where: URL) -> Log:
    """Returns this process's log at an address, with its tables."""
    log = Log(where)
    log.prepare()
    return log


def rows(connection: Connection, query) -> Iterable[Entry]:
    """The entries that a query for all columns finds."""
    return (Entry(*row) for row in connection.execute(query))
