"""How dry the soil at a demo tree is: it dries by warmth and is wetted by rain and watering; a gauge."""

from functools import lru_cache
from kaarst.metering.rollup.calendar import day_of
from kaarst.metering.rollup.calendar import day_start
from kaarst.metering.rollup.calendar import HOUR
from kaarst.metering.simulation.curves import noise
from kaarst.metering.simulation.curves import rain
from kaarst.metering.simulation.curves import temperature
from kaarst.metering.simulation.town import trees


# 2 January 2025, as days since 1970.
_GAUGE_SET_UP = 20_090
_DEPTHS = {30: 1.0, 60: 0.65, 90: 0.45}


@lru_cache(maxsize=1)
def _sheltered() -> frozenset[str]:
    return frozenset(tree.key for tree in trees() if tree.fault == "sheltered")


@lru_cache(maxsize=20_000)
def dryness(key: str, day: int) -> float:
    """Returns 0 (wet) to 1 (dry) at a tree on a local day."""
    if key in _sheltered():
        # Under a roof it is dry the whole year round.
        return 0.8 + 0.1 * noise(key, day)
    dry = 0.25 + 0.3 * noise(key, 0)
    for past in range(day - 45, day + 1):
        warmth = max(temperature(day_start(past) // HOUR + 14) - 4, 0)
        dry += warmth * 0.0019 * (0.7 + 0.6 * noise(key, 1))
        dry -= min(rain(past) * 0.022, 0.3)
        if noise(key, past // 9) > 0.86 and past % 9 == 0:
            dry -= 0.35
        dry = min(max(dry, 0.02), 1.0)
    return dry


def tension(key: str, depth: int, day: int) -> float:
    """Returns the suction tension in kPa at a depth of 30, 60 or 90 cm."""
    return round(4 + 110 * (dryness(key, day) * _DEPTHS[depth]) ** 1.6, 1)


def moisture(key: str, day: int) -> float:
    """Returns the volumetric water content in %."""
    return round(34 - 24 * dryness(key, day), 2)


def ground_temperature(hour: int) -> float:
    """Returns the temperature of the soil in °C."""
    return round(sum(temperature(hour - back) for back in range(0, 72, 8)) / 9 + 0.4, 2) or 0.1


@lru_cache(maxsize=64)
def _rain_before(day: int) -> float:
    return sum(rain(past) for past in range(_GAUGE_SET_UP, day))


def rain_counter(moment: int) -> float:
    """Returns what a rain gauge has counted since it was set up, in mm."""
    day = day_of(moment)
    begin, end = day_start(day), day_start(day + 1)
    return round(_rain_before(day) + rain(day) * (moment - begin) / (end - begin), 1)
