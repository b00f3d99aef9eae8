"""Moments relative to the day a town is founded, as written in its files. Plain Python.

"+5 19:00" is in five days, "-3 09:00" was three days ago, "saturday 09:00" is the next Saturday (never today),
"saturday+2 09:00" the one two weeks after it.
"""

from datetime import date
from datetime import datetime
from datetime import time
from datetime import timedelta
from zoneinfo import ZoneInfo

import re


WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MOMENT = re.compile(rf"({'|'.join(WEEKDAYS)})?\s*([+-]\d{{1,4}})?\s+(\d{{2}}):(\d{{2}})")


def moment(text: str, today: date, zone: ZoneInfo) -> datetime:
    """The aware moment that `text` means, seen from `today`. Raises ValueError."""
    match = _MOMENT.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"not a moment: {text!r}")
    weekday, count, hours, minutes = match.groups()
    count = int(count or 0)
    if weekday is None:
        day = today + timedelta(days=count)
    else:
        ahead = (WEEKDAYS.index(weekday) - today.weekday() - 1) % 7 + 1
        day = today + timedelta(days=ahead, weeks=count)
    return datetime.combine(day, time(int(hours), int(minutes)), tzinfo=zone)
