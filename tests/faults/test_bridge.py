"""Nothing is lost: the bridge is killed, the broker restarted, the database taken away.

KAARST_LONG=1 runs it with 20 kills and more messages. What must hold afterwards: every reading that
the broker had acknowledged to its meter is stored, every roll-up is right, all rubbish is in the
dead letters, and the sums of what came in add up.
"""

from contextlib import closing
from kaarst.metering.decoders import load
from kaarst.metering.store.engine import Store
from kaarst.metering.store.state import heartbeat
from tests.faults import traffic as traffic_
from tests.faults.mosquitto import Broker
from tests.metering.conftest import new_database

import os
import pytest
import random
import resource
import signal
import subprocess
import sys
import threading
import time


LONG = bool(os.environ.get("KAARST_LONG"))
KILLS = 20 if LONG else 5
MESSAGES = 120_000 if LONG else 12_000
# So that the kills come while messages do.
RATE = 3000 if LONG else 800
pytestmark = [pytest.mark.mosquitto, pytest.mark.timeout(900)]


class BridgeProcess:
    """The bridge as it runs in production, started as often as it is killed."""

    def __init__(
        self,
        database: str,
        port: int,
        *extra: str,
        module: tuple[str, ...] = ("kaarst.metering.bridge.main",),
    ):
        self._command = [
            sys.executable, "-m", *module,
            "--database", database, "--host", "127.0.0.1", "--port", str(port), *extra,
        ]  # fmt: skip
        self.start()

    def start(self):
        self.started = time.time()
        self._process = subprocess.Popen(self._command)

    def kill(self):
        self._process.kill()
        self._process.wait()
        self.start()

    def fill_the_disk(self, seconds: float):
        """For a while each write of the process fails as on a full disk."""
        limits = resource.prlimit(self._process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(self._process.pid, resource.RLIMIT_FSIZE, (4096, limits[1]))
        time.sleep(seconds)
        resource.prlimit(self._process.pid, resource.RLIMIT_FSIZE, limits)

    def close(self):
        """Ends it as the process manager does; it has to end by itself."""
        self._process.send_signal(signal.SIGTERM)
        try:
            assert self._process.wait(20) == 0
        finally:
            self._process.kill()


def hold_sqlite(store: Store, seconds: float):
    """Another process keeps the database for itself."""
    with store.writing():
        time.sleep(seconds)


def attack(
    store, bridge: BridgeProcess, broker: Broker, count: int, kills: int, take_database_away
):
    """Kills the bridge in the middle of its work; in between broker and database are gone."""
    chance = random.Random(kills)
    for number in range(kills):
        wait_for_progress(store, count)
        time.sleep(chance.random() / 2)
        bridge.kill()
        if number == kills // 3:
            broker.restart()
        if number == kills // 2:
            wait_for_progress(store, count)
            take_database_away()
        if number == kills * 2 // 3 and store.sqlite:
            wait_for_progress(store, count)
            assert_refuses_on_a_full_disk(store, bridge)


def assert_refuses_on_a_full_disk(store: Store, bridge: BridgeProcess):
    """Nothing is taken while nothing can be written; PostgreSQL's disk is not the bridge's."""
    before = traffic_.sums(store)["received"]
    bridge.fill_the_disk(15 if LONG else 3)
    # What was being committed as the disk became full may have been the last that fitted.
    assert traffic_.sums(store)["received"] <= before + 2000


def wait_for_progress(store: Store, count: int, seconds: float = 30):
    """Waits until the bridge has taken some more messages, or all of the `count` that come."""
    before, until = traffic_.sums(store)["received"], time.monotonic() + seconds
    wanted = min(before + 200, count)
    while traffic_.sums(store)["received"] < wanted and time.monotonic() < until:
        time.sleep(0.05)


def run(tmp_path, database: str, take_database_away, *extra: str, kills=KILLS, count=MESSAGES):
    load()
    store = Store(database)
    store.migrate()
    traffic_.prepare(store)
    broker = Broker(tmp_path / "broker")
    try:
        with closing(BridgeProcess(database, broker.port, *extra)) as bridge:
            # The session must exist before the broker can keep anything for it.
            wait_until_connected(store)
            with closing(traffic_.Publisher(broker.port)) as publisher:
                traffic = traffic_.make(count)
                sending = threading.Thread(target=publisher.send, args=(traffic.messages, RATE))
                sending.start()
                attack(store, bridge, broker, count, kills, lambda: take_database_away(store))
                sending.join()
                publisher.wait()
                found = traffic_.wait_for(store, traffic, 120)
                # Python that is still starting knows nothing yet of ending in order.
                wait_until_connected(store, bridge.started)
        return traffic, found, store
    finally:
        broker.stop()


def wait_until_connected(store: Store, since: float = 0):
    """Waits for a sign of life later than `since` (seconds of the epoch)."""
    for _ in range(300):
        with store.reading() as connection:
            beat = heartbeat(connection)
        if beat and beat[1] and beat[0] > since * 1000:
            return
        time.sleep(0.1)
    raise AssertionError("the bridge did not connect")


def figures(traffic, found, store, kills: int) -> str:
    """What happened, as a row of docs/no-reading-lost.md (pytest -rA shows it)."""
    sums = traffic_.sums(store)
    missing = len(set(traffic.readings) - set(found))
    wrong = traffic_.wrong_edges(store, traffic)
    dead = len(traffic_.rubbish(store))
    return (
        f"| {len(traffic.messages):,} | {kills} | {sums['received']:,} | {sums['stored']:,} "
        f"| {sums['duplicate']:,} | {dead:,} of {len(traffic.rubbish):,} | **{missing}** | **{wrong}** |"
    )


def assert_nothing_lost(traffic, found, store, kills: int = 0):
    sys.stdout.write(figures(traffic, found, store, kills))
    missing = sorted(set(traffic.readings) - set(found), key=lambda key: key[1])
    assert not missing, (
        f"{len(missing)} readings are missing, from {missing[0]} to {missing[-1]}: "
        f"{traffic_.sums(store)}"
    )
    assert found == traffic.readings
    assert traffic_.wrong_edges(store, traffic) == 0
    assert traffic_.rubbish(store) == traffic.rubbish
    sums = traffic_.sums(store)
    assert sums["received"] == sums["stored"] + sums["duplicate"] + sums["dead"]
    assert sums["stored"] == len(traffic.readings)
    assert sums["received"] >= len(traffic.messages)


def test_nothing_is_lost_with_sqlite(tmp_path):
    database = f"sqlite:///{tmp_path}/metering.sqlite"
    seconds = 60 if LONG else 3
    result = run(tmp_path, database, lambda store: hold_sqlite(store, seconds))
    assert_nothing_lost(*result, KILLS)


@pytest.mark.postgresql
def test_nothing_is_lost_with_postgresql(tmp_path, postgresql_server):
    database = new_database(postgresql_server.url)

    def crash(store):
        postgresql_server.stop()
        time.sleep(60 if LONG else 3)
        postgresql_server.start()
        store.dispose()

    result = run(tmp_path, database, crash)
    assert_nothing_lost(*result, KILLS)


def test_a_clock_that_jumps_misplaces_nothing(tmp_path):
    """Three days ahead, two hours back, and right again: no reading seems to come from the future."""
    load()
    database, offset = f"sqlite:///{tmp_path}/metering.sqlite", tmp_path / "offset"
    offset.write_text("0")
    store = Store(database)
    store.migrate()
    traffic_.prepare(store)
    traffic = traffic_.make(4000)
    broker = Broker(tmp_path / "broker")
    module = ("tests.faults.jumping", str(offset))
    try:
        with closing(BridgeProcess(database, broker.port, module=module)) as bridge:
            wait_until_connected(store)
            with closing(traffic_.Publisher(broker.port)) as publisher:
                for part, seconds in enumerate((0, 3 * 86_400, -7200, 0)):
                    # Replaced and not rewritten: the bridge may be reading.
                    (tmp_path / "new").write_text(str(seconds))
                    (tmp_path / "new").replace(offset)
                    messages = traffic.messages[part::4]
                    publisher.send(messages, 800)
                    publisher.wait()
                found = traffic_.wait_for(store, traffic, 60)
            assert bridge.started
    finally:
        broker.stop()
    assert_nothing_lost(traffic, found, store)


def test_automatic_acknowledgements_would_lose_readings(tmp_path):
    """The experiment behind the design: acknowledged on arrival, readings die with the process."""
    database = f"sqlite:///{tmp_path}/metering.sqlite"
    traffic, found, store = run(
        tmp_path, database, lambda store: None, "--automatic-acknowledgement"
    )
    sys.stdout.write(figures(traffic, found, store, KILLS))
    missing = set(traffic.readings) - set(found)
    assert missing, "nothing was lost although acknowledgements came before commits"
