"""A real CalDAV server on loopback: Radicale, in a process of its own."""

from contextlib import contextmanager
from tests.ports import free_port

import requests
import subprocess
import sys
import time


USER, PASSWORD = "schalter", "geheim-äöü"
START_SECONDS = 30


class Server:
    """`address` is that of the calendar "dienst" in it."""

    def __init__(self, folder):
        self.folder = folder
        self.port = free_port()
        self.home = f"http://127.0.0.1:{self.port}/{USER}/"
        self.address = f"{self.home}dienst/"
        self.process = None

    def start(self):
        users = self.folder / "users"
        users.write_text(f"{USER}:{PASSWORD}\n", encoding="utf-8")
        command = [sys.executable, "-m", "radicale", "--config", ""]
        command += ["--server-hosts", f"127.0.0.1:{self.port}", "--auth-type", "htpasswd"]
        command += ["--auth-htpasswd-filename", str(users), "--auth-htpasswd-encryption", "plain"]
        command += ["--auth-delay", "0"]
        command += ["--storage-filesystem-folder", str(self.folder / "collections")]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log)
        until = time.monotonic() + START_SECONDS
        while True:
            try:
                requests.get(self.home, timeout=1)
                return
            except requests.RequestException:
                assert self.process.poll() is None and time.monotonic() < until
                time.sleep(0.05)

    def stop(self):
        self.process.terminate()
        self.process.wait(10)

    def ask(self, method, path="", **options):
        """A request of the owner, who uses another program."""
        auth = (USER.encode(), PASSWORD.encode())
        return requests.request(method, f"{self.address}{path}", auth=auth, timeout=10, **options)

    def empty(self):
        """Makes the calendar anew."""
        self.ask("DELETE")
        assert self.ask("MKCALENDAR").status_code == 201

    def write(self, name, *lines):
        """The owner writes an event; lines as in iCalendar."""
        text = "\r\n".join(
            ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Outlook//DE", *lines, "END:VCALENDAR", "")
        )
        headers = {"Content-Type": "text/calendar; charset=utf-8"}
        answer = self.ask("PUT", f"{name}.ics", data=text.encode(), headers=headers)
        assert answer.status_code in (201, 204), answer.text
        return answer.headers["ETag"]


@contextmanager
def running(folder):
    server = Server(folder)
    server.start()
    try:
        server.empty()
        yield server
    finally:
        server.stop()
