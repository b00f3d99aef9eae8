"""The key of a desk's terminals: who has it may draw tickets.

Set once by typing it in at the terminal, kept there in a cookie that scripts cannot read. Of the
key only a hash is stored: it has 80 random bits, so nobody finds it by trying.
"""

from kaarst.core.reference import ALPHABET
from kaarst.core.reference import LOOK_ALIKE
from kaarst.core.reference import SEPARATORS
from zope.annotation.interfaces import IAnnotations

import hashlib
import hmac
import secrets


ANNOTATION = "kaarst.appointments.terminal"
LENGTH = 16


def new_key(desk) -> str:
    """A new key, "4F7K-…"; all former ones end. It is in the clear here and nowhere else."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    IAnnotations(desk)[ANNOTATION] = _hash(letters)
    return "-".join(letters[at : at + 4] for at in range(0, LENGTH, 4))


def has_key(desk) -> bool:
    """Whether a key was ever made."""
    return ANNOTATION in IAnnotations(desk, {})


def fits(desk, key: object) -> bool:
    """Whether this is the key, as typed or as in the cookie."""
    known = IAnnotations(desk, {}).get(ANNOTATION)
    return (
        known is not None
        and isinstance(key, str)
        and len(key) <= 64
        and hmac.compare_digest(known, _hash(normal(key)))
    )


def normal(key: str) -> str:
    """The key without dashes, in capitals; forgives what looks alike."""
    return SEPARATORS.sub("", key).upper().translate(LOOK_ALIKE)


def _hash(letters: str) -> str:
    return hashlib.sha256(letters.encode("utf-8", "replace")).hexdigest()
