"""Tasmota: `tele/<topic>/SENSOR` and `stat/<topic>/STATUS10`, plugs and reading heads (SML script).

Shape: https://tasmota.github.io/docs/MQTT/ and https://tasmota.github.io/docs/Smart-Meter-Interface/.
`Time` is local time without a zone; the names below it are free text in SML scripts.
"""

from kaarst.metering import _
from kaarst.metering.decoders import base
from kaarst.metering.decoders.interfaces import IDecoder
from zope.interface import implementer


_UNITS = {
    "Total": "kWh",
    "Yesterday": "kWh",
    "Today": "kWh",
    "Power": "W",
    "Voltage": "V",
    "Current": "A",
    "Frequency": "Hz",
    "Temperature": "°C",
    "Humidity": "%",
}
# The names of the sample scripts in Tasmota's documentation and of the readers sold with it.
_REGISTERS = {
    "total_in": ("kWh", "1-0:1.8.0"),
    "total_out": ("kWh", "1-0:2.8.0"),
    "e_in": ("kWh", "1-0:1.8.0"),
    "e_out": ("kWh", "1-0:2.8.0"),
    "verbrauch": ("kWh", "1-0:1.8.0"),
    "einspeisung": ("kWh", "1-0:2.8.0"),
    "power_curr": ("W", "1-0:16.7.0"),
    "power": ("W", "1-0:16.7.0"),
    "leistung": ("W", "1-0:16.7.0"),
}


@implementer(IDecoder)
class Tasmota:
    """Plugs, relays and infrared reading heads with Tasmota."""

    title = "Tasmota"
    description = _("Plugs and reading heads with Tasmota. Set the device's time zone below.")
    templates = ("tele/{device}/SENSOR", "stat/{device}/STATUS10")
    example = (
        "tele/rathaus-keller/SENSOR",
        b'{"Time":"2026-03-02T10:15:00","SML":{"Total_in":12345.6789,"Power_curr":412}}',
    )

    def decode(self, captured, payload, received, options):
        found = base.parse_object(payload)
        found = found.get("StatusSNS", found)
        if type(found) is not dict:
            raise base.DecodeError("not-an-object")
        time = found.pop("Time", None)
        moment = None if time is None else base.moment(time, options.zone, received)
        values = base.numbers(found)
        if not values:
            return []
        return [base.Frame(base.device("tasmota", captured.get("device")), moment, values)]

    def describe(self, channel, options):
        section, _dot, name = channel.partition(".")
        if section == "ENERGY":
            first = name.partition(".")[0]
            obis = {"Total": "1-0:1.8.0", "Power": "1-0:16.7.0"}.get(first)
            return base.Channel(_UNITS.get(first, ""), obis)
        if name.lower() in _REGISTERS:
            return base.Channel(*_REGISTERS[name.lower()])
        return base.Channel(_UNITS.get(name, ""), None)
