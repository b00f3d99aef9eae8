"""A service as JSON: its fields, and what a front end would otherwise have to work out itself."""

from kaarst.core.places.relations import first
from kaarst.services.catalogue.channels.base import available_channels
from kaarst.services.catalogue.fees import parse_fees
from kaarst.services.catalogue.interfaces import IService
from kaarst.services.forms.login import demand
from kaarst.services.interfaces import IKaarstServicesLayer
from plone.restapi.interfaces import ISerializeToJson
from plone.restapi.serializer.dxcontent import SerializeToJson
from zope.component import adapter
from zope.i18n import translate
from zope.interface import implementer


@implementer(ISerializeToJson)
@adapter(IService, IKaarstServicesLayer)
class SerializeService(SerializeToJson):
    """Adds `channels`, the best first, `fee_items` with amounts in euros as decimal texts, and the
    `login_level` that the form needs (None without a form)."""

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
                "soonest": _soonest(channel),
            }
            for name, channel in available_channels(service, self.request)
        ]
        form = first(service, "form")
        data["login_level"] = demand.needed(form).word if form is not None else None
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


def _soonest(channel) -> dict | None:
    """The next free time, for channels that know one: take it with `@holds` or `@bookings`."""
    found = getattr(channel, "soonest", None)
    if found is None:
        return None
    return {"words": found.words, "place": found.place, **dict(found.fields)}
