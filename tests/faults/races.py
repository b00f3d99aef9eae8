"""Many clients want one appointment at the same moment, again and again, while processes are killed.

By HTTP, as front ends do it. A client whose connection is torn asks another process, with the same
Idempotency-Key. See docs/never-double-booked.md.
"""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from dataclasses import field
from kaarst.appointments.bookings import store
from kaarst.appointments.engine.audit import audit
from kaarst.appointments.engine.records import Booking
from kaarst.core.stores import OUTBOX
from tests.faults import holding

import contextlib
import random
import requests
import secrets
import threading
import time


SERVICE = "reisepass"
#: A process that is killed dies so many seconds after the clients have begun, at most.
LATEST_KILL = 1
#: A client gives up when it was turned away so often.
TRIES = 200


@dataclass
class Outcome:
    """What the clients saw. `winners`: the appointments' numbers by start, also more than one."""

    winners: dict[str, list[str]] = field(default_factory=dict)
    statuses: Counter = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    #: Refusals with another number of alternatives than three.
    poor: int = 0
    #: How often there was no answer and another process was asked.
    torn: int = 0
    #: Answers that were given before, to a request whose client had not got them.
    replayed: int = 0
    kills: int = 0
    #: Kills of the process that had just booked or reserved and not answered yet.
    kills_unanswered: int = 0

    @property
    def failed(self):
        """Answers 5xx."""
        return sum(count for status, count in self.statuses.items() if status >= 500)

    @property
    def rounds_with_one_winner(self):
        return sum(len(numbers) == 1 for numbers in self.winners.values())


@dataclass
class Found:
    """What lies in the database afterwards."""

    #: The appointments' numbers by start (ISO 8601, the instants as of `winners`).
    bookings: dict[int, list[str]]
    letters: int
    differences: list


class Race:
    """A race at a desk (path in the site) of a tests.faults.city.City."""

    def __init__(self, city, desk, clients=16, chance=None):
        self.city, self.desk, self.clients = city, desk, clients
        self.chance = chance or random.Random()
        self.outcome = Outcome()
        self._local, self._lock = threading.local(), threading.Lock()
        self._returning: list[threading.Thread] = []

    def run(self, starts, kill_every=0):
        """One round for each start (ISO 8601); in every so many-th one a process is killed.

        In every other round the clients book at once, else they reserve and who succeeds
        confirms. Every other kill hits the process that has just committed what the client does
        not know of yet, for which the city needs the filter of tests.faults.holding; the others
        hit any process at any moment. Returns the Outcome.
        """
        with ThreadPoolExecutor(self.clients) as pool:
            for number, start in enumerate(starts):
                self.outcome.winners[start] = []
                # Both ways are met by both kinds of kills.
                reserving = (number + (number // kill_every // 2 if kill_every else 0)) % 2
                kill = number // kill_every if self._kills(number, kill_every) else None
                if kill is not None:
                    self._prepare(kill)
                go = threading.Barrier(self.clients + 1)
                jobs = [
                    pool.submit(self._want, start, go, number + client, reserving)
                    for client in range(self.clients)
                ]
                go.wait()
                if kill is not None:
                    self._kill(kill)
                for job in jobs:
                    job.result()
        for thread in self._returning:
            thread.join()
        return self.outcome

    def found(self):
        """Looks into the database, and works every ledger out anew from all records."""
        with self.city.site() as site:
            # Without ZCML there are no adapters here.
            engine = site.__annotations__[store.NAME].engine
            bookings: dict[int, list[str]] = {}
            for booking in engine.records(Booking):
                bookings.setdefault(booking.start, []).append(booking.number)
            letters = len(site.__annotations__[OUTBOX].queued)
            return Found(bookings, letters, audit(engine, int(time.time())))

    def _want(self, start, go, web, reserving):
        """What one client does in a round."""
        person = {"name": f"Person {web}", "email": f"p{web}@example.org"}
        wanted = {"services": [SERVICE], "start": start}
        go.wait()
        if reserving:
            status, answer = self._ask(web, "@holds", wanted)
            wanted = {"hold": answer.get("hold")}
            if status == 201:
                status, answer = self._ask(web, "@bookings", wanted | person)
        else:
            status, answer = self._ask(web, "@bookings", wanted | person)
        with self._lock:
            if status == 201:
                self.outcome.winners[start].append(answer["number"])
            elif status == 409:
                self.outcome.poor += len(answer["alternatives"]) != 3

    def _ask(self, web, service, data):
        """Asks one process, or the next while there is no answer. Returns (status, body)."""
        key = {"Idempotency-Key": secrets.token_urlsafe(24)}
        for attempt in range(TRIES):
            asked = self.city.webs[(web + attempt) % len(self.city.webs)]
            began = time.monotonic()
            try:
                address = asked.url(f"{self.desk}/{service}")
                answer = self._session().post(address, json=data, headers=key, timeout=120)
            except requests.RequestException:
                with self._lock:
                    self.outcome.torn += 1
                continue
            with self._lock:
                self.outcome.statuses[answer.status_code] += 1
                self.outcome.seconds.append(time.monotonic() - began)
                self.outcome.replayed += "Idempotency-Replayed" in answer.headers
            with contextlib.suppress(requests.JSONDecodeError):
                return answer.status_code, answer.json()
            return answer.status_code, {}
        raise RuntimeError(f"nobody answered {TRIES} times")

    def _session(self):
        if not hasattr(self._local, "session"):
            self._local.session = requests.Session()
            self._local.session.headers["Accept"] = "application/json"
        return self._local.session

    def _kills(self, number, kill_every):
        return bool(kill_every) and number % kill_every == kill_every - 1

    def _prepare(self, kill):
        """Before the clients begin: all processes are there, and one may be asked to wait."""
        for thread in self._returning:
            thread.join()
        if kill % 2 == 0:
            holding.ask(self.city)

    def _kill(self, kill):
        """Ends a process as a power cut does while it works, and starts it again meanwhile."""
        if kill % 2 == 0:
            web = holding.holder(self.city)
            self.outcome.kills_unanswered += 1
        else:
            web = self.chance.choice(self.city.webs)
            time.sleep(self.chance.uniform(0, LATEST_KILL))
        web.kill()
        self.outcome.kills += 1
        self._returning = [threading.Thread(target=web.start)]
        self._returning[0].start()


def free(city, desk, weeks=8):
    """Every free start of some weeks, in order."""
    found = []
    today = time.time()
    for week in range(weeks):
        first, last = (
            time.strftime("%Y-%m-%d", time.localtime(today + day * 86_400))
            for day in (week * 7, week * 7 + 6)
        )
        query = {"service": SERVICE, "from": first, "to": last}
        address = city.webs[0].url(f"{desk}/@slots")
        accept = {"Accept": "application/json"}
        answer = requests.get(address, params=query, headers=accept, timeout=60)
        found += [slot for one in answer.json()["days"] for slot in one["slots"]]
    return sorted(set(found))


def apart(slots, minutes=20):
    """Starts that do not overlap: every second one where they lie ten minutes apart."""
    return slots[:: minutes // 10]
