"""Monthly figures of households by group, written once some days after the month, and then never again.

Because a figure is written once, whoever comes, goes, withdraws or sends late readings afterwards changes
nothing by which they could be recognised. Those who take part see it then, everybody a month later.
Groups have no member in common, and nothing is summed over groups. Plain Python over the store.
"""

from collections.abc import Callable
from datetime import date
from datetime import timedelta
from kaarst.metering.analysis import groups
from kaarst.metering.analysis.report import MEDIA
from kaarst.metering.households import neighbours
from kaarst.metering.rollup.calendar import day_date
from kaarst.metering.rollup.calendar import day_of
from kaarst.metering.rollup.calendar import period
from kaarst.metering.store import figures
from kaarst.metering.store.engine import Store
from kaarst.metering.store.figures import Figure
from sqlalchemy import Connection


#: Everybody belongs to one of these: how many live there (5: five or more), and water heated by electricity.
GROUPS = tuple((people, hot_water) for people in range(1, 6) for hot_water in (False, True))
#: So long after a month readings may still come in that are counted.
GRACE = 5 * 86_400_000
#: Months before the last one for which figures are made the first time.
MONTHS_BACK = 12


def months(now: int) -> list[tuple[int, int]]:
    """Returns the months whose figures are due, newest first, as [start, end) in UTC milliseconds."""
    found = []
    day = day_date(day_of(now))
    while len(found) <= MONTHS_BACK:
        start, end = period("month", day)
        if end + GRACE <= now:
            found.append((start, end))
        day = day_date(day_of(start)) - timedelta(1)
    return found


def public_before(now: int) -> int:
    """Returns the beginning of the first month that is not public yet: a whole month has to lie between."""
    start, _end = period("month", day_date(day_of(now)))
    start, _end = period("month", day_date(day_of(start) - 1))
    return start


def freeze_due(store: Store, now: int, medium_of: Callable[[str], str]) -> int:
    """Writes all figures that are due; returns of how many months and media.

    Of a month nothing is written as long as of nobody who takes part anything is known.
    `medium_of`: what the meter with a key counts.
    """
    count = 0
    for medium in MEDIA:
        for start, end in months(now):
            with store.reading() as connection:
                if figures.is_frozen(connection, start, medium):
                    continue
                found = reckoned(connection, medium, start, end, now, medium_of)
            if found:
                with store.writing() as connection:
                    figures.freeze(connection, found)
                count += 1
    return count


def reckoned(
    connection: Connection,
    medium: str,
    start: int,
    end: int,
    now: int,
    medium_of: Callable[[str], str],
) -> list[Figure]:
    """Returns the figures of all groups for a month; [] where nothing is known of anybody."""
    members = neighbours.members(connection)
    known = neighbours.amounts(connection, members, medium, start, end, now, medium_of)
    if not known:
        return []
    made = []
    for people, hot_water in GROUPS:
        amounts = [
            known[one.meter]
            for one in members
            if one.meter in known and (one.people, bool(one.hot_water)) == (people, hot_water)
        ]
        mean = groups.publishable_mean(amounts)
        least = None if mean is None else groups.band(len(amounts))
        made.append(Figure(start, medium, people, hot_water, mean, least, now))
    return made


def month_of(figure: Figure) -> date:
    """Returns the first day of a figure's month."""
    return day_date(day_of(figure.start))
