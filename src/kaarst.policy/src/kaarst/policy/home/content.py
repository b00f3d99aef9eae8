"""Content classes of the home page."""

from kaarst.policy.home.interfaces import IBlock
from kaarst.policy.home.interfaces import IHomePage
from plone.dexterity.content import Container
from plone.dexterity.content import Item
from zope.interface import implementer


@implementer(IHomePage)
class HomePage(Container):
    """A container of blocks in the order in which they are drawn."""


@implementer(IBlock)
class HomeBlock(Item):
    """One block."""
