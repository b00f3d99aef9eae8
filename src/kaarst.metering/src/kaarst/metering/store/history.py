"""Reads the curve of a meter's registers from readings or edges, whichever suffice.

The moments at which a curve is asked for decide what has to be read: whole local days need only the
edges of days, whole hours those of hours, anything finer the readings themselves. All three give the
same value at the same moment, because edges contain the readings on either side of it.
"""

from collections.abc import Sequence
from kaarst.metering.rollup import curve as curves
from kaarst.metering.rollup.calendar import all_hours
from kaarst.metering.rollup.calendar import day_of
from kaarst.metering.rollup.calendar import day_start
from kaarst.metering.rollup.calendar import HOUR
from kaarst.metering.rollup.curve import Curve
from kaarst.metering.rollup.curve import Jump
from kaarst.metering.rollup.curve import Segment
from kaarst.metering.rollup.curve import Slot
from kaarst.metering.store import points as readings
from kaarst.metering.store.points import EDGE
from kaarst.metering.store.registers import Register
from kaarst.metering.store.rows import fetched
from kaarst.metering.store.schema import day_edge
from kaarst.metering.store.schema import hour_edge
from kaarst.metering.store.schema import jump
from kaarst.metering.store.schema import reading
from sqlalchemy import Connection
from sqlalchemy import select


RAW, HOURLY, DAILY = "raw", "hour", "day"
# Moments a day up to which single hours are looked up; from more on, reading all is as fast.
_FEW = 4


def grain(cuts: Sequence[int]) -> str:
    """Returns the coarsest store that is exact at all the cuts."""
    if all(day_start(day_of(cut)) == cut for cut in cuts):
        return DAILY
    return RAW if any(map(HOUR.__rmod__, cuts)) else HOURLY


def plan(moments: Sequence[int]) -> tuple[str, list[int]]:
    """Returns the grain to read at to be exact at all the moments, and those inside its days.

    A year with a night price has two changes a day: of its days' hours only those beside are read.
    """
    by = grain(moments)
    days = day_of(max(moments)) - day_of(min(moments)) + 1
    if by != HOURLY or len(moments) > (_FEW + 1) * days:
        return by, []
    return DAILY, [moment for moment in moments if day_start(day_of(moment)) != moment]


def load(
    connection: Connection,
    chain: Sequence[Register],
    start: int,
    end: int,
    by: str,
    inner: Sequence[int] = (),
) -> Curve:
    """Returns the curve of a chain of registers from before `start` to after `end`.

    `by` is RAW, HOURLY or DAILY, see `plan`; moments it is exact at are those of that grain, and with
    DAILY the whole hours `inner` too.
    """
    if by == DAILY and inner and _gap(chain, 0) < 2 * HOUR:
        # Gaps that short are seen between hours only.
        by = HOURLY
    if by == DAILY:
        return load_many(connection, [chain], start, end, inner)[0]
    segments = []
    for register in _touched(chain, start, end):
        jumps = _jumps_of(connection, [register.id]).get(register.id, ())
        if by == RAW:
            points = readings.raw(connection, register, start, end)
        else:
            points = readings.hours(connection, register, start, end)
        segments.append(_assembled(register, points, jumps, set()))
    return curves.curve(segments, _gap(chain, 0 if by == RAW else HOUR))


