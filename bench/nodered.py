"""What a town would pick instead of the bridge: Node-RED into InfluxDB 1.6 from Debian.

Both are fetched with npm and apt-get into a folder of their own, once, and nothing is installed; where they
cannot be had, the result says why. Two flows: one that writes each message as it comes, as most are
drawn, and one that collects a thousand in a function first, in which the last ones wait for more.
Node-RED acknowledges on arrival.
"""

from contextlib import contextmanager
from contextlib import suppress
from pathlib import Path
from tests.ports import free_port

import json
import os
import shutil
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request


PACKAGES = ("node-red@4", "node-red-contrib-influxdb@0.7")
#: Not in git, as all of instance/var.
CACHE = Path(__file__).parents[1] / "instance/var/bench/node-red"
KILLS = 3
#: Nothing more comes when the number has stood still for so many seconds.
STILL = 20
POINT = """
const arrived = Date.now();
const time = Date.parse(msg.payload.Time + "Z");
const device = msg.topic.split("/")[1];
"""
EACH = POINT + "msg.payload = [{energy: msg.payload.SML.Total_in, arrived, time}, {device}];"
EACH += " return msg;"
COLLECTED = (
    POINT
    + """
const points = context.get("points") || [];
const fields = {energy: msg.payload.SML.Total_in, arrived};
points.push({measurement: "energy", fields, tags: {device}, timestamp: time});
context.set("points", points.length < 1000 ? points : []);
return points.length < 1000 ? null : {payload: points};
"""
)
FLOWS = {
    "Node-RED → InfluxDB 1.6, a message at a time": (EACH, "influxdb out"),
    "Node-RED → InfluxDB 1.6, a thousand at a time": (COLLECTED, "influxdb batch"),
}


class NotHad(Exception):
    """One of both cannot be had here; the text says which, and why."""


def fetched():
    """Returns the folder with both, fetched once. Raises NotHad. KAARST_NODERED names another folder."""
    place = Path(os.environ.get("KAARST_NODERED") or CACHE)
    place.mkdir(parents=True, exist_ok=True)
    names = [package.partition("@")[0] for package in PACKAGES]
    if not all((place / "node_modules" / name / "package.json").exists() for name in names):
        _run("npm", "install", "--no-audit", "--no-fund", "--prefix", place, *PACKAGES)
    if shutil.which("influxd") is None and not (place / "influx/usr/bin/influxd").exists():
        _run("apt-get", "download", "-qq", "influxdb", cwd=place)
        package = max(place.glob("influxdb_*.deb"), default="influxdb.deb")
        _run("dpkg", "-x", package, place / "influx")
    return place


def _run(*command, cwd=None):
    words = " ".join(map(str, command[:3]))
    try:
        done = subprocess.run(command, cwd=cwd, timeout=600, capture_output=True, text=True)
    except (OSError, subprocess.SubprocessError) as error:
        raise NotHad(f"`{words}`: {error}") from None
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if line.strip()]
        raise NotHad(f"`{words}` failed: {said[-1] if said else done.returncode}")


def measured(folder, broker, count):
    """Yields (title, messages a second, arrived undisturbed, arrived with Node-RED killed).

    `broker()`: a context with a broker's port and a backlog of `count` messages for `kaarst-bridge`.
    Raises NotHad.
    """
    place = fetched()
    for number, (title, (function, node)) in enumerate(FLOWS.items()):
        arrived = []
        for kills in (0, KILLS):
            data = folder / f"influx-{number}-{kills}"
            with broker() as port, _influx(place, data) as database:
                flow = _flow(data, port, database, function, node)
                arrived.append(_taken(place, data, flow, database, count, kills))
        yield title, arrived[0][1], arrived[0][0], arrived[1][0]


