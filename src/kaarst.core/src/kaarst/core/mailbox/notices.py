"""The e-mail that there is something new in an account. What it is stands in no mail."""

from kaarst.core import _
from kaarst.core import outbox
from kaarst.core.account import records
from kaarst.core.account import store
from kaarst.core.interfaces import IAccountData
from kaarst.core.rest.language import translated
from kaarst.core.town import town
from plone import api
from zope.i18nmessageid import Message
from zope.interface import implementer


MAIL = """Good day,

there is a new message for you in your account in ${town}. Please sign in to read it:
${url}

You do not want e-mails of this kind any more? Change it there, under “My data and consents”.

Kind regards
${town}"""


MAIL_REMINDER = """Good day,

something in your account in ${town} is waiting for you. Please sign in to see what it is:
${url}

You do not want e-mails of this kind any more? Change it there, under “My data and consents”.

Kind regards
${town}"""

#: Kinds of notices.
MESSAGE, REMINDER = "message", "reminder"
WORDS = {
    MESSAGE: (
        _("mail_mailbox_subject", "New message in your account in ${town}"),
        _("mail_mailbox_text", MAIL),
    ),
    REMINDER: (
        _("mail_waiting_subject", "Something in your account in ${town} is waiting for you"),
        _("mail_waiting_text", MAIL_REMINDER),
    ),
}


def notify(site, number: str, told: str = "", kind: str = MESSAGE) -> int:
    """Writes to the holders of a number who want notices, once each. Returns how many.

    `told`: an address that gets a mail about it anyway.
    """
    subject, text = _said(site, kind)
    count = 0
    for account in sorted(store.holders(number)):
        record = records.by_id(account)
        if record is None or not record.notify or record.email.casefold() == told.casefold():
            continue
        outbox.enqueue(site, record.email, subject, text)
        count += 1
    return count


def _said(site, kind: str) -> list[str]:
    """Subject and text of a notice, in the language of the town."""
    mapping = {"town": town(site).name, "url": f"{site.absolute_url()}/my-town"}
    language = api.portal.get_default_language()[:2]
    return [translated(Message(words, mapping=mapping), language) for words in WORDS[kind]]


@implementer(IAccountData)
class WaitingNotices:
    """Notices that have not left yet: what they lead to is gone with the account.

    Other letters to the same address are about cases and appointments, and go on.
    """

    order = 800

    def export(self, site, account):
        return ()

    def erase(self, site, account):
        record = records.by_id(account)
        if record is None or not record.email:
            return
        for kind in WORDS:
            outbox.erase(site, record.email, _said(site, kind)[0])
