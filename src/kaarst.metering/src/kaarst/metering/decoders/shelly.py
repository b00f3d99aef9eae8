"""Shelly, second generation and later: `<id>/events/rpc` and `<id>/status/<component>`.

Shape: https://shelly-api-docs.shelly.cloud/gen2/General/Notifications and the pages of Switch, PM1,
EM, EMData, EM1 and EM1Data. Energy in Wh. NotifyStatus frames are partial: what did not change is
left out, which is no zero.
"""

from decimal import Decimal
from kaarst.metering import _
from kaarst.metering.decoders import base
from kaarst.metering.decoders.interfaces import IDecoder
from zope.interface import implementer


_NAMES = {
    "aenergy.total": ("Wh", "1-0:1.8.0"),
    "ret_aenergy.total": ("Wh", "1-0:2.8.0"),
    "total_act_energy": ("Wh", "1-0:1.8.0"),
    "total_act_ret_energy": ("Wh", "1-0:2.8.0"),
    "total_act": ("Wh", "1-0:1.8.0"),
    "total_act_ret": ("Wh", "1-0:2.8.0"),
    "apower": ("W", "1-0:16.7.0"),
    "act_power": ("W", "1-0:16.7.0"),
    "total_act_power": ("W", "1-0:16.7.0"),
    "voltage": ("V", None),
    "current": ("A", None),
    "freq": ("Hz", None),
    "temperature.tC": ("°C", None),
}


@implementer(IDecoder)
class Shelly:
    """Shelly Plus, Pro, Gen3 and Gen4."""

    title = "Shelly (Gen2)"
    description = _("Shelly Plus, Pro, Gen3 and Gen4. Switch on “RPC status notifications”.")
    templates = ("{device}/events/rpc", "{device}/status/{channel}")
    example = (
        "shellypro3em-0cb815fcaff4/events/rpc",
        b'{"src":"shellypro3em-0cb815fcaff4","dst":"shellypro3em-0cb815fcaff4/events",'
        b'"method":"NotifyStatus","params":{"ts":1772442900.42,"emdata:0":{"id":0,'
        b'"total_act":2776175.11,"total_act_ret":571584.87}}}',
    )

    def decode(self, captured, payload, received, options):
        found = base.parse_object(payload)
        if "channel" in captured:
            # `minute_ts` is a minute's start, not when the total was read: no time of its own.
            return _frames(captured.get("device"), None, _values(captured["channel"], found))
        if found.get("method") not in ("NotifyStatus", "NotifyFullStatus"):
            return []
        params = found.get("params")
        if type(params) is not dict:
            raise base.DecodeError("missing-field", field="params")
        values = {}
        for component, part in params.items():
            if type(part) is dict:
                values.update(_values(component, part))
        time = params.get("ts")
        moment = None if time is None else base.moment(time, options.zone, received)
        return _frames(captured.get("device") or found.get("src"), moment, values)

    def describe(self, channel, options):
        _component, _dot, name = channel.partition(".")
        plain = name[2:] if name[:2] in ("a_", "b_", "c_") else name
        unit, obis = _NAMES.get(plain, ("", None))
        return base.Channel(unit, obis if plain == name else None)


def _values(component: str, part: dict) -> dict[str, base.Number]:
    return {
        f"{component}.{name}": value
        for name, value in base.numbers(part).items()
        if name != "id" and ".by_minute" not in f".{name}" and not name.endswith("minute_ts")
    }


def _frames(name, moment: int | None, values: dict[str, Decimal | int]) -> list[base.Frame]:
    return [base.Frame(base.device("shelly", name), moment, values)] if values else []
