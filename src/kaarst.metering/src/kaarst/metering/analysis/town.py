"""All buildings beside each other."""

from collections.abc import Sequence
from kaarst.metering.analysis import parts
from kaarst.metering.analysis import report
from kaarst.metering.analysis import series
from kaarst.metering.analysis.report import Source
from kaarst.metering.rollup.calendar import day_of
from kaarst.metering.rollup.calendar import day_start
from kaarst.metering.rollup.curve import Slot
from kaarst.metering.rollup.curve import slots
from kaarst.metering.store import history
from sqlalchemy import Connection
from typing import NamedTuple


DAYS = 365


class Building(NamedTuple):
    """A building: `area` in m² or None, `sources` all its meters."""

    key: str
    area: int | None
    sources: Sequence[Source]


class Row(NamedTuple):
    """What a building used in a year, in millionths; None where nothing is known."""

    key: str
    consumption: int | None
    complete: bool


def mains(sources: Sequence[Source], medium: str) -> list[Source]:
    """Returns the meters of a medium that lie behind no other of these."""
    keys = {source.key for source in sources}
    return [one for one in sources if one.medium == medium and one.parent not in keys]


def last_year(
    connection: Connection, buildings: Sequence[Building], medium: str, now: int
) -> list[Row]:
    """Returns what each building that has such meters used in the 365 days until last midnight."""
    today = day_of(now)
    cuts = [day_start(today - DAYS), day_start(today)]
    found = in_slots(connection, buildings, medium, cuts, now)
    return [Row(key, one.consumption, one.complete) for key, [one] in found.items()]


def in_slots(
    connection: Connection,
    buildings: Sequence[Building],
    medium: str,
    cuts: Sequence[int],
    now: int,
) -> dict[str, list[Slot]]:
    """Returns the consumption of each building that has such meters between cuts at midnights.

    Of a building with several such meters, complete is what is complete of all of them.
    """
    chosen = {one.key: mains(one.sources, medium) for one in buildings}
    found = report.chains(connection, [s.key for some in chosen.values() for s in some])
    owners, every = [], []
    for key, some in chosen.items():
        for source in some:
            for chain in series.drawn(found.get(source.key, ()), medium):
                owners.append(key)
                every.append(chain)
    made: dict[str, list[list[Slot]]] = {}
    curves = history.load_many(connection, every, cuts[0], cuts[-1])
    for key, curve in zip(owners, curves, strict=True):
        made.setdefault(key, []).append(slots(curve, cuts, False, now))
    return {key: [_sum(row) for row in zip(*rows, strict=True)] for key, rows in made.items()}


def _sum(row: Sequence[Slot]) -> Slot:
    known = [slot.consumption for slot in row if slot.consumption is not None]
    return Slot(
        row[0].start, row[0].end, sum(known) if known else None,
        all(slot.complete for slot in row), any(slot.gap for slot in row),
    )  # fmt: skip


def ranking(buildings: Sequence[Building], rows: Sequence[Row]) -> list[parts.Ranked]:
    """Ranks the buildings by units a square metre and year, the largest first."""
    areas = {one.key: one.area for one in buildings}
    return parts.ranking(
        [
            (
                row.key,
                areas[row.key],
                None if row.consumption is None else row.consumption / 1e6,
                row.complete,
            )
            for row in rows
        ]
    )
