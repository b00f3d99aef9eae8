"""What is used while nobody is there: base load, what it costs to leave it so, water that never rests."""

from collections.abc import Sequence
from decimal import Decimal
from kaarst.metering.rollup.calendar import day_of
from kaarst.metering.rollup.calendar import day_start
from kaarst.metering.rollup.calendar import HOUR
from kaarst.metering.rollup.calendar import to_datetime
from kaarst.metering.rollup.curve import Curve
from kaarst.metering.rollup.curve import slots
from kaarst.metering.units import MICRO
from typing import NamedTuple


NIGHTS = 28
# Local hours from midnight that are night.
NIGHT_HOURS = 5
PERCENTILE = 0.05
HOURS_A_YEAR = 8766
# Fewer nights than these say nothing.
LEAST_NIGHTS = 7


class BaseLoad(NamedTuple):
    """`rate`: millionths of the unit an hour, the 5th percentile of the hours from 0 to 5.

    `nights`: on how many nights it rests. `a_year`: millionths of the unit a year if it stays so.
    """

    rate: int
    nights: int

    @property
    def a_year(self) -> int:
        return self.rate * HOURS_A_YEAR

    def cost(self, price: Decimal) -> Decimal:
        """Returns euros a year at a price in euros a unit."""
        return Decimal(self.a_year) / MICRO * price


def nights(found: Curve, now: int, count: int = NIGHTS) -> list[list[int]]:
    """Returns the hourly consumption of the last whole nights (0 to 5 o'clock), the newest first.

    `found`: a curve by the hour. Nights with an hour that is not complete are left out; a night in
    which the clock is changed has an hour more or less.
    """
    newest = day_of(now)
    if _night(newest)[-1] > now:
        newest -= 1
    result = []
    for day in range(newest, newest - count, -1):
        made = slots(found, _night(day), False, now)
        if all(slot.complete for slot in made):
            result.append([slot.consumption for slot in made])
    return result


def _night(day: int) -> list[int]:
    cuts = [day_start(day)]
    while to_datetime(cuts[-1]).hour < NIGHT_HOURS:
        cuts.append(cuts[-1] + HOUR)
    return cuts


def base_load(found: Sequence[Sequence[int]]) -> BaseLoad | None:
    """Returns the base load of `nights`; None where there are too few.

    The 5th percentile and not the least: one odd hour must not decide.
    """
    if len(found) < LEAST_NIGHTS:
        return None
    hours = sorted(amount for night in found for amount in night)
    return BaseLoad(hours[int(PERCENTILE * (len(hours) - 1))], len(found))


class Leak(NamedTuple):
    """`rate`: the least that ran in any hour of these nights, millionths an hour."""

    rate: int
    nights: int


def leak(found: Sequence[Sequence[int]], least_nights: int) -> Leak | None:
    """Returns a leak if the meter stood still in no hour of the last nights, without a break."""
    if least_nights < 1 or len(found) < least_nights:
        return None
    running = 0
    rate = None
    for night in found:
        if min(night) <= 0:
            break
        running += 1
        rate = min(night) if rate is None else min(rate, *night)
    return Leak(rate, running) if running >= least_nights else None


class Standby(NamedTuple):
    """`share` of the mean load of all hours that the base load is: 0.6 is sixty percent."""

    share: float
    rate: int
    mean: int


def standby(base: BaseLoad | None, mean: int) -> Standby | None:
    """Returns how much of the mean hourly load (millionths an hour) runs at night anyway."""
    if base is None or mean <= 0:
        return None
    return Standby(base.rate / mean, base.rate, mean)
