"""Stands before what anybody may send: counts, asks for a proof when it must, and takes each once."""

from kaarst.core import _
from kaarst.core import ratelimit
from kaarst.core.changes import place
from kaarst.core.proof import challenge
from kaarst.core.proof.interfaces import AUTO
from kaarst.core.proof.interfaces import NEVER
from kaarst.core.proof.interfaces import PREFIX
from kaarst.core.stores import existing
from kaarst.core.stores import PROOF
from plone import api

import hashlib


# What one sender may send in an hour, and all together in ten minutes, before a proof is wanted.
FROM_ONE = 40
FROM_ALL = 300
HOUR, TEN_MINUTES = 3600, 600
# Who waits instead costs a machine nothing: so there is an end to it, for all of them together.
WAITED = 120
LIFETIME = int(challenge.LIFETIME.total_seconds())
MESSAGES = {
    "missing": _(
        "proof_missing",
        "At present we have to make sure that no program is sending this. Please send it once more.",
    ),
    "wrong": _(
        "proof_wrong", "The check was not complete or is too old. Please send it once more."
    ),
    "spent": _("proof_spent", "The check was used for something else. Please send it once more."),
}


class Guard:
    """For one request and one purpose, for example the path of a form.

    `mode`: AUTO, ALWAYS or NEVER, if not the site's.
    """

    def __init__(self, request, purpose: str, mode: str | None = None):
        site = api.portal.get()
        self.request = request
        self.place = hashlib.sha256(place(site).encode()).hexdigest()[:16]
        self.purpose = f"{self.place}\0{purpose}"
        self.key = existing(site, PROOF)
        self.mode = mode or api.portal.get_registry_record(f"{PREFIX}.mode", default=AUTO)

    def wanted(self) -> bool:
        """Whether a proof is asked for now. Counts nothing."""
        if self.key is None or self.mode == NEVER:
            return False
        return self.mode != AUTO or any(
            ratelimit.reached(key, limit) for key, limit, _seconds in self._counters()
        )

    def challenge(self) -> dict | None:
        """A new challenge (see kaarst.core.proof.challenge.make), or None if none is wanted."""
        return challenge.make(self.key, self.purpose) if self.wanted() else None

    def check(self, proof: str, wait: str, content: str) -> None:
        """Counts one sending; raises NotProven if a proof is wanted and this is none.

        `proof`: what ALTCHA's clients send; `wait`: the token of the challenge, for who has
        waited. `content`: names what is sent; the same content may come twice with one proof,
        so that a lost answer or a double click is no mistake.
        """
        wanted = self.wanted()
        for key, _limit, seconds in self._counters():
            ratelimit.count(key, seconds)
        if not wanted:
            return
        if proof:
            name = challenge.solved(self.key, self.purpose, proof)
        elif wait:
            name = challenge.waited(self.key, self.purpose, wait)
            ratelimit.hit(f"proof-waited:{self.place}", WAITED, HOUR)
        else:
            raise challenge.NotProven("missing")
        self._spend(name, content)

    def _spend(self, name: str, content: str) -> None:
        used = f"proof:{hashlib.sha256(name.encode()).hexdigest()}"
        same = f"{used}:{hashlib.sha256(content.encode()).hexdigest()[:32]}"
        if ratelimit.count(used, LIFETIME) > 1 and not ratelimit.hits(same):
            raise challenge.NotProven("spent")
        ratelimit.count(same, LIFETIME)

    def _counters(self):
        """(key, what is still usual, seconds), of this sender and of all."""
        yield f"sent:{self.place}:{ratelimit.client(self.request)}", FROM_ONE, HOUR
        yield f"sent:{self.place}", FROM_ALL, TEN_MINUTES


def message(error: challenge.NotProven):
    """What people are told, translatable."""
    if error.reason == "too_soon":
        return _(
            "proof_too_soon",
            "Please wait ${seconds} more seconds, then send it once more. Nothing you typed is lost.",
            mapping={"seconds": error.seconds},
        )
    return MESSAGES[error.reason]
