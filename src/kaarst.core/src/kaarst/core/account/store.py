"""Who has an account, and which numbers belong to which. Nothing about the person is kept here.

A number leads to a case, an appointment or a begun form; whoever holds it in an account needs no
PIN for it. What is gone from its own store is taken out of the accounts by the worker.
"""

from BTrees.OOBTree import OOBTree
from collections.abc import Iterator
from datetime import datetime
from datetime import UTC
from kaarst.core import stores
from kaarst.core.account import records
from kaarst.core.shards import Shards
from kaarst.core.visitors import is_visitor
from plone import api


NAME = "kaarst.core.accounts"
#: The other way round: number → ids of the accounts that hold it.
HOLDERS = "kaarst.core.account_holders"
SHARDS = 64
USE = "kaarst.core: Use an account"
#: Who has no other role works on nothing here.
CITIZEN_ROLES = frozenset(("Anonymous", "Authenticated", "Citizen", "Member"))


def make(site) -> Shards:
    """The store of a site, made if it is not there yet; when the package is installed."""
    stores.store(site, HOLDERS, lambda: Shards(SHARDS))
    return stores.store(site, NAME, lambda: Shards(SHARDS))


def is_citizen() -> bool:
    """Whether who is asking has signed in as a citizen, with or without an account."""
    return not is_visitor() and api.user.has_permission(USE, obj=api.portal.get())


def is_only_citizen() -> bool:
    """Whether who is asking has signed in as a citizen and is nobody of the staff besides."""
    return is_citizen() and CITIZEN_ROLES.issuperset(api.user.get_current().getRoles())


def current() -> str:
    """The id of the account of who is asking, or an empty text.

    Visitors and staff have none, nor has a citizen who has signed in and opened none: nothing
    that they send is kept beside them.
    """
    if not is_citizen():
        return ""
    user_id = api.user.get_current().getId()
    record = records.opened(user_id)
    if record is not None:
        return record.id
    return user_id if records.is_kept(user_id) else ""


def take(number: str, account: str = "") -> None:
    """Puts a number (in its normal form) into an account, by default that of who is asking.

    Does nothing for those who have none.
    """
    account = account or current()
    if not account:
        return
    kept = make(api.portal.get())
    if account not in kept:
        kept[account] = OOBTree()
    if number not in kept[account]:
        kept[account][number] = datetime.now(UTC)
        _holders()[number] = holders(number) | {account}


def leave(number: str, account: str) -> None:
    """Takes a number out of an account; what it leads to stays."""
    kept = stores.existing(api.portal.get(), NAME)
    if kept is None or number not in (kept.get(account) or ()):
        return
    del kept[account][number]
    left = holders(number) - {account}
    if left:
        _holders()[number] = left
    else:
        _holders().pop(number, None)


def drop(account: str) -> None:
    """Forgets what an account holds; what the numbers lead to stays."""
    for number in numbers(account):
        leave(number, account)
    kept = stores.existing(api.portal.get(), NAME)
    if kept is not None:
        kept.pop(account, None)


def leave_all(number: str) -> None:
    """Takes a number out of every account, as when its PIN may have been known to somebody."""
    for account in holders(number):
        leave(number, account)


def holders(number: str) -> frozenset[str]:
    """The ids of the accounts that hold a number."""
    kept = _holders()
    return kept.get(number, frozenset()) if kept is not None and number else frozenset()


def _holders() -> Shards | None:
    return stores.existing(api.portal.get(), HOLDERS)


def numbers(account: str) -> dict[str, datetime]:
    """What an account holds: number → when it was put there (aware, UTC)."""
    kept = stores.existing(api.portal.get(), NAME)
    return dict(kept.get(account) or {}) if kept is not None else {}


def holds(number: str) -> bool:
    """Whether the account of who is asking holds this number; never writes."""
    account = current()
    kept = stores.existing(api.portal.get(), NAME) if account else None
    return kept is not None and number in (kept.get(account) or ())


def all_numbers(site) -> Iterator[tuple[str, str, datetime]]:
    """(account, number, when) of everybody; for the worker and for requests about data."""
    kept = stores.existing(site, NAME)
    for account, held in kept.items() if kept is not None else ():
        for number, when in held.items():
            yield account, number, when
