"""How a mail leaves the house: over the site's mail server, or into a directory.

`KAARST_MAIL_DIRECTORY` names a directory into which mail is written as .eml files instead: for the
demo city and for looking at what would be sent. It is for all sites of the process.
"""

from dataclasses import dataclass
from kaarst.core.outbox.writing import address
from kaarst.core.outbox.writing import from_line
from kaarst.core.outbox.writing import InvalidMail
from pathlib import Path
from plone.base.interfaces import IMailSchema
from plone.registry.interfaces import IRegistry
from Products.CMFCore.utils import getToolByName
from typing import Protocol
from zope.component import getUtility
from zope.sendmail.mailer import SMTPMailer

import os
import smtplib


class Refused(Exception):
    """The mail server will never take this mail (an answer 5xx to recipient or content)."""


class Away(Exception):
    """The mail server does not take any mail at present: no connection, no login, no TLS."""


class Later(Exception):
    """The mail server does not take this mail at present (an answer 4xx)."""


class Transport(Protocol):
    """Takes one mail. Raises Refused, Later or Away."""

    def send(self, id: str, to: str, data: bytes) -> None: ...


@dataclass(frozen=True)
class Directory:
    """Writes each mail to a file named after its id; sent twice, it is still one file."""

    path: Path
    name: str
    sender: str

    def send(self, id: str, to: str, data: bytes) -> None:
        target = self.path / f"{id}.eml"
        draft = self.path / f".{id}.{os.getpid()}.draft"
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            with draft.open("wb") as file:
                file.write(from_line(self.name, self.sender) + data)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(target)
        except OSError as error:
            raise Away(str(error)) from error


@dataclass(frozen=True)
class Server:
    """The mail server of the site's mail settings."""

    mailer: SMTPMailer
    name: str
    sender: str

    def send(self, id: str, to: str, data: bytes) -> None:
        try:
            self.mailer.send(self.sender, [to], from_line(self.name, self.sender) + data)
        except smtplib.SMTPRecipientsRefused as error:
            code, text = error.recipients[to]
            raise _judged(code, text) from error
        except smtplib.SMTPAuthenticationError as error:
            raise Away(_said(error.smtp_code, error.smtp_error)) from error
        except (
            smtplib.SMTPSenderRefused,
            smtplib.SMTPConnectError,
            smtplib.SMTPHeloError,
        ) as error:
            raise Away(_said(error.smtp_code, error.smtp_error)) from error
        except smtplib.SMTPResponseException as error:
            raise _judged(error.smtp_code, error.smtp_error) from error
        except InvalidMail as error:
            raise Away(f"From: {error}") from error
        except (smtplib.SMTPException, OSError, RuntimeError) as error:
            # RuntimeError is how SMTPMailer says that TLS or a login is asked for in vain.
            raise Away(f"{type(error).__name__}: {error}") from error


def transport(site) -> Transport | None:
    """Returns the site's way out, or None when nobody has set one up."""
    settings = getUtility(IRegistry).forInterface(IMailSchema, prefix="plone", check=False)
    name, sender = settings.email_from_name or "", settings.email_from_address or ""
    directory = os.environ.get("KAARST_MAIL_DIRECTORY", "").strip()
    if directory:
        return Directory(Path(directory), name, sender or "noreply@localhost.invalid")
    try:
        sender = address(sender)
    except InvalidMail:
        return None
    if not settings.smtp_host:
        return None
    host = getToolByName(site, "MailHost")
    mailer = SMTPMailer(
        hostname=settings.smtp_host,
        port=settings.smtp_port,
        force_tls=getattr(host, "force_tls", False),
        implicit_tls=getattr(host, "implicit_tls", False),
    )
    # An empty name in the settings means that there is no login.
    mailer.username = settings.smtp_userid or None
    mailer.password = settings.smtp_pass or None
    return Server(mailer, name, sender)


def _judged(code: int, text: bytes | str) -> Exception:
    return (Refused if 500 <= code < 600 else Later)(_said(code, text))


def _said(code: int, text: bytes | str) -> str:
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
    return f"{code} {words}"[:500]
