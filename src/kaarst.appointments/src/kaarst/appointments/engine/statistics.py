"""Figures about a desk, without names: for pictures, tables and CSV."""

from collections import Counter
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from kaarst.appointments.engine import raster
from kaarst.appointments.engine.records import Booking
from kaarst.appointments.engine.records import CANCELLED
from kaarst.appointments.engine.records import NO_SHOW
from kaarst.appointments.engine.waiting import Ticket

import statistics


@dataclass(frozen=True)
class Figures:
    """What happened in a time.

    `ahead` is the median of the days between booking and appointment, `waited` the median and
    `waited_long` the ninth decile of the minutes from arrival (or from the time agreed, where
    that is later) to the call; None where there is nothing to count. `taken` is the number of
    minutes booked, by hour of the day. An appointment for two services counts with both of them, in
    `by_service` and, if nobody came, in `missed_by_service`.
    """

    appointments: int
    cancelled: int
    no_shows: int
    visitors: int
    by_service: Mapping[str, int]
    missed_by_service: Mapping[str, int]
    by_channel: Mapping[str, int]
    by_weekday: Mapping[int, int]
    taken: Mapping[int, int]
    ahead: float | None
    waited: float | None
    waited_long: float | None

    @property
    def no_show_rate(self) -> float | None:
        """The share of appointments to which nobody came, of those not cancelled."""
        return self.no_shows / self.appointments if self.appointments else None


def figures(
    bookings: Iterable[Booking], tickets: Iterable[Ticket], start: int, end: int
) -> Figures:
    """The figures of all appointments and visits from an instant until before another."""
    found = [one for one in bookings if start <= one.start < end]
    held = [one for one in found if one.state != CANCELLED]
    visits = [one for one in tickets if start <= (one.joined or one.arrived) < end]
    waits = [_waited(one) for one in visits if one.called]
    return Figures(
        appointments=len(held),
        cancelled=len(found) - len(held),
        no_shows=sum(one.state == NO_SHOW for one in held),
        visitors=sum(not one.booking for one in visits),
        by_service=_count(service for one in held for service in one.services),
        missed_by_service=_count(
            service for one in held if one.state == NO_SHOW for service in one.services
        ),
        by_channel=_count(one.channel for one in held),
        by_weekday=_count(raster.local(one.start).weekday() for one in held),
        taken=_by_hour(held),
        ahead=_median([(one.start - one.made) / 86_400 for one in held]),
        waited=_median(waits),
        waited_long=_ninth_decile(waits),
    )


def _waited(ticket: Ticket) -> float:
    return max(ticket.called - max(ticket.arrived, ticket.due, ticket.joined), 0) / 60


def _by_hour(bookings: Iterable[Booking]) -> dict[int, int]:
    minutes: Counter[int] = Counter()
    for booking in bookings:
        for moment in range(booking.start, booking.end, raster.CELL_SECONDS):
            minutes[raster.local(moment).hour] += raster.CELL_MINUTES
    return dict(sorted(minutes.items()))


def _count(values: Iterable) -> dict:
    return dict(sorted(Counter(values).items()))


def _median(values: Sequence[float]) -> float | None:
    return statistics.median(values) if values else None


def _ninth_decile(values: Sequence[float]) -> float | None:
    if len(values) < 2:
        return _median(values)
    return statistics.quantiles(values, n=10, method="inclusive")[8]
