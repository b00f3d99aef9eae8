"""A PostgreSQL server of the tests' own, as Debian installs it; stopped afterwards."""

import os
from pathlib import Path
import pytest
import shutil
import socket
import subprocess
from tests import parts


def free_port() -> int:
    """A port of the loopback that nobody uses at present."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def postgresql_url(tmp_path_factory):
    """The SQLAlchemy URL of an empty database, without durability.

    Tests that use it carry the marker `postgresql` and are left out where there is none.
    """
    where = Path(parts.postgresql())
    home = tmp_path_factory.mktemp("postgresql")
    # PostgreSQL refuses to run as root; Debian's package has made a user for it.
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if as_user:
        shutil.chown(home, "postgres")
        for parent in list(home.parents)[:3]:
            parent.chmod(parent.stat().st_mode | 0o011)
    run = lambda *command: subprocess.run(  # noqa: E731
        [*as_user, *command], check=True, stdout=subprocess.DEVNULL, cwd="/"
    )
    data, port = home / "data", free_port()
    run(where / "initdb", "-D", data, "-U", "kaarst", "-A", "trust", "--no-sync", "-E", "UTF8")
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off"
    run(where / "pg_ctl", "-D", data, "-o", options, "-l", home / "log", "-w", "start")
    try:
        yield f"postgresql://kaarst@127.0.0.1:{port}/postgres"
    finally:
        run(where / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
