"""What somebody should look at: water at night, standby, a budget that will not last, silence.

A rule says what is so now. What was said before, and when it ended, is the job's affair.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from kaarst.metering.analysis.compare import Forecast
from kaarst.metering.analysis.night import base_load
from kaarst.metering.analysis.night import leak
from kaarst.metering.analysis.night import standby
from kaarst.metering.rollup.calendar import HOUR
from typing import NamedTuple


LEAK, STANDBY, BUDGET, SILENT = "leak", "standby", "budget", "silent"
KINDS = (LEAK, STANDBY, BUDGET, SILENT)


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


def of_water(nights: Sequence[Sequence[int]], thresholds: Thresholds) -> list[Finding]:
    """A leak, from the hourly consumption of the last nights (`night.nights`) in m³."""
    found = leak(nights, thresholds.leak_nights)
    return [] if found is None else [Finding(LEAK, round(found.rate / 1000), found.nights)]


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
