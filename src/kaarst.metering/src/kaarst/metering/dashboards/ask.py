"""What somebody asks for in an address: a span, a resolution, a period around a day. Plain Python."""

from collections.abc import Mapping
from datetime import date
from datetime import datetime
from datetime import timedelta
from kaarst.metering.rollup.calendar import boundaries
from kaarst.metering.rollup.calendar import day_date
from kaarst.metering.rollup.calendar import day_number
from kaarst.metering.rollup.calendar import day_of
from kaarst.metering.rollup.calendar import day_start
from kaarst.metering.rollup.calendar import HOUR
from kaarst.metering.rollup.calendar import period
from kaarst.metering.rollup.calendar import QUARTER
from kaarst.metering.rollup.calendar import RESOLUTIONS
from kaarst.metering.rollup.calendar import to_milliseconds
from typing import NamedTuple


#: Slots that one answer may have: a year of hours, a hundred days of quarters.
MOST_SLOTS = 10_000
#: Days of single readings in one answer.
MOST_RAW_DAYS = 7
DAYS = 30
PERIODS = ("day", "week", "month", "year")
_DAY = 24 * HOUR
#: The shortest a slot of each resolution can be.
_SHORTEST = {
    "quarter": QUARTER,
    "hour": HOUR,
    "day": 23 * HOUR,
    "month": 28 * _DAY,
    "year": 365 * _DAY,
}
_FIRST_YEAR, _LAST_YEAR = 2000, 2100


class Wrong(ValueError):
    """`field` is wrong; `reason` is "moment", "order", "span" or "choice"."""

    def __init__(self, field: str, reason: str):
        super().__init__(field, reason)
        self.field = field
        self.reason = reason


class Span(NamedTuple):
    """[start, end) in UTC milliseconds, in slots of `resolution`."""

    start: int
    end: int
    resolution: str

    def cuts(self) -> list[int]:
        """The cuts of any resolution but raw."""
        return boundaries(self.start, self.end, self.resolution)


def span(form: Mapping, now: int) -> Span:
    """Reads `from`, `to` and `resolution`; the last thirty days by day unless given.

    Moments are local days or ISO 8601 with offset; `to` as a day is meant inclusive. Raises Wrong.
    """
    resolution = form.get("resolution") or "day"
    if resolution not in RESOLUTIONS:
        raise Wrong("resolution", "choice")
    end = _moment(form, "to", True) or day_start(day_of(now) + 1)
    start = _moment(form, "from", False)
    if start is None:
        start = day_start(day_of(end - 1) - (DAYS - 1 if resolution != "raw" else 0))
    if end <= start:
        raise Wrong("to", "order")
    if resolution == "raw":
        too_long = end - start > MOST_RAW_DAYS * _DAY + HOUR
    else:
        too_long = (end - start) // _SHORTEST[resolution] > MOST_SLOTS
    if too_long:
        raise Wrong("from", "span")
    return Span(start, end, resolution)


def _moment(form: Mapping, name: str, inclusive: bool) -> int | None:
    text = form.get(name)
    if text is None or text == "":
        return None
    try:
        if not isinstance(text, str):
            raise TypeError(text)
        if len(text) == 10:
            day = day_number(date.fromisoformat(text))
            found = day_start(day + 1 if inclusive else day)
        else:
            # A plus sign that nobody escaped arrives as a space.
            moment = datetime.fromisoformat(text.replace(" ", "+"))
            if moment.tzinfo is None:
                raise ValueError(text)
            found = to_milliseconds(moment)
    except (TypeError, ValueError, OverflowError):
        raise Wrong(name, "moment") from None
    if not _FIRST_YEAR <= day_date(day_of(found)).year < _LAST_YEAR:
        raise Wrong(name, "moment")
    return found


class Period(NamedTuple):
    """A day, week, month or year around a local day."""

    kind: str
    day: date

    @property
    def first(self) -> date:
        return day_date(day_of(period(self.kind, self.day)[0]))

    @property
    def last(self) -> date:
        return day_date(day_of(period(self.kind, self.day)[1] - 1))

    def back(self) -> "Period":
        return Period(self.kind, self.first - timedelta(1))

    def forth(self) -> "Period":
        return Period(self.kind, self.last + timedelta(1))


def chosen_period(kind: object, day: object, today: date) -> Period:
    """Reads a period from texts; whatever is none becomes this month, and the future today."""
    found = kind if kind in PERIODS else "month"
    try:
        around = date.fromisoformat(day) if isinstance(day, str) else today
    except ValueError:
        around = today
    return Period(found, around if around.year >= _FIRST_YEAR and around <= today else today)
