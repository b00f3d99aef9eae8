"""The list of wishes and its order. Plain Python, without Plone."""

from collections.abc import Iterable
from dataclasses import dataclass


PROPOSED, PLANNED, IN_WORK, ONLINE = "proposed", "planned", "in_work", "online"
STATES = (PROPOSED, PLANNED, IN_WORK, ONLINE)
SERVICE, IDEA = "service", "idea"
#: Characters that an idea and a note may have.
LONGEST_TITLE, LONGEST_TEXT = 120, 600


@dataclass(frozen=True)
class Wish:
    """Something that could be online.

    `id`: UID of the service, or of its own for an idea of the staff. `kind`: SERVICE or IDEA.
    `state`: how far the town is with it. `note`: what the town says to it. `staff` and `citizens`:
    votes. `url`: of the service's page, or "".
    """

    id: str
    kind: str
    title: str
    description: str = ""
    state: str = PROPOSED
    note: str = ""
    staff: int = 0
    citizens: int = 0
    url: str = ""

    @property
    def votes(self) -> int:
        return self.staff + self.citizens

    @property
    def is_open(self) -> bool:
        """Whether a vote still says something: what is online is no wish any more."""
        return self.state != ONLINE


def ranked(wishes: Iterable[Wish]) -> list[Wish]:
    """What is still to be done first; there, what most people want first; equals by title."""
    return sorted(
        wishes, key=lambda wish: (not wish.is_open, -wish.votes, wish.title.casefold(), wish.id)
    )


def online(has_online_way: bool, state: str) -> str:
    """The state of a service: one that can be had online is online, whatever was said before."""
    return ONLINE if has_online_way else state
