"""A storage in memory, for tests and previews: one user, no transactions."""

from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from datetime import date
from kaarst.appointments.engine.claims import Claim
from kaarst.appointments.engine.interfaces import ILedgers
from kaarst.appointments.engine.interfaces import IRecords
from kaarst.appointments.engine.interfaces import IStorage
from kaarst.appointments.engine.ledger import Ledger
from kaarst.appointments.engine.raster import days
from zope.interface import implementer


@implementer(ILedgers)
class MemoryLedgers:
    def __init__(self):
        self._ledgers: dict[tuple[str, date], Ledger] = {}

    def full(
        self,
        resources: Iterable[str],
        first: date,
        last: date,
        now: int,
        capacities: Mapping[str, int] | None = None,
    ) -> dict[str, dict[date, int]]:
        given = capacities or {}
        return {
            resource: {
                day: self._ledgers[resource, day].full(now, given.get(resource))
                for day in days(first, last)
                if (resource, day) in self._ledgers
            }
            for resource in resources
        }

    def claims(self, resource: str, day: date) -> Mapping[str, Claim]:
        ledger = self._ledgers.get((resource, day))
        return ledger.claims if ledger else {}

    def highest(self, resource: str, day: date) -> int:
        ledger = self._ledgers.get((resource, day))
        return ledger.highest if ledger else 0

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
        ledger = self._ledgers.setdefault((resource, day), Ledger(capacity or 1))
        ledger.place(key, claim, now, capacity, instead)

    def remove(self, resource: str, day: date, key: str) -> bool:
        ledger = self._ledgers.get((resource, day))
        return ledger.remove(key) if ledger else False

    def sweep(self, resource: str, day: date, now: int) -> list[str]:
        ledger = self._ledgers.get((resource, day))
        return ledger.sweep(now) if ledger else []

    def stored(self) -> Iterator[tuple[str, date]]:
        return iter(sorted(self._ledgers))

    def prepare(self, resources: Iterable[str], first: date, last: date) -> int:
        missing = {(resource, day) for resource in resources for day in days(first, last)}
        missing -= self._ledgers.keys()
        self._ledgers.update((place, Ledger()) for place in missing)
        return len(missing)

    def discard(self, before: date) -> int:
        past = [place for place in self._ledgers if place[1] < before]
        for place in past:
            del self._ledgers[place]
        return len(past)


@implementer(IRecords)
class MemoryRecords:
    def __init__(self):
        self._records: dict[str, object] = {}

    def get(self, key: str):
        return self._records.get(key)

    def put(self, record) -> None:
        self._records[record.id] = record

    def remove(self, key: str) -> bool:
        return self._records.pop(key, None) is not None

    def __iter__(self):
        return iter(list(self._records.values()))

    def __len__(self) -> int:
        return len(self._records)


@implementer(IStorage)
class MemoryStorage:
    def __init__(self):
        self.ledgers = MemoryLedgers()
        self._kinds: dict[type, MemoryRecords] = {}

    def records(self, kind: type) -> MemoryRecords:
        return self._kinds.setdefault(kind, MemoryRecords())
