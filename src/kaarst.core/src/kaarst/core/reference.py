"""Numbers with which somebody without an account finds a record again, with a PIN (kaarst.core.pins).

A number looks like `KAA-7Q4M-2XPD-K`: the town's prefix, eight random characters, and a check
digit after ISO 7064 (MOD 37,36) over all that stands before it. The random characters and the
check digit are of Crockford's base 32, which has no I, L, O and U. 40 random bits are too many to
be guessed and too few to be unique for ever: who stores a record asks whether the number is
taken.
"""

from itertools import product
from stdnum.iso7064 import mod_37_36

import re
import secrets


ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LOOK_ALIKE = str.maketrans("OIL", "011")
RANDOM_LENGTH = 8
PREFIX = re.compile(r"[A-Z]{2,5}")
BODY = re.compile(rf"[{ALPHABET}]{{{RANDOM_LENGTH + 1}}}")
SEPARATORS = re.compile(r"[\s./_\u00ad\u2010-\u2015\u2212-]+")


class InvalidNumber(ValueError):
    """What was typed cannot be a number: wrong length, wrong character or wrong check digit."""


def new_number(prefix: str) -> str:
    """Returns a new random number. `prefix`: two to five letters A-Z.

    Raises ValueError for another prefix.
    """
    if not PREFIX.fullmatch(prefix):
        raise ValueError(f"A prefix has two to five letters A-Z, not {prefix!r}.")
    while True:
        # 256 is a multiple of 32: each character is as likely as the others.
        body = "".join(ALPHABET[byte % 32] for byte in secrets.token_bytes(RANDOM_LENGTH))
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
