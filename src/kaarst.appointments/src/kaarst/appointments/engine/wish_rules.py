"""How long there is to answer an offer of the wish list."""

from collections.abc import Iterator
from dataclasses import dataclass
from kaarst.appointments.engine import raster


DAY = 24 * 3600


@dataclass(frozen=True)
class WishRules:
    """What a town sets. All in minutes, `quiet_from` and `quiet_until` after midnight: the night
    begins before midnight or after it, and there is none where both are the same.

    `answer` is the time to answer, `least` the least that makes an offer worth while, `notice`
    what must lie between the answer and the appointment. After `unanswered` offers without an
    answer a wish ends. For `grace` an offer that nobody passes on stays held.
    """

    answer: int = 120
    least: int = 20
    notice: int = 60
    quiet_from: int = 21 * 60
    quiet_until: int = 7 * 60
    unanswered: int = 2
    grace: int = 60

    def answer_by(self, now: int, start: int) -> int | None:
        """Until when an offer made now for this start can be answered, None if it is too late."""
        left, by = self.answer * 60, None
        for begin, end in self._awake(now, start + DAY):
            if end - begin >= left:
                by = begin + left
                break
            left -= end - begin
        limit = start - self.notice * 60
        by = limit if by is None else min(by, limit)
        return by if self._waking(now, by) >= self.least * 60 else None

    def _waking(self, start: int, end: int) -> int:
        """The seconds between two instants that are not at night."""
        return sum(until - since for since, until in self._awake(start, end))

    def _awake(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """The times between two instants that are not at night."""
        hours = [(self.quiet_until, self.quiet_from)]
        if self.quiet_from <= self.quiet_until:
            hours = [(0, self.quiet_from), (self.quiet_until, raster.MINUTES_OF_A_DAY)]
        for day in raster.days(raster.day_of(start), raster.day_of(max(start, end))):
            for first, last in hours:
                begin = max(start, raster.wall_clock(day, first))
                until = min(end, raster.wall_clock(day, last))
                if begin < until:
                    yield begin, until
