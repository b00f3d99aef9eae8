"""Hours, days, months and years as the town counts them.

Moments are UTC milliseconds. Days begin at midnight in Europe/Berlin and have 23, 24 or 25 hours;
since that zone's offset is a whole number of hours, every local day consists of whole UTC hours.
"""

from datetime import date
from datetime import datetime
from datetime import timedelta
from datetime import UTC
from functools import lru_cache
from zoneinfo import ZoneInfo


ZONE = ZoneInfo("Europe/Berlin")
MINUTE = 60_000
QUARTER = 15 * MINUTE
HOUR = 60 * MINUTE
RESOLUTIONS = ("raw", "quarter", "hour", "day", "month", "year")
_EPOCH = date(1970, 1, 1).toordinal()


def to_milliseconds(moment: datetime) -> int:
    """Returns UTC milliseconds of an aware datetime."""
    return round(moment.timestamp() * 1000)


def to_datetime(milliseconds: int) -> datetime:
    """Returns local time in Europe/Berlin, with its offset."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC).astimezone(ZONE)


def day_number(day: date) -> int:
    """Returns a local date as days since 1970-01-01."""
    return day.toordinal() - _EPOCH


def day_date(number: int) -> date:
    """Returns the local date of a day number."""
    return date.fromordinal(number + _EPOCH)


@lru_cache(maxsize=65536)
def day_start(number: int) -> int:
    """Returns the UTC milliseconds at which a local day begins."""
    day = day_date(number)
    return to_milliseconds(datetime(day.year, day.month, day.day, tzinfo=ZONE))


@lru_cache(maxsize=65536)
def day_of_hour(hour: int) -> tuple[int, int]:
    """Returns (day number, index of the hour in that day) of a UTC hour."""
    number = day_number(to_datetime(hour * HOUR).date())
    return number, hour - day_start(number) // HOUR


def day_of(milliseconds: int) -> int:
    """Returns the number of the local day in which a moment lies."""
    return day_of_hour(milliseconds // HOUR)[0]


def all_hours(number: int) -> int:
    """Returns the bits of all hours of a local day: 23, 24 or 25 ones."""
    return (1 << (day_start(number + 1) - day_start(number)) // HOUR) - 1


def boundaries(start: int, end: int, resolution: str) -> list[int]:
    """Returns the moments that cut [start, end) into slots, `start` and `end` among them.

    `resolution`: quarter, hour, day, month or year. Slots at either end may be shorter.
    Raises ValueError for another resolution or an empty range.
    """
    if end <= start:
        raise ValueError("the range is empty")
    if resolution in ("quarter", "hour"):
        step = QUARTER if resolution == "quarter" else HOUR
        return [start, *range((start // step + 1) * step, end, step), end]
    inner = [day_start(number) for number in _first_days(start, end, resolution)]
    return [start, *(moment for moment in inner if start < moment < end), end]


def _first_days(start: int, end: int, resolution: str) -> list[int]:
    first, last = to_datetime(start).date(), to_datetime(end).date()
    if resolution == "day":
        return list(range(day_number(first), day_number(last) + 1))
    if resolution == "month":
        months = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
        return [day_number(date(month // 12, month % 12 + 1, 1)) for month in months]
    if resolution == "year":
        return [day_number(date(year, 1, 1)) for year in range(first.year, last.year + 1)]
    raise ValueError(f"no such resolution: {resolution}")


def period(kind: str, day: date) -> tuple[int, int]:
    """Returns [start, end) in UTC milliseconds of the day, week, month or year around a date."""
    if kind == "day":
        first, after = day, day + timedelta(1)
    elif kind == "week":
        first = day - timedelta(day.weekday())
        after = first + timedelta(7)
    elif kind == "month":
        first = day.replace(day=1)
        after = (first + timedelta(31)).replace(day=1)
    elif kind == "year":
        first, after = date(day.year, 1, 1), date(day.year + 1, 1, 1)
    else:
        raise ValueError(f"no such period: {kind}")
    return day_start(day_number(first)), day_start(day_number(after))
