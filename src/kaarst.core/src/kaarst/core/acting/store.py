"""The authorisations of a site, in the ZODB: by their ids, by accounts, and by their codes."""

from collections.abc import Iterator
from datetime import datetime
from datetime import UTC
from kaarst.core import pins
from kaarst.core import reference
from kaarst.core import stores
from kaarst.core.acting.authorisation import Authorisation
from kaarst.core.shards import Shards
from persistent import Persistent
from plone import api


NAME = "kaarst.core.authorisations"
SHARDS = 16
#: Tells a code from the numbers of cases and appointments.
PREFIX = "VM"


class Authorisations(Persistent):
    """All authorisations of a site."""

    def __init__(self):
        self.by_id = Shards(SHARDS)
        # Account → ids of what it has given or holds.
        self.of = Shards(SHARDS)
        # Number of a code → id.
        self.codes = Shards(SHARDS)

    def add(self, one: Authorisation) -> None:
        self.by_id.insert(one.id, one)
        self.note(one)

    def note(self, one: Authorisation) -> None:
        """Makes it findable by the accounts it concerns."""
        for account in filter(None, {one.giver, one.holder}):
            ids = self.of.get(account, ())
            if one.id not in ids:
                self.of[account] = (*ids, one.id)

    def give_code(self, one: Authorisation) -> tuple[str, str]:
        """Returns a new code, number and PIN; the PIN is nowhere else."""
        pin, one.seal = pins.sealed_pin()
        while True:
            one.number = reference.new_number(PREFIX)
            if one.number not in self.codes:
                break
        self.codes.insert(one.number, one.id)
        return one.number, pin

    def take_code(self, one: Authorisation) -> None:
        """A code counts once."""
        if one.number:
            self.codes.pop(one.number, None)

    def forget(self, one: Authorisation, account: str) -> None:
        """An account has nothing to do with it any more."""
        left = tuple(id for id in self.of.get(account, ()) if id != one.id)
        if left:
            self.of[account] = left
        elif account:
            self.of.pop(account, None)

    def remove(self, one: Authorisation) -> None:
        self.take_code(one)
        self.by_id.pop(one.id, None)
        for account in {one.giver, one.holder}:
            self.forget(one, account)


def make(site) -> Authorisations:
    """The store of a site, made if it is not there yet; when the package is installed."""
    return stores.store(site, NAME, Authorisations)


def _existing(site=None) -> Authorisations | None:
    return stores.existing(site or api.portal.get(), NAME)


def by_id(id: str) -> Authorisation | None:
    """The authorisation with this id, or None. Never writes."""
    kept = _existing()
    return kept.by_id.get(id) if kept is not None and isinstance(id, str) else None


def everything(site) -> Iterator[Authorisation]:
    """All of them; for the worker and for requests about data."""
    kept = _existing(site)
    yield from kept.by_id.values() if kept is not None else ()


def of_account(account: str) -> list[Authorisation]:
    """What an account has given or holds, the newest first."""
    kept = _existing() if account else None
    if kept is None:
        return []
    found = [one for id in kept.of.get(account, ()) if (one := kept.by_id.get(id)) is not None]
    return sorted(found, key=lambda one: one.made_at, reverse=True)


def in_force(one: Authorisation, now: datetime | None = None) -> bool:
    """Whether it is in force now, and so is what it rests on."""
    now = now or datetime.now(UTC)
    if not one.in_force(now):
        return False
    if not one.founded_on:
        return True
    founder = by_id(one.founded_on)
    return founder is not None and founder.in_force(now)


def sealed(number: str) -> tuple[Authorisation, str] | None:
    """What a code is for, and its sealed PIN, while it waits; for reference_lookup.guarded."""
    kept = _existing()
    one = by_id(kept.codes.get(number, "")) if kept is not None else None
    if one is None or one.state(datetime.now(UTC)) != "waiting":
        return None
    return one, one.seal
