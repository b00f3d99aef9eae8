"""`kaarst-bridge`: runs the bridge. Settings come from the environment or the command line.

Database: `--database` or KAARST_DATABASE (an SQLAlchemy URL), otherwise a SQLite file in KAARST_VAR.
Broker: MQTT_HOST, MQTT_PORT, MQTT_USER, MQTT_PASSWORD_FILE (a file that holds the password, so that
no process list shows it), MQTT_CA_FILE for TLS, MQTT_DISCOVER (topic filters, separated by spaces).
"""

from kaarst.metering.bridge.client import Bridge
from kaarst.metering.bridge.client import Settings
from kaarst.metering.decoders import load
from kaarst.metering.store.engine import opened
from kaarst.metering.store.engine import Store
from pathlib import Path
from sqlalchemy.exc import OperationalError

import argparse
import logging
import os
import signal
import sys
import time


logger = logging.getLogger("kaarst.metering.bridge")


def arguments(words: list[str] | None = None) -> argparse.Namespace:
    """Parses the command line; the environment gives the defaults."""
    env = os.environ
    parser = argparse.ArgumentParser(prog="kaarst-bridge", description=__doc__.splitlines()[0])
    parser.add_argument("--database", default="", help="SQLAlchemy URL")
    parser.add_argument("--host", default=env.get("MQTT_HOST") or "localhost")
    parser.add_argument("--port", type=int, default=int(env.get("MQTT_PORT") or 1883))
    parser.add_argument("--user", default=env.get("MQTT_USER", ""))
    parser.add_argument("--password-file", default=env.get("MQTT_PASSWORD_FILE", ""))
    parser.add_argument("--ca-file", default=env.get("MQTT_CA_FILE", ""))
    parser.add_argument("--client-id", default=env.get("MQTT_CLIENT_ID") or "kaarst-bridge")
    parser.add_argument("--discover", default=env.get("MQTT_DISCOVER", "#"))
    parser.add_argument("--automatic-acknowledgement", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args(words)


def settings(chosen: argparse.Namespace) -> Settings:
    """Returns the bridge's settings; raises OSError if the password's file cannot be read."""
    password = ""
    if chosen.password_file:
        password = Path(chosen.password_file).read_text().strip()
    return Settings(
        host=chosen.host,
        port=chosen.port,
        username=chosen.user,
        password=password,
        client_id=chosen.client_id,
        ca_file=chosen.ca_file,
        discover=tuple(chosen.discover.split()),
        automatic_acknowledgement=chosen.automatic_acknowledgement,
    )


def address(chosen: str = "") -> str:
    """Returns the database's URL for processes outside Zope."""
    if chosen:
        return chosen
    if os.environ.get("KAARST_DATABASE", "").strip() or not os.environ.get("KAARST_VAR"):
        from kaarst.core.database import url
        from kaarst.metering.store.engine import STORE

        return url(STORE).render_as_string(hide_password=False)
    return f"sqlite:///{Path(os.environ['KAARST_VAR']).absolute()}/metering.sqlite"


def patient_store(database: str) -> Store:
    """Opens the store, waiting for a database that is not up yet."""
    while True:
        try:
            return opened(database)
        except OperationalError as error:
            logger.warning("The database does not answer yet: %s", error.orig)
            time.sleep(2)


def main(words: list[str] | None = None) -> int:
    """Runs until SIGTERM or SIGINT; returns 0 after everything that arrived is stored."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    chosen = arguments(words)
    load()
    try:
        wanted = settings(chosen)
    except OSError as error:
        print(f"The password cannot be read: {error}", file=sys.stderr)  # noqa: T201
        return 1
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _end_now)
    bridge = Bridge(patient_store(address(chosen.database)), wanted)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: bridge.stop())
    bridge.run()
    return 0


def _end_now(number, frame):
    """Before the bridge runs there is nothing to store."""
    sys.exit(0)


if __name__ == "__main__":
    sys.exit(main())
