"""Where appointments are kept: an annotation of the site, outside the catalogue.

Nothing in here is shared with public pages: a booking changes the ledgers of its resources, its
own record and a shard of the numbers.
"""

from kaarst.appointments.calendars.records import Connection
from kaarst.appointments.calendars.records import Feed
from kaarst.appointments.calendars.records import Notice
from kaarst.appointments.engine.engagement import Engagement
from kaarst.appointments.engine.lottery import Draw
from kaarst.appointments.engine.lottery import Entry
from kaarst.appointments.engine.queue import QueueDay
from kaarst.appointments.engine.records import Booking
from kaarst.appointments.engine.records import Closure
from kaarst.appointments.engine.records import Hold
from kaarst.appointments.engine.storage.zodb import ZODBStorage
from kaarst.appointments.engine.waiting import Ticket
from kaarst.appointments.engine.wishes import Wish
from kaarst.appointments.probe import Probe
from kaarst.core import stores
from kaarst.core.shards import Shards
from persistent import Persistent
from plone import api


NAME = "kaarst.appointments"
KINDS = (
    *(Booking, Hold, Closure, Wish, Draw, Entry),
    *(QueueDay, Ticket, Engagement),
    *(Connection, Feed, Notice),
)


class Store(Persistent):
    """The engine's storage, the numbers (number → key of the booking) and the probe.

    `audited`: when the last audit was (seconds since 1970) and how many differences it found.
    """

    audited: tuple[int, int] | None = None

    def __init__(self):
        self.engine = ZODBStorage(KINDS)
        self.numbers = Shards(256)
        self.probe = Probe()


def make(site) -> Store:
    """The store of a site, made if it is not there yet; when the package is installed."""
    found = stores.store(site, NAME, Store)
    for kind in KINDS:
        found.engine.add_kind(kind)
    return found


def existing(site=None) -> Store | None:
    """The store, None where the package is not installed; never writes."""
    return stores.existing(site if site is not None else api.portal.get(), NAME)
