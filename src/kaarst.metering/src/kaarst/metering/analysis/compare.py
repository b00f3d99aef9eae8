"""Today against the same weekday, the month against its budget, the year against the one before.

All of it from curves that were read already (`store.history`); amounts in millionths of the stored
unit, moments UTC milliseconds, days and hours as the clock in Kaarst shows them.
"""

from collections.abc import Sequence
from datetime import date
from datetime import timedelta
from kaarst.metering.rollup.calendar import day_date
from kaarst.metering.rollup.calendar import day_number
from kaarst.metering.rollup.calendar import day_of
from kaarst.metering.rollup.calendar import day_start
from kaarst.metering.rollup.calendar import to_datetime
from kaarst.metering.rollup.calendar import to_milliseconds
from kaarst.metering.rollup.curve import Curve
from kaarst.metering.rollup.curve import Slot
from kaarst.metering.rollup.curve import slots
from typing import NamedTuple


WEEKS = 4
DAYS_OF_FORECAST = 7 * WEEKS


class Usual(NamedTuple):
    """`used` since midnight until `until`; `usual`: the mean of the same time of the same weekday.

    `weeks`: how many of the last weeks were complete; without any, `usual` is None.
    """

    used: int | None
    usual: int | None
    weeks: int
    until: int


def against_usual(found: Curve, now: int, weeks: int = WEEKS) -> Usual:
    """Compares today so far. `found`: a curve by the hour from `weeks` weeks ago on."""
    if not found.moments:
        return Usual(None, None, 0, now)
    until = min(now, found.moments[-1])
    today = day_of(now)
    begin = day_start(today)
    if until <= begin:
        return Usual(None, None, 0, now)
    [so_far] = slots(found, [begin, until], False, now)
    before = []
    for week in range(1, weeks + 1):
        day = today - 7 * week
        [slot] = slots(found, [day_start(day), same_clock(until, day)], False, now)
        if slot.complete:
            before.append(slot.consumption)
    usual = sum(before) // len(before) if before else None
    return Usual(so_far.consumption, usual, len(before), until)


def same_clock(moment: int, day: int) -> int:
    """Returns the moment of another local day at which the clock shows the same.

    Never the day's first millisecond, so that an interval from midnight is never empty.
    """
    clock = to_datetime(moment)
    target = clock.replace(
        year=day_date(day).year, month=day_date(day).month, day=day_date(day).day
    )
    return min(max(to_milliseconds(target), day_start(day) + 1), day_start(day + 1))


class Forecast(NamedTuple):
    """What a period will come to. `used`: until now. `expected`: at its end, None if unknown.

    `days`: how many complete days the expectation rests on.
    """

    used: int
    expected: int | None
    days: int


def forecast(days: Sequence[Slot], start: int, end: int, now: int) -> Forecast:
    """Expects of each coming day what the same weekday used in the last four weeks, on average.

    `days`: slots of whole local days, at least of the last four weeks and of the period so far.
    Where a weekday has no complete day, the mean of all days counts.
    """
    today = day_of(now)
    used = sum(d.consumption or 0 for d in days if start <= d.start < min(end, now))
    recent: dict[int, list[int]] = {}
    for slot in days:
        number = day_of(slot.start)
        if today - DAYS_OF_FORECAST <= number < today and slot.complete:
            recent.setdefault(day_date(number).weekday(), []).append(slot.consumption)
    every = [amount for amounts in recent.values() for amount in amounts]
    if not every:
        return Forecast(used, None, 0)
    mean = sum(every) // len(every)
    expected = sum(d.consumption or 0 for d in days if start <= d.start < day_start(today))
    for number in range(max(today, day_of(start)), day_of(end - 1) + 1):
        amounts = recent.get(day_date(number).weekday())
        expected += sum(amounts) // len(amounts) if amounts else mean
    return Forecast(used, max(expected, used), len(every))


class Years(NamedTuple):
    """The same days of two years. `known`: on how many days both years are complete.

    Only those days count in `now` and `before`; `days` would be all of them.
    """

    now: int
    before: int
    known: int
    days: int

    @property
    def change(self) -> float | None:
        """The change as a share, 0.1 is ten percent more; None where nothing can be said."""
        return (self.now - self.before) / self.before if self.before else None


def year_against_year(days: Sequence[Slot], today: date) -> Years:
    """Compares this year until yesterday with the same days of last year, day by day.

    Only days that are complete in both count: what was not measured is neither saved nor wasted.
    29 February has no counterpart and is left out.
    """
    by_day = {day_of(slot.start): slot for slot in days if slot.complete}
    first = date(today.year, 1, 1)
    now = before = known = 0
    every = (today - first).days
    for offset in range(every):
        day = first + timedelta(offset)
        if (day.month, day.day) == (2, 29):
            continue
        new = by_day.get(day_number(day))
        old = by_day.get(day_number(day.replace(year=day.year - 1)))
        if new is not None and old is not None:
            now += new.consumption
            before += old.consumption
            known += 1
    return Years(now, before, known, every)
