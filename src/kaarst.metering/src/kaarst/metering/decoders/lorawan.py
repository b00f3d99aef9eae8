"""LoRaWAN network servers: ChirpStack v4 and The Things Stack v3.

Shapes: https://www.chirpstack.io/docs/chirpstack/integrations/events.html (integration.proto, UplinkEvent)
and https://www.thethingsindustries.com/docs/integrations/data-formats. The decoded values exist only if the
device has a codec there. The Things Stack leaves out fields that are empty, 0 or false: what is
missing was not sent, and never counts as zero. It publishes with QoS 0 only.
"""

from kaarst.metering import _
from kaarst.metering.decoders import base
from kaarst.metering.decoders.interfaces import IDecoder
from typing import NamedTuple
from zope.interface import implementer


_NAMES = {
    "energy": ("kWh", "1-0:1.8.0"),
    "total_energy": ("kWh", "1-0:1.8.0"),
    "volume": ("m³", None),
    "temperature": ("°C", None),
    "humidity": ("%", None),
    "soil_tension": ("kPa", "soil:tension"),
    "tension": ("kPa", "soil:tension"),
    "soil_moisture": ("%", "soil:moisture"),
    "moisture": ("%", "soil:moisture"),
    "rain": ("mm", "weather:rain"),
}


class Uplink(NamedTuple):
    """A device's uplink without its envelope. `device`: lower-case EUI, `decoded`: an object."""

    device: str
    moment: int | None
    decoded: dict


def unwrap(found: dict, zone: str, received: int) -> Uplink | None:
    """Returns what is inside an envelope; None for other events (join, status, acknowledgement).

    Raises DecodeError("no-codec") where the server sent only bytes.
    """
    if "deviceInfo" in found:
        return _chirpstack(found, zone, received)
    if "end_device_ids" in found:
        return _things_stack(found, zone, received)
    raise base.DecodeError("missing-field", field="deviceInfo")


def _chirpstack(found: dict, zone: str, received: int) -> Uplink | None:
    if not any(name in found for name in ("fCnt", "data", "object")):
        return None
    decoded = found.get("object")
    if type(decoded) is not dict:
        raise base.DecodeError("no-codec")
    info = found["deviceInfo"]
    name = info.get("devEui") if type(info) is dict else None
    return Uplink(_device(name), _moment(found.get("time"), zone, received), decoded)


def _things_stack(found: dict, zone: str, received: int) -> Uplink | None:
    uplink = found.get("uplink_message")
    if type(uplink) is not dict:
        return None
    decoded = uplink.get("decoded_payload")
    if type(decoded) is not dict:
        raise base.DecodeError("no-codec")
    identifiers = found["end_device_ids"]
    if type(identifiers) is not dict:
        raise base.DecodeError("no-device")
    name = identifiers.get("dev_eui") or identifiers.get("device_id")
    time = uplink.get("received_at") or found.get("received_at")
    return Uplink(_device(name), _moment(time, zone, received), decoded)


def _device(name) -> str:
    return base.device("lora", name.lower() if type(name) is str else name)


def _moment(time, zone: str, received: int) -> int | None:
    return None if time is None else base.moment(time, zone, received)


class _NetworkServer:
    """Takes every decoded number as it is named there; numbers as text count too."""

    def decode(self, captured, payload, received, options):
        uplink = unwrap(base.parse_object(payload), options.zone, received)
        if uplink is None:
            return []
        values = base.numbers(uplink.decoded)
        for name, value in uplink.decoded.items():
            if type(value) is str and name and (value := base.as_number(value)) is not None:
                values[name] = value
        return [base.Frame(uplink.device, uplink.moment, values)] if values else []

    def describe(self, channel, options):
        return base.Channel(*_NAMES.get(channel.lower(), ("", None)))


@implementer(IDecoder)
class ChirpStack(_NetworkServer):
    """Any LoRaWAN device behind ChirpStack v4 with a codec."""

    title = "ChirpStack v4"
    description = _("LoRaWAN devices behind ChirpStack v4. The device profile needs a codec.")
    templates = ("application/{application}/device/{device}/event/{event}",)
    example = (
        "application/5bb92de6-49b3-49af-a366-34667f2230be/device/a8404187d187106e/event/up",
        b'{"deduplicationId":"3ac7e3c4-4401-4b8d-9386-a5c902f9202d",'
        b'"time":"2026-03-02T09:15:00.775023242+00:00",'
        b'"deviceInfo":{"deviceName":"Linde 7","devEui":"a8404187d187106e"},'
        b'"fCnt":10,"fPort":1,"data":"qg==","object":{"soil_tension":41.2,"battery":97}}',
    )


@implementer(IDecoder)
class ThingsStack(_NetworkServer):
    """Any LoRaWAN device behind The Things Stack v3 with a payload formatter."""

    title = "The Things Stack v3"
    description = _("LoRaWAN devices behind The Things Stack. It delivers with QoS 0 only.")
    templates = ("v3/{application}/devices/{device}/up",)
    example = (
        "v3/baeume@ttn/devices/linde-7/up",
        b'{"end_device_ids":{"device_id":"linde-7","dev_eui":"0004A30B001C0530"},'
        b'"received_at":"2026-03-02T09:15:00.120Z","uplink_message":{"f_port":1,"f_cnt":1,'
        b'"frm_payload":"gkHe","decoded_payload":{"soil_tension":41.2},'
        b'"received_at":"2026-03-02T09:15:00.100Z"}}',
    )
