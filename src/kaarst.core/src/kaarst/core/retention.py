"""How long this package keeps what is about people."""

from kaarst.core import _
from kaarst.core.interfaces import IRetention
from kaarst.core.outbox.letters import GIVE_UP_AFTER
from zope.interface import implementer


@implementer(IRetention)
class Letters:
    """Mails that wait to be sent."""

    order = 30
    data = _("E-mails to you")
    purpose = _("To deliver them, also when your mail server does not answer at once")

    def period(self, site):
        return _(
            "until they are delivered; after ${count} days without success somebody looks into it",
            mapping={"count": GIVE_UP_AFTER.days},
        )


@implementer(IRetention)
class Answers:
    """Answers to requests of other front ends (kaarst.core.idempotency)."""

    order = 60
    data = _("Answers to requests of other programs, encrypted")
    purpose = _("So that nothing arrives twice when a request is repeated")

    def period(self, site):
        return _("one day")


@implementer(IRetention)
class Counters:
    """How often somebody has tried something (kaarst.core.ratelimit)."""

    order = 65
    data = _(
        "How often something was tried from one connection or with one number, as a figure under a secret name"
    )
    purpose = _("So that nobody guesses PINs or floods the town with messages")
    # Under hashes with a salt that is new each day.
    tables = ("rate_limits", "rate_limit_salts")

    def period(self, site):
        return _("at most two days")
