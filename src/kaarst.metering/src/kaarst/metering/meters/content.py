"""The content classes."""

from kaarst.metering.interfaces import IBuilding
from kaarst.metering.interfaces import IDashboard
from kaarst.metering.interfaces import IEnergy
from kaarst.metering.interfaces import IMeasured
from kaarst.metering.interfaces import IMeter
from plone.dexterity.content import Container
from plone.dexterity.content import Item
from zope.interface import implementer


@implementer(IEnergy, IMeasured)
class Energy(Container):
    """The page of everything that is measured."""


class Keyed(Container):
    """Cannot be copied: the copy's meters would have the keys, and so the readings, of others."""

    def cb_isCopyable(self):
        return False


@implementer(IBuilding, IMeasured)
class Building(Keyed):
    """A building (Liegenschaft)."""


@implementer(IMeter, IMeasured)
class Meter(Keyed):
    """A meter (Zähler)."""


@implementer(IDashboard)
class Dashboard(Item):
    """A page of readings that an editor puts together."""
