"""The worker's job that sends what lies in the outbox."""

from collections.abc import Callable
from kaarst.core.interfaces import IJob
from kaarst.core.outbox.drafts import mail_of
from kaarst.core.outbox.letters import Outbox
from kaarst.core.outbox.transport import Away
from kaarst.core.outbox.transport import Later
from kaarst.core.outbox.transport import Refused
from kaarst.core.outbox.transport import Transport
from kaarst.core.outbox.transport import transport
from kaarst.core.stores import existing
from kaarst.core.stores import OUTBOX
from kaarst.core.worker.stopping import stopping
from ZODB.POSException import ConflictError
from zope.interface import implementer

import logging
import time
import transaction


logger = logging.getLogger(__name__)

# After this long the other jobs get their turn.
SECONDS_A_RUN = 20


@implementer(IJob)
class SendMail:
    """Sends what is due, one by one; each outcome is stored before the next mail is touched."""

    interval = 3

    def run(self, site):
        box = existing(site, OUTBOX)
        if box is None:
            return
        due = box.due()
        if not due:
            return
        way = transport(site)
        if way is None:
            # The health check says so; nothing is counted as an attempt.
            return
        end = time.monotonic() + SECONDS_A_RUN
        for id in due:
            if stopping.is_set() or time.monotonic() > end:
                return
            if not send(site, way, id):
                return


def send(site, way: Transport, id: str) -> bool:
    """Sends one letter and stores what came of it. Returns whether the next one may be tried."""
    letter = existing(site, OUTBOX).queued.get(id)
    if letter is None:
        return True
    try:
        data = mail_of(letter)
    except ConflictError:
        raise
    except Exception as error:
        # Kept as failed, so that operators see it and can send it once it can be written.
        logger.exception("Mail %s cannot be written.", id)
        said = f"{type(error).__name__}: {error}"
        settle(site, lambda box: box.refuse(id, said))
        return True
    try:
        way.send(id, letter.to, data)
    except Refused as error:
        logger.error("Mail %s was refused: %s", id, error)
        outcome = lambda box, said=str(error): box.refuse(id, said)  # noqa: E731
    except Later as error:
        logger.warning("Mail %s has to wait: %s", id, error)
        outcome = lambda box, said=str(error): box.postpone(id, said)  # noqa: E731
    except Away as error:
        logger.warning("No mail can be sent at present: %s", error)
        settle(site, lambda box, said=str(error): box.postpone(id, said))
        return False
    else:
        outcome = lambda box: box.sent(id)  # noqa: E731
    settle(site, outcome)
    return True


def settle(site, outcome: Callable[[Outbox], None]) -> None:
    """Stores an outcome in a transaction of its own and, when it conflicts, only that again.

    The mail has left by now: if the whole job were repeated, so would be the mail.
    """
    transaction.manager.run(lambda: outcome(existing(site, OUTBOX)), tries=20)
