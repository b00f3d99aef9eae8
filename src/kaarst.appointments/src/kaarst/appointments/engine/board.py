"""What everybody may see of a queue: who is called where, how many wait, for how long.

Tickets and counters only: nothing of it tells who somebody is.
"""

from collections.abc import Iterable
from collections.abc import Sequence
from dataclasses import dataclass
from kaarst.appointments.engine.queue import Queue
from kaarst.appointments.engine.waiting import CALLED

import statistics


@dataclass(frozen=True)
class Call:
    """A ticket called to a resource at an instant, for the `calls`-th time."""

    number: str
    resource: str
    called: int
    calls: int


@dataclass(frozen=True)
class Board:
    """What the display shows: `calls`, the latest first; `waiting`, the numbers, the next first."""

    open: bool
    calls: tuple[Call, ...]
    waiting: tuple[str, ...]


def board(queue: Queue) -> Board:
    """The board at the queue's instant."""
    called = [ticket for ticket in queue.tickets() if ticket.state == CALLED]
    called.sort(key=lambda ticket: (-ticket.called, ticket.number))
    return Board(
        open=queue.is_open(),
        calls=tuple(Call(one.number, one.resource, one.called, one.calls) for one in called),
        waiting=tuple(ticket.number for ticket in queue.waiting()),
    )


def waits(queue: Queue, services: Iterable[str]) -> dict[str, int | None]:
    """The seconds somebody who comes now waits, by service; None: not today."""
    return {
        service: None if call is None else max(call - queue.desk.now, 0)
        for service, call in queue.newcomers(services).items()
    }


def usual(seconds: Iterable[int | None]) -> int | None:
    """The middle one of what is possible; None where nothing is."""
    possible: Sequence[int] = [one for one in seconds if one is not None]
    return statistics.median_low(possible) if possible else None


def rough(seconds: int) -> int:
    """Minutes, rounded up to five: an estimate does not know better."""
    return max(5, -(-seconds // 300) * 5)
