"""Topic templates: MQTT topic filters whose wildcards have names.

`tele/{device}/SENSOR` subscribes to `tele/+/SENSOR` and captures the device. `#` may end a template.
"""

from kaarst.metering.errors import MappingError

import re


_PLACEHOLDER = re.compile(r"\{([a-z_]{1,30})\}")
TOPIC_LIMIT = 500


class Template:
    """A parsed template: `filter` is what to subscribe to, `match` captures the placeholders."""

    def __init__(self, written: str):
        """Raises MappingError("bad-mapping") for what no broker would take."""
        self.written = written
        self.filter, names, pattern = _parse(written)
        self.names = tuple(names)
        self._pattern = re.compile(pattern)

    def match(self, topic: str) -> dict[str, str] | None:
        """Returns what stands at the placeholders, or None if the topic is another one."""
        found = self._pattern.fullmatch(topic)
        return found.groupdict() if found else None

    def __repr__(self):
        return f"Template({self.written!r})"


def _parse(written: str) -> tuple[str, list[str], str]:
    if not written or len(written) > TOPIC_LIMIT or not written.isprintable():
        raise MappingError("bad-mapping", problem=f"topic {written}")
    levels, names, patterns = [], [], []
    parts = written.split("/")
    for position, part in enumerate(parts):
        named = _PLACEHOLDER.fullmatch(part)
        if part == "#" and position == len(parts) - 1:
            levels.append("#")
            # In MQTT `a/#` includes `a` itself.
            tail = "(?:/.*)?" if patterns else "[^$].*"
            return "/".join(levels), names, "/".join(patterns) + tail
        if named and named[1] not in names:
            names.append(named[1])
            levels.append("+")
            patterns.append(f"(?P<{named[1]}>[^/]*)" if position else f"(?P<{named[1]}>[^/$][^/]*)")
        elif part == "+":
            levels.append("+")
            patterns.append("[^/]*" if position else "(?!\\$)[^/]*")
        elif any(sign in part for sign in "+#{}"):
            raise MappingError("bad-mapping", problem=f"topic {written}")
        else:
            levels.append(part)
            patterns.append(re.escape(part))
    return "/".join(levels), names, "/".join(patterns)
