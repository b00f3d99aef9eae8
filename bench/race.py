"""Nobody is booked twice: 16 clients race for one appointment, 100 rounds, four web processes.

`make bench ARGS=race`, needs PostgreSQL. On a ZEO server and on PostgreSQL with RelStorage, both
waiting for the disk. In every tenth round a web process is killed with `kill -9` while the
clients wait for its answer: in turns the one that has just written an appointment and not answered
yet, and any one at any moment. What is booked is counted in the database; the audit works every
ledger out anew from all bookings. The table is published in docs/never-double-booked.md.

BENCH_ROUNDS: how many rounds on each (100).
"""

from datetime import datetime
from pathlib import Path
from tests import parts
from tests.faults.holding import HeldCity
from tests.faults.races import apart
from tests.faults.races import free
from tests.faults.races import Race
from tests.faults.stores import PostgreSQLStore
from tests.faults.stores import ZEOStore
from tests.postgresql import Server

import os
import statistics
import sys
import tempfile
import time


ROUNDS = int(os.environ.get("BENCH_ROUNDS", "100"))
CLIENTS = 16
WEBS = 4
KILL_EVERY = 10
DESK = "termine/burgerburo-kaarst"
FURNISH = "tests.appointments.town:furnish"
UNANSWERED = "of them after it had written and before it answered"
REPLAYED = "of them had been booked or reserved already, and got that answer"


def measure() -> str:
    """Races on both stores, and returns a section in Markdown."""
    programs = parts.postgresql()
    if programs is None:
        sys.exit("race needs PostgreSQL (Debian package: postgresql)")
    rows = {}
    with tempfile.TemporaryDirectory() as name:
        rows["FileStorage, ZEO"] = run(Path(name) / "zeo", ZEOStore())
        server = Server(Path(programs), durable=True)
        try:
            rows["PostgreSQL, RelStorage"] = run(
                Path(name) / "postgresql", PostgreSQLStore(server.url)
            )
        finally:
            server.close()
    return report(rows)


def run(home, store):
    """Founds a city, lets them race, and returns what is to be said: name → figure."""
    home.mkdir()
    city = HeldCity(home, webs=WEBS, furnish=FURNISH, store=store)
    try:
        city.start()
        race = Race(city, DESK, CLIENTS)
        starts = apart(free(city, DESK, weeks=12))[:ROUNDS]
        began = time.monotonic()
        outcome = race.run(starts, KILL_EVERY)
        took = time.monotonic() - began
        row = told(outcome, race.found(), took)
    finally:
        city.stop()
    sys.stderr.write(f"{row}\n{dict(outcome.statuses)}\n")
    return row


def told(outcome, found, took):
    """The figures, by what they say; `WANTED` says what they should be."""
    seen = {int(datetime.fromisoformat(k).timestamp()): v for k, v in outcome.winners.items()}
    return {
        "rounds": len(outcome.winners),
        "requests answered": outcome.statuses.total(),
        "rounds with exactly one winner": outcome.rounds_with_one_winner,
        "refused with 409": outcome.statuses[409],
        "of them without three other times": outcome.poor,
        "answered with 5xx": outcome.failed,
        "any other answer": sum(
            count
            for status, count in outcome.statuses.items()
            if status not in (201, 409) and status < 500
        ),
        "web processes killed (kill -9)": outcome.kills,
        UNANSWERED: outcome.kills_unanswered,
        "without an answer, asked again elsewhere": outcome.torn,
        REPLAYED: outcome.replayed,
        "appointments in the database": sum(map(len, found.bookings.values())),
        "of them not as answered": sum(found.bookings.get(k) != v for k, v in seen.items()),
        "confirmations queued": found.letters,
        "differences found by the audit": len(found.differences),
        "median answer (ms)": round(statistics.median(outcome.seconds) * 1000),
        "longest answer (s)": round(max(outcome.seconds), 1),
        "took (s)": round(took),
    }


#: What has to be so, by the rounds.
WANTED = {
    "rounds with exactly one winner": lambda rounds: rounds,
    "of them without three other times": lambda _rounds: 0,
    "answered with 5xx": lambda _rounds: 0,
    "any other answer": lambda _rounds: 0,
    "appointments in the database": lambda rounds: rounds,
    "of them not as answered": lambda _rounds: 0,
    "confirmations queued": lambda rounds: rounds,
    "differences found by the audit": lambda _rounds: 0,
}


def report(rows):
    wrong = [
        f"{name}: {what}"
        for name, row in rows.items()
        for what, wanted in WANTED.items()
        if row[what] != wanted(row["rounds"])
    ]
    # Who was killed after writing has somebody who asks again and gets what was written.
    wrong += [
        f"{name}: {REPLAYED}" for name, row in rows.items() if row[REPLAYED] < row[UNANSWERED]
    ]
    lines = [
        f"## {CLIENTS} clients race for one appointment",
        "",
        f"{CLIENTS} clients over {WEBS} web processes want the same time at the same moment, again and again; in one round "
        "they book at once, in the next they reserve and who succeeds confirms. In every "
        f"{KILL_EVERY}th round a web process is killed while it works: in turns the one that has just written an appointment or "
        "a reservation and not answered yet, and any one at any moment.",
        "",
        f"| | {' | '.join(rows)} | wanted |",
        f"| --- |{' ---: |' * (len(rows) + 1)}",
    ]
    first = next(iter(rows.values()))
    for what in first:
        wanted = WANTED[what](first["rounds"]) if what in WANTED else ""
        cells = [str(row[what]) for row in rows.values()]
        lines.append(f"| {what} | {' | '.join(cells)} | {wanted} |")
    lines += ["", f"**Not as wanted:** {'; '.join(wrong)}." if wrong else "All as wanted."]
    return "\n".join(lines) + "\n"
