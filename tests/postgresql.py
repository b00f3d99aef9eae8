"""A PostgreSQL server of the tests' own, as Debian installs it; stopped afterwards."""

from pathlib import Path
from tests import parts
from tests.ports import free_port

import os
import pytest
import shutil
import subprocess
import tempfile


class Server:
    """A running server with an empty database; `url` is the SQLAlchemy URL.

    Unless it is `durable`, it does not wait for the disk, which no crash of its own needs.
    """

    def __init__(self, where: Path, durable: bool = False):
        # Not below pytest's folder: another run of pytest closes that to other users.
        home = Path(tempfile.mkdtemp(prefix="kaarst-postgresql-"))
        self._where, self._home, self._data = where, home, home / "data"
        # PostgreSQL refuses to run as root; Debian's package has made a user for it.
        self._as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        if self._as_user:
            shutil.chown(home, "postgres")
        port = free_port()
        self.url = f"postgresql://kaarst@127.0.0.1:{port}/postgres"
        settings = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories="
        settings += "" if durable else " -c fsync=off"
        self._options = ["-o", settings, "-l", home / "log"]
        self._run("initdb", "-U", "kaarst", "-A", "trust", "--no-sync", "-E", "UTF8")
        self.start()

    def start(self):
        self._run("pg_ctl", *self._options, "-w", "start")

    def stop(self):
        """Ends it at once, as a crash would."""
        self._run("pg_ctl", "-m", "immediate", "-w", "stop")

    def close(self):
        self.stop()
        shutil.rmtree(self._home, ignore_errors=True)

    def _run(self, program, *words):
        command = [*self._as_user, self._where / program, "-D", self._data, *words]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/")


@pytest.fixture(scope="session")
def postgresql_server():
    """A Server that a test may stop, if it starts it again.

    Tests that use it carry the marker `postgresql` and are left out where there is none.
    """
    server = Server(Path(parts.postgresql()))
    try:
        yield server
    finally:
        server.close()


@pytest.fixture(scope="session")
def postgresql_url(postgresql_server):
    """The SQLAlchemy URL of an empty database, without durability."""
    return postgresql_server.url
