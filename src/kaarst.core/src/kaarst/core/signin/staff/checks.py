"""Joiner, mover, leaver: the provider is asked again, at the next request of each session.

Each process remembers for some seconds (`check_seconds`) that it has asked. An account that is gone
ends the session at once; groups that have changed change the rights at once. While the provider
gives no answer, rights stay for some minutes (`grace_minutes`) and then go until it answers again.
"""

from dataclasses import dataclass
from dataclasses import replace
from kaarst.core import audit
from kaarst.core.audit import kinds
from kaarst.core.sealing import NotOpened
from kaarst.core.signin import notes
from kaarst.core.signin.oidc import flow
from kaarst.core.signin.oidc.refusals import Refused
from kaarst.core.signin.oidc.refusals import Unreachable
from kaarst.core.signin.sessions import store
from kaarst.core.signin.sessions.store import Session
from kaarst.core.signin.staff import directory
from kaarst.core.signin.staff import mapping
from kaarst.core.signin.staff import settings
from kaarst.core.signin.staff.mapping import Rights
from plone import api

import logging
import time


logger = logging.getLogger(__name__)

#: Seconds in which a provider that gave no answer is not asked again by this process: otherwise
#: every request would wait for it.
PAUSE = 15
MOST = 10_000


@dataclass
class _State:
    """`asked`: when this process asked last. `good`: when there was an answer last. UTC seconds."""

    asked: float
    good: float


_states: dict[str, _State] = {}
_silent: dict[str, float] = {}


def forget() -> None:
    """Asks anew for every session, as when settings have changed."""
    _states.clear()
    _silent.clear()


def is_sure(factors: tuple[str, ...]) -> bool:
    """Whether a login had an accepted second factor."""
    return mapping.is_sure(factors, settings.record("amr") or (), settings.record("acr") or ())


def rights_of(
    theirs: tuple[str, ...], factors: tuple[str, ...], sure: bool | None = None
) -> Rights:
    """Returns what the provider's groups give here. `sure`: by default what `factors` say."""
    strict = settings.demanding()
    held = api.portal.get().acl_users.portal_role_manager._principal_roles
    lines = [
        # A group may have a role of the site by itself.
        replace(
            line,
            relaxed=line.relaxed
            and not any(strict & set(held.get(group, ())) for group in line.groups),
        )
        for line in settings.lines()
    ]
    return mapping.rights(lines, theirs, is_sure(factors) if sure is None else sure, strict)


def checked(session: Session, token: str) -> Session | None:
    """Returns the session as the provider sees it now; None if it has ended."""
    if not settings.enabled():
        store.end(token)
        return None
    now, state = time.time(), _states.get(session.id)
    if state is None:
        if len(_states) > MOST:
            _states.clear()
        # What another process knows is not known here: a login that is young counts as an answer.
        state = _states[session.id] = _State(0.0, session.started)
    issuer = settings.issuer()
    if now < _silent.get(issuer, 0.0):
        return _while_silent(session, state, now)
    if now - state.asked < settings.record("check_seconds"):
        return session
    try:
        session, said = _ask(session, token)
    except Refused as error:
        return _ended(session, token, error)
    except (Unreachable, NotOpened) as error:
        _silent[issuer] = now + PAUSE
        notes.unreachable(store.STAFF, error)
        return _while_silent(session, state, now)
    state.asked = state.good = now
    return _as_said(session, token, said)


def _while_silent(session: Session, state: _State, now: float) -> Session:
    if now - state.good <= settings.record("grace_minutes") * 60:
        return session
    return replace(session, knowledge=replace(session.knowledge, roles=(), groups=()))


def _ask(session: Session, token: str) -> tuple[Session, dict]:
    """Asks userinfo; with a new access token if the old one is over."""
    client = settings.client()
    known = session.knowledge
    try:
        return session, _userinfo(client, session)
    except Refused:
        if not known.refresh_token:
            raise
    try:
        access, refresh = flow.refreshed(client, known.refresh_token)
    except Refused:
        # Another request of the same session may have been faster: its token counts.
        other = store.find(token, session.site)
        if other is None or other.knowledge.access_token == known.access_token:
            raise
        return other, _userinfo(client, other)
    known = replace(known, access_token=access, refresh_token=refresh or known.refresh_token)
    store.renew(token, known)
    session = replace(session, knowledge=known)
    return session, _userinfo(client, session)


def _userinfo(client, session: Session) -> dict:
    said = flow.userinfo(client, session.knowledge.access_token, session.knowledge.subject)
    if not said:
        raise Unreachable("the provider has no userinfo any more")
    return said


def _as_said(session: Session, token: str, said: dict) -> Session:
    known = session.knowledge
    theirs = mapping.groups_said(said.get(settings.record("groups_claim")))
    found = rights_of(theirs, known.factors)
    if (found.groups, found.roles, found.withheld) == (known.groups, known.roles, known.withheld):
        return session
    known = replace(known, groups=found.groups, roles=found.roles, withheld=found.withheld)
    store.renew(token, known)
    everything = rights_of(theirs, known.factors, sure=True)
    directory.belongs(session.site, session.user, everything.groups, everything.roles)
    audit.record_now(
        kinds.RIGHTS,
        subject=session.user,
        detail={"what": "provider", "groups": list(found.groups), "roles": list(found.roles)},
        actor="",
        actor_kind=kinds.SYSTEM,
    )
    return replace(session, knowledge=known)


def _ended(session: Session, token: str, error: Refused) -> None:
    """The request goes on as anybody's; it may be refused, so this is written at once."""
    store.end(token)
    _states.pop(session.id, None)
    logger.warning("A session of staff has ended: %s (%s)", error.reason, error.detail)
    audit.record_now(
        kinds.SESSIONS_ENDED,
        subject=session.user,
        detail={"way": store.STAFF, "how": "provider", "count": 1},
        actor="",
        actor_kind=kinds.SYSTEM,
    )
