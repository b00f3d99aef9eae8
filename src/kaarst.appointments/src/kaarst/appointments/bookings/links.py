"""The link in a mail with which nobody needs a PIN.

It holds the number and a key, behind the #: no server is ever sent it and no log keeps it, and a
program that opens links sees no more than the page on which a number is typed. The key is an HMAC
of the number with a key that lies outside of the database (kaarst.core.sealing): it is stored
nowhere, and the worker works it out when the mail is sent. It opens what the mail is about and
nothing else, neither the PIN nor an account, for as long as the number leads to something.
"""

from kaarst.core import sealing

import base64
import hashlib
import hmac
import logging
import re


logger = logging.getLogger(__name__)

PURPOSE = "kaarst.appointments.links"
#: 128 bits, which nobody guesses: tries need not be counted.
OCTETS = 16
KEY = re.compile(r"[A-Za-z0-9_-]{22}")


def link(url: str, number: str) -> str:
    """The address of the page `url` that opens what has this number.

    Without the key of the house it is the page alone, where number and PIN are asked for.
    """
    try:
        key = sealing.derived(PURPOSE, make=True)[0]
    except sealing.NotOpened as error:
        logger.error("Mails go without their link: %s", error)
        return url
    return f"{url}#{number}.{_key(number, key)}"


def is_key(text: str) -> bool:
    """Whether something sent instead of a PIN is a key; no PIN looks like one."""
    return KEY.fullmatch(text) is not None


def opens(number: str, key: str) -> bool:
    """Whether a key belongs to a number in its normal form."""
    try:
        keys = sealing.derived(PURPOSE)
    except sealing.NotOpened as error:
        logger.error("No link of a mail can be opened: %s", error)
        return False
    return any(hmac.compare_digest(_key(number, one), key) for one in keys)


def _key(number: str, key: bytes) -> str:
    digest = hmac.new(key, number.encode(), hashlib.sha256).digest()[:OCTETS]
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
