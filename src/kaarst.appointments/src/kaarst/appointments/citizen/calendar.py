"""A month of free times, as a calendar draws it. Plain Python."""

from calendar import Calendar
from dataclasses import dataclass
from datetime import date
from datetime import timedelta
from kaarst.appointments.engine.offering import Request
from kaarst.appointments.engine.raster import day_of
from kaarst.appointments.engine.search import Search


@dataclass(frozen=True)
class Cell:
    """A day of the calendar. `free`: how many starts there are; `outside`: of another month."""

    date: date
    free: int
    outside: bool
    chosen: bool


class Month:
    """The free starts of one month, and the day looked at.

    `wanted_month` and `wanted_day` come from the address; what cannot be is put right: the month
    into the window that can be booked, the day onto one with free times, if there is any.
    """

    def __init__(self, search: Search, request: Request, wanted_month="", wanted_day=""):
        self._search = search
        self._request = request
        lower, upper = search.window
        upper = max(upper, lower)
        day = _day(wanted_day)
        first = _day(f"{wanted_month}-01") or (day.replace(day=1) if day else None)
        if first is None:
            start = search.earliest(request, lower, upper)
            first = day_of(start) if start is not None else lower
        self.first = min(max(first, lower), upper).replace(day=1)
        self.last = (self.first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        self._free = dict(search.days(request, self.first, self.last))
        free = [one for one, starts in self._free.items() if starts]
        self.day = day if day in free else next(iter(free), None)
        self.has_earlier = self.first > lower
        self.has_later = self.last < upper

    def weeks(self) -> list[list[Cell]]:
        """From Monday to Sunday, with the days of other months that fill the first and last week.

        Weeks that are over are left out: on a phone they are a screen of nothing.
        """
        weeks = Calendar().monthdatescalendar(self.first.year, self.first.month)
        lower = self._search.window[0]
        return [[self._cell(day) for day in week] for week in weeks if week[-1] >= lower]

    def starts(self) -> list[int]:
        """The instants of the day looked at."""
        return self._search.instants(self._request, self.day) if self.day else []

    @property
    def earlier(self) -> str:
        """The month before, "2026-11"."""
        return f"{self.first - timedelta(days=1):%Y-%m}"

    @property
    def later(self) -> str:
        """The month after."""
        return f"{self.last + timedelta(days=1):%Y-%m}"

    def _cell(self, day: date) -> Cell:
        outside = day.month != self.first.month
        free = 0 if outside else self._free.get(day, 0).bit_count()
        return Cell(day, free, outside, day == self.day)


def halves(starts: list[int], clock) -> list[tuple[str, list[int]]]:
    """Starts before and after noon: ("morning", ...), ("afternoon", ...); no empty ones."""
    groups = {"morning": [], "afternoon": []}
    for start in starts:
        groups["morning" if clock(start) < "12:00" else "afternoon"].append(start)
    return [(name, found) for name, found in groups.items() if found]


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if 2000 <= found.year <= 2100 else None
