"""Makes a mail out of what the city has to say."""

from collections.abc import Iterable
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import make_msgid
from email_validator import EmailNotValidError
from email_validator import validate_email

import datetime


LARGEST_MAIL = 15_000_000
# Names that must not be looked up: there is no mail domain yet when the site is new.
NO_DOMAIN = "localhost.invalid"


class InvalidMail(ValueError):
    """Something in the mail cannot be sent: the recipient, a line break in a header, the size."""


def written(
    to: str,
    subject: str,
    text: str,
    html: str | None = None,
    attachments: Iterable[tuple[str, str, bytes]] = (),
    reply_to: str | None = None,
    domain: str = NO_DOMAIN,
    message_id: str = "",
    date: datetime.datetime | None = None,
) -> EmailMessage:
    """Returns the mail, complete but for its From line.

    `attachments`: (file name, media type with its parameters, content). `domain`: for a new Message-ID, unless there
    is one. `date`: aware, by default now. Raises InvalidMail.
    """
    mail = EmailMessage(policy=SMTP)
    try:
        mail["To"] = Address(addr_spec=address(to))
        mail["Subject"] = one_line(subject)
        mail["Date"] = date or datetime.datetime.now(datetime.UTC)
        mail["Message-ID"] = message_id or make_msgid(domain=domain)
        # Keeps holiday notices from answering (RFC 3834).
        mail["Auto-Submitted"] = "auto-generated"
        if reply_to:
            mail["Reply-To"] = Address(addr_spec=address(reply_to))
        mail.set_content(text)
        if html:
            mail.add_alternative(html, subtype="html")
        for name, media_type, content in attachments:
            main, sub, parameters = _parts(one_line(media_type))
            mail.add_attachment(
                content, maintype=main, subtype=sub, filename=one_line(name), params=parameters
            )
        size = len(mail.as_bytes())
    except InvalidMail:
        raise
    except (ValueError, TypeError, LookupError) as error:
        raise InvalidMail(str(error)) from error
    if size > LARGEST_MAIL:
        raise InvalidMail(f"{size} bytes are more than the {LARGEST_MAIL} a mail may have.")
    return mail


def _parts(media_type: str) -> tuple[str, str, dict[str, str]]:
    """ "text/calendar; charset=utf-8" in pieces."""
    if "/" not in media_type:
        return media_type, "octet-stream", {}
    header = SMTP.header_factory("Content-Type", media_type)
    return header.maintype, header.subtype, dict(header.params)


def address(text: str) -> str:
    """Returns the bare address in ASCII form. Raises InvalidMail."""
    if not isinstance(text, str):
        raise InvalidMail("An address is a text.")
    try:
        # Whether the domain takes mail is not asked: names like .test or .local do in a town hall.
        valid = validate_email(
            text.strip(), check_deliverability=False, allow_smtputf8=False, test_environment=True
        )
    except EmailNotValidError as error:
        raise InvalidMail(str(error)) from error
    return valid.ascii_email or valid.normalized


def from_line(name: str, sender: str) -> bytes:
    """Returns the From header that goes before a stored mail, line end included."""
    head = EmailMessage(policy=SMTP)
    head["From"] = Address(display_name=one_line(name or ""), addr_spec=address(sender))
    return head.as_bytes().rstrip(b"\r\n") + b"\r\n"


def one_line(text: str) -> str:
    """What stands in a header; raises InvalidMail: a line break would begin another header."""
    if not isinstance(text, str):
        raise InvalidMail("A header is a text.")
    if any(ord(character) < 32 or ord(character) == 127 for character in text):
        raise InvalidMail("A header is one line without control characters.")
    return text
