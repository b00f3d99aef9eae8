"""Says when a real site still opens to a password that stands in the documentation."""

from AccessControl.AuthEncoding import pw_validate
from functools import lru_cache
from kaarst.core.interfaces import Health
from kaarst.core.interfaces import IHealthCheck
from kaarst.policy.demo.accounts import ACCOUNTS
from kaarst.policy.demo.accounts import PASSWORD
from kaarst.policy.demo.city import DEMO_CITY
from plone import api
from Products.PluggableAuthService.plugins.ZODBUserManager import ZODBUserManager
from zope.interface import implementer


@implementer(IHealthCheck)
class DemoPasswords:
    """Error: not the demo city, and a demo account has its published password.

    Looks at the accounts of the site and of Zope's root that are kept in the database. Other
    directories (LDAP, single sign-on) are not asked: a wrong try there may lock somebody out.
    """

    def check(self, site):
        if api.portal.get_registry_record(DEMO_CITY, default=False):
            return Health("ok", "This is the demo city; its passwords are meant to work.")
        root = site.getPhysicalRoot()
        open_doors = sorted({*accepted(site.acl_users), *accepted(root.acl_users)})
        if not open_doors:
            return Health("ok", "No demo password works.")
        return Health("error", f"These accounts have the demo password: {', '.join(open_doors)}.")


def accepted(folder) -> set[str]:
    """Returns the logins of the demo that this user folder lets in with the demo password."""
    return {
        account.login
        for account in ACCOUNTS
        for sealed in sealed_passwords(folder, account.login)
        if is_demo_password(sealed)
    }


def sealed_passwords(folder, login: str) -> list[str]:
    """Returns what is stored of the password of `login`, in every place that stores one.

    Authenticating instead would store a newer hash on the way, and this is called by a GET.
    """
    managers = [item for item in folder.objectValues() if isinstance(item, ZODBUserManager)]
    if not managers and folder.meta_type == "User Folder":
        user = folder.getUser(login)
        return [user._getPassword()] if user is not None else []
    names = ((manager, manager._login_to_userid.get(login)) for manager in managers)
    return [manager._user_passwords.get(name) for manager, name in names if name is not None]


@lru_cache(maxsize=64)
def is_demo_password(sealed: str | bytes | None) -> bool:
    """Slow on purpose, as hashes of passwords are; asked again only when the hash has changed."""
    return bool(sealed) and bool(pw_validate(sealed, PASSWORD))
