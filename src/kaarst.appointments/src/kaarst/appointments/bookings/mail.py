"""What is told by mail: booked, moved, cancelled, and the reminder.

The PIN is never in a mail. Its link opens this appointment alone (kaarst.appointments.bookings.links),
so that nobody needs the PIN who has the mail at hand; opened by a program it does nothing.
"""

from collections.abc import Mapping
from contextlib import suppress
from kaarst.appointments import _
from kaarst.appointments.bookings import details
from kaarst.appointments.bookings import links
from kaarst.appointments.bookings.calendar import file_from
from kaarst.appointments.bookings.calendar import FILE_NAME
from kaarst.appointments.bookings.calendar import MEDIA_TYPE
from kaarst.appointments.bookings.calendar import method_of
from kaarst.appointments.bookings.calendar import words_of
from kaarst.appointments.engine.records import Booking
from kaarst.core.interfaces import ILetterWriter
from kaarst.core.opening_hours.wording import date_text
from kaarst.core.outbox import enqueue_draft
from kaarst.core.outbox import InvalidMail
from kaarst.core.town import town
from plone import api
from zope.i18n import translate
from zope.interface import implementer


BOOKED = """Good day ${name},

your appointment is booked: ${services}

When: ${when}
Where: ${where}
Your number: ${number}

${bring}With this link you can move or cancel it, or say that you are late:
${link}

Please keep the link to yourself: whoever has it can change the appointment.
If you cannot come, please cancel: somebody else is waiting for the time.
If you have questions: ${phone}

Kind regards
${town}"""
MOVED = """Good day ${name},

your appointment has a new time: ${services}

When: ${when}
Where: ${where}
Your number: ${number}

${bring}If the new time does not suit you, you can choose another one here:
${link}
or call us: ${phone}

Kind regards
${town}"""
CANCELLED = """Good day ${name},

your appointment is cancelled: ${services}
It was planned for ${when}.
${reason}
You can make a new one at any time:
${url}

Kind regards
${town}"""
REMINDER = """Good day ${name},

we look forward to your visit: ${services}

When: ${when}
Where: ${where}
Your number: ${number}

${bring}With this link you can move or cancel it, or say that you are late:
${link}

Kind regards
${town}"""


#: What is said: subject and text. The name stands in letters that wait to be sent.
KINDS = {
    "booked": (
        _("mail_booked_subject", default="Your appointment on ${day}"),
        _("mail_booked_text", default=BOOKED),
    ),
    "moved": (
        _("mail_moved_subject", default="Your appointment is now on ${day}"),
        _("mail_moved_text", default=MOVED),
    ),
    "cancelled": (
        _("mail_cancelled_subject", default="Your appointment on ${day} is cancelled"),
        _("mail_cancelled_text", default=CANCELLED),
    ),
    "reminder": (
        _("mail_reminder_subject", default="Reminder: your appointment on ${day}"),
        _("mail_reminder_text", default=REMINDER),
    ),
}
#: The name of `BookingLetters`.
WRITER = "kaarst.appointments.booking"
#: The name of `Letters`, and what stands for the link meanwhile: a character for private use.
TEXT_WRITER = "kaarst.appointments.text"
LINK = "\ue000"


def tell_booked(desk, booking: Booking, entry: Mapping | None = None) -> None:
    """Confirm an appointment. `entry`: as of `words_of`, where it is known already."""
    _send("booked", desk, booking, entry)


def tell_moved(desk, booking: Booking) -> None:
    """Say the new time."""
    _send("moved", desk, booking)


def tell_cancelled(desk, booking: Booking, reason: str = "") -> None:
    """Confirm that it does not take place; with the town's `reason` if it was the town's doing."""
    said = f"{reason}\n" if reason else ""
    _send("cancelled", desk, booking, reason=said, url=details.appointments_url(desk))


def remind(desk, booking: Booking) -> bool:
    """Remind of an appointment; whether there was an address."""
    return _send("reminder", desk, booking)


