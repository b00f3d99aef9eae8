"""sml2mqtt: one topic for each register, `sml2mqtt/<device>/<OBIS as hexadecimal>`, a bare number.

Shape: https://github.com/spacemanspiff2007/sml2mqtt, docs/getting_started.rst (1.2 and later). No time,
QoS 0 unless configured; energy in kWh by default ("Wh in kWh: true").
"""

from kaarst.metering import _
from kaarst.metering.decoders import base
from kaarst.metering.decoders.interfaces import IDecoder
from kaarst.metering.errors import MeteringError
from kaarst.metering.obis import normalise
from kaarst.metering.obis import quantity
from zope.interface import implementer


@implementer(IDecoder)
class Sml2mqtt:
    """Electricity meters read by sml2mqtt."""

    title = "sml2mqtt"
    description = _("Meters read by sml2mqtt. Set its QoS to 1, or values can get lost on the way.")
    templates = ("sml2mqtt/{device}/{channel}",)
    example = ("sml2mqtt/0a01454d480000123456/0100010800ff", b"12345.6789")

    def decode(self, captured, payload, received, options):
        name = captured.get("channel", "")
        if name == "status":
            return []
        try:
            channel = normalise(name)
        except MeteringError:
            channel = base.text(name)
        if channel is None:
            raise base.DecodeError("missing-field", field="channel")
        value = base.number(base.parse(payload), channel)
        return [base.Frame(base.device("sml", captured.get("device")), None, {channel: value})]

    def describe(self, channel, options):
        known = quantity(channel)
        return base.Channel(known.unit, channel) if known else base.UNKNOWN
