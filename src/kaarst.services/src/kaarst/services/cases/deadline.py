"""The deadline clock of a case: when the town has to be done, and when the clock stands still.

Periods are counted as German administrative law counts them (VwVfG NRW § 31, BGB §§ 187 to 193). All
days are days in Germany.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from datetime import timedelta
from kaarst.core.opening_hours.holidays import holiday_name


DAY = timedelta(days=1)


@dataclass(frozen=True)
class Pause:
    """The clock stood still: from the day the town asked to the day the answer came, or still does."""

    begin: date
    end: date | None = None

    @property
    def days(self) -> int:
        """Days that do not count; 0 while it lasts, since nobody knows."""
        return 0 if self.end is None else (self.end - self.begin).days


def is_working_day(day: date) -> bool:
    """Neither Saturday, Sunday nor a public holiday in North Rhine-Westphalia."""
    return day.weekday() < 5 and holiday_name(day) is None


def due(received: date, days: int, pauses: Iterable[Pause] = ()) -> date | None:
    """The last day of a period of `days` calendar days; None while the clock stands still.

    The day of receipt does not count (BGB § 187 (1)); the period ends with its last day (§ 188 (1)).
    Days on which the town waited for the citizen are not part of it (as in § 209). A last day that is
    a Saturday, Sunday or public holiday becomes the next working day (§ 193, VwVfG § 31 (3)).
    """
    pauses = tuple(pauses)
    if any(pause.end is None for pause in pauses):
        return None
    last = received + timedelta(days=days + sum(pause.days for pause in pauses))
    while not is_working_day(last):
        last += DAY
    return last


def paused(pauses: tuple[Pause, ...], today: date) -> tuple[Pause, ...]:
    """`pauses` and one that begins today, unless one is still running."""
    if pauses and pauses[-1].end is None:
        return pauses
    return (*pauses, Pause(today))


def resumed(pauses: tuple[Pause, ...], today: date) -> tuple[Pause, ...]:
    """`pauses` with the running one ended today."""
    if not pauses or pauses[-1].end is not None:
        return pauses
    return (*pauses[:-1], Pause(pauses[-1].begin, max(today, pauses[-1].begin)))
