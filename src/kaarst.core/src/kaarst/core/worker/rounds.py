"""Goes round the sites and gives each job its turn."""

from collections.abc import Callable
from collections.abc import Collection
from kaarst.core.interfaces import IJob
from kaarst.core.worker.heartbeat import beat
from kaarst.core.worker.sites import entered
from kaarst.core.worker.sites import site_paths
from kaarst.core.worker.stopping import stopping
from zope.component import getUtilitiesFor

import logging
import time
import transaction


logger = logging.getLogger(__name__)

TRIES = 5


class Rounds:
    """Knows which job is due at which site. `open_app` returns Zope's root on a new connection.

    With `only`, names of jobs, all others are left alone.
    """

    def __init__(
        self,
        open_app: Callable,
        may_work: Callable[[], bool] = lambda: True,
        only: Collection[str] = (),
    ):
        self.open_app = open_app
        self.may_work = may_work
        self.only = frozenset(only)
        self.due: dict[tuple, float] = {}

    def go(self) -> int:
        """Runs every job that is due, once for each site. Returns how many failed."""
        failures = 0
        app = self.open_app()
        try:
            transaction.begin()
            for path in site_paths(app):
                for name, job in sorted(getUtilitiesFor(IJob)):
                    if self.only and name not in self.only:
                        continue
                    if stopping.is_set() or not self.may_work():
                        return failures
                    if time.monotonic() < self.due.get((path, name), 0.0):
                        continue
                    failures += not self._run(app, path, name, job)
                    self.due[(path, name)] = time.monotonic() + job.interval
                    beat("worker")
        finally:
            transaction.abort()
            app._p_jar.close()
        beat("worker")
        return failures

    def _run(self, app, path: tuple[str, ...], name: str, job) -> bool:
        def attempt():
            with entered(app, path) as site:
                if site is not None:
                    job.run(site)

        attempt.__name__ = f"{'/'.join(path)} {name}"
        started = time.monotonic()
        try:
            transaction.manager.run(attempt, tries=TRIES)
        except Exception:
            logger.exception("Job %s failed at %s.", name, "/".join(path))
            return False
        finally:
            took = time.monotonic() - started
            if took > 60:
                logger.warning("Job %s took %.0f s at %s.", name, took, "/".join(path))
        return True
