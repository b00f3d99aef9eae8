"""What nobody waits for starts when the first page was answered."""

from http.server import BaseHTTPRequestHandler
from http.server import HTTPServer
from pathlib import Path

import subprocess
import sys
import threading
import time


PATIENT = Path(__file__).parents[2] / "instance" / "patient.py"


class Town(BaseHTTPRequestHandler):
    """404 until the town is there."""

    there = False

    def do_GET(self):
        self.send_response(200 if Town.there else 404)
        self.end_headers()

    def log_message(self, *arguments):
        """Says nothing."""


def test_a_command_starts_when_the_page_answers():
    with HTTPServer(("127.0.0.1", 0), Town) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/kaarst"
        command = [sys.executable, PATIENT, url, "echo", "begun"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            time.sleep(1.5)
            assert process.poll() is None
            Town.there = True
            assert process.communicate(timeout=20)[0] == "begun\n"
            assert process.returncode == 0
        server.shutdown()
