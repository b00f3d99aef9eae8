"""What install does beyond the profile, and which profiles the add-on control panel does not offer."""

from kaarst.core.stores import store
from kaarst.policy.feedback.interfaces import STORE
from kaarst.policy.feedback.store import FeedbackStore
from plone.base.interfaces import INonInstallable
from zope.interface import implementer


@implementer(INonInstallable)
class HiddenProfiles:
    """Keeps the uninstall profile out of the list of add-ons."""

    def getNonInstallableProfiles(self):
        return ["kaarst.policy:uninstall"]

    def getNonInstallableProducts(self):
        return []


def make_stores(tool):
    """Makes what would otherwise be made by the first answers, all at the same time."""
    store(tool.aq_parent, STORE, FeedbackStore)
