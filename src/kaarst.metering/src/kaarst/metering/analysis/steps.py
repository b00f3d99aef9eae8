"""Steps: moments at which the power changed its level and stayed there.

Only from readings that come at least every ten seconds: coarser data cannot tell one device that was
switched on from several. No names of devices are guessed.
"""

from collections.abc import Sequence
from kaarst.metering.analysis.series import POWER_CODE
from kaarst.metering.store.registers import registers
from kaarst.metering.store.schema import reading
from kaarst.metering.units import MICRO
from sqlalchemy import Connection
from sqlalchemy import select
from statistics import median
from typing import NamedTuple


FINEST = 10_000
# Readings on either side that decide which level it was.
WINDOW = 6
# What has to change at least, in watts, and in multiples of the noise before and after.
LEAST_WATTS = 50
NOISE = 4


class Step(NamedTuple):
    """`at`: UTC milliseconds of the first reading of the new level; levels in watts."""

    at: int
    before: float
    after: float

    @property
    def change(self) -> float:
        return self.after - self.before


def fine_enough(readings: Sequence[tuple[int, float]]) -> bool:
    """Whether half of the readings come at most ten seconds after the one before."""
    if len(readings) <= 2 * WINDOW:
        return False
    return median(_distances(readings)) <= FINEST


def steps(readings: Sequence[tuple[int, float]], most: int = 20) -> list[Step]:
    """Returns the largest steps of (moment, watts), in the order of time; none of coarser data.

    A step is where the medians of the readings before and after differ by more than the noise on
    both sides; of neighbouring candidates the largest counts.
    """
    if not fine_enough(readings):
        return []
    candidates = []
    for index in range(WINDOW, len(readings) - WINDOW + 1):
        around = readings[index - WINDOW : index + WINDOW]
        # Over a pause nobody knows when it changed.
        if around[-1][0] - around[0][0] > 4 * WINDOW * FINEST:
            continue
        before = [watts for _ts, watts in around[:WINDOW]]
        after = [watts for _ts, watts in around[WINDOW:]]
        low, high = median(before), median(after)
        noise = max(_spread(before, low), _spread(after, high))
        if abs(high - low) >= max(LEAST_WATTS, NOISE * noise):
            candidates.append((index, Step(readings[index][0], low, high)))
    found: list[tuple[int, Step]] = []
    for index, step in candidates:
        if found and index - found[-1][0] < WINDOW:
            if _sharpness(readings, index) > _sharpness(readings, found[-1][0]):
                found[-1] = (index, step)
        else:
            found.append((index, step))
    largest = sorted((step for _index, step in found), key=lambda step: -abs(step.change))[:most]
    return sorted(largest)


def of_meter(connection: Connection, meter: str, start: int, end: int) -> list[Step]:
    """Returns the largest steps of a meter's power from `start` until `end`."""
    found = []
    for one in registers(connection, meter=meter, obis=POWER_CODE):
        rows = connection.execute(
            select(reading.c.ts, reading.c.value)
            .where(reading.c.register == one.id, reading.c.ts >= start, reading.c.ts < end)
            .order_by(reading.c.ts)
        )
        found += [(ts, value / MICRO) for ts, value in rows]
    return steps(found)


def _distances(readings: Sequence[tuple[int, float]]) -> list[int]:
    return [after[0] - before[0] for before, after in zip(readings, readings[1:], strict=False)]


def _spread(values: Sequence[float], middle: float) -> float:
    return median(abs(value - middle) for value in values)


def _sharpness(readings: Sequence[tuple[int, float]], index: int) -> float:
    """How much changes from one reading to the next: at the step itself it is most."""
    return abs(readings[index][1] - readings[index - 1][1])
