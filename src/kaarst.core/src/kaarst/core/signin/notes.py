"""Writes down who came in and who did not: in the audit log, without names, addresses or tokens.

Citizens who have no account are not named there at all: a login leaves no trail of persons.
"""

from kaarst.core import audit
from kaarst.core import ratelimit
from kaarst.core.account import trail
from kaarst.core.audit import kinds
from kaarst.core.signin.levels import Level
from kaarst.core.signin.oidc.refusals import Refused
from kaarst.core.signin.sessions import store
from plone import api
from zope.globalrequest import getRequest

import logging


logger = logging.getLogger("kaarst.core.signin")

HOUR = 3600
# So many refusals of one sender in an hour are written singly, then each hundredth.
SINGLY, EACH = 50, 100


def refused(way: str, error: Refused) -> None:
    """A login that was not accepted, with its reason; written at once.

    Of one sender's only the first in an hour are written singly: a stranger must not fill the log.
    """
    site = api.portal.get().getId()
    logger.warning("%s: %s sign-in refused: %s (%s)", site, way, error.reason, error.detail)
    attempts = ratelimit.count(f"audit:refused:{ratelimit.client(getRequest())}", HOUR)
    if attempts > SINGLY and attempts % EACH:
        return
    detail = {"way": way, "reason": error.reason}
    if attempts > SINGLY:
        detail["attempts"] = attempts
    audit.record_now(kinds.SIGN_IN_REFUSED, detail=detail, actor="", actor_kind=kinds.VISITOR)


def unreachable(way: str, error: Exception) -> None:
    """The provider gave no answer; for operators."""
    logger.error("%s: %s sign-in: %s", api.portal.get().getId(), way, error)


def signed_in(way: str, user: str, level: Level, stepped_up: bool = False) -> None:
    """Somebody came in. Staff are named by their id."""
    audit.record(
        kinds.STEP_UP if stepped_up else kinds.SIGN_IN,
        detail={"way": way, "level": level.word},
        **_actor(way, user),
    )
    if way != store.STAFF:
        trail.used(user)


def signed_out(way: str, user: str, how: str, count: int = 1) -> None:
    """Sessions ended before their time. `how`: one word."""
    detail = {"way": way, "how": how, "count": count}
    audit.record(kinds.SESSIONS_ENDED, detail=detail, **_actor(way, user))


def _actor(way: str, user: str) -> dict:
    if way == store.STAFF:
        return {"actor": user, "actor_kind": kinds.STAFF}
    return {"actor": audit.alias(user) if user else "", "actor_kind": kinds.CITIZEN}
