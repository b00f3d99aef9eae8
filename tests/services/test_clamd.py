"""The protocol of the ClamAV daemon, spoken with a real one; and what happens while it is away."""

from kaarst.services.scanning import clamd as protocol
from tests.clamav import clamd  # noqa: F401
from tests.clamav import EICAR
from tests.clamav import NAME

import pytest
import socket
import threading


real = pytest.mark.clamd


@real
@pytest.mark.parametrize(
    ("content", "found"),
    [
        (EICAR, NAME),
        (b"%PDF-1.7\n" + EICAR + b"\n%%EOF", NAME),
        (b"%PDF-1.7\n%%EOF", ""),
        (b"", ""),
        (b"\0" * 1_000_000, ""),
    ],
)
def test_asks_about_a_content(clamd, content, found):  # noqa: F811
    chunks = [content[place : place + 1000] for place in range(0, len(content), 1000)]
    assert clamd.scan(chunks) == found


@real
def test_a_file_too_large_for_the_daemon_is_not_clean(clamd):  # noqa: F811
    with pytest.raises(protocol.Refused, match="size limit exceeded"):
        clamd.scan([b"x" * 100_000] * 40)


@real
def test_over_tcp_it_is_the_same_protocol(clamd):  # noqa: F811
    """The daemon listens on a Unix socket; a small relay stands before it."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=relay, args=(server, clamd.path), daemon=True)
        thread.start()
        address = f"tcp://127.0.0.1:{server.getsockname()[1]}"
        assert protocol.read(address).scan([EICAR]) == NAME
        thread.join(10)


def relay(server, path):
    client, _ = server.accept()
    with client, socket.socket(socket.AF_UNIX) as daemon:
        daemon.connect(path)
        asked = b""
        while not asked.endswith(b"\0\0\0\0"):
            asked += client.recv(65536)
        daemon.sendall(asked)
        client.sendall(daemon.recv(4096))


def test_a_daemon_that_is_away_is_not_an_answer(tmp_path):
    with pytest.raises(protocol.Away):
        protocol.Clamd(path=str(tmp_path / "nobody")).scan([b"x"])
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(protocol.Away):
        protocol.read(f"tcp://127.0.0.1:{port}").scan([b"x"])


@pytest.mark.parametrize("answer", [b"", b"what?\0", b"stream: OK but not quite\0", b"\0"])
def test_what_is_not_a_clear_answer_is_no_answer(answer):
    """Whoever hangs up or talks nonsense has not said that a file is clean."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def speak():
            client, _ = server.accept()
            with client:
                client.recv(65536)
                client.sendall(answer)

        thread = threading.Thread(target=speak, daemon=True)
        thread.start()
        with pytest.raises(protocol.Away):
            protocol.Clamd(host="127.0.0.1", port=server.getsockname()[1]).scan([b"x"])
        thread.join(10)


@pytest.mark.parametrize(
    ("address", "daemon"),
    [
        ("unix:/run/clamav/clamd.ctl", protocol.Clamd(path="/run/clamav/clamd.ctl")),
        (" tcp://clamav.example:3311 ", protocol.Clamd(host="clamav.example", port=3311)),
        ("tcp://127.0.0.1", protocol.Clamd(host="127.0.0.1", port=3310)),
        ("", None),
    ],
)
def test_reads_the_setting(monkeypatch, address, daemon):
    monkeypatch.setenv("KAARST_CLAMD", address)
    assert protocol.configured() == daemon


@pytest.mark.parametrize(
    "address", ["clamd", "http://x:1", "unix:clamd.ctl", "tcp://", "tcp://x:y"]
)
def test_a_mistyped_setting_does_not_pass_for_none(monkeypatch, address):
    monkeypatch.setenv("KAARST_CLAMD", address)
    with pytest.raises(ValueError):
        protocol.configured()
