"""Proof of work in the place of a picture puzzle, asked for only when it is needed.

The sender's browser does a second of arithmetic by itself; nobody has to see, hear or solve
anything, and no third party is asked. Who has no JavaScript waits half a minute instead. The
protocol is ALTCHA's first version (https://altcha.org/docs/), made and checked by its library.
"""

from kaarst.core.proof.challenge import NotProven
from kaarst.core.proof.guard import Guard


__all__ = ["Guard", "NotProven"]
