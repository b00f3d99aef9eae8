"""What a meter, a building or the whole town used in a period, and everything it is compared with.

One report a medium: electricity, gas, heat, water. Nothing of Plone: whoever asks says which meters
there are, what they cost and how far they are behind one another.
"""

from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from datetime import timedelta
from decimal import Decimal
from kaarst.metering.analysis import compare
from kaarst.metering.analysis import night
from kaarst.metering.analysis import parts
from kaarst.metering.analysis import series
from kaarst.metering.analysis import weather
from kaarst.metering.analysis.series import Item
from kaarst.metering.live import values
from kaarst.metering.rollup.calendar import boundaries
from kaarst.metering.rollup.calendar import day_date
from kaarst.metering.rollup.calendar import day_number
from kaarst.metering.rollup.calendar import day_of
from kaarst.metering.rollup.calendar import day_start
from kaarst.metering.rollup.calendar import HOUR
from kaarst.metering.rollup.calendar import MINUTE
from kaarst.metering.rollup.calendar import period
from kaarst.metering.rollup.curve import Curve
from kaarst.metering.rollup.curve import Slot
from kaarst.metering.rollup.curve import slots
from kaarst.metering.store import history
from kaarst.metering.store.claims import bounded
from kaarst.metering.store.registers import BEGINNING
from kaarst.metering.store.registers import FOREVER
from kaarst.metering.store.registers import Register
from kaarst.metering.store.schema import register as register_table
from kaarst.metering.tariff.cost import FED_IN
from kaarst.metering.tariff.model import Tariff
from kaarst.metering.units import MICRO
from sqlalchemy import Connection
from sqlalchemy import select
from typing import NamedTuple


#: What is drawn by electricity's main counter.
IMPORT_CODE = "1-0:1.8.0"
MEDIA = ("electricity", "heat", "gas", "water")
HEATED = ("gas", "heat")
# What a slot is in a period of each kind.
RESOLUTION = {"day": "hour", "week": "day", "month": "day", "year": "month"}
# Power that was measured longer ago is not what is drawn now.
FRESH = 15 * MINUTE
WEEKS = compare.WEEKS * 7 + 1


@dataclass(frozen=True)
class Source:
    """A meter as it is reckoned with.

    `parent`: the key of the meter in front of it, which counts the same energy once more. `budget`: millionths
    of the unit for a calendar month. `factors`: kilograms of CO₂ a kWh, as in `series.emissions`.
    `since`, `until`: of which time readings are seen at all, for who holds the meter for a while.
    """

    key: str
    medium: str
    tariff: Tariff = series.NO_TARIFF
    parent: str = ""
    budget: int | None = None
    factors: tuple[tuple[int, Decimal], ...] = ()
    since: int = BEGINNING
    until: int = FOREVER


@dataclass(frozen=True)
class Report:
    """Amounts in millionths of `unit`, costs in euros, `energy` in kWh, `emissions` in kg of CO₂.

    `keys`: of the meters that are added up.

    `compared`: the period's consumption as far as it is over (whole days, of a day whole hours), and
    that of the same part of the period `before`. `earlier`: the slots of the same weekday a week, the week, or
    the year before, empty for a month. `newest`: the latest reading's moment. `power`: watts now (None
    if one of the meters has not said so lately) and the moment of the oldest of these readings. What cannot
    be said is None.
    """

    medium: str
    unit: str
    keys: list[str]
    items: list[Item]
    earlier: list[Item]
    total: Item
    compared: tuple[Item, Item]
    fed_in: Item | None
    energy: Decimal | None
    emissions: Decimal | None
    usual: compare.Usual
    forecast: compare.Forecast
    budget: int | None
    years: compare.Years
    adjusted: weather.Adjusted | None
    base: night.BaseLoad | None
    base_cost: Decimal | None
    split: parts.Split | None
    newest: int | None
    power: tuple[int | None, int] | None


class Drawn(NamedTuple):
    """Millionths of a watt at a moment."""

    ts: int
    value: int


def chains(connection: Connection, keys: Iterable[str]) -> dict[str, list[Register]]:
    """Returns all registers by meter, in the order in which they were in use."""
    wanted = set(keys)
    query = select(register_table).order_by(
        register_table.c.meter, register_table.c.obis, register_table.c.valid_from
    )
    if len(wanted) <= 500:
        query = query.where(register_table.c.meter.in_(sorted(wanted)))
    found: dict[str, list[Register]] = {}
    for row in connection.execute(query):
        if row.meter in wanted:
            found.setdefault(row.meter, []).append(Register(*row))
    return found


