"""The time zones of one calendar: known names, Outlook's names, and those it defines itself.

What icalendar makes of zones is not used: it remembers a zone that a calendar defines for all
others, and half of the world calls its own "Customized Time Zone".
"""

from datetime import date
from datetime import datetime
from datetime import tzinfo
from functools import lru_cache
from icalendar import Calendar
from icalendar import Timezone
from icalendar.timezone import tzp
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON
from kaarst.appointments.engine import raster
from zoneinfo import available_timezones
from zoneinfo import ZoneInfo


class Zones:
    """Reads moments of a calendar: aware datetimes, and dates for whole days."""

    def __init__(self, calendar: Calendar):
        self._own = {_cleaned(one.get("TZID")): one for one in calendar.walk("VTIMEZONE")}

    def moment(self, value: date, name: str | None) -> date:
        """A value as icalendar read it, in the zone of this name.

        Without a zone, or in one that nobody knows, it is meant as it is read here.
        """
        if not isinstance(value, datetime):
            return value
        if value.tzinfo is not None and (not name or str(value.tzinfo) == "UTC"):
            return value
        return at(value, self._zone(name) if name else raster.ZONE)

    def _zone(self, name: str) -> tzinfo:
        name = _cleaned(name)
        if name in _known():
            return ZoneInfo(name)
        if name in WINDOWS_TO_OLSON:
            return ZoneInfo(WINDOWS_TO_OLSON[name])
        if name in self._own:
            return _made(self._own[name].to_ical())
        # "/softwarestudio.org/Tzfile/Europe/Berlin" and the like (RFC 5545, 3.2.19).
        parts = name.split("/")
        rests = ("/".join(parts[number:]) for number in range(1, len(parts)))
        return next((ZoneInfo(rest) for rest in rests if rest in _known()), raster.ZONE)


def at(wall: datetime, zone: tzinfo) -> datetime:
    """This wall-clock time in a zone, whatever library made it."""
    wall = wall.replace(tzinfo=None)
    return zone.localize(wall) if hasattr(zone, "localize") else wall.replace(tzinfo=zone)


def instant(moment: date) -> int:
    """The instant of a moment; a day begins when it does here."""
    if not isinstance(moment, datetime):
        return raster.midnight(moment)
    return int(moment.timestamp())


@lru_cache(maxsize=1)
def _known() -> frozenset[str]:
    return frozenset(available_timezones())


@lru_cache(maxsize=64)
def _made(text: bytes) -> tzinfo:
    return tzp.create_timezone(Timezone.from_ical(text))


def _cleaned(name) -> str:
    return str(name or "").strip().strip("/")
