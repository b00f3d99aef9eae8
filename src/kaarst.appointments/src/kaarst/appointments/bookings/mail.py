"""What is told by mail: booked, moved, cancelled, and the reminder.

The PIN is never in a mail: with number and PIN together whoever reads it could change the
appointment.
"""

from kaarst.appointments import _
from kaarst.appointments.bookings import calendar
from kaarst.appointments.bookings import details
from kaarst.appointments.engine.records import Booking
from kaarst.core.opening_hours.wording import date_text
from kaarst.core.outbox import enqueue
from kaarst.core.outbox import InvalidMail
from kaarst.core.town import town
from plone import api
from zope.i18n import translate


BOOKED = """Good day ${name},

your appointment is booked: ${services}

When: ${when}
Where: ${where}
Your number: ${number}

${bring}With your number and your PIN you can move or cancel it:
${url}

The PIN was shown once when the appointment was made. For your safety it is not in this mail.
If you cannot come, please cancel: somebody else is waiting for the time.
If you have questions: ${phone}

Kind regards
${town}"""
MOVED = """Good day ${name},

your appointment has a new time: ${services}

When: ${when}
Where: ${where}
Your number: ${number}

${bring}If the new time does not suit you, you can choose another one with number and PIN:
${url}
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

${bring}If you cannot come, please cancel or move it, with number and PIN:
${url}

Kind regards
${town}"""


def tell_booked(desk, booking: Booking) -> None:
    """Confirm an appointment."""
    subject = _("mail_booked_subject", default="Your appointment on ${day}")
    _send(desk, booking, subject, _("mail_booked_text", default=BOOKED))


def tell_moved(desk, booking: Booking) -> None:
    """Say the new time."""
    subject = _("mail_moved_subject", default="Your appointment is now on ${day}")
    _send(desk, booking, subject, _("mail_moved_text", default=MOVED))


def tell_cancelled(desk, booking: Booking, reason: str = "") -> None:
    """Confirm that it does not take place; with the town's `reason` if it was the town's doing."""
    subject = _("mail_cancelled_subject", default="Your appointment on ${day} is cancelled")
    text = _("mail_cancelled_text", default=CANCELLED)
    said = f"{reason}\n" if reason else ""
    _send(desk, booking, subject, text, reason=said, url=details.appointments_url())


def remind(desk, booking: Booking) -> bool:
    """Remind of an appointment; whether there was an address."""
    subject = _("mail_reminder_subject", default="Reminder: your appointment on ${day}")
    return _send(desk, booking, subject, _("mail_reminder_text", default=REMINDER))


def moment_text(moment: int, language: str) -> str:
    """ "Montag, 23. November 2026, 08:30 Uhr"."""
    local = details.local(moment)
    day = date_text(local.date(), language, "full")
    text = _("moment", default="${day}, ${time}", mapping={"day": day, "time": f"{local:%H:%M}"})
    return translate(text, target_language=language)


def send_text(desk, record, subject, text, moment: int, more, attachments=()) -> bool:
    """Send what is about somebody's booking, wish or lot; whether there was an address.

    `record` has `person`, `services` and `number`; `moment` is the instant the subject names, 0
    for none. `more(language)` gives further words, `attachments` as of the outbox.
    """
    address = record.person.get("email")
    if not address:
        return False
    language = record.person.get("language") or api.portal.get_default_language()
    values = {
        "name": record.person.get("name", ""),
        "day": date_text(details.local(moment).date(), language) if moment else "",
        "services": ", ".join(details.titles(desk, record.services)),
        "where": ", ".join(details.address(desk)),
        "number": record.number,
        "phone": details.phone(desk),
        "url": details.my_url(),
        "town": town().full_name,
        **more(language),
    }
    try:
        enqueue(
            api.portal.get(),
            to=address,
            subject=_filled(subject, values, language),
            text=_filled(text, values, language),
            attachments=[(name, kind, make(language)) for name, kind, make in attachments],
        )
    except InvalidMail:
        # Checked when it was typed; an address of an import is no reason to refuse a change.
        return False
    return True


def _send(desk, booking: Booking, subject, text, **more) -> bool:
    def words(language):
        bring = details.bring(desk, booking.services)
        listed = "".join(f"- {line}\n" for line in bring)
        heading = translate(_("Please bring:"), target_language=language)
        return {
            "when": moment_text(booking.start, language),
            "where": ", ".join(details.where(desk, booking)),
            "bring": f"{heading}\n{listed}\n" if bring else "",
            **more,
        }

    def entry(language):
        return calendar.file_of(desk, booking, language)

    files = [(calendar.FILE_NAME, "text/calendar", entry)]
    return send_text(desk, booking, subject, text, booking.start, words, files)


def _filled(message, values: dict, language: str) -> str:
    return translate(_(message, default=message.default, mapping=values), target_language=language)
