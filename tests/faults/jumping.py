"""Runs the bridge on a machine whose clock is wrong by as many seconds as a file says.

`python -m tests.faults.jumping FILE ARGUMENTS…`: the arguments are those of the bridge.
"""

from kaarst.metering.bridge.main import main
from pathlib import Path

import sys
import time


def wrong_clock(file: Path):
    """A `time.time` that adds what the file says, which is read anew each time."""
    true_time = time.time
    return lambda: true_time() + float(file.read_text() or 0)


if __name__ == "__main__":
    time.time = wrong_clock(Path(sys.argv[1]))
    sys.exit(main(sys.argv[2:]))
