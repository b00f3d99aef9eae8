"""Each package lives in a bare Plone site without those it does not lean on."""

from pathlib import Path

import pytest
import subprocess
import sys


SCRIPT = Path(__file__).with_name("standalone.py")
PACKAGES = ("core", "services", "appointments", "metering", "policy")


@pytest.mark.parametrize("package", PACKAGES)
def test_installed_removed_and_installed_again(package):
    command = [sys.executable, SCRIPT, f"kaarst.{package}"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]
