"""The sessions of all towns of an installation, in SQL and not in the ZODB.

The ZODB keeps what was deleted until it is packed, and a person who signed in and opened no account
must be gone when their session is. So a session is one row here, found by the hash of a random
token that only the browser has; what it knows of the person is encrypted with a key made of that
token. Whoever reads the database, or its backup, learns how many people were signed in, not who.

Times are UTC seconds.
"""

from cryptography.fernet import Fernet
from cryptography.fernet import InvalidToken
from dataclasses import dataclass
from dataclasses import field
from kaarst.core import database
from kaarst.core.signin.attributes import Attribute
from kaarst.core.signin.levels import Level
from sqlalchemy import Column
from sqlalchemy import delete
from sqlalchemy import Engine
from sqlalchemy import Float
from sqlalchemy import insert
from sqlalchemy import Integer
from sqlalchemy import LargeBinary
from sqlalchemy import MetaData
from sqlalchemy import select
from sqlalchemy import String
from sqlalchemy import Table
from sqlalchemy import update

import base64
import hashlib
import json
import secrets
import time


#: Kinds of sessions.
BUNDID, MAIL, STAFF = "bundid", "mail", "staff"
#: How exactly "last seen" is kept: not every look at a page is a write.
SEEN_EVERY = 60

tables = MetaData()
sessions = Table(
    "sign_in_sessions",
    tables,
    Column("id", String(64), primary_key=True),
    Column("handle", String(32), nullable=False, unique=True),
    Column("site", String(200), nullable=False, index=True),
    Column("user", String(200), nullable=False, index=True),
    Column("kind", String(20), nullable=False),
    Column("level", Integer, nullable=False),
    Column("device", String(200), nullable=False),
    Column("started", Float, nullable=False),
    Column("seen", Float, nullable=False),
    Column("idle", Integer, nullable=False),
    Column("ends", Float, nullable=False, index=True),
    # Hashes of what the provider calls the login and the person: it may end them from there.
    Column("provider_session", String(64), nullable=False, index=True),
    Column("provider_subject", String(64), nullable=False, index=True),
    Column("sealed", LargeBinary, nullable=False),
)


@dataclass(frozen=True)
class Knowledge:
    """What a session knows of its person; readable only with the token.

    `groups`, `factors`: of staff, as the provider said (`amr`, `acr`). `access_token`: to ask the
    provider again, `refresh_token`: to get a new one. `withheld`: a second factor would give more.
    """

    name: str = ""
    email: str = ""
    attributes: dict[str, Attribute] = field(default_factory=dict)
    roles: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    factors: tuple[str, ...] = ()
    access_token: str = ""
    refresh_token: str = ""
    subject: str = ""
    withheld: bool = False

    def __repr__(self):
        return "Knowledge()"


@dataclass(frozen=True)
class Session:
    """One login. `handle`: names it in lists, and opens nothing. `level`: of the login."""

    id: str
    handle: str
    site: str
    user: str
    kind: str
    level: Level
    device: str
    started: float
    seen: float
    ends: float
    knowledge: Knowledge | None = None


def begin(
    site: str,
    user: str,
    kind: str,
    level: Level,
    knowledge: Knowledge,
    *,
    idle: int,
    longest: int,
    device: str = "",
    provider_session: str = "",
    provider_subject: str = "",
) -> str:
    """Stores a new session and returns its token, which is nowhere else.

    `idle`: seconds without a request after which it ends; `longest`: seconds after which it ends
    in any case.
    """
    token, now = secrets.token_urlsafe(32), time.time()
    row = {
        "id": _hash(token),
        "handle": secrets.token_urlsafe(12),
        "site": site,
        "user": user,
        "kind": kind,
        "level": int(level),
        "device": device[:200],
        "started": now,
        "seen": now,
        "idle": idle,
        "ends": now + longest,
        "provider_session": _hash(provider_session),
        "provider_subject": _hash(provider_subject),
        "sealed": _sealed(token, knowledge),
    }
    with _engine().begin() as connection:
        connection.execute(insert(sessions).values(**row))
    return token


def find(token: str, site: str) -> Session | None:
    """Returns the session of a token at this site while it lasts, and notes that it was seen."""
    if not token or len(token) > 200:
        return None
    now, engine = time.time(), _engine()
    with engine.connect() as connection:
        query = select(sessions).where(sessions.c.id == _hash(token), sessions.c.site == site)
        row = connection.execute(query).mappings().one_or_none()
    if row is None or _over(row, now):
        return None
    knowledge = _opened(token, row["sealed"])
    if knowledge is None:
        return None
    if now - row["seen"] > SEEN_EVERY:
        with engine.begin() as connection:
            connection.execute(update(sessions).where(sessions.c.id == row["id"]).values(seen=now))
    return _session(row, knowledge)


