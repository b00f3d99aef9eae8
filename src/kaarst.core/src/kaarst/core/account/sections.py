"""What stands in an account, section by section, as the packages bring it."""

from dataclasses import dataclass
from datetime import date
from datetime import datetime
from kaarst.core.account import store
from kaarst.core.interfaces import IAccountConsents
from kaarst.core.interfaces import IAccountSection
from zope.component import getAllUtilitiesRegisteredFor
from zope.component import getUtilitiesFor


@dataclass(frozen=True)
class Entry:
    """One thing in an account.

    `title`, `state` and `todo`: texts or i18n messages; `todo` says what its owner has to do now,
    or is empty, and `due` by which day (in Germany; None: whenever). `when`: aware. `url`: the page
    that shows it to a POST with its `number`.
    """

    number: str
    title: str
    state: str
    when: datetime
    url: str
    todo: str = ""
    note: str = ""
    link: str = ""
    due: date | None = None


@dataclass(frozen=True)
class Agreed:
    """One consent in force: to what, since when (aware), and the page where it is withdrawn."""

    title: str
    when: datetime
    url: str


def agreed(account: str) -> list[Agreed]:
    """All consents that an account has given to the packages, the oldest first."""
    sources = getAllUtilitiesRegisteredFor(IAccountConsents)
    found = [one for source in sources for one in source.consents(account)]
    return sorted(found, key=lambda one: one.when)


def sections() -> list[tuple[str, object]]:
    """(name, IAccountSection), in the order of the page."""
    return sorted(getUtilitiesFor(IAccountSection), key=lambda pair: (pair[1].order, pair[0]))


def entries(account: str) -> list[tuple[str, object, list[Entry]]]:
    """(name, section, its entries: what is to be done first, then the newest) of an account."""
    held = store.numbers(account)
    found = []
    for name, section in sections():
        there = [entry for number in held if (entry := section.entry(number)) is not None]
        there.sort(key=lambda entry: entry.when, reverse=True)
        there.sort(key=lambda entry: (not entry.todo, entry.due or date.max))
        found.append((name, section, there))
    return found


def sealed(number: str):
    """The record with this number, of whichever section, and its sealed PIN; for `guarded`."""
    for _name, section in sections():
        found = section.sealed(number)
        if found is not None:
            return found
    return None
