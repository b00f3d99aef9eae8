"""Live: 2,000 viewers of 60 meters, and what Plone's visitors notice of them.

The demo city's web process (two threads, FileStorage), `kaarst-live` and the viewers run on the same machine.
Every second each of the meters has a new reading, which each of the viewers gets. Meanwhile one
visitor asks for pages, in turn with and without viewers. LIVE_VIEWERS says how many (2,000).
"""

from bench.instances import free_port
from bench.instances import Instance
from bench.pages import CREATE_OURS
from bench.pages import Pages
from contextlib import contextmanager
from pathlib import Path

import asyncio
import json
import multiprocessing
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time


VIEWERS = int(os.environ.get("LIVE_VIEWERS") or 2000)
METERS = [f"meter-{number:02}" for number in range(60)]
ROUNDS, SECONDS = 3, 15
PATHS = {"home page": "/kaarst", "search": "/kaarst/leistungen?q=Personalausweis"}


def measure():
    _open_files()
    with tempfile.TemporaryDirectory(prefix="kaarst-bench-") as folder:
        folder = Path(folder)
        town = Instance(folder / "town", filters=("egg:kaarst.core#security-headers",))
        town.threads = 2
        town.script(CREATE_OURS)
        with town.running("kaarst"), _meters(folder) as (store, port, process):
            found = _rounds(town, store, port, process.pid)
    return _table(*found)


def _open_files():
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


@contextmanager
def _meters(folder):
    """A store of meters that count, and `kaarst-live` beside it."""
    from kaarst.metering.store import registers
    from kaarst.metering.store import rows
    from kaarst.metering.store.batch import IMPORTED
    from kaarst.metering.store.engine import Store

    store = Store(f"sqlite:///{folder}/metering.sqlite")
    store.migrate()
    with store.writing() as connection:
        made = [registers.create(connection, key, "1-0:1.8.0", key, "energy") for key in METERS]
    ended = threading.Event()

    def count():
        while not ended.wait(1):
            now = round(time.time() * 1000)
            # What the meter shows is the moment itself: so a viewer knows how old it is.
            values = [(one.id, now, now * 1000, now, IMPORTED) for one in made]
            with store.writing() as connection:
                rows.insert_readings(connection, values)

    writer = threading.Thread(target=count)
    writer.start()
    port = free_port()
    command = [
        sys.executable, "-m", "kaarst.metering.live.main", "--host", "127.0.0.1",
        "--port", str(port), "--database", str(store.engine.url),
    ]  # fmt: skip
    process = subprocess.Popen(command)
    time.sleep(3)
    try:
        yield store, port, process
    finally:
        ended.set()
        writer.join()
        process.terminate()
        process.wait(20)


def _rounds(town, store, port, pid):
    from kaarst.metering.live import tokens

    token = tokens.seal(tokens.key(store), METERS, int(time.time()) + 3600)
    alone, beside = {name: [] for name in PATHS}, {name: [] for name in PATHS}
    ages, sent, busy = [], 0, []
    for _ in range(ROUNDS):
        _visit(town, alone)
        with _audience(port, token) as told:
            begin = _processor_seconds(pid)
            _visit(town, beside)
            busy.append((_processor_seconds(pid) - begin) / (SECONDS * len(PATHS)))
        count, part = told()
        sent += count
        ages += part
    return alone, beside, sent, sorted(ages), statistics.median(busy)


def _visit(town, taken):
    for name, path in PATHS.items():
        page = Pages(town.ports[0], path)
        page.seconds(5)
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            taken[name] += page.seconds(1)
            # A visitor who reads, not a stress test: what counts is how long one answer takes.
            time.sleep(0.05)


@contextmanager
def _audience(port, token):
    """Viewers in a process of their own; yields what tells (events, their ages in seconds)."""
    here, there = multiprocessing.Pipe()
    process = multiprocessing.Process(target=_watch, args=(port, token, there))
    process.start()
    here.recv()
    result = []
    try:
        yield lambda: result[0]
    finally:
        here.send("end")
        result.append(here.recv())
        process.join()


def _watch(port, token, pipe):
    async def viewer(ready, ages, counted):
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**20)
        head = f"GET /events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n"
        writer.write(head.encode())
        ready.release()
        while True:
            line = await reader.readline()
            if line.startswith(b"data: "):
                counted[0] += 1
                # Reading all of them would be the viewers' work and not the server's.
                if counted[0] % 50 == 0:
                    ages.append(time.time() - json.loads(line[6:])[0]["counter"])

    async def all_of_them():
        ready, ages, counted = asyncio.Semaphore(0), [], [0]
        tasks = []
        for number in range(VIEWERS):
            tasks.append(asyncio.create_task(viewer(ready, ages, counted)))
            if number % 50 == 49:
                await asyncio.sleep(0.05)
        for _ in range(VIEWERS):
            await ready.acquire()
        await asyncio.sleep(3)
        ages.clear()
        counted[0] = 0
        pipe.send("ready")
        await asyncio.to_thread(pipe.recv)
        failed = sum(task.done() for task in tasks)
        pipe.send((0 if failed else counted[0], list(ages)))
        for task in tasks:
            task.cancel()

    asyncio.run(all_of_them())


def _processor_seconds(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _table(alone, beside, sent, ages, busy):
    expected = VIEWERS * ROUNDS * SECONDS * len(PATHS)
    rows = [
        "## Live values",
        "",
        f"{VIEWERS:,} viewers of {len(METERS)} meters, each of which has a new reading every second; the "
        "demo city's web process, `kaarst-live`, the viewers and one visitor of pages on the same "
        f"machine. Without and with viewers in turn, {ROUNDS} rounds.",
        "",
        "| | alone | with viewers | ratio |",
        "| --- | ---: | ---: | ---: |",
    ]
    for name in PATHS:
        for title, of in (("median", statistics.median), ("p95", _p95)):
            before, after = of(alone[name]) * 1000, of(beside[name]) * 1000
            rows.append(
                f"| {name}, {title} (ms) | {before:.1f} | {after:.1f} | {after / before:.2f} |"
            )
    rows += [
        "",
        f"Events sent: {sent:,} ({sent / expected:.0%} of one a viewer and second). Age of a value "
        f"when it arrives: median {statistics.median(ages):.2f} s, p95 {_p95(ages):.2f} s (looked "
        f"for once a second). `kaarst-live` used {busy:.0%} of one core.",
    ]
    return "\n".join(rows)


def _p95(values):
    return sorted(values)[int(len(values) * 0.95)]
