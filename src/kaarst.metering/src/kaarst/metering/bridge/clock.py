"""The bridge's own clock: a jump of the machine's clock must not put readings on other days.

The time of day is the time since the machine was started, which never jumps, plus an offset. The offset
follows the machine's clock while that is only corrected by a little; a jump is followed once it has
lasted a while, as after a start with a wrong clock that NTP then sets.
"""

from collections.abc import Callable

import logging
import time


logger = logging.getLogger(__name__)

# Seconds: corrections up to this are no jump, and nothing goes back for them.
STEP = 2.0
# Seconds that a jump has to last before it is believed.
PATIENCE = 60.0


def since_start() -> float:
    """Seconds since the machine was started; where it can be had, with those it was asleep."""
    source = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
    return time.clock_gettime(source)


class SteadyClock:
    """Calling it gives UTC milliseconds, which go back only where the machine's clock did for good."""

    def __init__(
        self,
        wall: Callable[[], float] = time.time,
        steady: Callable[[], float] = since_start,
        patience: float = PATIENCE,
    ):
        self._wall, self._steady, self._patience = wall, steady, patience
        self._offset = wall() - steady()
        # The offset after a jump, and since when it has been seen.
        self._other: tuple[float, float] | None = None
        self._latest = 0

    def __call__(self) -> int:
        steady = self._steady()
        self._follow(self._wall() - steady, steady)
        self._latest = max(self._latest, int((steady + self._offset) * 1000))
        return self._latest

    def _follow(self, offset: float, steady: float):
        if abs(offset - self._offset) <= STEP:
            self._offset, self._other = offset, None
        elif self._other is None or abs(offset - self._other[0]) > STEP:
            self._other = offset, steady
        elif steady - self._other[1] >= self._patience:
            logger.warning("The machine's clock has jumped by %.0f s", offset - self._offset)
            self._offset, self._other, self._latest = offset, None, 0
