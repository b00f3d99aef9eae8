"""Eight o'clock: 10,000 searches for free times and 500 appointments, all at once.

`make bench ARGS=rush`. A city as production runs it on two cores: a ZEO server, two web processes
with two threads each, the worker that sends the mail; no proxy in front and nothing cached, so
every search is worked out. Each of 500 people looks at 20 fortnights and then reserves a time of
the last one and confirms it; who finds it taken takes one of the other times offered. 100 clients
play them, each on a connection of its own.
"""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from dataclasses import field
from datetime import date
from datetime import timedelta
from pathlib import Path
from tests.faults.city import City
from tests.faults.races import Race

import http.client
import json
import os
import random
import secrets
import statistics
import sys
import tempfile
import threading
import time
import urllib.parse


PEOPLE, SEARCHES, CLIENTS, WEBS = 500, 20, 100, 2
GOAL = 60
DESK = "termine/rathaus"
FURNISH = "tests.appointments.town:furnish"
FORTNIGHT = 14
#: The desk can be booked for so many days.
HORIZON = 120


@dataclass
class Seen:
    """What the clients saw. `seconds` by what was asked."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    statuses: Counter = field(default_factory=Counter)
    numbers: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    #: How many times were taken by somebody else meanwhile.
    beaten: int = 0
    took: float = 0.0


class Client:
    """Plays one person after another on one connection to a web process."""

    def __init__(self, city, number, seen, lock):
        self.web = city.webs[number % len(city.webs)]
        self.path = f"/{city.site_id}/{DESK}"
        self.seen, self.lock = seen, lock
        self.chance = random.Random(number)
        self.connection = http.client.HTTPConnection("localhost", self.web.port, timeout=300)

    def ask(self, kind, method, service, body=None):
        """Returns (status, answer), and notes how long it took; status 0 without an answer."""
        headers = {"Accept": "application/json", "Content-Type": "application/json"}
        if body is not None:
            headers["Idempotency-Key"] = secrets.token_urlsafe(24)
            body = json.dumps(body)
        began = time.monotonic()
        try:
            self.connection.request(method, f"{self.path}/{service}", body, headers)
            answer = self.connection.getresponse()
            status, content = answer.status, answer.read()
        except (OSError, http.client.HTTPException) as error:
            status, content = 0, repr(error).encode()
            self.connection.close()
        with self.lock:
            self.seen.seconds.setdefault(kind, []).append(time.monotonic() - began)
            self.seen.statuses[status] += 1
            if status not in (200, 201, 409):
                self.seen.errors.append(f"{service}: {status} {content[:200]!r}")
        return status, json.loads(content) if status in (200, 201, 409) else {}

    def person(self, number):
        """Searches, reserves and confirms."""
        found = []
        for _turn in range(SEARCHES):
            offset = self.chance.randrange(1, HORIZON - FORTNIGHT)
            first = date.today() + timedelta(days=offset)
            last = first + timedelta(days=FORTNIGHT - 1)
            query = {"service": "reisepass", "from": first, "to": last}
            service = f"@slots?{urllib.parse.urlencode(query)}"
            _status, answer = self.ask("search", "GET", service)
            slots = [slot for day in answer.get("days", ()) for slot in day["slots"]]
            found = slots or found
        held = self.reserve(found)
        if held:
            person = {"name": f"Person {number}", "email": f"p{number}@example.org"}
            status, booked = self.ask("book", "POST", "@bookings", {"hold": held, **person})
            if status == 201:
                with self.lock:
                    self.seen.numbers.append(booked["number"])

    def reserve(self, slots):
        """Reserves one of these times, or one of those offered instead."""
        while slots:
            body = {"services": ["reisepass"], "start": self.chance.choice(slots)}
            status, answer = self.ask("book", "POST", "@holds", body)
            if status == 201:
                return answer["hold"]
            if status != 409:
                return None
            with self.lock:
                self.seen.beaten += 1
            slots = answer["alternatives"]
        return None


def measure() -> str:
    """Rushes, and returns a section in Markdown."""
    with tempfile.TemporaryDirectory() as folder:
        city = City(folder, webs=WEBS, furnish=FURNISH)
        try:
            city.start()
            # What the worker has done long before eight o'clock.
            city.work("kaarst.appointments.ledgers")
            settled(city.start_worker())
            warm(city)
            before = spent(city)
            seen = rush(city)
            used = spent(city) - before
            found = Race(city, DESK).found()
            written = len(list((Path(folder) / "mail").rglob("*.eml")))
        finally:
            city.stop()
    sys.stderr.write(f"{seen.errors[:5]}\n")
    return report(seen, found, written, used)


def settled(worker):
    """Waits until the worker's first round is over and only what is due keeps it busy."""
    used = -1.0
    for _ in range(120):
        time.sleep(1)
        before, used = used, ticks(worker)
        if used - before < 0.1 and used > 1:
            return


