"""What blocks: the times of events in iCalendar (RFC 5545), as instants."""

from collections.abc import Collection
from collections.abc import Iterator
from datetime import date
from datetime import datetime
from datetime import timedelta
from hashlib import sha256
from icalendar import Calendar
from kaarst.appointments.calendars.interfaces import ANSWER
from kaarst.appointments.calendars.interfaces import Busy
from kaarst.appointments.calendars.interfaces import CalendarError
from kaarst.appointments.calendars.interfaces import NOT_EXPANDED
from kaarst.appointments.engine import raster

import re


BEGIN = re.compile(r"^BEGIN:VEVENT\s*$", re.IGNORECASE | re.MULTILINE)
#: What must be readable; icalendar leaves out what it cannot read, and notes it.
TIMES = {"DTSTART", "DTEND", "DURATION", "RRULE", "RDATE"}
SERIES = ("RRULE", "RDATE")
#: What Outlook says beside TRANSP.
OUTLOOK = "X-MICROSOFT-CDO-BUSYSTATUS"
FREE = {"FREE", "WORKINGELSEWHERE"}


def busy_times(text: str | bytes, first: int, last: int, ours: Collection[str] = ()) -> list[Busy]:
    """The busy times of a calendar that touch the time between two instants, by start, cut to it.

    Tentative events count. Those that are free, cancelled or `ours` (uids) do not, nor those
    without a length. Raises `CalendarError` for what cannot be read and for a series that is not
    given by its single dates: what is not understood must not look free.
    """
    try:
        calendars = Calendar.from_ical(text, multiple=True)
        events = [event for one in calendars for event in one.walk("VEVENT")]
        if len(events) != len(BEGIN.findall(text if isinstance(text, str) else text.decode())):
            # Cut off somewhere.
            raise CalendarError(ANSWER)
        found = [one for event in events for one in _busy(event, ours)]
    except CalendarError:
        raise
    except (ValueError, TypeError, AttributeError, OverflowError, KeyError, IndexError) as error:
        raise CalendarError(ANSWER) from error
    cut = {
        Busy(one.uid, max(one.start, first), min(one.end, last))
        for one in found
        if one.start < last and one.end > first
    }
    return sorted(cut, key=lambda one: (one.start, one.end, one.uid))


def _busy(event, ours: Collection[str]) -> Iterator[Busy]:
    uid = str(event.get("UID", ""))
    if uid in ours or not _blocks(event):
        return
    if any(name in TIMES for name, _ in event.errors):
        raise CalendarError(ANSWER)
    if any(name in event for name in SERIES):
        raise CalendarError(NOT_EXPANDED)
    start, end = _span(event)
    if end > start:
        key = sha256(f"{uid} {start}".encode()).hexdigest()[:24]
        yield Busy(key, start, end)


def _blocks(event) -> bool:
    return (
        str(event.get("TRANSP", "")).upper() != "TRANSPARENT"
        and str(event.get("STATUS", "")).upper() != "CANCELLED"
        and str(event.get(OUTLOOK, "")).upper() not in FREE
    )


def _span(event) -> tuple[int, int]:
    begin = event["DTSTART"].dt
    if "DTEND" in event:
        end = event["DTEND"].dt
    elif "DURATION" in event:
        length = event["DURATION"].dt
        if not isinstance(begin, datetime):
            return _instant(begin), _instant(begin + length)
        # A day is one of the calendar, 24 hours are hours (RFC 5545, 3.3.6), and which of the two
        # was written nobody can see any more: the longer one.
        start, days = _instant(begin), timedelta(days=length.days)
        by_calendar = _instant(_on(begin, days)) + int((length - days).total_seconds())
        return start, max(by_calendar, start + int(length.total_seconds()))
    else:
        end = begin if isinstance(begin, datetime) else begin + timedelta(days=1)
    return _instant(begin), _instant(end)


def _on(begin: datetime, days: timedelta) -> datetime:
    """The same wall-clock time days later, whatever library made the time zone."""
    later = begin.replace(tzinfo=None) + days
    zone = begin.tzinfo
    if hasattr(zone, "localize"):
        return zone.localize(later)
    return later.replace(tzinfo=zone)


def _instant(moment: date) -> int:
    """Whole days and times without a zone are meant as they are read here."""
    if not isinstance(moment, datetime):
        return raster.midnight(moment)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=raster.ZONE)
    return int(moment.timestamp())
