"""The e-mail that there is something new in an account. What it is stands in no mail."""

from kaarst.core import _
from kaarst.core import outbox
from kaarst.core.account import records
from kaarst.core.account import store
from kaarst.core.interfaces import IAccountData
from kaarst.core.rest.language import translated
from kaarst.core.town import town
from plone import api
from zope.interface import implementer


MAIL = """Good day,

there is a new message for you in your account in ${town}. Please sign in to read it:
${url}

You do not want e-mails of this kind any more? Change it there, under “My data and consents”.

Kind regards
${town}"""


def notify(site, number: str, told: str = "") -> int:
    """Writes to the holders of a number who want notices, once each. Returns how many.

    `told`: an address that gets a mail about it anyway.
    """
    language, mapping = api.portal.get_default_language()[:2], _names(site)
    count = 0
    for account in sorted(store.holders(number)):
        record = records.by_id(account)
        if record is None or not record.notify or record.email.casefold() == told.casefold():
            continue
        text = translated(_("mail_mailbox_text", MAIL, mapping), language)
        outbox.enqueue(site, record.email, _subject(mapping, language), text)
        count += 1
    return count


def _names(site) -> dict:
    return {"town": town(site).name, "url": f"{site.absolute_url()}/my-town"}


def _subject(mapping: dict, language: str) -> str:
    subject = _("mail_mailbox_subject", "New message in your account in ${town}", mapping)
    return translated(subject, language)


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
        language = api.portal.get_default_language()[:2]
        outbox.erase(site, record.email, _subject(_names(site), language))
