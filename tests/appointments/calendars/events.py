"""Events as Outlook and others write them."""

from kaarst.appointments.engine import raster

import datetime


def event(*lines, uid="meeting"):
    return ("BEGIN:VEVENT", f"UID:{uid}", "DTSTAMP:20260101T000000Z", *lines, "END:VEVENT")


def calendar(*lines):
    return "\r\n".join(("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x", *lines, "END:VCALENDAR", ""))


def midnight(text):
    return raster.midnight(datetime.date.fromisoformat(text))


def local(moments):
    """Busy times as "25.10. 09:00–10:00"."""
    return [
        f"{raster.local(one.start):%d.%m. %H:%M}–{raster.local(one.end):%H:%M}" for one in moments
    ]


#: As Outlook writes the zone of the town.
WINDOWS_ZONE = (
    "BEGIN:VTIMEZONE",
    "TZID:W. Europe Standard Time",
    "BEGIN:STANDARD",
    "DTSTART:16010101T030000",
    "TZOFFSETFROM:+0200",
    "TZOFFSETTO:+0100",
    "RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10",
    "END:STANDARD",
    "BEGIN:DAYLIGHT",
    "DTSTART:16010101T020000",
    "TZOFFSETFROM:+0100",
    "TZOFFSETTO:+0200",
    "RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3",
    "END:DAYLIGHT",
    "END:VTIMEZONE",
)