@implementer(ILetterWriter)
class BookingLetters:
    """Writes what is told of an appointment, with its calendar file, when the mail is sent."""

    def write(self, words):
        language, entry = words["language"], words["entry"]
        bring = ""
        if entry["bring"]:
            heading = translate(_("Please bring:"), target_language=language)
            listed = "".join(f"- {line}\n" for line in entry["bring"])
            bring = f"{heading}\n{listed}\n"
        values = {
            "services": ", ".join(entry["services"]),
            "number": entry["number"],
            "town": entry["town"],
            "url": entry["url"],
            "link": links.link(_spoken(entry["url"], language), entry["number"]),
            "when": moment_text(entry["start"], language),
            "bring": bring,
            **words["values"],
        }
        text = _filled(KINDS[words["kind"]][1], values, language)
        # Without a charset a mail's text is ASCII; the method is the file's own (RFC 5545, 8.1).
        media_type = f"{MEDIA_TYPE}; method={method_of(entry)}"
        return text, [(FILE_NAME, media_type, file_from(entry, language))]


@implementer(ILetterWriter)
class Letters:
    """Puts the link into a text that is written already: no key waits in the database."""

    def write(self, words):
        link = links.link(words["url"], words["number"])
        return words["text"].replace(LINK, link), []


def moment_text(moment: int, language: str) -> str:
    """ "Montag, 23. November 2026, 08:30 Uhr"."""
    local = details.local(moment)
    day = date_text(local.date(), language, "full")
    text = _("moment", default="${day}, ${time}", mapping={"day": day, "time": f"{local:%H:%M}"})
    return translate(text, target_language=language)


def send_text(desk, record, subject, text, moment: int, more) -> bool:
    """Send what is about somebody's wish or lot; whether there was an address.

    `record` has `person`, `services` and `number`; `moment` is the instant the subject names, 0
    for none. `more(language)` gives further words.
    """
    address = record.person.get("email")
    if not address:
        return False
    language = _language(record)
    values = {
        "name": record.person.get("name", ""),
        "day": _day(moment, language) if moment else "",
        "services": ", ".join(details.titles(desk, record.services)),
        "where": ", ".join(details.address(desk)),
        "number": record.number,
        "phone": details.phone(desk),
        "link": LINK,
        "town": town().full_name,
        **more(language),
    }
    words = {
        "text": _filled(text, values, language),
        "url": _spoken(details.my_url(desk), language),
        "number": record.number,
    }
    with suppress(InvalidMail):
        # Checked when it was typed; an address of an import is no reason to refuse a change.
        filled = _filled(subject, values, language)
        enqueue_draft(api.portal.get(), address, filled, TEXT_WRITER, words)
        return True
    return False


def _send(kind: str, desk, booking: Booking, entry: Mapping | None = None, **more: str) -> bool:
    """Queues a letter of KINDS, which the worker writes; whether there was an address.

    What it says is fixed now: the desk or the appointment may be another one when it is sent.
    """
    address = booking.person.get("email")
    if not address:
        return False
    language = _language(booking)
    values = {
        "name": booking.person.get("name", ""),
        "where": ", ".join(details.where(desk, booking)),
        "phone": details.phone(desk),
        **more,
    }
    entry = words_of(desk, booking) if entry is None else dict(entry)
    words = {"kind": kind, "language": language, "values": values, "entry": entry}
    subject = _filled(KINDS[kind][0], {"day": _day(booking.start, language)}, language)
    with suppress(InvalidMail):
        enqueue_draft(api.portal.get(), address, subject, WRITER, words)
        return True
    return False


def _spoken(url: str, language: str) -> str:
    """The address of a page in the language of the mail."""
    return f"{url}?lang={language}" if language == "en" else url


def _language(record) -> str:
    return record.person.get("language") or api.portal.get_default_language()


def _day(moment: int, language: str) -> str:
    return date_text(details.local(moment).date(), language)


def _filled(message, values: dict, language: str) -> str:
    return translate(_(message, default=message.default, mapping=values), target_language=language)
