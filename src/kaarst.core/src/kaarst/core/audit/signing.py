"""Signing in and out with a local password, and what did not succeed.

Plone has events for what succeeded. A wrong password leaves no trace: whoever sent one stays a
visitor. So each request that brought a password is looked at when it is over, whichever door it
came through: the form, HTTP Basic, `@login`.
"""

from AccessControl import getSecurityManager
from Acquisition import aq_parent
from kaarst.core import ratelimit
from kaarst.core.audit import kinds
from kaarst.core.audit.recording import installed_here
from kaarst.core.audit.recording import named
from kaarst.core.audit.recording import record
from kaarst.core.audit.recording import record_now
from kaarst.core.rest.body import read_json
from kaarst.core.rest.errors import ApiError
from plone.restapi.services.auth.login import Login
from Products.PluggableAuthService.interfaces.events import IUserLoggedInEvent
from Products.PluggableAuthService.interfaces.events import IUserLoggedOutEvent
from zope.component import adapter
from zope.component.hooks import getSite
from ZPublisher.interfaces import IPubAfterTraversal
from ZPublisher.interfaces import IPubBeforeCommit
from ZPublisher.interfaces import IPubFailure


HOUR = 3600
# Of the wrong passwords of one sender in an hour so many are recorded singly, then each hundredth.
SINGLY = 20
FORM, BASIC, REST = "form", "basic", "rest"


@adapter(IUserLoggedInEvent)
def signed_in(event) -> None:
    """Somebody has signed in with a password, in a form or over REST."""
    if installed_here():
        actor, kind = named(event.principal)
        record(kinds.SIGN_IN, detail={"way": "password"}, actor=actor, actor_kind=kind)


@adapter(IUserLoggedOutEvent)
def signed_out(event) -> None:
    """Somebody has signed out."""
    if installed_here():
        actor, kind = named(event.principal)
        record(kinds.SIGN_OUT, actor=actor, actor_kind=kind)


@adapter(IPubAfterTraversal)
def tried_on_a_page(event) -> None:
    """A password came with a request that everybody may make: did it open anything?"""
    way, login, password = _given(event.request)
    if not way or not installed_here():
        return
    user = getSecurityManager().getUser()
    if user.getId() is None:
        # To what everybody may see an account of Zope's root comes as a visitor.
        if not _opens(event.request, login, password):
            _failed(event.request, way, login)
    elif way == BASIC and ratelimit.count(f"audit:basic:{named(user)[0]}", HOUR) == 1:
        # Sent with each request; that somebody works in this way is said once an hour.
        record(kinds.SIGN_IN, detail={"way": BASIC})


@adapter(IPubFailure)
def tried_in_vain(event) -> None:
    """A password came with a request that was refused: because of the password?"""
    way, login, password = _given(event.request)
    if way and not event.retry and installed_here() and not _opens(event.request, login, password):
        _failed(event.request, way, login)


@adapter(IPubBeforeCommit)
def tried_over_rest(event) -> None:
    """`@login` answers a wrong password with 401 and raises nothing."""
    request = event.request
    published = request.get("PUBLISHED")
    service = getattr(published, "__self__", published)
    if not isinstance(service, Login) or request.response.getStatus() != 401:
        return
    if installed_here():
        try:
            login = read_json(request, 100_000).get("login")
        except ApiError:
            login = ""
        _failed(request, REST, login if isinstance(login, str) else "")


def _given(request) -> tuple[str, str, str]:
    """Returns the way, the login name and the password of a request; ("", "", "") without one."""
    name, password = request.form.get("__ac_name"), request.form.get("__ac_password")
    if isinstance(name, str) and isinstance(password, str) and password:
        return FORM, name, password
    if request._auth and request._auth.lower().startswith("basic "):
        name, password = request._authUserPW() or ("", "")
        return BASIC, name or "", password or ""
    return "", "", ""


def _folders(request):
    """The user folders from where the request led up to Zope's root."""
    found, place = [], getSite() or (request.get("PARENTS") or [None])[-1]
    while place is not None:
        folder = getattr(place, "acl_users", None)
        if folder is not None and all(folder != one for one in found):
            found.append(folder)
        place = aq_parent(place)
    return found


def _opens(request, login: str, password: str) -> bool:
    return any(
        folder.authenticate(login, password, request) is not None
        for folder in _folders(request)
        if hasattr(folder, "authenticate")
    )


def _failed(request, way: str, login: str) -> None:
    """Says whom it was tried for, if there is such an account; never what was typed."""
    sender = ratelimit.client(request)
    attempts = ratelimit.count(f"audit:failed:{sender}", HOUR)
    if attempts > SINGLY and attempts % 100:
        return
    user = next((found for folder in _folders(request) if (found := folder.getUser(login))), None)
    # The sender's name is another one tomorrow, see ratelimit.client.
    detail = {"way": way, "known": user is not None, "sender": sender.rpartition(":")[2][:12]}
    if attempts > SINGLY:
        detail["attempts"] = attempts
    subject = named(user)[0] if user is not None else ""
    record_now(
        kinds.SIGN_IN_FAILED, subject=subject, detail=detail, actor="", actor_kind=kinds.VISITOR
    )
