"""Which ids staff can have: none that is, or could be taken for, somebody or something else's."""

from AccessControl.users import emergency_user
from kaarst.core.signin.oidc.refusals import Refused
from plone import api

import re


ALLOWED = re.compile(r"[a-z0-9](?:[a-z0-9._@+-]{0,98}[a-z0-9])?")
#: Ids of citizens begin so (kaarst.core.signin.citizens.user_id).
CITIZENS = ("bundid-", "mail-")


def user_id(value: object) -> str:
    """Returns the id for what the provider calls somebody. Raises Refused.

    Small letters, so that `Admin` is not another one than `admin`.
    """
    found = value.strip().lower() if isinstance(value, str) else ""
    if not ALLOWED.fullmatch(found) or found.startswith(CITIZENS):
        raise Refused("claims", "the user name cannot be an id here")
    return found


def check_free(id: str) -> None:
    """Raises Refused if an account, a group or a right of this site bears the id already."""
    here = api.portal.get().acl_users
    roles = here.portal_role_manager._principal_roles
    # What was given to an account that is gone would fall to whoever bears its id next.
    with_roles = any(one.lower() == id and held for one, held in roles.items())
    in_groups = any(
        one.lower() == id and held for one, held in here.source_groups._principal_groups.items()
    )
    if with_roles or in_groups:
        raise Refused("claims", "the user name has rights that were given to it in this site")
    accounts = here.source_users.listUserInfo()
    if any(id in (one["user_id"].lower(), one["login_name"].lower()) for one in accounts):
        raise Refused("claims", "the user name is one of a local account")
    groups = [*here.source_groups.listGroupIds(), "authenticatedusers"]
    if any(one.lower() == id for one in groups):
        raise Refused("claims", "the user name is one of a group")
    # Accounts of Zope's root are taken for themselves everywhere; the emergency user is in no list.
    above = api.portal.get().aq_parent.acl_users
    if id == emergency_user.getUserName() or above.getUser(id) or above.getUserById(id, None):
        raise Refused("claims", "the user name is one of an account of the root")
