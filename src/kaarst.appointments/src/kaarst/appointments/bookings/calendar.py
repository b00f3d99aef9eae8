"""An appointment as an iCalendar file (RFC 5545): in UTC, with a UID that stays when it moves."""

from collections.abc import Mapping
from datetime import datetime
from datetime import UTC
from functools import lru_cache
from icalendar import Calendar
from icalendar import Event
from icalendar import vCalAddress
from icalendar import vDDDTypes
from icalendar import vText
from icalendar.parser import Contentline
from icalendar.parser import Contentlines
from kaarst.appointments import _
from kaarst.appointments.bookings import details
from kaarst.appointments.calendars import entries
from kaarst.appointments.engine.records import Booking
from kaarst.appointments.engine.records import CANCELLED
from kaarst.core.town import town
from zope.i18n import translate


FILE_NAME = "termin.ics"
MEDIA_TYPE = "text/calendar; charset=utf-8"
#: Octets; longer ones are folded.
LONGEST_LINE = 75
#: What differs between two appointments at a desk, and what stands for it meanwhile: characters for
#: private use, which nobody types, and moments.
BLANKS = {"uid": "\ue000", "number": "\ue001", "changed": 0, "start": 0, "end": 0}
TEXTS = ("uid", "number")
MOMENTS = {"DTSTAMP": "changed", "DTSTART": "start", "DTEND": "end"}


def file_of(desk, booking: Booking, language: str = "de") -> bytes:
    """The file of one appointment; of a cancelled one it takes the entry out again.

    Holds no name, so that it can be put into any calendar.
    """
    return file_from(words_of(desk, booking), language)


def words_of(desk, booking: Booking) -> dict:
    """All that the file says, as plain values: for a file that is written later."""
    here, chosen = town(), details.chosen(desk, booking.services)
    changed = max(line.at for line in booking.history) if booking.history else booking.made
    return {
        "uid": entries.uid_of(booking.id),
        "changed": changed,
        "sequence": booking.sequence,
        "start": booking.start,
        "end": booking.end,
        "cancelled": booking.state == CANCELLED,
        "number": booking.number,
        "services": details.titles_of(chosen),
        "bring": details.bring_of(chosen),
        # Not the address of a citizen: the file may be put into any calendar.
        "place": details.video_link(desk, booking) or ", ".join(details.address(desk)),
        "url": details.my_url(desk),
        "town": here.full_name,
        "email": here.email or "",
    }


def file_from(words: Mapping, language: str) -> bytes:
    """The file for the words of `words_of`."""
    fixed = {name: value for name, value in words.items() if name not in BLANKS}
    # As pairs of plain values, by which it can be remembered.
    listed = (
        (name, tuple(value) if isinstance(value, list | tuple) else value)
        for name, value in fixed.items()
    )
    return b"".join(
        line if isinstance(line, bytes) else _filled(line, words)
        for line in _lines(tuple(sorted(listed)), language)
    )


def _filled(line: str, words: Mapping) -> bytes:
    """A line in which something differs between two appointments."""
    name = line.partition(":")[0]
    if name in MOMENTS:
        moment = vDDDTypes(_utc(words[MOMENTS[name]])).to_ical().decode()
        return _folded(f"{name}:{moment}")
    for blank in TEXTS:
        line = line.replace(BLANKS[blank], words[blank])
    return _folded(line)


def method_of(words: Mapping) -> str:
    """What the file is to do: put the entry into a calendar, or take it out."""
    return "CANCEL" if words["cancelled"] else "PUBLISH"


def _folded(line: str) -> bytes:
    """As RFC 5545, 3.1 wants long lines; most are short."""
    plain = line.encode()
    return (plain if len(plain) <= LONGEST_LINE else Contentline(line).to_ical()) + b"\r\n"


@lru_cache(maxsize=256)
def _lines(fixed: tuple, language: str) -> tuple[str | bytes, ...]:
    """The lines of the file: as bytes, or, where two appointments differ, as text with blanks.

    In a rush a file is written for each of hundreds at the same desk.
    """
    written = _written({**dict(fixed), **BLANKS}, language)
    blanks = tuple(BLANKS[name] for name in TEXTS)
    return tuple(
        line
        if line.partition(":")[0] in MOMENTS or any(blank in line for blank in blanks)
        else _folded(line)
        for line in Contentlines.from_ical(written.decode())
        if line
    )


def _written(words: Mapping, language: str) -> bytes:
    event = Event()
    event.add("uid", words["uid"])
    event.add("dtstamp", _utc(words["changed"]))
    event.add("sequence", words["sequence"])
    event.add("dtstart", _utc(words["start"]))
    event.add("dtend", _utc(words["end"]))
    summary = _(
        "calendar_summary",
        default="Appointment: ${services}",
        mapping={"services": ", ".join(words["services"])},
    )
    event.add("summary", translate(summary, target_language=language))
    event.add("location", words["place"])
    event.add("description", _description(words, language))
    event.add("url", words["url"])
    event.add("status", "CANCELLED" if words["cancelled"] else "CONFIRMED")
    organizer = vCalAddress(f"MAILTO:{words['email'] or 'noreply@invalid'}")
    organizer.params["cn"] = vText(words["town"])
    event["organizer"] = organizer

    calendar = Calendar()
    calendar.add("prodid", "-//Kaarst//kaarst.appointments//DE")
    calendar.add("version", "2.0")
    calendar.add("method", method_of(words))
    calendar.add_component(event)
    return calendar.to_ical()


def _description(words: Mapping, language: str) -> str:
    number = _("calendar_number", default="Number: ${number}", mapping={"number": words["number"]})
    found = [translate(number, target_language=language)]
    if words["bring"]:
        found.append(translate(_("Please bring:"), target_language=language))
        found.extend(f"- {line}" for line in words["bring"])
    return "\n".join(found)


def _utc(moment: int) -> datetime:
    return datetime.fromtimestamp(moment, UTC)
