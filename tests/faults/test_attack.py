"""A device of the town turned hostile: real Mosquitto with the shipped rules, the real bridge.

Whatever it sends, nothing crashes, the memory stays small, every message is accounted for, and no reading of
another meter is false or missing.
"""

from collections import Counter
from contextlib import closing
from contextlib import ExitStack
from kaarst.metering.decoders import load
from kaarst.metering.store.engine import Store
from paho.mqtt.client import CallbackAPIVersion
from paho.mqtt.client import Client
from pathlib import Path
from tests.faults import traffic
from tests.faults.mosquitto import ShippedBroker
from tests.faults.test_bridge import BridgeProcess
from tests.faults.test_bridge import wait_until_connected
from tests.metering.helpers import prepare
from tests.metering.helpers import stored

import json
import pytest
import socket
import struct
import time


pytestmark = [pytest.mark.mosquitto, pytest.mark.timeout(300)]

BRIDGE = "kaarst-bridge"
PASSWORDS = {BRIDGE: "bruecke-7Q4M", "good": "gut-2XPD", "evil": "boese-KAAR", "#": "x", "+": "y"}
#: Megabytes that the bridge may grow by while all this comes.
GROWTH = 120

NASTY = (
    b"",
    b"\0" * 1000,
    b"\xff\xfe\xfd",
    b"[" * 60_000,
    b'{"a":' * 10_000,
    b"[" * 30_000 + b"]" * 30_000,
    b'{"ts": 1e999999999, "energy": 1}',
    b'{"ts": "9999-12-31T23:59:59", "energy": 1}',
    b'{"ts": -1, "energy": 1}',
    b'{"energy": NaN}',
    b'{"energy": Infinity}',
    b'{"energy": -Infinity}',
    b'{"energy": 1e999999999}',
    b'{"energy": 9' + b"9" * 5000 + b"}",
    '{"energy": "\u0663\u0661"}'.encode(),
    '{"energy": "4\u00b2"}'.encode(),
    b'{"energy": "1_000"}',
    b'{"energy": "\\ud800"}',
    b'{"energy": "\\u0000"}',
    b'{"energy": {"energy": {"energy": 1}}}',
    b'{"energy": ' + b"[" + b"1," * 20_000 + b"1]}",
    json.dumps({f"k{n}": n for n in range(3000)}).encode(),
    b'{"energy": 1, "energy": 2, "ts": "\\u202e2026"}',
    b'{"device": "good", "ts": 1, "energy": 99}',
    "\u0661\u0662".encode(),
    b"1e400",
    b"0x10",
    b"x" * 65_000,
)
TOPICS = (
    "evil/json", "evil/sensor/energy/state", "evil/sensor/\u202egood/state", "evil//", "evil/../good/json",
    "evil/{device}", "evil/%u/json", "evil/sensor/\N{REPLACEMENT CHARACTER}/state", "tele/evil/SENSOR", "evil/" + "/" * 150,
    "evil/sensor/'; DROP TABLE metering_reading; --/state", "evil/" + "\U0001f600" * 600,
)  # fmt: skip
#: What the rules forbid: places of the other meter and of network servers.
FORBIDDEN = (
    "good/json",
    "tele/good/SENSOR",
    "json",
    "$SYS/broker/uptime",
    "application/1/device/x/event/up",
)


class Speaker:
    """Somebody who signs in with a name of their own; counts what the broker has taken."""

    def __init__(self, port, user, client_id=""):
        self._client = Client(CallbackAPIVersion.VERSION2, client_id=client_id or user)
        self._client.username_pw_set(user, PASSWORDS[user])
        self.heard = []
        self._client.on_message = lambda client, data, message: self.heard.append(message.topic)
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()
        for _ in range(100):
            if self._client.is_connected():
                break
            time.sleep(0.05)

    def send(self, topic, payload, retain=False):
        self._client.publish(topic, payload, qos=1, retain=retain).wait_for_publish(20)

    def flood(self, topics):
        """Sends without waiting in between, until the broker has taken everything."""
        for one in [self._client.publish(topic, b"1", qos=1) for topic in topics]:
            one.wait_for_publish(60)

    def listen(self):
        self._client.subscribe([("#", 1), ("good/#", 1), ("$SYS/#", 1)])

    def close(self):
        self._client.disconnect()
        self._client.loop_stop()


def memory(process) -> float:
    """Megabytes that a process has in memory."""
    status = Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8")
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def wait_for(store, count):
    until = time.monotonic() + 60
    while traffic.sums(store)["received"] < count:
        assert time.monotonic() < until, (traffic.sums(store), count)
        time.sleep(0.05)


