"""Who works on a case: one clerk, or nobody yet."""

from kaarst.services.cases import history
from plone import api


#: What a list asks for instead of a clerk: cases that nobody has.
NOBODY = ""


class NoClerk(ValueError):
    """A case is to be given to somebody who does not work on cases."""


def clerks() -> dict[str, str]:
    """User id → name of everybody who works on cases, by name."""
    roles = api.portal.get().acl_users.portal_role_manager
    found = {id for id, _title in roles.listAssignedPrincipals("Clerk")}
    users = [api.user.get(userid=id) for id in found]
    for group in api.group.get_groups():
        if "Clerk" in group.getRoles():
            users += api.user.get_users(groupname=group.getId())
    names = {user.getId(): name_of(user) for user in users if user is not None}
    return dict(sorted(names.items(), key=lambda item: item[1].casefold()))


def name_of(user) -> str:
    """The name of a user, or the login where none is given."""
    return user.getProperty("fullname") or user.getId()


def assign(case, clerk: str) -> bool:
    """Gives a case to a clerk (user id; empty: to nobody). Returns whether that is a change.

    Raises NoClerk.
    """
    known = clerks()
    if clerk and clerk not in known:
        raise NoClerk(clerk)
    if clerk == case.clerk:
        return False
    case.clerk = clerk
    case.note(history.ASSIGNED, known.get(clerk, ""))
    case.changed()
    return True
