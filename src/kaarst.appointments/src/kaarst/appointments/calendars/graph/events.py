"""Events of Graph as what blocks, and appointments as events of Graph.

After learn.microsoft.com/graph/api/resources/event and .../resources/scheduleinformation.
"""

from collections.abc import Iterator
from datetime import datetime
from datetime import timedelta
from datetime import UTC
from hashlib import sha256
from kaarst.appointments.calendars.interfaces import ANSWER
from kaarst.appointments.calendars.interfaces import Busy
from kaarst.appointments.calendars.interfaces import CalendarError
from kaarst.appointments.calendars.interfaces import Entry
from kaarst.appointments.calendars.interfaces import NOT_EXPANDED
from kaarst.appointments.engine import raster


#: Ours are known by this extended property; the namespace is the city's own (a GUID).
PROPERTY = "String {6f7a1c52-9c0e-4d8b-9a51-2f5d0c7be6a4} Name KaarstAppointment"
#: Neither who is away somewhere else nor what is marked as free closes a counter; the rest does.
FREE = {"free", "workingelsewhere"}
#: All that is asked of foreign events: no title, no place, no people.
ASKED = "id,start,end,isAllDay,isCancelled,showAs,type"
#: In the view of free and busy: a character for each cell of the raster.
FREE_SLOTS = {"0", "4"}


def busy_of(event: dict) -> Busy | None:
    """The time an event blocks, None where it does not. Raises CalendarError."""
    try:
        if event.get("isCancelled") is True or str(event.get("showAs", "")).lower() in FREE:
            return None
        if event.get("type") == "seriesMaster":
            raise CalendarError(NOT_EXPANDED)
        whole = event.get("isAllDay") is True
        start, end = _instant(event["start"], whole), _instant(event["end"], whole)
        key = f"{event['id']} {start}"
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise CalendarError(ANSWER) from error
    if end <= start:
        return None
    return Busy(sha256(key.encode()).hexdigest()[:24], start, end)


def uid_in(event: dict) -> str:
    """The uid of the appointment that an event was made for, "" if it is a foreign one."""
    for one in event.get("singleValueExtendedProperties") or ():
        if isinstance(one, dict) and str(one.get("id", "")).lower() == PROPERTY.lower():
            return str(one.get("value", ""))
    return ""


def busy_slots(view: str, first: int, last: int) -> Iterator[Busy]:
    """The busy times in an `availabilityView` of five minutes a character, joined."""
    cells = -(-(last - first) // raster.CELL_SECONDS)
    if not isinstance(view, str) or len(view) != cells:
        raise CalendarError(ANSWER)
    begin = None
    for number, slot in enumerate(f"{view}0"):
        if slot in FREE_SLOTS:
            if begin is not None:
                start = first + begin * raster.CELL_SECONDS
                end = min(first + number * raster.CELL_SECONDS, last)
                yield Busy(sha256(f"view {start}".encode()).hexdigest()[:24], start, end)
            begin = None
        elif begin is None:
            begin = number


def event_of(entry: Entry) -> dict:
    """An appointment as an event: without people, and without a reminder that nobody asked for."""
    return {
        "subject": entry.summary,
        "body": {"contentType": "text", "content": entry.url},
        "start": moment_of(entry.start),
        "end": moment_of(entry.end),
        "location": {"displayName": entry.location},
        "isAllDay": False,
        "isReminderOn": False,
        "showAs": "free" if entry.cancelled else "busy",
    }


def says(event: dict, entry: Entry) -> bool:
    """Whether an event says already what an appointment is; the link follows from the day."""
    try:
        return (
            event["subject"] == entry.summary
            and _instant(event["start"], False) == entry.start
            and _instant(event["end"], False) == entry.end
            and event["isAllDay"] is False
            and event["showAs"] == ("free" if entry.cancelled else "busy")
            and event["location"]["displayName"] == entry.location
            and event.get("isCancelled") is not True
        )
    except (KeyError, TypeError, ValueError):
        return False


def stamp(moment: int) -> str:
    """An instant as a parameter of a request."""
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def moment_of(moment: int) -> dict:
    """An instant as Graph's dateTimeTimeZone."""
    return {"dateTime": stamp(moment).removesuffix("Z"), "timeZone": "UTC"}


def _instant(value: dict, whole: bool) -> int:
    if value["timeZone"] != "UTC":
        # Asked for in UTC; whatever this is, it must not look free.
        raise ValueError(value["timeZone"])
    moment = datetime.fromisoformat(value["dateTime"])
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    if whole and moment.time() == datetime.min.time():
        # A date without a place: midnight is meant as it is read here.
        return raster.midnight(moment.date())
    if whole:
        # The midnight of whoever wrote it, given in UTC: the day that begins closest to it.
        return raster.midnight((moment + timedelta(hours=12)).astimezone(raster.ZONE).date())
    return int(moment.timestamp())
