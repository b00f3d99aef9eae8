"""A ZEO server of its own for tests, and clients as processes of their own."""

from contextlib import contextmanager
from pathlib import Path
from tests.ports import free_port

import socket
import subprocess
import sys
import time
import ZEO


# A server that may import everything but the city's code, as one installed elsewhere.
WITHOUT_KAARST = """
import sys
sys.modules["kaarst"] = None
from ZEO.runzeo import main
main(sys.argv[1:])
"""


@contextmanager
def server(directory: Path, *options: str, importable: bool = True):
    """The port of a running server that keeps its data in the directory."""
    with process(directory, *options, importable=importable) as (port, _process):
        yield port


@contextmanager
def process(directory: Path, *options: str, importable: bool = True):
    """The same with its process, to be stopped."""
    port = free_port()
    program = ["-m", "ZEO.runzeo"] if importable else ["-c", WITHOUT_KAARST]
    config = directory / "zeo.conf"
    config.write_text(
        f"<zeo>\n  address 127.0.0.1:{port}\n  {' '.join(options)}\n</zeo>\n"
        f"<filestorage>\n  path {directory}/Data.fs\n</filestorage>\n"
    )
    with (directory / "zeo.log").open("w") as log:
        running = subprocess.Popen(
            [sys.executable, *program, "-C", str(config)],
            cwd=directory,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait(port, running)
        yield port, running
    finally:
        running.terminate()
        running.wait(20)


@contextmanager
def database(port: int):
    """A database of a client; it waits until the server is there."""
    db = ZEO.DB(("127.0.0.1", port), wait_timeout=20)
    try:
        yield db
    finally:
        db.close()


def _free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def _wait(port: int, process: subprocess.Popen) -> None:
    for _ in range(200):
        if not _free(port):
            return
        if process.poll() is not None:
            break
        time.sleep(0.1)
    raise RuntimeError(f"ZEO does not start on port {port}")
