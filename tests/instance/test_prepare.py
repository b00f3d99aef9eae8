"""What `make run` says on a machine that lacks something: one sentence each, before any work."""

from pathlib import Path

import os
import pytest
import socket
import subprocess
import sys


ROOT = Path(__file__).parents[2]
PREPARE = ROOT / "instance" / "prepare.py"


def prepare(*, python=sys.executable, **environ):
    """Run prepare.py with `environ` on top of a small environment; return code and what it said."""
    done = subprocess.run(
        [python, PREPARE, "run"],
        env={"PATH": os.environ["PATH"], **environ},
        capture_output=True,
        text=True,
        timeout=60,
    )
    return done.returncode, done.stderr.strip()


@pytest.fixture
def taken_port():
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


def test_a_port_in_use_is_named(taken_port, tmp_path):
    code, said = prepare(PORT=str(taken_port), VAR=str(tmp_path))
    assert code != 0
    assert said == (
        f"Port {taken_port} is already in use. End the other program or choose another port: "
        f"make run PORT={taken_port + 1}"
    )


def test_a_port_that_is_no_number(tmp_path):
    code, said = prepare(PORT="eighty", VAR=str(tmp_path))
    assert code != 0
    assert said.count("\n") == 0 and "whole numbers" in said


def test_a_missing_compiler_is_named(tmp_path):
    code, said = prepare(PATH=str(tmp_path))
    assert code != 0
    assert said.startswith("A C compiler is missing") and "\n" not in said


def test_a_too_old_python_is_named():
    program = (
        "import runpy, sys; sys.version_info = (3, 9, 2, 'final', 0); "
        f"runpy.run_path({str(PREPARE)!r}, run_name='__main__')"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode != 0
    assert "Kaarst needs Python 3.11 or newer, and this is 3.9" in done.stderr


def test_a_path_too_long_for_a_socket(tmp_path):
    with socket.socket() as probe, socket.socket() as other:
        for one in (probe, other):
            one.bind(("127.0.0.1", 0))
        port, mqtt_port = (one.getsockname()[1] for one in (probe, other))
    code, said = prepare(PORT=str(port), MQTT_PORT=str(mqtt_port), VAR=str(tmp_path / ("x" * 120)))
    assert code != 0
    assert said.startswith("The path of the data folder is too long")
