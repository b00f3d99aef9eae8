"""A local calendar day as a raster of five-minute cells.

The cells of a day count real time from local midnight on: a day has 288 of them, 276 when the
clocks go forward and 300 when they go back. A cell is thus one instant and no other, and the
arithmetic of bookings never meets daylight saving time; only the wall clock of an editor's rule
does, in `cell_at`.
"""

from datetime import date
from datetime import datetime
from datetime import time
from datetime import timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo


ZONE = ZoneInfo("Europe/Berlin")
CELL_MINUTES = 5
CELL_SECONDS = CELL_MINUTES * 60
MINUTES_OF_A_DAY = 24 * 60


@lru_cache(maxsize=4096)
def midnight(day: date) -> int:
    """The instant at which the local day begins."""
    return int(datetime.combine(day, time(), ZONE).timestamp())


@lru_cache(maxsize=4096)
def length(day: date) -> int:
    """How many cells the local day has: 276, 288 or 300."""
    return (midnight(day + timedelta(days=1)) - midnight(day)) // CELL_SECONDS


def instant(day: date, cell: int) -> int:
    """The instant at which the cell begins."""
    return midnight(day) + cell * CELL_SECONDS


def day_of(moment: int) -> date:
    """The local day an instant falls on."""
    return datetime.fromtimestamp(moment, ZONE).date()


def locate(moment: int) -> tuple[date, int]:
    """The local day and the cell an instant falls into."""
    day = day_of(moment)
    return day, (moment - midnight(day)) // CELL_SECONDS


def on_raster(moment: int) -> bool:
    """Whether a cell begins at the instant (local midnights are whole multiples of a cell)."""
    return moment % CELL_SECONDS == 0


def local(moment: int) -> datetime:
    """The instant as an aware datetime in local time, for people."""
    return datetime.fromtimestamp(moment, ZONE)


def wall_clock(day: date, minutes: int, *, last: bool = False) -> int:
    """The instant of a wall-clock time, in minutes since midnight (0 to 1440), of a local day.

    A time that exists twice in the night the clocks go back is its first or, with `last`, its
    second instant. One that the clock leaves out in spring is the instant at which it does so.
    """
    if not 0 <= minutes <= MINUTES_OF_A_DAY:
        raise ValueError("a time of day lies between 00:00 and 24:00")
    if minutes == MINUTES_OF_A_DAY:
        return midnight(day + timedelta(days=1))
    clock = datetime.combine(day, time(minutes // 60, minutes % 60), ZONE)
    first, second = (int(clock.replace(fold=fold).timestamp()) for fold in (0, 1))
    if second < first:
        # Left out. The European Union changes its clocks at 01:00 UTC, a full hour.
        return first - first % 3600
    return second if last else first


def cell_at(day: date, minutes: int, *, up: bool = False, last: bool = False) -> int:
    """The cell of a wall-clock time; between two cells the earlier one, with `up` the later."""
    seconds = wall_clock(day, minutes, last=last) - midnight(day)
    return -(-seconds // CELL_SECONDS) if up else seconds // CELL_SECONDS


def cells_for(minutes: int) -> int:
    """How many cells a duration takes, rounded up."""
    return -(-minutes // CELL_MINUTES)


@lru_cache(maxsize=1024)
def every(day: date, minutes: int) -> int:
    """The cells that begin at a wall-clock time divisible by `minutes` (5, 10, 15, 20, 30, 60)."""
    step = cells_for(minutes)
    if 60 % minutes or minutes % CELL_MINUTES:
        raise ValueError("appointments begin every 5, 10, 15, 20, 30 or 60 minutes")
    # Clock changes move the wall clock by a full hour, so the pattern needs no care for them.
    bitmap = 0
    for cell in range(0, length(day), step):
        bitmap |= 1 << cell
    return bitmap


def days(first: date, last: date) -> list[date]:
    """Every day from `first` to `last`, both included."""
    return [date.fromordinal(number) for number in range(first.toordinal(), last.toordinal() + 1)]
