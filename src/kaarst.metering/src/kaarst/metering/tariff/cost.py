"""What a curve of consumption costs.

The cost of an interval is the sum over the stretches of one price in it, each price times the
difference of the curve: without rounding, so that the parts of any interval cost what the whole
does, to the last digit. People are shown cents; only there is it rounded.
"""

from bisect import bisect_left
from bisect import bisect_right
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import date
from decimal import Context
from decimal import Decimal
from decimal import ROUND_HALF_UP
from kaarst.metering.rollup.calendar import day_date
from kaarst.metering.rollup.calendar import day_number
from kaarst.metering.rollup.calendar import day_of
from kaarst.metering.rollup.calendar import day_start
from kaarst.metering.rollup.calendar import MINUTE
from kaarst.metering.rollup.curve import Curve
from kaarst.metering.tariff.model import Band
from kaarst.metering.tariff.model import MINUTES
from kaarst.metering.tariff.model import Tariff
from kaarst.metering.tariff.model import Version
from typing import NamedTuple


# Exact: the longest product (15 digits of consumption, 9 of price) has far fewer digits.
_EXACT = Context(prec=80)
_MICRO = Decimal("0.000001")
_CENT = Decimal("0.01")
# The base price accrues in billionths of a euro, counted from the year's beginning.
_ACCRUAL = 9
DRAWN, FED_IN = "drawn", "fed in"


class Prices(NamedTuple):
    """A dynamic price: `moments` at which it changes, `values` in euros a unit, None: unknown."""

    moments: list[int]
    values: list[Decimal | None]

    def at(self, moment: int) -> Decimal | None:
        index = bisect_right(self.moments, moment) - 1
        return self.values[index] if index >= 0 else None


class Cost(NamedTuple):
    """`working` and `base` in euros, exact. `complete`: False where a price was not known."""

    working: Decimal
    base: Decimal
    complete: bool

    @property
    def total(self) -> Decimal:
        return _EXACT.add(self.working, self.base)

    @property
    def cents(self) -> Decimal:
        """The total as people are shown it, rounded half up to cents."""
        return self.total.quantize(_CENT, ROUND_HALF_UP)


def changes(tariff: Tariff, series: Mapping[str, Prices], start: int, end: int) -> list[int]:
    """Returns the moments strictly between `start` and `end` at which the price may change."""
    found = set()
    for first, last, version in _in_force(tariff, start, end):
        if version is None:
            found.add(last)
            continue
        found.update((first, last))
        if version.series in series:
            moments = series[version.series].moments
            found.update(moments[bisect_left(moments, first) : bisect_left(moments, last)])
        for day in range(day_of(first), day_of(last - 1) + 1) if version.bands else ():
            found.update(_band_moments(version.bands, day))
    return sorted(moment for moment in found if start < moment < end)


def costs(
    curve: Curve,
    cuts: Sequence[int],
    tariff: Tariff,
    series: Mapping[str, Prices] | None = None,
    direction: str = DRAWN,
) -> list[Cost]:
    """Returns the cost between neighbouring cuts; what was fed in costs less than nothing.

    `curve` must be exact at the cuts and at the `changes` between the first and the last of them.
    The base price accrues only where the curve has readings, and only for what is drawn.
    """
    series = series or {}
    moments = sorted({*cuts, *changes(tariff, series, cuts[0], cuts[-1])})
    used = curve.at_all(moments)
    begin = curve.moments[0] if curve.moments else cuts[-1]
    until = curve.moments[-1] if curve.moments else cuts[-1]
    result = []
    index = 0
    for end in cuts[1:]:
        # By price and by version, each of which is multiplied once: exact, so it makes no difference.
        amounts: dict[Decimal, int] = {}
        stretches: list[tuple[Version | None, int, int]] = []
        complete = True
        while moments[index] < end:
            first, last = moments[index], moments[index + 1]
            amount = used[index + 1] - used[index]
            day = day_of(first)
            version = tariff.on(day)
            if stretches and stretches[-1][0] is version:
                stretches[-1] = version, stretches[-1][1], last
            else:
                stretches.append((version, first, last))
            price = _price(version, series, first, day, direction)
            if price is None:
                complete = complete and not amount
            elif amount:
                amounts[price] = amounts.get(price, 0) + amount
            index += 1
        base = Decimal(0)
        for version, first, last in stretches if direction == DRAWN else ():
            if version is not None:
                base = _EXACT.add(base, _base(version, max(first, begin), min(last, until)))
        result.append(Cost(_worth(amounts), base, complete))
    return result


def _worth(amounts: Mapping[Decimal, int]) -> Decimal:
    """What amounts in millionths cost, {price of a unit: amount}."""
    working = Decimal(0)
    for price, amount in amounts.items():
        quantity = _EXACT.multiply(Decimal(amount), _MICRO)
        working = _EXACT.add(working, _EXACT.multiply(quantity, price))
    return working


def _in_force(tariff: Tariff, start: int, end: int):
    """Yields (first, last, version or None) that cover [start, end)."""
    begins = [day_start(version.first_day) for version in tariff.versions]
    edges = [start, *(begin for begin in begins if start < begin < end), end]
    for first, last in zip(edges, edges[1:], strict=False):
        yield first, last, tariff.on(day_of(first))


def _band_moments(bands: Sequence[Band], day: int):
    weekday = day_date(day).weekday()
    for band in bands:
        if weekday in band.days:
            yield _minute(day, band.start)
            yield _minute(day, band.end)


def _minute(day: int, minute: int) -> int:
    """The moment of a wall-clock minute of a local day; in a skipped hour, the hour's end.

    Of the doubled hour's minutes the first counts, so that a band begins and ends once a day.
    """
    start = day_start(day)
    length = day_start(day + 1) - start
    moment = start + minute * MINUTE
    if length == MINUTES * MINUTE:
        return moment
    # The clock is put at 2 or 3 o'clock: afterwards it differs by what the day is shorter.
    shift = length - MINUTES * MINUTE
    if minute <= 120:
        return moment
    if shift < 0:
        return max(moment + shift, start + 120 * MINUTE)
    return moment if minute < 180 else moment + shift


def _price(version: Version | None, series: Mapping, moment: int, day: int, direction: str):
    if version is None:
        return None
    if direction == FED_IN:
        return -version.feed_in
    price = version.working
    if version.series:
        dynamic = series[version.series].at(moment) if version.series in series else None
        if dynamic is None:
            return None
        price = _EXACT.add(price, dynamic)
    for band in version.bands:
        if day_date(day).weekday() in band.days and (
            _minute(day, band.start) <= moment < _minute(day, band.end)
        ):
            price = band.price
            break
    if version.gas is not None:
        price = _EXACT.multiply(price, version.gas.factor)
    return price


def _base(version: Version, start: int, end: int) -> Decimal:
    if not version.base or end <= start:
        return Decimal(0)
    return _EXACT.subtract(_accrued(version.base, end), _accrued(version.base, start))


def _accrued(base: Decimal, moment: int) -> Decimal:
    """What a base price amounts to from 1970 until a moment, rounded down to billionths.

    A difference of two of these is exact, and differences add up.
    """
    year = day_date(day_of(moment)).year
    first = day_start(_new_year(year))
    length = day_start(_new_year(year + 1)) - first
    billionths = int(base.scaleb(_ACCRUAL))
    whole = billionths * (year - 1970)
    part = billionths * (moment - first) // length
    return Decimal(whole + part).scaleb(-_ACCRUAL, _EXACT)


def _new_year(year: int) -> int:
    return day_number(date(year, 1, 1))
