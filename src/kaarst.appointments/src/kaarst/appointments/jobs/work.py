"""The worker's jobs: reservations that ended, reminders, personal data whose time is over.

Each writes only where something is due, so that none of them conflicts with those who book.
"""

from datetime import date
from datetime import timedelta
from kaarst.appointments.bookings import mail
from kaarst.appointments.bookings import office
from kaarst.appointments.bookings import store
from kaarst.appointments.desks.plan import plan_of
from kaarst.appointments.desks.sharing import all_desks as desks
from kaarst.appointments.engine import queue
from kaarst.appointments.engine import raster
from kaarst.appointments.engine.desk import Desk
from kaarst.appointments.engine.desk import expired_holds
from kaarst.appointments.engine.errors import Gone
from kaarst.appointments.engine.lottery import Entry
from kaarst.appointments.engine.records import Booking
from kaarst.appointments.engine.records import Closure
from kaarst.appointments.engine.records import CONFIRMED
from kaarst.appointments.engine.retention import nameless
from kaarst.appointments.engine.wishes import Wish
from kaarst.appointments.jobs.retention import keep_days
from kaarst.appointments.probe import Merging
from kaarst.appointments.wishing.serving import serving
from kaarst.core import audit
from kaarst.core.interfaces import IJob
from zope.interface import implementer

import time


HOUR = 3600
DAY = 24 * HOUR
# A page that is being filled in when the time is up may still be sent.
GRACE = 300
REMINDED = "reminded"
# Old ledgers and closures are of no use to anybody once the figures have been drawn.
LEDGERS_KEPT = timedelta(days=400)
TICKETS_KEPT = timedelta(days=400)


@implementer(IJob)
class EndReservations:
    """Takes reservations away whose time has been up for a while."""

    interval = 60

    def run(self, site):
        kept = store.existing(site)
        if kept is None:
            return
        now = int(time.time())
        known = {office.uid(desk): desk for desk in desks(site)}
        for hold in expired_holds(kept.engine, now - GRACE):
            desk = known.get(hold.desk)
            if desk is None:
                self._forget(kept.engine, hold)
                continue
            try:
                with serving(desk, now, site) as wishes:
                    wishes.desk.let_go(hold.id)
            except Gone:
                continue

    def _forget(self, engine, hold):
        """The desk was deleted meanwhile."""
        for piece in hold.pieces:
            engine.ledgers.remove(piece.resource, date.fromordinal(piece.day), hold.id)
        engine.records(type(hold)).remove(hold.id)


@implementer(IJob)
class Remind:
    """Reminds of appointments once, so many hours before as the editor has set."""

    interval = 300

    def run(self, site):
        kept = store.existing(site)
        if kept is None:
            return
        now = int(time.time())
        for desk in desks(site):
            before = getattr(desk.aq_parent, "reminder_hours", 0) * HOUR
            if not before:
                continue
            engine = Desk(plan_of(desk), kept.engine, now)
            first, last = raster.day_of(now), raster.day_of(now + before)
            for booking in engine.on_days(first, last):
                if self._is_due(booking, now, before):
                    mail.remind(desk, booking)
                    engine.bookings.put(booking.noting(now, "", REMINDED))

    def _is_due(self, booking: Booking, now: int, before: int) -> bool:
        if booking.state != CONFIRMED or not now < booking.start <= now + before:
            return False
        if any(line.action == REMINDED for line in booking.history):
            return False
        # Who has just booked needs no reminder.
        return booking.made < booking.start - before and bool(booking.person.get("email"))


@implementer(IJob)
class ForgetPeople:
    """Takes names out of appointments that are over, with the numbers that lead to them."""

    interval = 6 * HOUR

    def run(self, site):
        kept = store.existing(site)
        if kept is None:
            return
        now = int(time.time())
        today = raster.day_of(now)
        known = {office.uid(desk): desk for desk in desks(site)}
        self._forget(kept, known, now)
        for desk in known.values():
            queue.forget(Desk(plan_of(desk), kept.engine, now), today - TICKETS_KEPT)
        self._discard_ledgers(kept.engine, today - LEDGERS_KEPT)

    def _forget(self, kept, known, now):
        """Only what still has a number has a name: the figures of years are not looked through."""
        bookings = kept.engine.records(Booking)
        count = 0
        others = [kept.engine.records(kind) for kind in (Wish, Entry)]
        for number, key in list(kept.numbers.items()):
            booking = bookings.get(key)
            if booking is not None:
                # Of a desk that was deleted the default holds.
                if booking.end >= now - keep_days(known.get(booking.desk)) * DAY:
                    continue
                bookings.put(nameless(booking))
                count += 1
            elif any(records.get(key) is not None for records in others):
                # Those go with the wish or the draw.
                continue
            kept.numbers.pop(number)
        audit.deleted("bookings", count)

    def _discard_ledgers(self, engine, before):
        engine.ledgers.discard(before)
        closures = engine.records(Closure)
        for closure in closures:
            if raster.day_of(closure.end) < before:
                closures.remove(closure.id)


@implementer(IJob)
class PrepareLedgers:
    """Makes the ledgers of all days that can be booked, before the first rush on them.

    And gives the health check a former state of a ledger to try the merging with.
    """

    interval = HOUR

    def run(self, site):
        kept = store.existing(site)
        if kept is None:
            return
        now = int(time.time())
        for desk in desks(site):
            plan = plan_of(desk)
            names = [resource.id for resource in plan.resources]
            kept.engine.ledgers.prepare(names, raster.day_of(now), plan.last_day(now))
        if kept.probe.try_merging() is Merging.UNKNOWN:
            kept.probe.touch()
