"""Makes this folder runnable: checks the machine, installs the pinned packages, generates the instance.

Runs with the standard library alone, before anything is installed. What is already as it should be
is not done again. Usage: python3 instance/prepare.py [run|test]
"""

from pathlib import Path

import errno
import hashlib
import os
import shutil
import socket
import subprocess
import sys
import time


ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv"
BIN = ENVIRONMENT / "bin"
PACKAGES = ("core", "services", "appointments", "metering", "policy")
GROUPS = {"run": ("run",), "test": ("run", "test", "develop")}
PYTHON = (3, 11)


def stop(sentence):
    """End with one sentence that says what is wrong and what to do."""
    sys.exit(f"\n{sentence}\n")


def say(sentence):
    print(f"· {sentence}", flush=True)


def settings():
    """Return what may be chosen on the command line: ports as integers, `VAR` as an absolute path."""
    try:
        port = int(os.environ.get("PORT") or 8080)
        mqtt_port = int(os.environ.get("MQTT_PORT") or 18830)
    except ValueError:
        stop("PORT and MQTT_PORT must be whole numbers, for example: make run PORT=8081")
    var = Path(os.environ.get("VAR") or ROOT / "instance" / "var").absolute()
    return port, mqtt_port, var


def check_machine():
    if sys.version_info < PYTHON:
        stop(
            "Kaarst needs Python {}.{} or newer, and this is {}.{}. Name a newer one: "
            "make run PYTHON=python3.12".format(*PYTHON, *sys.version_info)
        )
    if not any(shutil.which(compiler) for compiler in ("cc", "gcc", "clang")):
        stop(
            "A C compiler is missing: some packages are built on this machine. "
            "On Debian and Ubuntu: apt install build-essential python3-dev"
        )


def check_port(port, variable):
    for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        try:
            with socket.socket(family, socket.SOCK_STREAM) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind((host, port))
        except PermissionError:
            stop(f"Port {port} may not be used by this account: make run {variable}=8081")
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                stop(
                    f"Port {port} is already in use. End the other program or choose another "
                    f"port: make run {variable}={port + 1}"
                )
            # Anything else: this machine has no such address (no IPv6), so nobody is on it.


def check_folder(var):
    # The database listens on a socket in this folder; the kernel allows 107 bytes for its path.
    if len(str(var / "database.sock").encode()) > 107:
        stop(
            f"The path of the data folder is too long: {var}. Choose a shorter one: VAR=/srv/kaarst"
        )


def call(*command, what):
    """Run `command` quietly; if it fails, show the end of what it printed and stop."""
    log = ROOT / "instance" / ".prepared.log"
    with log.open("wb") as output:
        code = subprocess.call(
            [str(part) for part in command], cwd=ROOT, stdout=output, stderr=output
        )
    if code:
        sys.stderr.write("".join(log.read_text(errors="replace").splitlines(keepends=True)[-25:]))
        stop(f"{what} did not work; above is the end of what was printed, all of it is in {log}.")


def fingerprint(*parts):
    """Return a digest of files (by content) and words: the same digest, nothing to do."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.read_bytes() if isinstance(part, Path) else str(part).encode())
    return digest.hexdigest()


def done_before(name, mark):
    stamp = ROOT / "instance" / f".prepared-{name}"
    return stamp.exists() and stamp.read_text() == mark


def note_done(name, mark):
    (ROOT / "instance" / f".prepared-{name}").write_text(mark)


def projects():
    return [ROOT / "src" / f"kaarst.{package}" / "pyproject.toml" for package in PACKAGES]


def install(purpose):
    """Create the virtual environment and install the packages, all pinned by constraints.txt."""
    files = [ROOT / "constraints.txt", ROOT / "pyproject.toml", *projects()]
    mark = fingerprint(*files, sys.version, str(ROOT))
    # What runs the tests also runs the city: no need to install the smaller set over the larger.
    if (BIN / "python").exists() and (done_before("test", mark) or done_before(purpose, mark)):
        return
    if not (BIN / "python").exists():
        say("Making a Python environment in .venv")
        call(sys.executable, "-m", "venv", "--clear", ENVIRONMENT, what="Making the environment")
    if not (BIN / "uv").exists():
        call(BIN / "python", "-m", "pip", "install", "-q", "uv", what="Installing uv")
    say("Installing Plone and the city's packages, each at its pinned version")
    groups = [word for group in GROUPS[purpose] for word in ("--group", group)]
    editable = [word for project in projects() for word in ("-e", project.parent)]
    call(
        *(BIN / "uv", "pip", "install", "-q", "-p", BIN / "python"),
        *("-c", ROOT / "constraints.txt", *groups, *editable),
        what="Installing the packages",
    )
    note_done(purpose, mark)


def generate(port, var):
    """Let buildout generate instance/parts and instance/bin for this port and data folder."""
    templates = sorted((ROOT / "instance").glob("*.in"))
    files = [ROOT / "buildout.cfg", ROOT / "constraints.txt", *templates, *projects()]
    mark = fingerprint(*files, port, str(var), str(ROOT))
    if (ROOT / "instance/parts/web/etc/wsgi.ini").exists() and done_before("instance", mark):
        return
    say("Generating the instance from buildout.cfg")
    call(
        *(BIN / "buildout", "-N", "buildout:develop=", f"city:port={port}", f"city:var={var}"),
        what="Generating the instance",
    )
    note_done("instance", mark)


def main(purpose="run"):
    started = time.monotonic()
    check_machine()
    port, mqtt_port, var = settings()
    if purpose == "run":
        check_port(port, "PORT")
        check_port(mqtt_port, "MQTT_PORT")
        check_folder(var)
    install(purpose)
    if purpose == "run":
        # Also those that buildout makes: it does not run again when only the data are gone.
        for folder in ("filestorage", "blobstorage", "log", "cache", "mail", "web", "worker"):
            (var / folder).mkdir(parents=True, exist_ok=True)
        generate(port, var)
    say(f"Ready after {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main(*sys.argv[1:])
