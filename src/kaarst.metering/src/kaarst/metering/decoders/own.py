"""Own mappings: plain numbers, plain JSON, and JSON with paths that people entered themselves.

Paths are JSONPath as in RFC 9535 (`$.data[0].energy`). A path that can only name one place is walked
directly; anything else goes through the library.
"""

from functools import lru_cache
from jsonpath import JSONPathEnvironment
from jsonpath.exceptions import JSONPathError
from jsonpath.selectors import IndexSelector
from jsonpath.selectors import NameSelector
from kaarst.metering import _
from kaarst.metering.decoders import base
from kaarst.metering.decoders.interfaces import IDecoder
from kaarst.metering.errors import MappingError
from zope.interface import implementer


# RFC 9535 alone: the library's extensions and regular expressions have no bound on their work.
_PATHS = JSONPathEnvironment(strict=True)
_PATHS.function_extensions.clear()
_PATH_LIMIT = 200
_NOTHING = object()


class Path:
    """A checked path. `find` returns the first value it names, or None."""

    def __init__(self, written: str):
        """Raises MappingError("bad-mapping") for what is no path."""
        if len(written) > _PATH_LIMIT or ".." in written or "?" in written:
            raise MappingError("bad-mapping", problem=f"path {written}")
        try:
            self._compiled = _PATHS.compile(written)
            self._steps = self._single()
        except (JSONPathError, RecursionError, ValueError):
            raise MappingError("bad-mapping", problem=f"path {written}") from None

    def _single(self) -> tuple | None:
        steps = []
        for segment in self._compiled.segments:
            if len(segment.selectors) != 1:
                return None
            selector = segment.selectors[0]
            if isinstance(selector, NameSelector):
                steps.append(selector.name)
            elif isinstance(selector, IndexSelector):
                steps.append(selector.index)
            else:
                return None
        return tuple(steps)

    def find(self, document):
        if self._steps is None:
            found = self._compiled.match(document) if type(document) in (dict, list) else None
            return None if found is None else found.obj
        for step in self._steps:
            kind = type(document)
            if type(step) is str:
                document = document.get(step, _NOTHING) if kind is dict else _NOTHING
            elif kind is list and -len(document) <= step < len(document):
                document = document[step]
            else:
                document = _NOTHING
            if document is _NOTHING:
                return None
        return document


@lru_cache(maxsize=1024)
def path(written: str) -> Path:
    """Returns the checked path for what was entered; raises MappingError."""
    return Path(written)


@implementer(IDecoder)
class PlainNumber:
    """One topic, one number."""

    title = _("A bare number")
    description = _("The message is nothing but a number; device and value stand in the topic.")
    templates = ("{device}/{channel}",)
    example = ("bauhof/gas", b"4711.23")

    def decode(self, captured, payload, received, options):
        channel = base.text(captured.get("channel") or "value")
        if channel is None:
            raise base.DecodeError("missing-field", field="channel")
        value = base.number(payload.decode("utf-8", "replace").strip(), channel)
        name = captured.get("device") or captured.get("channel")
        return [base.Frame(base.device("own", name), None, {channel: value})]

    def describe(self, channel, options):
        return base.UNKNOWN


@implementer(IDecoder)
class PlainJson:
    """Every number of a JSON object under its own name; a field `time` or `timestamp` counts."""

    title = _("Plain JSON")
    description = _("A JSON object with numbers. A field “time” or “timestamp” gives the moment.")
    templates = ("{device}/json", "{device}")
    example = ("bauhof/json", b'{"time":"2026-03-02T09:15:00Z","energy":12345.678}')
    _TIMES = ("time", "timestamp", "ts", "Time")

    def decode(self, captured, payload, received, options):
        found = base.parse_object(payload)
        moment = None
        for name in self._TIMES:
            if found.get(name) is not None:
                moment = base.moment(found[name], options.zone, received)
                break
        values = {
            name: value for name, value in base.numbers(found).items() if name not in self._TIMES
        }
        if not values:
            return []
        return [base.Frame(base.device("own", captured.get("device")), moment, values)]

    def describe(self, channel, options):
        return base.UNKNOWN


@implementer(IDecoder)
class OwnPaths:
    """JSON in which people say where the values, the time and the device are."""

    title = _("JSON with own paths")
    description = _("You say where in the JSON the values, the time and the device stand.")
    templates = ("{device}/{channel}",)
    example = (
        "heizung/kessel",
        b'{"meta":{"id":"K1","at":1772442900},"data":[{"waermemenge":"88,1"},{"waermemenge":88.1}]}',
    )

    def decode(self, captured, payload, received, options):
        found = base.parse(payload)
        values = {}
        for field in options.fields:
            value = path(field.path).find(found) if field.path else found
            if value is not None:
                values[field.channel] = base.number(value, field.channel)
        if not values:
            return []
        moment = None
        if options.time_path:
            time = path(options.time_path).find(found)
            if time is None:
                raise base.DecodeError("missing-field", field=options.time_path)
            moment = base.moment(time, options.zone, received)
        name = captured.get("device")
        if options.device_path:
            name = path(options.device_path).find(found)
        return [base.Frame(base.device("own", name), moment, values)]

    def describe(self, channel, options):
        for field in options.fields:
            if field.channel == channel:
                return base.Channel(field.unit, field.obis)
        return base.UNKNOWN


@implementer(IDecoder)
class Ignore:
    """Messages that nobody needs: they are counted and set aside."""

    title = _("Not needed")
    description = _("Messages of this topic are counted and set aside.")
    templates = ("#",)
    example = ("zigbee2mqtt/bridge/logging", b"{}")

    def decode(self, captured, payload, received, options):
        raise base.DecodeError("ignored")

    def describe(self, channel, options):
        return base.UNKNOWN
