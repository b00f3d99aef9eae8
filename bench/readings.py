"""Reading a year back, for bench/metering.py: quarter-hourly readings of a year.

METERING_METERS says of how many meters (40; the figures that are quoted are of 200). A hundred
requests for other meters each, the median.
"""

from pathlib import Path

import os
import statistics
import time


METERS = int(os.environ.get("METERING_METERS") or 40)
DAY = 86_400_000


def read(folder):
    """Returns the lines of the table."""
    from kaarst.metering.decoders import load
    from kaarst.metering.store.engine import opened

    load()
    store = opened(f"sqlite:///{folder}/year.sqlite")
    start, end, seconds = _fill_year(store)
    rows = METERS * (end - start) // 900_000
    found = [
        f"{METERS} meters × a year of quarter hours in SQLite ({rows:,} readings with edges, written at "
        f"{rows / seconds:,.0f}/s, {Path(f'{folder}/year.sqlite').stat().st_size / 1e6:.0f} MB).",
        "",
        "| read | median ms |",
        "| --- | ---: |",
    ]
    found += [f"| {title} | {1000 * value:.1f} |" for title, value in _times(store, start, end)]
    return found


def _fill_year(store):
    from kaarst.metering.rollup.calendar import HOUR
    from kaarst.metering.store import edges
    from kaarst.metering.store import registers
    from kaarst.metering.store import rows

    begin = time.perf_counter()
    start = 1_735_686_000_000  # 2025-01-01T00:00 in Europe/Berlin
    end = start + 365 * DAY
    for meter in range(METERS):
        with store.writing() as connection:
            register = registers.create(
                connection, f"meter-{meter}", "1-0:1.8.0", f"own:{meter}", "energy"
            )
            hours = {}
            values = [
                (register.id, ts, (ts - start) // 900 * (meter + 1), ts, 0)
                for ts in range(start, end, 900_000)
            ]
            for row in values:
                edges.merge_reading(hours, (register.id, row[1] // HOUR), row[1], row[2])
            rows.insert_readings(connection, values)
            edges.merge(connection, hours)
    return start, end, time.perf_counter() - begin


def _times(store, start, end):
    from kaarst.metering.rollup import curve
    from kaarst.metering.rollup.calendar import boundaries
    from kaarst.metering.store import history
    from kaarst.metering.store import registers

    with store.reading() as connection:
        chains = [[register] for register in registers.registers(connection)]

    def hourly(number):
        chain = chains[number % METERS]
        with store.reading() as connection:
            history.consumption(connection, chain, boundaries(start, end, "hour"), end, True)

    def month_of_quarters(number):
        chain, first = chains[number % METERS], start + number % 11 * 30 * DAY
        cuts = boundaries(first, first + 30 * DAY, "quarter")
        with store.reading() as connection:
            history.consumption(connection, chain, cuts, end, True)

    def daily_of_all(number):
        cuts = boundaries(start + number * DAY, start + (number + 30) * DAY, "day")
        with store.reading() as connection:
            for found in history.load_many(connection, chains, cuts[0], cuts[-1]):
                curve.slots(found, cuts, True, end)

    def year_of_all(number):
        cuts = boundaries(start, end, "month")
        with store.reading() as connection:
            for found in history.load_many(connection, chains, cuts[0], cuts[-1]):
                curve.slots(found, cuts, False, end)

    yield from _pages(store, end)
    yield "a year of one meter by the hour (8,760 slots)", _median(hourly, 100)
    yield "a month of one meter by the quarter of an hour", _median(month_of_quarters, 100)
    yield f"30 days of all {METERS} meters by the day", _median(daily_of_all, 50)
    yield f"a year of all {METERS} meters by the month", _median(year_of_all, 10)


def _pages(store, end):
    """What a building's page asks for: three meters that add up, three behind the first one.

    Everything on it: slots, cost with day and night prices, today, forecast, years, base load, shares.
    """
    from datetime import date
    from decimal import Decimal
    from kaarst.metering.analysis import report
    from kaarst.metering.tariff.model import ALL_DAYS
    from kaarst.metering.tariff.model import Band
    from kaarst.metering.tariff.model import Tariff
    from kaarst.metering.tariff.model import Version

    night = Band(ALL_DAYS, 0, 360, Decimal("0.22"))
    tariff = Tariff(
        (Version(date(2024, 1, 1), Decimal("0.31"), base=Decimal(120), bands=(night,)),)
    )
    now = end - DAY // 2

    def page(kind):
        def ask(number):
            names = [f"meter-{(number + place) % METERS}" for place in range(6)]
            sources = [report.Source(name, "electricity", tariff) for name in names[:3]]
            sources += [
                report.Source(name, "electricity", tariff, parent=names[0]) for name in names[3:]
            ]
            with store.reading() as connection:
                report.reports(connection, sources, kind, date(2025, 12, 31), now)

        return ask

    for kind in ("day", "month", "year"):
        yield f"a building's page, six meters, a {kind}, with cost", _median(page(kind), 100)


def _median(ask, count):
    ask(0)
    times = []
    for number in range(count):
        begin = time.perf_counter()
        ask(number)
        times.append(time.perf_counter() - begin)
    return statistics.median(times)
