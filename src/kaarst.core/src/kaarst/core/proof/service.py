"""The proof of work for front ends: a refusal brings the challenge that is to be solved."""

from kaarst.core.proof.challenge import NotProven
from kaarst.core.proof.guard import Guard
from kaarst.core.proof.guard import message
from kaarst.core.rest import ApiError


def prove(guard: Guard, proof: object, content: str) -> None:
    """Counts one sending; raises ApiError 403 with a new `challenge` if a proof is wanted.

    `proof`: as it came; `content`: as of `Guard.check`.
    """
    try:
        guard.check(proof if isinstance(proof, str) else "", "", content)
    except NotProven as error:
        raise refused(guard, message(error)) from None


def refused(guard: Guard, message) -> ApiError:
    """Says that a proof is wanted, and for what."""
    return ApiError(403, "ProofRequired", message, more={"challenge": for_clients(guard) or {}})


def for_clients(guard: Guard) -> dict | None:
    """The challenge as ALTCHA's clients read it, or None if no proof is wanted.

    Waiting instead is for people in front of a page.
    """
    challenge = guard.challenge()
    return challenge and {
        name: value for name, value in challenge.items() if not name.startswith("wait")
    }
