"""The clerks' list with 50,000 cases: how long one page of it takes to be found.

Run by `python -m bench desk`. What is measured is what the list's page asks of its index, settled and
with fresh cases beside it; the database is a FileStorage, so that loading counts, too.
"""

from datetime import date
from datetime import datetime
from datetime import timedelta
from datetime import UTC
from kaarst.services.cases.departments.scope import EVERYTHING
from kaarst.services.cases.departments.scope import Scope
from kaarst.services.cases.index import CaseIndex
from kaarst.services.cases.summary import summary
from pathlib import Path
from ZODB.DB import DB
from ZODB.FileStorage import FileStorage

import random
import statistics
import tempfile
import time
import transaction


CASES = 50_000
FRESH = 20
RUNS = 15
GOAL = 300
STATES = ["received"] * 3 + ["in_progress"] * 3 + ["waiting"] + ["decided"] * 12 + ["withdrawn"]
NAMES = ["Erika", "Max", "Sabine", "Mehmet", "Olga", "Jürgen", "Ayşe", "Łukasz"]
FAMILIES = ["Mustermann", "Müller", "Schmitz", "Yılmaz", "Kowalski", "Özdemir", "Weber"]
FORMS = ["Anmeldung bei Zuzug", "Hund anmelden", "Bewohnerparkausweis", "Barriere melden"]
DEPARTMENTS = ["", "steuern", "standesamt", "bauen", "soziales"]
CLERKS = ["", "", "sachbearbeitung", "kollegin", "kollege"]
MINE = Scope(frozenset(DEPARTMENTS[:1]), {"kollege": frozenset(DEPARTMENTS[:2])})
QUESTIONS = {
    "one department, standing in for a colleague": {"urgent": True, "scope": MINE},
    "one department, a common name": {"urgent": True, "text": "müller", "scope": MINE},
    "all, most urgent first": {"urgent": True},
    "mine": {"clerk": "sachbearbeitung", "urgent": True},
    "nobody's, received": {"state": "received", "clerk": "", "urgent": True},
    "a common name": {"text": "müller", "urgent": True},
    "a full name": {"text": "olga kowalski", "urgent": True},
    "a street": {"text": "hauptstr 17", "urgent": True},
    "the last page": {"start": CASES - 50, "urgent": True},
}


def measure() -> str:
    """Makes the index, asks, and returns a section in Markdown."""
    with tempfile.TemporaryDirectory() as folder:
        db = DB(FileStorage(str(Path(folder) / "Data.fs")), cache_size=50_000)
        try:
            return _report(_measured(db))
        finally:
            db.close()


def _measured(db):
    chance = random.Random(1)
    with db.transaction() as connection:
        connection.root()["index"] = CaseIndex()
    connection = db.open()
    index = connection.root()["index"]
    for number in range(CASES):
        index.put(_case(number, chance))
        if number % 5000 == 4999:
            while index.settle():
                transaction.commit()
            connection.cacheMinimize()
    for number in range(CASES, CASES + FRESH):
        index.put(_case(number, chance))
    transaction.commit()
    rows = []
    for name, question in QUESTIONS.items():
        connection.cacheMinimize()
        times, found = [], 0
        for _run in range(RUNS):
            began = time.perf_counter()
            found, _rows = index.find(**{"scope": EVERYTHING, **question})
            times.append((time.perf_counter() - began) * 1000)
        rows.append((name, found, times[0], statistics.median(times[1:])))
    connection.close()
    return rows


def _case(number, chance):
    received = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=number * 10)
    answers = [
        {"text": f"{chance.choice(NAMES)} {chance.choice(FAMILIES)}"},
        {"text": f"Hauptstraße {chance.randrange(200)}, 41564 Kaarst"},
        {"text": "Ich möchte mich anmelden und habe eine Frage zu den Unterlagen."},
    ]
    form = chance.choice(FORMS)
    due = date(2026, 1, 29) + timedelta(days=number // 144)
    return summary(
        f"KAA-{number:08d}",
        chance.choice(STATES),
        received,
        due,
        form,
        form,
        answers,
        clerk=chance.choice(CLERKS),
        department=chance.choice(DEPARTMENTS),
    )


def _report(rows):
    lines = [
        f"## The clerks' list with {CASES:,} cases",
        "",
        f"Goal: a page in under {GOAL} ms. Cold: nothing of the index in memory.",
        "",
        "| list | found | cold (ms) | warm (ms) |",
        "| --- | ---: | ---: | ---: |",
    ]
    lines += [
        f"| {name} | {found:,} | {cold:.0f} | {warm:.0f} |" for name, found, cold, warm in rows
    ]
    return "\n".join(lines) + "\n"
