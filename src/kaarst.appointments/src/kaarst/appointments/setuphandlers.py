"""What install does beyond the profile, and which profiles the control panel does not offer."""

from kaarst.appointments.bookings import store
from plone.base.interfaces import INonInstallable
from zope.interface import implementer


@implementer(INonInstallable)
class HiddenProfiles:
    """Keeps the uninstall profile out of the list of add-ons."""

    def getNonInstallableProfiles(self):
        return ["kaarst.appointments:uninstall"]

    def getNonInstallableProducts(self):
        return []


def make_store(tool):
    """Makes the store at once, so that no two citizens' requests do."""
    store.make(tool.aq_parent)
