"""The mails about a case: what all of them share. Number yes; PIN and content never."""

from kaarst.core.outbox import enqueue
from kaarst.core.town import town
from kaarst.services import _
from kaarst.services.forms.validators import BERLIN
from plone import api
from zope.i18n import translate
from zope.i18nmessageid import Message


def status_url():
    """Where a citizen asks for the state of a case."""
    return f"{api.portal.get().absolute_url()}/status"


def send(case, address, subject, text, **more):
    """Queues a mail about `case` to `address`, in the language of its form.

    `subject`, `text`: Messages that may use ${number}, ${title}, ${received}, ${town}, ${url} (of the
    page for the state) and what is in `more`.
    """
    language = case.language or api.portal.get_default_language()
    values = {
        "number": case.number,
        "title": case.form_title,
        "received": f"{case.received.astimezone(BERLIN):%d.%m.%Y, %H:%M}",
        "town": town().name,
        "url": status_url(),
        **more,
    }

    def say(message):
        return translate(Message(message, mapping=values), target_language=language)

    enqueue(api.portal.get(), to=address, subject=say(subject), text=say(text))


def tell_state(case, state, meaning):
    """Queues a mail that a case has got to a state; `state`, `meaning`: texts or Messages."""
    language = case.language or api.portal.get_default_language()
    send(
        case,
        case.email,
        _("mail_state_subject", "Your case ${number}: ${state}"),
        _("mail_state_text", MAIL),
        state=translate(state, target_language=language),
        meaning=translate(meaning, target_language=language),
    )


MAIL = """Good day,

there is news about: ${title}
Your number: ${number}
State: ${state}

${meaning}

You can see at any time how far we are, with your number and your PIN:
${url}

Kind regards
${town}"""
