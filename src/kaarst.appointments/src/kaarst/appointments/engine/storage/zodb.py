"""The storage of the site: persistent objects beside the content, outside the catalogue.

Each ledger and each record is an object of its own. Records are saved as plain mappings of their
fields and become dataclasses when they are read, so that a class can move or gain a field without
a migration. Only a field that vanishes or changes its meaning needs an upgrade step.
"""

from BTrees.IOBTree import IOBTree
from BTrees.OOBTree import OOBTree
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from kaarst.appointments.engine.claims import Claim
from kaarst.appointments.engine.interfaces import ILedgers
from kaarst.appointments.engine.interfaces import IRecords
from kaarst.appointments.engine.interfaces import IStorage
from kaarst.appointments.engine.ledger import Ledger
from kaarst.core.shards import Shards
from persistent import GHOST
from persistent import Persistent
from zope.interface import implementer


# Shards for each kind of record: as many as are written in a rush, few where all are read often.
SHARDS = {"Booking": 256, "Hold": 256}
FEW_SHARDS = 16
# Those of years are kept for the figures. Whoever goes through all of them leaves the cache as it
# was: else it would grow by them, and lose what every page needs.
OF_YEARS = {"Booking"}


@implementer(ILedgers)
class Ledgers(Persistent):
    """A tree for each resource with a ledger for each day, by its ordinal."""

    def __init__(self):
        self._resources = OOBTree()

    def full(
        self,
        resources: Iterable[str],
        first: date,
        last: date,
        now: int,
        capacities: Mapping[str, int] | None = None,
    ) -> dict[str, dict[date, int]]:
        low, high = first.toordinal(), last.toordinal()
        found: dict[str, dict[date, int]] = {}
        given = capacities or {}
        for resource in resources:
            tree = self._resources.get(resource, {})
            items = tree.items(low, high) if tree else ()
            capacity = given.get(resource)
            found[resource] = {
                date.fromordinal(day): ledger.full(now, capacity) for day, ledger in items
            }
        return found

    def claims(self, resource: str, day: date) -> Mapping[str, Claim]:
        ledger = self._find(resource, day)
        return ledger.claims if ledger is not None else {}

    def highest(self, resource: str, day: date) -> int:
        ledger = self._find(resource, day)
        return ledger.highest if ledger is not None else 0

    def place(
        self,
        resource: str,
        day: date,
        key: str,
        claim: Claim,
        now: int,
        capacity: int | None = None,
        instead: str = "",
    ) -> None:
        ledger = self._find(resource, day)
        if ledger is None:
            ledger = self._make(resource, day, capacity or 1)
        ledger.place(key, claim, now, capacity, instead)

    def remove(self, resource: str, day: date, key: str) -> bool:
        ledger = self._find(resource, day)
        return ledger.remove(key) if ledger is not None else False

    def sweep(self, resource: str, day: date, now: int) -> list[str]:
        ledger = self._find(resource, day)
        return ledger.sweep(now) if ledger is not None else []

    def stored(self) -> Iterator[tuple[str, date]]:
        for resource, tree in self._resources.items():
            for day in tree:
                yield resource, date.fromordinal(day)

    def prepare(self, resources: Iterable[str], first: date, last: date) -> int:
        made = 0
        for resource in resources:
            for day in range(first.toordinal(), last.toordinal() + 1):
                if self._find(resource, date.fromordinal(day)) is None:
                    self._make(resource, date.fromordinal(day), 1)
                    made += 1
        return made

    def discard(self, before: date) -> int:
        removed = 0
        for tree in self._resources.values():
            for day in list(tree.keys(None, before.toordinal(), excludemax=True)):
                del tree[day]
                removed += 1
        return removed

    def _find(self, resource: str, day: date) -> Ledger | None:
        tree = self._resources.get(resource)
        return tree.get(day.toordinal()) if tree is not None else None

    def _make(self, resource: str, day: date, capacity: int) -> Ledger:
        tree = self._resources.get(resource)
        if tree is None:
            tree = self._resources[resource] = IOBTree()
        ledger = tree[day.toordinal()] = Ledger(capacity)
        return ledger


class Record(Persistent):
    """The fields of one record. Two who change it side by side conflict."""

    def __init__(self, state: dict):
        self.state = state


@implementer(IRecords)
class Records:
    """The records of one kind; a view on a `Shards` that knows their class."""

    def __init__(self, shards: Shards, kind: type):
        self._shards = shards
        self._kind = kind
        self._names = [field.name for field in fields(kind)]

    def get(self, key: str):
        record = self._shards.get(key)
        return None if record is None else self._load(record)

    def put(self, record) -> None:
        state = {name: _plain(getattr(record, name)) for name in self._names}
        known = self._shards.get(record.id)
        if known is None:
            self._shards[record.id] = Record(state)
        elif known.state != state:
            known.state = state

    def remove(self, key: str) -> bool:
        return self._shards.pop(key, None) is not None

    def __iter__(self):
        passing = self._kind.__name__ in OF_YEARS
        for record in list(self._shards.values()):
            known = not passing or record._p_state != GHOST
            found = self._load(record)
            if not known:
                record._p_deactivate()
            yield found

    def __len__(self) -> int:
        return len(self._shards)

    def _load(self, record: Record):
        return self._kind(**{k: v for k, v in record.state.items() if k in self._names})


def _plain(value):
    """Named tuples as tuples: what is saved names no class but `Record`."""
    if isinstance(value, tuple):
        return tuple(_plain(one) for one in value)
    return dict(value) if isinstance(value, Mapping) else value


@implementer(IStorage)
class ZODBStorage(Persistent):
    """The root of everything kept; its shards are made with it, so that no rush makes them."""

    def __init__(self, kinds: Iterable[type]):
        self.ledgers = Ledgers()
        self._records = OOBTree()
        for kind in kinds:
            self.add_kind(kind)

    def add_kind(self, kind: type) -> None:
        """Make room for the records of a class; does nothing where there is room already."""
        if kind.__name__ not in self._records:
            self._records[kind.__name__] = Shards(SHARDS.get(kind.__name__, FEW_SHARDS))

    def records(self, kind: type) -> Records:
        return Records(self._records[kind.__name__], kind)
