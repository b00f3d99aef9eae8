"""zigbee2mqtt: `zigbee2mqtt/<friendly name>`, one JSON object for each device.

Shape: https://www.zigbee2mqtt.io/guide/usage/mqtt_topics_and_messages.html. `last_seen` is optional (ISO
8601 or milliseconds, by setting); without it the arrival counts. Frames often come twice.
"""

from kaarst.metering import _
from kaarst.metering.decoders import base
from kaarst.metering.decoders.interfaces import IDecoder
from zope.interface import implementer


_NAMES = {
    "energy": ("kWh", "1-0:1.8.0"),
    "produced_energy": ("kWh", "1-0:2.8.0"),
    "power": ("W", "1-0:16.7.0"),
    "voltage": ("V", None),
    "current": ("A", None),
    "ac_frequency": ("Hz", None),
    "temperature": ("°C", None),
    "device_temperature": ("°C", None),
    "humidity": ("%", None),
    "soil_moisture": ("%", "soil:moisture"),
    "volume": ("m³", "8-0:1.0.0"),
}
_NO_MEASUREMENT = {"linkquality", "last_seen", "battery", "voltage_battery"}


@implementer(IDecoder)
class Zigbee2mqtt:
    """Zigbee plugs, meters and probes."""

    title = "zigbee2mqtt"
    description = _("Zigbee devices. Set “last_seen” to ISO 8601 so that values keep their time.")
    templates = ("zigbee2mqtt/{device}",)
    example = (
        "zigbee2mqtt/Kaffeemaschine",
        b'{"current":0.06,"energy":83.21,"last_seen":"2026-03-02T09:15:00+00:00",'
        b'"linkquality":120,"power":4,"state":"ON","voltage":232}',
    )

    def decode(self, captured, payload, received, options):
        found = base.parse_object(payload)
        time = found.get("last_seen")
        moment = None if time is None else base.moment(time, options.zone, received)
        values = {
            name: value
            for name, value in base.numbers(found).items()
            if name not in _NO_MEASUREMENT
        }
        if not values:
            return []
        return [base.Frame(base.device("zigbee", captured.get("device")), moment, values)]

    def describe(self, channel, options):
        return base.Channel(*_NAMES.get(channel, ("", None)))
