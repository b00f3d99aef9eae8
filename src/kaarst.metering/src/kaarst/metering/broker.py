"""`kaarst-broker`: the MQTT broker of `make run`, on loopback only.

Mosquitto where it is installed, otherwise amqtt, which is written in Python and comes from PyPI. amqtt
keeps nothing across its own restart: enough to look at the demo city, not to run a town on.
"""

from pathlib import Path

import argparse
import asyncio
import contextlib
import logging
import os
import shutil
import signal
import sys


logger = logging.getLogger("kaarst.metering.broker")

_MOSQUITTO = """\
# Written anew at each start of the demo city. For production see instance/mosquitto.conf.
listener {port} 127.0.0.1
allow_anonymous true
persistence true
persistence_location {folder}/
autosave_interval 30
max_queued_messages 100000
max_inflight_messages 1000
max_packet_size 70000
log_dest stderr
log_type error
log_type warning
"""


def mosquitto() -> str | None:
    """Returns the path of Mosquitto, which Debian installs where PATH often does not lead."""
    return shutil.which("mosquitto", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


def run_mosquitto(program: str, port: int, var: Path):
    """Becomes Mosquitto; does not return."""
    folder = var / "mosquitto"
    folder.mkdir(parents=True, exist_ok=True)
    written = _MOSQUITTO.format(port=port, folder=folder)
    if os.geteuid() == 0:
        written += "user root\n"
    file = folder / "mosquitto.conf"
    file.write_text(written)
    os.execv(program, [program, "-c", str(file)])


async def run_amqtt(port: int):
    """Runs amqtt until SIGTERM or SIGINT."""
    from amqtt.broker import Broker

    broker = Broker(
        {
            "listeners": {"default": {"type": "tcp", "bind": f"127.0.0.1:{port}"}},
            "plugins": {
                "amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}
            },
        }
    )
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    await broker.start()
    logger.info("amqtt listens on 127.0.0.1:%s", port)
    await ended.wait()
    with contextlib.suppress(Exception):
        await broker.shutdown()


def main(words: list[str] | None = None) -> int:
    """Runs a broker until SIGTERM or SIGINT."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(message)s")
    parser = argparse.ArgumentParser(prog="kaarst-broker", description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, default=int(os.environ.get("MQTT_PORT") or 18830))
    parser.add_argument("--var", default=os.environ.get("KAARST_VAR") or "instance/var")
    parser.add_argument("--amqtt", action="store_true", help="even if there is Mosquitto")
    chosen = parser.parse_args(words)
    program = None if chosen.amqtt else mosquitto()
    if program:
        run_mosquitto(program, chosen.port, Path(chosen.var).absolute())
    try:
        asyncio.run(run_amqtt(chosen.port))
    except ImportError:
        print("There is no MQTT broker: install Mosquitto or amqtt.", file=sys.stderr)  # noqa: T201
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
