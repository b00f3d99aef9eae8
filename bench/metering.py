"""Metering: the bridge from the broker to the commit, and reading a year back.

Taking in: Mosquitto holds a backlog of messages (118 bytes of JSON, QoS 1) for a persistent session.
Measured is the time from the first message to the last one acknowledged, in a process of its own:
paho alone, with manual acknowledgements and a callback that does nothing else, and the bridge, which
decodes, stores with roll-ups, commits to the disk and then acknowledges. In turn, in rounds.

Beside it Node-RED into InfluxDB, see nodered.py.

Reading a year back: see readings.py.
"""

from contextlib import contextmanager
from contextlib import suppress
from pathlib import Path

import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time


MESSAGES = int(os.environ.get("METERING_MESSAGES") or 60_000)
ROUNDS = 3
DEVICES = 200
PORT = int(os.environ.get("METERING_PORT") or 21650)


def measure():
    from bench import readings

    lines = ["## Metering", ""]
    with tempfile.TemporaryDirectory(prefix="kaarst-bench-") as folder:
        lines += _intake(Path(folder))
        lines += ["", *readings.read(Path(folder))]
    lines += ["", f"Load of the machine (5 minutes, at the end): {os.getloadavg()[1]:.1f}."]
    return "\n".join(lines)


def _intake(folder):
    rates = {"paho": [], "sqlite": [], "postgresql": []}
    postgresql = _postgresql()
    try:
        for number in range(ROUNDS):
            rates["paho"].append(_round(folder, "paho", ""))
            database = f"sqlite:///{folder}/round-{number}.sqlite"
            rates["sqlite"].append(_round(folder, "bridge", database))
            if postgresql is not None:
                rates["postgresql"].append(
                    _round(folder, "bridge", _new_database(postgresql, number))
                )
    finally:
        if postgresql is not None:
            postgresql.close()
    return [*_table(rates), *_peer(folder, statistics.median(rates["sqlite"])[0])]


#: What is measured, in the order of the table.
TITLES = {
    "paho": "paho, manual acknowledgements, empty callback",
    "sqlite": "bridge → SQLite, on the disk",
    "postgresql": "bridge → PostgreSQL, on the disk",
}


def _table(rates):
    """`rates`: by name, of each round messages a second and processor time of a message."""
    rows = [
        f"{MESSAGES} messages of 118 bytes from {DEVICES} meters, QoS 1, a backlog in Mosquitto, "
        f"median of {ROUNDS} rounds. Processor: time of the process for one message.",
        "",
        "| | messages/s | of paho alone | processor (µs) |",
        "| --- | ---: | ---: | ---: |",
    ]
    base = statistics.median(rate for rate, _processor in rates["paho"])
    for name, title in TITLES.items():
        if rates[name]:
            rate, processor = (statistics.median(each) for each in zip(*rates[name], strict=True))
            ratio = "1" if name == "paho" else f"**{rate / base:.2f}**"
            rows.append(f"| {title} | {rate:,.0f} | {ratio} | {processor:.1f} |")
    return rows


def _peer(folder, ours):
    """What a town would pick instead, with the same backlog."""
    from bench import nodered

    @contextmanager
    def broker():
        mosquitto = _Mosquitto(folder)
        try:
            _in_child("session", str(PORT))
            _in_child("publish", str(PORT), str(MESSAGES))
            yield PORT
        finally:
            mosquitto.close()

    try:
        found = list(nodered.measured(folder, broker, MESSAGES))
    except nodered.NotHad as error:
        return ["", f"Left out: Node-RED into InfluxDB 1.6. {error}"]
    rows = [
        "",
        f"What a town would pick instead, with the same backlog; stored of {MESSAGES}, undisturbed and with "
        f"Node-RED killed {nodered.KILLS} times. Ours is killed in tests/faults/test_bridge.py.",
        "",
        "| | messages/s | of the bridge to SQLite | stored | killed |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for title, rate, whole, killed in found:
        rows.append(f"| {title} | {rate:,.0f} | {rate / ours:.2f} | {whole:,} | {killed:,} |")
    return rows


def _round(folder, role, database):
    """One backlog, taken by one process: messages a second, microseconds of processor for each."""
    if database:
        _in_child("prepare", database)
    broker = _Mosquitto(folder)
    try:
        _in_child("session", str(PORT))
        _in_child("publish", str(PORT), str(MESSAGES))
        words = _in_child(role, str(PORT), str(MESSAGES), database).split()
        return tuple(float(word) for word in words)
    finally:
        broker.close()


def _in_child(*words):
    command = [sys.executable, "-m", "bench.metering", *words]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, timeout=600)
    return done.stdout.strip()


