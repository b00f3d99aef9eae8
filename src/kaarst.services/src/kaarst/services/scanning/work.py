"""What the worker does with files that wait: scan them, and say so when something was found."""

from datetime import datetime
from datetime import UTC
from kaarst.core.interfaces import Health
from kaarst.core.interfaces import IHealthCheck
from kaarst.core.interfaces import IJob
from kaarst.core.worker.stopping import stopping
from kaarst.services import _
from kaarst.services.cases import history
from kaarst.services.cases import messages
from kaarst.services.cases.desk import find_desk
from kaarst.services.scanning import clamd
from kaarst.services.scanning.queue import found
from kaarst.services.scanning.queue import Scan
from plone import api
from zope.i18n import translate
from zope.interface import implementer

import logging
import time
import transaction


logger = logging.getLogger(__name__)

# After this long the other jobs get their turn.
SECONDS_A_RUN = 20
CHUNK = 1 << 16
WAITING_LONG = 15
WAITING_TOO_LONG = 120


@implementer(IJob)
class ScanFiles:
    """Has one file after the other scanned; each outcome is stored before the next is begun."""

    interval = 3

    def run(self, site):
        scans = found(site)
        due = scans.due() if scans is not None else ()
        if not due or not clamd.setting():
            # The health check says so. Without its setting the worker must not open the gate.
            return
        daemon = clamd.configured()
        end = time.monotonic() + SECONDS_A_RUN
        for id in due:
            if stopping.is_set() or time.monotonic() > end or not scan(site, daemon, id):
                return


def scan(site, daemon: clamd.Clamd, id: str) -> bool:
    """Has one file scanned and stores what came of it. Returns whether to go on with the next."""
    waiting = found(site).waiting.get(id)
    if waiting is None:
        return True
    try:
        what = daemon.scan(chunks(waiting.file))
    except clamd.Away as error:
        logger.warning("Files cannot be scanned at present: %s", error)
        settle(site, id, lambda scans, said=str(error): scans.postpone(id, said))
        return False
    except clamd.Refused as error:
        logger.warning("A file of case %s could not be scanned: %s", waiting.number, error)
        settle(site, id, lambda scans, said=str(error): scans.refuse(id, said))
        return True
    if what:
        logger.warning("A file of case %s was put aside: %s", waiting.number, what)
        settle(site, id, lambda scans: tell(site, scans.infected(id, what)))
    else:
        settle(site, id, lambda scans: scans.clean(id))
    return True


def chunks(file):
    """The content, without ever having it in memory as a whole."""
    with file.open() as opened:
        while chunk := opened.read(CHUNK):
            yield chunk


def settle(site, id, outcome) -> None:
    """Stores an outcome in a transaction of its own; when it conflicts, only that is repeated."""

    def store():
        scans = found(site)
        # Somebody may have decided about the file, or the case is gone.
        if id in scans.waiting:
            outcome(scans)

    transaction.manager.run(store, tries=20)


def tell(site, scan: Scan) -> None:
    """Tells the clerks in the case's history, and the citizen by a message and a mail."""
    desk = find_desk(site)
    case = desk.case(scan.number) if desk is not None else None
    if case is None:
        return
    file = scan.file
    who = translate(_("Virus scan"), target_language=api.portal.get_default_language())
    case.note(history.INFECTED, f"{file.filename}: {scan.found}", who=who)
    from_town = any(
        document.get("from_town") for document in case.documents if document["file"] is file
    )
    if from_town:
        # The clerk has sent it: the history is enough, it is no news for the citizen.
        return
    language = case.language or api.portal.get_default_language()
    values = {"name": file.filename}
    text = translate(_("message_infected", MESSAGE, mapping=values), target_language=language)
    messages.write(case, text, who=who)
    if case.email:
        messages.notify_citizen(case)
    case.changed()


MESSAGE = """Our virus scan has found malware in your file “${name}”. Nobody has opened the file, and \
we cannot use it. Please have your device checked, and then send us the document again, for example \
as a new photo."""


@implementer(IHealthCheck)
class ScanHealth:
    """Error: files wait and nobody scans them. Warning: somebody has to decide about a file."""

    def check(self, site):
        try:
            daemon = clamd.configured()
        except ValueError as error:
            return Health("error", str(error))
        scans = found(site)
        waiting = [scan.created for scan in scans.waiting.values()] if scans is not None else []
        stopped = len(scans.stopped) if scans is not None else 0
        said = f"{len(waiting)} waiting, {stopped} to be decided about"
        if daemon is None:
            if waiting:
                return Health("error", f"KAARST_CLAMD is not set, and files wait for it; {said}.")
            return Health("warning" if stopped else "ok", f"KAARST_CLAMD is not set; {said}.")
        if not waiting:
            return Health("warning" if stopped else "ok", f"{said}.")
        minutes = (datetime.now(UTC) - min(waiting)).total_seconds() / 60
        said = f"{said}, the oldest for {minutes:.0f} minutes."
        if minutes > WAITING_TOO_LONG:
            return Health("error", said)
        return Health("warning" if stopped or minutes > WAITING_LONG else "ok", said)
