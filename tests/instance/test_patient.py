"""What nobody waits for starts when the first page was answered."""

from pathlib import Path

import subprocess
import sys
import time


PATIENT = Path(__file__).parents[2] / "instance" / "patient.py"


def test_a_command_starts_when_the_file_is_there(tmp_path):
    command = [sys.executable, PATIENT, tmp_path / "open", "echo", "begun"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        time.sleep(1)
        assert process.poll() is None
        (tmp_path / "open").touch()
        assert process.communicate(timeout=20)[0] == "begun\n"
        assert process.returncode == 0
