"""The content classes."""

from kaarst.appointments.desks.interfaces import IAppointments
from kaarst.appointments.desks.interfaces import IDesk
from kaarst.appointments.desks.interfaces import IDeskPart
from kaarst.appointments.desks.interfaces import IHoursRule
from kaarst.appointments.desks.interfaces import IOffering
from kaarst.appointments.desks.interfaces import IResource
from plone.dexterity.content import Container
from plone.dexterity.content import Item
from zope.interface import implementer


@implementer(IAppointments)
class Appointments(Container):
    """The page of all appointments."""


@implementer(IDesk)
class Desk(Container):
    """A desk (Terminstelle)."""


@implementer(IOffering, IDeskPart)
class Offering(Item):
    """A service that can be booked."""


@implementer(IResource, IDeskPart)
class Resource(Container):
    """A counter, a person, a room or a kit."""

    #: The id of another desk's resource that this one is the same as; see `sharing`.
    shared_ledger = ""


@implementer(IHoursRule, IDeskPart)
class HoursRule(Item):
    """A recurring break or further hours."""
