"""A file that somebody has sent, and how far its virus scan is."""

from datetime import datetime
from datetime import UTC
from kaarst.services import _
from plone.namedfile.file import NamedBlobFile
from zExceptions import HTTPConflict

import hashlib


UNCHECKED = "unchecked"
WAITING = "waiting"
CLEAN = "clean"
INFECTED = "infected"
FAILED = "failed"
RELEASED = "released"
ERASED = "erased"
# Nobody gets a file in one of these.
HELD_BACK = (WAITING, INFECTED, FAILED, ERASED)
# For clerks, beside the file.
WORDS = {
    UNCHECKED: _("not checked for viruses"),
    WAITING: _("is being checked for viruses, please wait"),
    CLEAN: _("checked for viruses"),
    INFECTED: _("blocked: contains malware"),
    FAILED: _("blocked: could not be checked for viruses"),
    RELEASED: _("released by the administration"),
    ERASED: _("deleted by the administration because of malware"),
}


class HeldBack(HTTPConflict):
    """The file may not be given to anybody (yet)."""


class KeptFile(NamedBlobFile):
    """A file with the state of its scan, which stands in the file and not in the case.

    So the worker, which writes it, never gets in the way of a clerk who works on the case.
    """

    scan_state = UNCHECKED
    scanned = None
    digest = ""

    def scan_is(self, state: str) -> None:
        """Notes a state, now."""
        self.scan_state = state
        self.scanned = datetime.now(UTC)

    def erase(self) -> None:
        """Throws the content away; what is left is its SHA-256, for the seal of the receipt."""
        self.digest = hashlib.sha256(self.data).hexdigest()
        self.data = b""
        self.scan_is(ERASED)


def keep(document) -> KeptFile:
    """Returns the file to store for a kaarst.services.forms.uploads.Document."""
    return KeptFile(
        data=document.data, contentType=document.content_type, filename=document.filename
    )


def state(file) -> str:
    """The state of any file; those of before there was a scan were not checked."""
    return getattr(file, "scan_state", UNCHECKED)


def require_released(file) -> None:
    """Raises HeldBack (409) for a file that nobody may get."""
    if state(file) in HELD_BACK:
        raise HeldBack(WORDS[state(file)])
