"""The user folder's plugin for staff who are not asking themselves: names and groups of colleagues.

What somebody may do comes from their own session alone (kaarst.core.signin.plugin). This one
answers who bears an id, who can be found on the sharing page, and who belongs to a department.
"""

from AccessControl.class_init import InitializeClass
from Acquisition import aq_base
from kaarst.core.signin import current
from kaarst.core.signin import plugin as sessions
from kaarst.core.signin import user_folder
from kaarst.core.signin.sessions import store
from kaarst.core.signin.staff import directory
from kaarst.core.signin.staff import emergency
from kaarst.core.signin.staff import settings
from Products.PlonePAS.interfaces.group import IGroupIntrospection
from Products.PluggableAuthService.interfaces import plugins
from Products.PluggableAuthService.plugins.BasePlugin import BasePlugin
from zope.globalrequest import getRequest
from zope.interface import implementer


ID = "kaarst_staff"
INTERFACES = (
    plugins.IAuthenticationPlugin,
    plugins.IUserEnumerationPlugin,
    plugins.IPropertiesPlugin,
    plugins.IGroupsPlugin,
    IGroupIntrospection,
)
#: These have to be asked before the ones of local users; the others stand behind.
FIRST = (plugins.IAuthenticationPlugin, plugins.IPropertiesPlugin)
#: What belongs to a login name and a password, as PAS' own extractors give them.
OF_A_PASSWORD = frozenset({"login", "password", "extractor", "remote_host", "remote_address"})


@implementer(*INTERFACES)
class StaffPlugin(BasePlugin):
    """Knows the colleagues."""

    meta_type = "Kaarst staff"

    def __init__(self, id=ID, title="Directory of staff"):
        self._setId(id)
        self.title = title

    _site_id = user_folder.site_id

    def _asks_itself(self, principal) -> bool:
        """Whether the principal is who sends this request."""
        request = getRequest()
        token = current.sent_token(request, self._site_id()) if request is not None else ""
        found = current.looked_up(request, self._site_id(), token) if token else None
        return found is not None and found.user == principal.getId()

    def _is_no_colleague(self, principal) -> bool:
        """Whether the directory need not be asked: for accounts of the site, which is each request
        of somebody with a password, for groups, and for who is asking."""
        user = principal.getId()
        return (
            not user
            or user in self._getPAS().source_users._userid_to_login
            or _is_group(principal)
            or self._asks_itself(principal)
        )

    # IAuthenticationPlugin

    def authenticateCredentials(self, credentials):
        # Keeps other ways from signing in whom they must not. A session could be
        # exchanged for a token of plone.restapi, which would outlive it; and local accounts may be
        # for emergencies only. What the plugins behind are given is emptied: PAS has no other way
        # to say no. The extractor's name is PAS' own; everything else can stand in somebody's JSON.
        if credentials.get("extractor") == sessions.ID or not settings.enabled():
            return None
        if "password" not in credentials:
            return self._by_ticket(credentials)
        for name in set(credentials) - OF_A_PASSWORD:
            del credentials[name]
        if self._password_refused(credentials.get("login")):
            credentials.clear()
        return None

    def _password_refused(self, login) -> bool:
        """Whether nobody may come in by a password for this login name, right or wrong."""
        try:
            user = self._getPAS().source_users.getUserIdForLogin(login)
        except (KeyError, TypeError):
            user = None
        if emergency.only() and user != emergency.account():
            return True
        return user is not None and directory.is_bound(self._site_id(), user)

    def _by_ticket(self, credentials):
        """Whom a cookie or a token is of, unless they must not come in by one.

        The plugin it came from says so, and is not asked once more by PAS.
        """
        plugin = getattr(self._getPAS(), credentials.get("extractor") or "", None)
        ask = getattr(plugin, "authenticateCredentials", None)
        found = ask(dict(credentials)) if ask is not None else None
        if not found:
            return None
        credentials.clear()
        user = found[0]
        if emergency.only() and user != emergency.account() and emergency.is_local(user):
            return None
        return None if directory.is_bound(self._site_id(), user) else found

    # IUserEnumerationPlugin

    def enumerateUsers(
        self,
        id=None,
        login=None,
        exact_match=False,
        sort_by=None,
        max_results=None,
        fullname=None,
        email=None,
        **kw,
    ):
        site, wanted = self._site_id(), _texts(id) or _texts(login)
        if exact_match:
            found = [directory.person(site, one) for one in wanted]
            return tuple(self._described(one) for one in found if one is not None)
        if kw and not (wanted or fullname or email):
            # Asked for something that is not known here, as a role.
            return ()
        found = [
            one
            for one in directory.everybody(site)
            if (not wanted or any(text in one.user for text in wanted))
            and (not fullname or str(fullname).lower() in one.name.lower())
            and (not email or str(email).lower() in one.email.lower())
        ]
        return tuple(self._described(one) for one in found[: max_results or None])

    def _described(self, person):
        return {
            "id": person.user,
            "login": person.user,
            "pluginid": self.getId(),
            "title": person.name or person.user,
            "description": person.name or person.user,
            "email": person.email,
        }

    # IPropertiesPlugin

    def getPropertiesForUser(self, user, request=None):
        if self._is_no_colleague(user):
            return {}
        known = directory.person(self._site_id(), user.getId() or "")
        return {"fullname": known.name, "email": known.email} if known is not None else {}

    # IGroupsPlugin

    def getGroupsForPrincipal(self, principal, request=None):
        # With a request PAS asks for what somebody may do who signs in: their session says so.
        if request is not None or self._is_no_colleague(principal):
            return ()
        known = directory.person(self._site_id(), principal.getId() or "")
        return known.groups if known is not None else ()

    # IGroupIntrospection

    def getGroupById(self, group_id):
        return None

    def getGroups(self):
        return ()

    def getGroupIds(self):
        return ()

    def getGroupMembers(self, group_id):
        return [one.user for one in directory.everybody(self._site_id()) if group_id in one.groups]


InitializeClass(StaffPlugin)


def install(site) -> None:
    """Puts the plugin into a site's user folder; does so once."""
    user_folder.put_in(site, ID, StaffPlugin, INTERFACES, FIRST)


def uninstall(site) -> None:
    """Takes it out again."""
    user_folder.take_out(site, ID, INTERFACES)
    store.end_site(site.getId(), store.STAFF)


def _is_group(principal) -> bool:
    return bool(getattr(aq_base(principal), "isGroup", bool)())


def _texts(value) -> list[str]:
    """What is asked for, in small letters as the ids are."""
    several = [value] if isinstance(value, str) else value or ()
    return [one.lower() for one in several if isinstance(one, str) and one]
