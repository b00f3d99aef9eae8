"""PINs: with its number, what opens a record for somebody without an account.

A PIN is eight digits, shown as `4821 7736`. Digits, because a telephone offers a keypad for them
and everybody can read them out; eight, because ten wrong tries an hour (kaarst.core.reference_lookup)
find one of a hundred million within a year with a chance below 0.1 per cent, and one of a million
(six digits) with almost 9.

What is stored of a PIN is an HMAC-SHA256 with a key that does not lie in the database
(kaarst.core.sealing). No hash, however slow, makes eight digits safe against somebody who has the
database: a hundred million tries are a matter of hours for one graphics card. Without the key not
a single try is possible. Whoever has key and database has the house, and with it all that a PIN
opens; a PIN is thrown by dice and opens nothing elsewhere.
"""

from kaarst.core import reference
from kaarst.core import sealing

import base64
import hashlib
import hmac
import logging
import secrets


logger = logging.getLogger(__name__)

PIN_LENGTH = 8
PURPOSE = "kaarst.core.pins"
KEYED, SLOW = "hmac-sha256", "scrypt"
# For a city that cannot read its key and books all the same: 2^12 * 8 * 128 bytes = 4 MB and about
# 12 ms a seal, sixteen at once fit two cores.
SCRYPT_COST, SCRYPT_BLOCK = 12, 8


def new_pin() -> str:
    """Returns a new random PIN: eight digits in two groups, `4821 7736`."""
    digits = f"{secrets.randbelow(10**PIN_LENGTH):0{PIN_LENGTH}}"
    return f"{digits[:4]} {digits[4:]}"


def sealed_pin() -> tuple[str, str]:
    """Returns a new PIN, in the clear, and its seal."""
    pin = new_pin()
    return pin, seal_pin(pin)


def seal_pin(pin: str) -> str:
    """Returns what is stored instead of the PIN: `hmac-sha256$key$salt$hash`, `key` by its mark.

    Where no key can be read or made it is `scrypt$salt$hash`: an appointment is worth more.
    """
    salt = secrets.token_bytes(16)
    try:
        key = sealing.derived(PURPOSE, make=True)[0]
    except sealing.NotOpened as error:
        logger.error("PINs are sealed without the key of the house: %s", error)
        return "$".join((SLOW, _encoded(salt), _encoded(_scrypt(pin, salt))))
    return "$".join((KEYED, mark(key), _encoded(salt), _encoded(_keyed(pin, salt, key))))


def check_pin(pin: str, sealed: str) -> bool:
    """Says whether `pin` is the one that was sealed; blanks and dashes in it do not matter.

    Takes the same time whatever was typed. Raises ValueError when `sealed` is not of `seal_pin`.
    """
    name, *words = sealed.split("$")
    if name == SLOW:
        salt, expected = map(base64.b64decode, words)
        return hmac.compare_digest(_scrypt(pin, salt), expected)
    if name != KEYED:
        raise ValueError("Not a sealed PIN.")
    marked, salt, expected = words[0], *map(base64.b64decode, words[1:])
    for key in _keys():
        if mark(key) == marked:
            return hmac.compare_digest(_keyed(pin, salt, key), expected)
    # Not for whoever typed it: nothing is wrong with the PIN.
    logger.error("A PIN was sealed with a key of the house that this process does not have.")
    return False


def mark(key: bytes) -> str:
    """By what a key is recognised; says nothing about it."""
    return hmac.new(key, b"mark", hashlib.sha256).hexdigest()[:8]


def _keys() -> list[bytes]:
    try:
        return sealing.derived(PURPOSE)
    except sealing.NotOpened as error:
        logger.error("The key of the house cannot be read: %s", error)
        return []


def _keyed(pin: str, salt: bytes, key: bytes) -> bytes:
    return hmac.new(key, salt + _bare(pin), hashlib.sha256).digest()


def _scrypt(pin: str, salt: bytes) -> bytes:
    return hashlib.scrypt(_bare(pin), salt=salt, n=2**SCRYPT_COST, r=SCRYPT_BLOCK, p=1, dklen=32)


def _bare(pin: str) -> bytes:
    """What was typed without blanks and dashes, whatever it is."""
    text = reference.SEPARATORS.sub("", pin[:64] if isinstance(pin, str) else "")
    return text.encode("utf-8", "replace")


def _encoded(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