def outcomes(store) -> Counter:
    with store.reading() as connection:
        query = "SELECT reason, sum(count) FROM metering_dead_letter GROUP BY reason"
        return Counter({reason: int(count) for reason, count in connection.exec_driver_sql(query)})


def raw(port, *packets, user="evil") -> bytes:
    """Sends bytes that no client library would send; returns what comes back before the line is cut."""
    name, password = user.encode(), PASSWORDS[user].encode()
    body = b"\0\4MQTT\4\xc2\0\x3c" + _text(b"raw") + _text(name) + _text(password)
    with socket.create_connection(("127.0.0.1", port), timeout=5) as line:
        line.sendall(b"\x10" + bytes([len(body)]) + body)
        if line.recv(4)[3]:
            return b""
        try:
            for packet in packets:
                line.sendall(packet)
            line.settimeout(0.3)
            return line.recv(16)
        except OSError:
            return b""


def _text(value: bytes) -> bytes:
    return struct.pack("!H", len(value)) + value


def _publish(topic: bytes, payload=b"1", flags=b"\x32") -> bytes:
    """A PUBLISH; `flags`: its first byte, with QoS 1 or 0, to be kept by the broker or not."""
    body = _text(topic) + (b"\0\1" if flags in b"\x32\x33" else b"") + payload
    return flags + bytes([len(body)]) + body


@pytest.mark.parametrize(
    "where", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]
)
def test_a_hostile_device(tmp_path, where, request):
    load()
    database = f"sqlite:///{tmp_path}/m.sqlite"
    if where == "postgresql":
        from tests.metering.conftest import new_database

        database = new_database(request.getfixturevalue("postgresql_url"))
    with ExitStack() as stack:
        store = Store(database)
        stack.callback(store.dispose)
        store.migrate()
        prepare(store, "good")
        broker = ShippedBroker(tmp_path / "broker", PASSWORDS)
        stack.callback(broker.stop)
        password = tmp_path / "password"
        password.write_text(PASSWORDS[BRIDGE])
        extra = ("--user", BRIDGE, "--password-file", str(password))
        bridge = stack.enter_context(closing(BridgeProcess(database, broker.port, *extra)))
        wait_until_connected(store)
        good = stack.enter_context(closing(Speaker(broker.port, "good")))
        now = int(time.time() * 1000)
        good.send("good/json", f'{{"ts": {now - 60_000}, "energy": 100}}')
        wait_for(store, 1)
        before, sent = memory(bridge._process), 1

        # Speaking for another meter, or for the network's server, also for it to be kept: thrown away.
        claim = f'{{"ts": {now}, "energy": 4711}}'.encode()
        for topic in FORBIDDEN:
            for flags in (b"\x30", b"\x31", b"\x32", b"\x33"):
                raw(broker.port, _publish(topic.encode(), claim, flags))
        # Names that are wildcards may not even sign in, or are given nothing by the rules.
        for name in ("#", "+"):
            raw(broker.port, _publish(b"good/json", claim, b"\x30"), user=name)
        # What no library sends: wildcards, nothing and no text as a topic. The broker hangs up.
        for topic in (
            b"evil/#",
            b"evil/+/json",
            b"evil/\0",
            b"\xff\xfe",
            b"",
        ):
            assert raw(broker.port, _publish(topic)) == b"", topic

        # Its own topics are its own: rubbish of all kinds is taken, and counted.
        evil = stack.enter_context(closing(Speaker(broker.port, "evil")))
        evil.listen()
        for payload in NASTY:
            for topic in TOPICS[:2]:
                evil.send(topic, payload)
                sent += 1
        for topic in TOPICS:
            evil.send(topic, b"12")
            sent += 1
        # Topics that are long and never the same.
        evil.flood(f"evil/{number:05}/" + "x" * 20_000 for number in range(3000))
        sent += 3000
        # As the bridge: the name one signs in with counts, so the bridge's session stays its own.
        with closing(Speaker(broker.port, "evil", client_id=BRIDGE)):
            good.send("good/json", f'{{"ts": {now - 30_000}, "energy": 101}}')
        good.send("good/json", f'{{"ts": {now}, "energy": 102}}')
        sent += 2
        wait_for(store, sent)

        sums, dead = traffic.sums(store), outcomes(store)
        assert evil.heard == []
        assert sums["received"] == sent == sums["stored"] + sums["duplicate"] + sums["dead"]
        assert (sums["stored"], sums["duplicate"]) == (3, 0)
        assert sum(dead.values()) == sums["dead"] and dead["failed"] == 0, dead
        assert dead["long-topic"] >= 3000
        assert [int(value) for _moment, value in stored(store)] == [100, 101, 102]
        assert bridge._process.poll() is None
        assert memory(bridge._process) - before < GROWTH
