"""How long the booking engine takes to find free times in a warm database.

`make bench ARGS=slots`. The peers are measured in bench/appointments.py, over HTTP; here it is
only the engine, so that a change to it shows.
"""

from datetime import date
from datetime import timedelta
from kaarst.appointments.engine import raster
from kaarst.appointments.engine.desk import Desk
from kaarst.appointments.engine.hours import Hours
from kaarst.appointments.engine.hours import Rule
from kaarst.appointments.engine.offering import Need
from kaarst.appointments.engine.offering import Offering
from kaarst.appointments.engine.plan import Plan
from kaarst.appointments.engine.plan import Resource
from kaarst.appointments.engine.records import Booking
from kaarst.appointments.engine.records import Hold
from kaarst.appointments.engine.recurrence import Recurrence
from kaarst.appointments.engine.storage.zodb import ZODBStorage
from kaarst.core.opening_hours import parse_day
from kaarst.core.opening_hours import Schedule
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from ZODB.DB import DB
from ZODB.FileStorage import FileStorage

import random
import statistics


MONDAY = date(2026, 6, 15)
NOW = raster.midnight(MONDAY - timedelta(days=1))
ROUNDS = 200


def desk_plan(counters: int, staff: bool = False) -> Plan:
    """Counters open as the town hall is; with `staff`, a clerk with the skill is taken as well."""
    weekdays = "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA"
    start = date(2026, 1, 1)
    hours = Hours(
        schedule=Schedule(closed_on_holidays=True),
        rules=(
            Rule(Recurrence(start, weekdays), parse_day("08:30–12:00")),
            Rule(Recurrence(start, "FREQ=WEEKLY;BYDAY=TH"), parse_day("14–18")),
        ),
    )
    resources = [Resource(f"counter-{number}") for number in range(counters)]
    needs = [Need("counter")]
    if staff:
        needs.append(Need("staff", frozenset({"passport"})))
        skilled = [frozenset({"passport"}), frozenset({"passport", "move"}), frozenset({"move"})]
        resources += [
            Resource(f"clerk-{n}", "staff", skills=skilled[n % 3]) for n in range(counters)
        ]
    return Plan(
        id="desk",
        hours=hours,
        resources=tuple(resources),
        offerings=(Offering("passport", 15, needs=tuple(needs)),),
        horizon=90,
    )


def fill(desk: Desk, days: int, bookings: int) -> int:
    """Book at random until so many are there or nothing is left; how many."""
    chance = random.Random(1)
    open_days = set(raster.days(MONDAY, MONDAY + timedelta(days=days - 1)))
    made = 0
    while made < bookings and open_days:
        day = chance.choice(sorted(open_days))
        starts = desk.search().instants(desk.plan.request(["passport"]), day)
        if starts:
            desk.book(["passport"], chance.choice(starts), {"name": "Erika Mustermann"})
            made += 1
        else:
            open_days.discard(day)
    return made


def milliseconds(function) -> float:
    """The median of many rounds."""
    times = []
    for _ in range(ROUNDS):
        begun = perf_counter()
        function()
        times.append((perf_counter() - begun) * 1000)
    return statistics.median(times)


def case(directory: Path, days: int, counters: int, bookings: int, staff: bool = False) -> str:
    db = DB(FileStorage(str(directory / f"{days}-{counters}-{staff}.fs")), cache_size=20_000)
    plan = desk_plan(counters, staff)
    last = MONDAY + timedelta(days=days - 1)
    with db.transaction() as connection:
        connection.root.storage = ZODBStorage([Booking, Hold])
        made = fill(Desk(plan, connection.root.storage, NOW), days, bookings)
    with db.transaction() as connection:
        storage = connection.root.storage
        request = plan.request(["passport"])

        def all_starts():
            search = Desk(plan, storage, NOW).search()
            return sum(cells.bit_count() for _, cells in search.days(request, MONDAY, last))

        def earliest():
            return Desk(plan, storage, NOW).search().earliest(request, MONDAY, last)

        def taken():
            return Desk(plan, storage, NOW).search().nearest(request, NOW + 86_400 * 3)

        found = all_starts()
        row = [milliseconds(one) for one in (all_starts, earliest, taken)]
    db.close()
    what = f"{days} days × {counters} counters" + (
        " and as many clerks with skills" if staff else ""
    )
    return f"| {what} | {made} | {found} | {row[0]:.2f} | {row[1]:.2f} | {row[2]:.2f} |"


def measure() -> str:
    with TemporaryDirectory() as name:
        directory = Path(name)
        rows = [
            case(directory, 14, 4, 500),
            case(directory, 14, 4, 500, staff=True),
            case(directory, 60, 20, 3000),
        ]
    return "\n".join(
        [
            "## Free times, the engine alone",
            "",
            "Ledgers in a FileStorage, warm cache, median of 200 rounds, milliseconds.",
            "",
            "| | bookings | possible starts | every start | the earliest | three alternatives |",
            "| --- | ---: | ---: | ---: | ---: | ---: |",
            *rows,
        ]
    )
