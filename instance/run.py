"""Runs the city: every process, on loopback, until Ctrl-C. Called by `make run` after prepare.py.

The database starts first. If it holds no city yet, one is made from the distribution `kaarst`
with demo content. When the first page answers, the address and the demo accounts are printed.
"""

from honcho.manager import Manager
from prepare import BIN as ENVIRONMENT_BIN
from prepare import ROOT
from prepare import say
from prepare import settings
from prepare import stop

import contextlib
import os
import shlex
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request


PARTS, BIN = ROOT / "instance" / "parts", ROOT / "instance" / "bin"
SITE = "kaarst"
PASSWORD = "kaarst-demo-2026"
# As in kaarst.metering.simulation.homes.
LETTER_NUMBER, LETTER_PIN = "ZAE-DEM0-2026-9", "4821 7736"
ACCOUNTS = (
    ("admin", "Administration"),
    ("redaktion", "Seiten, Leistungen und Formulare"),
    ("sachbearbeitung", "Vorgänge im Bürgerbüro"),
    ("sachbearbeitung-steuern", "Vorgänge in Finanzen und Steuern"),
    ("termine", "Terminstellen"),
    ("energie", "Zähler und Gebäude"),
    ("buerger", "Bürgerin"),
)


def free_port(first):
    """Return the first port from `first` on that nobody listens on: nobody has to type this one."""
    for port in range(first, first + 50):
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return port
    stop(f"No port between {first} and {first + 50} is free.")


def environment(port, mqtt_port, var):
    """Return the environment of all processes; mail of the demo city is written to a folder."""
    live_port = int(os.environ.get("LIVE_PORT") or free_port(port + 10))
    live = f"http://localhost:{live_port}"
    bundid_port = int(os.environ.get("BUNDID_PORT") or free_port(port + 20))
    staff_port = int(os.environ.get("STAFF_PORT") or free_port(bundid_port + 1))
    return {
        **os.environ,
        "KAARST_VAR": str(var),
        "MQTT_HOST": "localhost",
        "MQTT_PORT": str(mqtt_port),
        "LIVE_PORT": str(live_port),
        "BUNDID_PORT": str(bundid_port),
        "STAFF_PORT": str(staff_port),
        # The providers of the demo city are wherever a port was free.
        "KAARST_BUNDID_ISSUER": f"http://localhost:{bundid_port}",
        "KAARST_STAFF_ISSUER": f"http://localhost:{staff_port}",
        # No proxy stands before the demo city: its pages ask another port for what is live.
        "KAARST_LIVE_URL": live,
        "KAARST_CONNECT_SOURCES": live,
        "KAARST_MAIL_DIRECTORY": os.environ.get("KAARST_MAIL_DIRECTORY", str(var / "mail")),
        "PATH": f"{ENVIRONMENT_BIN}{os.pathsep}{os.environ.get('PATH', '')}",
        "PYTHONUNBUFFERED": "1",
    }


def processes(opened):
    """Return name and command of every process of the running city, in the order of their start.

    What nobody waits for starts when the first page was answered: then the file `opened` is there.
    """
    web, worker = PARTS / "web" / "etc", PARTS / "worker" / "etc"
    later = f"{sys.executable} {ROOT}/instance/patient.py {shlex.quote(str(opened))}"
    return {
        "web": f"{BIN}/runwsgi {web}/wsgi.ini",
        "worker": f"{later} {BIN}/kaarst-worker --config {worker}/zope.conf",
        "broker": f"{BIN}/kaarst-broker",
        "bridge": f"{later} {BIN}/kaarst-bridge",
        "live": f"{later} {BIN}/kaarst-live",
        "logins": f"{later} {sys.executable} {ROOT}/instance/logins.py",
        # The meters of the demo city write a year of history first.
        "meters": f"{later} nice -n 10 {BIN}/kaarst-simulate",
    }


def wait_for_socket(path, process, seconds=30):
    for _ in range(seconds * 10):
        if path.exists():
            return
        if process.poll() is not None:
            break
        time.sleep(0.1)
    stop("The database did not start; see log/database.log in the data folder.")


