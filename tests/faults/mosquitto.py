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
