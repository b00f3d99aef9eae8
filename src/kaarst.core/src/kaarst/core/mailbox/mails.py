"""One list of messages out of all sources."""

from dataclasses import dataclass
from datetime import date
from datetime import datetime
from kaarst.core.account import store
from kaarst.core.interfaces import IMailboxSource
from zope.component import getUtilitiesFor


@dataclass(frozen=True)
class Attachment:
    """A file with a message: its id for the page that gives it, and its name."""

    id: str
    filename: str


@dataclass(frozen=True)
class Mail:
    """One message to the holder of a number.

    `id`: of the source; `sender`: department in words; `subject`: texts or i18n messages;
    `sent_at`, `read_at`: aware, UTC; None where it was not read yet. `answer_url`: the page that
    shows what it is about, and takes an answer, to a POST with `number`; `file_url`: the page that
    gives a file to a POST with `number` and `document`. `asks`: the town waits for an answer, by the
    day `until` (in Germany) if there is one.
    """

    number: str
    id: str
    sender: str
    subject: str
    text: str
    sent_at: datetime
    read_at: datetime | None
    answer_url: str
    file_url: str
    attachments: tuple[Attachment, ...] = ()
    asks: bool = False
    until: date | None = None


def mails(account: str) -> list[Mail]:
    """All messages to an account, the newest first."""
    numbers = store.numbers(account)
    found = [
        one
        for _name, source in getUtilitiesFor(IMailboxSource)
        for number in numbers
        for one in source.mails(number)
    ]
    return sorted(found, key=lambda one: one.sent_at, reverse=True)


def read(account: str, number: str, id: str) -> Mail:
    """Returns a message to an account, and notes that it was read. Raises KeyError."""
    if number not in store.numbers(account):
        raise KeyError(number)
    for _name, source in getUtilitiesFor(IMailboxSource):
        for one in source.mails(number):
            if one.id == id:
                source.read(number, id)
                return one
    raise KeyError(id)
