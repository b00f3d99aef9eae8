"""The e-mail that there is something new in an account. What it is stands in no mail."""

from kaarst.core import _
from kaarst.core import outbox
from kaarst.core.account import records
from kaarst.core.account import store
from kaarst.core.rest.language import translated
from kaarst.core.town import town
from plone import api


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
    language = api.portal.get_default_language()[:2]
    mapping = {"town": town(site).name, "url": f"{site.absolute_url()}/my-town"}
    count = 0
    for account in sorted(store.holders(number)):
        record = records.by_id(account)
        if record is None or not record.notify or record.email.casefold() == told.casefold():
            continue
        subject = _("mail_mailbox_subject", "New message in your account in ${town}", mapping)
        text = _("mail_mailbox_text", MAIL, mapping)
        outbox.enqueue(
            site, record.email, translated(subject, language), translated(text, language)
        )
        count += 1
    return count
