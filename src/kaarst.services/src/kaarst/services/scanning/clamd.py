"""Asks a ClamAV daemon (clamd) what it thinks of a file.

clamd's protocol is one command and one answer over a socket, so no library is needed for it; the
one on PyPI named after it has been left alone since 2014. After clamd(8), INSTREAM and PING: the
content goes through the socket, so that the daemon needs no right to read our files.
"""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

import os
import socket
import struct


SECONDS = 120
LONGEST_ANSWER = 4096


class Away(Exception):
    """The daemon cannot be asked at present; asking again later may help."""


class Refused(Exception):
    """The daemon answers, but not about this file: it is too large for it, or it failed over it."""


@dataclass(frozen=True)
class Clamd:
    """A daemon at `path` (a Unix socket) or at `host` and `port`."""

    path: str = ""
    host: str = ""
    port: int = 3310
    seconds: float = SECONDS

    def ping(self) -> None:
        """Raises Away unless the daemon answers."""
        if (answer := self._ask(b"PING", ())) != "PONG":
            raise Away(answer)

    def scan(self, chunks: Iterable[bytes]) -> str:
        """Returns the name of what was found in the content, or an empty text.

        Raises Away and Refused.
        """
        answer = self._ask(b"INSTREAM", chunks)
        if answer == "stream: OK":
            return ""
        if answer.startswith("stream: ") and answer.endswith(" FOUND"):
            return answer.removeprefix("stream: ").removesuffix(" FOUND")
        raise Refused(answer) if answer.endswith("ERROR") else Away(answer)

    def _ask(self, command: bytes, chunks: Iterable[bytes]) -> str:
        try:
            with self._connection() as connection:
                # clamd answers and hangs up as soon as a stream is too long for it.
                with suppress(BrokenPipeError, ConnectionResetError):
                    connection.sendall(b"z" + command + b"\0")
                    if command == b"INSTREAM":
                        for chunk in chunks:
                            connection.sendall(struct.pack(">I", len(chunk)) + chunk)
                        connection.sendall(struct.pack(">I", 0))
                return self._answer(connection)
        except OSError as error:
            raise Away(f"{type(error).__name__}: {error}") from error

    def _connection(self) -> socket.socket:
        if self.path:
            connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            connection.settimeout(self.seconds)
            try:
                connection.connect(self.path)
            except OSError:
                connection.close()
                raise
            return connection
        return socket.create_connection((self.host, self.port), self.seconds)

    @staticmethod
    def _answer(connection: socket.socket) -> str:
        answer = b""
        while not answer.endswith(b"\0") and len(answer) < LONGEST_ANSWER:
            more = connection.recv(LONGEST_ANSWER)
            if not more:
                break
            answer += more
        if not answer:
            raise Away("The daemon hung up without an answer.")
        return answer.rstrip(b"\0\n").decode("utf-8", "replace")


def read(address: str) -> Clamd:
    """Returns the daemon at `unix:/run/clamav/clamd.ctl` or `tcp://127.0.0.1:3310`.

    Raises ValueError for anything else.
    """
    parts = urlsplit(address.strip())
    if parts.scheme == "unix" and parts.path.startswith("/") and not parts.netloc:
        return Clamd(path=parts.path)
    if parts.scheme == "tcp" and parts.hostname and parts.path in ("", "/"):
        return Clamd(host=parts.hostname, port=parts.port or 3310)
    raise ValueError("KAARST_CLAMD is unix:/path or tcp://host:port")


def setting() -> str:
    """What `KAARST_CLAMD` says; empty where no daemon is to be asked."""
    return os.environ.get("KAARST_CLAMD", "").strip()


def configured() -> Clamd | None:
    """The daemon of this installation, or None. Raises ValueError for a mistyped setting."""
    return read(setting()) if setting() else None
