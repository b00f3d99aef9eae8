"""The worker's jobs for who waits: passing offers on, and forgetting wishes that have ended."""

from dataclasses import replace
from datetime import date
from kaarst.appointments.bookings import store
from kaarst.appointments.engine.records import Hold
from kaarst.appointments.engine.wishes import ENDED
from kaarst.appointments.engine.wishes import Wish
from kaarst.appointments.jobs.retention import keep_days
from kaarst.appointments.jobs.work import DAY
from kaarst.appointments.jobs.work import desks
from kaarst.appointments.jobs.work import HOUR
from kaarst.appointments.wishing import wishes
from kaarst.appointments.wishing.serving import serving
from kaarst.core.interfaces import IJob
from plone.uuid.interfaces import IUUID
from zope.interface import implementer

import time


@implementer(IJob)
class ServeWishes:
    """Passes on what was offered and not answered, and ends wishes whose time is over."""

    interval = 60

    def run(self, site):
        kept = store.existing(site)
        if kept is None:
            return
        waiting = {one.desk for one in kept.engine.records(Wish) if wishes.is_active(one)}
        for desk in desks(site):
            if IUUID(desk) in waiting:
                with serving(desk, site=site) as found:
                    found.sweep()


@implementer(IJob)
class ForgetWishes:
    """Removes wishes that have ended, and all of a desk that was deleted."""

    interval = 6 * HOUR

    def run(self, site):
        kept = store.existing(site)
        if kept is None:
            return
        now = int(time.time())
        known = {IUUID(desk): desk for desk in desks(site)}
        for name in {one.desk for one in kept.engine.records(Wish)}:
            if name in known:
                wishes.forget(kept, name, now - keep_days(known[name]) * DAY)
            else:
                self._end(kept, name)
                wishes.forget(kept, name, now + DAY)

    def _end(self, kept, desk):
        records, holds = kept.engine.records(Wish), kept.engine.records(Hold)
        for wish in list(records):
            if wish.desk == desk:
                hold = holds.get(wish.hold) if wish.hold else None
                if hold is not None:
                    for piece in hold.pieces:
                        day = date.fromordinal(piece.day)
                        kept.engine.ledgers.remove(piece.resource, day, hold.id)
                    holds.remove(hold.id)
                records.put(replace(wish, state=ENDED, hold=""))
