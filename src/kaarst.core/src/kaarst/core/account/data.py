"""What core itself keeps for an account: the record, the numbers, and users of the site."""

from datetime import datetime
from datetime import UTC
from kaarst.core import _
from kaarst.core.account import records
from kaarst.core.account import store
from kaarst.core.interfaces import IAccountData
from plone import api
from plone.portlets.constants import USER_CATEGORY
from plone.portlets.interfaces import IPortletManager
from zope.component import getUtilitiesFor
from zope.interface import implementer


@implementer(IAccountData)
class Numbers:
    """Which cases, appointments and begun forms belong to it; what they are is told by others."""

    order = 900

    def export(self, site, account):
        held = store.numbers(account)
        if held:
            yield {
                "kind": _("Account"),
                "title": _("What stands in your account"),
                "when": max(held.values()),
                "data": {
                    number: when.isoformat(timespec="seconds") for number, when in held.items()
                },
                "files": [],
            }

    def erase(self, site, account):
        store.drop(account)


@implementer(IAccountData)
class Record:
    """That it was opened, and where notices go."""

    order = 950

    def export(self, site, account):
        record = records.by_id(account)
        if record is not None:
            yield {
                "kind": _("Account"),
                "title": _("Your account"),
                "when": record.opened_at,
                "data": described(record),
                "files": [],
            }

    def erase(self, site, account):
        records.make(site).close(account)


@implementer(IAccountData)
class Member:
    """A user whom the site keeps; one who works here as well stays."""

    order = 990

    def export(self, site, account):
        user = api.user.get(userid=account) if records.is_kept(account) else None
        if user is not None:
            data = {name: user.getProperty(name, "") for name in ("fullname", "email")}
            yield {
                "kind": _("Account"),
                "title": _("Your user name"),
                "when": datetime.now(UTC),
                "data": {"user name": user.getUserName(), **data},
                "files": [],
            }

    def erase(self, site, account):
        if not records.is_kept(account):
            return
        user = api.user.get(userid=account)
        if user is None or not store.CITIZEN_ROLES.issuperset(user.getRoles()):
            return
        # Nobody needs a right to manage users for deleting what is their own.
        users = api.portal.get_tool("acl_users")
        users.userFolderDelUsers([account])
        api.portal.get_tool("portal_memberdata").deleteMemberData(account)
        # PAS forgets the user, and leaves what the user may do and belongs to.
        for plugin, names in (
            ("portal_role_manager", "_principal_roles"),
            ("source_groups", "_principal_groups"),
        ):
            getattr(users.get(plugin), names, {}).pop(account, None)
        for _name, manager in getUtilitiesFor(IPortletManager, context=site):
            dashboards = manager.get(USER_CATEGORY)
            if dashboards is not None and account in dashboards:
                del dashboards[account]


def described(record: records.Record) -> dict:
    """The record as JSON, without what is no business of the holder's programs."""
    return {
        "opened": record.opened_at.isoformat(timespec="seconds"),
        "wording": record.wording,
        "number": record.number,
        "email": record.email,
        "notify": record.notify,
        "last_used": record.last_used.isoformat(),
    }
