"""Seams of kaarst.policy."""

from plone.app.contenttypes.interfaces import IPloneAppContenttypesLayer
from plone.app.event.interfaces import IBrowserLayer as IEventLayer
from plone.app.z3cform.interfaces import IPloneFormLayer
from zope.interface import Attribute
from zope.interface import Interface


class IKaarstPolicyLayer(IPloneAppContenttypesLayer, IEventLayer, IPloneFormLayer):
    """Marks requests to a site in which kaarst.policy is installed.

    Extends the layers whose views the site draws anew, so that its own come first.
    """


class IContact(Interface):
    """Who can be asked about a page: adapter of content, shown beside it.

    A type that names people itself registers a factory that gives None.
    """

    name = Attribute("Person, counter or office")
    function = Attribute("What they do, or an empty text")
    phone = Attribute("Telephone number, or an empty text")
    email = Attribute("E-mail address, or an empty text")
    room = Attribute("Room, or an empty text")
    url = Attribute("Page about them, or an empty text")
