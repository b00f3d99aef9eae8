"""What no event told: once a day rights are compared with how they were the day before.

A transaction that is undone, a database that was restored, a script that writes into the user
folder's own tables: nothing says so. Whatever of the difference does not stand in the log by then is
recorded as found, by whom unknown.
"""

from collections.abc import Iterable
from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field
from kaarst.core import stores
from kaarst.core.audit import kinds
from kaarst.core.audit import watching
from kaarst.core.audit.log import installed
from kaarst.core.audit.recording import alias
from kaarst.core.audit.recording import CITIZEN_ROLE
from kaarst.core.audit.recording import record
from kaarst.core.audit.recording import town
from kaarst.core.audit.search import found
from kaarst.core.audit.search import Wanted
from kaarst.core.interfaces import IJob
from persistent import Persistent
from zope.interface import implementer

import json
import logging
import time


logger = logging.getLogger(__name__)

STORE = "kaarst.core.audit_rights"
DAY = 24 * 3600
#: A transaction may have begun before the last comparison and ended after it.
OVERLAP = 600_000
MOST = 100_000


@dataclass(frozen=True)
class Rights:
    """`roles`: by person or group. `members`: of each group. `places`: by kind of rights."""

    roles: dict[str, tuple[str, ...]] = field(default_factory=dict)
    members: dict[str, tuple[str, ...]] = field(default_factory=dict)
    places: dict[str, dict[str, list[str]]] = field(default_factory=dict)


@dataclass(frozen=True)
class Difference:
    """Something that is other than it was. `subject`: a person or group, empty for the site."""

    what: str
    subject: str = ""
    group: str = ""
    before: object = None
    after: object = None


class Known(Persistent):
    """The rights as they were last. `at`: when, in UTC milliseconds; 0: never."""

    def __init__(self):
        self.rights, self.at = Rights(), 0


def differences(before: Rights, after: Rights) -> Iterator[Difference]:
    """Yields what has changed. Plain Python."""
    for name in sorted({*before.roles, *after.roles}):
        was, now = before.roles.get(name, ()), after.roles.get(name, ())
        if was != now:
            yield Difference("roles", name, before=list(was), after=list(now))
    for group in sorted({*before.members, *after.members}):
        was, now = (set(one.members.get(group, ())) for one in (before, after))
        for name in sorted(now - was):
            yield Difference("group-joined", name, group)
        for name in sorted(was - now):
            yield Difference("group-left", name, group)
    for what in sorted({*before.places, *after.places}):
        was, now = before.places.get(what, {}), after.places.get(what, {})
        if was != now:
            yield Difference(what, before=was, after=now)


def is_told(one: Difference, names: Iterable[str], told: Iterable[tuple[str, dict]]) -> bool:
    """Whether entries (subject, detail), the newest first, say how it came to be so. Plain Python.

    `names`: what the subject may be called in the log.
    """
    names = set(names)
    for subject, detail in told:
        what = detail.get("what")
        if what == "account-deleted" and subject in names and not one.after:
            return True
        if what == "group-deleted" and subject in ({one.group} | names) - {""} and not one.after:
            return one.what != "group-joined"
        if one.group:
            of_it = subject in names and detail.get("group") == one.group
            # What was done last counts.
            if of_it and what in ("group-joined", "group-left"):
                return what == one.what
        elif what == one.what and (subject in names or not one.subject):
            # Of a place entries name only what has changed.
            return not one.subject or detail.get("after") == one.after
    return False


def present(site) -> Rights:
    """The rights of a site now."""
    folder = site.acl_users
    held = folder.portal_role_manager._principal_roles
    of_people = folder.source_groups._principal_groups
    members: dict[str, list[str]] = {}
    for name, groups in of_people.items():
        for group in groups:
            members.setdefault(group, []).append(name)
    state = vars(site.aq_base)
    return Rights(
        {name: tuple(sorted(roles)) for name, roles in held.items() if roles},
        {group: tuple(sorted(names)) for group, names in members.items()},
        {
            watching.SHARING: watching.local_roles(state),
            watching.PERMISSIONS: watching.permissions(state),
        },
    )


@implementer(IJob)
class CompareRights:
    """Records what has changed since yesterday and stands nowhere in the log."""

    interval = DAY

    def run(self, site):
        known = stores.store(site, STORE, Known)
        now, rights = time.time_ns() // 1_000_000, present(site)
        if known.at:
            path = "/".join(site.getPhysicalPath())
            told = _told(known.at - OVERLAP, path)
            for one in differences(known.rights, rights):
                names = _names(one.subject, known.rights, rights)
                if not is_told(one, names, told):
                    _found(one, names, path)
        if not known.at or rights != known.rights:
            known.rights = rights
        known.at = now


def _told(since: int, path: str) -> list[tuple[str, dict]]:
    """Changes of rights in this town; of places only those of the site itself."""
    with installed().reading() as connection:
        entries = found(connection, Wanted(since, kind=kinds.RIGHTS, town=town()), MOST)
        read = [(one.subject, json.loads(one.detail)) for one in entries]
    return [(subject, detail) for subject, detail in read if detail.get("path", path) == path]


def _names(subject: str, before: Rights, after: Rights) -> list[str]:
    """What somebody may be called in the log: the name that is to be used stands first."""
    if not subject:
        return []
    if any(CITIZEN_ROLE in one.roles.get(subject, ()) for one in (after, before)):
        return [alias(subject), subject]
    return [subject]


def _found(one: Difference, names: list[str], path: str) -> None:
    by = {"actor": "", "actor_kind": kinds.SYSTEM}
    logger.warning("Rights were changed and nothing said so: %s", one.what)
    if not one.subject:
        watching.note(one.what, path, one.before, one.after, how="found", **by)
        return
    detail = {"what": one.what, "how": "found"}
    if one.group:
        detail["group"] = one.group
    else:
        detail |= {"before": one.before, "after": one.after}
    record(kinds.RIGHTS, subject=names[0], detail=detail, **by)
