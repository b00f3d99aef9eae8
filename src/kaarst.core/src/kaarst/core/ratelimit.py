"""Counts how often something is done, for all processes together, and says stop.

The counters lie in SQL (kaarst.core.database), not in the ZODB: a refused request must leave its
trace although its transaction is rolled back, and counting must not make requests conflict. One
atomic statement counts a hit, so simultaneous requests never slip through together. A window
begins with the first hit and ends `seconds` later, for all hits in it.

Packages for rate limits keep one bucket a key in memory or need Redis; here the one database of
the city has to do, on SQLite and PostgreSQL.

`KAARST_RATE_FACTOR` multiplies every limit (1 by default), for load tests and for a town hall
whose visitors all come from one address.
"""

from datetime import datetime
from datetime import timedelta
from datetime import UTC
from functools import lru_cache
from kaarst.core import database
from sqlalchemy import bindparam
from sqlalchemy import case
from sqlalchemy import Column
from sqlalchemy import delete
from sqlalchemy import Engine
from sqlalchemy import Float
from sqlalchemy import Integer
from sqlalchemy import LargeBinary
from sqlalchemy import MetaData
from sqlalchemy import select
from sqlalchemy import String
from sqlalchemy import Table
from sqlalchemy import update
from sqlalchemy.engine import Compiled
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import SQLAlchemyError
from zExceptions import HTTPTooManyRequests

import hashlib
import hmac
import ipaddress
import logging
import math
import os
import secrets
import time


logger = logging.getLogger(__name__)

tables = MetaData()
counters = Table(
    "rate_limits",
    tables,
    Column("key", String(200), primary_key=True),
    Column("hits", Integer, nullable=False),
    Column("ends", Float, nullable=False, index=True),
)
salts = Table(
    "rate_limit_salts",
    tables,
    Column("day", String(10), primary_key=True),
    Column("salt", LargeBinary, nullable=False),
)


class TooManyRequests(HTTPTooManyRequests):
    """The limit is reached. Answered with 429 and Retry-After wherever it is raised.

    `retry_after`: whole seconds, at least 1.
    """

    def __init__(self, retry_after: int):
        super().__init__(f"Too many requests, try again in {retry_after} seconds.")
        self.retry_after = retry_after
        self.setHeader("Retry-After", str(retry_after))


def hit(key: str, limit: int, seconds: int, fail_open: bool = True) -> None:
    """Counts one hit under `key`; raises TooManyRequests when there were `limit` before it.

    `key` says what is counted and for whom (`"submit:" + client(request)`), at most 200
    characters; personal data have no place in it but through `client` or `secret`.
    When the database cannot be reached, `fail_open` lets the request pass (a citizen's
    submission is worth more than the limit); False refuses it (guessing must not be free).
    """
    try:
        hits, ends = _count(key, seconds)
    except SQLAlchemyError:
        logger.exception("The counters cannot be reached.")
        if fail_open:
            return
        raise TooManyRequests(retry_after=30) from None
    if hits > limit * _factor():
        raise TooManyRequests(retry_after=max(1, math.ceil(ends - time.time())))


def count(key: str, seconds: int) -> int:
    """Counts one hit and refuses nothing. Returns how many there are; 1 without a database."""
    try:
        return _count(key, seconds)[0]
    except SQLAlchemyError:
        logger.exception("The counters cannot be reached.")
        return 1


def reached(key: str, limit: int) -> bool:
    """Whether there were at least `limit` hits under `key`. Counts nothing."""
    return hits(key) >= limit * _factor()


def hits(key: str) -> int:
    """How many hits there were under `key` in its window; none without a database."""
    statement = select(counters.c.hits).where(counters.c.key == key, counters.c.ends > time.time())
    try:
        with _engine().connect() as connection:
            return connection.execute(statement).scalar_one_or_none() or 0
    except SQLAlchemyError:
        logger.exception("The counters cannot be reached.")
        return 0


def refund(key: str) -> None:
    """Takes one hit back: what was counted beforehand turned out to be in order."""
    statement = update(counters).where(counters.c.key == key, counters.c.hits > 0)
    try:
        with _engine().begin() as connection:
            connection.execute(statement.values(hits=counters.c.hits - 1))
    except SQLAlchemyError:
        logger.exception("The counters cannot be reached.")


