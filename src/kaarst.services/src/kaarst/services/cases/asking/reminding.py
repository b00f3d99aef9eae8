"""Reminds citizens of what they are asked for, by mail; what it is stands in no mail."""

from datetime import date
from datetime import datetime
from kaarst.core.interfaces import IJob
from kaarst.core.mailbox import notify
from kaarst.core.mailbox.notices import REMINDER
from kaarst.services import _
from kaarst.services.cases import letters
from kaarst.services.cases.asking import until
from kaarst.services.cases.departments.scope import EVERYTHING
from kaarst.services.cases.desk import find_desk
from kaarst.services.forms.validators import BERLIN
from zope.interface import implementer


MOST = 5000
SUBJECT = _("mail_reminder_subject", "We are waiting for your answer: ${number}")
MAIL = """Good day,

we have asked you for something and have no answer yet. It is about: ${title}
Your number: ${number}
We need your answer by: ${day}

You can read and answer it here, with your number and your PIN:
${url}

You have answered already? Then you need do nothing.

Kind regards
${town}"""
MAIL_OVER = """Good day,

we have asked you for something and needed your answer by ${day}. We have none yet. It is about: ${title}
Your number: ${number}

Please answer as soon as you can. You can read and answer it here, with your number and your PIN:
${url}

You cannot send it yet? Then please write us when.

Kind regards
${town}"""


@implementer(IJob)
class RemindCitizens:
    """Looks twice an hour which answers are due."""

    interval = 1800

    def run(self, site):
        desk = find_desk(site)
        if desk is None:
            return
        today = datetime.now(BERLIN).date()
        _count, waiting = desk.index.find(state="waiting", size=MOST, scope=EVERYTHING)
        for summary in waiting:
            # Read from the list: a case without a day is not woken.
            if summary["answer_by"] and (case := desk.case(summary["number"])) is not None:
                remind(site, case, today)


def remind(site, case, today: date) -> str:
    """Sends the reminder that is due for a case, if one is. Returns which, or an empty text."""
    message = case.question
    if message is None:
        return ""
    asked = message["when"].astimezone(BERLIN).date()
    sent = message.get("reminded", ())
    kind = until.reminder(message.get("until"), asked, today, sent)
    if not kind:
        return ""
    place = case.messages.index(message)
    case.messages[place] = {**message, "reminded": (*sent, kind)}
    if case.email:
        text = _("mail_reminder_text", MAIL)
        if kind == until.OVER:
            text = _("mail_reminder_over_text", MAIL_OVER)
        letters.send(case, case.email, SUBJECT, text, day=f"{message['until']:%d.%m.%Y}")
    notify(site, case.number, told=case.email, kind=REMINDER)
    return kind
