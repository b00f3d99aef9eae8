"""What decoders share: frames, numbers, moments, JSON.

A decoder turns a message into frames. A frame holds what one device measured at one moment, under
the device's own names (channels); which of them are a meter's register is decided later.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from datetime import UTC
from decimal import Decimal
from decimal import InvalidOperation
from functools import lru_cache
from kaarst.metering.errors import DecodeError
from kaarst.metering.errors import MappingError
from typing import NamedTuple
from zoneinfo import ZoneInfo

import msgspec


# A meter's telegram has a few hundred bytes, a frame with history a few thousand.
PAYLOAD_LIMIT = 65_536
ZONE = "Europe/Berlin"
# How far a device's clock may be ahead, in milliseconds, when the doubled hour is told apart.
_AHEAD = 120_000
_EXPONENT_LIMIT = 18
_INTEGER_LIMIT = 10**_EXPONENT_LIMIT
_NAME_LIMIT = 80

Number = Decimal | int


class Frame(NamedTuple):
    """`device`: "kind:name"; `moment`: UTC milliseconds or None; `values`: channel → number."""

    device: str
    moment: int | None
    values: dict[str, Number]


class Channel(NamedTuple):
    """`unit` as sent ("" if unknown), `obis`: the code it probably is, or None."""

    unit: str
    obis: str | None


UNKNOWN = Channel("", None)


@dataclass(frozen=True, slots=True)
class Field:
    """One value of an own mapping: its channel, RFC 9535 path ("" is the whole payload), unit."""

    channel: str
    path: str
    unit: str = ""
    obis: str | None = None


@dataclass(frozen=True, slots=True)
class Options:
    """What a mapping adds to a decoder.

    `zone`: IANA name for times without a zone. `fields`, `time_path`, `device_path`: paths of own
    mappings.
    """

    zone: str = ZONE
    fields: tuple[Field, ...] = ()
    time_path: str = ""
    device_path: str = ""

    def __post_init__(self):
        try:
            ZoneInfo(self.zone)
        except (KeyError, ValueError, OSError, TypeError):
            raise MappingError("bad-mapping", problem=f"zone {self.zone}") from None


DEFAULT = Options()


def parse(payload: bytes):
    """Returns JSON with exact decimal numbers; raises DecodeError("not-json")."""
    try:
        return _JSON.decode(payload)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError, ValueError, ArithmeticError):
        raise DecodeError("not-json") from None


def parse_object(payload: bytes) -> dict:
    """Returns a JSON object; raises DecodeError."""
    found = parse(payload)
    if type(found) is dict:
        return found
    raise DecodeError("not-an-object")


_JSON = msgspec.json.Decoder(float_hook=Decimal)


def number(value, field: str) -> Number:
    """Returns a finite number of at most 18 digits before the point; raises DecodeError.

    Devices send numbers, numbers as text, and numbers followed by a unit ("23.5 %").
    """
    found = as_number(value)
    if found is None:
        raise DecodeError("not-a-number", field=field, value=value)
    return found


def as_number(value) -> Number | None:
    """Returns the number that `value` is or begins with, or None."""
    kind = type(value)
    if kind is int:
        return value if -_INTEGER_LIMIT < value < _INTEGER_LIMIT else None
    if kind is str:
        head = value.split(None, 1)[0] if len(value) <= 64 and value.strip() else ""
        if not head or not head[-1].isdigit() or not head.isascii() or "_" in head:
            return None
        try:
            value = Decimal(head)
        except InvalidOperation:
            return None
    elif kind is not Decimal:
        return None
    # Numbers like 1e999999999 are short to write and endless to work with.
    if not value.is_finite() or value.adjusted() >= _EXPONENT_LIMIT:
        return None
    return value


def numbers(found: Mapping, prefix: str = "") -> dict[str, Number]:
    """Returns {dotted name: number} of every number in an object, two levels deep, and in lists."""
    values: dict[str, Number] = {}
    for name, value in found.items():
        if not 0 < len(name) <= _NAME_LIMIT:
            continue
        kind = type(value)
        if kind is Decimal or kind is int:
            if as_number(value) is not None:
                values[prefix + name] = value
        elif kind is dict and not prefix:
            values.update(numbers(value, f"{name}."))
        elif kind is list:
            for index, part in enumerate(value[:16]):
                if type(part) in (int, Decimal) and as_number(part) is not None:
                    values[f"{prefix}{name}.{index}"] = part
    return values


def moment(value, zone: str, received: int) -> int:
    """Returns UTC milliseconds of a device's time; raises DecodeError("not-a-time").

    Understands ISO 8601 with and without zone, Unix seconds and milliseconds. A time without zone
    is local time of `zone`. In the hour that summer time's end doubles it is the later one of the
    two that is not after `received`, since a message cannot be older than its arrival.
    """
    if type(value) is str:
        minute = _local_minute(value[:16], zone) if len(value) == 19 else None
        if minute is not None and value[16] == ":":
            second = _SECONDS.get(value[17:])
            if second is not None:
                return minute + second
        return _written(value, zone, received)
    return _counted(value)


# What a minute's seconds look like, in milliseconds.
_SECONDS = {f"{second:02}": second * 1000 for second in range(60)}


@lru_cache(maxsize=4096)
def _local_minute(text: str, zone: str) -> int | None:
    """UTC milliseconds at which a local minute begins; None in a doubled or skipped hour, or if it is none."""
    try:
        local = datetime.fromisoformat(f"{text}:00")
    except ValueError:
        return None
    aware = local.replace(tzinfo=ZoneInfo(zone))
    if local.tzinfo or aware.utcoffset() != aware.replace(fold=1).utcoffset():
        return None
    return _milliseconds(aware, text)


def _written(text: str, zone: str, received: int) -> int:
    try:
        found = datetime.fromisoformat(text.strip()) if len(text) <= 40 else None
    except ValueError:
        found = None
    if found is None:
        seconds = as_number(text)
        if seconds is None:
            raise DecodeError("not-a-time", value=text)
        return _counted(seconds)
    if found.tzinfo is not None:
        return _milliseconds(found, text)
    first = _milliseconds(found.replace(tzinfo=ZoneInfo(zone)), text)
    second = _milliseconds(found.replace(tzinfo=ZoneInfo(zone), fold=1), text)
    return second if first < second <= received + _AHEAD else first


def _counted(value) -> int:
    seconds = as_number(value)
    if seconds is None:
        raise DecodeError("not-a-time", value=value)
    if abs(seconds) < 100_000_000_000:
        seconds *= 1000
    if not 0 <= seconds < 253_402_300_800_000:
        raise DecodeError("not-a-time", value=value)
    return int(seconds)


def _milliseconds(found: datetime, text: str) -> int:
    try:
        return round(found.timestamp() * 1000)
    except (OverflowError, ValueError, OSError):
        raise DecodeError("not-a-time", value=text) from None


def iso(milliseconds: int) -> str:
    """Returns UTC milliseconds as ISO 8601 text, for messages and stored reasons."""
    try:
        return datetime.fromtimestamp(milliseconds / 1000, UTC).isoformat(timespec="seconds")
    except (OverflowError, ValueError, OSError):
        return str(milliseconds)


def text(value, limit: int = 100) -> str | None:
    """Returns a name from a payload if it is usable text or a whole number, else None."""
    if type(value) is int:
        value = str(value) if abs(value) < 10**30 else ""
    if type(value) is not str:
        return None
    value = value.strip()
    return value if value and len(value) <= limit and value.isprintable() else None


def device(kind: str, name) -> str:
    """Returns "kind:name"; raises DecodeError("no-device") without a usable name."""
    found = text(name)
    if found is None:
        raise DecodeError("no-device")
    return f"{kind}:{found}"
