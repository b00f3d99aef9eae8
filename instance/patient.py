"""Starts a command once a file is there: patient.py FILE COMMAND ...

What nobody waits for (worker, bridge, simulated meters) leaves the processors to the first page.
"""

from pathlib import Path

import os
import sys
import time


def wait_for_file(path):
    while not path.exists():
        time.sleep(0.2)


if __name__ == "__main__":
    wait_for_file(Path(sys.argv[1]))
    os.execvp(sys.argv[2], sys.argv[2:])
