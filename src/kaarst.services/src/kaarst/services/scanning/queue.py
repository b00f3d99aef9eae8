"""Files that wait for their scan, those that could not be scanned, and those that were put aside.

Times are UTC. An entry is written in the transaction that stores the file, and names the case by
its number. Like letters in the outbox, a scan is repeated while the daemon is away; unlike them it
is never given up then, because until the scan nobody can read the file.
"""

from datetime import datetime
from datetime import timedelta
from datetime import UTC
from kaarst.core.shards import Shards
from kaarst.core.stores import existing
from kaarst.core.stores import store
from kaarst.services.scanning import clamd
from kaarst.services.scanning import kept
from persistent import Persistent
from plone import api
from uuid import uuid4


STORE = "kaarst.services.scans"
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(minutes=15)
# How often the daemon may fail over the same file before a person has to look.
MOST_REFUSALS = 5
DECISIONS_KEPT = 200


class Scan(Persistent):
    """One file of one case. `file` is the KeptFile itself; `found`: what the daemon calls it."""

    def __init__(self, number: str, file: kept.KeptFile):
        self.id = uuid4().hex
        self.number = number
        self.file = file
        self.created = self.due = datetime.now(UTC)
        self.attempts = self.refusals = 0
        self.last_error = self.found = ""

    @property
    def state(self) -> str:
        return self.file.scan_state


class Scans(Persistent):
    """All scans of a site that are not over."""

    def __init__(self):
        self.waiting = Shards(64)
        self.stopped = Shards(4)
        #: (when, id, number, what was done, who, why), the newest last.
        self.decisions: tuple[tuple[str, ...], ...] = ()

    def add(self, scan: Scan) -> None:
        """Queues a file; from now on nobody gets it."""
        scan.file.scan_is(kept.WAITING)
        self.waiting.insert(scan.id, scan)

    def due(self) -> list[str]:
        """The ids of the scans to be made now, the oldest first."""
        now = datetime.now(UTC)
        ready = (scan for scan in self.waiting.values() if scan.due <= now)
        return [scan.id for scan in sorted(ready, key=lambda scan: scan.created)]

    def all(self) -> list[Scan]:
        """Those that need somebody before those that wait, the oldest first."""
        stopped, waiting = (
            sorted(shards.values(), key=lambda scan: scan.created)
            for shards in (self.stopped, self.waiting)
        )
        return stopped + waiting

    def clean(self, id: str) -> None:
        """Nothing was found: the file may be read."""
        self.waiting.pop(id).file.scan_is(kept.CLEAN)

    def infected(self, id: str, found: str) -> Scan:
        """Puts the file aside; returns its scan."""
        scan = self.waiting[id]
        scan.found = found
        self._stop(scan, kept.INFECTED)
        return scan

    def postpone(self, id: str, error: str) -> None:
        """The daemon is away; tried again later, without an end."""
        scan = self.waiting[id]
        scan.attempts += 1
        scan.last_error = error[:500]
        pause = min(FIRST_PAUSE * 2 ** min(scan.attempts - 1, 10), LONGEST_PAUSE)
        scan.due = datetime.now(UTC) + pause

    def refuse(self, id: str, error: str) -> None:
        """The daemon failed over this very file; after a few times somebody has to look."""
        self.postpone(id, error)
        scan = self.waiting[id]
        scan.refusals += 1
        if scan.refusals >= MOST_REFUSALS:
            self._stop(scan, kept.FAILED)

    def repeat(self, id: str) -> None:
        """Makes a scan due at once, also one that had stopped. Raises KeyError."""
        scan = self.stopped.get(id) or self.waiting[id]
        scan.due = datetime.now(UTC)
        scan.refusals, scan.found = 0, ""
        if id in self.stopped:
            del self.stopped[id]
            self.add(scan)

    def release(self, id: str, who: str, reason: str) -> None:
        """Gives a file out on somebody's word, whatever the scan said. Raises KeyError."""
        self._take(id, "release", who, reason).file.scan_is(kept.RELEASED)

    def erase(self, id: str, who: str, reason: str) -> None:
        """Deletes the content of a file for good. Raises KeyError."""
        self._take(id, "erase", who, reason).file.erase()

    def forget(self, number: str) -> None:
        """Drops all scans of a case."""
        for shards in (self.waiting, self.stopped):
            for scan in [scan for scan in shards.values() if scan.number == number]:
                del shards[scan.id]

    def _take(self, id: str, what: str, who: str, reason: str) -> Scan:
        shards = self.stopped if id in self.stopped else self.waiting
        scan = shards.pop(id)
        when = datetime.now(UTC).isoformat(timespec="seconds")
        entry = (when, id, scan.number, what, who, reason)
        self.decisions = (*self.decisions, entry)[-DECISIONS_KEPT:]
        return scan

    def _stop(self, scan: Scan, state: str) -> None:
        del self.waiting[scan.id]
        scan.file.scan_is(state)
        self.stopped.insert(scan.id, scan)


def make_store(site) -> Scans:
    """Called when the package is installed, so that no request has to."""
    return store(site, STORE, Scans)


def found(site) -> Scans | None:
    """The scans of a site, for who only looks."""
    return existing(site, STORE)


def submit(case, file: kept.KeptFile) -> None:
    """Holds a file of a case back until it is scanned, if the installation has a daemon.

    A mistyped setting holds back as well: the health check says so, and no citizen loses a form.
    """
    if clamd.setting():
        make_store(api.portal.get()).add(Scan(case.number, file))


def forget(number: str) -> None:
    """The case is gone, and with it all that waited or was put aside."""
    scans = found(api.portal.get())
    if scans is not None:
        scans.forget(number)


def submit_all(case, event) -> None:
    """A case was made: all its documents are to be scanned."""
    for document in case.documents:
        submit(case, document["file"])
