"""What somebody should look at: water at night, standby, a budget that will not last, silence.

A rule says what is so now. What was said before, and when it ended, is the job's affair.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from kaarst.metering.analysis import night
from kaarst.metering.analysis import report
from kaarst.metering.analysis import series
from kaarst.metering.analysis.compare import DAYS_OF_FORECAST
from kaarst.metering.analysis.compare import Forecast
from kaarst.metering.analysis.compare import forecast
from kaarst.metering.analysis.night import base_load
from kaarst.metering.analysis.night import leak
from kaarst.metering.analysis.night import standby
from kaarst.metering.analysis.report import Source
from kaarst.metering.rollup.calendar import day_date
from kaarst.metering.rollup.calendar import day_of
from kaarst.metering.rollup.calendar import day_start
from kaarst.metering.rollup.calendar import HOUR
from kaarst.metering.rollup.calendar import period
from kaarst.metering.rollup.curve import slots
from kaarst.metering.store import history
from sqlalchemy import Connection
from typing import NamedTuple


LEAK, STANDBY, BUDGET, SILENT = "leak", "standby", "budget", "silent"
#: The most urgent first.
KINDS = (LEAK, SILENT, BUDGET, STANDBY)


@dataclass(frozen=True)
class Thresholds:
    """When something is worth a mail. People set them in the browser.

    `leak_nights`: nights in which water never stood still. `standby_percent`: base load at night of
    the mean load. `budget_percent`: of the budget that the month is expected to come to.
    `silent_hours`: without any reading.
    """

    leak_nights: int = 3
    standby_percent: int = 60
    budget_percent: int = 110
    silent_hours: int = 24


class Finding(NamedTuple):
    """Something is so. `value` and `limit` are of the kind's own unit, rounded for people.

    leak: litres an hour and nights; standby: percent; budget: percent; silent: hours.
    """

    kind: str
    value: int
    limit: int


def of_water(found: Sequence[Sequence[int]], thresholds: Thresholds) -> list[Finding]:
    """A leak, from the hourly consumption of the last nights (`night.nights`) in m³."""
    water = leak(found, thresholds.leak_nights)
    return [] if water is None else [Finding(LEAK, round(water.rate / 1000), water.nights)]


def of_electricity(
    nights: Sequence[Sequence[int]], mean: int, thresholds: Thresholds
) -> list[Finding]:
    """Standby, from the last nights and the mean hourly load of the same weeks."""
    found = standby(base_load(nights), mean)
    if found is None or found.share * 100 < thresholds.standby_percent:
        return []
    return [Finding(STANDBY, round(found.share * 100), thresholds.standby_percent)]


def of_budget(found: Forecast, budget: int | None, thresholds: Thresholds) -> list[Finding]:
    """A budget (same unit as the forecast) that will be exceeded, or is already."""
    if not budget:
        return []
    expected = found.used if found.expected is None else max(found.expected, found.used)
    percent = expected * 100 // budget
    if percent < thresholds.budget_percent:
        return []
    return [Finding(BUDGET, percent, thresholds.budget_percent)]


def of_silence(newest: int | None, now: int, thresholds: Thresholds) -> list[Finding]:
    """A meter that has been heard and is silent. One that never was is not yet in use."""
    if newest is None:
        return []
    hours = (now - newest) // HOUR
    if hours < thresholds.silent_hours:
        return []
    return [Finding(SILENT, hours, thresholds.silent_hours)]


Key = tuple[str, str]


def watch(
    connection: Connection, sources: Sequence[Source], thresholds: Thresholds, now: int
) -> dict[Key, Finding]:
    """Goes through all meters and returns what is so now, by (meter, kind)."""
    found = report.chains(connection, [source.key for source in sources])
    keys = {source.key for source in sources}
    made: dict[Key, Finding] = {}
    for source in sources:
        chains = series.drawn(found.get(source.key, ()), source.medium)
        if chains:
            is_main = source.parent not in keys
            for one in _of_meter(connection, source, chains, is_main, thresholds, now):
                made[source.key, one.kind] = one
    return made


def _of_meter(
    connection: Connection, source: Source, chains, is_main: bool, thresholds: Thresholds, now: int
) -> list[Finding]:
    newest = [history.newest(connection, chain[-1]) for chain in chains]
    heard = min((one.ts for one in newest if one is not None), default=None)
    silent = of_silence(heard, now, thresholds)
    if silent or heard is None:
        # Of what is not heard nothing else can be said.
        return silent
    start = day_start(day_of(now) - night.NIGHTS - 1)
    hours = series.together(
        [history.load(connection, chain, start, now, history.HOURLY) for chain in chains]
    )
    made = []
    if source.medium == "water":
        made += of_water(night.nights(hours, now), thresholds)
    elif source.medium == "electricity" and is_main:
        nights = night.nights(hours, now)
        weeks = [day_start(day_of(now) - night.NIGHTS), day_start(day_of(now))]
        [slot] = slots(hours, weeks, False, now)
        hours_of_weeks = (weeks[1] - weeks[0]) // HOUR
        mean = slot.consumption // hours_of_weeks if slot.complete else 0
        made += of_electricity(nights, mean, thresholds)
    if source.budget:
        month = period("month", day_date(day_of(now)))
        first = min(day_of(month[0]), day_of(now) - DAYS_OF_FORECAST)
        cuts = [day_start(day) for day in range(first, day_of(now) + 2)]
        curve = series.together(history.load_many(connection, chains, cuts[0], cuts[-1]))
        found = forecast(slots(curve, cuts, False, now), *month, now)
        made += of_budget(found, source.budget, thresholds)
    return made