def seen(connection: Connection, sources: Sequence[Source]) -> dict[str, list[Register]]:
    """Returns the registers of these meters, bounded to what may be seen of each."""
    found = chains(connection, [source.key for source in sources])
    return {
        one.key: bounded(found[one.key], one.since, one.until)
        for one in sources
        if one.key in found
    }


def cuts_of(kind: str, day: date) -> list[int]:
    """Returns the cuts of the day, week, month or year around a date."""
    return boundaries(*period(kind, day), RESOLUTION[kind])


def before(kind: str, first: date) -> date:
    """Returns a day of the period that one is compared with: the one before, of a day the same weekday."""
    return first - timedelta(7 if kind == "day" else 1)


def reports(
    connection: Connection,
    sources: Sequence[Source],
    kind: str,
    day: date,
    now: int,
    means: Mapping[int, float] | None = None,
) -> list[Report]:
    """Returns a report for each medium that these meters count, in the order of `MEDIA`.

    `kind`: day, week, month or year around `day`. `means`: mean temperatures by day number.
    A meter whose parent is among `sources` counts as a part of it and not once more.
    """
    found = seen(connection, sources)
    keys = {source.key for source in sources}
    made = []
    for medium in MEDIA:
        mains = [s for s in sources if s.medium == medium and s.parent not in keys]
        subs = [s for s in sources if s.medium == medium and s.parent in {m.key for m in mains}]
        if mains:
            made.append(_Maker(connection, found, kind, day, now).report(mains, subs, means or {}))
    return made


