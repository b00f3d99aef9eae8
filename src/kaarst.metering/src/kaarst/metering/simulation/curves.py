"""How much a building uses at a moment: load curves by use, weekday, hour, season and weather.

Plausible, not measured: magnitudes follow the usual consumption per square metre and year of such
buildings in Germany; the same moment always gives the same value.
"""

from datetime import date
from functools import lru_cache
from kaarst.metering.rollup.calendar import day_of_hour
from kaarst.metering.rollup.calendar import HOUR
from kaarst.metering.rollup.calendar import to_datetime

import hashlib
import math


# Watts a square metre: base by night, on top of it in use; first hour, hour after the last; days.
_PROFILES = {
    "office": (1.1, 5.2, 7, 18, 5),
    "school": (0.7, 4.0, 7, 16, 5),
    "kita": (0.8, 4.6, 7, 17, 5),
    "pool": (17.0, 26.0, 6, 21, 7),
    "sports": (0.9, 7.0, 8, 22, 7),
    "hall": (0.6, 5.5, 16, 23, 6),
    "depot": (0.9, 3.6, 6, 16, 5),
    "fire": (1.9, 1.6, 7, 20, 7),
    "home": (1.3, 4.4, 6, 23, 7),
}
# Watts a square metre of the whole building.
_SUBMETERS = {
    "server": (0.55, 0.05, 8, 17, 5),
    "ventilation": (0.10, 0.9, 6, 19, 5),
    "kitchen": (0.04, 0.8, 9, 14, 5),
    "sports": (0.06, 0.7, 8, 22, 6),
    "hall": (0.03, 0.4, 16, 22, 5),
    "pump": (6.0, 1.0, 6, 21, 7),
    "workshop": (0.05, 1.0, 7, 16, 5),
    "charging": (0.02, 1.4, 15, 23, 6),
}
# Litres a square metre and hour in use.
_WATER = {"pool": 0.45, "kita": 0.14, "sports": 0.09, "fire": 0.05}
_HOLIDAY_MONTHS = {7: range(13, 32), 8: range(1, 26)}


@lru_cache(maxsize=200_000)
def noise(key: str, number: int) -> float:
    """Returns a number from 0 to 1, always the same for the same arguments."""
    digest = hashlib.blake2b(f"{key} {number}".encode(), digest_size=4).digest()
    return int.from_bytes(digest, "big") / 2**32


@lru_cache(maxsize=50_000)
def temperature(hour: int) -> float:
    """Returns the air temperature in °C in a UTC hour."""
    day, index = day_of_hour(hour)
    moment = to_datetime(hour * HOUR)
    season = -math.cos((moment.timetuple().tm_yday - 20) / 365.25 * 2 * math.pi)
    weather = sum((noise("weather", (day + shift) // 4) - 0.5) * 7 for shift in (0, 1, 2)) / 1.5
    return round(10.8 + 8.2 * season + weather - 3.6 * math.cos((index - 3) / 24 * 2 * math.pi), 2)


@lru_cache(maxsize=5_000)
def rain(day: int) -> float:
    """Returns the rain of a local day in mm."""
    chance = noise("rain", day) + 0.25 * noise("rain", day // 5)
    return 0.0 if chance < 0.78 else round((chance - 0.78) * 42, 1)


@lru_cache(maxsize=50_000)
def _clock(hour: int) -> tuple[int, int, int, int]:
    """(local hour, weekday, day of the year, 1 in the school holidays) of a UTC hour."""
    moment = to_datetime(hour * HOUR)
    holidays = int(moment.day in _HOLIDAY_MONTHS.get(moment.month, ()) or _closed(moment.date()))
    return moment.hour, moment.weekday(), moment.timetuple().tm_yday, holidays


def _closed(day: date) -> bool:
    return (day.month, day.day) >= (12, 23) or (day.month, day.day) <= (1, 6)


def _in_use(hour: int, first: int, after: int, days: int, pauses: bool) -> float:
    clock, weekday, _yearday, holidays = _clock(hour)
    if weekday >= days or (pauses and holidays):
        return 0.06
    if first <= clock < after:
        middle = (first + after) / 2
        return 0.75 + 0.25 * math.cos((clock - middle) / (after - first) * math.pi)
    return 0.15 if clock in (first - 1, after) else 0.0


def rate(profile: str, size: float, key: str, hour: int, fault: str = "") -> float:
    """Returns what a meter counts in a UTC hour: kWh, or m³ for gas and water."""
    wobble = 0.85 + 0.3 * noise(key, hour)
    if profile.startswith("water-"):
        return _water(profile[6:], size, hour, wobble, fault)
    if profile.startswith(("gas-", "heat-")):
        medium, use = profile.split("-", 1)
        return _heating(medium, use, size, hour, wobble)
    if profile.startswith("sub-"):
        base, used, first, after, days = _SUBMETERS[profile[4:]]
        pauses = profile[4:] in ("kitchen", "sports", "hall")
    else:
        base, used, first, after, days = _PROFILES[profile]
        pauses = profile in ("school", "kita")
    _clock_hour, _weekday, yearday, _holidays = _clock(hour)
    dark = 1 + 0.22 * math.cos((yearday - 10) / 365.25 * 2 * math.pi)
    watts = base + used * dark * _in_use(hour, first, after, days, pauses)
    return watts * size * wobble / 1000


def feed_in(peak_power: float, hour: int) -> float:
    """Returns what photovoltaics of so many kilowatts feed in in a UTC hour, in kWh."""
    clock, _weekday, yearday, _holidays = _clock(hour)
    noon = 12.6 + (1 if 87 < yearday < 299 else 0)
    length = 8 + 8.4 * (1 - math.cos((yearday + 10) / 365.25 * 2 * math.pi)) / 2
    angle = (clock + 0.5 - noon) / length * math.pi
    if abs(angle) >= math.pi / 2:
        return 0.0
    clouds = 0.25 + 0.75 * noise("sun", hour // 3)
    return peak_power * 0.62 * math.cos(angle) ** 1.4 * clouds * (0.45 + 0.55 * length / 16.4)


def _water(use: str, size: float, hour: int, wobble: float, fault: str) -> float:
    _base, _used, first, after, days = _PROFILES[use]
    litres = _WATER.get(use, 0.035) * size * _in_use(hour, first, after, days, use != "pool")
    # A cistern that runs: day and night, noticed only where somebody looks at the night.
    litres = litres * wobble + (38.0 if fault == "leak" else 0.0)
    return litres / 1000


def _heating(medium: str, use: str, size: float, hour: int, wobble: float) -> float:
    missing = max(15.5 - temperature(hour), 0)
    _base, _used, first, after, days = _PROFILES[use]
    lowered = 0.55 + 0.45 * min(_in_use(hour, first - 2, after, days, use in ("school", "kita")), 1)
    watts = size * (2.6 * missing * lowered + (22.0 if use == "pool" else 0.4)) * wobble
    return watts / 1000 / (10.4 if medium == "gas" else 1.0)
