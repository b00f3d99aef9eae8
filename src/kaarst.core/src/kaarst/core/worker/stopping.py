"""Says to long jobs that the worker is to end."""

import threading


# Set by SIGTERM and SIGINT. A job that does one thing after another asks between two of them.
stopping = threading.Event()
