"""What people write in lines: probes with their depth, places with their coordinates. Plain Python."""

from kaarst.metering import _
from kaarst.metering.trees.routing import Place
from zope.schema.interfaces import ConstraintNotSatisfied
from zope.schema.interfaces import ValidationError

import re


_PROBE = re.compile(r"([A-Za-z0-9][A-Za-z0-9_.-]{0,63})\s*[;,\s]\s*(\d{1,3})\s*(?:cm)?")
_TILES = re.compile(r"/[A-Za-z0-9_./{}@-]{0,200}")


class WrongLine(ConstraintNotSatisfied):
    """A line that cannot be read; its text is what stands beside the field."""

    def __init__(self, message):
        ValidationError.__init__(self, message)
        self.message = message

    def doc(self):
        return self.message


def probe(line: str) -> tuple[str, int] | None:
    """ "baum-06_30; 30" → ("baum-06_30", 30); None for what is none. Depths from 5 to 300 cm."""
    match = _PROBE.fullmatch(line.strip())
    if match is None or not 5 <= int(match[2]) <= 300:
        return None
    return match[1], int(match[2])


def point(line: str) -> Place | None:
    """ "Hydrant; 51.2; 6.6" → a place with that name; None for what is none."""
    parts = [part.strip() for part in line.split(";")]
    if len(parts) != 3 or not parts[0]:
        return None
    try:
        latitude, longitude = (float(part.replace(",", ".")) for part in parts[1:])
    except ValueError:
        return None
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        return None
    return Place(parts[0], latitude, longitude)


def is_probe(line: str) -> bool:
    """Constraint of a line with a probe."""
    if probe(line) is None:
        raise WrongLine(_("Please write key and depth, for example: baum-06_30; 30"))
    return True


def is_point(line: str) -> bool:
    """Constraint of a line with a place."""
    if point(line) is None:
        raise WrongLine(_("Please write name, latitude and longitude: Hydrant; 51.2285; 6.6190"))
    return True


def is_own_tiles(address: str | None) -> bool:
    """Constraint of the map's address: a path of this website with {z}, {x} and {y}."""
    if address and not (
        _TILES.fullmatch(address)
        and not address.startswith("//")
        and all(part in address for part in ("{z}", "{x}", "{y}"))
    ):
        raise WrongLine(_("Please give a path of this website with {z}, {x} and {y}."))
    return True