class _Mosquitto:
    def __init__(self, folder):
        program = shutil.which("mosquitto", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
        if program is None:
            sys.exit("metering needs Mosquitto (Debian package: mosquitto)")
        written = f"listener {PORT} 127.0.0.1\nallow_anonymous true\nmax_queued_messages 0\n"
        written += "max_inflight_messages 0\nlog_type error\n"
        (folder / "bench.conf").write_text(written)
        command = [program, "-c", str(folder / "bench.conf")]
        self._process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        for _ in range(100):
            with suppress(OSError), socket.create_connection(("127.0.0.1", PORT)):
                return
            time.sleep(0.05)
        sys.exit(f"Mosquitto does not start on port {PORT}")

    def close(self):
        self._process.terminate()
        self._process.wait()


def _postgresql():
    from tests import parts
    from tests.postgresql import Server

    where = parts.postgresql()
    # With its usual durability: a commit is on the disk.
    return None if where is None else Server(Path(where), durable=True)


def _new_database(server, number):
    from sqlalchemy import create_engine

    address = server.url.replace("postgresql://", "postgresql+psycopg://", 1)
    engine = create_engine(address, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE round_{number}")
    engine.dispose()
    return f"{address.rsplit('/', 1)[0]}/round_{number}"


def _message(number):
    step, meter = divmod(number, DEVICES)
    energy = 1000 + step * 0.0625 + meter
    second = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(1_772_442_000 + step * 60))
    values = {"Total_in": round(energy, 4), "Total_out": 0.5, "Power_curr": 400.25 + meter}
    payload = json.dumps({"Time": second, "SML": values}, separators=(",", ":"))
    return f"tele/meter-{meter}/SENSOR", payload[:-2] + " " * (118 - len(payload)) + "}}"


def _child_prepare(database):
    from kaarst.metering.decoders import load
    from kaarst.metering.decoders.base import Options
    from kaarst.metering.decoders.mapping import Mapping
    from kaarst.metering.store import mappings
    from kaarst.metering.store import registers
    from kaarst.metering.store.engine import opened

    load()
    with opened(database).writing() as connection:
        mappings.add(connection, Mapping("tele/{device}/SENSOR", "tasmota", Options("UTC")))
        for meter in range(DEVICES):
            device = f"tasmota:meter-{meter}"
            registers.create(connection, f"meter-{meter}", "1-0:1.8.0", device, "SML.Total_in")


def _client(name):
    from paho.mqtt.client import CallbackAPIVersion
    from paho.mqtt.client import Client

    return Client(
        CallbackAPIVersion.VERSION2, client_id=name, clean_session=name != "kaarst-bridge",
        manual_ack=name == "kaarst-bridge",
    )  # fmt: skip


def _now():
    """Seconds on the wall and of this process's processor time."""
    return time.perf_counter(), time.process_time()


def _report(count, since):
    """Messages a second, and microseconds of processor time for each."""
    wall, processor = (now - then for now, then in zip(_now(), since, strict=True))
    print(count / wall, 1e6 * processor / count)


def _child_session(port):
    client = _client("kaarst-bridge")
    client.on_connect = lambda *_: client.subscribe("#", 1)
    client.on_subscribe = lambda *_: client.disconnect()
    client.connect("127.0.0.1", int(port))
    client.loop_forever()


def _child_publish(port, count):
    client = _client("meters")
    client.max_inflight_messages_set(2000)
    client.connect("127.0.0.1", int(port))
    client.loop_start()
    sent = [client.publish(*_message(number), qos=1) for number in range(int(count))]
    for message in sent:
        message.wait_for_publish()
    client.disconnect()
    client.loop_stop()


def _child_paho(port, count, _database):
    client, count = _client("kaarst-bridge"), int(count)
    seen = []

    def on_message(client, _userdata, message):
        seen.append(0)
        if len(seen) == 1:
            seen[0] = _now()
        client.ack(message.mid, message.qos)
        if len(seen) == count:
            _report(count, seen[0])
            client.disconnect()

    client.on_message = on_message
    client.connect("127.0.0.1", int(port))
    client.loop_forever()


def _child_bridge(port, count, database):
    from kaarst.metering.bridge.client import Bridge
    from kaarst.metering.bridge.client import Settings
    from kaarst.metering.decoders import load
    from kaarst.metering.store import letters
    from kaarst.metering.store.engine import opened

    count = int(count)

    class Timed(Bridge):
        first, acknowledged = None, 0

        def _on_message(self, *arguments):
            if self.first is None:
                self.first = _now()
            super()._on_message(*arguments)

        def _acknowledge(self, identifiers):
            super()._acknowledge(identifiers)
            self.acknowledged += len(identifiers)
            if self.acknowledged == count:
                _report(count, self.first)
                self.stop()

    load()
    Timed(opened(database), Settings(host="127.0.0.1", port=int(port))).run()
    with opened(database).reading() as connection:
        sums = letters.sums(connection)
    if sums["stored"] != count:
        sys.exit(f"not all were stored: {sums}")


if __name__ == "__main__":
    role, *arguments = sys.argv[1:]
    globals()[f"_child_{role}"](*arguments)
