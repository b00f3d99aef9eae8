"""Who has answered which request, without a word about the person it was about."""

from datetime import datetime
from datetime import UTC
from kaarst.core.stores import existing
from kaarst.core.stores import store
from persistent import Persistent
from plone import api

import secrets


STORE = "kaarst.core.personal_log"
KEPT = 1000


class Log(Persistent):
    """Entries are dicts: `when` (ISO 8601, UTC), `reference`, `who`, `what`, `kinds`."""

    def __init__(self):
        self.entries: tuple[dict, ...] = ()


def note(site, what: str, kinds: dict[str, int]) -> str:
    """Adds an entry; returns its reference, for the paper file of the request."""
    reference = secrets.token_hex(4).upper()
    entry = {
        "when": datetime.now(UTC).isoformat(timespec="seconds"),
        "reference": reference,
        "who": api.user.get_current().getId() or "",
        "what": what,
        "kinds": dict(kinds),
    }
    log = store(site, STORE, Log)
    log.entries = (*log.entries, entry)[-KEPT:]
    return reference


def entries(site) -> list[dict]:
    """All entries, the newest first."""
    log = existing(site, STORE)
    return list(reversed(log.entries)) if log is not None else []
