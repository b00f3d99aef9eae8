"""Challenges, and whether they were met. Knows nothing of a site and keeps nothing.

A proof is good for one purpose (one form) and two hours. Whether it was used before, the caller
has to find out by the name that is returned.
"""

from altcha import v1
from base64 import b64decode
from binascii import Error as Base64Error
from datetime import datetime
from datetime import timedelta
from datetime import UTC

import hashlib
import hmac
import json
import secrets


# A phone of 2018 tries 40,000 numbers in about two seconds; on average half of them are needed.
MOST_TRIES = 40_000
LIFETIME = timedelta(hours=2)
WAIT = timedelta(seconds=30)
LONGEST = 2000


class NotProven(Exception):
    """What was sent is no proof. `reason`: "missing", "wrong", "spent" or "too_soon".

    `seconds`: how long to wait, for "too_soon".
    """

    def __init__(self, reason: str, seconds: int = 0):
        super().__init__(reason)
        self.reason = reason
        self.seconds = seconds


def make(key: bytes, purpose: str) -> dict:
    """Returns a challenge as ALTCHA's clients read it, with a token for those who rather wait.

    `algorithm`, `challenge`, `maxnumber`, `salt`, `signature` as in ALTCHA; `wait`: a token that is
    a proof itself after `wait_seconds`.
    """
    made = v1.create_challenge(
        v1.ChallengeOptions(
            algorithm="SHA-256",
            max_number=MOST_TRIES,
            hmac_key=key,
            expires=datetime.now(UTC) + LIFETIME,
            params={"for": _short(purpose)},
        )
    )
    issued = f"{int(datetime.now(UTC).timestamp())}.{secrets.token_hex(12)}"
    return {
        "algorithm": made.algorithm,
        "challenge": made.challenge,
        "maxnumber": made.max_number,
        "salt": made.salt,
        "signature": made.signature,
        "wait": f"{issued}.{_signed(key, purpose, issued)}",
        "wait_seconds": int(WAIT.total_seconds()),
    }


def solved(key: bytes, purpose: str, payload: str) -> str:
    """Returns the name of the challenge that `payload` (base64 of JSON) solves. Raises NotProven."""
    try:
        data = json.loads(b64decode(payload[:LONGEST], validate=True))
        texts = [data[name] for name in ("algorithm", "challenge", "salt", "signature")]
        if not all(isinstance(text, str) for text in texts) or type(data["number"]) is not int:
            raise NotProven("wrong")
        met, _error = v1.verify_solution(data, key)
        meant = v1.extract_params(data).get("for")
    except (Base64Error, KeyError, RecursionError, TypeError, UnicodeError, ValueError):
        raise NotProven("wrong") from None
    if not met or data["algorithm"] != "SHA-256" or meant != [_short(purpose)]:
        raise NotProven("wrong")
    return data["challenge"]


def waited(key: bytes, purpose: str, token: str) -> str:
    """Returns the name of a token whose time of waiting is over. Raises NotProven."""
    issued, _, signature = token[:LONGEST].rpartition(".")
    try:
        genuine = hmac.compare_digest(
            signature.encode("ascii"), _signed(key, purpose, issued).encode()
        )
        since = datetime.fromtimestamp(int(issued.partition(".")[0]), UTC)
    except (OverflowError, OSError, ValueError):
        raise NotProven("wrong") from None
    age = datetime.now(UTC) - since
    if not genuine or age > LIFETIME:
        raise NotProven("wrong")
    if age < WAIT:
        raise NotProven("too_soon", int((WAIT - age).total_seconds()) + 1)
    return issued


def _signed(key: bytes, purpose: str, issued: str) -> str:
    return hmac.new(key, f"wait\0{purpose}\0{issued}".encode(), hashlib.sha256).hexdigest()


def _short(purpose: str) -> str:
    return hashlib.sha256(purpose.encode()).hexdigest()[:16]
