"""Starts a command once a port of this machine accepts connections: patient.py PORT COMMAND ...

What nobody waits for (worker, simulated meters) leaves the processors to the first page.
"""

import os
import socket
import sys
import time


def wait_for_port(port):
    while True:
        try:
            socket.create_connection(("localhost", port), timeout=5).close()
        except OSError:
            time.sleep(0.5)
        else:
            return


if __name__ == "__main__":
    wait_for_port(int(sys.argv[1]))
    os.execvp(sys.argv[2], sys.argv[2:])
