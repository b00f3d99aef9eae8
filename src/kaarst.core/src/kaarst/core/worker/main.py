"""`kaarst-worker --config .../zope.conf`: the process that does what nobody waits for.

It reaches the same database as the web processes, so it needs ZEO or RelStorage. Of several
workers one works and the others wait until it is gone. SIGTERM and SIGINT end it: the job at work
is told, and after four seconds it is left where it is; its transaction is not committed then.
"""

from kaarst.core.worker.stopping import stopping

import argparse
import logging
import os
import signal
import sys
import threading


logger = logging.getLogger("kaarst.core.worker")

PATIENCE = 4.0


def arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="kaarst-worker", description="Runs the city's jobs.")
    parser.add_argument("--config", required=True, help="Zope's configuration file, zope.conf")
    parser.add_argument("--once", action="store_true", help="run every job once and end")
    parser.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="JOB",
        help="run this job and no other (may be given several times)",
    )
    parser.add_argument(
        "--interval", type=float, default=1.0, help="seconds between two rounds (%(default)s)"
    )
    return parser.parse_args(argv)


def main(argv: list[str] | None = None) -> int:
    """Returns 0; with --once 1 if a job failed; 2 if Zope does not start or knows no such job."""
    options = arguments(argv)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    listen_to_signals()
    open_app = load_zope(options.config)
    if open_app is None:
        return 2

    from kaarst.core.interfaces import IJob
    from kaarst.core.worker.heartbeat import Lease
    from kaarst.core.worker.rounds import Rounds
    from zope.component import getUtilitiesFor

    known = sorted(name for name, _job in getUtilitiesFor(IJob))
    strange = sorted(set(options.only) - set(known))
    if strange:
        logger.error("There is no job %s. There are: %s.", ", ".join(strange), ", ".join(known))
        return 2
    lease = Lease("worker")
    lease.start()
    try:
        return work(Rounds(open_app, lambda: lease.held, options.only), lease, options)
    finally:
        lease.end()
        logger.info("The worker has ended.")


def work(rounds, lease, options: argparse.Namespace) -> int:
    """Goes round until told to stop, or once."""
    logger.info("The worker is ready.")
    waiting = False
    while not stopping.is_set():
        if lease.held:
            waiting = False
            try:
                failures = rounds.go()
            except Exception:
                # The database may be away for a while; it comes back by itself.
                logger.exception("The round failed.")
                failures = 1
            if options.once:
                return 1 if failures else 0
        elif not waiting:
            waiting = True
            logger.info("Another worker is at work; waiting.")
        stopping.wait(options.interval)
    return 0


def load_zope(config: str):
    """Starts Zope without a server. Returns what opens its root, or None when it cannot."""
    from Zope2.Startup.run import configure_wsgi

    # Zope would read this one once more and forget ours.
    os.environ.pop("ZOPE_CONFIG", None)
    import zc.lockfile
    import ZConfig
    import Zope2

    try:
        configure_wsgi(config)
        Zope2.startup_wsgi()
    except zc.lockfile.LockError:
        logger.error(
            "Another process has the database for itself. A worker beside it needs ZEO or "
            "RelStorage: see zeo-client in buildout.cfg."
        )
        return None
    except (OSError, ValueError, ZConfig.ConfigurationError) as error:
        logger.error("Zope does not start with %s: %s", config, error)
        return None
    return Zope2.app


def listen_to_signals() -> None:
    def stop(number, frame):
        logger.info("Ending on signal %s.", signal.Signals(number).name)
        stopping.set()
        watch = threading.Timer(PATIENCE, leave)
        watch.daemon = True
        watch.start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)


def leave() -> None:
    """Ends the process although a job is at work; nothing half is stored by that."""
    logger.warning("A job did not end in time and is left.")
    logging.shutdown()
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main())
