"""A place as JSON says at once whether it is open."""

from kaarst.core.interfaces import IKaarstCoreLayer
from kaarst.core.places.interfaces import IPlace
from kaarst.core.places.rest.opening_hours.get import now_open
from plone.restapi.interfaces import ISerializeToJson
from plone.restapi.serializer.dxcontent import SerializeFolderToJson
from zope.component import adapter
from zope.interface import implementer


@implementer(ISerializeToJson)
@adapter(IPlace, IKaarstCoreLayer)
class SerializePlace(SerializeFolderToJson):
    """plone.restapi's answer with `open_now` (bool) and `now` (as `@opening-hours` gives it)."""

    def __call__(self, version=None, include_items=True, **options):
        result = super().__call__(version=version, include_items=include_items, **options)
        now = now_open(self.context)
        return result | {"open_now": now["open"], "now": now}
