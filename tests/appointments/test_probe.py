"""A storage that cannot merge ledgers is found out, on real ZEO servers."""

from kaarst.appointments.bookings import store
from kaarst.appointments.bookings.store import Store
from kaarst.appointments.engine.claims import BOOKED
from kaarst.appointments.engine.claims import Claim
from kaarst.appointments.engine.ledger import Ledger
from kaarst.appointments.jobs.health import LedgersMerge
from kaarst.appointments.probe import Merging
from kaarst.appointments.probe import Probe
from kaarst.core.health import checks
from kaarst.core.health.checks import ObjectDatabase
from tests.appointments import zeo
from ZODB.DB import DB
from ZODB.DemoStorage import DemoStorage
from ZODB.FileStorage import FileStorage
from ZODB.MappingStorage import MappingStorage
from ZODB.POSException import ConflictError

import pytest
import signal
import transaction


def result(db):
    """What a probe finds out once it was touched twice."""
    with db.transaction() as connection:
        connection.root.probe = Probe()
        connection.root.probe.touch()
        assert connection.root.probe.try_merging() is Merging.UNKNOWN
    with db.transaction() as connection:
        connection.root.probe.touch()
    with db.transaction() as connection:
        before = connection.root.probe.ledger._p_serial
        found = connection.root.probe.try_merging()
    with db.transaction() as connection:
        assert connection.root.probe.ledger._p_serial == before
    return found


def merges(db):
    """Whether two clients book different cells of one ledger side by side."""
    with db.transaction() as connection:
        connection.root.ledger = Ledger()
    managers = [transaction.TransactionManager() for _ in range(2)]
    for number, manager in enumerate(managers):
        ledger = db.open(manager).root.ledger
        ledger.place(str(number), Claim(BOOKED, 1 << number), 0)
    managers[0].commit()
    try:
        managers[1].commit()
    except ConflictError:
        managers[1].abort()
        return False
    return True


@pytest.mark.parametrize(
    ("importable", "options", "expected"),
    [
        (True, (), Merging.WORKS),
        (False, (), Merging.REFUSED),
        (False, ("client-conflict-resolution true",), Merging.WORKS),
    ],
)
def test_zeo_servers(tmp_path, importable, options, expected):
    with (
        zeo.server(tmp_path, *options, importable=importable) as port,
        zeo.database(port) as db,
    ):
        assert result(db) is expected
        assert merges(db) is (expected is Merging.WORKS)


def test_a_server_that_hangs_or_is_gone_is_noticed(tmp_path, monkeypatch):
    monkeypatch.setattr(checks, "ANSWERS_WITHIN", 1)
    with zeo.process(tmp_path) as (port, server), zeo.database(port) as db:
        site = db.open().root()
        monkeypatch.setattr(store, "existing", lambda site: site["store"])
        site["store"] = Store()
        transaction.commit()
        assert ObjectDatabase().check(site).state == LedgersMerge().check(site).state == "ok"
        # As when its disk does not answer: the connection stays.
        server.send_signal(signal.SIGSTOP)
        try:
            assert ObjectDatabase().check(site).state == LedgersMerge().check(site).state == "error"
        finally:
            server.send_signal(signal.SIGCONT)
        assert ObjectDatabase().check(site).state == "ok"
        server.terminate()
        server.wait(20)
        found = ObjectDatabase().check(site)
        assert (found.state, found.message) == ("error", "The object database does not answer.")
        assert "does not answer" in LedgersMerge().check(site).message


def test_a_file_storage_merges_until_it_is_packed_and_touched_again(tmp_path):
    db = DB(FileStorage(str(tmp_path / "Data.fs")))
    assert result(db) is Merging.WORKS
    db.pack()
    with db.transaction() as connection:
        assert connection.root.probe.try_merging() is Merging.UNKNOWN
        connection.root.probe.touch()
    with db.transaction() as connection:
        assert connection.root.probe.try_merging() is Merging.WORKS
    db.close()


@pytest.mark.parametrize(
    ("storage", "expected"),
    [(DemoStorage, Merging.WORKS), (MappingStorage, Merging.REFUSED)],
)
def test_storages_in_memory(storage, expected):
    db = DB(storage())
    assert result(db) is expected
    assert merges(db) is (expected is Merging.WORKS)
    db.close()
