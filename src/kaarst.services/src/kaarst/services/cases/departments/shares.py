"""Who has made whom a clerk of which department: written down whenever sharing is changed."""

from BTrees.OOBTree import OOBTree
from datetime import datetime
from datetime import UTC
from kaarst.services.cases.departments.rights import ROLE
from kaarst.services.cases.interfaces import ICaseDesk
from persistent import Persistent
from plone import api


KEPT = 1000


class Shares(Persistent):
    """`entries` are dicts, the oldest first: `when` (aware, UTC), `who` (user id), `place` (title; empty: the
    desk),
    `added`, `removed` (tuples of ids of persons and groups) and `inherits` (True or False if that was
    changed, else None).
    """

    def __init__(self):
        self.entries: tuple[dict, ...] = ()
        #: UID → (ids, whether roles are acquired), as it was last.
        self._known = OOBTree()

    def note(self, place, who: str) -> None:
        """Compares a department, or the desk, with what is known of it; a change becomes an entry."""
        now = frozenset(id for id, roles in place.get_local_roles() if ROLE in roles)
        inherits = not getattr(place, "__ac_local_roles_block__", None)
        before, inherited = self._known.get(place.UID(), ((), True))
        if now == set(before) and inherits == inherited:
            return
        self._known[place.UID()] = (tuple(sorted(now)), inherits)
        entry = {
            "when": datetime.now(UTC),
            "who": who,
            "place": "" if ICaseDesk.providedBy(place) else place.Title(),
            "added": tuple(sorted(now - set(before))),
            "removed": tuple(sorted(set(before) - now)),
            "inherits": inherits if inherits != inherited else None,
        }
        self.entries = (*self.entries, entry)[-KEPT:]


def note_change(place, event) -> None:
    """The sharing page, or REST, has changed who may do what at a place that has cases."""
    desk = api.portal.get().get("vorgaenge")
    if desk is not None and hasattr(desk.aq_base, "shares"):
        desk.shares.note(place, api.user.get_current().getId() or "")


def make_clerks(desk, place, principal: str) -> None:
    """Makes a person or group (id) clerks of a department, or of the desk, without a browser."""
    roles = {*place.get_local_roles_for_userid(principal), ROLE}
    place.manage_setLocalRoles(principal, sorted(roles))
    desk.shares.note(place, api.user.get_current().getId() or "")
