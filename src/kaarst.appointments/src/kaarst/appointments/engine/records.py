"""What is kept about appointments besides the ledgers: immutable values, replaced when changed.

Instants are integers (seconds since 1970, UTC). Everything is numbers, texts, tuples and
mappings, so that any storage can keep it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from dataclasses import replace
from kaarst.appointments.engine.search import Piece
from typing import NamedTuple
from uuid import UUID

import secrets


# States of a booking.
CONFIRMED = "confirmed"
ARRIVED = "arrived"
CALLED = "called"
FINISHED = "finished"
NO_SHOW = "no-show"
CANCELLED = "cancelled"

# Where a booking may go from where. Who was called by mistake waits again, and who came after all
# is no no-show.
TRANSITIONS = {
    CONFIRMED: {ARRIVED, CALLED, NO_SHOW, CANCELLED},
    ARRIVED: {CALLED, NO_SHOW, CANCELLED, CONFIRMED},
    CALLED: {FINISHED, NO_SHOW, ARRIVED},
    NO_SHOW: {ARRIVED},
    FINISHED: set(),
    CANCELLED: set(),
}

# What happens to a booking without changing its state.
BOOKED = "booked"
MOVED = "moved"
LATE = "late"

# What a hold is for.
CITIZEN = "citizen"
OFFER = "offer"


def new_id() -> str:
    """A key that cannot be guessed: 128 bits."""
    return secrets.token_urlsafe(16)


def new_room() -> str:
    """The name of a video room that cannot be guessed: a random UUID, 122 bits."""
    return str(UUID(bytes=secrets.token_bytes(16), version=4))


class Event(NamedTuple):
    """A line in the history of a booking: when, who, what, and the particulars."""

    at: int
    actor: str
    action: str
    detail: str = ""


@dataclass(frozen=True)
class Hold:
    """Cells kept for someone for a while, under the same key that the booking will have.

    `purpose` is "citizen" for who is filling in the form, "offer" for a wish (`wish` is its id).
    For `kept` seconds after it expired the cells stay taken: for the page that is sent late, and
    so that whoever sweeps it can offer them to those who wait before anybody else takes them.
    """

    id: str
    desk: str
    services: tuple[str, ...]
    start: int
    end: int
    pieces: tuple[Piece, ...]
    made: int
    expires: int
    travel: int = 0
    purpose: str = CITIZEN
    wish: str = ""
    kept: int = 0

    def __post_init__(self):
        _restore(self, "pieces", Piece)


@dataclass(frozen=True)
class Booking:
    """An appointment.

    `person` holds what the citizen entered; nothing else in here is personal. `number` and
    `seal` (of the PIN) are given by the caller. `sequence` counts changes as iCalendar does. `room`
    is the name of a video room, which stays when the booking moves.
    """

    id: str
    desk: str
    services: tuple[str, ...]
    start: int
    end: int
    pieces: tuple[Piece, ...]
    made: int
    state: str = CONFIRMED
    person: Mapping[str, str] = field(default_factory=dict)
    channel: str = "online"
    number: str = ""
    seal: str = ""
    sequence: int = 0
    travel: int = 0
    over: bool = False
    room: str = ""
    history: tuple[Event, ...] = ()

    def __post_init__(self):
        _restore(self, "pieces", Piece)
        _restore(self, "history", Event)

    @property
    def takes_place(self) -> bool:
        """Whether it holds its resources: everything but cancelled."""
        return self.state != CANCELLED

    @property
    def late(self) -> int:
        """How many minutes late somebody has said to be, for the present time; 0 for not at all."""
        found = 0
        for event in self.history:
            if event.action == MOVED:
                found = 0
            elif event.action == LATE and event.detail.isdecimal():
                found = int(event.detail)
        return found

    def noting(self, at: int, actor: str, action: str, detail: str = "", **changes) -> "Booking":
        """The booking with changes and a line in its history about them."""
        return replace(self, history=(*self.history, Event(at, actor, action, detail)), **changes)


@dataclass(frozen=True)
class Closure:
    """A time in which resources are closed by hand; `pieces` are the cells."""

    id: str
    desk: str
    start: int
    end: int
    pieces: tuple[Piece, ...]
    made: int
    actor: str = ""
    reason: str = ""

    def __post_init__(self):
        _restore(self, "pieces", Piece)


def _restore(record, name: str, kind: type) -> None:
    # Saved as plain tuples, so that no saved record names one of these classes.
    made = tuple(one if isinstance(one, kind) else kind(*one) for one in getattr(record, name))
    object.__setattr__(record, name, made)
