"""How long logins are kept: the worker, and the privacy page."""

from kaarst.core import _
from kaarst.core.interfaces import IJob
from kaarst.core.interfaces import IRetention
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

    def period(self, site):
        return _(
            "until you sign out, at the latest ${hours} hours",
            mapping={"hours": settings.record("longest_hours", 4)},
        )
