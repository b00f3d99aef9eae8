"""The worker looks at all foreign calendars, and the health check at what came of it."""

from kaarst.appointments.bookings import office
from kaarst.appointments.bookings import store
from kaarst.appointments.calendars.linking import synchronize
from kaarst.appointments.calendars.records import Connection
from kaarst.appointments.calendars.records import Feed
from kaarst.appointments.calendars.records import Notice
from kaarst.appointments.desks import sharing
from kaarst.appointments.jobs.retention import keep_days
from kaarst.appointments.jobs.work import DAY
from kaarst.appointments.jobs.work import desks
from kaarst.core.interfaces import Health
from kaarst.core.interfaces import IHealthCheck
from kaarst.core.interfaces import IJob
from zope.interface import implementer

import time


# Other jobs wait meanwhile.
SECONDS = 40
# How soon a calendar is looked at that told of a change; the others are every two minutes.
OFTEN = 20


@implementer(IJob)
class SyncCalendars:
    """Reads busy times and delivers what was booked, moved or cancelled since."""

    interval = OFTEN

    def run(self, site):
        kept = store.existing(site)
        if kept is None:
            return
        now, until = int(time.time()), time.monotonic() + SECONDS
        links = kept.engine.records(Connection)
        feeds = kept.engine.records(Feed)
        told = {one.id: one.at for one in kept.engine.records(Notice)}
        if not len(links) and not len(feeds):
            return
        known = {office.uid(desk): desk for desk in desks(site)}
        places = {key: desk for desk in known.values() for key in sharing.own(desk)}
        for feed in feeds:
            if feed.id not in places and feed.id not in known:
                feeds.remove(feed.id)
        # Who has waited longest comes first: nobody is left out when time is short.
        for link in sorted(links, key=lambda one: (one.again, one.read)):
            if link.id not in places:
                links.remove(link.id)
                kept.engine.records(Notice).remove(link.id)
            elif link.is_due(now, told.get(link.id, 0)) and time.monotonic() < until:
                desk = places[link.id]
                forget = now - keep_days(desk) * DAY
                synchronize(desk, link, now, forget, site, at_once=False)


@implementer(IHealthCheck)
class CalendarsReadable:
    """Names no counter: the message is for operators, who find it on the desk's page."""

    def check(self, site):
        kept = store.existing(site)
        now = int(time.time())
        links = list(kept.engine.records(Connection)) if kept is not None else []
        ill = sum(one.counts_as_busy(now) for one in links)
        if ill:
            return Health(
                "warning",
                f"{ill} of {len(links)} foreign calendars cannot be read; their counters count as busy.",
            )
        refused = sum(bool(one.refused) for one in links)
        if refused:
            return Health(
                "warning", f"{refused} of {len(links)} foreign calendars take no appointments."
            )
        return Health("ok", f"{len(links)} foreign calendars are connected.")
