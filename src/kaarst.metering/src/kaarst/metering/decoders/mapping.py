"""A mapping says: messages of these topics are read by this preset, with these options."""

from collections.abc import Iterable
from dataclasses import dataclass
from dataclasses import field
from kaarst.metering.decoders import decoder
from kaarst.metering.decoders.base import Channel
from kaarst.metering.decoders.base import Field
from kaarst.metering.decoders.base import Frame
from kaarst.metering.decoders.base import Options
from kaarst.metering.decoders.base import PAYLOAD_LIMIT
from kaarst.metering.decoders.own import path
from kaarst.metering.decoders.topics import Template
from kaarst.metering.errors import DecodeError
from kaarst.metering.errors import MappingError
from kaarst.metering.errors import MeteringError
from kaarst.metering.obis import normalise
from kaarst.metering.units import stored_unit


@dataclass(frozen=True)
class Mapping:
    """`template` is a topic template, `preset` a decoder's name; the first that matches counts.

    Raises MappingError for whatever cannot work, when it is made.
    """

    template: str
    preset: str
    options: Options = field(default_factory=Options)
    title: str = ""
    identifier: int = 0

    def __post_init__(self):
        object.__setattr__(self, "topics", Template(self.template))
        object.__setattr__(self, "decoder", decoder(self.preset))
        _check(self.preset, self.options)

    def decode(self, topic: str, payload: bytes, received: int) -> list[Frame]:
        """Returns the frames of a message of this mapping's topics; raises DecodeError."""
        return self.decode_captured(self.topics.match(topic) or {}, payload, received)

    def decode_captured(self, captured: dict, payload: bytes, received: int) -> list[Frame]:
        if len(payload) > PAYLOAD_LIMIT:
            raise DecodeError("too-large", limit=PAYLOAD_LIMIT)
        return self.decoder.decode(captured, payload, received, self.options)

    def describe(self, channel: str) -> Channel:
        return self.decoder.describe(channel, self.options)


def _check(preset: str, options: Options):
    if preset == "paths" and not options.fields:
        raise MappingError("bad-mapping", problem="no paths")
    seen = set()
    for entry in options.fields:
        if entry.path:
            path(entry.path)
        if not entry.channel or entry.channel in seen:
            raise MappingError("bad-mapping", problem=f"name {entry.channel}")
        seen.add(entry.channel)
        if entry.unit:
            stored_unit(entry.unit)
        if entry.obis:
            normalise(entry.obis)
    for written in (options.time_path, options.device_path):
        if written:
            path(written)


def first_match(mappings: Iterable[Mapping], topic: str) -> tuple[Mapping, dict] | None:
    """Returns the first mapping that knows the topic, with what its placeholders captured."""
    for mapping in mappings:
        captured = mapping.topics.match(topic)
        if captured is not None:
            return mapping, captured
    return None


@dataclass(frozen=True)
class Trial:
    """The result of trying a mapping: the frames with their channels, or the reason against."""

    frames: tuple[Frame, ...] = ()
    channels: dict[str, Channel] = field(default_factory=dict)
    error: MeteringError | None = None


def try_out(mapping: Mapping, topic: str, payload: bytes, received: int) -> Trial:
    """Tries a mapping on a message, for example the last one of the topic. Raises nothing."""
    captured = mapping.topics.match(topic)
    if captured is None:
        return Trial(error=DecodeError("no-mapping"))
    try:
        frames = mapping.decode_captured(captured, payload, received)
    except MeteringError as error:
        return Trial(error=error)
    channels = {name: mapping.describe(name) for frame in frames for name in frame.values}
    return Trial(tuple(frames), channels)


def to_json(options: Options) -> dict:
    """Returns options as JSON types, as they are stored."""
    return {
        "zone": options.zone,
        "fields": [
            {"channel": f.channel, "path": f.path, "unit": f.unit, "obis": f.obis}
            for f in options.fields
        ],
        "time_path": options.time_path,
        "device_path": options.device_path,
    }


def from_json(stored: dict) -> Options:
    """Returns stored options; raises MappingError for what does not fit."""
    try:
        fields = tuple(Field(**entry) for entry in stored.get("fields", ()))
        known = {"zone", "time_path", "device_path"}
        return Options(fields=fields, **{k: v for k, v in stored.items() if k in known})
    except (TypeError, AttributeError):
        raise MappingError("bad-mapping", problem="options") from None
