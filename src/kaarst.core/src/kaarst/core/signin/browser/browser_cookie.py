"""The cookies of signing in: which browser has begun, and whose session it is."""

from kaarst.core.signin import current
from kaarst.core.signin.sessions import boxes
from plone import api


#: Lasts as long as one may take at the provider.
SECONDS = 900


def browser_name(request) -> str:
    """The cookie's name: over HTTPS only this host can set it (`__Host-`)."""
    prefix = "__Host-" if current.is_secure(request) else ""
    return f"{prefix}kaarst-begun-{api.portal.get().getId()}"


def browser_secret(request, make: bool = False) -> str:
    """What only this browser has; empty if it has not begun, unless it is to be made.

    SameSite is Lax, not Strict: the browser comes back from the provider by a link.
    """
    secret = request.cookies.get(browser_name(request), "")
    if make and len(secret) != len(boxes.token()):
        secret = boxes.token()
        _set(request, browser_name(request), secret, max_age=SECONDS)
    return secret if isinstance(secret, str) else ""


def let_in(request, token: str) -> None:
    """Gives the browser its session; what it had before is over."""
    _set(request, current.cookie_name(api.portal.get().getId(), current.is_secure(request)), token)
    request.response.expireCookie(browser_name(request), path="/")
    current.forget(request)


def _set(request, name: str, value: str, **options) -> None:
    request.response.setCookie(
        name,
        value,
        path="/",
        http_only=True,
        same_site="Lax",
        secure=current.is_secure(request),
        **options,
    )
