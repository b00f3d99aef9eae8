"""The single dates of a series of events (RFC 5545, 3.8.5), in the time of its own zone.

Read here and not by the server: some cannot, others leave out a second EXDATE, or what was moved
here from a day that nobody asked for. What can be read in two ways is read so that more is blocked.
"""

from collections.abc import Iterator
from datetime import date
from datetime import datetime
from datetime import time
from datetime import timedelta
from datetime import tzinfo
from dateutil.rrule import rrulestr
from icalendar.prop import vRecur
from kaarst.appointments.calendars.interfaces import CalendarError
from kaarst.appointments.calendars.interfaces import NOT_EXPANDED
from kaarst.appointments.calendars.zones import at
from kaarst.appointments.calendars.zones import instant
from kaarst.appointments.calendars.zones import Zones
from kaarst.appointments.engine import raster


#: Nobody's meetings; a rule like this could take for ever to read.
TOO_OFTEN = {"SECONDLY", "MINUTELY", "HOURLY"}
#: Dates of one series.
MOST = 5000
DAY = timedelta(days=1)


def key(moment: date) -> date | int:
    """By which an exception finds its date: a day is not its midnight."""
    return instant(moment) if isinstance(moment, datetime) else moment


def values(event, name: str, zones: Zones) -> Iterator:
    """All moments of an EXDATE, RDATE or RECURRENCE-ID; of a period as (start, end or length)."""
    found = event.get(name, [])
    for prop in found if isinstance(found, list) else [found]:
        zone = prop.params.get("TZID")
        for one in getattr(prop, "dts", [prop]):
            if isinstance(one.dt, tuple):
                start, end = one.dt
                if isinstance(end, date):
                    end = zones.moment(end, zone)
                yield zones.moment(start, zone), end
            else:
                yield zones.moment(one.dt, zone)


def dates(event, begin: date, zones: Zones, first: int, last: int) -> Iterator:
    """When the dates of a series begin, those between two instants and perhaps some before.

    `begin`: its DTSTART. Periods come as (start, end or length). Raises CalendarError for rules
    that nobody can follow.
    """
    gone = {key(one) for one in values(event, "EXDATE", zones)}
    found = (one for one in _all(event, begin, zones, first, last) if _start(one) not in gone)
    for count, one in enumerate(found):
        if count == MOST:
            raise CalendarError(NOT_EXPANDED)
        yield one


def _start(one) -> date | int:
    return key(one[0] if isinstance(one, tuple) else one)


def _all(event, begin: date, zones: Zones, first: int, last: int) -> Iterator:
    # The first date is one of the series even where the rule does not say so.
    seen = {key(begin)}
    yield begin
    rules = event.get("RRULE", [])
    for rule in rules if isinstance(rules, list) else [rules]:
        for wall in _by_rule(rule, begin, first, last):
            moment = at(wall, begin.tzinfo) if isinstance(begin, datetime) else wall.date()
            if key(moment) not in seen:
                seen.add(key(moment))
                yield moment
    for one in values(event, "RDATE", zones):
        if isinstance(one, tuple) or key(one) not in seen:
            yield one


def _by_rule(rule: vRecur, begin: date, first: int, last: int) -> Iterator[datetime]:
    """The dates of one rule, by the clock of the series."""
    zone = begin.tzinfo if isinstance(begin, datetime) else raster.ZONE
    wall = datetime.combine(begin, time())
    if isinstance(begin, datetime):
        wall = begin.replace(tzinfo=None)
    rule = vRecur(rule)
    try:
        until = _until(rule.pop("UNTIL", [None])[0], zone)
        end = min(until, _wall(last, zone) + DAY)
        frequency = str(rule["FREQ"][0]).upper()
        interval = int(rule.get("INTERVAL", [1])[0])
        if frequency in TOO_OFTEN or interval < 1:
            raise CalendarError(NOT_EXPANDED)
        counted = "COUNT" in rule
        if not counted:
            wall = _later(wall, frequency, interval, _wall(first, zone))
        found = rrulestr(rule.to_ical().decode(), dtstart=wall)
        found = found if counted else found.replace(until=end)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        raise CalendarError(NOT_EXPANDED) from error
    for one in found:
        if one > end:
            return
        yield one


def _until(until: date | None, zone: tzinfo) -> datetime:
    """The last moment of a rule; of a day its end."""
    if until is None:
        return datetime.max
    if not isinstance(until, datetime):
        return datetime.combine(until, time.max)
    if until.tzinfo is None:
        return until
    return _wall(int(until.timestamp()), zone)


def _later(wall: datetime, frequency: str, interval: int, first: datetime) -> datetime:
    """A date of the same rhythm shortly before `first`: nobody counts the days of ten years."""
    if frequency not in ("DAILY", "WEEKLY"):
        return wall
    step = timedelta(days=7 * interval)
    return wall + max((first - wall) // step - 1, 0) * step


def _wall(moment: int, zone: tzinfo) -> datetime:
    return datetime.fromtimestamp(moment, zone).replace(tzinfo=None)
