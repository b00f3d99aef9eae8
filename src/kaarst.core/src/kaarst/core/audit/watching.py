"""Rights in a place: local roles and permissions, whichever way they were changed.

There are many ways: the sharing page, `@sharing`, Zope's management interface, a script. Few of them
have an event. So when a request is over, what it has changed is compared with how it was stored
before. Nothing that was only read is looked at, so a look at a page costs nothing.
"""

from AccessControl.rolemanager import RoleManager
from Acquisition import aq_base
from collections.abc import Iterator
from kaarst.core.audit import kinds
from kaarst.core.audit.chain import LONGEST_DETAIL
from kaarst.core.audit.chain import written
from kaarst.core.audit.recording import installed_here
from kaarst.core.audit.recording import record
from kaarst.core.audit.rights import id_of
from OFS.Application import Application
from plone.base.interfaces import IPloneSiteRoot
from Products.CMFCore.utils import getToolByName
from ZODB.Connection import Connection
from ZODB.utils import z64
from zope.component import adapter
from zope.component.hooks import getSite
from ZPublisher.interfaces import IPubBeforeCommit

import re


#: Who makes something owns it; that is no gift of rights.
OWNER = "Owner"
PERMISSION = re.compile(r"_(.+)_Permission")
SHARING, PERMISSIONS = "sharing", "permissions"


@adapter(IPubBeforeCommit)
def compared(event) -> None:
    """Records which rights the request has changed in which places."""
    parents = event.request.get("PARENTS") or ()
    jar = getattr(parents[-1], "_p_jar", None) if parents else None
    if jar is None or not installed_here():
        return
    for place in changed(jar):
        before, after = stored(place), vars(place)
        for what, read in ((SHARING, local_roles), (PERMISSIONS, permissions)):
            if what == PERMISSIONS and not is_root(place):
                # Elsewhere the workflow sets them, with each change of a state.
                continue
            was, now = read(before), read(after)
            if was != now:
                note(what, path_of(place, parents), was, now)


def changed(jar: Connection) -> Iterator[RoleManager]:
    """Yields the places that the transaction has changed so far, those of savepoints too."""
    seen = set()
    for one in list(jar._registered_objects):
        seen.add(one._p_oid)
        if isinstance(one, RoleManager):
            yield aq_base(one)
    if jar._savepoint_storage is not None:
        for oid in set(jar._savepoint_storage.index) - seen:
            one = jar.get(oid)
            if isinstance(one, RoleManager):
                # A ghost has nothing in it.
                one._p_activate()
                yield aq_base(one)


def stored(place) -> dict:
    """What of a place was stored before the transaction; empty for what is new."""
    jar, serial = place._p_jar, place._p_serial
    if serial == z64:
        return {}
    state = jar._reader.getState(jar._normal_storage.loadSerial(place._p_oid, serial))
    return state if isinstance(state, dict) else {}


def local_roles(state: dict) -> dict[str, list[str]]:
    """Who has which roles in a place, and under `*` whether those from above count there too."""
    held = state.get("__ac_local_roles__")
    held = held() if callable(held) else held or {}
    found = {name: sorted(set(roles) - {OWNER}) for name, roles in held.items()}
    found = {name: roles for name, roles in found.items() if roles}
    if state.get("__ac_local_roles_block__"):
        found["*"] = ["-"]
    return found


def permissions(state: dict) -> dict[str, list[str]]:
    """Which roles have a permission there; "+" where those from above count too."""
    return {
        found[1]: [*sorted(roles), *(["+"] if isinstance(roles, list) else [])]
        for name, roles in state.items()
        if (found := PERMISSION.fullmatch(name)) and isinstance(roles, list | tuple)
    }


def is_root(place) -> bool:
    """Whether a place is the whole site, or Zope's."""
    return IPloneSiteRoot.providedBy(place) or isinstance(place, Application)


def note(what: str, path: str, was: dict, now: dict, how: str = "", **by) -> None:
    """Records what has changed: a citizen who was given a role stands there by the alias.

    `how`: one word, if it is to be said. `by`: who did it, as of `record`.
    """
    names = sorted(name for name in {*was, *now} if was.get(name) != now.get(name))
    word = (lambda name: name if name == "*" else id_of(name)) if what == SHARING else str
    detail = {
        "what": what,
        "path": path,
        "before": {word(name): was[name] for name in names if name in was},
        "after": {word(name): now[name] for name in names if name in now},
    }
    try:
        written(detail)
    except ValueError:
        said = f"{len(names)} (more than {LONGEST_DETAIL} characters)"
        detail = {**detail, "before": "", "after": said}
    record(kinds.RIGHTS, detail=detail | ({"how": how} if how else {}), **by)


def path_of(place, parents=()) -> str:
    """Where something is. What the database gives knows no way to itself."""
    for one in parents:
        one = getattr(one, "context", one)
        if aq_base(one) is place and hasattr(one, "getPhysicalPath"):
            return "/".join(one.getPhysicalPath())
    catalog = getToolByName(getSite(), "portal_catalog", None)
    uid = getattr(place, "_plone.uuid", None)
    if catalog is not None and uid:
        for brain in catalog.unrestrictedSearchResults(UID=uid):
            return brain.getPath()
    path = "/".join(place.getPhysicalPath())
    return path if path.startswith("/") else f"…/{path}"
