"""Who is asking: the session behind a request, for whoever needs its level or its attributes."""

from kaarst.core.signin.doors import IDoor
from kaarst.core.signin.levels import Level
from kaarst.core.signin.sessions import store
from kaarst.core.signin.sessions.store import Session
from kaarst.core.visitors import is_visitor
from plone import api
from zope.annotation.interfaces import IAnnotations
from zope.component import queryUtility
from zope.globalrequest import getRequest


KEY = "kaarst.core.signin.session"
#: Sessions' tokens over REST begin so, which tells them from other bearer tokens.
BEARER = "kaarst_"


def cookie_name(site_id: str, secure: bool) -> str:
    """The cookie of a site. Several towns may share a host; over HTTPS only it can set it
    (`__Host-`, RFC 6265bis)."""
    return f"{'__Host-' if secure else ''}kaarst-session-{site_id}"


def is_secure(request) -> bool:
    """Whether the browser speaks HTTPS with us."""
    return str(request.get("SERVER_URL", "")).startswith("https:")


def sent_token(request, site_id: str) -> str:
    """The token that a request brings along, in its cookie or as a bearer; empty without one."""
    # Zope takes the header out of the environment.
    header = getattr(request, "_auth", None) or ""
    scheme, _blank, value = header.partition(" ")
    if scheme.lower() == "bearer" and value.strip().startswith(BEARER):
        return value.strip().removeprefix(BEARER)
    value = request.cookies.get(cookie_name(site_id, is_secure(request)), "")
    return value if isinstance(value, str) else ""


def looked_up(request, site_id: str, token: str) -> Session | None:
    """The session of a token, looked up once in a request."""
    annotations = IAnnotations(request, None)
    if annotations is None:
        return _found(token, site_id)
    known = annotations.get(KEY)
    if known is None or known[0] != token:
        known = annotations[KEY] = (token, _found(token, site_id))
    return known[1]


def _found(token: str, site_id: str) -> Session | None:
    """The session as its door sees it now: the provider may have ended it."""
    found = store.find(token, site_id)
    door = queryUtility(IDoor, found.kind) if found is not None else None
    return door.checked(found, token) if door is not None else found


def forget(request) -> None:
    """The next question looks anew."""
    annotations = IAnnotations(request, None)
    if annotations is not None:
        annotations.pop(KEY, None)


def session(request=None) -> Session | None:
    """The session of who is asking; None for visitors and for those with a local password."""
    request = request or getRequest()
    if request is None or is_visitor():
        return None
    site_id = api.portal.get().getId()
    token = sent_token(request, site_id)
    found = looked_up(request, site_id, token) if token else None
    if found is None or found.user != api.user.get_current().getId():
        return None
    return found


def level(request=None) -> Level:
    """How sure it is who is asking."""
    found = session(request)
    return found.level if found is not None else Level.NONE
