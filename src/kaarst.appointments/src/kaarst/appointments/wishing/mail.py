"""What is told to those who wait: the wish itself, an offer, what became of it, the end.

No PIN is in a mail, and no link that accepts by being opened: programs open links, too.
"""

from kaarst.appointments import _
from kaarst.appointments.bookings import details
from kaarst.appointments.bookings.mail import moment_text
from kaarst.appointments.bookings.mail import send_text
from kaarst.appointments.engine.wishes import Wish


ASKED = """Good day ${name},

you wait for an earlier time: ${services}
Where: ${where}
Your number: ${number}

As soon as a time that suits you becomes free, we reserve it for you and send you an e-mail. You
then have some time to say yes. You need not do anything until then.

With this link you can look at this or end it at any time:
${link}

How it is decided who is offered a time:
${rules}

Kind regards
${town}"""
OFFERED = """Good day ${name},

a time has become free, and it is reserved for you: ${services}

When: ${when}
Where: ${where}

Please say yes or no until ${until}:
${link}
Your number: ${number}

If we hear nothing by then, it is offered to the next who waits.
If you cannot use the page, call us: ${phone}

Kind regards
${town}"""
MISSED = """Good day ${name},

the time that was reserved for you has been passed on, because we heard nothing from you: ${when}
You keep your place in the list. After several offers without an answer a wish ends.

If you do not want to wait any longer, please end it here:
${link}
Your number: ${number}

Kind regards
${town}"""
LOST = """Good day ${name},

the time that was reserved for you cannot be given: ${when}
The desk is closed then, or something else has come in between. We are sorry.

You keep your place in the list. As soon as another time that suits you becomes free, we write to
you again. You need not do anything until then.
Your number: ${number}
If you have questions: ${phone}

Kind regards
${town}"""
ENDED = """Good day ${name},

you do not wait for an earlier time any more: ${services}
The time until which you wanted to wait is over, or offers went without an answer, or the
appointment that was to be moved has been cancelled, or the desk is no more.
An appointment that you have stays as it is.

You can find a time or begin to wait again here:
${page}
If you have questions: ${phone}

Kind regards
${town}"""


def tell_asked(desk, wish: Wish) -> None:
    """Confirm that somebody waits."""
    subject = _("You wait for an earlier time")
    _send(desk, wish, subject, _("mail_wish_asked_text", default=ASKED))


def tell_offer(desk, wish: Wish) -> None:
    """Offer what became free."""
    subject = _("mail_wish_offer_subject", default="A time is reserved for you: ${day}")
    text = _("mail_wish_offer_text", default=OFFERED)
    _send(desk, wish, subject, text, moment=wish.start)


def tell_missed(desk, wish: Wish) -> None:
    """Say that the offer went to somebody else."""
    subject = _("The time reserved for you has been passed on")
    text = _("mail_wish_missed_text", default=MISSED)
    # What went without an answer stands last among what is not offered again.
    _send(desk, wish, subject, text, moment=wish.refused[-1][0])


def tell_lost(desk, wish: Wish, start: int) -> None:
    """Say that what was offered, at this instant, was closed."""
    subject = _("The time reserved for you cannot be given")
    _send(desk, wish, subject, _("mail_wish_lost_text", default=LOST), moment=start)


def tell_ended(desk, wish: Wish) -> None:
    """Say that nothing is offered any more."""
    subject = _("You do not wait for an earlier time any more")
    _send(desk, wish, subject, _("mail_wish_ended_text", default=ENDED))


def _send(desk, wish: Wish, subject, text, moment: int = 0) -> None:
    def more(language):
        return {
            "when": moment_text(moment, language) if moment else "",
            "until": moment_text(wish.answer_by, language) if wish.answer_by else "",
            "page": details.appointments_url(),
            "rules": f"{details.appointments_url()}/how-times-are-given",
        }

    send_text(desk, wish, subject, text, moment, more)