def warm(city):
    """Every process has served somebody before the clock runs."""
    seen, lock = Seen(), threading.Lock()
    for number in range(2 * WEBS):
        Client(city, number, seen, lock).ask("search", "GET", "@slots?service=reisepass")
    if set(seen.statuses) != {200}:
        raise RuntimeError(f"the city does not answer: {seen.errors[:1]}")


def rush(city):
    """All people at once. Returns what they saw."""
    seen, lock = Seen(), threading.Lock()
    people = iter(range(PEOPLE))
    clients = [Client(city, number, seen, lock) for number in range(CLIENTS)]

    def play(client):
        while True:
            with lock:
                number = next(people, None)
            if number is None:
                return
            client.person(number)

    began = time.monotonic()
    with ThreadPoolExecutor(CLIENTS) as pool:
        for done in [pool.submit(play, client) for client in clients]:
            done.result()
    seen.took = time.monotonic() - began
    return seen


def spent(city):
    """Seconds of processor time that the processes of the city have used."""
    return sum(ticks(process) for process in city.processes if process.poll() is None)


def ticks(process):
    """Seconds of processor time of a process that runs."""
    fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def report(seen, found, written, used):
    booked = sum(map(len, found.bookings.values()))
    same = sorted(seen.numbers) == sorted(n for each in found.bookings.values() for n in each)
    held = not seen.errors and booked == len(seen.numbers) == PEOPLE and same
    held = held and not found.differences and seen.took <= GOAL
    lines = [
        f"## {PEOPLE * SEARCHES:,} searches and {PEOPLE} appointments at once",
        "",
        f"{PEOPLE} people, played by {CLIENTS} clients on as many connections: each looks at {SEARCHES} fortnights of a desk with four counters, "
        "every possible start listed, then reserves a time and confirms it with name and e-mail. "
        f"{WEBS} web processes with two threads, a ZEO server, the worker, and the clients, all on the same cores. "
        "No cache was in play: no proxy, and the processes keep no free times, only the opening hours of a day.",
        "",
        "| | |",
        "| --- | ---: |",
        f"| searches answered | {len(seen.seconds['search']):,} |",
        f"| appointments confirmed | {len(seen.numbers)} |",
        f"| errors (5xx, 4xx but 409, no answer) | {len(seen.errors)} |",
        f"| times somebody else had just taken (409, another one was offered) | {seen.beaten} |",
        f"| last answer after (s) | {seen.took:.1f} |",
        f"| answers a second | {seen.statuses.total() / seen.took:.0f} |",
    ]
    for kind, name in (("search", "a search"), ("book", "reserving or confirming")):
        seconds = sorted(seen.seconds[kind])
        p95, median = seconds[int(len(seconds) * 0.95)], statistics.median(seconds)
        figures = f"{median:.2f}, {p95:.2f}, {seconds[-1]:.2f}"
        lines.append(f"| {name}: median, 95 %, longest (s) | {figures} |")
    lines += [
        f"| appointments in the database, the same as confirmed | {booked}, {'yes' if same else 'no'} |",
        f"| confirmations queued or sent | {found.letters + written} |",
        f"| differences found by the audit of the ledgers | {len(found.differences)} |",
        f"| processor time of the city (s) | {used:.1f} |",
        "",
        f"Goal: no error, the last answer within {GOAL} s: {'reached' if held else '**not reached**'}.",
        "",
        f"Load of the machine (5 minutes, at the end): {os.getloadavg()[1]:.1f}.",
    ]
    return "\n".join(lines) + "\n"
