"""The worker's jobs for draws: announcing, drawing, and forgetting who took part."""

from datetime import timedelta
from kaarst.appointments.bookings import details
from kaarst.appointments.bookings import store
from kaarst.appointments.drawing import lots
from kaarst.appointments.engine import raster
from kaarst.appointments.jobs.retention import DEFAULT_DAYS
from kaarst.appointments.jobs.work import desks
from kaarst.appointments.jobs.work import HOUR
from kaarst.core import audit
from kaarst.core.interfaces import IJob
from zope.interface import implementer

import time


@implementer(IJob)
class DrawLots:
    """Draws where entries are closed, and announces the draws of the days to come."""

    interval = 60

    def run(self, site):
        if store.existing(site) is None:
            return
        for desk in desks(site):
            # Also where an editor has turned drawing off meanwhile: those who asked get an answer.
            lots.draw_due(desk, site)
            if lots.draws_lots(desk):
                lots.announce(desk, site)


@implementer(IJob)
class ForgetDraws:
    """Removes draws with those who took part, some days after the day they were for."""

    interval = 6 * HOUR

    def run(self, site):
        kept = store.existing(site)
        if kept is None:
            return
        page = details.appointments_page(site)
        days = getattr(page, "keep_days", DEFAULT_DAYS)
        gone = lots.forget(kept, raster.day_of(int(time.time())) - timedelta(days=days))
        audit.deleted("draw-entries", gone)