def load_many(
    connection: Connection,
    chains: Sequence[Sequence[Register]],
    start: int,
    end: int,
    inner: Sequence[int] = (),
) -> list[Curve]:
    """Returns the daily curves of many chains, exact at midnights, with few queries.

    Exact at the whole hours `inner` too, except for registers with gaps of less than two hours.
    """
    wanted = {r.id: r for chain in chains for r in _touched(chain, start, end)}
    first, last = day_of(start), day_of(end)
    days = _days_of(connection, wanted, first - 1, last)
    details = _details(connection, days, wanted)
    beside = _beside(connection, wanted, inner)
    jumps = _jumps_of(connection, wanted)
    result = []
    for chain in chains:
        segments = []
        for register in _touched(chain, start, end):
            rows = days.get(register.id, ())
            points, solid = _day_points(register, rows, details, beside)
            if not rows or rows[0][4] >= first:
                points[:0] = readings.before(connection, day_edge, "day", register, first)
            if not rows or rows[-1][4] < last:
                points += readings.after(connection, day_edge, "day", register, last)
            segments.append(_assembled(register, points, jumps.get(register.id, ()), solid))
        # Whole days without a missing hour can have gaps of nearly two hours.
        result.append(curves.curve(segments, _gap(chain, 2 * HOUR)))
    return result


def consumption(
    connection: Connection,
    chain: Sequence[Register],
    cuts: Sequence[int],
    now: int,
    merge_gaps: bool,
) -> list[Slot]:
    """Returns what was used between neighbouring cuts; see `curve.slots`."""
    found = load(connection, chain, cuts[0], cuts[-1], *plan(cuts))
    return curves.slots(found, cuts, merge_gaps, now)


def merges_gaps(resolution: str) -> bool:
    """Whether a gap becomes one slot: up to days it does, months and years keep their ends."""
    return resolution in ("raw", "quarter", "hour", "day")


def _touched(chain: Sequence[Register], start: int, end: int) -> list[Register]:
    """The registers of a chain that were in use in the range, or next to it."""
    inside = [i for i, r in enumerate(chain) if r.ends >= start and r.valid_from <= end]
    if not inside:
        return []
    return list(chain[max(inside[0] - 1, 0) : inside[-1] + 2])


def _gap(chain: Sequence[Register], least: int) -> int:
    return max(max((register.gap for register in chain), default=0) * 1000, least)


def _days_of(connection: Connection, identifiers, first: int, last: int) -> dict[int, list]:
    """{register: [(first_ts, first_value, last_ts, last_value, day, hours)]}, days in order."""
    days: dict[int, list] = {}
    for part in _parts(sorted(identifiers)):
        rows = fetched(
            connection,
            f"SELECT register, {EDGE}, day, hours FROM {day_edge.name}"
            f" WHERE register IN ({part}) AND day >= {first} AND day <= {last}"
            " ORDER BY register, day",
        )
        for row in rows:
            days.setdefault(row[0], []).append(row[1:])
    return days


def _details(
    connection: Connection, days: dict[int, list], registers: dict[int, Register]
) -> dict[tuple[int, int], list]:
    """{(register, day): points of its hours} of the days in which an hour is missing, or in which what
    may be seen of a register begins or ends."""
    wanted: list[list[int]] = []
    for register, rows in days.items():
        for row in rows:
            day, hours = row[4], row[5]
            if hours == all_hours(day) and not _is_bound(registers[register], day):
                continue
            begin, end = day_start(day) // HOUR, day_start(day + 1) // HOUR
            if wanted and wanted[-1][0] == register and wanted[-1][2] == begin:
                wanted[-1][2] = end
            else:
                wanted.append([register, begin, end])
    found: dict[tuple[int, int], list] = {}
    for begin in range(0, len(wanted), 1000):
        places = ", ".join(
            f"({register}, {since}, {until})" for register, since, until in wanted[begin:][:1000]
        )
        rows = connection.exec_driver_sql(
            f"WITH wanted(register, since, until) AS (VALUES {places})"
            f" SELECT h.register, {EDGE} FROM wanted JOIN {hour_edge.name} h"
            " ON h.register = wanted.register AND h.hour >= since AND h.hour < until"
            " ORDER BY h.register, h.hour"
        )
        for row in rows:
            key = (row[0], day_of(row[1]))
            found.setdefault(key, []).extend(readings.pairs([row[1:]]))
    return found


def _is_bound(register: Register, day: int) -> bool:
    """Whether what may be seen of a register begins or ends within a day."""
    if not register.bounded:
        return False
    begin, end = day_start(day), day_start(day + 1)
    return any(begin <= bound < end for bound in (register.seen_from, register.seen_until))


