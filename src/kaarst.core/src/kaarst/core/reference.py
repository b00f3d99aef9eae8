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
"""

from itertools import product
from stdnum.iso7064 import mod_37_36

import base64
import hashlib
import hmac
import re
import secrets


ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LOOK_ALIKE = str.maketrans("OIL", "011")
RANDOM_LENGTH = 8
PREFIX = re.compile(r"[A-Z]{2,5}")
BODY = re.compile(rf"[{ALPHABET}]{{{RANDOM_LENGTH + 1}}}")
SEPARATORS = re.compile(r"[\s./_\u00ad\u2010-\u2015\u2212-]+")

PIN_LENGTH = 8
# 2^12 * 8 * 128 bytes = 4 MB and about 12 ms a seal: sixteen at once fit two cores. No parameters
# make eight digits safe against somebody who has the database; they keep PINs from being read in
# passing, in a backup or an export. Against guessing from outside stands kaarst.core.guard.
SCRYPT_COST = 12
SCRYPT_BLOCK = 8


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


def seal_pin(pin: str) -> str:
    """Returns what is stored instead of the PIN: `scrypt$cost$block$salt$hash`."""
    salt = secrets.token_bytes(16)
    sealed = _scrypt(pin, salt, SCRYPT_COST, SCRYPT_BLOCK)
    return f"scrypt${SCRYPT_COST}${SCRYPT_BLOCK}${_encoded(salt)}${_encoded(sealed)}"


def check_pin(pin: str, sealed: str) -> bool:
    """Says whether `pin` is the one that was sealed; blanks and dashes in it do not matter.

    Takes the same time whatever was typed. Raises ValueError when `sealed` is not of `seal_pin`.
    """
    name, cost, block, salt, expected = sealed.split("$")
    if name != "scrypt":
        raise ValueError("Not a sealed PIN.")
    found = _scrypt(pin, base64.b64decode(salt), int(cost), int(block))
    return hmac.compare_digest(found, base64.b64decode(expected))


def _scrypt(pin: str, salt: bytes, cost: int, block: int) -> bytes:
    bare = SEPARATORS.sub("", pin[:64] if isinstance(pin, str) else "")
    return hashlib.scrypt(
        bare.encode("utf-8", "replace"), salt=salt, n=2**cost, r=block, p=1, dklen=32
    )


def _encoded(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
