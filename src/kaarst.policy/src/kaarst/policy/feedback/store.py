"""Counts and comments on pages, spread so that simultaneous answers do not conflict.

Nothing here says who answered. Moments are aware datetimes in UTC; a page is known by its UID.
"""

from BTrees.Length import Length
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from datetime import timedelta
from datetime import UTC
from kaarst.core.shards import Shards
from persistent import Persistent

import secrets


ANSWERS = ("yes", "no")
#: Each count is spread over so many parts; a part merges simultaneous changes by itself.
PARTS = 8
MAX_COMMENT = 1000


@dataclass(frozen=True)
class Comment:
    """What somebody wrote about the page `uid`, and whether the page had helped."""

    key: str
    uid: str
    answer: str
    text: str
    written: datetime


class FeedbackStore(Persistent):
    """The answers of one site."""

    def __init__(self):
        self._counts = Shards(16)
        self._comments = Shards(16)

    def count(self, uid: str, answer: str, now: datetime | None = None) -> None:
        """Counts one answer. Raises ValueError for an answer that is neither yes nor no."""
        if answer not in ANSWERS:
            raise ValueError(answer)
        month = f"{now or datetime.now(UTC):%Y-%m}"
        key = f"{uid}|{month}|{answer}|{secrets.randbelow(PARTS)}"
        part = self._counts.get(key)
        if part is None:
            self._counts.insert(key, Length(1))
        else:
            part.change(1)

    def comment(self, uid: str, answer: str, text: str, now: datetime | None = None) -> str:
        """Keeps a comment, cut at MAX_COMMENT characters; returns its key."""
        if answer not in ANSWERS:
            raise ValueError(answer)
        now = now or datetime.now(UTC)
        key = f"{now.astimezone(UTC).isoformat()}|{secrets.token_hex(6)}"
        self._comments.insert(key, (uid, answer, text[:MAX_COMMENT]))
        return key

    def counts(self, since: str = "") -> dict[str, dict[str, int]]:
        """`{uid: {"yes": n, "no": n}}` of the months from `since` ("2026-11") on."""
        sums: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(ANSWERS, 0))
        for key, part in self._counts.items():
            uid, month, answer, _part = key.split("|")
            if month >= since:
                sums[uid][answer] += part()
        return dict(sums)

    def comments(self) -> Iterator[Comment]:
        """All comments, the newest first."""
        for key, (uid, answer, text) in sorted(self._comments.items(), reverse=True):
            written = datetime.fromisoformat(key.partition("|")[0])
            yield Comment(key, uid, answer, text, written)

    def remove_comment(self, key: str) -> bool:
        """Whether there was such a comment."""
        return self._comments.pop(key, None) is not None

    def remove_comments_before(self, moment: datetime) -> int:
        """Deletes older comments; returns how many."""
        limit = moment.astimezone(UTC).isoformat()
        old = [key for key in self._comments if key < limit]
        for key in old:
            del self._comments[key]
        return len(old)


def period(days: int) -> timedelta:
    """How long comments are kept; a day at least."""
    return timedelta(days=max(1, days))
