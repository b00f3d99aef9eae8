"""How a counter's readings become a curve of what was used in all.

A curve is a list of (moment, used so far): it never falls, whatever the counter did. Consumption of
any interval is the difference of the curve at its ends, so that the parts of an interval always add
up to the whole, to the last millionth. Between two readings it is a straight line.

What happens at a jump (a pair of neighbouring readings between which the counter fell, or rose faster
than it can):

* It fell and people said it was reset: it began again at zero.
* It fell from near the end of its digits to near zero, or people said so: it rolled over.
* It fell otherwise: a question. Until it is answered, nothing is counted before the counter has
  passed its former height; a single low misreading therefore changes nothing at all.
* It rose faster than it can: a question. The rise is not counted; if the counter falls back, what it
  rose meanwhile is.
"""

from bisect import bisect_left
from bisect import bisect_right
from collections.abc import Iterable
from collections.abc import Sequence
from functools import partial
from kaarst.metering.rollup.calendar import HOUR
from operator import itemgetter
from operator import le
from operator import sub
from typing import NamedTuple


ROLLOVER, RESET, REAL, WRONG = "rollover", "reset", "real", "wrong"
ANSWERS = {ROLLOVER, RESET, REAL, WRONG}
Point = tuple[int, int]


class Jump(NamedTuple):
    """Two neighbouring readings with something between them, and people's answer or None."""

    before_ts: int
    before_value: int
    after_ts: int
    after_value: int
    answer: str | None = None

    @property
    def fell(self) -> bool:
        return self.after_value < self.before_value


class Segment(NamedTuple):
    """What one register says: its readings (some or all), its jumps, and the ends of its use.

    `points` are sorted by moment and contain both readings of every jump. `start` and `end` are the
    readings taken at the exchanges of the meter, where they are known. `solid`: moments of points
    until whose next one readings are known to have come regularly, though they are left out here.
    """

    points: Sequence[Point]
    jumps: Sequence[Jump] = ()
    modulus: int | None = None
    peak: int | None = None
    start: Point | None = None
    end: Point | None = None
    solid: frozenset[int] | set[int] = frozenset()


class Curve(NamedTuple):
    """`moments` and `used`: the curve. `unknown`: intervals in which it cannot be told apart.

    `questions`: intervals in which something happened that nobody has explained.
    """

    moments: list[int]
    used: list[int]
    unknown: list[tuple[int, int]]
    questions: list[tuple[int, int]]

    def at(self, moment: int) -> int:
        """Returns what had been used at a moment; before the first reading 0, then level."""
        moments = self.moments
        if not moments:
            return 0
        index = bisect_right(moments, moment) - 1
        if index < 0:
            return self.used[0]
        if index + 1 == len(moments):
            return self.used[-1]
        begin, until = moments[index], moments[index + 1]
        low = self.used[index]
        return low + (self.used[index + 1] - low) * (moment - begin) // (until - begin)

    def at_all(self, cuts: Sequence[int]) -> list[int]:
        """Returns `at` of rising moments, in one walk."""
        moments, used = self.moments, self.used
        size = len(moments)
        if not size:
            return [0] * len(cuts)
        # Mostly there was a reading at each of them; where there are few, looking that up is slower.
        known: dict[int, int] = (
            dict(zip(moments, used, strict=True)) if size < 4 * len(cuts) else {}
        )
        values, index = [*map(known.get, cuts)], 0
        if None not in values:
            return values
        for place, cut in enumerate(cuts):
            if values[place] is not None:
                continue
            # It is one of the next, or far away.
            near = index + 4 if index + 4 < size else size
            index = bisect_right(moments, cut, index, near)
            if index == near < size:
                index = bisect_right(moments, cut, near)
            if index == 0:
                values[place] = used[0]
            elif index == size:
                values[place] = used[-1]
            else:
                begin, low = moments[index - 1], used[index - 1]
                rise, length = used[index] - low, moments[index] - begin
                values[place] = low + rise * (cut - begin) // length
        return values


def rolled_over(jump: Jump, modulus: int | None) -> bool:
    """Whether a fall is a roll-over: from the last tenth of the digits to the first tenth."""
    if jump.answer is not None or modulus is None:
        return jump.answer == ROLLOVER and modulus is not None
    return jump.before_value * 10 >= modulus * 9 and jump.after_value * 10 <= modulus


def curve(segments: Iterable[Segment], gap: int) -> Curve:
    """Returns the curve of the registers of one meter, oldest first.

    `gap`: milliseconds without a reading after which the line between two is not believed any more.
    """
    made = Curve([], [], [], [])
    solid: set[int] = set()
    for segment in segments:
        _append(made, segment)
        solid |= segment.solid
    moments = made.moments
    # A year has thousands of moments and mostly no gap: only where there is one, each is looked at.
    if any(map(gap.__lt__, map(sub, moments[1:], moments))):
        made.unknown.extend(
            (begin, until)
            for begin, until in zip(moments, moments[1:], strict=False)
            if until - begin > gap and begin not in solid
        )
    made.unknown.sort()
    return made


