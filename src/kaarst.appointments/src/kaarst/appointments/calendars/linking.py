"""Counters and their foreign calendars: connecting, reading, delivering."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from datetime import timedelta
from kaarst.appointments import _
from kaarst.appointments.bookings import details
from kaarst.appointments.bookings import store
from kaarst.appointments.calendars import blocking
from kaarst.appointments.calendars import entries
from kaarst.appointments.calendars.asking import is_private
from kaarst.appointments.calendars.caldav import CalDAV
from kaarst.appointments.calendars.delivery import Delivery
from kaarst.appointments.calendars.graph.access import Application
from kaarst.appointments.calendars.graph.adapter import Graph
from kaarst.appointments.calendars.graph.clouds import CLOUDS
from kaarst.appointments.calendars.interfaces import CalendarError
from kaarst.appointments.calendars.interfaces import Entry
from kaarst.appointments.calendars.interfaces import EntryChanged
from kaarst.appointments.calendars.interfaces import ICalendarAdapter
from kaarst.appointments.calendars.interfaces import SEALED
from kaarst.appointments.calendars.records import Connection
from kaarst.appointments.calendars.records import GRAPH
from kaarst.appointments.calendars.records import Notice
from kaarst.appointments.calendars.subscribing import address_of
from kaarst.appointments.calendars.subscribing import subscribed
from kaarst.appointments.calendars.subscribing import unsubscribe
from kaarst.appointments.calendars.telling import tell_all_conflicts
from kaarst.appointments.desks.plan import plan_of
from kaarst.appointments.desks.sharing import sharers
from kaarst.appointments.engine import raster
from kaarst.appointments.engine.desk import Desk
from kaarst.appointments.engine.plan import Plan
from kaarst.appointments.engine.records import ARRIVED
from kaarst.appointments.engine.records import Booking
from kaarst.appointments.engine.records import CALLED
from kaarst.appointments.engine.records import CANCELLED
from kaarst.appointments.engine.records import CONFIRMED
from kaarst.appointments.wishing.serving import serving
from kaarst.core import sealing
from plone import api
from urllib.parse import urlsplit
from zope.i18n import translate


COMING = {CONFIRMED, ARRIVED, CALLED}
# Written to one calendar in one round; the next one goes on.
STEPS = 40
STEPS_AT_LEAVING = 200
SECONDS = 15
FOREVER = 1 << 62


def possible(address: str) -> bool:
    """Whether this can be the address of a calendar: encrypted, unless on this machine.

    Without a user and a password in it: those would be shown with it.
    """
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return False
    if not parts.hostname or "@" in parts.netloc or port == 0 or not address.isprintable():
        return False
    return is_private(address)


def adapter_of(link: Connection) -> ICalendarAdapter:
    """The calendar of a connection. Raises `CalendarError` where its password cannot be opened."""
    try:
        password = sealing.opened(link.password) if link.password else ""
    except sealing.NotOpened as error:
        raise CalendarError(SEALED) from error
    if link.kind == GRAPH:
        application = Application(CLOUDS[link.cloud], link.tenant, link.user, password)
        known = {uid: one.etag for uid, one in link.known().items()}
        return Graph(application, link.address, writes=link.writes, known=known)
    return CalDAV(link.address, link.user, password)


def window(plan: Plan, now: int) -> tuple[date, date]:
    """The days that matter: today to the day after the last one that can be booked.

    That day is opened at midnight, and its events must be known by then.
    """
    return raster.day_of(now), plan.last_day(now) + timedelta(days=1)


def reach(desks: Sequence, now: int) -> tuple[date, date]:
    """The days that matter to any of several desks that share a resource."""
    spans = [window(plan_of(one), now) for one in desks]
    return min(first for first, _last in spans), max(last for _first, last in spans)


def instants(first: date, last: date) -> tuple[int, int]:
    """Days, both included, as two instants."""
    return raster.midnight(first), raster.midnight(last + timedelta(days=1))


def entry_of(desk, booking: Booking) -> Entry:
    """An appointment as other calendars get it: no name, no number, no address of a citizen."""
    language = api.portal.get_default_language()
    summary = _(
        "calendar_entry",
        default="Appointment: ${services} ${initials}",
        mapping={
            "services": ", ".join(details.titles(desk, booking.services)),
            "initials": f"({found})"
            if (found := entries.initials(booking.person.get("name", "")))
            else "",
        },
    )
    day = raster.day_of(booking.start).isoformat()
    return Entry(
        uid=entries.uid_of(booking.id),
        start=booking.start,
        end=booking.end,
        summary=translate(summary, target_language=language).strip(),
        location=", ".join(details.address(desk)),
        url=f"{desk.absolute_url()}/day?date={day}",
        sequence=booking.sequence,
        changed=max((line.at for line in booking.history), default=booking.made),
        cancelled=booking.state == CANCELLED,
    )


def wanted(desks: Sequence, resource: str, now: int, site=None) -> dict[str, Entry]:
    """The entries that the calendar of a resource of these desks should hold, by uid."""
    first, last = reach(desks, now)
    engines = ((desk, Desk(plan_of(desk), store.existing(site).engine, now)) for desk in desks)
    found = [
        entry_of(desk, booking)
        for desk, engine in engines
        for booking in engine.on_days(first, last)
        if booking.state in COMING
        and booking.end > now
        and any(piece.resource == resource for piece in booking.pieces)
    ]
    return {entry.uid: entry for entry in found}


def uids(desks: Sequence, now: int, site=None) -> set[str]:
    """The uids of all appointments at these desks: one calendar may be that of several counters.

    What takes place at another counter is no foreign event, and no conflict.
    """
    first, last = reach(desks, now)
    engines = (Desk(plan_of(desk), store.existing(site).engine, now) for desk in desks)
    return {entries.uid_of(one.id) for engine in engines for one in engine.on_days(first, last)}


def connect(desk, link: Connection, now: int) -> list[Booking]:
    """Read a calendar for the first time and keep the connection.

    Returns the appointments that collide with what stands there. Raises `CalendarError`; then
    nothing is kept.
    """
    adapter = adapter_of(link)
    adapter.check()
    former = store.existing().engine.records(Connection).get(link.id)
    if former is not None and former.is_same(link) and link.writes:
        link = replace(link, delivered=former.delivered)
        adapter = adapter_of(link)
        unsubscribe(adapter, former)
    elif former is not None:
        _take_back(former, now)
    read = _read(desk, link, adapter, now)
    store.existing().engine.records(Connection).put(read)
    return _block(desk, read, now)


def disconnect(desk, link: Connection, now: int) -> bool:
    """Forget a connection and free what it blocked; whether our entries could be taken out."""
    _block(desk, replace(link, busy=(), since=0), now)
    store.existing().engine.records(Connection).remove(link.id)
    store.existing().engine.records(Notice).remove(link.id)
    return _take_back(link, now)


def synchronize(
    desk, link: Connection, now: int, forget: int, site=None, *, at_once: bool = True
) -> Connection:
    """Read a calendar if anything changed, block, and deliver; safe to repeat.

    Who connected it is told of new conflicts. Entries that were over before the instant `forget`
    are taken out. Never raises for what is wrong with the calendar: the connection returned, and
    kept, says it. Unless `at_once`, new entries are only announced and it is due again: they are
    written when that has been stored.
    """
    records = store.existing(site).engine.records
    try:
        adapter = adapter_of(link)
        delivery = Delivery(adapter, link.known(), now, forget)
        days = reach(sharers(desk, link.id, site), now)
        changes = adapter.changes(link.token, *instants(*days))
        delivery.notice(changes)
        foreign = (
            changes.whole
            or changes.etags is None
            or changes.etags.keys() - delivery.delivered.keys()
        )
        found = replace(link, token=changes.token)
        if foreign or link.must_read(now):
            found = _read(desk, found, adapter, now, site)
            tell_all_conflicts(found, _block(desk, found, now, site))
    except CalendarError as error:
        found = link.failed(now, error)
        if found.counts_as_busy(now):
            _block(desk, found, now, site)
    else:
        coming = wanted(sharers(desk, link.id, site), link.id, now, site) if link.writes else {}
        if delivery.announce(coming) and not at_once:
            found = replace(found.holding(delivery.delivered, link.refused), looked=0)
            records(Connection).put(found)
            return found
        found = _deliver(found, delivery, coming, now)
        address = address_of(site if site is not None else api.portal.get())
        found = subscribed(found, adapter, now, address, records(Notice).get(link.id))
    found = replace(found, looked=now)
    records(Connection).put(found)
    return found


def _read(desk, link: Connection, adapter, now: int, site=None) -> Connection:
    desks = sharers(desk, link.id, site)
    ours = uids(desks, now, site) | link.known().keys()
    return link.was_read(now, adapter.busy(*instants(*reach(desks, now)), ours))


def _block(desk, link: Connection, now: int, site=None) -> list[Booking]:
    first, last = reach(sharers(desk, link.id, site), now)
    readable = not link.counts_as_busy(now)
    with serving(desk, now, site) as wishes:
        return blocking.block(wishes.desk, link.id, first, last, link.busy, readable=readable)


def _deliver(link: Connection, delivery: Delivery, entries, now: int) -> Connection:
    refused, again = "", 0
    try:
        if link.writes:
            delivery.bring(entries, STEPS, SECONDS)
    except CalendarError as error:
        refused = error.reason
        again = now + error.later if error.later else 0
    except EntryChanged:
        # Somebody writes the same entry at the same time: the next round looks again.
        pass
    return link.holding(delivery.delivered, refused, again)


def _take_back(link: Connection, now: int) -> bool:
    try:
        adapter = adapter_of(link)
        unsubscribe(adapter, link)
        delivery = Delivery(adapter, link.known(), now, forget=FOREVER)
        return delivery.bring({}, STEPS_AT_LEAVING, SECONDS)
    except (CalendarError, EntryChanged):
        return False
