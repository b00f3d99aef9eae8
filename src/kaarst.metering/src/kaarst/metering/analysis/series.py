"""Consumption and cost of a meter by slots; the parts add up to the whole, to the last digit.

A meter's consumption is the sum of its chains of registers: usually one, two where day and night are
counted apart (1.8.1 and 1.8.2). Amounts are millionths of the stored unit, moments UTC milliseconds.
"""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from kaarst.metering.rollup import curve as curves
from kaarst.metering.rollup.calendar import day_date
from kaarst.metering.rollup.curve import Curve
from kaarst.metering.store import history
from kaarst.metering.store import tariffs
from kaarst.metering.store.registers import Register
from kaarst.metering.store.schema import reading
from kaarst.metering.tariff.cost import changes
from kaarst.metering.tariff.cost import Cost
from kaarst.metering.tariff.cost import costs
from kaarst.metering.tariff.cost import DRAWN
from kaarst.metering.tariff.model import Tariff
from kaarst.metering.tariff.model import Version
from sqlalchemy import Connection
from sqlalchemy import select
from typing import NamedTuple


NO_TARIFF = Tariff()
# What a meter of a medium counts: the first alternative of which there are registers.
DRAWN_CODES = {
    "electricity": (("1-0:1.8.0",), ("1-0:1.8.1", "1-0:1.8.2")),
    "gas": (("7-0:3.0.0",),),
    "heat": (("6-0:1.0.0",),),
    "water": (("8-0:1.0.0",), ("9-0:1.0.0",)),
}
FED_IN_CODE = "1-0:2.8.0"
POWER_CODE = "1-0:16.7.0"
UNITS = {"electricity": "kWh", "gas": "m³", "heat": "kWh", "water": "m³"}


class Item(NamedTuple):
    """One slot. `consumption`: None where nothing is known; `cost`: None without a tariff.

    `complete`: no reading is missing, no question is open and the slot is over. `gap`: readings
    are missing; what was used is then spread evenly over the gap, so that it never is a spike.
    """

    start: int
    end: int
    consumption: int | None
    cost: Cost | None
    complete: bool
    gap: bool


def drawn(found: Sequence[Register], medium: str) -> list[list[Register]]:
    """Returns the chains that count what a meter draws, out of all registers of that meter."""
    for codes in DRAWN_CODES.get(medium, ()):
        chains = [[one for one in found if one.obis == code] for code in codes]
        if any(chains):
            return [chain for chain in chains if chain]
    return []


def items(
    connection: Connection,
    chains: Sequence[Sequence[Register]],
    cuts: Sequence[int],
    now: int,
    tariff: Tariff = NO_TARIFF,
    merge: bool = False,
    direction: str = DRAWN,
) -> list[Item]:
    """Returns what was used between neighbouring cuts, and what it cost by the tariff then in force.

    With `merge` the slots of a gap become one; only a single chain can do that.
    """
    prices = tariffs.prices(connection, tariff, cuts[0], cuts[-1])
    priced = bool(tariff.versions)
    moments = [*cuts, *changes(tariff, prices, cuts[0], cuts[-1])] if priced else cuts
    by, inner = history.plan(moments)
    made: list[list[Item]] = []
    for number, chain in enumerate(chains):
        found = history.load(connection, chain, cuts[0], cuts[-1], by, inner)
        slots = curves.slots(found, cuts, merge and len(chains) == 1, now)
        kept = [*(slot.start for slot in slots), cuts[-1]]
        # There is one base price, however many registers the meter has.
        own = without_base(tariff) if number else tariff
        cost = costs(found, kept, own, prices, direction) if priced else [None] * len(slots)
        made.append(
            [
                Item(
                    slot.start, slot.end, slot.consumption,
                    None if slot.consumption is None else one, slot.complete, slot.gap,
                )
                for slot, one in zip(slots, cost, strict=True)
            ]
        )  # fmt: skip
    if not made:
        pairs = zip(cuts, cuts[1:], strict=False)
        return [Item(start, end, None, None, False, False) for start, end in pairs]
    return made[0] if len(made) == 1 else added(made)