def client(request) -> str:
    """Returns a name for the sender of `request` that lasts a day and cannot be traced back.

    The address is the one of the connection; behind a proxy waitress puts the forwarded one in
    its place, and only for proxies it was told to trust (`trusted_proxy`). IPv6 senders are told
    apart by their /64 network, since everyone has all addresses of such a one.
    """
    address = request.environ.get("REMOTE_ADDR", "") if request is not None else ""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return secret(address)
    if parsed.version == 6:
        mapped = parsed.ipv4_mapped
        parsed = mapped or ipaddress.ip_network((parsed, 64), strict=False).network_address
    return secret(str(parsed))


def secret(text: str) -> str:
    """Returns a keyed hash of `text`: the same in all processes for a UTC day, then another.

    The key is thrown away soon after its day; from then on nobody can tell what was hashed.
    """
    day = datetime.now(UTC).date().isoformat()
    try:
        salt = _salt(_engine(), day)
    except SQLAlchemyError:
        logger.exception("The counters cannot be reached.")
        salt = _own_salt()
    return f"{day}:{hmac.new(salt, text.encode('utf-8', 'replace'), hashlib.sha256).hexdigest()}"


def purge() -> int:
    """Deletes counters whose window has ended and salts of past days. Returns how many."""
    yesterday = (datetime.now(UTC) - timedelta(days=1)).date().isoformat()
    with _engine().begin() as connection:
        gone = connection.execute(delete(counters).where(counters.c.ends < time.time())).rowcount
        # Yesterday's is kept for a process whose clock is a little slow.
        gone += connection.execute(delete(salts).where(salts.c.day < yesterday)).rowcount
    return gone


def _count(key: str, seconds: int) -> tuple[int, float]:
    """Counts in one statement. Returns the hits so far, this one included, and the window's end."""
    now, engine = time.time(), _engine()
    counting = _counting(engine)
    values = counting.construct_params({"counted": key, "now": now, "until": now + seconds})
    if counting.positiontup is not None:
        values = tuple(values[name] for name in counting.positiontup)
    # Past the layers of SQLAlchemy but the pool: they take three times as long as the statement.
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute(str(counting), values)
        hits, ends = cursor.fetchone()
        cursor.close()
        connection.commit()
    except engine.dialect.loaded_dbapi.Error as error:
        raise DBAPIError(str(counting), None, error) from error
    finally:
        connection.close()
    return hits, ends


@lru_cache(maxsize=4)
def _counting(engine: Engine) -> Compiled:
    """The statement, made once: making it, and looking it up, takes longer than running it."""
    until = bindparam("until", type_=Float)
    over = counters.c.ends <= bindparam("now", type_=Float)
    statement = (
        database.insert(engine, counters)
        .values(key=bindparam("counted"), hits=1, ends=until)
        .on_conflict_do_update(
            index_elements=[counters.c.key],
            set_={
                "hits": case((over, 1), else_=counters.c.hits + 1),
                "ends": case((over, until), else_=counters.c.ends),
            },
        )
        .returning(counters.c.hits, counters.c.ends)
    )
    return statement.compile(dialect=engine.dialect)


@lru_cache(maxsize=4)
def _salt(engine: Engine, day: str) -> bytes:
    """Whoever comes first on a day throws the dice for all processes."""
    offer = database.insert(engine, salts).values(day=day, salt=secrets.token_bytes(32))
    with engine.begin() as connection:
        connection.execute(offer.on_conflict_do_nothing())
        return connection.execute(select(salts.c.salt).where(salts.c.day == day)).scalar_one()


@lru_cache(maxsize=1)
def _own_salt() -> bytes:
    """For a process that cannot reach the database."""
    return secrets.token_bytes(32)


def _engine() -> Engine:
    return database.prepared(database.engine(database.COUNTERS), tables)


def _factor() -> float:
    try:
        return max(float(os.environ.get("KAARST_RATE_FACTOR", "1")), 0.0)
    except ValueError:
        return 1.0