def _taken(place, data, flow, database, count, kills):
    """Has Node-RED take the backlog; returns how many points there are and the rate."""
    process = _start(place, data, flow)
    stored, since, last = 0, time.monotonic(), time.time()
    try:
        while stored < count and time.monotonic() - since < STILL + 40 * (not stored):
            time.sleep(0.05)
            now = _one(database, "count(energy)")
            if now == stored:
                continue
            stored, since, last = now, time.monotonic(), time.time()
            if kills and stored >= count * (KILLS + 1 - kills) / (KILLS + 2):
                kills -= 1
                process.kill()
                process.wait()
                process = _start(place, data, flow)
    finally:
        process.kill()
        process.wait()
    first = _one(database, "min(arrived)") / 1000
    return stored, stored / (last - first) if stored else 0.0


def _start(place, data, flow):
    command = ["node", place / "node_modules/node-red/red.js", "--userDir", place, "-s"]
    log = (data / "node-red.log").open("a")
    return subprocess.Popen([*command, data / "settings.js", flow], stdout=log, stderr=log)


def _flow(data, port, database, function, node):
    settings = {"uiPort": free_port(), "uiHost": "127.0.0.1", "httpAdminRoot": False}
    settings |= {"credentialSecret": False, "telemetry": {"enabled": False}}
    (data / "settings.js").write_text(f"module.exports = {json.dumps(settings)}")
    host, influx = database.removeprefix("http://").split(":")
    nodes = [
        {"id": "tab", "type": "tab", "label": "Zähler"},
        {"id": "broker", "type": "mqtt-broker", "broker": "127.0.0.1", "port": str(port),
         "clientid": "kaarst-bridge", "cleansession": False, "protocolVersion": "4",
         "keepalive": "60", "autoConnect": True},
        {"id": "server", "type": "influxdb", "hostname": host, "port": influx, "protocol": "http",
         "database": "town", "usetls": False, "influxdbVersion": "1.x"},
        {"id": "in", "z": "tab", "type": "mqtt in", "topic": "#", "qos": "1", "datatype": "json",
         "broker": "broker", "inputs": 0, "wires": [["point"]]},
        {"id": "point", "z": "tab", "type": "function", "func": function, "outputs": 1,
         "wires": [["out"]]},
        {"id": "out", "z": "tab", "type": node, "influxdb": "server", "measurement": "energy",
         "precision": "ms", "retentionPolicy": "", "wires": []},
    ]  # fmt: skip
    for each in nodes:
        if "z" in each:
            # Without a place on the page a node counts as a setting.
            each.update(x=100, y=100)
    (data / "flows.json").write_text(json.dumps(nodes))
    return data / "flows.json"


@contextmanager
def _influx(place, data):
    """The address of an InfluxDB with a database `town`; its defaults, the disk after each write."""
    data.mkdir()
    port = free_port()
    (data / "influxdb.conf").write_text(
        f'reporting-disabled = true\nbind-address = "127.0.0.1:{free_port()}"\n'
        f'[meta]\ndir = "{data}/meta"\n[data]\ndir = "{data}/data"\nwal-dir = "{data}/wal"\n'
        f'[http]\nbind-address = "127.0.0.1:{port}"\nlog-enabled = false\n'
        '[logging]\nlevel = "error"\n[monitor]\nstore-enabled = false\n'
    )
    program = shutil.which("influxd") or place / "influx/usr/bin/influxd"
    log = (data / "influxd.log").open("w")
    command = [program, "-config", data / "influxdb.conf"]
    process = subprocess.Popen(command, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(200):
            with suppress(OSError):
                _ask(address, "CREATE DATABASE town", method="POST")
                break
            time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait(30)


def _ask(address, query, method="GET"):
    words = urllib.parse.urlencode({"db": "town", "q": query})
    request = urllib.request.Request(f"{address}/query?{words}", method=method)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)["results"][0]


def _one(address, what):
    series = _ask(address, f"SELECT {what} FROM energy").get("series")
    return series[0]["values"][0][1] if series else 0