def added(parts: Sequence[Sequence[Item]]) -> list[Item]:
    """Returns the sum of several meters' items with the same cuts.

    Complete only where all are; unknown only where nothing of any is known.
    """
    result = []
    for row in zip(*parts, strict=True):
        known = [item.consumption for item in row if item.consumption is not None]
        priced = [item.cost for item in row if item.cost is not None]
        cost = None
        if priced:
            cost = Cost(
                sum((one.working for one in priced), Decimal(0)),
                sum((one.base for one in priced), Decimal(0)),
                all(one.complete for one in priced),
            )
        result.append(
            Item(
                row[0].start, row[0].end, sum(known) if known else None, cost,
                all(item.complete for item in row), any(item.gap for item in row),
            )
        )  # fmt: skip
    return result


def total(found: Sequence[Item]) -> Item:
    """Returns the whole of neighbouring items."""
    known = [item.consumption for item in found if item.consumption is not None]
    priced = [item.cost for item in found if item.cost is not None]
    cost = None
    if priced:
        cost = Cost(
            sum((one.working for one in priced), Decimal(0)),
            sum((one.base for one in priced), Decimal(0)),
            all(one.complete for one in priced),
        )
    return Item(
        found[0].start, found[-1].end, sum(known) if known else None, cost,
        all(item.complete for item in found), any(item.gap for item in found),
    )  # fmt: skip


def without_base(tariff: Tariff) -> Tariff:
    """Returns the tariff with its working prices only."""
    return Tariff(tuple(replace(version, base=Decimal(0)) for version in tariff.versions))


def raw_cuts(connection: Connection, chain: Sequence[Register], start: int, end: int) -> list[int]:
    """Returns `start`, the moments of all readings in between, and `end`."""
    seen = {one.id: one for one in chain}
    rows = connection.execute(
        select(reading.c.register, reading.c.ts).where(
            reading.c.register.in_([*seen]), reading.c.ts > start, reading.c.ts < end
        )
    )
    return [start, *sorted({ts for register, ts in rows if seen[register].sees(ts)}), end]


def energy(tariff: Tariff) -> Tariff:
    """Returns a tariff by which an amount "costs" its kilowatt-hours: for gas by its quality then.

    Gas without a known quality is unknown, not nothing: of it there is no version.
    """
    return _valued(tariff, lambda version: Decimal(1))


def emissions(tariff: Tariff, factors: Sequence[tuple[int, Decimal]]) -> Tariff:
    """Returns a tariff by which an amount "costs" its kilograms of CO₂.

    `factors`: (day number from which it holds, kilograms a kWh), in order of time. `tariff` says how many
    kilowatt-hours a cubic metre of gas has.
    """
    days = sorted(
        {*(version.first_day for version in tariff.versions), *(day for day, _f in factors)}
    )
    versions = []
    for day in days:
        known = [factor for first, factor in factors if first <= day]
        version = tariff.on(day)
        if known and (version is not None or tariff is NO_TARIFF):
            gas = version.gas if version is not None else None
            versions.append(Version(day_date(day), known[-1], gas=gas))
    return Tariff(tuple(versions))


def _valued(tariff: Tariff, value) -> Tariff:
    return Tariff(
        tuple(
            Version(version.valid_from, value(version), gas=version.gas)
            for version in tariff.versions
            if version.unit == "kWh"
        )
    )


def together(found: Sequence[Curve]) -> Curve:
    """Returns the sum of several meters' curves, as far as all of them are known.

    Exact where any of them has a reading; between, rounded by a millionth for each meter.
    """
    found = [one for one in found if one.moments]
    if len(found) <= 1:
        return found[0] if found else Curve([], [], [], [])
    first = max(one.moments[0] for one in found)
    last = min(one.moments[-1] for one in found)
    moments = sorted({m for one in found for m in one.moments if first <= m <= last})
    return Curve(
        moments,
        [sum(values) for values in zip(*(one.at_all(moments) for one in found), strict=True)],
        sorted(gap for one in found for gap in one.unknown),
        sorted(gap for one in found for gap in one.questions),
    )
