"""Soil probes behind a LoRaWAN network server: Milesight EM500-SMTC and Dragino SE01-LB.

Shapes: https://github.com/Milesight-IoT/SensorDecoders (EM500-SMTC) and
https://github.com/dragino/dragino-end-node-decoder (SE01-LB), inside ChirpStack's or The Things Stack's
envelope. Channels are the same for both makers, so that a tree can change its probe.
"""

from kaarst.metering import _
from kaarst.metering.decoders import base
from kaarst.metering.decoders.interfaces import IDecoder
from kaarst.metering.decoders.lorawan import unwrap
from zope.interface import implementer

import re


_CHANNELS = {
    "moisture": base.Channel("%", "soil:moisture"),
    "temperature": base.Channel("°C", "soil:temperature"),
    "conductivity": base.Channel("µS/cm", "soil:conductivity"),
    "battery": base.Channel("%", None),
    "battery_voltage": base.Channel("V", None),
}
_ENTRY = re.compile(r"\[([^\[\]]{5,120})\]")


class _Probe:
    """What both makers have in common; `_frames` reads the decoded object."""

    templates = (
        "application/{application}/device/{device}/event/{event}",
        "v3/{application}/devices/{device}/up",
    )

    def decode(self, captured, payload, received, options):
        uplink = unwrap(base.parse_object(payload), options.zone, received)
        if uplink is None:
            return []
        return self._frames(uplink, received, options)

    def describe(self, channel, options):
        return _CHANNELS.get(channel, base.UNKNOWN)


@implementer(IDecoder)
class MilesightSoil(_Probe):
    """Milesight EM500-SMTC: moisture, temperature, conductivity; history with its own times."""

    title = "Milesight EM500-SMTC"
    description = _("Soil probe for moisture, temperature and conductivity by Milesight.")
    example = (
        "application/5bb92de6-49b3-49af-a366-34667f2230be/device/24e124126d154397/event/up",
        b'{"deduplicationId":"3ac7e3c4-4401-4b8d-9386-a5c902f9202d",'
        b'"time":"2026-03-02T09:15:00.775023+00:00","deviceInfo":{"devEui":"24e124126d154397"},'
        b'"fCnt":7,"fPort":85,"object":{"battery":100,"ec":240,"moisture":57.5,"temperature":28.1}}',
    )

    def _frames(self, uplink, received, options):
        frames = []
        history = uplink.decoded.get("history")
        for entry in history[:64] if type(history) is list else ():
            if type(entry) is not dict or entry.get("timestamp") is None:
                raise base.DecodeError("missing-field", field="history.timestamp")
            moment = base.moment(entry["timestamp"], "UTC", received)
            if values := _milesight(entry, uplink.device):
                frames.append(base.Frame(uplink.device, moment, values))
        values = _milesight(uplink.decoded, uplink.device)
        if values:
            frames.append(base.Frame(uplink.device, uplink.moment, values))
        return frames


def _milesight(entry: dict, device: str) -> dict[str, base.Number]:
    names = {"moisture": "moisture", "humidity": "moisture", "temperature": "temperature"}
    # Firmware and codec versions differ: "electricity" and "ec" are the same measurement.
    names |= {"ec": "conductivity", "electricity": "conductivity", "battery": "battery"}
    values = {
        channel: base.number(entry[name], name)
        for name, channel in names.items()
        if entry.get(name) is not None
    }
    moisture, conductivity = values.get("moisture"), values.get("conductivity")
    # All bits set, the sign of a probe torn off, is −0.1 °C (0xFFFF), 6553.5 % and 65535 µS/cm.
    # A real −0.1 °C comes with a plausible moisture.
    odd = (moisture is not None and not 0 < moisture <= 100) or conductivity == 65535
    if odd or (values.get("temperature") == _TORN and moisture is None):
        raise base.DecodeError("probe-fault", device=device)
    return values


_TORN = base.as_number("-0.1")


@implementer(IDecoder)
class DraginoSoil(_Probe):
    """Dragino SE01-LB: numbers as text, stored values as a text of lists with dates without zone."""

    title = "Dragino SE01-LB"
    description = _("Soil probe for moisture, temperature and conductivity by Dragino.")
    example = (
        "v3/baeume@ttn/devices/eiche-3/up",
        b'{"end_device_ids":{"device_id":"eiche-3","dev_eui":"A84041FFFF1F4B70"},'
        b'"uplink_message":{"f_port":2,"f_cnt":4,"decoded_payload":{"BatV":3.301,'
        b'"temp_DS18B20":"0.00","water_SOIL":"23.51","temp_SOIL":"13.25","conduct_SOIL":121,'
        b'"s_flag":1,"i_flag":0,"Mod":0,"Node_type":"SE01-LB"},'
        b'"received_at":"2026-03-02T09:15:00.100Z"}}',
    )

    def _frames(self, uplink, received, options):
        decoded = uplink.decoded
        if type(log := decoded.get("DATALOG")) is str:
            return list(_datalog(uplink.device, log, received, options))
        if decoded.get("s_flag") == 0:
            # The node answers, the probe on its cable does not.
            raise base.DecodeError("probe-fault", device=uplink.device)
        names = {"water_SOIL": "moisture", "temp_SOIL": "temperature"}
        names |= {"conduct_SOIL": "conductivity", "BatV": "battery_voltage"}
        values = {
            channel: base.number(decoded[name], name)
            for name, channel in names.items()
            if decoded.get(name) is not None
        }
        if "moisture" in values and not 0 <= values["moisture"] <= 100:
            raise base.DecodeError("probe-fault", device=uplink.device)
        return [base.Frame(uplink.device, uplink.moment, values)] if values else []


def _datalog(device: str, log: str, received: int, options: base.Options):
    """Reads "[moisture,temperature,…,date],": the codec runs on the server, whose zone is UTC."""
    for entry in _ENTRY.findall(log[:20_000]):
        parts = [part.strip() for part in entry.split(",")]
        if len(parts) < 3:
            raise base.DecodeError("missing-field", field="DATALOG")
        moment = base.moment(_padded(parts[-1]), "UTC", received)
        values = {
            "moisture": base.number(parts[0], "DATALOG"),
            "temperature": base.number(parts[1], "DATALOG"),
        }
        yield base.Frame(device, moment, values)


def _padded(date: str) -> str:
    """Dragino writes months and days below ten without a leading zero in some versions."""
    return re.sub(r"(?<!\d)(\d)(?!\d)", r"0\1", date)
