"""The key of a meter: its content id, under which the store keeps its registers."""

from kaarst.metering import _
from kaarst.metering.interfaces import IBuilding
from kaarst.metering.interfaces import IMeter
from kaarst.metering.store import registers
from kaarst.metering.store.engine import default_store
from plone import api
from plone.app.content.namechooser import NormalizingNameChooser
from plone.i18n.normalizer import urlnormalizer
from zExceptions import BadRequest
from zope.component import adapter
from zope.container.interfaces import INameChooser
from zope.globalrequest import getRequest
from zope.i18n import translate
from zope.interface import implementer
from zope.interface import Interface


# As long as the store's column allows.
LIMIT = 64


def meter_of(key: str):
    """Returns the meter with a key, or None; it need not be one that the user may see."""
    return next(_others(key, None), None)


def is_taken(key: str, meter=None) -> bool:
    """Whether another meter of the site than this one has the key."""
    return next(_others(key, meter), None) is not None


def _others(key: str, meter):
    catalog = api.portal.get_tool("portal_catalog")
    for brain in catalog.unrestrictedSearchResults(portal_type="Meter", getId=key):
        found = brain._unrestrictedGetObject()
        if meter is None or found.getPhysicalPath() != meter.getPhysicalPath():
            yield found


@implementer(INameChooser)
@adapter(Interface)
class MeterNames(NormalizingNameChooser):
    """Names meters by building and title, each name only once in the site.

    Nor does a new meter get the readings of one that is gone, or of a tree's probe.
    """

    def chooseName(self, name, obj):
        if not IMeter.providedBy(obj):
            return super().chooseName(name, obj)
        building = self.context
        while not IBuilding.providedBy(building):
            building = building.aq_parent
        if not name or name == obj.title:
            name = f"{building.getId()}-{obj.title}"
        base = urlnormalizer.normalize(name, locale="de", max_length=50)
        number, found = 1, base
        while self._is_known(found):
            number += 1
            found = f"{base}-{number}"
        return found

    def _is_known(self, key: str) -> bool:
        if key in self.context or is_taken(key):
            return True
        return _has_registers(key)


def _has_registers(key: str) -> bool:
    with default_store().reading() as connection:
        return bool(registers.registers(connection, meter=key))


def check_added(meter, event) -> None:
    """However a meter comes to its key: it is the only one, and with registers it stays."""
    if event.newParent is None:
        return
    key = meter.getId()
    renamed = event.oldParent is not None and event.oldName != event.newName
    if renamed and _has_registers(event.oldName):
        refuse(_("The short name of a meter cannot be changed: its readings are kept under it."))
    if len(key) > LIMIT or is_taken(key, meter):
        refuse(_("There is another meter with this short name in the site."))


def refuse(sentence) -> None:
    """Ends the request with 400 and a sentence."""
    raise BadRequest(translate(sentence, context=getRequest()))
