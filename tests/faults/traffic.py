"""Meters as they behave on a bad day, and what must be in the store afterwards."""

from dataclasses import dataclass
from dataclasses import field
from kaarst.metering.decoders.mapping import Mapping
from kaarst.metering.rollup.calendar import HOUR
from kaarst.metering.store import edges
from kaarst.metering.store import letters
from kaarst.metering.store import mappings
from kaarst.metering.store import registers
from kaarst.metering.store.engine import Store
from kaarst.metering.store.schema import day_edge
from kaarst.metering.store.schema import dead_letter
from kaarst.metering.store.schema import hour_edge
from kaarst.metering.store.schema import reading
from kaarst.metering.store.state import heartbeat
from paho.mqtt.client import CallbackAPIVersion
from paho.mqtt.client import Client
from sqlalchemy import select

import random
import time


METERS = 30
SPACING = 15 * 60_000
# Messages that wait at a device for the broker; paho drops what is more than its 65,535 numbers.
WAITING = 5000
# Seconds in which a broker takes something, however busy the machine is.
PATIENCE = 60


@dataclass
class Traffic:
    """Messages in the order of sending, and the truth about them.

    2 % are sent twice, some in disorder, 1 % is rubbish. `readings`: (meter, moment) → value.
    """

    messages: list[tuple[str, bytes]] = field(default_factory=list)
    readings: dict[tuple[int, int], int] = field(default_factory=dict)
    rubbish: set[bytes] = field(default_factory=set)


def make(count: int, seed: int = 1) -> Traffic:
    """Makes `count` different readings of METERS meters, ending now, and what goes with them."""
    chance = random.Random(seed)
    made = Traffic()
    each = count // METERS
    begin = (int(time.time() * 1000) // SPACING - each) * SPACING
    counters = [chance.randrange(10**6) for _ in range(METERS)]
    for step in range(each):
        for meter in range(METERS):
            counters[meter] += chance.randrange(500)
            moment = begin + step * SPACING + meter * 1000
            made.readings[meter, moment] = counters[meter] * 1000
            value = f"{counters[meter] // 1000}.{counters[meter] % 1000:03d}"
            payload = f'{{"ts":{moment},"energy":{value}}}'.encode()
            made.messages.append((f"meter-{meter}/json", payload))
    for _ in range(count // 50):
        made.messages.insert(chance.randrange(len(made.messages)), chance.choice(made.messages))
    for number in range(count // 100):
        payload = b'{"ts": %d, "energy": ' % number
        made.rubbish.add(payload)
        made.messages.insert(chance.randrange(len(made.messages)), ("meter-0/json", payload))
    for _ in range(count // 20):
        place = chance.randrange(len(made.messages))
        message = made.messages.pop(place)
        made.messages.insert(min(place + chance.randrange(300), len(made.messages)), message)
    return made


def prepare(store: Store):
    """Gives every meter its register."""
    with store.writing() as connection:
        mappings.add(connection, Mapping("{device}/json", "json"))
        for meter in range(METERS):
            registers.create(
                connection, f"meter-{meter}", "1-0:1.8.0", f"own:meter-{meter}", "energy"
            )


class Publisher:
    """Sends at a rate with QoS 1, as devices do that keep what the broker has not acknowledged."""

    def __init__(self, port: int):
        self._client = Client(CallbackAPIVersion.VERSION2, client_id="meters", clean_session=False)
        self._client.reconnect_delay_set(0.2, 1)
        self._client.max_queued_messages_set(0)
        self._client.max_inflight_messages_set(500)
        # A message given while the broker is away is kept and sent later, but asking it whether it
        # is published raises: so what the broker has taken is counted.
        self._sent = self._taken = 0
        self._client.on_publish = self._count
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()

    def _count(self, client, userdata, mid, reason_code, properties):
        self._taken += 1

    def send(self, messages, rate: float):
        """Publishes all of them, evenly, as far as the broker takes them."""
        begin = time.monotonic()
        for number, (topic, payload) in enumerate(messages):
            self._wait_for(self._sent - WAITING)
            self._client.publish(topic, payload, qos=1)
            self._sent += 1
            ahead = number / rate - (time.monotonic() - begin)
            if ahead > 0.01:
                time.sleep(ahead)

    def wait(self):
        """Waits until the broker has taken everything."""
        self._wait_for(self._sent)

    def _wait_for(self, count: int):
        """Waits until the broker has taken so many; however long it takes, as long as it takes any."""
        before, until = self._taken, time.monotonic() + PATIENCE
        while self._taken < count:
            if self._taken > before:
                before, until = self._taken, time.monotonic() + PATIENCE
            if time.monotonic() > until:
                raise TimeoutError(f"the broker has taken {self._taken} of {self._sent} messages")
            time.sleep(0.01)

    def close(self):
        self._client.disconnect()
        self._client.loop_stop()


def stored(store: Store) -> dict[tuple[int, int], int]:
    """(meter, moment) → value of everything in the store."""
    with store.reading() as connection:
        meters = {r.id: int(r.meter[6:]) for r in registers.registers(connection)}
        rows = connection.execute(select(reading.c.register, reading.c.ts, reading.c.value))
        return {(meters[register], ts): value for register, ts, value in rows}


def wait_for(store: Store, traffic: Traffic, seconds: float) -> dict:
    """Waits until everything is there, or the bridge is connected and nothing more comes.

    `seconds`: how long nothing may come while the bridge is not connected.
    """
    begin, before, still = time.time(), -1, 0
    until = begin + seconds
    while time.time() < until:
        found = sums(store)
        # Rubbish may come twice; which of it is there is asked only when it can be all.
        there = found["stored"] >= len(traffic.readings) and found["dead"] >= len(traffic.rubbish)
        if there and len(rubbish(store)) >= len(traffic.rubbish):
            break
        with store.reading() as connection:
            beat = heartbeat(connection)
        connected = beat is not None and beat[1] and beat[0] > begin * 1000
        more = found["received"] > before
        still = 0 if more or not connected else still + 1
        if still > 40:
            break
        before, until = found["received"], time.time() + seconds if more else until
        time.sleep(0.5)
    return stored(store)


def rubbish(store: Store) -> set[bytes]:
    """The payloads of the dead letters."""
    with store.reading() as connection:
        return {
            bytes(payload)
            for payload in connection.execute(select(dead_letter.c.payload)).scalars()
        }


def wrong_edges(store: Store, traffic: Traffic) -> int:
    """How many hours and days say something else than the truth does."""
    with store.reading() as connection:
        numbers = {int(r.meter[6:]): r.id for r in registers.registers(connection)}
        hours: dict = {}
        for (meter, ts), value in traffic.readings.items():
            edges.merge_reading(hours, (numbers[meter], ts // HOUR), ts, value)
        wrong = 0
        for table, expected in ((hour_edge, hours), (day_edge, edges.days_from_hours(hours))):
            rows = connection.execute(select(table)).all()
            found = {(row[0], row[1]): list(row[2:]) for row in rows}
            wrong += sum(found.get(key) != edge for key, edge in expected.items())
            wrong += len(set(found) - set(expected))
        return wrong


def sums(store: Store) -> dict[str, int]:
    with store.reading() as connection:
        return letters.sums(connection)
