"""A desk with 500 appointments: ours beside redturtle.prenotazioni 2.9, over HTTP, in one run.

`make bench ARGS=appointments`. Four counters, every day from 07:00 to 13:00, appointments of half an
hour, the same 500 of them on the same fourteen days. Both sides run at the same time and are asked
in turn, so that what else the machine does hits both.
"""

from bench.instances import environment
from bench.instances import Instance
from bench.pages import STOCK
from bench.sides import CREATE_OURS
from bench.sides import CREATE_PEER
from bench.sides import Kaarst
from bench.sides import Prenotazioni
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from dataclasses import field
from datetime import datetime
from datetime import timedelta
from kaarst.core.opening_hours import BERLIN
from kaarst.core.opening_hours.holidays import holiday_name
from pathlib import Path

import json
import os
import random
import statistics
import sys
import tempfile
import threading
import time


PEER = "redturtle.prenotazioni==2.9.0"
COUNTERS, BOOKED, DAYS, FIRST_DAY = 4, 500, 14, 3
SEARCHES, SINGLE, CLIENTS, TOGETHER, WAVES = 30, 30, 16, 96, 5
GOAL = 10
#: Half hours from 07:00 until before 13:00, in minutes after midnight.
STARTS = range(7 * 60, 13 * 60, 30)


@dataclass(frozen=True)
class Layout:
    """How a side is run; more than one process share a ZEO server."""

    webs: int
    threads: int

    def __str__(self):
        def count(number, what):
            return f"{number} {what}{'s' * (number > 1)}"

        where = "ZEO" if self.webs > 1 else "FileStorage"
        processes = count(self.webs, "process").replace("processs", "processes")
        return f"{processes} with {count(self.threads, 'thread')}, {where}"


LAYOUTS = (Layout(1, 1), Layout(1, 2), Layout(1, 4), Layout(2, 2))


def midnight(days):
    today = datetime.now(BERLIN).replace(hour=0, minute=0, second=0, microsecond=0)
    return (today + timedelta(days=days)).replace(tzinfo=None)


def moment(day, minutes):
    """Half past seven of a day of ours, in Germany."""
    return (midnight(day) + timedelta(minutes=minutes)).replace(tzinfo=BERLIN)


def taken():
    """The starts of the 500 appointments, seconds since 1970; the same for both."""
    days = range(FIRST_DAY, FIRST_DAY + DAYS)
    places = [(day, start) for day in days for start in STARTS for _counter in range(COUNTERS)]
    chosen = sorted(random.Random(1).sample(places, BOOKED))
    return [int(moment(day, start).timestamp()) for day, start in chosen]


@dataclass
class Rush:
    """What one way of booking did in its waves."""

    statuses: Counter = field(default_factory=Counter)
    seconds: float = 0.0
    spent: float = 0.0
    #: Of the clients, the same for both sides.
    clients: float = 0.0

    @property
    def booked(self):
        return self.statuses[200] + self.statuses[201]

    @property
    def rate(self):
        return self.booked / self.seconds

    @property
    def failed(self):
        return self.statuses.total() - self.booked


def one_after_another(sides, free):
    """Searches and bookings one at a time: medians in seconds, by name of the way and side."""
    ours, peer = sides
    first, last = midnight(FIRST_DAY).date(), midnight(FIRST_DAY + DAYS - 1).date()
    span = first.isoformat(), last.isoformat()
    figures = {("listed", side): len(side.search(*span)) for side in sides}
    ways = {
        ("search", ours): (lambda _start: ours.search(*span)),
        ("search", peer): (lambda _start: peer.search(*span)),
        ("floor", ours): (lambda _start: ours.found("@@absolute_url")),
        ("floor", peer): (lambda _start: peer.found("@@absolute_url")),
        ("book", ours): ours.book,
        ("book", peer): peer.book,
        ("hold", ours): ours.hold_and_book,
    }
    seconds = {way: [] for way in ways}
    for number, start in enumerate(free[: SINGLE + 2]):
        for way, ask in ways.items():
            before = time.perf_counter()
            status = ask(start.isoformat())
            # The first two warm up.
            if number > 1:
                seconds[way].append(time.perf_counter() - before)
            if way[0] in ("book", "hold") and status not in (200, 201):
                raise RuntimeError(f"{way} answered {status}")
    return figures | {way: statistics.median(found) for way, found in seconds.items()}


def all_at_once(sides, free):
    """Sixteen clients book different times, in waves: first ours, then the peer, and again."""
    ours, peer = sides
    ways = {
        ("book", ours): ours.book,
        ("book", peer): peer.book,
        ("hold", ours): ours.hold_and_book,
    }
    rushes = {way: Rush() for way in ways}
    for wave in range(WAVES):
        starts = free[wave * TOGETHER : (wave + 1) * TOGETHER]
        for way, book in ways.items():
            rush, spent = rushes[way], way[1].instance.processor_seconds()
            own = time.process_time()
            with ThreadPoolExecutor(CLIENTS) as pool:
                before = time.perf_counter()
                jobs = [(start.isoformat(), number) for number, start in enumerate(starts)]
                rush.statuses.update(pool.map(lambda job, book=book: book(*job), jobs))
                rush.seconds += time.perf_counter() - before
            rush.spent += way[1].instance.processor_seconds() - spent
            rush.clients += time.process_time() - own
    return rushes