@contextlib.contextmanager
def database(var, environ):
    """Run the database server (ZEO) while the city is made."""
    address = var / "database.sock"
    address.unlink(missing_ok=True)
    command = [BIN / "runzeo", "-C", PARTS / "database" / "etc" / "zeo.conf"]
    process = subprocess.Popen(command, env=environ, start_new_session=True)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(10)
            if process.poll() is None:
                process.kill()


class Making(threading.Thread):
    """Makes the city, while the web process is already loading: both take their time.

    `begun` is set as soon as the database is set up for Zope; from then on other processes may
    open it. `code` is that of the command, once it has ended.
    """

    def __init__(self, environ, var):
        super().__init__(daemon=True)
        self.begun, self.code = threading.Event(), None
        command = [BIN / "kaarst-create-city", "--config", PARTS / "worker" / "etc" / "zope.conf"]
        self._child = subprocess.Popen(
            [*command, "--site", SITE, "--demo"], env=environ, stdout=subprocess.PIPE, text=True
        )
        self._stamp = var / ".city"

    def run(self):
        for line in self._child.stdout:
            print(line, end="", flush=True)
            self.begun.set()
        self.code = self._child.wait()
        if self.code == 0:
            self._stamp.write_text(f"{SITE}\n")
        self.begun.set()

    def wait_for_begin(self):
        self.start()
        self.begun.wait()
        self.check()

    def check(self):
        """Ends with a sentence if there is no city."""
        if self.code:
            stop("The city could not be made; the reason is above.")

    def end(self):
        """Ctrl-C before the city was ready: it is made anew the next time."""
        if self._child.poll() is None:
            self._child.terminate()
            self._child.wait()


def announce(port, var, opened, manager, ended, making):
    """Wait for the first page, then say where it is and who may sign in.

    Without a city there is none: then all processes end.
    """
    address = f"http://localhost:{port}/{SITE}"
    while not ended.wait(0.5):
        if making and making.code:
            # Asked again, since it reaches only processes that have already begun.
            manager.kill()
            continue
        try:
            urllib.request.urlopen(address, timeout=60).read()
        except (urllib.error.URLError, OSError):
            continue
        break
    else:
        return
    opened.touch()
    width = max(len(name) for name, _ in ACCOUNTS)
    lines = [f"  {name:<{width}}  {title}" for name, title in ACCOUNTS]
    print(
        f"\nThe city is open: {address}\n\nDemo accounts ({address}/login), password {PASSWORD}:\n"
        + "\n".join(lines)
        + f"\n\nA letter to show that a meter is yours ({address}/my-meters, as buerger):"
        f"\n  number {LETTER_NUMBER}, PIN {LETTER_PIN}"
        + f"\n\nCitizens also sign in with a pretended BundID: {address}/sign-in"
        + f"\nStaff at a pretended provider of the town: {address}/sign-in-staff"
        + f"\n\nE-mails the city sends are in {var / 'mail'}\nCtrl-C ends everything.\n",
        flush=True,
    )


def main():
    port, mqtt_port, var = settings()
    environ = environment(port, mqtt_port, var)
    say("Starting the database")
    # The web process loads for a while before it asks for the database, and then waits for it.
    with database(var, environ) as process:
        making = None
        if not (var / ".city").exists():
            wait_for_socket(var / "database.sock", process)
            say("Making the city with its demo content (once)")
            making = Making(environ, var)
            making.wait_for_begin()
        say("Starting the processes")
        opened = var / ".open"
        opened.unlink(missing_ok=True)
        manager = Manager()
        for name, command in processes(opened).items():
            manager.add_process(name, command, env=environ, cwd=str(ROOT))
        ended = threading.Event()
        told = (port, var, opened, manager, ended, making)
        threading.Thread(target=announce, args=told, daemon=True).start()
        try:
            manager.loop()
        finally:
            ended.set()
            if making:
                making.end()
    if making:
        making.check()
    sys.exit(manager.returncode if manager.returncode not in (None, 130, -2) else 0)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