def _append(made: Curve, segment: Segment):
    points = list(segment.points)
    if segment.start is not None and (not points or segment.start[0] <= points[0][0]):
        points.insert(0, segment.start)
    if segment.end is not None and (not points or segment.end[0] >= points[-1][0]):
        points.append(segment.end)
    if not points:
        return
    base = made.used[-1] if made.used else 0
    if made.moments:
        began, ended = points[0][0], made.moments[-1]
        if began > ended:
            # From one register's last reading to the next one's first: nobody knows what was used.
            made.unknown.append((ended, began))
    if not segment.jumps:
        # Two walks: unzipping thousands of points in one makes an iterator for each.
        values = [*map(itemgetter(1), points)]
        if all(map(le, values, values[1:])):
            made.moments.extend(map(itemgetter(0), points))
            made.used.extend(map((base - values[0]).__add__, values))
            return
    _climb(made, segment, points, base)


def _climb(made: Curve, segment: Segment, points: list[Point], used: int):
    """Goes up a register's readings with its jumps; see the module's text for the rules."""
    jumps = {jump.after_ts: jump for jump in segment.jumps}
    height, since = points[0][1], points[0][0]
    before_spike = None
    previous = None
    for ts, value in points:
        jump = jumps.get(ts)
        if jump is not None and (previous is None or jump.before_ts != previous):
            jump = None
        if jump is not None and jump.fell:
            if rolled_over(jump, segment.modulus):
                # A glitch below the height may precede: what is above it is still to be counted.
                used += max(segment.modulus - height, 0) + value
                height, since, before_spike = value, ts, None
            elif jump.answer == RESET:
                used += value
                height, since, before_spike = value, ts, None
            else:
                if jump.answer is None:
                    made.questions.append((jump.before_ts, ts))
                if before_spike is not None and value >= before_spike:
                    used += value - before_spike
                    height, since, before_spike = value, ts, None
        elif (
            jump is not None
            and jump.answer != REAL
            and not _possible(segment.peak, value - height, ts - since)
        ):
            if jump.answer is None:
                made.questions.append((jump.before_ts, ts))
            before_spike, height, since = height, value, ts
        elif value > height:
            used += value - height
            height, since = value, ts
        elif value == height:
            since = ts
        made.moments.append(ts)
        made.used.append(used)
        previous = ts


def _possible(peak: int | None, rise: int, milliseconds: int) -> bool:
    return peak is None or rise * HOUR <= peak * max(milliseconds, 60_000)


class Slot(NamedTuple):
    """What was used from `start` to `end`, in millionths of the unit; None where nothing is known.

    `complete`: no reading is missing in it and no question open. `gap`: readings are missing and
    what was used cannot be told apart any finer.
    """

    start: int
    end: int
    consumption: int | None
    complete: bool
    gap: bool


def slots(found: Curve, cuts: Sequence[int], merge_gaps: bool, until: int) -> list[Slot]:
    """Returns the consumption between neighbouring cuts.

    With `merge_gaps` the slots that a gap touches become one; without, what was used is spread
    evenly over it. `until`: now, in UTC milliseconds; a slot that is not over is not complete.
    """
    if not found.moments:
        return [Slot(a, b, None, False, False) for a, b in zip(cuts, cuts[1:], strict=False)]
    kept = _without(cuts, found.unknown) if merge_gaps else list(cuts)
    values = found.at_all(kept)
    first, last = found.moments[0], found.moments[-1]
    count = len(kept) - 1
    gap, complete = [False] * count, [False] * count
    # The slots that lie wholly inside the curve and are over.
    inside = bisect_left(kept, first), max(bisect_right(kept, min(last, until)) - 1, 0)
    complete[slice(*inside)] = [True] * max(inside[1] - inside[0], 0)
    for interval in found.unknown:
        low, high = _touched(kept, *interval)
        gap[low:high] = [True] * (high - low)
        complete[low:high] = [False] * (high - low)
    for interval in found.questions:
        low, high = _touched(kept, *interval)
        complete[low:high] = [False] * (high - low)
    # And those of which anything is known.
    begin, end = _touched(kept, first, last)
    known = slice(begin, end)
    result = [Slot(*pair, None, False, False) for pair in _pairs(kept[: begin + 1])]
    used = map(sub, values[begin + 1 : end + 1], values[known])
    rows = zip(kept[known], kept[begin + 1 :], used, complete[known], gap[known], strict=False)
    result += map(partial(tuple.__new__, Slot), rows)
    result += [Slot(*pair, None, False, False) for pair in _pairs(kept[end:])]
    return result


def _pairs(moments: Sequence[int]) -> Iterable[tuple[int, int]]:
    return zip(moments, moments[1:], strict=False)


def _touched(cuts: Sequence[int], begin: int, until: int) -> tuple[int, int]:
    """Returns the range of the slots between rising cuts that reach into an interval."""
    low = max(bisect_right(cuts, begin) - 1, 0)
    return low, max(min(bisect_left(cuts, until), len(cuts) - 1), low)


def _without(cuts: Sequence[int], unknown: list[tuple[int, int]]) -> list[int]:
    """Leaves out the cuts strictly inside an unknown interval, but never the first and the last."""
    kept = list(cuts)
    for begin, until in reversed(unknown):
        low = max(bisect_right(kept, begin), 1)
        high = min(bisect_left(kept, until), len(kept) - 1)
        if low < high:
            del kept[low:high]
    return kept
