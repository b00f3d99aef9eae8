"""Where the servers of tests listen."""

import socket


def free_port() -> int:
    """A port of the loopback that nobody uses at present, and that the system gives to no other."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
