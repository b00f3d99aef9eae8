"""System parts that some tests need and a machine may lack.

A test says what it needs by its marker. Without the part the test is left out and the summary says
so; with `CI=true` a missing part is a failure.
"""

from collections import Counter
from pathlib import Path
from xdist.scheduler import LoadScopeScheduling

import os
import pytest
import shutil


def chromium():
    """Return the path of Debian's Chromium, or None."""
    return shutil.which("chromium")


def mosquitto():
    """Return the path of the Mosquitto broker, or None."""
    return shutil.which("mosquitto", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


def postgresql():
    """Return the folder with PostgreSQL's server programs (initdb, postgres), or None."""
    found = shutil.which("initdb")
    folders = [Path(found).parent] if found else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((str(folder) for folder in folders if (folder / "postgres").exists()), None)


def clamd():
    """Return the path of the ClamAV daemon, or None."""
    return shutil.which("clamd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


PARTS = {
    "chromium": chromium,
    "clamd": clamd,
    "mosquitto": mosquitto,
    "postgresql": postgresql,
}
# Where the Debian package is not called like the part.
PACKAGES = {"clamd": "clamav-daemon"}


def missing():
    """Return the names of the parts that this machine lacks."""
    return {name for name, find in PARTS.items() if find() is None}


class Together(LoadScopeScheduling):
    """Which tests stay together when the run is spread over processes, given to pytest-xdist.

    The tests of a file share its fixtures; those that visit the demo city share one city.
    """

    def _split_scope(self, nodeid):
        path = nodeid.partition("::")[0]
        visits = path.startswith(("tests/browser/", "tests/headless/"))
        return "city" if visits else path


def leave_out(items):
    """Mark the tests whose part is missing; return how many of each were left out."""
    lacking = missing()
    count = Counter()
    for item in items:
        for name in sorted(lacking & {marker.name for marker in item.iter_markers()}):
            count[name] += 1
            if os.environ.get("CI") == "true":
                continue
            item.add_marker(pytest.mark.skip(reason=f"{name} is not on this machine"))
    return count


def summary(count):
    """Return the lines that tell what was left out."""
    return [
        f"left out: {number} test{'s' if number > 1 else ''} that need {name} "
        f"(Debian package: {PACKAGES.get(name, name)})"
        for name, number in sorted(count.items())
    ]
