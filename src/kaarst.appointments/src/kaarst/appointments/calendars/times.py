"""What blocks: the times of events in iCalendar (RFC 5545), as instants."""

from collections import defaultdict
from collections.abc import Collection
from collections.abc import Iterator
from datetime import date
from datetime import datetime
from datetime import time
from datetime import timedelta
from hashlib import sha256
from icalendar import Calendar
from kaarst.appointments.calendars import series
from kaarst.appointments.calendars.interfaces import ANSWER
from kaarst.appointments.calendars.interfaces import Busy
from kaarst.appointments.calendars.interfaces import CalendarError
from kaarst.appointments.calendars.interfaces import EVENT
from kaarst.appointments.calendars.interfaces import NOT_EXPANDED
from kaarst.appointments.calendars.zones import at
from kaarst.appointments.calendars.zones import instant
from kaarst.appointments.calendars.zones import Zones
from kaarst.appointments.engine import raster
from typing import NamedTuple

import re


BEGIN = re.compile(r"^BEGIN:VEVENT\s*$", re.IGNORECASE | re.MULTILINE)
#: What must be readable; icalendar leaves out what it cannot read, and notes it.
TIMES = {"DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "RECURRENCE-ID"}
RULES = ("RRULE", "RDATE")
WRONG = (ValueError, TypeError, AttributeError, OverflowError, LookupError)
#: What Outlook says beside TRANSP.
OUTLOOK = "X-MICROSOFT-CDO-BUSYSTATUS"
FREE = {"FREE", "WORKINGELSEWHERE"}
#: An exception that moves all dates after it as well: nobody writes it, few can read it.
AND_ALL_AFTER = "THISANDFUTURE"


def busy_times(text: str | bytes, first: int, last: int, ours: Collection[str] = ()) -> list[Busy]:
    """The busy times of a calendar that touch the time between two instants, by start, cut to it.

    Tentative events count. Those that are free, cancelled or `ours` (uids) do not, nor those
    without a length. Raises `CalendarError` for what cannot be read: what is not understood must
    not look free.
    """
    try:
        calendars = Calendar.from_ical(text, multiple=True)
        count = sum(len(one.walk("VEVENT")) for one in calendars)
        if count != len(BEGIN.findall(text if isinstance(text, str) else text.decode())):
            # Cut off somewhere.
            raise CalendarError(ANSWER)
    except WRONG as error:
        raise CalendarError(ANSWER) from error
    try:
        found = {
            Busy(one.uid, max(one.start, first), min(one.end, last))
            for calendar in calendars
            for one in _busy(calendar, first, last, ours)
            if one.start < last and one.end > first
        }
    except WRONG as error:
        raise CalendarError(EVENT) from error
    return sorted(found, key=lambda one: (one.start, one.end, one.uid))


def uids(text: str | bytes) -> set[str]:
    """The uids of the events in a calendar; empty for what is none."""
    try:
        return {str(one.get("UID", "")) for one in Calendar.from_ical(text).walk("VEVENT")}
    except (ValueError, LookupError):
        return set()


def _busy(calendar: Calendar, first: int, last: int, ours: Collection[str]) -> Iterator[Busy]:
    zones = Zones(calendar)
    by_uid = defaultdict(list)
    for event in calendar.walk("VEVENT"):
        by_uid[str(event.get("UID", ""))].append(event)
    for uid, events in by_uid.items():
        if uid in ours:
            continue
        instead = {
            series.key(one)
            for event in events
            for one in series.values(event, "RECURRENCE-ID", zones)
        }
        for event in filter(_blocks, events):
            for start, end in _spans(event, zones, first, last, instead):
                if end > start:
                    name = sha256(f"{uid} {start}".encode()).hexdigest()[:24]
                    yield Busy(name, start, end)


def _blocks(event) -> bool:
    return (
        str(event.get("TRANSP", "")).upper() != "TRANSPARENT"
        and str(event.get("STATUS", "")).upper() != "CANCELLED"
        and str(event.get(OUTLOOK, "")).upper() not in FREE
    )


def _spans(
    event, zones: Zones, first: int, last: int, instead: Collection
) -> Iterator[tuple[int, int]]:
    """The times of an event; of a series without those for which another one stands."""
    wrong = {name for name, _ in event.errors} & TIMES
    if wrong:
        raise CalendarError(NOT_EXPANDED if wrong <= {*RULES} else EVENT)
    begin = zones.moment(event["DTSTART"].dt, event["DTSTART"].params.get("TZID"))
    length = _length(event, begin, zones)
    if "RECURRENCE-ID" in event:
        if event["RECURRENCE-ID"].params.get("RANGE", "").upper() == AND_ALL_AFTER:
            raise CalendarError(NOT_EXPANDED)
        yield length.of(begin)
        return
    start, end = length.of(begin)
    found = [begin]
    if any(name in event for name in RULES):
        found = series.dates(event, begin, zones, first - (end - start), last)
    for one in found:
        moment, end = one if isinstance(one, tuple) else (one, None)
        if series.key(moment) in instead:
            continue
        if end is None:
            yield length.of(moment)
        else:
            start = instant(moment)
            yield start, instant(end) if isinstance(end, date) else start + _seconds(end)


class Length(NamedTuple):
    """How long an event is: `clock` by the clock and then `rest` seconds, or `exact` seconds.

    The two differ where the clock is changed meanwhile. Then the longer one counts.
    """

    clock: timedelta
    rest: int = 0
    exact: int = 0

    def of(self, begin: date) -> tuple[int, int]:
        """Start and end of an event that begins then."""
        start = instant(begin)
        zone = begin.tzinfo if isinstance(begin, datetime) else raster.ZONE
        by_clock = instant(at(_clock(begin) + self.clock, zone)) + self.rest
        return start, max(by_clock, start + self.exact)


def _length(event, begin: date, zones: Zones) -> Length:
    whole = not isinstance(begin, datetime)
    if "DTEND" in event:
        end = zones.moment(event["DTEND"].dt, event["DTEND"].params.get("TZID"))
        exact = instant(end) - instant(begin)
        if whole == isinstance(end, datetime):
            return Length(timedelta(), exact)
        if whole:
            return Length(end - begin)
        if str(end.tzinfo) != str(begin.tzinfo):
            return Length(timedelta(), exact)
        return Length(_clock(end) - _clock(begin), exact=exact)
    if "DURATION" in event:
        length = event["DURATION"].dt
        # A day is one of the calendar, 24 hours are hours (3.3.6), and which of the two was
        # written nobody can see any more.
        days = timedelta(days=length.days)
        return Length(days, _seconds(length - days), 0 if whole else _seconds(length))
    return Length(timedelta(days=1 if whole else 0))


def _clock(moment: date) -> datetime:
    if isinstance(moment, datetime):
        return moment.replace(tzinfo=None)
    return datetime.combine(moment, time())


def _seconds(length: timedelta) -> int:
    return int(length.total_seconds())
