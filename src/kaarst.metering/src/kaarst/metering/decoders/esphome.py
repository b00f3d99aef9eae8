"""ESPHome: `<node>/sensor/<object id>/state`, a bare number, no time.

Shape: https://esphome.io/components/mqtt (default topics). A sensor without a value sends "nan".
"""

from kaarst.metering import _
from kaarst.metering.decoders import base
from kaarst.metering.decoders.interfaces import IDecoder
from zope.interface import implementer


@implementer(IDecoder)
class EspHome:
    """Devices built with ESPHome."""

    title = "ESPHome"
    description = _("Devices built with ESPHome. Say the unit when you assign the sensor.")
    templates = ("{device}/sensor/{channel}/state",)
    example = ("wasserzaehler-bauhof/sensor/total_water/state", b"1234.567")

    def decode(self, captured, payload, received, options):
        channel = base.text(captured.get("channel"))
        if channel is None:
            raise base.DecodeError("missing-field", field="channel")
        written = payload.strip()
        if written.lower() in (b"nan", b""):
            return []
        value = base.number(written.decode("ascii", "replace"), channel)
        return [base.Frame(base.device("esphome", captured.get("device")), None, {channel: value})]

    def describe(self, channel, options):
        return base.UNKNOWN
