"""The content classes of the catalogue."""

from kaarst.services.catalogue.interfaces import IService
from kaarst.services.catalogue.interfaces import ITopic
from plone.dexterity.content import Item
from zope.interface import implementer


@implementer(IService)
class Service(Item):
    """A service (Leistung)."""


@implementer(ITopic)
class Topic(Item):
    """A topic (Lebenslage)."""
