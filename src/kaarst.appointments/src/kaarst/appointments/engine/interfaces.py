"""Seams of the engine: what can be exchanged without touching the rest of it."""

from zope.interface import Attribute
from zope.interface import Interface


class IHours(Interface):
    """Opening or working hours."""

    def open_cells(day):
        """The bitmap of the open five-minute cells of a local `datetime.date`."""

    def closed_because(day):
        """The holiday or other reason for which the day is closed, "" if there is none."""


class ILedgers(Interface):
    """The claims on every resource and day, each pair of the two a ledger of its own.

    Whatever keeps them must make a write fail at commit when it cannot stand beside what others
    committed since it was begun, as `claims.merge` defines it.
    """

    def full(resources, first, last, now, capacities=None):
        """The full cells: `{resource: {day: bitmap}}`; days without any claim are left out.

        `resources` are ids, `first` and `last` local dates (both included), `now` an instant.
        `capacities` (by id) are those configured now; without them those last written count.
        """

    def highest(resource, day):
        """The greatest capacity the resource had on this day: no more were booked at once."""

    def claims(resource, day):
        """All claims of the day, expired holds included: `{key: Claim}`."""

    def place(resource, day, key, claim, now, capacity=None, instead=""):
        """Add or change a claim; raises `Taken` when its cells are full.

        `capacity` is that of the resource as configured now, None to leave it as it was. `instead`
        is the key of a claim that goes; its cells are taken over."""

    def remove(resource, day, key):
        """Take a claim away; False when there was none."""

    def sweep(resource, day, now):
        """Take away the holds whose time is up; their keys."""

    def stored():
        """Every (resource, day) that has a ledger."""

    def prepare(resources, first, last):
        """Make the ledgers of these days before the first rush on them; how many were missing.

        Two who make the same ledger side by side conflict, two who write to it need not.
        """

    def discard(before):
        """Remove the ledgers of all days before this date; how many there were."""


class IRecords(Interface):
    """Records of one kind (bookings, closures, wishes, ...): dataclasses with an `id`."""

    def get(key):
        """The record, or None."""

    def put(record):
        """Add the record, or replace the one with its id."""

    def remove(key):
        """Forget the record; False when there was none."""

    def __iter__():
        """All records, in no particular order."""

    def __len__():
        """How many records there are."""


class IStorage(Interface):
    """Everything the engine keeps, within the transaction of the caller.

    The engine checks before it writes: when it raises, it has written nothing.
    """

    ledgers = Attribute("`ILedgers`")

    def records(kind):
        """The `IRecords` of a dataclass, by the class."""


class ILengthRule(Interface):
    """How several services in one appointment add up."""

    def __call__(offerings):
        """The minutes of an appointment for these `Offering`s, one or more."""


class IRelease(Interface):
    """Which part of a day the public may book already."""

    kind = Attribute("The kind of resources of which part is held back.")

    def released(resources, day, now):
        """The cells that may be booked at the instant: `{resource id: bitmap}`.

        `resources` are (id, open cells) in the order of the plan, those of the kind only.
        Resources left out of the answer are free.
        """

    def next_release(day, now):
        """The instant at which more of the day becomes bookable, None when all of it is."""
