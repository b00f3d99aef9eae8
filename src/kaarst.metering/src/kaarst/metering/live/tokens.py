"""Tokens that let their bearer watch certain meters for some minutes.

Plone knows who may see which meter and signs it; the process `live` knows nobody and trusts only the
signature. The key lies in the readings' database: both have it there, and whoever could read it
could read all readings anyway.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from kaarst.metering.store.engine import Store
from kaarst.metering.store.schema import state
from kaarst.metering.store.state import LIVE_KEY
from sqlalchemy import insert
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

import contextlib
import jwt
import secrets


AUDIENCE = "kaarst-live"
_ALGORITHM = "HS256"
# What everybody may see changes seldom, what somebody may see can be withdrawn.
PUBLIC_SECONDS = 600
PERSONAL_SECONDS = 120
# More would not fit into the headers of a request.
MOST_METERS = 200


class Refused(Exception):
    """A token that is none, has been altered, is over, or was made for something else."""


@dataclass(frozen=True)
class Permit:
    """What a token says: which meters, until when (UTC seconds), and on which consents it rests."""

    meters: frozenset[str]
    expires: int
    consents: frozenset[int] = frozenset()


def key(store: Store) -> str:
    """Returns the key that signs tokens; the first who asks makes it."""
    found = _key(store)
    while found is None:
        with contextlib.suppress(IntegrityError), store.writing() as connection:
            connection.execute(insert(state).values(name=LIVE_KEY, value=secrets.token_hex(32)))
        found = _key(store)
    return found


def _key(store: Store) -> str | None:
    with store.reading() as connection:
        query = select(state.c.value).where(state.c.name == LIVE_KEY)
        return connection.execute(query).scalar()


def seal(key: str, meters: Iterable[str], expires: int, consents: Iterable[int] = ()) -> str:
    """Returns a signed token (RFC 7519, HS256); ValueError for too many meters."""
    meters = sorted(set(meters))
    if len(meters) > MOST_METERS:
        raise ValueError(f"more than {MOST_METERS} meters")
    claims = {"aud": AUDIENCE, "exp": expires, "meters": meters, "consents": sorted(consents)}
    return jwt.encode(claims, key, algorithm=_ALGORITHM)


def read(key: str, token: str) -> Permit:
    """Returns what a token permits; Refused if it permits nothing (any more)."""
    try:
        claims = jwt.decode(
            token,
            key,
            algorithms=[_ALGORITHM],
            audience=AUDIENCE,
            options={"require": ["exp", "aud", "meters"]},
        )
        meters, consents = claims["meters"], claims.get("consents", [])
        if not all(isinstance(name, str) for name in meters):
            raise Refused
        return Permit(frozenset(meters), int(claims["exp"]), frozenset(map(int, consents)))
    except (jwt.InvalidTokenError, TypeError, ValueError) as error:
        raise Refused from error
