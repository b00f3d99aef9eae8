"""Households compared with those like them: only means of groups in which nobody can be recognised.

Compared is the last month whose figures have been written, so never what is going on now. Plain Python
over the store.
"""

from collections.abc import Callable
from collections.abc import Sequence
from kaarst.metering.analysis import report
from kaarst.metering.analysis import series
from kaarst.metering.analysis.report import Source
from kaarst.metering.rollup.calendar import day_date
from kaarst.metering.rollup.calendar import day_of
from kaarst.metering.rollup.calendar import period
from kaarst.metering.store import claims
from kaarst.metering.store import figures
from kaarst.metering.store.consents import COMPARISON
from kaarst.metering.store.schema import claim
from kaarst.metering.store.schema import consent
from sqlalchemy import Connection
from sqlalchemy import select
from typing import NamedTuple


class Member(NamedTuple):
    """A meter that takes part, with the time of its holder."""

    meter: str
    person: str
    people: int
    hot_water: bool
    since: int


class Compared(NamedTuple):
    """Amounts in millionths of the unit; `usual` is None where the group is too small or uneven."""

    start: int
    end: int
    own: int | None
    usual: int | None


def members(connection: Connection, like: tuple[int, bool] | None = None) -> list[Member]:
    """Returns who takes part; `like`: only households of so many people and such hot water.

    Both consents have to be in force, and the claim has not ended. A meter takes part once, however
    many of its household have agreed, and so does a person with several meters.
    """
    query = (
        select(
            consent.c.meter,
            consent.c.person,
            consent.c.people,
            consent.c.hot_water,
            claim.c.since,
        )
        .join(claim, claim.c.id == consent.c.claim)
        .where(consent.c.purpose == COMPARISON, consent.c.withdrawn_at.is_(None))
        .order_by(consent.c.id)
    )
    found: dict[str, Member] = {}
    people: set[str] = set()
    for row in connection.execute(query):
        one = Member(*row)
        stated = (one.people, bool(one.hot_water))
        if one.meter in found or one.person in people or (like is not None and stated != like):
            continue
        if any(held.comparison for held in claims.held(connection, one.person, one.meter)):
            found[one.meter] = one
            people.add(one.person)
    return list(found.values())


def amounts(
    connection: Connection,
    found: Sequence[Member],
    medium: str,
    start: int,
    end: int,
    now: int,
    medium_of: Callable[[str], str],
) -> dict[str, int]:
    """Returns what these households used; those of which something is missing are left out.

    `medium_of`: what the meter with a key counts.
    """
    sources = [
        Source(one.meter, medium, since=one.since)
        for one in found
        if one.since <= start and medium_of(one.meter) == medium
    ]
    chains = report.seen(connection, sources)
    known = {}
    for one in sources:
        drawn = series.drawn(chains.get(one.key, ()), medium)
        [item] = series.items(connection, drawn, [start, end], now)
        if item.complete and item.consumption is not None:
            known[one.key] = item.consumption
    return known


def compared(
    connection: Connection, held: claims.Held, now: int, medium_of: Callable[[str], str]
) -> Compared | None:
    """Compares a household that takes part with the newest figure of its group; None where there is none.

    The figure was written when the month was over (`publishing`): it is the same before and after
    somebody takes part, so that nobody can be reckoned from the difference.
    """
    own = held.comparison
    if own is None or own.people is None:
        return None
    medium = medium_of(held.meter)
    start = figures.newest(connection, medium)
    if start is None:
        return None
    _start, end = period("month", day_date(day_of(start)))
    me = Member(held.meter, own.person, own.people, bool(own.hot_water), held.since)
    mine = amounts(connection, [me], medium, start, end, now, medium_of).get(held.meter)
    of_month = figures.figures(connection, end, medium, start)
    stated = (own.people, bool(own.hot_water))
    usual = [one.mean for one in of_month if (one.people, one.hot_water) == stated]
    return Compared(start, end, mine, usual[0] if usual and mine is not None else None)
