"""A service as JSON: its fields, and what a front end would otherwise have to work out itself."""

from kaarst.services.catalogue.channels.base import available_channels
from kaarst.services.catalogue.fees import parse_fees
from kaarst.services.catalogue.interfaces import IService
from kaarst.services.interfaces import IKaarstServicesLayer
from plone.restapi.interfaces import ISerializeToJson
from plone.restapi.serializer.dxcontent import SerializeToJson
from zope.component import adapter
from zope.i18n import translate
from zope.interface import implementer


@implementer(ISerializeToJson)
@adapter(IService, IKaarstServicesLayer)
class SerializeService(SerializeToJson):
    """Adds `channels`, the best first, and `fee_items` with amounts in euros as decimal texts."""

    def __call__(self, version=None, include_items=True):
        data = super().__call__(version=version, include_items=include_items)
        service = self.getVersion(version or "current")
        data["channels"] = [
            {
                "name": name,
                "kind": channel.kind,
                "title": translate(channel.title, context=self.request),
                "description": translate(channel.description, context=self.request),
                "url": channel.url,
            }
            for name, channel in available_channels(service, self.request)
        ]
        data["fee_items"] = [
            {
                "label": fee.label,
                "text": fee.text,
                "least": None if fee.least is None else f"{fee.least:.2f}",
                "most": None if fee.most is None else f"{fee.most:.2f}",
                "currency": "EUR",
            }
            for fee in parse_fees(service.fees)
        ]
        return data
