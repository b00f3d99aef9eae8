"""Payload formats of devices, and mappings that say which topic speaks which.

`load()` registers the presets in a process without Zope; inside Zope the package's ZCML does.
"""

from kaarst.metering.decoders.interfaces import IDecoder
from kaarst.metering.errors import MappingError
from zope.component import getUtilitiesFor
from zope.component import queryUtility


def load():
    """Registers the decoders of this package where nothing else has done so."""
    if queryUtility(IDecoder, name="tasmota") is None:
        from zope.configuration import xmlconfig

        import kaarst.metering.decoders
        import zope.component

        context = xmlconfig.file("meta.zcml", zope.component)
        xmlconfig.file("configure.zcml", kaarst.metering.decoders, context=context)


def decoder(name: str) -> IDecoder:
    """Returns the decoder of a preset; raises MappingError if there is none of that name."""
    found = queryUtility(IDecoder, name=name)
    if found is None:
        raise MappingError("bad-mapping", problem=f"preset {name}")
    return found


def presets() -> list[tuple[str, IDecoder]]:
    """Returns all presets as (name, decoder), sorted by name."""
    return sorted(getUtilitiesFor(IDecoder))
