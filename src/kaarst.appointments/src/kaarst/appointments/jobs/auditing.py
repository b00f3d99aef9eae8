"""The nightly proof: all ledgers, worked out anew from all appointments, and what came of it."""

from datetime import datetime
from datetime import timedelta
from datetime import UTC
from kaarst.appointments.bookings import store
from kaarst.appointments.desks.plan import plan_of
from kaarst.appointments.engine import raster
from kaarst.appointments.engine.audit import audit
from kaarst.appointments.engine.audit import LOWERED
from kaarst.appointments.jobs.work import DAY
from kaarst.appointments.jobs.work import desks
from kaarst.core.interfaces import Health
from kaarst.core.interfaces import IHealthCheck
from kaarst.core.interfaces import IJob
from zope.interface import implementer

import logging
import time


logger = logging.getLogger(__name__)

#: So many differences are named in the log; one is reason enough to look.
NAMED = 50
TOO_OLD = timedelta(days=3)


@implementer(IJob)
class AuditLedgers:
    """Compares every ledger from yesterday on with what is booked, held and closed."""

    interval = DAY

    def run(self, site):
        kept = store.existing(site)
        if kept is None:
            return
        now = int(time.time())
        resources = [one for desk in desks(site) for one in plan_of(desk).resources]
        found = audit(
            kept.engine,
            now,
            capacities={one.id: one.capacity for one in resources},
            since=raster.day_of(now) - timedelta(days=1),
        )
        differences = [one for one in found if one.kind != LOWERED]
        for finding in differences[:NAMED]:
            logger.error("A ledger and the appointments differ: %s", finding)
        logger.info("Audit of the ledgers, differences: %d", len(differences))
        if len(found) > len(differences):
            # Booked before: those people are expected, and nobody was booked twice.
            logger.info(
                "Days on which more is booked than fits since an editor lowered it: %d",
                len(found) - len(differences),
            )
        kept.audited = now, len(differences)


@implementer(IHealthCheck)
class LedgersAgree:
    """What the last audit found."""

    def check(self, site):
        kept = store.existing(site)
        if kept is None:
            return Health("ok", "Appointments are not installed at this site.")
        if kept.audited is None:
            return Health("ok", "Not audited yet: the worker does it once a day.")
        moment, count = datetime.fromtimestamp(kept.audited[0], UTC), kept.audited[1]
        said = f"The audit of {moment:%Y-%m-%d %H:%M} UTC found"
        if count:
            return Health(
                "error",
                f"{said} differences between ledgers and appointments: {count}. "
                "The worker's log names them.",
            )
        late = datetime.now(UTC) - moment > TOO_OLD
        return Health("warning" if late else "ok", f"{said} no difference.")
