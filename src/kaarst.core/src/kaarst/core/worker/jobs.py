"""What kaarst.core itself has the worker do: throwing away what has had its time."""

from kaarst.core import ratelimit
from kaarst.core.interfaces import IJob
from kaarst.core.stores import ANSWERS
from kaarst.core.stores import existing
from zope.interface import implementer


@implementer(IJob)
class PurgeAnswers:
    """Deletes answers that were kept for an Idempotency-Key a day ago."""

    interval = 3600

    def run(self, site):
        answers = existing(site, ANSWERS)
        if answers is not None:
            answers.purge()


@implementer(IJob)
class PurgeCounters:
    """Deletes rate limits that are over, and the keys of past days."""

    interval = 3600

    def run(self, site):
        ratelimit.purge()
