"""How long logins are kept: the worker, and the privacy page."""

from kaarst.core import _
from kaarst.core.interfaces import IJob
from kaarst.core.interfaces import IRetention
from kaarst.core.signin import doors
from kaarst.core.signin import mail
from kaarst.core.signin import settings
from kaarst.core.signin.sessions import boxes
from kaarst.core.signin.sessions import store
from zope.interface import implementer


@implementer(IJob)
class ForgetSessions:
    """Deletes sessions that are over, and logins that were never finished."""

    interval = 300

    def run(self, site):
        store.purge()
        boxes.purge()


@implementer(IRetention)
class Sessions:
    """What a login told of a person."""

    order = 14
    data = _("What your login (BundID, e-mail) tells the town about you")
    purpose = _("So that forms are filled in and you need no PIN while you are signed in")
    # Encrypted with a key that only the browser has.
    tables = ("sign_in_sessions", "acting_sessions")

    def period(self, site):
        return _(
            "until you sign out, at the latest ${hours} hours",
            mapping={"hours": settings.record("longest_hours", 4)},
        )


@implementer(IRetention)
class BegunLogins:
    """What waits between two steps of a login."""

    order = 15
    data = _(
        "A login that you have begun: where you came from, and your e-mail address if you use the link"
    )
    purpose = _("So that only your browser can finish it, and the link works once")
    # Encrypted with a key that stands in the link or the browser; the other has hashes.
    tables = ("sign_in_boxes", "sign_in_used")

    def period(self, site):
        return _("${count} minutes", mapping={"count": max(mail.MINUTES, doors.PATIENCE // 60)})