def _beside(connection: Connection, identifiers, moments: Sequence[int]) -> dict:
    """{(register, day): points of the hours before and after the moments}; whole hours, no midnight."""
    hours = sorted({moment // HOUR - before for moment in moments for before in (0, 1)})
    found: dict[tuple[int, int], list] = {}
    for begin in range(0, len(hours), 1000) if identifiers else ():
        several = ", ".join(map(str, hours[begin : begin + 1000]))
        for part in _parts(sorted(identifiers)):
            edges = fetched(
                connection,
                f"SELECT register, {EDGE} FROM {hour_edge.name}"
                f" WHERE register IN ({part}) AND hour IN ({several}) ORDER BY register, hour",
            )
            for register, *edge in edges:
                found.setdefault((register, day_of(edge[0])), []).extend(readings.pairs([edge]))
    return found


def _day_points(register: Register, rows, details, beside) -> tuple[list, set[int]]:
    points, solid = [], set()
    for row in rows:
        first, last, key = row[0:2], row[2:4], (register.id, row[4])
        if key in details:
            points += details[key]
        elif key in beside:
            # In order of time; the day's first and last reading may be among them.
            day = [*dict((first, *beside[key], last)).items()]
            points += day
            solid.update(ts for ts, _value in day[:-1])
        else:
            points += (first, last)
            solid.add(first[0])
    return points, solid


def _assembled(register: Register, points: list, jumps: Sequence[Jump], solid: set[int]) -> Segment:
    if register.bounded:
        points = [point for point in points if register.sees(point[0])]
        jumps = [j for j in jumps if register.sees(j.before_ts) and register.sees(j.after_ts)]
    if jumps:
        points = _with_jumps(points, jumps, solid)
    begin = end = None
    if register.start_value is not None and register.sees(register.valid_from):
        begin = (register.valid_from, register.start_value)
    ends = register.valid_to
    if register.end_value is not None and ends is not None and register.sees(ends):
        end = (ends, register.end_value)
    return Segment(points, jumps, register.modulus, register.peak, begin, end, solid)


def _with_jumps(points: list, jumps: Sequence[Jump], solid: set[int]) -> list:
    """The points and both readings of each jump among them; in `solid` stretches, solid as they are."""
    read = dict(points)
    known = dict(points)
    until = points[-1][0] if points else 0
    for found in jumps:
        if found.after_ts <= until:
            known.setdefault(found.before_ts, found.before_value)
            known.setdefault(found.after_ts, found.after_value)
    inside = False
    for ts in sorted(known):
        if ts in read:
            inside = ts in solid
        elif inside:
            solid.add(ts)
    return sorted(known.items())


def _jumps_of(connection: Connection, identifiers) -> dict[int, list[Jump]]:
    found: dict[int, list[Jump]] = {}
    for part in _parts(sorted(identifiers)):
        rows = connection.exec_driver_sql(
            "SELECT register, before_ts, before_value, after_ts, after_value, answer"
            f" FROM {jump.name} WHERE register IN ({part}) ORDER BY register, after_ts"
        )
        for register, *values in rows:
            found.setdefault(register, []).append(Jump(*values))
    return found


def _parts(identifiers: Sequence[int]):
    for start in range(0, len(identifiers), 500):
        yield ", ".join(str(int(number)) for number in identifiers[start : start + 500])


def newest(connection: Connection, register: Register):
    """Returns the newest reading of a register as (ts, value, received_at, quality), or None.

    One that a bounded register does not see is none.
    """
    return connection.execute(
        select(reading.c.ts, reading.c.value, reading.c.received_at, reading.c.quality)
        .where(
            reading.c.register == register.id,
            reading.c.ts >= register.seen_from,
            reading.c.ts <= register.seen_until,
        )
        .order_by(reading.c.ts.desc())
        .limit(1)
    ).first()
