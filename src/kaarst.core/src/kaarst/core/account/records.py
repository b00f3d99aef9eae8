"""Accounts that were opened: the little that is kept of who has one.

Who signs in is not kept: neither a Plone user nor anything else outlives the session. Only who
opens an account leaves this record, with the id on which everything in the account hangs. That id
is random. What the login calls the person (for a BundID the bPK2) is kept nowhere: only its hash,
by which the account is found again when the same person signs in. A bPK2 is 160 random bits, so
nobody finds it by trying.

Users whom the site itself keeps (`source_users`) have an account without opening one; its id is
their user id.
"""

from BTrees.OOBTree import OOBTree
from collections.abc import Iterator
from datetime import date
from datetime import datetime
from datetime import UTC
from hashlib import blake2b
from kaarst.core import reference
from kaarst.core import stores
from kaarst.core.shards import Shards
from persistent import Persistent
from plone import api

import secrets


NAME = "kaarst.core.account_records"
SHARDS = 64
#: What the numbers of accounts begin with, in every town.
NUMBER = "KONTO"
#: Version of what somebody agrees to who opens an account; see `wording`.
WORDING = "2026-11"


class Record(Persistent):
    """One account.

    `id`; `user`: hash of the user id; `opened_at`: aware, UTC; `wording`: version of what was
    agreed to; `email`: for notices, may be empty; `notify`: whether notices are wanted;
    `number`: what its holder tells the town hall, which may write to it; `audit_alias`: stands for
    the holder in logs that outlive the account; `last_used`: day in UTC; `warned_on`: day on which
    a warning of the end was sent, or None; `feed`: hash of the calendar's secret, empty without a
    calendar.
    """

    def __init__(self, id: str, user: str, email: str = "", notify: bool = False):
        self.id, self.user = id, user
        self.opened_at = datetime.now(UTC)
        self.wording = WORDING
        self.email, self.notify = email, notify and bool(email)
        self.audit_alias = secrets.token_hex(16)
        self.last_used: date = self.opened_at.date()
        self.warned_on: date | None = None
        self.feed = ""
        self.number = reference.new_number(NUMBER)

    def touch(self, today: date | None = None) -> None:
        """Notes that it was used; once a day, so that most requests write nothing."""
        today = today or datetime.now(UTC).date()
        if self.last_used != today:
            self.last_used = today
        if self.warned_on is not None:
            self.warned_on = None


class Records(Persistent):
    """All accounts of a site: by id, and which belongs to whom."""

    def __init__(self):
        self.by_id = Shards(SHARDS)
        self.ids = Shards(SHARDS)
        # Calendar feeds: hash of the secret → id. See kaarst.core.account.feed.
        self.feeds = OOBTree()
        self.numbers = Shards(SHARDS)

    def of_user(self, user_id: str) -> Record | None:
        return self.by_id.get(self.ids.get(fingerprint(user_id), ""))

    def open(self, user_id: str, id: str = "", email: str = "", notify: bool = False) -> Record:
        """Makes a record, or returns the one that is there."""
        found = self.of_user(user_id)
        if found is not None:
            return found
        record = Record(id or f"a-{secrets.token_hex(16)}", fingerprint(user_id), email, notify)
        # Two at the same moment conflict here; the second is repeated and finds the first.
        self.ids.insert(record.user, record.id)
        self.numbers.insert(record.number, record.id)
        self.by_id.insert(record.id, record)
        return record

    def close(self, id: str) -> None:
        """Forgets a record; nothing happens where there is none."""
        record = self.by_id.pop(id, None)
        if record is not None:
            self.ids.pop(record.user, None)
            self.feeds.pop(record.feed, None)
            self.numbers.pop(record.number, None)


def fingerprint(user_id: str) -> str:
    """What is kept of a user id."""
    return blake2b(user_id.encode("utf-8"), digest_size=32, person=b"kaarst.account").hexdigest()


def make(site) -> Records:
    """The records of a site, made if they are not there yet; when the package is installed."""
    return stores.store(site, NAME, Records)


def existing() -> Records | None:
    """The records of this site, for who only looks."""
    return stores.existing(api.portal.get(), NAME)


def opened(user_id: str) -> Record | None:
    """The record of the account that this user has opened, or None. Never writes."""
    kept = existing() if user_id else None
    return kept.of_user(user_id) if kept is not None else None


def by_id(account: str) -> Record | None:
    """The record of an account, or None: users of the site itself may have none."""
    kept = existing() if account else None
    return kept.by_id.get(account) if kept is not None else None


def by_number(number: str) -> Record | None:
    """The record of the account with this number (in its normal form), or None."""
    kept = existing() if number else None
    return kept.by_id.get(kept.numbers.get(number, "")) if kept is not None else None


def everybody(site) -> Iterator[Record]:
    """All records; for the worker and for requests about data."""
    kept = stores.existing(site, NAME)
    yield from kept.by_id.values() if kept is not None else ()


def is_kept(user_id: str) -> bool:
    """Whether the site itself keeps this user, with a password."""
    users = getattr(api.portal.get_tool("acl_users"), "source_users", None)
    try:
        return users is not None and bool(users.getLoginForUserId(user_id))
    except KeyError:
        return False
