"""What is told to those who take part in a draw; who has won gets the mail of every appointment."""

from datetime import date
from kaarst.appointments import _
from kaarst.appointments.bookings import details
from kaarst.appointments.bookings.mail import moment_text
from kaarst.appointments.bookings.mail import send_text
from kaarst.appointments.engine.lottery import Draw
from kaarst.appointments.engine.lottery import Entry
from kaarst.core.opening_hours.wording import date_text


ENTERED = """Good day ${name},

you take part in the draw of the appointments on ${date}: ${services}
Where: ${where}
Your ticket: ${ticket}
Your number: ${number}

Lots are drawn after ${closes}. Then we write to you, whether you have got an appointment or not.
Here you see how it stands, and can withdraw until then:
${link}

How the draw can be checked:
${draws}

Kind regards
${town}"""
LOST = """Good day ${name},

in the draw of the appointments on ${date} there was none left that suits you: ${services}
Your ticket: ${ticket}

What is left is released to all, see here:
${page}
The draw with all tickets:
${draws}

Kind regards
${town}"""
VOID = """Good day ${name},

for the appointments on ${date} there was another ticket with your e-mail address before this one.
For each address one ticket takes part, the first: ${ticket} did not.

Kind regards
${town}"""

CALLED_OFF = """Good day ${name},

the draw of the appointments on ${date} does not take place: ${services}
The desk is no more. We are sorry. Your ticket was: ${ticket}

You can find a time here:
${page}
If you have questions: ${phone}

Kind regards
${town}"""


def tell_entered(desk, draw: Draw, entry: Entry) -> None:
    """Confirm that somebody takes part."""
    subject = _("You take part in the draw")
    _send(desk, draw, entry, subject, _("mail_draw_entered_text", default=ENTERED))


def tell_lost(desk, draw: Draw, entry: Entry) -> None:
    """Say that there was nothing left."""
    subject = _("The draw: no appointment this time")
    _send(desk, draw, entry, subject, _("mail_draw_lost_text", default=LOST))


def tell_void(desk, draw: Draw, entry: Entry) -> None:
    """Say that another ticket of the same address took part."""
    subject = _("The draw: this ticket did not take part")
    _send(desk, draw, entry, subject, _("mail_draw_void_text", default=VOID))


def tell_called_off(desk, draw: Draw, entry: Entry) -> None:
    """Say that no lots are drawn."""
    subject = _("The draw does not take place")
    _send(desk, draw, entry, subject, _("mail_draw_off_text", default=CALLED_OFF))


def _send(desk, draw: Draw, entry: Entry, subject, text) -> None:
    def more(language):
        return {
            "date": date_text(date.fromordinal(draw.day), language, "full"),
            "ticket": entry.ticket,
            "closes": moment_text(draw.closes, language),
            "page": details.appointments_url(),
            "draws": f"{details.appointments_url()}/draws",
        }

    send_text(desk, entry, subject, text, 0, more)
