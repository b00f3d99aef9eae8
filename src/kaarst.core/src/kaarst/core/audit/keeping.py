"""What the worker does with the log: shortens it, and notes its end outside of it.

A log whose end was cut off looks like one in which less has happened. So once a day its head is
noted in the object database, after everything since the last note was verified; the health check
says when a noted head is not in the log any more.
"""

from datetime import timedelta
from kaarst.core import _
from kaarst.core import stores
from kaarst.core.audit import kinds
from kaarst.core.audit.chain import Head
from kaarst.core.audit.log import installed
from kaarst.core.audit.reading import readings_about
from kaarst.core.audit.recording import record
from kaarst.core.interfaces import Health
from kaarst.core.interfaces import IHealthCheck
from kaarst.core.interfaces import IJob
from kaarst.core.interfaces import IPersonalData
from kaarst.core.interfaces import IRetention
from kaarst.core.personal.person import Finding
from persistent import Persistent
from zope.globalrequest import getRequest
from zope.i18n import translate
from zope.interface import implementer

import logging
import os
import time


logger = logging.getLogger(__name__)

STORE = "kaarst.core.audit_heads"
VARIABLE = "KAARST_AUDIT_MONTHS"
#: Until the end of the year after the one in which something was recorded is what § 76 (4) BDSG
#: lets authorities keep such logs; nothing says how long the others may.
MONTHS = 24
LEAST_MONTHS = 3
DAY = 24 * 3600
MONTH_MILLISECONDS = 2_629_746_000
HEADS_KEPT = 400


class Heads(Persistent):
    """Noted heads, the newest last: (UTC milliseconds, sequence, hash). `wrong`: a sentence, or empty."""

    def __init__(self):
        self.noted: tuple[tuple[int, int, str], ...] = ()
        self.wrong = ""

    def newest(self) -> Head:
        return Head(*self.noted[-1][1:]) if self.noted else Head(0, "0" * 64)


def months() -> int:
    """How many months entries are kept: `KAARST_AUDIT_MONTHS`, 24 by default."""
    try:
        return max(LEAST_MONTHS, int(os.environ.get(VARIABLE, "") or MONTHS))
    except ValueError:
        return MONTHS


@implementer(IJob)
class NoteHead:
    """Verifies what has come since yesterday, and notes the head where the log's database ends."""

    interval = DAY

    def run(self, site):
        heads = stores.store(site, STORE, Heads)
        verdict = installed().verify_since(heads.newest())
        if verdict.bad is not None:
            # The note stays where it is: it is what the operator compares with.
            logger.error("The audit log was changed: %s", verdict.said)
            heads.wrong = verdict.said
            return
        if heads.wrong:
            heads.wrong = ""
        if verdict.head != heads.newest():
            line = (time.time_ns() // 1_000_000, *verdict.head)
            heads.noted = (*heads.noted, line)[-HEADS_KEPT:]


@implementer(IJob)
class ShortenLog:
    """Deletes entries whose time is over; a signed note stays in their place."""

    interval = DAY

    def run(self, site):
        now = time.time_ns() // 1_000_000
        count = installed().remove_old(now - months() * MONTH_MILLISECONDS, now)
        if count:
            record(kinds.LOG_SHORTENED, detail={"count": count})


@implementer(IRetention)
class Entries:
    """The log itself, for the privacy page."""

    order = 70
    data = _("A log of who has signed in, and of who in the town hall has looked at which case")
    purpose = _(
        "audit_purpose",
        default="So that every look at your data can be traced; you stand in it without your name",
    )

    def period(self, site):
        return _("${count} months", mapping={"count": months()})


@implementer(IPersonalData)
class Looks:
    """Who in the town hall has looked at what is about a number. Kept as evidence."""

    title = _("Looks at your data")
    order = 95
    tables = ("audit_entry", "audit_checkpoint")

    def find(self, site, person):
        if not person.number:
            return
        found = readings_about([person.number])
        if found:
            title = _("Looked at ${count} times", mapping={"count": len(found)})
            until = found[0].when + timedelta(days=months() * 30.5)
            hold = _("Kept as evidence until ${day}.", mapping={"day": f"{until:%d.%m.%Y}"})
            yield Finding(person.number, title, found[0].when, hold)

    def export(self, site, id):
        found = readings_about([id])
        if not found:
            raise KeyError(id)
        looks = [
            {
                "when": one.when.isoformat(timespec="seconds"),
                "department": one.department,
                "what": translate(kinds.KINDS[one.kind], context=getRequest()),
            }
            for one in found
        ]
        return {"looks": looks}, []

    def erase(self, site, id):
        # Always held back: what would be left of a chain that people are taken out of?
        raise KeyError(id)


@implementer(IHealthCheck)
class AuditLog:
    """The log can be written to, cannot be changed, and still holds what was noted of it."""

    def check(self, site):
        wrong = installed().state_of_health()
        if wrong:
            return Health("error", wrong)
        heads = stores.existing(site, STORE)
        if heads is None or not heads.noted:
            return Health("ok", "No head was noted yet: the worker does it once a day.")
        if heads.wrong:
            return Health("error", heads.wrong)
        with installed().reading() as connection:
            if not installed().contains(connection, heads.newest()):
                sequence = heads.newest().sequence
                return Health(
                    "error", f"Entry {sequence}, which was noted, is not in the audit log."
                )
        return Health("ok", "The newest noted entry is {}:{}.".format(*heads.newest()))
