"""What the worker does with the log, what the health check says, and who has looked."""

from kaarst.core import audit
from kaarst.core.account import records
from kaarst.core.audit import kinds
from kaarst.core.audit import tables
from kaarst.core.audit.keeping import AuditLog
from kaarst.core.audit.keeping import Heads
from kaarst.core.audit.keeping import MONTH_MILLISECONDS
from kaarst.core.audit.keeping import NoteHead
from kaarst.core.audit.keeping import ShortenLog
from kaarst.core.audit.keeping import STORE
from kaarst.core.stores import existing
from tests.core.audit.test_log import draft
from tests.core.audit.test_log import entries

import pytest
import sqlite3
import time
import transaction


@pytest.fixture
def site(functional_portal, own_log):
    return functional_portal


def checked(site):
    found = AuditLog().check(site)
    return found.state, found.message


def test_the_head_is_noted_daily_and_a_cut_off_end_found(site, own_log, tmp_path):
    assert checked(site)[0] == "ok"
    NoteHead().run(site)
    own_log.append([draft(number) for number in range(1, 6)])
    NoteHead().run(site)
    NoteHead().run(site)
    heads = existing(site, STORE)
    assert [line[1] for line in heads.noted] == [5]
    assert checked(site)[0] == "ok" and "5:" in checked(site)[1]
    own_log.append([draft(6)])
    with sqlite3.connect(tmp_path / "audit.sqlite") as connection:
        for name in tables.SQLITE:
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("DELETE FROM audit_entry WHERE sequence > 4")
    assert checked(site) == (
        "error",
        "The audit log can be changed: it lacks audit_checkpoint_delete, audit_checkpoint_insert, "
        "audit_checkpoint_update, audit_entry_delete, audit_entry_insert, audit_entry_update.",
    )
    with own_log.writing() as connection:
        tables._guard(tables.metadata, connection, tables=[tables.checkpoint])
    assert checked(site) == ("error", "Entry 5, which was noted, is not in the audit log.")
    NoteHead().run(site)
    assert heads.wrong == "Entry 5 is missing or not the one that was noted."
    assert [line[1] for line in heads.noted] == [5]


def test_what_is_changed_since_yesterday_is_found_by_the_worker(site, own_log, tmp_path):
    own_log.append([draft(number) for number in range(1, 4)])
    NoteHead().run(site)
    own_log.append([draft(4), draft(5)])
    with sqlite3.connect(tmp_path / "audit.sqlite") as connection:
        connection.execute("DROP TRIGGER audit_entry_update")
        connection.execute("UPDATE audit_entry SET actor = 'bernd' WHERE sequence = 4")
    NoteHead().run(site)
    assert existing(site, STORE).wrong == "Entry 4 is not what was written."
    assert checked(site)[0] == "error"


def test_old_entries_go_and_nothing_is_missed(site, own_log, monkeypatch):
    now = time.time_ns() // 1_000_000
    old = [draft(number, now - 25 * MONTH_MILLISECONDS) for number in range(1, 4)]
    own_log.append([*old, draft(4, now - 23 * MONTH_MILLISECONDS)])
    NoteHead().run(site)
    ShortenLog().run(site)
    assert [one.sequence for one in entries(own_log)] == [4]
    monkeypatch.setenv("KAARST_AUDIT_MONTHS", "6")
    ShortenLog().run(site)
    NoteHead().run(site)
    assert entries(own_log) == [] and checked(site)[0] == "ok"
    assert existing(site, STORE).wrong == ""
    transaction.commit()
    assert [(one.kind, one.detail) for one in entries(own_log)] == [
        (kinds.LOG_SHORTENED, '{"count":3}'),
        (kinds.LOG_SHORTENED, '{"count":1}'),
    ]
    assert own_log.verify().bad is None


def test_who_has_looked_is_said_by_department_and_never_by_name(site, own_log):
    def read(kind, number, **detail):
        audit.record(kind, subject=number, detail=detail, actor="anna", actor_kind=kinds.STAFF)

    read(kinds.READ, "VG-1", page="view", department="Bürgerbüro")
    read(kinds.DOWNLOAD, "VG-1", page="document", department="Bürgerbüro")
    read(kinds.EXPORT, "TE-2", page="personal-data")
    read(kinds.DELETION, "TE-2", page="personal-data")
    read(kinds.READ, "VG-3", page="view")
    audit.record(kinds.READ, subject="VG-1", actor="~alias", actor_kind=kinds.CITIZEN)
    transaction.commit()
    found = audit.readings_about({"VG-1", "TE-2"})
    assert [(one.number, one.kind, one.department, one.page) for one in found] == [
        ("TE-2", "export", "", "personal-data"),
        ("VG-1", "download", "Bürgerbüro", "document"),
        ("VG-1", "read", "Bürgerbüro", "view"),
    ]
    assert found[0].when.tzinfo is not None and "anna" not in repr(found)
    assert audit.readings_about([]) == []


def test_an_alias_goes_with_the_account_and_without_one_with_the_day(site, own_log, monkeypatch):
    citizen = "bpk2:4711"
    before = audit.alias(citizen)
    assert before == audit.alias(citizen) and "4711" not in before
    kept = records.make(site)
    record = kept.open(citizen)
    assert audit.alias(citizen) == f"~{record.audit_alias[:24]}" != before
    kept.close(record.id)
    assert audit.alias(citizen) == before
    from kaarst.core import ratelimit

    monkeypatch.setattr(ratelimit, "_salt", lambda engine, day: b"tomorrow")
    assert audit.alias(citizen) != before


def test_heads_are_made_with_the_site(site):
    assert isinstance(existing(site, STORE), Heads)
