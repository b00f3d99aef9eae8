"""Numbers and PINs with which somebody without an account finds a record again.

A number looks like `KAA-7Q4M-2XPD-K`: the town's prefix, eight random characters, and a check
digit after ISO 7064 (MOD 37,36) over all that stands before it. The random characters and the
check digit are of Crockford's base 32, which has no I, L, O and U. 40 random bits are too many to
be guessed and too few to be unique for ever: who stores a record asks whether the number is
taken.

A PIN is eight digits, shown as `4821 7736`. Digits, because a telephone offers a keypad for them
and everybody can read them out; eight, because ten wrong tries an hour (kaarst.core.guard) find
one of a hundred million within a year with a chance below 0.1 per cent, and one of a million
(six digits) with almost 9.

What is stored of a PIN is an HMAC-SHA256 with a key that does not lie in the database
(kaarst.core.sealing). No hash, however slow, makes eight digits safe against somebody who has the
database: a hundred million tries are a matter of hours for one graphics card. Without the key not
a single try is possible. Whoever has key and database has the house, and with it all that a PIN
opens; a PIN is thrown by dice and opens nothing elsewhere.
"""

from itertools import product
from kaarst.core import sealing
from stdnum.iso7064 import mod_37_36

import base64
import hashlib
import hmac
import logging
import re
import secrets


logger = logging.getLogger(__name__)

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LOOK_ALIKE = str.maketrans("OIL", "011")
RANDOM_LENGTH = 8
PREFIX = re.compile(r"[A-Z]{2,5}")
BODY = re.compile(rf"[{ALPHABET}]{{{RANDOM_LENGTH + 1}}}")
SEPARATORS = re.compile(r"[\s./_\u00ad\u2010-\u2015\u2212-]+")

PIN_LENGTH = 8
PURPOSE = "kaarst.core.reference: PINs"
KEYED, SLOW = "hmac-sha256", "scrypt"
# For a city that cannot read its key and books all the same: 2^12 * 8 * 128 bytes = 4 MB and about
# 12 ms a seal, sixteen at once fit two cores.
SCRYPT_COST, SCRYPT_BLOCK = 12, 8


class InvalidNumber(ValueError):
    """What was typed cannot be a number: wrong length, wrong character or wrong check digit."""


def new_number(prefix: str) -> str:
    """Returns a new random number. `prefix`: two to five letters A-Z.

    Raises ValueError for another prefix.
    """
    if not PREFIX.fullmatch(prefix):
        raise ValueError(f"A prefix has two to five letters A-Z, not {prefix!r}.")
    while True:
        body = "".join(secrets.choice(ALPHABET) for _ in range(RANDOM_LENGTH))
        digit = mod_37_36.calc_check_digit(prefix + body)
        # One of nine check digits looks like another character: throw the dice again.
        if digit in ALPHABET:
            return _grouped(prefix, body + digit)


def normalise(text: str) -> str:
    """Returns the number that was meant by `text`, in the form of `new_number`.

    Forgives lower case, blanks, missing or other dashes, O for 0, I and L for 1 (and the reverse
    in the prefix). Raises InvalidNumber.
    """
    if not isinstance(text, str) or len(text) > 64:
        raise InvalidNumber(text)
    bare = SEPARATORS.sub("", text).upper()
    prefix, body = bare[: -RANDOM_LENGTH - 1], bare[-RANDOM_LENGTH - 1 :].translate(LOOK_ALIKE)
    if not BODY.fullmatch(body):
        raise InvalidNumber(text)
    for letters in product(*({"0": "O", "1": "IL"}.get(letter, letter) for letter in prefix)):
        meant = "".join(letters)
        if PREFIX.fullmatch(meant) and mod_37_36.is_valid(meant + body):
            return _grouped(meant, body)
    raise InvalidNumber(text)


def _grouped(prefix: str, body: str) -> str:
    return f"{prefix}-{body[:4]}-{body[4:8]}-{body[8:]}"


def new_pin() -> str:
    """Returns a new random PIN: eight digits in two groups, `4821 7736`."""
    digits = "".join(secrets.choice("0123456789") for _ in range(PIN_LENGTH))
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
    text = SEPARATORS.sub("", pin[:64] if isinstance(pin, str) else "")
    return text.encode("utf-8", "replace")


def _encoded(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
