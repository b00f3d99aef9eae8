"""Figures of groups of households, as they were written once: nobody can change them, not even late data."""

from collections.abc import Iterable
from kaarst.metering.store.schema import figure as table
from sqlalchemy import Connection
from sqlalchemy import insert
from sqlalchemy import select
from typing import NamedTuple


class Figure(NamedTuple):
    """What a group used in a month on average.

    `start`: the month's beginning in UTC milliseconds. `people`: so many live there, 5 for five and more.
    `mean`: millionths of the medium's unit a household, rounded; None where it is withheld. `least`: at
    least so many households.
    """

    start: int
    medium: str
    people: int
    hot_water: bool
    mean: int | None
    least: int | None
    frozen_at: int


def is_frozen(connection: Connection, start: int, medium: str) -> bool:
    """Whether the figures of a month have been written."""
    query = select(table.c.start).where(table.c.start == start, table.c.medium == medium).limit(1)
    return connection.execute(query).first() is not None


def freeze(connection: Connection, figures: Iterable[Figure]) -> None:
    """Writes the figures of all groups of one month and medium; only the first time does it do anything."""
    found = list(figures)
    if found and not is_frozen(connection, found[0].start, found[0].medium):
        connection.execute(insert(table), [one._asdict() for one in found])


def figures(
    connection: Connection, until: int, medium: str | None = None, start: int | None = None
) -> list[Figure]:
    """Returns figures of months that begin before `until`, newest first, of one medium or month or all."""
    query = select(table).where(table.c.start < until)
    if medium is not None:
        query = query.where(table.c.medium == medium)
    if start is not None:
        query = query.where(table.c.start == start)
    query = query.order_by(table.c.start.desc(), table.c.medium, table.c.people, table.c.hot_water)
    return [Figure(*row) for row in connection.execute(query)]


def newest(connection: Connection, medium: str) -> int | None:
    """Returns the beginning of the last month that has figures."""
    query = select(table.c.start).where(table.c.medium == medium)
    return connection.execute(query.order_by(table.c.start.desc()).limit(1)).scalar()
