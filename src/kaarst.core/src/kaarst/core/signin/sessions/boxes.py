"""Small boxes that open once, for a short time, to whoever has the secret: logins that have begun.

A box is found by the hash of its secret and opened with a key made of it; nobody else can say whose
it is. What is sent to the provider (`state`) and what only the browser has (a cookie) make the
secret of a login together. So another browser's answer (login CSRF), a second use of the same
address (replay) and a session that was there before (fixation) lead nowhere. Times are UTC seconds.
"""

from cryptography.fernet import Fernet
from kaarst.core import database
from sqlalchemy import Column
from sqlalchemy import delete
from sqlalchemy import Engine
from sqlalchemy import Float
from sqlalchemy import insert
from sqlalchemy import LargeBinary
from sqlalchemy import MetaData
from sqlalchemy import String
from sqlalchemy import Table

import base64
import hashlib
import json
import secrets
import time


tables = MetaData()
boxes = Table(
    "sign_in_boxes",
    tables,
    Column("id", String(64), primary_key=True),
    Column("site", String(200), nullable=False),
    Column("ends", Float, nullable=False, index=True),
    Column("sealed", LargeBinary, nullable=False),
)
#: What must not be used twice: hashes, until they could not be used any more.
used = Table(
    "sign_in_used",
    tables,
    Column("id", String(64), primary_key=True),
    Column("ends", Float, nullable=False, index=True),
)


def token() -> str:
    """A new secret: 256 random bits that fit into a cookie or an address."""
    return secrets.token_urlsafe(32)


def keep(site: str, secret: str, content: dict, seconds: int) -> None:
    """Puts JSON values into a new box."""
    sealed = _fernet(secret).encrypt(json.dumps(content).encode())
    row = {"id": _id(secret), "site": site, "ends": time.time() + seconds, "sealed": sealed}
    with _engine().begin() as connection:
        connection.execute(insert(boxes).values(**row))


def take(site: str, secret: str) -> dict | None:
    """Returns what was put in, once; None if there is no such box at this site, or its time is over."""
    statement = (
        delete(boxes)
        .where(boxes.c.id == _id(secret), boxes.c.site == site)
        .returning(boxes.c.ends, boxes.c.sealed)
    )
    with _engine().begin() as connection:
        row = connection.execute(statement).one_or_none()
    if row is None or row.ends <= time.time():
        return None
    return json.loads(_fernet(secret).decrypt(bytes(row.sealed)))


def drop(site: str, secret: str) -> None:
    """Throws a box away unopened."""
    with _engine().begin() as connection:
        connection.execute(delete(boxes).where(boxes.c.id == _id(secret), boxes.c.site == site))


def first_time(text: str, seconds: int) -> bool:
    """Whether this is used for the first time; remembered for so many seconds."""
    row = {"id": _id(text), "ends": time.time() + seconds}
    statement = database.insert(_engine(), used).values(**row).on_conflict_do_nothing()
    with _engine().begin() as connection:
        # The row that was put in comes back; PostgreSQL's count of rows is not to be relied on here.
        return connection.execute(statement.returning(used.c.id)).first() is not None


def purge() -> int:
    """Deletes what is over. Returns how many; for the worker."""
    now = time.time()
    with _engine().begin() as connection:
        gone = connection.execute(delete(boxes).where(boxes.c.ends <= now)).rowcount
        return gone + connection.execute(delete(used).where(used.c.ends <= now)).rowcount


def _id(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def _fernet(secret: str) -> Fernet:
    digest = hashlib.sha256(b"kaarst.core.signin.boxes:" + secret.encode("utf-8", "replace"))
    return Fernet(base64.urlsafe_b64encode(digest.digest()))


def _engine() -> Engine:
    return database.prepared(database.engine(), tables)
