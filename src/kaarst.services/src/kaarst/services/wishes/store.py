"""Votes, ideas and what the town says to them: one store a site, outside the catalogue.

A vote writes two small records in many small trees: simultaneous votes do not conflict, and nothing
that public pages share is touched. Who voted is known only as a hash of a random token that lies in
the voter's browser, or of the name of an account with a key that never leaves the database.
"""

from BTrees.Length import Length
from BTrees.OOBTree import OOBTree
from collections.abc import Iterator
from datetime import date
from datetime import datetime
from datetime import timedelta
from datetime import UTC
from kaarst.core.shards import Shards
from kaarst.core.stores import existing
from kaarst.core.stores import store
from kaarst.services.wishes.ranking import PROPOSED
from kaarst.services.wishes.ranking import STATES
from persistent import Persistent

import hashlib
import hmac
import re
import secrets


STORE = "kaarst.services.wishes"
SHARDS = 64
#: Each count is spread over so many parts; a part merges simultaneous changes by itself.
PARTS = 8
STAFF, CITIZENS = "staff", "citizens"
#: After that nobody knows any more that somebody has voted; the count stays.
REMEMBERED = timedelta(days=365)
TOKEN = re.compile("[A-Za-z0-9_-]{32}")


class AlreadyVoted(Exception):
    """This voter has voted for this wish."""


class Said(Persistent):
    """What was said of a wish; `title` and `description` only for an idea of the staff."""

    def __init__(self, title: str = "", description: str = ""):
        self.title, self.description = title, description
        self.state, self.note = PROPOSED, ""
        self.since = datetime.now(UTC)


class Wishes(Persistent):
    """All wishes of a site. Voters are texts made by `by_token` and `by_account`."""

    def __init__(self):
        self.said = OOBTree()
        self.votes = Shards(SHARDS)
        self.counts = Shards(SHARDS)
        self.secret = secrets.token_bytes(32)

    def by_token(self, token: str) -> str:
        return f"token:{hashlib.sha256(token.encode()).hexdigest()}"

    def by_account(self, user_id: str) -> str:
        return f"account:{hmac.new(self.secret, user_id.encode(), hashlib.sha256).hexdigest()}"

    def vote(self, wish: str, voter: str, group: str, today: date | None = None) -> None:
        """One vote of a voter of a group (STAFF, CITIZENS). Raises AlreadyVoted."""
        today = today or datetime.now(UTC).date()
        try:
            self.votes.insert(f"{voter}|{wish}", (today.toordinal(), group))
        except KeyError:
            raise AlreadyVoted(wish) from None
        self._count(wish, group, 1)

    def withdraw(self, wish: str, voter: str) -> bool:
        """Takes a vote back. Whether there was one that is still remembered."""
        kept = self.votes.pop(f"{voter}|{wish}", None)
        if kept is None:
            return False
        self._count(wish, kept[1], -1)
        return True

    def forget_vote(self, wish: str, voter: str) -> None:
        """Forgets who cast a vote; it counts on."""
        self.votes.pop(f"{voter}|{wish}", None)

    def has_voted(self, wish: str, voter: str) -> bool:
        return f"{voter}|{wish}" in self.votes

    def voted(self, voter: str) -> Iterator[tuple[str, date]]:
        """(wish, day) of the votes of one voter."""
        for key, (day, _group) in self.votes.items():
            who, _bar, wish = key.partition("|")
            if who == voter:
                yield wish, date.fromordinal(day)

    def _count(self, wish: str, group: str, change: int) -> None:
        key = f"{wish}|{group}|{secrets.randbelow(PARTS)}"
        part = self.counts.get(key)
        if part is None:
            self.counts.insert(key, Length(change))
        else:
            part.change(change)

    def sums(self) -> dict[str, dict[str, int]]:
        """Votes by wish and group."""
        found: dict[str, dict[str, int]] = {}
        for key, part in self.counts.items():
            wish, group, _part = key.split("|")
            votes = found.setdefault(wish, {STAFF: 0, CITIZENS: 0})
            votes[group] += part()
        return found

    def propose(self, title: str, description: str) -> str:
        """Keeps an idea of the staff; returns its id."""
        id = secrets.token_hex(16)
        self.said[id] = Said(title, description)
        return id

    def say(self, wish: str, state: str, note: str) -> None:
        """What the town says to a wish. Raises ValueError for a state there is not."""
        if state not in STATES:
            raise ValueError(state)
        if wish not in self.said:
            self.said[wish] = Said()
        said = self.said[wish]
        said.state, said.note, said.since = state, note, datetime.now(UTC)

    def remove(self, wish: str) -> None:
        """Deletes what was said of a wish, and its votes. Raises KeyError if nothing was."""
        del self.said[wish]
        for key in [key for key in self.votes if key.endswith(f"|{wish}")]:
            del self.votes[key]
        for key in [key for key in self.counts if key.startswith(f"{wish}|")]:
            del self.counts[key]

    def forget(self, today: date | None = None) -> int:
        """Forgets who voted a year ago. Returns how many votes that were."""
        limit = ((today or datetime.now(UTC).date()) - REMEMBERED).toordinal()
        old = [key for key, (day, _group) in self.votes.items() if day < limit]
        for key in old:
            del self.votes[key]
        return len(old)


def make_store(site) -> Wishes:
    """Called when the package is installed, so that no request has to."""
    return store(site, STORE, Wishes)


def found(site) -> Wishes | None:
    """For who only looks."""
    return existing(site, STORE)
