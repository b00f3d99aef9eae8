"""When an office is open: a week, exceptions from it, and public holidays.

Spans are wall time of the office's zone in whole minutes; what is answered are aware datetimes in
that zone. Comparisons run in UTC, so the nights in which the clock changes give right answers.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field
from datetime import date
from datetime import datetime
from datetime import time
from datetime import timedelta
from datetime import UTC
from kaarst.core.opening_hours.holidays import holiday_name
from typing import NamedTuple
from zoneinfo import ZoneInfo


BERLIN = ZoneInfo("Europe/Berlin")
MINUTES_OF_A_DAY = 24 * 60
#: How far ahead the next opening is looked for.
HORIZON_DAYS = 400


@dataclass(frozen=True, order=True)
class Span:
    """From `start` to `end`, both minutes after midnight of the same day; `end` is not included.

    `end` may be 1440 (24:00). Raises ValueError when it does not lie after `start`.
    """

    start: int
    end: int

    def __post_init__(self):
        if not 0 <= self.start < self.end <= MINUTES_OF_A_DAY:
            raise ValueError(f"not a span of one day: {self.start}–{self.end}")

    @property
    def opens(self) -> str:
        """The start as "08:30"."""
        return clock_text(self.start)

    @property
    def closes(self) -> str:
        """The end as "12:00"; midnight at the end of the day is "24:00"."""
        return clock_text(self.end)

    def __str__(self):
        return f"{self.opens}–{self.closes}"


def clock_text(minutes: int) -> str:
    """Minutes after midnight as "08:30"."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


class MonthDay(NamedTuple):
    """A day of every year."""

    month: int
    day: int


@dataclass(frozen=True)
class HoursException:
    """Other hours, or none, on the days from `first` to `last` (both included).

    The days are dates, or both are `MonthDay` for an exception of every year, which may run over the turn of the year.
    No spans: closed.
    """

    first: date | MonthDay
    last: date | MonthDay
    spans: tuple[Span, ...] = ()
    reason: str = ""

    @property
    def yearly(self) -> bool:
        return isinstance(self.first, MonthDay)

    def covers(self, day: date) -> bool:
        """Whether this exception is about `day`."""
        if not self.yearly:
            return self.first <= day <= self.last
        this = MonthDay(day.month, day.day)
        if self.first <= self.last:
            return self.first <= this <= self.last
        return this >= self.first or this <= self.last

    @property
    def length(self) -> int:
        """How many days it covers (in a leap year, for one of every year)."""
        if not self.yearly:
            return (self.last - self.first).days + 1
        first, last = date(2024, *self.first), date(2024, *self.last)
        return (last - first).days % 366 + 1


@dataclass(frozen=True)
class Day:
    """The hours of one day. `reason` says why they are not the usual ones ("" when they are)."""

    date: date
    spans: tuple[Span, ...]
    reason: str = ""
    exceptional: bool = False

    @property
    def closed(self) -> bool:
        return not self.spans


@dataclass(frozen=True)
class State:
    """Open or closed at one moment.

    `until`: while open, the moment of closing. `opens`: while closed, the next opening; None when
    none is within HORIZON_DAYS. Both are aware, in the zone of the schedule. `reason` is that of today.
    """

    open: bool
    until: datetime | None = None
    opens: datetime | None = None
    reason: str = ""

    @property
    def changes(self) -> datetime | None:
        """When this answer ceases to be right; None when it does not within the horizon."""
        return self.until if self.open else self.opens


CLOSED_WEEK: tuple[tuple[Span, ...], ...] = ((),) * 7


@dataclass(frozen=True)
class Schedule:
    """The hours of one office: seven tuples of spans from Monday to Sunday, exceptions, holidays."""

    week: tuple[tuple[Span, ...], ...] = CLOSED_WEEK
    exceptions: tuple[HoursException, ...] = ()
    closed_on_holidays: bool = True
    zone: ZoneInfo = field(default=BERLIN)

    def __post_init__(self):
        if len(self.week) != 7:
            raise ValueError("a week has seven days")

    @property
    def known(self) -> bool:
        """Whether anybody has entered hours at all."""
        return any(self.week) or bool(self.exceptions)

    def _exception(self, day: date) -> HoursException | None:
        """The exception for `day`. The shortest wins, for it says most; of two, the one written last."""
        found = None
        for exception in self.exceptions:
            if exception.covers(day) and (found is None or exception.length <= found.length):
                found = exception
        return found

    def day(self, day: date, language: str = "de") -> Day:
        """The hours of `day`: an exception comes before a holiday, a holiday before the usual week."""
        exception = self._exception(day)
        if exception is not None:
            reason = exception.reason
            if not reason and not exception.spans:
                reason = holiday_name(day, language) or ""
            return Day(day, exception.spans, reason, exceptional=True)
        if self.closed_on_holidays:
            name = holiday_name(day, language)
            if name:
                return Day(day, (), name, exceptional=True)
        return Day(day, self.week[day.weekday()])

    def days(self, first: date, count: int = 7, language: str = "de") -> list[Day]:
        """The hours of `count` days from `first` on."""
        return [self.day(first + timedelta(days=number), language) for number in range(count)]

    def week_of(self, day: date, language: str = "de") -> list[Day]:
        """Monday to Sunday of the week in which `day` lies."""
        return self.days(day - timedelta(days=day.weekday()), 7, language)

    def moments(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        """Opening and closing moments of `day`, aware, in order."""
        for span in self.day(day).spans:
            # The hour that comes twice in autumn belongs to the office in full.
            yield self._moment(day, span.start, fold=0), self._moment(day, span.end, fold=1)

    def _moment(self, day: date, minutes: int, fold: int) -> datetime:
        if minutes == MINUTES_OF_A_DAY:
            day, minutes = day + timedelta(days=1), 0
        moment = datetime.combine(
            day, time(minutes // 60, minutes % 60, fold=fold), tzinfo=self.zone
        )
        # An hour that the clock leaves out in spring becomes the moment that really comes.
        return moment.astimezone(UTC).astimezone(self.zone)

    def state(self, now: datetime, language: str = "de") -> State:
        """Whether the office is open at `now` (aware; a naive one raises ValueError)."""
        if now.tzinfo is None:
            raise ValueError("now must have a time zone")
        instant = now.astimezone(UTC)
        today = now.astimezone(self.zone).date()
        reason = self.day(today, language).reason
        until = None
        for opens, closes in self._openings(today):
            if until is not None and opens.astimezone(UTC) > until.astimezone(UTC):
                break
            if until is not None:  # goes on without a gap, over midnight
                until = closes
            elif closes.astimezone(UTC) <= instant:
                continue
            elif opens.astimezone(UTC) > instant:
                return State(open=False, opens=opens, reason=reason)
            else:
                until = closes
        if until is not None:
            return State(open=True, until=until, reason=reason)
        return State(open=False, reason=reason)

    def _openings(self, first: date) -> Iterator[tuple[datetime, datetime]]:
        if not self.known:
            return
        for number in range(HORIZON_DAYS):
            yield from self.moments(first + timedelta(days=number))
