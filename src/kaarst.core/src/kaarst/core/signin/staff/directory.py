"""Who of the staff has signed in here: so that cases name their clerks while these are at home.

Rows in SQL. An id is bound to the person that the provider calls by `sub` (kept as a hash): the
same id for somebody else is refused, also after name and address were deleted, because cases and
local roles still bear it. An administrator can give it free. Times are UTC seconds.
"""

from dataclasses import dataclass
from kaarst.core import database
from sqlalchemy import Column
from sqlalchemy import delete
from sqlalchemy import Engine
from sqlalchemy import Float
from sqlalchemy import insert
from sqlalchemy import MetaData
from sqlalchemy import select
from sqlalchemy import String
from sqlalchemy import Table
from sqlalchemy import Text
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

import hashlib
import json
import time


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
    Column("last", Float, nullable=False),
)
#: Bound to somebody whose name was deleted.
FORGOTTEN = 0.0


@dataclass(frozen=True)
class Person:
    """`groups`: of the site, as they were last. `last`: the last login."""

    user: str
    name: str
    email: str
    groups: tuple[str, ...]
    last: float


class Taken(Exception):
    """The id belongs to somebody else."""


def enter(site: str, user: str, issuer: str, subject: str, name: str, email: str) -> None:
    """Notes a login. Raises Taken if the id is bound to another person at the provider."""
    bound = hashlib.sha256(f"{issuer}\0{subject}".encode()).hexdigest()
    values = {"name": name[:300], "email": email[:300], "last": time.time()}
    row = {"site": site, "user": user, "subject": bound, "groups": "[]", **values}
    mine = _is(site, user) & (people.c.subject == bound)
    with _engine().begin() as connection:
        if connection.execute(update(people).where(mine).values(**values)).rowcount:
            return
    try:
        with _engine().begin() as connection:
            connection.execute(insert(people).values(**row))
    except IntegrityError:
        raise Taken(user) from None


def belongs(site: str, user: str, groups: tuple[str, ...]) -> None:
    """Notes the groups of somebody who has signed in."""
    with _engine().begin() as connection:
        values = {"groups": json.dumps(groups)}
        connection.execute(update(people).where(_is(site, user)).values(**values))


def person(site: str, user: str) -> Person | None:
    """Returns somebody who is known."""
    query = select(people).where(_is(site, user), people.c.last > FORGOTTEN)
    with _engine().connect() as connection:
        row = connection.execute(query).one_or_none()
    return _person(row) if row is not None else None


def everybody(site: str) -> list[Person]:
    """Those who are known, by id."""
    query = select(people).where(people.c.site == site, people.c.last > FORGOTTEN)
    with _engine().connect() as connection:
        return [_person(row) for row in connection.execute(query.order_by(people.c.user))]


def is_bound(site: str, user: str) -> bool:
    """Whether an id is somebody's of the staff, also of one who has left."""
    query = select(people.c.user).where(_is(site, user))
    with _engine().connect() as connection:
        return connection.execute(query).first() is not None


def forget(site: str, user: str) -> bool:
    """Deletes what is known of somebody; the id stays theirs."""
    return _blank(_is(site, user)) > 0


def forget_before(site: str, moment: float) -> int:
    """Deletes what is known of those whose last login was before. Returns how many."""
    return _blank((people.c.site == site) & (people.c.last > FORGOTTEN) & (people.c.last < moment))


def free(site: str, user: str) -> bool:
    """Lets somebody else have the id, as when the provider has changed."""
    with _engine().begin() as connection:
        return connection.execute(delete(people).where(_is(site, user))).rowcount > 0


def _blank(condition) -> int:
    values = {"name": "", "email": "", "groups": "[]", "last": FORGOTTEN}
    with _engine().begin() as connection:
        return connection.execute(update(people).where(condition).values(**values)).rowcount


def _is(site: str, user: str):
    return (people.c.site == site) & (people.c.user == user)


def _person(row) -> Person:
    return Person(row.user, row.name, row.email, tuple(json.loads(row.groups)), row.last)


def _engine() -> Engine:
    return database.prepared(database.engine(), tables)
