"""`kaarst-simulate`: the meters of the demo city. Fills a year of history, then publishes live.

Faults are part of it: messages sent twice, rubbish, a silent meter, a counter that was reset, probes
that are frozen or torn off, and a device that nobody has mapped yet.
"""

from kaarst.metering.bridge.main import address
from kaarst.metering.bridge.main import patient_store
from kaarst.metering.decoders import load
from kaarst.metering.rollup.calendar import HOUR
from kaarst.metering.simulation import curves
from kaarst.metering.simulation import messages
from kaarst.metering.simulation import past
from kaarst.metering.simulation import setup
from kaarst.metering.simulation import town
from kaarst.metering.store import registers
from kaarst.metering.store.engine import Store
from kaarst.metering.store.history import newest
from kaarst.metering.units import MICRO
from paho.mqtt.client import CallbackAPIVersion
from paho.mqtt.client import Client

import argparse
import logging
import os
import random
import signal
import sys
import threading
import time


logger = logging.getLogger("kaarst.metering.simulation")
# With a year of history or more, the year before it is filled as well.
YEAR = 365


class Town:
    """The state of all simulated devices: their counters, from the store or as they last sent."""

    def __init__(self, store: Store, chance: random.Random):
        self._chance = chance
        self._buildings = {building.slug: building for building in town.BUILDINGS}
        self._counters: dict[str, dict[str, float]] = {}
        self._before: dict[str, int] = {}
        now = int(time.time() * 1000)
        with store.reading() as connection:
            for plan in town.meters():
                self._before[plan.key] = now
                counters = self._counters[plan.key] = {}
                for register in registers.registers(connection, meter=plan.key):
                    found = newest(connection, register)
                    counters[register.obis] = 0.0 if found is None else found.value / MICRO

    def round(self, plan: town.MeterPlan, now: int) -> list[messages.Wire]:
        """Lets a meter count until now and returns what it sends."""
        if plan.fault == "silent":
            return []
        hours = (now - self._before[plan.key]) / HOUR
        self._before[plan.key] = now
        rate = curves.rate(plan.profile, plan.size, plan.key, now // HOUR, plan.fault)
        rate *= 0.92 + 0.16 * self._chance.random()
        counters = self._counters[plan.key]
        for obis in counters:
            if obis == "1-0:2.8.0":
                peak_power = self._buildings[plan.building].peak_power
                counters[obis] += curves.feed_in(peak_power, now // HOUR) * hours
            elif obis != "1-0:16.7.0":
                counters[obis] += rate * hours
        if plan.fault == "reset" and self._chance.random() < 0.0005:
            counters["1-0:1.8.0"] = 0.0
        sent = messages.of_meter(plan, now, counters, rate * 1000)
        if plan.fault == "doubled" or self._chance.random() < 0.02:
            sent += sent
        return sent


def strange(chance: random.Random, now: int) -> list[messages.Wire]:
    """Messages that belong into the dead letters: rubbish, and a device nobody has mapped."""
    sent = []
    if chance.random() < 0.3:
        sent.append(("tele/rathaus-strom/SENSOR", b'{"Time":"2026-03-02T10:15:00","SML":{"Tot'))
    if chance.random() < 0.5:
        energy = 4711 + now / HOUR * 0.37 % 10_000
        payload = b'{"time":%d,"zaehler":{"energie_kwh":%.3f}}' % (now // 1000, energy)
        sent.append(("bauhof/neuer-zaehler", payload))
    return sent


def publish(client: Client, store: Store, seconds: float, running) -> None:
    """Publishes round after round until `running()` is false; a round of meters takes `seconds`."""
    chance = random.Random()
    devices = Town(store, chance)
    plans = list(town.meters())
    trees = [tree for tree in town.trees() if tree.probe and tree.fault != "silent"]
    turn = 0
    while running():
        begin = time.monotonic()
        for index, plan in enumerate(plans):
            for topic, payload in devices.round(plan, int(time.time() * 1000)):
                client.publish(topic, payload, qos=1)
            # Spread over the round, as devices are not in step.
            ahead = seconds * (index + 1) / len(plans) - (time.monotonic() - begin)
            if ahead > 0:
                time.sleep(ahead)
            if not running():
                return
        for tree in trees[turn % 4 :: 4]:
            for topic, payload in messages.of_tree(tree, int(time.time() * 1000)):
                client.publish(topic, payload, qos=1)
        for topic, payload in messages.of_gauge(int(time.time() * 1000)):
            client.publish(topic, payload, qos=1)
        for topic, payload in strange(chance, int(time.time() * 1000)):
            client.publish(topic, payload, qos=1)
        turn += 1


def arguments(words: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="kaarst-simulate", description=__doc__.splitlines()[0])
    parser.add_argument("--database", default="", help="SQLAlchemy URL")
    parser.add_argument("--host", default=os.environ.get("MQTT_HOST") or "localhost")
    parser.add_argument("--port", type=int, default=int(os.environ.get("MQTT_PORT") or 1883))
    parser.add_argument("--every", type=float, default=10, help="seconds between two values")
    parser.add_argument("--days", type=int, default=365, help="days of history, 0 for none")
    parser.add_argument("--only-history", action="store_true", help="end when history is filled")
    return parser.parse_args(words)


def _fill_earlier(store: Store, go_on) -> None:
    """Beside the devices, which do not wait for it."""
    begin = time.monotonic()
    count = past.fill_earlier(store, int(time.time() * 1000), go_on)
    logger.info("%s readings of the year before in %.0f s", count, time.monotonic() - begin)


def main(words: list[str] | None = None) -> int:
    """Runs until SIGTERM or SIGINT."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    chosen = arguments(words)
    load()
    stopped = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.append(True))
    store = patient_store(address(chosen.database))
    setup.prepare(store)
    if chosen.days and not stopped:
        begin = time.monotonic()
        count = setup.fill(store, int(time.time() * 1000), chosen.days)
        logger.info("%s readings of history in %.0f s", count, time.monotonic() - begin)
    earlier = threading.Thread(target=_fill_earlier, args=(store, lambda: not stopped))
    if chosen.days >= YEAR and not stopped:
        earlier.start()
    if chosen.only_history:
        return 0
    client = Client(CallbackAPIVersion.VERSION2, client_id="kaarst-simulate")
    client.max_queued_messages_set(10_000)
    client.connect_async(chosen.host, chosen.port)
    client.loop_start()
    try:
        publish(client, store, chosen.every, lambda: not stopped)
    finally:
        client.disconnect()
        client.loop_stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
