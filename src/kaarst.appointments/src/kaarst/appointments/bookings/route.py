"""The round of a day: who is visited when, and when to leave. Plain Python.

The rule: in the order of the appointments, for those times were promised. Each team goes from the
desk to the citizen and back, as the time for the way is planned; where the next visit begins before
that, the stops lie in one round and the team drives on.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from kaarst.appointments.engine.records import Booking


@dataclass(frozen=True)
class Stop:
    """A visit. `leave` and `back` are instants: when to set out for it, and when one is back."""

    booking: Booking
    leave: int
    back: int


@dataclass(frozen=True)
class Round:
    """The stops of one team on a day; `team` are the ids of its resources."""

    team: tuple[str, ...]
    stops: tuple[Stop, ...]


def rounds(bookings: Iterable[Booking], travel: int) -> list[Round]:
    """The rounds of a day, each by start; `travel` in minutes each way. Without cancelled visits."""
    teams: dict[tuple[str, ...], list[Stop]] = {}
    for booking in sorted(bookings, key=lambda one: (one.start, one.id)):
        if booking.takes_place:
            team = tuple(sorted({piece.resource for piece in booking.pieces}))
            stop = Stop(booking, booking.start - travel * 60, booking.end + travel * 60)
            teams.setdefault(team, []).append(stop)
    found = [Round(team, tuple(stops)) for team, stops in teams.items()]
    return sorted(found, key=lambda one: (one.stops[0].leave, one.team))
