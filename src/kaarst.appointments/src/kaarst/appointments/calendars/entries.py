"""Appointments in iCalendar (RFC 5545) for foreign calendars: in UTC, with a UID that stays."""

from collections.abc import Iterable
from datetime import datetime
from datetime import timedelta
from datetime import UTC
from hashlib import sha256
from icalendar import Calendar
from icalendar import Event
from kaarst.appointments.calendars.interfaces import Entry


PRODUCT = "-//Kaarst//kaarst.appointments//DE"
DOMAIN = "appointments.kaarst"
# How often programs are asked to look again; Outlook takes its own time, hours.
REFRESH = timedelta(minutes=30)


def uid_of(key: str) -> str:
    """The UID of a booking in every calendar, by its key.

    The key was that of a hold, which nobody needs to know.
    """
    return f"{sha256(key.encode()).hexdigest()[:32]}@{DOMAIN}"


def initials(name: str) -> str:
    """ "E. M." of "Erika Mustermann": the first letters of the first and the last word."""
    words = [word for word in name.split() if word[0].isalpha()]
    return " ".join(f"{word[0].upper()}." for word in (words[:1] + words[1:][-1:]))


def file_of(entry: Entry) -> bytes:
    """A calendar with this entry alone, as CalDAV stores it: without a METHOD (RFC 4791, 4.1)."""
    calendar = _calendar()
    calendar.add_component(_event(entry))
    return calendar.to_ical()


def feed(entries: Iterable[Entry], name: str) -> bytes:
    """A calendar to subscribe to. Cancelled entries stay in it, so that they go from others."""
    calendar = _calendar()
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("x-published-ttl", "PT30M")
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    for entry in entries:
        calendar.add_component(_event(entry))
    return calendar.to_ical()


def fingerprint(entry: Entry) -> str:
    """Changes with everything that an entry says."""
    return sha256(file_of(entry)).hexdigest()[:32]


def _calendar() -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    return calendar


def _event(entry: Entry) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", _utc(entry.changed))
    event.add("last-modified", _utc(entry.changed))
    event.add("sequence", entry.sequence)
    event.add("dtstart", _utc(entry.start))
    event.add("dtend", _utc(entry.end))
    event.add("summary", entry.summary)
    if entry.location:
        event.add("location", entry.location)
    if entry.url:
        event.add("url", entry.url)
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if entry.cancelled else "OPAQUE")
    return event


def _utc(moment: int) -> datetime:
    return datetime.fromtimestamp(moment, UTC)
