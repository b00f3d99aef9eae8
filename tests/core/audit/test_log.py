"""The log in both databases: one after the other, never changed, shortened from its beginning."""

from concurrent.futures import ThreadPoolExecutor
from cryptography.fernet import Fernet
from kaarst.core import sealing
from kaarst.core.audit import tables
from kaarst.core.audit.chain import Draft
from kaarst.core.audit.chain import Head
from kaarst.core.audit.log import rows
from sqlalchemy import delete
from sqlalchemy import select
from sqlalchemy import update
from sqlalchemy.exc import SQLAlchemyError

import pytest
import sqlite3
import subprocess
import sys
import time


def draft(number, at=None):
    at = number if at is None else at
    return Draft("kaarst", at, "read", "anna", "staff", f"VG-{number}", '{"page":"case"}')


def entries(log):
    with log.reading() as connection:
        return list(rows(connection, select(tables.entry).order_by(tables.entry.c.sequence)))


def test_entries_follow_one_another_and_cannot_be_changed(any_log):
    first = any_log.append([draft(1), draft(2)])
    any_log.append([draft(3)])
    assert entries(any_log)[:2] == first
    assert [one.sequence for one in entries(any_log)] == [1, 2, 3]
    assert any_log.verify() == (
        None,
        "3 entries are as they were written.",
        3,
        any_log.verify().head,
    )
    row = tables.entry.c.sequence == 2
    replaced = "INSERT OR REPLACE INTO audit_entry SELECT sequence, town, 7, kind, actor, actor_kind, subject, detail, previous, hash FROM audit_entry WHERE sequence = 2"  # fmt: skip
    attempts = [
        lambda connection: connection.execute(delete(tables.entry)),
        lambda connection: connection.execute(delete(tables.entry).where(row)),
        lambda connection: connection.execute(
            update(tables.entry).where(row).values(actor="bernd")
        ),
        lambda connection: connection.exec_driver_sql(
            replaced if any_log.sqlite else "TRUNCATE audit_entry"
        ),
    ]
    for attempt in attempts:
        with pytest.raises(SQLAlchemyError, match="only ever added to"), any_log.writing() as connection:  # fmt: skip
            attempt(connection)
    assert any_log.verify().bad is None and len(entries(any_log)) == 3


def test_what_is_old_goes_and_leaves_a_signed_line(any_log):
    assert any_log.remove_old(5, now=100) == 0
    any_log.append([draft(number) for number in range(1, 8)])
    noted = any_log.verify().head
    assert any_log.remove_old(5, now=100) == 4
    assert any_log.remove_old(5, now=100) == 0
    verdict = any_log.verify(noted)
    assert (verdict.bad, verdict.count) == (None, 3)
    with any_log.writing() as connection, pytest.raises(SQLAlchemyError, match="only ever added"):
        connection.execute(delete(tables.entry).where(tables.entry.c.sequence == 5))
    with any_log.writing() as connection, pytest.raises(SQLAlchemyError, match="only ever added"):
        connection.execute(delete(tables.checkpoint))
    # All of it may go; what follows goes on counting.
    assert any_log.remove_old(50, now=101) == 3
    assert (any_log.verify(noted).bad, any_log.verify().count) == (None, 0)
    assert any_log.append([draft(8)])[0].sequence == 8
    assert any_log.verify(noted).bad is None
    with any_log.reading() as connection:
        assert any_log.contains(connection, noted)
        assert not any_log.contains(connection, Head(8, noted.hash))
        assert not any_log.contains(connection, Head(9, noted.hash))


def test_who_owns_the_database_is_found_by_the_chain(any_log):
    """The triggers are dropped, a false checkpoint is written, rows are changed."""
    any_log.append([draft(number) for number in range(1, 6)])
    with any_log.writing() as connection:
        for name in tables.triggers(connection.dialect.name):
            on = "" if any_log.sqlite else f" ON {name.rpartition('_')[0]}"
            connection.exec_driver_sql(f"DROP TRIGGER {name}{on}")
    verdict = any_log.verify()
    assert verdict.bad == 0 and "audit_entry_delete" in verdict.said
    with any_log.writing() as connection:
        connection.execute(update(tables.entry).where(tables.entry.c.sequence == 3).values(subject="VG-4"))  # fmt: skip
        tables._guard(tables.metadata, connection, tables=[tables.checkpoint])
    assert any_log.verify().bad == 3


def test_one_byte_in_the_file_is_found_even_if_it_is_no_text_any_more(file_log, tmp_path):
    file_log.append([draft(number) for number in range(1, 6)])
    file_log.dispose()
    path = tmp_path / "audit.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    content = path.read_bytes()
    for before, after in ((b"VG-4", b"VG-\xff"), (b'{"page":"case"}', b'{"page":"cas\x00"}')):
        place = content.rindex(before)
        path.write_bytes(content[:place] + after + content[place + len(after) :])
        assert file_log.verify().bad is not None
        file_log.dispose()
    path.write_bytes(content)
    assert file_log.verify().bad is None


def test_many_processes_append_to_one_chain(any_log):
    """Each in a process of its own, at once; nothing is lost and nothing forks."""
    where = any_log.engine.url.render_as_string(hide_password=False)
    program = f"""
from kaarst.core.audit.log import opened
from kaarst.core.audit.chain import Draft
from kaarst.core.database import parsed
import sys
log = opened(parsed({where!r}))
for number in range(20):
    log.append([Draft("kaarst", number, "read", sys.argv[1], "staff", f"VG-{{part}}", "{{}}") for part in range(3)])
"""

    def run(name):
        return subprocess.run([sys.executable, "-c", program, name], check=True, timeout=120)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(run, "abcd"))
    verdict = any_log.verify()
    assert (verdict.bad, verdict.count) == (None, 240)
    written = entries(any_log)
    # What was appended together stands together.
    assert all(written[at].actor == written[at + 2].actor for at in range(0, 240, 3))


def test_a_new_key_is_put_before_the_old_one(file_log, key):
    file_log.append([draft(1)])
    key.write_text(f"{Fernet.generate_key().decode()}\n{key.read_text()}")
    file_log.append([draft(2)])
    assert file_log.verify().bad is None
    newer, former = key.read_text().split()
    key.write_text(newer)
    assert file_log.verify().bad == 1
    key.write_text(former)
    assert file_log.verify().bad == 2


def test_without_its_key_nothing_is_added_and_nothing_verified(file_log, key):
    file_log.append([draft(1)])
    key.write_text("no key\n")
    with pytest.raises(sealing.NotOpened):
        file_log.append([draft(2)])
    with pytest.raises(sealing.NotOpened):
        file_log.verify()


def test_the_look_at_its_health_waits_for_no_writer(any_log):
    any_log.append([draft(1)])
    with any_log.writing():
        begun = time.monotonic()
        assert any_log.state_of_health() == ""
        assert time.monotonic() - begun < 2
