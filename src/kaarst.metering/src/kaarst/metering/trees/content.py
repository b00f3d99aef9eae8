"""The content classes.

What is kept with them beside their fields has names with an underscore and no methods here: whatever a
content class has without one can be asked for by its address. See `waterings` and `plans`.
"""

from kaarst.metering.trees.interfaces import ITree
from kaarst.metering.trees.interfaces import ITrees
from kaarst.metering.trees.interfaces import IWateringRound
from plone.dexterity.content import Container
from plone.dexterity.content import Item
from zope.interface import implementer


@implementer(ITrees)
class Trees(Container):
    """The page of the town's trees."""

    _rain = None


@implementer(ITree)
class Tree(Item):
    """A tree."""

    _waterings = None
    _told = None


@implementer(IWateringRound)
class WateringRound(Item):
    """A watering round."""

    _steps = ()
