"""Daily mean temperatures, from a file that somebody uploaded or from a weather station of the town."""

from collections.abc import Mapping
from decimal import Decimal
from kaarst.metering.rollup.calendar import all_hours
from kaarst.metering.rollup.calendar import day_of
from kaarst.metering.rollup.calendar import day_start
from kaarst.metering.store import tariffs
from kaarst.metering.store.schema import day_edge
from kaarst.metering.store.schema import price
from kaarst.metering.store.schema import register
from kaarst.metering.units import MICRO
from sqlalchemy import Connection
from sqlalchemy import func
from sqlalchemy import select


#: The series of means in the table of series by time.
SERIES = "weather:temperature"


def save(connection: Connection, means: Mapping[int, Decimal]):
    """Stores mean temperatures in °C by day number; replaces those of the same days."""
    tariffs.save_prices(
        connection,
        SERIES,
        [(day_start(day), day_start(day + 1), mean) for day, mean in means.items()],
    )


def means(connection: Connection, first: int, last: int) -> dict[int, float]:
    """Returns the means in °C of the days from `first` to `last` (day numbers) that are known.

    What was uploaded counts before what the station measured: the weather service's means rest on
    checked hourly values. Of the station, (lowest + highest) / 2 of days without a missing hour.
    """
    found = {}
    rows = connection.execute(
        select(day_edge.c.day, day_edge.c.low, day_edge.c.high, day_edge.c.hours)
        .join(register, register.c.id == day_edge.c.register)
        .where(register.c.obis == SERIES, day_edge.c.day >= first, day_edge.c.day <= last)
    )
    for day, low, high, hours in rows:
        if hours == all_hours(day):
            found[day] = (low + high) / 2 / MICRO
    rows = connection.execute(
        select(price.c.ts, price.c.value).where(
            price.c.series == SERIES,
            price.c.ts >= day_start(first),
            price.c.ts < day_start(last + 1),
        )
    )
    found.update((day_of(ts), value / MICRO) for ts, value in rows)
    return found


def span(connection: Connection) -> tuple[int, int, int] | None:
    """Returns (first day, last day, how many) of the uploaded means, None if there are none."""
    first, last, count = connection.execute(
        select(func.min(price.c.ts), func.max(price.c.ts), func.count()).where(
            price.c.series == SERIES
        )
    ).one()
    return (day_of(first), day_of(last), count) if count else None
