"""Changes of rights: people, groups, roles, passwords. Local roles: see `watching`.

For roles there is no event, neither in PAS nor in Plone; the two methods of PAS and the one of
PlonePAS that write them are wrapped when this package is loaded.
"""

from functools import wraps
from kaarst.core.audit import kinds
from kaarst.core.audit.recording import alias
from kaarst.core.audit.recording import CITIZEN_ROLE
from kaarst.core.audit.recording import installed_here
from kaarst.core.audit.recording import record
from Products.PlonePAS.plugins.role import GroupAwareRoleManager
from Products.PluggableAuthService.interfaces.events import ICredentialsUpdatedEvent
from Products.PluggableAuthService.interfaces.events import IGroupCreatedEvent
from Products.PluggableAuthService.interfaces.events import IGroupDeletedEvent
from Products.PluggableAuthService.interfaces.events import IPrincipalAddedToGroupEvent
from Products.PluggableAuthService.interfaces.events import IPrincipalCreatedEvent
from Products.PluggableAuthService.interfaces.events import IPrincipalDeletedEvent
from Products.PluggableAuthService.interfaces.events import IPrincipalRemovedFromGroupEvent
from Products.PluggableAuthService.plugins.ZODBRoleManager import ZODBRoleManager
from zope.component import adapter
from zope.component.hooks import getSite


def note(principal, what: str, **more) -> None:
    """Records a change for a person or a group, given as such or by id."""
    if installed_here():
        record(kinds.RIGHTS, subject=_subject(principal), detail={"what": what, **more})


@adapter(IPrincipalCreatedEvent)
def made(event) -> None:
    """A local account was made."""
    note(event.principal, "account-made")


@adapter(IPrincipalDeletedEvent)
def deleted(event) -> None:
    """A local account was deleted."""
    note(event.principal, "account-deleted")


@adapter(ICredentialsUpdatedEvent)
def password_set(event) -> None:
    """Somebody has a new password."""
    if event.principal is not None:
        note(event.principal, "password-set")


@adapter(IGroupCreatedEvent)
def group_made(event) -> None:
    """A group was made."""
    note(event.principal, "group-made")


@adapter(IGroupDeletedEvent)
def group_deleted(event) -> None:
    """A group was deleted."""
    note(event.principal, "group-deleted")


@adapter(IPrincipalAddedToGroupEvent)
def joined(event) -> None:
    """Somebody was put into a group."""
    note(event.principal, "group-joined", group=event.group_id)


@adapter(IPrincipalRemovedFromGroupEvent)
def left(event) -> None:
    """Somebody was taken out of a group."""
    note(event.principal, "group-left", group=event.group_id)


def wrap() -> None:
    """Makes role managers say what they do; a second call changes nothing."""
    for owner, name, place in (
        (ZODBRoleManager, "assignRoleToPrincipal", 1),
        (ZODBRoleManager, "removeRoleFromPrincipal", 1),
        (GroupAwareRoleManager, "assignRolesToPrincipal", 1),
    ):
        original = vars(owner)[name]
        if not hasattr(original, "kaarst_records"):
            setattr(owner, name, _wrapped(original, place))


def _wrapped(original, place: int):
    @wraps(original)
    def changed(self, *arguments, **more):
        principal = arguments[place] if len(arguments) > place else more.get("principal_id")
        before = sorted(self._principal_roles.get(principal, ()))
        result = original(self, *arguments, **more)
        after = sorted(self._principal_roles.get(principal, ()))
        if before != after:
            note(principal, "roles", before=before, after=after)
        return result

    changed.kaarst_records = True
    return changed


def _subject(principal) -> str:
    """The id of staff or of a group, the alias of a citizen."""
    return id_of(principal if isinstance(principal, str) else principal.getId())


def id_of(principal: str) -> str:
    """What names somebody in the log: the id of staff or of a group, the alias of a citizen."""
    folder = getattr(getSite(), "acl_users", None)
    user = folder.getUserById(principal) if folder is not None else None
    if user is not None and CITIZEN_ROLE in user.getRoles():
        return alias(principal)
    manager = getattr(folder, "portal_role_manager", None)
    # Of a person just deleted the roles may be all that is left.
    held = manager._principal_roles.get(principal, ()) if manager is not None else ()
    return alias(principal) if CITIZEN_ROLE in held else principal


wrap()
