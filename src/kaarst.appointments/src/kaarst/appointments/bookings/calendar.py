"""An appointment as an iCalendar file (RFC 5545): in UTC, with a UID that stays when it moves."""

from datetime import datetime
from datetime import UTC
from icalendar import Calendar
from icalendar import Event
from icalendar import vCalAddress
from icalendar import vText
from kaarst.appointments import _
from kaarst.appointments.bookings import details
from kaarst.appointments.calendars import entries
from kaarst.appointments.engine.records import Booking
from kaarst.appointments.engine.records import CANCELLED
from kaarst.core.town import town
from zope.i18n import translate


FILE_NAME = "termin.ics"
MEDIA_TYPE = "text/calendar; charset=utf-8"


def file_of(desk, booking: Booking, language: str = "de") -> bytes:
    """The file of one appointment; of a cancelled one it takes the entry out again.

    Holds no name, so that it can be put into any calendar.
    """
    here = town()
    event = Event()
    event.add("uid", entries.uid_of(booking.id))
    changed = max(line.at for line in booking.history) if booking.history else booking.made
    event.add("dtstamp", _utc(changed))
    event.add("sequence", booking.sequence)
    event.add("dtstart", _utc(booking.start))
    event.add("dtend", _utc(booking.end))
    summary = _(
        "calendar_summary",
        default="Appointment: ${services}",
        mapping={"services": ", ".join(details.titles(desk, booking.services))},
    )
    event.add("summary", translate(summary, target_language=language))
    # Not the address of a citizen: the file may be put into any calendar.
    place = details.video_link(desk, booking) or ", ".join(details.address(desk))
    event.add("location", place)
    event.add("description", _description(desk, booking, language))
    event.add("url", details.my_url())
    cancelled = booking.state == CANCELLED
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    organizer = vCalAddress(f"MAILTO:{here.email}" if here.email else "MAILTO:noreply@invalid")
    organizer.params["cn"] = vText(here.full_name)
    event["organizer"] = organizer

    calendar = Calendar()
    calendar.add("prodid", "-//Kaarst//kaarst.appointments//DE")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if cancelled else "PUBLISH")
    calendar.add_component(event)
    return calendar.to_ical()


def _description(desk, booking: Booking, language: str) -> str:
    bring = details.bring(desk, booking.services)
    found = [
        translate(
            _("calendar_number", default="Number: ${number}", mapping={"number": booking.number}),
            target_language=language,
        )
    ]
    if bring:
        found.append(translate(_("Please bring:"), target_language=language))
        found.extend(f"- {line}" for line in bring)
    return "\n".join(found)


def _utc(moment: int) -> datetime:
    return datetime.fromtimestamp(moment, UTC)
