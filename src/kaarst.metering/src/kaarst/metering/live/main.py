"""`kaarst-live`: sends values to the pages that show them. Settings from environment or command line.

Database as for the bridge. LIVE_HOST and LIVE_PORT say where it listens (localhost, 8090);
LIVE_VIEWERS how many may watch at once (5000). A proxy leads `/live/` of the town's address here;
the pages learn the address from KAARST_LIVE_URL.
"""

from kaarst.metering.bridge.main import address
from kaarst.metering.bridge.main import patient_store
from kaarst.metering.live.application import Application
from kaarst.metering.store import state

import argparse
import logging
import os
import resource
import sys
import time
import uvicorn


# Seconds between two signs of life.
_BEAT = 15


def arguments(words: list[str] | None = None) -> argparse.Namespace:
    """Parses the command line; the environment gives the defaults."""
    env = os.environ
    parser = argparse.ArgumentParser(prog="kaarst-live", description=__doc__.splitlines()[0])
    parser.add_argument("--database", default="", help="SQLAlchemy URL")
    parser.add_argument("--host", default=env.get("LIVE_HOST") or "localhost")
    parser.add_argument("--port", type=int, default=int(env.get("LIVE_PORT") or 8090))
    parser.add_argument("--viewers", type=int, default=int(env.get("LIVE_VIEWERS") or 5000))
    parser.add_argument("--every", type=float, default=1.0, help="seconds between two looks")
    return parser.parse_args(words)


class Beat:
    """Notes in the database now and then that the process lives."""

    def __init__(self, store):
        self._store, self._last = store, 0.0

    def __call__(self):
        if time.monotonic() - self._last < _BEAT:
            return
        with self._store.writing() as connection:
            state.live_beat(connection, int(time.time() * 1000))
        self._last = time.monotonic()


def main(words: list[str] | None = None) -> int:
    """Runs until SIGTERM or SIGINT."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    chosen = arguments(words)
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    # Every viewer is an open file; many systems allow a thousand unless one asks for more.
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    store = patient_store(address(chosen.database))
    application = Application(store, chosen.viewers, chosen.every, Beat(store))
    uvicorn.run(
        application,
        host=chosen.host,
        port=chosen.port,
        access_log=False,
        server_header=False,
        log_config=None,
        # Streams never end by themselves.
        timeout_graceful_shutdown=2,
        lifespan="on",
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
