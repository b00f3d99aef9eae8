"""Deletes comments whose period is over."""

from datetime import datetime
from datetime import UTC
from kaarst.core.interfaces import IJob
from kaarst.core.stores import existing
from kaarst.policy.feedback.interfaces import PREFIX
from kaarst.policy.feedback.interfaces import STORE
from kaarst.policy.feedback.store import period
from plone.registry.interfaces import IRegistry
from zope.component import getUtility
from zope.interface import implementer


@implementer(IJob)
class DeleteComments:
    """Once a day."""

    interval = 24 * 60 * 60

    def run(self, site) -> None:
        store = existing(site, STORE)
        days = getUtility(IRegistry).get(f"{PREFIX}.comment_days")
        if store is not None and days:
            store.remove_comments_before(datetime.now(UTC) - period(days))
