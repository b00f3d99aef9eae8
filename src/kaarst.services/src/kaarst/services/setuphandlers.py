"""Which profiles the add-on control panel does not offer."""

from plone.base.interfaces import INonInstallable
from zope.interface import implementer


@implementer(INonInstallable)
class HiddenProfiles:
    """Keeps the uninstall profile out of the list of add-ons."""

    def getNonInstallableProfiles(self):
        return ["kaarst.services:uninstall"]

    def getNonInstallableProducts(self):
        return []
