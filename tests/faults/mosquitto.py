"""A Mosquitto of a test's own, on loopback, that can be restarted and killed."""

from pathlib import Path
from tests import parts
from tests.ports import free_port

import contextlib
import os
import socket
import subprocess
import time


CONFIGURATION = """
listener {port} 127.0.0.1
allow_anonymous true
persistence true
persistence_location {folder}/
max_queued_messages 0
max_inflight_messages 0
log_type error
log_dest stderr
"""


class Broker:
    """Starts at once; `stop` ends it as an operator would, `kill` as the power would."""

    def __init__(self, folder: Path, extra: str = ""):
        self.port = free_port()
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._file = folder / "mosquitto.conf"
        self._file.write_text(CONFIGURATION.format(port=self.port, folder=folder) + extra)
        if os.geteuid() == 0:
            # As root, Mosquitto becomes the user of this name, who must write its database.
            self._file.write_text(self._file.read_text() + "user root\n")
        self._process = None
        self.start()

    def start(self):
        self._process = subprocess.Popen([parts.mosquitto(), "-c", str(self._file)])
        for _ in range(100):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port)):
                return
            time.sleep(0.05)
        raise RuntimeError("Mosquitto did not start")

    def stop(self):
        self._process.terminate()
        self._process.wait(10)

    def kill(self):
        self._process.kill()
        self._process.wait(10)

    def restart(self):
        self.stop()
        self.start()


class ShippedBroker(Broker):
    """A Mosquitto with the configuration, the passwords and the rules that a town is given."""

    def __init__(self, folder: Path, passwords: dict[str, str]):
        """`passwords`: of each user who may sign in."""
        instance = Path(__file__).parents[2] / "instance"
        folder.mkdir(parents=True, exist_ok=True)
        known = folder / "passwords"
        known.touch(mode=0o600)
        for user, password in passwords.items():
            command = ["mosquitto_passwd", "-b", str(known), user, password]
            subprocess.run(command, check=True, capture_output=True)
        self.port = free_port()
        text = (instance / "mosquitto.conf").read_text(encoding="utf-8")
        for old, new in (
            ("listener 1883 127.0.0.1", f"listener {self.port} 127.0.0.1"),
            ("/etc/mosquitto/kaarst.passwords\n\n", f"{known}\n\n"),
            ("acl_file /etc/mosquitto/kaarst.acl", f"acl_file {instance / 'mosquitto.acl'}"),
            ("/var/lib/mosquitto/", f"{folder}/"),
            ("log_dest syslog", "log_dest stderr"),
        ):
            assert old in text, old
            text = text.replace(old, new)
        self._file = folder / "mosquitto.conf"
        self._file.write_text(text + ("user root\n" if os.geteuid() == 0 else ""))
        self._process = None
        self.start()
