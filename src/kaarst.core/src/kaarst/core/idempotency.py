"""The same key gives the first answer again: what was answered, kept for a day.

A client that lost the answer sends its request again with the same `Idempotency-Key` and gets
what it would have got, PIN included, instead of a second record. Kept in the ZODB with the
record itself, so that either both are there or neither; two at the same moment conflict over the
key, and the second is repeated and finds the answer of the first.

Answers hold PINs and personal data. They are sealed with a key derived from the client's, which
is not stored: without it nobody can read them, the operator included.
After draft-ietf-httpapi-idempotency-key-header.
"""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from kaarst.core.shards import Shards
from persistent import Persistent

import hashlib
import hmac
import json
import re
import secrets
import time


SECONDS = 24 * 3600
SHARDS = 256
# A UUID has 36 characters. Short keys would be chosen by two clients one day.
KEY = re.compile(r"[\x21-\x7e]{16,128}")


class InvalidKey(ValueError):
    """The header is no key: 16 to 128 visible ASCII characters."""


class KeyReused(ValueError):
    """The key belongs to a request with another body."""


class Answers(Persistent):
    """The answers of one site. `scope` says what was asked by whom (user and path)."""

    def __init__(self):
        self.kept = Shards(SHARDS)

    def recall(self, key: str, scope: str, body: object) -> tuple[int, dict] | None:
        """Returns status and answer that were kept, or None. Raises InvalidKey and KeyReused."""
        entry = self.kept.get(_name(key, scope))
        if entry is None or entry[0] <= time.time():
            return None
        _, salt, fingerprint, sealed = entry
        sealing, marking = _keys(key, salt)
        if not hmac.compare_digest(fingerprint, _fingerprint(marking, body)):
            raise KeyReused(key)
        try:
            opened = ChaCha20Poly1305(sealing).decrypt(salt[:12], sealed, None)
        except InvalidTag:
            raise KeyReused(key) from None
        status, answer = json.loads(opened)
        return status, answer

    def keep(self, key: str, scope: str, body: object, status: int, answer: dict) -> None:
        """Keeps an answer for a day. `body` and `answer` as they stand in JSON."""
        salt = secrets.token_bytes(16)
        sealing, marking = _keys(key, salt)
        plain = json.dumps([status, answer]).encode()
        # The sealing key is used once, so any nonce will do.
        sealed = ChaCha20Poly1305(sealing).encrypt(salt[:12], plain, None)
        entry = (int(time.time()) + SECONDS, salt, _fingerprint(marking, body), sealed)
        self.kept[_name(key, scope)] = entry

    def purge(self) -> int:
        """Removes what is older than a day. Returns how many."""
        now = time.time()
        past = [name for name, entry in self.kept.items() if entry[0] <= now]
        for name in past:
            del self.kept[name]
        return len(past)


def _name(key: str, scope: str) -> str:
    if not KEY.fullmatch(key):
        raise InvalidKey(key)
    return hashlib.sha256(f"{scope}\0{key}".encode()).hexdigest()


def _keys(key: str, salt: bytes) -> tuple[bytes, bytes]:
    derived = HKDF(SHA256(), 64, salt, b"kaarst.core idempotency").derive(key.encode("ascii"))
    return derived[:32], derived[32:]


def _fingerprint(marking: bytes, body: object) -> bytes:
    """A keyed hash: a plain one would let somebody check whether a guessed body was sent."""
    text = json.dumps(body, sort_keys=True, separators=(",", ":"))
    return hmac.new(marking, text.encode(), hashlib.sha256).digest()