class _Maker:
    """Makes one report; holds what all its steps need."""

    def __init__(self, connection: Connection, found, kind: str, day: date, now: int):
        self.connection, self.found, self.now, self.kind = connection, found, now, kind
        self.cuts = cuts_of(kind, day)
        self.whole = [self.cuts[0], self.cuts[-1]]
        self.running = self.whole[0] <= now < self.whole[1]
        self.previous = period(kind, before(kind, day_date(day_of(self.cuts[0]))))

    def report(self, mains, subs, means) -> Report:
        medium = mains[0].medium
        items = series.added([self._items(source, self.cuts) for source in mains])
        total = series.total(items)
        hours = series.together([self._hours(source) for source in mains])
        days = self._days(mains)
        # What heats in a winter's night says nothing about the year.
        base = None if medium in HEATED else night.base_load(night.nights(hours, self.now))
        today = day_date(day_of(self.now))
        month = period("month", today)
        budgets = [source.budget for source in mains]
        return Report(
            medium=medium,
            unit=series.UNITS[medium],
            keys=[source.key for source in mains],
            items=items,
            earlier=self._earlier(mains),
            total=total,
            compared=self._compared(mains),
            fed_in=self._fed_in(mains),
            energy=self._valued(mains, lambda one: series.energy(one.tariff))
            if medium == "gas"
            else None,
            emissions=self._valued(mains, lambda one: series.emissions(one.tariff, one.factors)),
            usual=compare.against_usual(hours, self.now),
            forecast=compare.forecast(days, *month, self.now),
            budget=sum(budgets) if all(budgets) else None,
            years=compare.year_against_year(days, today),
            adjusted=weather.adjusted(days, means, today) if medium in HEATED else None,
            base=base,
            base_cost=self._base_cost(mains, base, total),
            split=self._split(total, subs) if subs else None,
            newest=self._newest(mains),
            power=self._power(mains) if medium == "electricity" else None,
        )

    def _chains(self, source: Source) -> list[list[Register]]:
        return series.drawn(self.found.get(source.key, ()), source.medium)

    def _items(self, source: Source, cuts: list[int]) -> list[Item]:
        return series.items(self.connection, self._chains(source), cuts, self.now, source.tariff)

    def _compared(self, mains: Sequence[Source]) -> tuple[Item, Item]:
        start, end = self.whole
        before, last = self.previous
        if self.running:
            by_day = RESOLUTION[self.kind] != "hour"
            end = day_start(day_of(self.now)) if by_day else self.now // HOUR * HOUR
            days = day_of(end) - day_of(start)
            last = min(last, day_start(day_of(before) + days) if by_day else before + end - start)
        if end <= start:
            nothing = Item(start, start, None, None, False, False)
            return nothing, nothing
        return tuple(
            series.added(
                [
                    series.items(self.connection, self._chains(source), span, self.now)
                    for source in mains
                ]
            )[0]
            for span in ([start, end], [before, last])
        )

    def _earlier(self, mains: Sequence[Source]) -> list[Item]:
        first = day_date(day_of(self.cuts[0]))
        if self.kind == "month":
            return []
        around = date(first.year - 1, 1, 1) if self.kind == "year" else first - timedelta(7)
        cuts = cuts_of(self.kind, around)
        return series.added(
            [
                series.items(self.connection, self._chains(source), cuts, self.now)
                for source in mains
            ]
        )

    def _power(self, mains: Sequence[Source]) -> tuple[int | None, int] | None:
        """The sum of what the meters say they draw now; None unless all of them say such a thing."""
        found = []
        for source in mains:
            gauges = [r for r in self.found.get(source.key, ()) if r.obis == series.POWER_CODE]
            newest = history.newest(self.connection, gauges[-1]) if gauges else self._flow(source)
            if newest is None:
                return None
            found.append(newest)
        oldest = min(one.ts for one in found)
        if any(abs(self.now - one.ts) > FRESH for one in found):
            return None, oldest
        return round(sum(one.value for one in found) / MICRO), oldest

    def _flow(self, source: Source) -> Drawn | None:
        """What a meter of electricity without a gauge drew between its last two readings, as `live` says it.

        None if that was long ago: such a meter may be read once a day, and says nothing of now.
        """
        counters = [r for r in self.found.get(source.key, ()) if r.obis == IMPORT_CODE]
        if not counters:
            return None
        register = counters[-1]
        pairs = values.newest_pairs(self.connection, [register.id]).get(register.id, [])
        seen = [pair for pair in pairs if register.sees(pair[0])]
        watts = values.flow(register, seen, 1000)
        if watts is None or abs(self.now - seen[0][0]) > FRESH:
            return None
        return Drawn(seen[0][0], round(watts * MICRO))

    def _hours(self, source: Source) -> Curve:
        start = day_start(day_of(self.now) - WEEKS)
        return series.together(
            [
                history.load(self.connection, chain, start, self.now, history.HOURLY)
                for chain in self._chains(source)
            ]
        )

    def _days(self, mains: Sequence[Source]) -> list[Slot]:
        """Days from the first of last year until now."""
        today = day_of(self.now)
        first = day_number(date(day_date(today).year - 1, 1, 1))
        cuts = [day_start(number) for number in range(first, today + 2)]
        every = [chain for source in mains for chain in self._chains(source)]
        curves = history.load_many(self.connection, every, cuts[0], cuts[-1])
        return slots(series.together(curves), cuts, False, self.now)

    def _fed_in(self, mains: Sequence[Source]) -> Item | None:
        found = []
        for source in mains:
            chain = [r for r in self.found.get(source.key, ()) if r.obis == series.FED_IN_CODE]
            if chain:
                made = series.items(
                    self.connection, [chain], self.whole, self.now, source.tariff,
                    direction=FED_IN,
                )  # fmt: skip
                found.append(made)
        return series.added(found)[0] if found else None

    def _valued(self, mains: Sequence[Source], valued) -> Decimal | None:
        """What the period's amounts are in another measure, by a tariff that says how much each is."""
        result = Decimal(0)
        for source in mains:
            tariff = valued(source)
            if not tariff.versions:
                return None
            [item] = series.items(
                self.connection, self._chains(source), self.whole, self.now, tariff
            )
            if item.cost is not None and not item.cost.complete:
                return None
            result += item.cost.working if item.cost is not None else 0
        return result

    def _base_cost(self, mains, base, total: Item) -> Decimal | None:
        """Euros a year at the price of the period: what was paid for a unit then, on average."""
        if base is None or total.cost is None or not total.consumption or not total.cost.complete:
            return None
        return base.cost(total.cost.working / total.consumption * 10**6)

    def _split(self, total: Item, subs: Sequence[Source]) -> parts.Split:
        found = [
            (
                source.key,
                series.items(self.connection, self._chains(source), self.whole, self.now)[0],
            )
            for source in subs
        ]
        return parts.split(self._so_far(total), [(key, self._so_far(item)) for key, item in found])

    def _so_far(self, item: Item) -> Item:
        """Complete as far as it can be: nothing is missing but what is still to come."""
        return item._replace(complete=item.complete or (self.running and not item.gap))

    def _newest(self, mains: Sequence[Source]) -> int | None:
        found = [
            reading.ts
            for source in mains
            for chain in self._chains(source)
            if (reading := history.newest(self.connection, chain[-1])) is not None
        ]
        return max(found, default=None)
