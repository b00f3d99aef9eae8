"""Which preset understands a message that nobody knows yet, and where its numbers stand."""

from collections.abc import Iterator
from decimal import Decimal
from kaarst.metering.decoders import base
from kaarst.metering.decoders import presets
from kaarst.metering.decoders.mapping import Mapping
from kaarst.metering.decoders.mapping import Trial
from kaarst.metering.decoders.mapping import try_out
from kaarst.metering.decoders.own import path
from kaarst.metering.errors import MeteringError
from typing import NamedTuple

import re


# Presets for any device: offered after those that were made for one.
GENERAL = ("json", "number")
_NEVER = ("paths", "ignore")
_PLACES = 60
_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class Suggestion(NamedTuple):
    """A preset and topic template that read the message, and what they read."""

    preset: str
    template: str
    trial: Trial


def suggestions(topic: str, payload: bytes, received: int) -> list[Suggestion]:
    """Returns what understands a message, the most particular first; raises nothing."""
    found = []
    for name, decoder in presets():
        if name in _NEVER:
            continue
        templates = _fixed(decoder.templates)
        if name in GENERAL:
            templates = [*templates, *_generic(topic)]
        for template in templates:
            try:
                trial = try_out(Mapping(template, name), topic, payload, received)
            except MeteringError:
                continue
            if any(frame.values for frame in trial.frames):
                found.append(Suggestion(name, template, trial))
                break
    return sorted(found, key=lambda one: one.preset in GENERAL)


def _fixed(templates: tuple[str, ...]) -> list[str]:
    """Usual templates of a preset that have at least one fixed level: others take everything."""
    return [
        template
        for template in templates
        if any(part and part[0] not in "{+#" for part in template.split("/"))
    ]


def _generic(topic: str) -> list[str]:
    """The topic with its last level as the device, or the last two as device and value."""
    parts = topic.split("/")
    if any(sign in topic for sign in "+#{}"):
        return []
    found = ["/".join((*parts[:-1], "{device}"))]
    if len(parts) > 1:
        found.insert(0, "/".join((*parts[:-2], "{device}", parts[-1])))
        found.append("/".join((*parts[:-2], "{device}", "{channel}")))
        found.insert(0, found.pop(1))
    return found


class Place(NamedTuple):
    """A value of a JSON message: its path (RFC 9535), name and text."""

    path: str
    name: str
    value: str
    is_number: bool


def places(payload: bytes) -> list[Place]:
    """Returns the first values of a JSON message with their paths; none if it is no JSON."""
    try:
        found = base.parse(payload)
    except MeteringError:
        return []
    return [one for one in list(_walk(found, "$", ""))[:_PLACES] if _is_path(one.path)]


def _is_path(written: str) -> bool:
    try:
        path(written)
    except MeteringError:
        return False
    return True


def _walk(found, where: str, name: str, depth: int = 0) -> Iterator[Place]:
    if depth > 8:
        return
    if isinstance(found, dict):
        for key, value in list(found.items())[:_PLACES]:
            yield from _walk(value, where + _step(key), key, depth + 1)
    elif isinstance(found, list):
        for index, value in enumerate(found[:8]):
            yield from _walk(value, f"{where}[{index}]", f"{name}{index + 1}", depth + 1)
    elif found is not None and not isinstance(found, bool):
        number = isinstance(found, int | Decimal) or base.as_number(found) is not None
        text = str(found)
        yield Place(where, name[:80], text if len(text) <= 60 else f"{text[:59]}…", number)


def _step(key: str) -> str:
    if _PLAIN_NAME.fullmatch(key):
        return f".{key}"
    escaped = key.replace("\\", "\\\\").replace("'", "\\'")
    return f"['{escaped}']"
