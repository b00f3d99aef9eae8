"""OBIS codes: the names of registers, IEC 62056-61, as meters in Germany use them.

Written `A-B:C.D.E` (the last group, 255, says nothing and is left out), or as twelve hexadecimal
digits on the wire (`0100010800ff`).
"""

from dataclasses import dataclass
from kaarst.metering import _
from kaarst.metering.errors import MeteringError

import re


COUNTER = "counter"
GAUGE = "gauge"


@dataclass(frozen=True)
class Quantity:
    """What a register counts or measures.

    `kind` is "counter" (only ever rises; consumption is its difference) or "gauge" (a momentary
    value). `unit` is the stored unit, `medium` one of electricity, gas, heat, water, soil, weather.
    """

    code: str
    title: str
    unit: str
    kind: str
    medium: str


# The soil and weather codes are of the city's own: OBIS has none. Their first group is not in use.
QUANTITIES = {
    quantity.code: quantity
    for quantity in (
        Quantity("1-0:1.8.0", _("Electricity drawn"), "kWh", COUNTER, "electricity"),
        Quantity("1-0:1.8.1", _("Electricity drawn, high tariff"), "kWh", COUNTER, "electricity"),
        Quantity("1-0:1.8.2", _("Electricity drawn, low tariff"), "kWh", COUNTER, "electricity"),
        Quantity("1-0:2.8.0", _("Electricity fed in"), "kWh", COUNTER, "electricity"),
        Quantity("1-0:16.7.0", _("Power, drawn less fed in"), "W", GAUGE, "electricity"),
        Quantity("7-0:3.0.0", _("Gas volume"), "m³", COUNTER, "gas"),
        Quantity("6-0:1.0.0", _("Heat"), "kWh", COUNTER, "heat"),
        Quantity("8-0:1.0.0", _("Cold water"), "m³", COUNTER, "water"),
        Quantity("9-0:1.0.0", _("Hot water"), "m³", COUNTER, "water"),
        Quantity("soil:tension", _("Soil water tension"), "kPa", GAUGE, "soil"),
        Quantity("soil:moisture", _("Soil moisture"), "%", GAUGE, "soil"),
        Quantity("soil:temperature", _("Soil temperature"), "°C", GAUGE, "soil"),
        Quantity("soil:conductivity", _("Soil conductivity"), "µS/cm", GAUGE, "soil"),
        Quantity("weather:rain", _("Rain"), "mm", COUNTER, "weather"),
        Quantity("weather:temperature", _("Air temperature"), "°C", GAUGE, "weather"),
    )
}
_WRITTEN = re.compile(
    r"(?:(?P<a>\d{1,3})-(?P<b>\d{1,3}):)?"
    r"(?P<c>\d{1,3})\.(?P<d>\d{1,3})(?:\.(?P<e>\d{1,3}))?(?:[*&](?P<f>\d{1,3}))?"
)
_HEXADECIMAL = re.compile(r"(?:0x)?[0-9a-fA-F]{12}")


def normalise(text: str) -> str:
    """Returns a code as `A-B:C.D.E`; raises MeteringError("bad-mapping") for what is none.

    >>> normalise("0100010800ff"), normalise("1.8.0"), normalise("1-0:1.8.0*255")
    ('1-0:1.8.0', '1-0:1.8.0', '1-0:1.8.0')
    """
    text = text.strip()
    if text in QUANTITIES:
        return text
    if _HEXADECIMAL.fullmatch(text):
        groups = bytes.fromhex(text[-12:])
    elif match := _WRITTEN.fullmatch(text):
        defaults = {"a": "1", "b": "0", "e": "0", "f": "255"}
        groups = [int(match[name] or defaults.get(name)) for name in "abcdef"]
        if max(groups) > 255:
            groups = None
    else:
        groups = None
    if groups is None:
        raise MeteringError("bad-mapping", problem=f"OBIS {text}")
    a, b, c, d, e, f = groups
    return f"{a}-{b}:{c}.{d}.{e}" + ("" if f == 255 else f"*{f}")


def quantity(code: str) -> Quantity | None:
    """Returns what a normalised code stands for, or None if the city has no use for it."""
    return QUANTITIES.get(code)
