"""What paho reads from is the socket, only in larger pieces."""

from hypothesis import given
from hypothesis import strategies as st
from kaarst.metering.bridge.connection import BufferedConnection

import contextlib
import pytest
import socket


@contextlib.contextmanager
def pair():
    """The broker's end, and the bridge's as paho has it: it does not wait."""
    broker, bridge = socket.socketpair()
    with broker, bridge:
        bridge.setblocking(False)
        yield broker, BufferedConnection(bridge)


@given(
    st.lists(st.binary(min_size=1, max_size=300), max_size=8),
    st.lists(st.integers(1, 500), min_size=1, max_size=8),
)
def test_what_is_read_is_what_was_sent_however_it_is_cut(pieces, sizes):
    with pair() as (broker, connection):
        found, number = b"", 0
        for piece in pieces:
            broker.sendall(piece)
            found += connection.recv(sizes[number % len(sizes)])
            number += 1
        broker.shutdown(socket.SHUT_WR)
        while read := connection.recv(sizes[number % len(sizes)]):
            assert len(read) <= sizes[number % len(sizes)]
            found += read
            number += 1
        assert found == b"".join(pieces)
        assert connection.recv(1) == b""


def test_it_says_what_select_cannot_see():
    with pair() as (broker, connection):
        assert connection.pending() == 0
        broker.sendall(b"0123456789")
        assert (connection.recv(4), connection.pending()) == (b"0123", 6)
        assert (connection.recv(20), connection.pending()) == (b"456789", 0)


def test_nothing_there_is_not_the_end():
    with pair() as (broker, connection):
        with pytest.raises(BlockingIOError):
            connection.recv(1)
        broker.sendall(b"x")
        assert connection.recv(1) == b"x"
        broker.close()
        assert connection.recv(1) == b""


def test_everything_else_is_the_socket():
    with pair() as (broker, connection):
        connection.send(b"acknowledged")
        assert broker.recv(20) == b"acknowledged"
        assert connection.fileno() > 0
        assert connection.gettimeout() == 0
