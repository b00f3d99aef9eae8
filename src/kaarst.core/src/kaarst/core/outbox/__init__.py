"""Mail that leaves after the transaction that caused it, and is never lost on the way.

`enqueue` writes a letter down beside the record it is about, in the same transaction; the worker
sends it after that, and tries again while the mail server is away. Whatever can happen in between
(a rolled back request, a crash, a restart) either both or none of them are there. The one thing
that cannot be excluded is a crash after the mail server has taken a mail and before that is
noted: then it is sent a second time, with the same Message-ID.

Mail of the city must not go through MailHost, which sends while the transaction commits and
throws away what the mail server does not take.
"""

from collections.abc import Iterable
from collections.abc import Mapping
from email.utils import make_msgid
from kaarst.core.outbox.drafts import mail_of
from kaarst.core.outbox.letters import Letter
from kaarst.core.outbox.letters import Outbox
from kaarst.core.outbox.writing import address
from kaarst.core.outbox.writing import InvalidMail
from kaarst.core.outbox.writing import NO_DOMAIN
from kaarst.core.outbox.writing import one_line
from kaarst.core.outbox.writing import written
from kaarst.core.stores import existing
from kaarst.core.stores import OUTBOX
from kaarst.core.stores import store
from plone.base.interfaces import IMailSchema
from plone.registry.interfaces import IRegistry
from zope.component import getUtility


__all__ = ["InvalidMail", "enqueue", "enqueue_draft", "erase", "mail_of", "outbox"]


def outbox(site) -> Outbox:
    """Returns the site's outbox, for writing."""
    return store(site, OUTBOX, Outbox)


def enqueue(
    site,
    to: str,
    subject: str,
    text: str,
    html: str | None = None,
    attachments: Iterable[tuple[str, str, bytes]] = (),
    reply_to: str | None = None,
) -> str:
    """Writes a mail down to be sent by the worker after this transaction. Returns its id.

    `to`: one address. `attachments`: (file name, media type, content), 15 MB in all.
    Raises InvalidMail for an address that cannot be one, a line break in a header and what is
    too large.
    """
    mail = written(to, subject, text, html, attachments, reply_to, _domain())
    recipient = mail["To"].addresses[0].addr_spec
    letter = Letter(recipient, subject, mail.as_bytes(), mail["Message-ID"])
    outbox(site).add(letter)
    return letter.id


def enqueue_draft(site, to: str, subject: str, writer: str, words: Mapping) -> str:
    """Like `enqueue`, but the mail is put together when it is sent. Returns its id.

    For letters about which somebody waits for an answer. `writer`: name of an `ILetterWriter`;
    `words`: all it needs, plain values. Raises InvalidMail for address and subject.
    """
    draft = writer, dict(words)
    letter = Letter(address(to), one_line(subject), None, make_msgid(domain=_domain()), draft)
    outbox(site).add(letter)
    return letter.id


def erase(site, recipient: str, subject: str | None = None) -> int:
    """Removes letters to `recipient` that have not left yet: all, or those with a subject.

    Returns how many.
    """
    found = existing(site, OUTBOX)
    return found.erase(recipient, subject) if found is not None else 0


def _domain() -> str:
    settings = getUtility(IRegistry).forInterface(IMailSchema, prefix="plone", check=False)
    return (settings.email_from_address or "").rpartition("@")[2] or NO_DOMAIN
