"""Whether the storage merges ledgers: tried, not assumed.

A ZEO server resolves conflicts itself and must be able to import `Ledger` for that (or leave it
to its clients by `client-conflict-resolution`). Where it cannot, nothing fails at once: bookings
side by side on one day are refused in masses as soon as there is a rush. RelStorage needs the
former states of an object, which it may lack without history.

The probe votes on an outdated change of a ledger of its own and then aborts: nothing is written.
"""

from enum import Enum
from kaarst.appointments.engine.ledger import Ledger
from persistent import Persistent
from ZODB.Connection import TransactionMetaData
from ZODB.interfaces import IMVCCStorage
from ZODB.POSException import ConflictError
from ZODB.POSException import POSKeyError


class Merging(Enum):
    """What the probe found out."""

    WORKS = "works"
    REFUSED = "refused"
    UNKNOWN = "unknown"


class Probe(Persistent):
    """A ledger of which the storage has a former state.

    Until `touch` was committed twice, and again after the database was packed, there is none.
    """

    def __init__(self):
        self.ledger = Ledger()
        self.former = b""

    def touch(self) -> None:
        """Make a former state; for the worker, when `try_merging` found nothing out."""
        self.ledger._p_activate()
        if self.ledger._p_jar is not None and self.ledger._p_oid:
            self.former = self.ledger._p_serial
        self.ledger._p_changed = True

    def try_merging(self) -> Merging:
        """Let the storage merge an outdated state into the present one, without writing it."""
        if not self.former:
            return Merging.UNKNOWN
        base = self._p_jar.db().storage
        versioned = IMVCCStorage.providedBy(base)
        storage = base.new_instance() if versioned else base
        try:
            if versioned:
                storage.poll_invalidations()
            return _vote(storage, self.ledger._p_oid, self.former)
        finally:
            if versioned:
                storage.release()


def _vote(storage, oid: bytes, serial: bytes) -> Merging:
    try:
        outdated = storage.loadSerial(oid, serial)
    except POSKeyError:
        return Merging.UNKNOWN
    meta = TransactionMetaData()
    storage.tpc_begin(meta)
    try:
        storage.store(oid, serial, outdated, "", meta)
        storage.tpc_vote(meta)
    except ConflictError:
        return Merging.REFUSED
    finally:
        storage.tpc_abort(meta)
    return Merging.WORKS
