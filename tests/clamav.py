"""A real ClamAV daemon with one signature: that of the EICAR test file."""

from kaarst.services.scanning.clamd import Away
from kaarst.services.scanning.clamd import Clamd
from pathlib import Path
from tests import parts

import pytest
import shutil
import subprocess
import tempfile
import time


# https://www.eicar.org/download-anti-malware-testfile/ in two pieces: scanners read this file, too.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
NAME = "Eicar-Test-Signature.UNOFFICIAL"
SIZE_LIMIT = "2M"
CONFIGURATION = """
Foreground yes
LocalSocket {folder}/clamd.sock
DatabaseDirectory {folder}/signatures
TemporaryDirectory {folder}
LogFile {folder}/clamd.log
StreamMaxLength {limit}
MaxThreads 2
"""


@pytest.fixture(scope="session")
def clamd():
    """The daemon; loading one signature takes it a moment, not the minute of the whole list."""
    # A socket's path has at most 107 characters.
    folder = Path(tempfile.mkdtemp(prefix="kaarst-clamd-"))
    (folder / "signatures").mkdir()
    signature = f"Eicar-Test-Signature:0:*:{EICAR.hex()}\n"
    (folder / "signatures" / "eicar.ndb").write_text(signature)
    configuration = folder / "clamd.conf"
    configuration.write_text(CONFIGURATION.format(folder=folder, limit=SIZE_LIMIT))
    daemon = subprocess.Popen(
        [parts.clamd(), "-c", str(configuration)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield _answering(Clamd(path=str(folder / "clamd.sock")), daemon, folder)
    finally:
        daemon.terminate()
        daemon.wait(20)
        shutil.rmtree(folder)


def _answering(asked, daemon, folder):
    end = time.monotonic() + 30
    while True:
        try:
            asked.ping()
            return asked
        except Away:
            if daemon.poll() is not None or time.monotonic() > end:
                log = folder / "clamd.log"
                raise RuntimeError(log.read_text() if log.exists() else "no log") from None
            time.sleep(0.05)
