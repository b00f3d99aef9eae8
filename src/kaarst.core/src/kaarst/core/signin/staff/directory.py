"""Who of the staff has signed in here: so that cases name their clerks while these are at home.

Rows in SQL. An id is bound to the person that the provider calls by `sub` (kept as a hash): the
same id for somebody else is refused, also after name and address were deleted, because cases and
local roles still bear it. An administrator can give it free. Times are UTC seconds.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from kaarst.core import database
from sqlalchemy import case
from sqlalchemy import Column
from sqlalchemy import Connection
from sqlalchemy import delete
from sqlalchemy import Engine
from sqlalchemy import Float
from sqlalchemy import insert
from sqlalchemy import MetaData
from sqlalchemy import Row
from sqlalchemy import select
from sqlalchemy import String
from sqlalchemy import Table
from sqlalchemy import Text
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

import hashlib
import json
import time


#: Seconds in which a process remembers who has an id: a page asks many times, for who is asking
#: and for each name on it. What somebody may do does not come from here.
REMEMBERED = 10
MOST_REMEMBERED = 10_000
_rows: dict[tuple[Engine, str, str], tuple[float, Row | None]] = {}

tables = MetaData()
people = Table(
    "staff_directory",
    tables,
    Column("site", String(200), primary_key=True),
    Column("user", String(200), primary_key=True),
    Column("subject", String(64), nullable=False),
    Column("name", Text, nullable=False),
    Column("email", Text, nullable=False),
    Column("groups", Text, nullable=False),
    Column("roles", Text, nullable=False),
    Column("first", Float, nullable=False),
    Column("last", Float, nullable=False),
)
#: Bound to somebody whose name was deleted.
FORGOTTEN = 0.0
NOTHING = {"groups": "[]", "roles": "[]"}


@dataclass(frozen=True)
class Person:
    """`groups`, `roles`: of the site, with a second factor, as they were last.

    `first`, `last`: the first login since the person is known, and the last one.
    """

    user: str
    name: str
    email: str
    groups: tuple[str, ...]
    roles: tuple[str, ...]
    first: float
    last: float


class Taken(Exception):
    """The id belongs to somebody else."""


def enter(site: str, user: str, issuer: str, subject: str, name: str, email: str) -> None:
    """Notes a login. Raises Taken if the id is bound to another person at the provider."""
    bound = hashlib.sha256(f"{issuer}\0{subject}".encode()).hexdigest()
    now = time.time()
    values = {"name": name[:300], "email": email[:300], "last": now}
    row = {"site": site, "user": user, "subject": bound, "first": now, **NOTHING, **values}
    mine = _is(site, user) & (people.c.subject == bound)
    # Who was forgotten meanwhile is seen for the first time again.
    first = case((people.c.first == FORGOTTEN, now), else_=people.c.first)
    with _changing() as connection:
        known = update(people).where(mine).values(**values, first=first)
        if connection.execute(known).rowcount:
            return
    try:
        with _changing() as connection:
            connection.execute(insert(people).values(**row))
    except IntegrityError:
        raise Taken(user) from None


def belongs(site: str, user: str, groups: tuple[str, ...], roles: tuple[str, ...]) -> None:
    """Notes the groups and roles of somebody who has signed in."""
    with _changing() as connection:
        values = {"groups": json.dumps(groups), "roles": json.dumps(roles)}
        connection.execute(update(people).where(_is(site, user)).values(**values))


def person(site: str, user: str) -> Person | None:
    """Returns somebody who is known."""
    row = _row(site, user)
    return _person(row) if row is not None and row.last > FORGOTTEN else None


def everybody(site: str) -> list[Person]:
    """Those who are known, by id."""
    query = select(people).where(people.c.site == site, people.c.last > FORGOTTEN)
    with _engine().connect() as connection:
        return [_person(row) for row in connection.execute(query.order_by(people.c.user))]


def is_bound(site: str, user: str) -> bool:
    """Whether an id is somebody's of the staff, also of one who has left."""
    return _row(site, user) is not None


def forget(site: str, user: str) -> bool:
    """Deletes what is known of somebody; the id stays theirs."""
    return _blank(_is(site, user)) > 0


def forget_before(site: str, moment: float) -> int:
    """Deletes what is known of those whose last login was before. Returns how many."""
    return _blank((people.c.site == site) & (people.c.last > FORGOTTEN) & (people.c.last < moment))


def free(site: str, user: str) -> bool:
    """Lets somebody else have the id, as when the provider has changed."""
    with _changing() as connection:
        return connection.execute(delete(people).where(_is(site, user))).rowcount > 0


def _blank(condition) -> int:
    values = {"name": "", "email": "", "first": FORGOTTEN, "last": FORGOTTEN, **NOTHING}
    with _changing() as connection:
        return connection.execute(update(people).where(condition).values(**values)).rowcount


@contextmanager
def _changing() -> Iterator[Connection]:
    try:
        with _engine().begin() as connection:
            yield connection
    finally:
        _rows.clear()


def _row(site: str, user: str) -> Row | None:
    key, now = (_engine(), site, user), time.monotonic()
    until, row = _rows.get(key, (0.0, None))
    if now >= until:
        with _engine().connect() as connection:
            row = connection.execute(select(people).where(_is(site, user))).one_or_none()
        if len(_rows) > MOST_REMEMBERED:
            _rows.clear()
        _rows[key] = (now + REMEMBERED, row)
    return row


def _is(site: str, user: str):
    return (people.c.site == site) & (people.c.user == user)


def _person(row) -> Person:
    groups, roles = (tuple(json.loads(one)) for one in (row.groups, row.roles))
    return Person(row.user, row.name, row.email, groups, roles, row.first, row.last)


def _engine() -> Engine:
    return database.prepared(database.engine(), tables)
