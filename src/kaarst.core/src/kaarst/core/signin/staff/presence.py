"""Who of the staff is signed in, since when and with what, and the end of a login from outside.

Sessions are named by a hash of what names them in their owner's list (`reference`), and people by
their user id. Nothing here says or takes a token.
"""

from collections.abc import Iterable
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import replace
from kaarst.core import audit
from kaarst.core.audit import kinds
from kaarst.core.signin.sessions import store
from kaarst.core.signin.sessions.store import Session
from kaarst.core.signin.staff import directory
from kaarst.core.signin.staff import emergency
from kaarst.core.signin.staff.directory import Person
from plone import api

import hashlib


#: How somebody comes in: by the provider, with a password of the site, with the one for emergencies.
PROVIDER, LOCAL, EMERGENCY = "provider", "local", "emergency"
CITIZEN_ROLE = "Citizen"
#: What everybody has says nothing.
OF_EVERYBODY = frozenset({"Member", "Authenticated"})
OF_ALL_GROUPS = "AuthenticatedUsers"


@dataclass(frozen=True)
class Colleague:
    """One of the staff. Times are UTC seconds, 0 for unknown. `sessions`: the newest first.

    `groups`, `roles`: what they have now; of people of the provider with a second factor.
    """

    user: str
    name: str
    way: str
    groups: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    first: float = 0.0
    last: float = 0.0
    sessions: tuple[Session, ...] = ()


def reference(session: Session) -> str:
    """What names a session to others than its owner."""
    return hashlib.sha256(f"staff session\0{session.handle}".encode()).hexdigest()[:16]


def together(
    known: Iterable[Person], local: Iterable[Colleague], sessions: Iterable[Session]
) -> list[Colleague]:
    """Returns everybody of the staff: who is signed in first, then by id. Plain Python."""
    found: dict[str, Colleague] = {one.user: one for one in local}
    for one in known:
        found[one.user] = Colleague(
            one.user, one.name, PROVIDER, one.groups, one.roles, one.first, one.last
        )
    for session in sessions:
        # Whoever was forgotten while they are signed in is still there.
        one = found.get(session.user) or Colleague(session.user, "", PROVIDER)
        found[session.user] = replace(one, sessions=(*one.sessions, session))
    return sorted(found.values(), key=lambda one: (not one.sessions, one.user))


def everybody(site) -> list[Colleague]:
    """Returns the staff of a site: of the provider, and those whom the site keeps itself."""
    name = site.getId()
    sessions = store.of_kind(name, store.STAFF)
    return together(directory.everybody(name), _local(site), sessions)


def end(site, user: str, named: str = "") -> int:
    """Ends one login of somebody, or all of theirs, and records who did so. Returns how many.

    The next request of the browser is nobody's.
    """
    name = site.getId()
    mine = [one for one in store.of_user(name, user) if one.kind == store.STAFF]
    wanted = [one for one in mine if not named or reference(one) == named]
    count = sum(store.end_one(name, user, one.handle) for one in wanted)
    if count:
        detail = {"way": store.STAFF, "how": "administrator", "count": count}
        audit.record(kinds.SESSIONS_ENDED, subject=user, detail=detail)
    return count


def _local(site) -> Iterable[Colleague]:
    """Accounts with a password of the site and a right in it; citizens are none of the staff."""
    folder = site.acl_users
    groups, roles = folder.source_groups, folder.portal_role_manager
    of_groups: Mapping = groups._principal_groups
    held: Mapping = roles._principal_roles
    only = emergency.account() if emergency.only() else ""
    for user in folder.source_users.getUserIds():
        mine = tuple(sorted(of_groups.get(user, ())))
        given = {role for one in (user, *mine) for role in held.get(one, ())}
        if CITIZEN_ROLE in given or not (mine or given - OF_EVERYBODY or user == only):
            continue
        member = api.user.get(userid=user)
        yield Colleague(
            user,
            (member.getProperty("fullname") or "") if member is not None else "",
            EMERGENCY if user == only else LOCAL,
            mine,
            tuple(sorted(given - OF_EVERYBODY)),
            last=_last_login(member),
        )


def _last_login(member) -> float:
    """When somebody has given their password last; Plone says the year 2000 for never."""
    moment = member.getProperty("login_time", None) if member is not None else None
    return float(moment) if moment is not None and moment.year() > 2000 else 0.0