def run(sides, layout, warming, measure):
    """Runs both sides in a layout, has each process book one of the times `warming`, and measures."""
    with ExitStack() as stack:
        for side in sides:
            side.instance.webs, side.instance.threads = layout.webs, layout.threads
            stack.enter_context(side.instance.running(side.path))
            side.local = threading.local()
            for web in range(layout.webs):
                status = side.book(next(warming).isoformat(), web)
                if status not in (200, 201):
                    raise RuntimeError(f"{type(side).__name__} answered {status}")
        return measure()


def free_starts(first, count):
    """Different times from a day on, and the day after the last: neither weekends nor holidays.

    Nobody measures how those are kept.
    """
    found, day = [], first
    while len(found) < count:
        date = midnight(day).date()
        if date.weekday() < 5 and holiday_name(date) is None:
            found.extend(moment(day, start) for start in STARTS)
        day += 1
    return found[:count], day


def measure():
    # All clients of a measurement have one address.
    os.environ["KAARST_RATE_FACTOR"] = "1000"
    values = {"counters": COUNTERS, "starts": json.dumps(taken())}
    with tempfile.TemporaryDirectory() as folder:
        ours = Instance(f"{folder}/ours", filters=("egg:kaarst.core#security-headers",))
        ours.script(CREATE_OURS.format(**values))
        peer = Instance(f"{folder}/peer", environment(Path(folder) / "venv", *STOCK, PEER, "ZEO"))
        peer.script(CREATE_PEER.format(**values))
        sides = Kaarst(ours, "kaarst/termine/desk"), Prenotazioni(peer, "peer/desk")
        warming, day = free_starts(FIRST_DAY + DAYS + 1, 2 * len(STARTS))
        singles, day = free_starts(day, SINGLE + 2)
        warming, rushes = iter(warming), {}
        alone = LAYOUTS[0]
        figures = run(sides, alone, warming, lambda: one_after_another(sides, singles))
        for layout in LAYOUTS:
            crowded, day = free_starts(day, TOGETHER * WAVES)
            ask = lambda free=crowded: all_at_once(sides, free)  # noqa: E731
            rushes[layout] = run(sides, layout, warming, ask)
            for way, rush in rushes[layout].items():
                sys.stderr.write(f"{layout}: {way[0]} {type(way[1]).__name__} {rush}\n")
    return written(*sides, figures, rushes)


def written(ours, peer, figures, rushes):
    def row(name, way, factor, goal, digits=1):
        a = figures[way, ours] * factor
        b = figures["book" if way == "hold" else way, peer] * factor
        return f"| {name} | {a:.{digits}f} | {b:.{digits}f} | {b / a:.1f} | {goal} |"

    best = {
        way: max(found[way].rate for found in rushes.values())
        for way in next(iter(rushes.values()))
    }
    one, two = (best[way, ours] / best["book", peer] for way in ("book", "hold"))
    lines = [
        "## Appointments",
        "",
        f"A desk of ours beside redturtle.prenotazioni {PEER.partition('==')[2]} on a stock Plone 6.2: "
        f"{COUNTERS} counters, {BOOKED} appointments on {DAYS} days; over HTTP on `localhost`, both sides running "
        "at once and asked in turn. One process with one thread, medians. Ours lists every possible start, the peer one "
        "every half hour. An appointment of ours is checked, and its mail is queued in the same transaction, as the words "
        "of which the worker makes it; the peer sends none. Ours keeps the answer for who repeats the request, too. Floor: a view "
        "that returns a constant.",
        "",
        "| | Kaarst | redturtle.prenotazioni | ratio | goal |",
        "| --- | ---: | ---: | ---: | ---: |",
        row(f"free times of {DAYS} days (ms)", "search", 1000, "≥ 100"),
        f"| starts listed | {figures['listed', ours]} | {figures['listed', peer]} | | |",
        row("an appointment in one request (ms)", "book", 1000, "≥ 2"),
        row("reserved, then confirmed: two requests (ms)", "hold", 1000, "≥ 2"),
        row("floor (ms)", "floor", 1000, ""),
        "",
        f"{CLIENTS} clients book different times, {WAVES} waves of {TOGETHER} each. Processor: time of all processes of "
        "the side for one appointment; the clients run on the same cores and take what stands beside it. Both sides are asked "
        "by the same program on connections that stay open. Failed: refused, or answered with 5xx.",
        "",
        "| run as | way | a second | failed | processor (ms) | clients (ms) | ratio in the same layout |",
        "| --- | --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for layout, found in rushes.items():
        lines += crowd(layout, found, ours, peer)
    lines += [
        "",
        f"Goal: {GOAL} times the throughput without an error. With each side in the layout that suits it best: "
        f"{one:.1f} times in one request, {two:.1f} times reserved and confirmed.",
        "",
        f"Load of the machine (5 minutes, at the end): {os.getloadavg()[1]:.1f}.",
    ]
    return "\n".join(lines) + "\n"


def crowd(layout, found, ours, peer):
    """The rows of one layout."""
    ways = (
        ("Kaarst, one request", "book", ours),
        ("Kaarst, reserved and confirmed", "hold", ours),
        ("redturtle.prenotazioni", "book", peer),
    )
    for name, way, side in ways:
        rush, other = found[way, side], found["book", peer]
        ratio = f"{rush.rate / other.rate:.1f}" if side is ours else ""
        spent, own = (1000 * one / max(rush.booked, 1) for one in (rush.spent, rush.clients))
        row = f"{rush.rate:.1f} | {rush.failed} | {spent:.1f} | {own:.1f} | {ratio}"
        yield f"| {layout} | {name} | {row} |"
