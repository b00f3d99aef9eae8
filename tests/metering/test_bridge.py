"""The bridge with a real broker: amqtt, which `make run` uses where Mosquitto is missing."""

from kaarst.metering.bridge.client import Bridge
from kaarst.metering.bridge.client import Settings
from kaarst.metering.bridge.filters import covers
from kaarst.metering.bridge.filters import subscriptions
from kaarst.metering.bridge.main import address
from kaarst.metering.bridge.main import arguments
from kaarst.metering.bridge.main import settings
from kaarst.metering.decoders.mapping import Mapping
from kaarst.metering.store import mappings
from kaarst.metering.store import state
from paho.mqtt.client import CallbackAPIVersion
from paho.mqtt.client import Client
from tests.metering.helpers import prepare
from tests.metering.helpers import stored
from tests.ports import free_port

import contextlib
import os
import pytest
import signal
import socket
import subprocess
import sys
import threading
import time


@pytest.fixture(scope="module")
def broker():
    """The port of an amqtt."""
    port = free_port()
    command = [sys.executable, "-m", "kaarst.metering.broker", "--amqtt", "--port", str(port)]
    process = subprocess.Popen(command)
    for _ in range(200):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            break
        time.sleep(0.1)
    yield port
    process.send_signal(signal.SIGTERM)
    try:
        assert process.wait(15) == 0
    finally:
        process.kill()


@contextlib.contextmanager
def running(store, port, **more):
    bridge = Bridge(store, Settings(host="127.0.0.1", port=port, **more))
    thread = threading.Thread(target=bridge.run)
    thread.start()
    try:
        wait_until(lambda: connected(store))
        yield bridge
    finally:
        bridge.stop()
        thread.join(20)
        assert not thread.is_alive()


def connected(store):
    with store.reading() as connection:
        beat = state.heartbeat(connection)
    return beat is not None and beat[1]


def wait_until(condition, seconds=30):
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.05)


@pytest.fixture
def publisher(broker):
    client = Client(CallbackAPIVersion.VERSION2, client_id=f"device-{os.getpid()}")
    client.connect("127.0.0.1", broker)
    client.loop_start()
    yield client
    client.disconnect()
    client.loop_stop()


def test_messages_arrive_and_new_mappings_are_subscribed_to(store, broker, publisher):
    prepare(store, "a")
    with running(store, broker, discover=()):
        now = int(time.time() * 1000)
        for n in range(50):
            payload = f'{{"ts": {now - 50_000 + n * 1000}, "energy": {n}}}'
            publisher.publish("a/json", payload, qos=1)
        wait_until(lambda: len(stored(store)) == 50)
        # Nobody listens to this topic yet.
        with store.writing() as connection:
            mappings.add(connection, Mapping("haus/{device}/{channel}", "number"))
        time.sleep(3)
        publisher.publish("haus/b/energy", "1", qos=1)
        wait_until(lambda: last_topics(store) >= {"a/json", "haus/b/energy"})
    assert len(stored(store)) == 50


def last_topics(store):
    from kaarst.metering.store.replay import topics

    with store.reading() as connection:
        return {topic for topic, _seen in topics(connection)}


def test_unknown_devices_are_discovered(store, broker, publisher):
    with running(store, broker):
        publisher.publish("neu/irgendwas", b"\xff\x00", qos=1)
        wait_until(lambda: "neu/irgendwas" in last_topics(store))


@pytest.mark.parametrize(
    ("wide", "narrow", "expected"),
    [
        ("#", "a/b", True),
        ("a/#", "a", True),
        ("a/+", "a/b", True),
        ("a/+/c", "a/b/+", False),
        ("a/b", "a/+", False),
        ("+/b", "$SYS/b", False),
        ("#", "$SYS/#", False),
        ("a/+", "a/#", False),
    ],
)
def test_which_filter_covers_which(wide, narrow, expected):
    assert covers(wide, narrow) is expected


def test_no_message_is_subscribed_to_twice():
    assert subscriptions(["a/+", "a/b", "c/#", "c/d/e", "a/+"]) == ["a/+", "c/#"]
    assert subscriptions(["a", "#", "$SYS/broker"]) == ["#", "$SYS/broker"]


def test_settings_come_from_the_environment(monkeypatch, tmp_path):
    secret = tmp_path / "password"
    secret.write_text("geheim\n")
    for name, value in {
        "MQTT_HOST": "broker.example",
        "MQTT_PORT": "8883",
        "MQTT_USER": "kaarst",
        "MQTT_PASSWORD_FILE": str(secret),
        "MQTT_CA_FILE": "/etc/ca.pem",
        "MQTT_DISCOVER": "stadt/# werk/+",
        "KAARST_VAR": str(tmp_path),
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("KAARST_DATABASE", raising=False)
    found = settings(arguments([]))
    assert (found.host, found.port, found.password) == ("broker.example", 8883, "geheim")
    assert found.discover == ("stadt/#", "werk/+")
    assert address() == f"sqlite:///{tmp_path}/metering.sqlite"
    assert address("postgresql://x/y") == "postgresql://x/y"
    monkeypatch.setenv("KAARST_DATABASE", "postgresql://kaarst@localhost/kaarst")
    assert address() == "postgresql+psycopg://kaarst@localhost/kaarst"
