"""The user folder's plugin: whoever brings the token of a session is signed in.

It makes no users: a session's person is known to a request while it lasts and to nobody else. So
there is nobody to be found or listed, and nothing of a person in the ZODB.
"""

from AccessControl.class_init import InitializeClass
from kaarst.core.signin import current
from kaarst.core.signin import user_folder
from kaarst.core.signin.sessions import store
from plone import api
from Products.PluggableAuthService.interfaces import plugins
from Products.PluggableAuthService.plugins.BasePlugin import BasePlugin
from zope.globalrequest import getRequest
from zope.interface import implementer


ID = "kaarst_sessions"
#: The order matters: before the plugins of local users.
INTERFACES = (
    plugins.IExtractionPlugin,
    plugins.IAuthenticationPlugin,
    plugins.ICredentialsResetPlugin,
    plugins.IUserEnumerationPlugin,
    plugins.IPropertiesPlugin,
    plugins.IRolesPlugin,
    plugins.IGroupsPlugin,
)
CITIZEN = "Citizen"


@implementer(*INTERFACES)
class SessionPlugin(BasePlugin):
    """Signs in who brings a session's token."""

    meta_type = "Kaarst sessions"

    def __init__(self, id=ID, title="Sessions of citizens and staff"):
        self._setId(id)
        self.title = title

    _site_id = user_folder.site_id

    def _session(self):
        """The session that this request brings along, whoever PAS takes it for."""
        request = getRequest()
        token = current.sent_token(request, self._site_id()) if request is not None else ""
        return current.looked_up(request, self._site_id(), token) if token else None

    def _of(self, principal):
        """The session, if it is the principal's."""
        found = self._session()
        return found if found is not None and found.user == principal.getId() else None

    # IExtractionPlugin

    def extractCredentials(self, request):
        token = current.sent_token(request, self._site_id())
        return {"kaarst_session": token} if token else {}

    # IAuthenticationPlugin

    def authenticateCredentials(self, credentials):
        if not credentials.get("kaarst_session"):
            return None
        found = self._session()
        return (found.user, found.user) if found is not None else None

    # ICredentialsResetPlugin

    def resetCredentials(self, request, response):
        token = current.sent_token(request, self._site_id())
        if token:
            store.end(token)
            current.forget(request)
        name = current.cookie_name(self._site_id(), current.is_secure(request))
        if name in request.cookies:
            response.expireCookie(name, path="/")

    # IUserEnumerationPlugin

    def enumerateUsers(
        self, id=None, login=None, exact_match=False, sort_by=None, max_results=None, **kw
    ):
        # Only the person themself, to themself; nobody can look for others.
        asked = id or login
        found = self._session() if asked and exact_match and isinstance(asked, str) else None
        if found is None or found.user != asked:
            return ()
        return ({"id": found.user, "login": found.user, "pluginid": self.getId()},)

    # IPropertiesPlugin

    def getPropertiesForUser(self, user, request=None):
        found = self._of(user)
        if found is None:
            return {}
        known = found.knowledge
        return {"fullname": known.name, "email": known.email}

    # IRolesPlugin

    def getRolesForPrincipal(self, principal, request=None):
        found = self._of(principal)
        if found is None:
            return ()
        return found.knowledge.roles if found.kind == store.STAFF else (CITIZEN,)

    # IGroupsPlugin

    def getGroupsForPrincipal(self, principal, request=None):
        found = self._of(principal)
        return found.knowledge.groups if found is not None and found.kind == store.STAFF else ()


InitializeClass(SessionPlugin)


def install(site) -> None:
    """Puts the plugin into a site's user folder, before the local ones; does so once."""
    user_folder.put_in(site, ID, SessionPlugin, INTERFACES, INTERFACES)


def uninstall(site) -> None:
    """Takes it out again; everybody who came that way is signed out."""
    user_folder.take_out(site, ID, INTERFACES)


def is_citizen() -> bool:
    """Whether who is asking is a citizen with a session."""
    found = current.session()
    return found is not None and found.kind in (store.BUNDID, store.MAIL)


def local_user_exists(user_id: str) -> bool:
    """Whether a local account of this id is there: a session must never take its place."""
    return api.portal.get().acl_users.source_users.getLoginForUserId(user_id) is not None
