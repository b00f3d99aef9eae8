"""The chain of entries: what one is, how it is sealed, and what is wrong with a changed one.

Each entry carries an HMAC-SHA256 over all its columns and over the HMAC of the one before it. The
key lies outside of the database: who can write to the database can change an entry, but cannot
seal it anew. Plain Python without a database.
"""

from collections.abc import Iterable
from collections.abc import Sequence
from typing import NamedTuple

import hashlib
import hmac
import json


# What the first entry of all has before it.
BEGINNING = "0" * 64
LONGEST_DETAIL = 4000


class Draft(NamedTuple):
    """What is to be recorded.

    `town`: path of the site, empty for the installation. `at`: UTC milliseconds. `actor`: the id of
    a member of staff, an alias of a citizen, or empty. `subject`: a number, an alias, a user id of
    staff, or empty. `detail`: see `written`. Never a name, an address or a bPK2.
    """

    town: str
    at: int
    kind: str
    actor: str
    actor_kind: str
    subject: str
    detail: str


class Entry(NamedTuple):
    """A draft in its place in the chain; `previous` and `hash` are hexadecimal."""

    sequence: int
    town: str
    at: int
    kind: str
    actor: str
    actor_kind: str
    subject: str
    detail: str
    previous: str
    hash: str


class Checkpoint(NamedTuple):
    """Entries up to `sequence`, whose hash was `hash`, were deleted at `at` when their time was over."""

    sequence: int
    hash: str
    at: int
    seal: str


class Head(NamedTuple):
    """The last entry there ever was; (0, BEGINNING) before the first one."""

    sequence: int
    hash: str


class Verdict(NamedTuple):
    """`bad`: the first sequence that is missing or not what was written, or None; 0: all of it.

    `said`: that in a sentence. `count`: entries in order before it. `head`: the last one of them.
    """

    bad: int | None
    said: str
    count: int
    head: Head


def written(detail: dict) -> str:
    """Returns details as canonical JSON: keys sorted, nothing but ASCII.

    Raises ValueError for what is too long, and TypeError for what is no JSON.
    """
    text = json.dumps(detail, sort_keys=True, separators=(",", ":"), allow_nan=False)
    if len(text) > LONGEST_DETAIL:
        raise ValueError(f"details of {len(text)} characters")
    return text


def chained(draft: Draft, head: Head, key: bytes) -> Entry:
    """Returns the draft as the entry that follows `head`."""
    columns = (head.sequence + 1, *draft, head.hash)
    return Entry(*columns, _seal("entry", columns, key))


def checkpoint(head: Head, at: int, key: bytes) -> Checkpoint:
    """Returns the signed line that stands for everything up to `head`. `at`: UTC milliseconds."""
    columns = (*head, at)
    return Checkpoint(*columns, _seal("checkpoint", columns, key))


def is_sealed(record: Entry | Checkpoint, keys: Sequence[bytes]) -> bool:
    """Whether one of the keys has sealed exactly this record."""
    what = "entry" if isinstance(record, Entry) else "checkpoint"
    # SQLite stores what it is given: a number in the place of a text is another value.
    expected = type(record).__annotations__.values()
    if any(type(value) is not wanted for value, wanted in zip(record, expected, strict=True)):
        return False
    seal = record[-1].encode("utf-8", "surrogateescape")
    return any(
        hmac.compare_digest(_seal(what, record[:-1], key).encode("ascii"), seal) for key in keys
    )


def verify(
    entries: Iterable[Entry],
    checkpoints: Sequence[Checkpoint],
    keys: Sequence[bytes],
    expected: Head | None = None,
    begin: Head | None = None,
) -> Verdict:
    """Goes through a log from its beginning and stops at the first thing that is wrong.

    `entries` and `checkpoints` in the order of their sequence; `keys`: all that may have sealed
    one. `expected`: a head that was noted elsewhere, which must still be in the chain; without it
    a log whose end was cut off looks like one in which less has happened. `begin`: after which
    entry `entries` begin, if somebody has gone through the log up to there.
    """
    head, count = begin or Head(0, BEGINNING), 0
    for line in checkpoints:
        if not is_sealed(line, keys) or line.sequence <= head.sequence:
            return Verdict(
                line.sequence,
                f"The note that entries up to {line.sequence} were deleted is not genuine.",
                0,
                head,
            )
        head = Head(line.sequence, line.hash)
    began = head
    for entry in entries:
        wrong = _wrong(entry, head, keys) or _other(entry, expected)
        if wrong:
            return Verdict(head.sequence + 1, wrong, count, head)
        head, count = Head(entry.sequence, entry.hash), count + 1
    if expected is not None:
        if expected.sequence > head.sequence:
            said = f"The end is missing: entries from {head.sequence + 1} on were removed."
            return Verdict(head.sequence + 1, said, count, head)
        if expected.sequence == began.sequence and expected.hash != began.hash:
            said = f"Entry {began.sequence} was another one when it was noted."
            return Verdict(began.sequence, said, count, head)
    return Verdict(None, f"{count} entries are as they were written.", count, head)


def _wrong(entry: Entry, head: Head, keys: Sequence[bytes]) -> str:
    wanted = head.sequence + 1
    if type(entry.sequence) is not int or entry.sequence < wanted:
        return f"Entry {entry.sequence!r} stands where {wanted} has to."
    if entry.sequence > wanted:
        return f"Entry {wanted} is missing."
    if not is_sealed(entry, keys):
        return f"Entry {wanted} is not what was written."
    if entry.previous != head.hash:
        return f"Entry {wanted} does not follow the one before it."
    return ""


def _other(entry: Entry, expected: Head | None) -> str:
    if expected is None or entry.sequence != expected.sequence or entry.hash == expected.hash:
        return ""
    return f"Entry {entry.sequence} was another one when it was noted."


def _seal(what: str, columns: tuple, key: bytes) -> str:
    text = json.dumps(["kaarst.audit.1", what, *columns], separators=(",", ":"))
    return hmac.new(key, text.encode("ascii"), hashlib.sha256).hexdigest()
