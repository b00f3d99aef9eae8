"""Whether mail leaves the house."""

from datetime import datetime
from datetime import timedelta
from datetime import UTC
from kaarst.core.interfaces import Health
from kaarst.core.interfaces import IHealthCheck
from kaarst.core.outbox.transport import transport
from kaarst.core.stores import existing
from kaarst.core.stores import OUTBOX
from zope.interface import implementer


WAITING_LONG = timedelta(minutes=15)
WAITING_TOO_LONG = timedelta(hours=24)


@implementer(IHealthCheck)
class MailHealth:
    """Error: no way out for waiting mail, or mail that waits for a day. Warning: failed mail."""

    def check(self, site):
        box = existing(site, OUTBOX)
        waiting = [letter.created for letter in box.queued.values()] if box is not None else []
        failed = len(box.failed) if box is not None else 0
        said = f"{len(waiting)} waiting, {failed} failed"
        if transport(site) is None:
            state = "error" if waiting else "warning"
            return Health(state, f"No mail server or no sender address is set; {said}.")
        if not waiting:
            return Health("warning" if failed else "ok", f"{said}.")
        age = datetime.now(UTC) - min(waiting)
        said = f"{said}, the oldest for {age.total_seconds() / 60:.0f} minutes."
        if age > WAITING_TOO_LONG:
            return Health("error", said)
        return Health("warning" if failed or age > WAITING_LONG else "ok", said)
