"""Starts a command once a page was answered: patient.py URL COMMAND ...

What nobody waits for (worker, simulated meters) leaves the processors to the first page.
"""

import os
import sys
import time
import urllib.error
import urllib.request


def wait_for_page(url):
    while True:
        try:
            urllib.request.urlopen(url, timeout=60).close()
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
        else:
            return


if __name__ == "__main__":
    wait_for_page(sys.argv[1])
    os.execvp(sys.argv[2], sys.argv[2:])