def renew(token: str, knowledge: Knowledge, level: Level | None = None) -> None:
    """Replaces what a session knows, as when the provider says something else now."""
    values: dict = {"sealed": _sealed(token, knowledge)}
    if level is not None:
        values["level"] = int(level)
    with _engine().begin() as connection:
        connection.execute(update(sessions).where(sessions.c.id == _hash(token)).values(**values))


def of_user(site: str, user: str) -> list[Session]:
    """The sessions of a user that last, the newest first; without what they know."""
    now = time.time()
    query = select(sessions).where(sessions.c.site == site, sessions.c.user == user)
    with _engine().connect() as connection:
        rows = connection.execute(query.order_by(sessions.c.started.desc())).mappings().all()
    return [_session(row) for row in rows if not _over(row, now)]


def of_kind(site: str, kind: str) -> list[Session]:
    """The sessions of a kind that last, by user, the newest first; without what they know."""
    now = time.time()
    query = select(sessions).where(sessions.c.site == site, sessions.c.kind == kind)
    query = query.order_by(sessions.c.user, sessions.c.started.desc())
    with _engine().connect() as connection:
        rows = connection.execute(query).mappings().all()
    return [_session(row) for row in rows if not _over(row, now)]


def end(token: str) -> None:
    """Ends the session of a token."""
    _delete(sessions.c.id == _hash(token))


def end_one(site: str, user: str, handle: str) -> int:
    """Ends one of the user's sessions by its handle. Returns how many ended."""
    return _delete(sessions.c.site == site, sessions.c.user == user, sessions.c.handle == handle)


def end_all(site: str, user: str) -> int:
    """Ends all sessions of a user, on every device. Returns how many."""
    return _delete(sessions.c.site == site, sessions.c.user == user)


def end_site(site: str, kind: str) -> int:
    """Ends all sessions of a kind, as when the provider's settings were changed."""
    return _delete(sessions.c.site == site, sessions.c.kind == kind)


def end_from_provider(site: str, kind: str, subject: str = "", session: str = "") -> int:
    """Ends what the provider has ended: of a login, or of a person. Returns how many."""
    if session:
        return _delete(
            sessions.c.site == site,
            sessions.c.kind == kind,
            sessions.c.provider_session == _hash(session),
        )
    if subject:
        return _delete(
            sessions.c.site == site,
            sessions.c.kind == kind,
            sessions.c.provider_subject == _hash(subject),
        )
    return 0


def purge() -> int:
    """Deletes sessions that are over. Returns how many; for the worker."""
    now = time.time()
    return _delete((sessions.c.ends <= now) | (sessions.c.seen + sessions.c.idle <= now))


def _delete(*conditions) -> int:
    with _engine().begin() as connection:
        return connection.execute(delete(sessions).where(*conditions)).rowcount


def _over(row, now: float) -> bool:
    return now >= row["ends"] or now >= row["seen"] + row["idle"]


def _session(row, knowledge=None) -> Session:
    return Session(
        row["id"],
        row["handle"],
        row["site"],
        row["user"],
        row["kind"],
        Level(row["level"]),
        row["device"],
        row["started"],
        row["seen"],
        row["ends"],
        knowledge,
    )


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest() if text else ""


def _fernet(token: str) -> Fernet:
    """A key out of the token; a token is random, so one hash is enough."""
    digest = hashlib.sha256(b"kaarst.core.signin.sessions:" + token.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))


def _sealed(token: str, knowledge: Knowledge) -> bytes:
    data = {
        "name": knowledge.name,
        "email": knowledge.email,
        "attributes": {
            name: [one.value, int(one.level)] for name, one in knowledge.attributes.items()
        },
        "roles": knowledge.roles,
        "groups": knowledge.groups,
        "factors": knowledge.factors,
        "access_token": knowledge.access_token,
        "refresh_token": knowledge.refresh_token,
        "subject": knowledge.subject,
        "withheld": knowledge.withheld,
    }
    return _fernet(token).encrypt(json.dumps(data).encode())


def _opened(token: str, sealed: bytes) -> Knowledge | None:
    try:
        data = json.loads(_fernet(token).decrypt(bytes(sealed)))
    except (InvalidToken, ValueError):
        return None
    attributes = {
        name: Attribute(value, Level(level)) for name, (value, level) in data["attributes"].items()
    }
    several = {name: tuple(data[name]) for name in ("roles", "groups", "factors")}
    return Knowledge(**{**data, **several, "attributes": attributes})


def _engine() -> Engine:
    return database.prepared(database.engine(), tables)
