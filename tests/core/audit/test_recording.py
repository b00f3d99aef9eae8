"""Entries belong to the transaction that does what they say; no site needed."""

from kaarst.core import audit
from kaarst.core.audit import kinds
from tests.core.audit.test_log import entries

import pytest
import transaction


@pytest.fixture(autouse=True)
def clean():
    transaction.abort()
    yield
    transaction.abort()


def test_an_entry_is_written_with_the_commit_and_never_without(own_log):
    audit.record(kinds.READ, subject="VG-1", detail={"page": "case"})
    audit.record(kinds.READ, subject="VG-1", detail={"page": "case"})
    audit.record(kinds.READ, subject="VG-2")
    assert entries(own_log) == []
    transaction.commit()
    written = entries(own_log)
    assert [(one.subject, one.detail) for one in written] == [("VG-1", '{"page":"case"}'), ("VG-2", "{}")]  # fmt: skip
    assert {(one.town, one.actor, one.actor_kind) for one in written} == {("", "", "visitor")}
    audit.record(kinds.READ, subject="VG-3")
    transaction.abort()
    transaction.commit()
    assert entries(own_log) == written


def test_a_savepoint_takes_back_what_came_after_it(own_log):
    before = transaction.savepoint()
    audit.record(kinds.READ, subject="VG-1")
    before.rollback()
    audit.record(kinds.READ, subject="VG-2")
    between = transaction.savepoint()
    audit.record(kinds.READ, subject="VG-3")
    between.rollback()
    audit.record(kinds.READ, subject="VG-4")
    transaction.commit()
    assert [one.subject for one in entries(own_log)] == ["VG-2", "VG-4"]


def test_what_was_refused_is_recorded_although_all_else_is_rolled_back(own_log):
    audit.record(kinds.READ, subject="VG-1")
    audit.record_now(kinds.SIGN_IN_FAILED, actor_kind=kinds.VISITOR)
    transaction.abort()
    assert [one.kind for one in entries(own_log)] == ["sign-in-failed"]


class Other:
    """Another participant of the transaction, which says no when asked for its vote."""

    transaction_manager = transaction.manager

    def __init__(self, name):
        self.sortKey = lambda: name

    def nothing(self, transaction):
        pass

    abort = tpc_begin = commit = tpc_finish = tpc_abort = nothing

    def tpc_vote(self, transaction):
        raise RuntimeError("conflict")


@pytest.mark.parametrize("name, count", [("/var/Data.fs:1", 0), ("~~kaarst.metering", 1)])
def test_a_conflict_in_the_object_database_leaves_no_entry(own_log, name, count):
    """What comes after it may fail: better an entry too much than one too few."""
    audit.record(kinds.READ, subject="VG-1")
    transaction.get().join(Other(name))
    with pytest.raises(RuntimeError):
        transaction.commit()
    transaction.abort()
    assert len(entries(own_log)) == count


def test_what_cannot_be_recorded_is_not_done(own_log, tmp_path, key, monkeypatch):
    key.write_text("no key\n")
    audit.record(kinds.READ, subject="VG-1")
    with pytest.raises(audit.LogUnavailable):
        transaction.commit()
    transaction.abort()
    with pytest.raises(audit.LogUnavailable):
        audit.record_now(kinds.READ)
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("KAARST_AUDIT_URL", f"sqlite:///{tmp_path}/file/audit.sqlite")
    audit.record(kinds.READ, subject="VG-1")
    with pytest.raises(audit.LogUnavailable):
        transaction.commit()


def test_only_known_kinds_and_short_plain_texts(own_log):
    with pytest.raises(ValueError):
        audit.record("something")
    with pytest.raises(ValueError):
        audit.record(kinds.READ, actor_kind="robot")
    audit.record(kinds.READ, subject="\0VG\ud800" + "x" * 300, actor="anna", actor_kind=kinds.STAFF)
    transaction.commit()
    (one,) = entries(own_log)
    assert (one.subject[:4], len(one.subject), one.actor) == ("VG?x", 200, "anna")


def test_an_alias_is_always_the_same_and_says_nothing(key):
    assert audit.alias("buerger") == audit.alias("buerger") != audit.alias("buergerin")
    assert "buerger" not in audit.alias("buerger")
    same = audit.alias("buerger")
    key.write_text(f"{'A' * 43}=\n{key.read_text()}")
    assert audit.alias("buerger") == same
