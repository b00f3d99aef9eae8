"""Who works on the cases of which department, by Plone's own sharing.

Somebody is a clerk of a department by the local role `Case Worker`, given on the sharing page of the
department to a person or a group; departments inside it acquire the role as everything else in Plone
does, unless they are cut off there. The role is no role of the site: nobody can have it everywhere,
Managers included. A case grants it to those who have it at its department (`CaseRoles`), and the
workflow of cases lets no other role see or do anything.

Cases without a department, or of one that has no clerk or is gone, belong to those who have the role
at the desk itself: the town's mail room, which hands them over.
"""

from Acquisition import aq_inner
from Acquisition import aq_parent
from borg.localrole.interfaces import ILocalRoleProvider
from collections.abc import Iterable
from kaarst.core.places.interfaces import IDepartment
from kaarst.services import _
from kaarst.services.cases.departments.scope import Scope
from kaarst.services.cases.interfaces import ICase
from kaarst.services.cases.interfaces import ICaseDesk
from plone import api
from plone.app.uuid.utils import uuidToObject
from plone.app.workflow.interfaces import ISharingPageRole
from plone.base.interfaces import IPloneSiteRoot
from zope.component import adapter
from zope.interface import implementer
from zope.interface import Interface


ROLE = "Case Worker"
#: Cases that have no department.
MAIL_ROOM = ""
#: Everybody with an account, citizens included: never clerks, even where somebody ticks it.
LOGGED_IN = "AuthenticatedUsers"


class IHasCases(Interface):
    """Marks where somebody may be made a clerk: a department (as a behavior), or the desk."""


@implementer(ISharingPageRole)
class CaseWorkerRole:
    """The column of the sharing page."""

    title = _("Works on cases")
    required_permission = "Sharing page: Delegate Case Worker role"
    required_interface = IHasCases


@implementer(ILocalRoleProvider)
@adapter(ICase)
class CaseRoles:
    """Gives the role at a case to the clerks of its department and to who stands in for its clerk."""

    def __init__(self, context):
        self.case = context

    def getRoles(self, principal_id):
        return [ROLE] if principal_id in self._principals() else []

    def getAllRoles(self):
        for principal in self._principals():
            yield principal, [ROLE]

    def _principals(self):
        desk = aq_parent(aq_inner(self.case))
        number = getattr(self.case, "number", "")
        if not ICaseDesk.providedBy(desk) or not number:
            return frozenset()
        found = principals(self.case.department, desk)
        clerk = self.case.clerk
        if clerk and found & ids_of(clerk):
            found |= desk.deputies.of(clerk)
        return found


def local(place) -> frozenset[str]:
    """Ids of persons and groups that have the role at a place, acquired ones included."""
    found: set[str] = set()
    while place is not None and not IPloneSiteRoot.providedBy(place):
        for principal, roles in place.get_local_roles():
            if ROLE in roles:
                found.add(principal)
        if getattr(place, "__ac_local_roles_block__", None):
            break
        place = aq_parent(aq_inner(place))
    return frozenset(found - {LOGGED_IN})


def principals(department: str, desk) -> frozenset[str]:
    """Ids of persons and groups that work on the cases of a department (UID, or empty)."""
    place = uuidToObject(department, unrestricted=True) if department else None
    found = local(place) if IDepartment.providedBy(place) else frozenset()
    return found or local(desk)


def ids_of(user) -> frozenset[str]:
    """The ids under which a user (or its id) may have been given something: its own and its groups'."""
    if isinstance(user, str):
        user = api.user.get(userid=user)
    if user is None:
        return frozenset()
    return frozenset((user.getId(), *user.getGroups())) - {LOGGED_IN, None}


def departments() -> list:
    """All departments, by title; unrestricted: their names are no secret to who works here."""
    catalog = api.portal.get_tool("portal_catalog")
    brains = catalog.unrestrictedSearchResults(portal_type="Department")
    found = [brain._unrestrictedGetObject() for brain in brains]
    return sorted(found, key=lambda department: department.Title().casefold())


def staffed() -> dict[str, str]:
    """UID → title of the departments that have clerks, by title."""
    return {place.UID(): place.Title() for place in departments() if local(place)}


def title_of(department: str) -> str:
    """Title of a department (UID), or an empty text."""
    place = uuidToObject(department, unrestricted=True) if department else None
    return place.Title() if IDepartment.providedBy(place) else ""


def scope_of(user, desk) -> Scope:
    """The cases a user may see at the desk."""
    if user is None:
        return Scope()
    found = {place.UID(): local(place) for place in departments()}
    mail_room = local(desk)
    # What has no clerks is the mail room's.
    found = {uid: workers for uid, workers in found.items() if workers}
    orphaned = {MAIL_ROOM, *(set(desk.index.departments()) - found.keys())}

    def of(ids):
        own = {uid for uid, workers in found.items() if workers & ids}
        return frozenset(own | orphaned if mail_room & ids else own)

    stands_in = {clerk: of(ids_of(clerk)) for clerk in desk.deputies.for_whom(user.getId())}
    return Scope(of(ids_of(user)), {clerk: places for clerk, places in stands_in.items() if places})


def my_scope(desk) -> Scope:
    """The cases that the user of the request may see."""
    return Scope() if api.user.is_anonymous() else scope_of(api.user.get_current(), desk)


def members(ids: Iterable[str]) -> dict[str, str]:
    """User id → name of the persons behind ids of persons and groups, by name."""
    users = {}
    for id in ids:
        group = api.group.get(groupname=id)
        found = api.user.get_users(group=group) if group is not None else [api.user.get(userid=id)]
        users |= {user.getId(): name_of(user) for user in found if user is not None}
    return dict(sorted(users.items(), key=lambda item: item[1].casefold()))


def name_of(user) -> str:
    """The name of a user, or the login where none is given."""
    return user.getProperty("fullname") or user.getId()
