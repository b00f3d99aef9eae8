"""What nobody waits for starts when the web process listens."""

from pathlib import Path

import socket
import subprocess
import sys
import time


PATIENT = Path(__file__).parents[2] / "instance" / "patient.py"


def test_a_command_starts_when_the_port_answers():
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        port = server.getsockname()[1]
        command = [sys.executable, PATIENT, str(port), "echo", "begun"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            time.sleep(1.5)
            assert process.poll() is None
            server.listen()
            assert process.communicate(timeout=20)[0] == "begun\n"
            assert process.returncode == 0
