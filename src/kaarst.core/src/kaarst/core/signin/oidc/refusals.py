"""Why a login is not accepted. The reasons are written down; a visitor sees one sentence for all."""

from typing import Literal


Reason = Literal[
    "issuer",
    "audience",
    "nonce",
    "signature",
    "algorithm",
    "expired",
    "claims",
    "code",
    "state",
    "level",
    "factor",
    "replay",
    "provider",
    "denied",
]


class Refused(Exception):
    """`reason`: one word for the log. `detail`: one sentence for operators, without personal data."""

    def __init__(self, reason: Reason, detail: str = ""):
        super().__init__(f"{reason}: {detail}")
        self.reason, self.detail = reason, detail


class Unreachable(Exception):
    """The provider gave no usable answer. Nobody's fault at the town's door: try again later."""
