"""The line to the broker, read in large pieces.

paho asks the socket for each packet's first byte, then for each byte of its length, then for the rest:
four calls of the system for a message of two hundred bytes. Here they are answered from what has been
read already. What lies here is not seen by `select`: ask `pending` first.
"""

from paho.mqtt.client import Client

import socket


_PIECE = 262_144


class BufferedConnection:
    """Stands for a connected socket, plain or TLS; whatever is no reading is passed on to it."""

    def __init__(self, connection: socket.socket):
        self._connection = connection
        self._read = connection.recv
        self._held = b""
        self._begin = 0

    def recv(self, size: int) -> bytes:
        """Returns up to `size` bytes, b"" at the end; raises what the socket raises without any."""
        begin = self._begin
        found = self._held[begin : begin + size]
        if found:
            self._begin = begin + len(found)
            return found
        self._held, self._begin = b"", 0
        self._held = held = self._read(_PIECE)
        self._begin = min(size, len(held))
        return held[:size]

    def pending(self) -> int:
        """Returns how many bytes are there of which the operating system knows nothing any more."""
        inner = getattr(self._connection, "pending", int)
        return len(self._held) - self._begin + inner()

    def __getattr__(self, name: str):
        return getattr(self._connection, name)


class BufferedClient(Client):
    """A client that reads through a `BufferedConnection`."""

    def _create_socket(self):
        # Where paho itself puts its stand-in for a socket, the one of web sockets.
        return BufferedConnection(super()._create_socket())
