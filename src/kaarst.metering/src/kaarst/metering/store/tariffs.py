"""Tariff versions and price series as they are stored."""

from collections.abc import Iterable
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from kaarst.metering.rollup.calendar import day_date
from kaarst.metering.rollup.calendar import day_number
from kaarst.metering.store import audit
from kaarst.metering.store.schema import price
from kaarst.metering.store.schema import tariff_version
from kaarst.metering.tariff.cost import Prices
from kaarst.metering.tariff.model import from_json
from kaarst.metering.tariff.model import Tariff
from kaarst.metering.tariff.model import to_json
from kaarst.metering.tariff.model import Version
from kaarst.metering.units import MICRO
from sqlalchemy import Connection
from sqlalchemy import delete
from sqlalchemy import func
from sqlalchemy import insert
from sqlalchemy import select

import json


def tariff(connection: Connection, name: str) -> Tariff:
    """Returns a tariff with all its versions; without any if there is none of that name."""
    rows = connection.execute(
        select(tariff_version.c.valid_from, tariff_version.c.content).where(
            tariff_version.c.tariff == name
        )
    )
    return Tariff(tuple(from_json(day_date(first), json.loads(content)) for first, content in rows))


def save_version(connection: Connection, name: str, version: Version, who: str, now: int):
    """Stores a version, in place of one from the same day; what it costs changes with it."""
    remove_version(connection, name, version.valid_from)
    content = json.dumps(to_json(version))
    connection.execute(
        insert(tariff_version).values(
            tariff=name,
            valid_from=version.first_day,
            content=content,
            changed_at=now,
            changed_by=who,
        )
    )
    audit.note(connection, who, "tariff-version", name, now, day=str(version.valid_from))


def remove_version(connection: Connection, name: str, valid_from: date):
    """Removes the version from a day, if there is one."""
    connection.execute(
        delete(tariff_version).where(
            tariff_version.c.tariff == name,
            tariff_version.c.valid_from == day_number(valid_from),
        )
    )


def remove(connection: Connection, name: str, who: str, now: int):
    """Removes a tariff with all its versions and prices, for good."""
    connection.execute(delete(tariff_version).where(tariff_version.c.tariff == name))
    connection.execute(delete(price).where(price.c.series == name))
    audit.note(connection, who, "remove-tariff", name, now)


def price_span(connection: Connection, series: str) -> tuple[int, int, int] | None:
    """Returns how many prices a series has, the first moment and the last one; None without any."""
    row = connection.execute(
        select(func.count(), func.min(price.c.ts), func.max(price.c.until)).where(
            price.c.series == series
        )
    ).one()
    return tuple(row) if row[0] else None


def save_prices(connection: Connection, series: str, rows: Iterable[tuple[int, int, Decimal]]):
    """Stores (from, until, euros a unit) of a dynamic tariff; replaces what begins at the same time.

    Prices are kept in millionths of a euro.
    """
    rows = sorted(rows)
    if not rows:
        return
    moments = [row[0] for row in rows]
    for start in range(0, len(moments), 500):
        connection.execute(
            delete(price).where(
                price.c.series == series, price.c.ts.in_(moments[start : start + 500])
            )
        )
    connection.execute(
        insert(price),
        [
            {"series": series, "ts": ts, "until": until, "value": round(value * MICRO)}
            for ts, until, value in rows
        ],
    )


def prices(connection: Connection, wanted: Tariff, start: int, end: int) -> Mapping[str, Prices]:
    """Returns the price series that a tariff refers to, for [start, end); gaps are unknown."""
    found = {}
    for series in {version.series for version in wanted.versions if version.series}:
        rows = connection.execute(
            select(price.c.ts, price.c.until, price.c.value)
            .where(price.c.series == series, price.c.ts < end, price.c.until > start)
            .order_by(price.c.ts)
        )
        found[series] = _without_gaps(rows)
    return found


def _without_gaps(rows) -> Prices:
    moments, values, ended = [], [], None
    for ts, until, value in rows:
        if ended is not None and ended < ts:
            moments.append(ended)
            values.append(None)
        moments.append(ts)
        values.append(Decimal(value) / MICRO)
        ended = until
    if ended is not None:
        moments.append(ended)
        values.append(None)
    return Prices(moments, values)
