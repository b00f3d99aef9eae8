"""For whom who is asking acts at present; looked up anew each time, so that an end counts at once."""

from dataclasses import asdict
from dataclasses import dataclass
from kaarst.core import _
from kaarst.core import audit
from kaarst.core.account import records
from kaarst.core.account import store as accounts
from kaarst.core.acting import chosen
from kaarst.core.acting import store
from kaarst.core.acting.authorisation import NotPossible
from kaarst.core.audit.recording import installed_here
from kaarst.core.signin import current as signin
from kaarst.core.visitors import is_visitor
from plone import api
from zope.annotation.interfaces import IAnnotations
from zope.component.hooks import getSite
from zope.globalrequest import getRequest


#: In a request: it sends something in the own name.
OWN = "kaarst.core.acting.own_name"


@dataclass(frozen=True)
class Acting:
    """Somebody acts for somebody else.

    `authorisation`: its id; `kind`: of authorisation.KINDS; `name`: on whose behalf; `by`: name of
    who acts; `until`: last day in Berlin, YYYY-MM-DD; `checked`: whether a clerk has seen a proof.
    """

    authorisation: str
    kind: str
    name: str
    by: str
    until: str
    checked: bool


def current(request=None) -> Acting | None:
    """For whom who is asking acts now; None for themself. Never writes."""
    one = in_use(request)
    return _acting(one) if one is not None else None


def in_use(request=None):
    """The Authorisation by which who is asking acts now, or None. Never writes."""
    one = _chosen(request)
    return one if one is not None and _may(one) else None


def ended(request=None) -> str:
    """Whom who is asking had chosen to act for and may not any more; else an empty text."""
    one = _chosen(request)
    return one.name if one is not None and one.holder and not _may(one) else ""


def begin(id: str, request=None) -> Acting:
    """From now on this login acts by an authorisation. Raises KeyError, NotPossible."""
    one = store.by_id(id)
    if one is None or not one.holder or one.holder != accounts.current():
        raise KeyError(id)
    if not store.in_force(one):
        raise NotPossible(_("This authorisation has ended."))
    chosen.put(_login(request), one.id)
    _record(one, "begun")
    return _acting(one)


def stop(request=None) -> None:
    """This login acts for nobody else any more."""
    one, login = _chosen(request), _login(request)
    if login:
        chosen.drop(login)
    if one is not None and one.holder == accounts.current():
        _record(one, "stopped")


def forget(event) -> None:
    """Who signs in or out with a password of the site begins and ends as themself."""
    site, user = getSite(), event.principal.getId()
    if site is not None and user and installed_here():
        chosen.drop(chosen.local(api.portal.get().getId(), user))


def sent(number: str) -> dict | None:
    """Puts what was just sent into the accounts: of who sent it, and of whom it is sent for.

    `number`: of a case or a booking, in its normal form. Returns the fields of an Acting, which go
    into the record; None where somebody acts for themself.
    """
    accounts.take(number)
    one = in_use()
    if one is None:
        return None
    if records.by_id(one.represented) is not None or records.is_kept(one.represented):
        accounts.take(number, one.represented)
    _record(one, "used", number)
    return asdict(_acting(one))


def in_own_name(request) -> None:
    """What this request sends is sent in the own name, whatever the login has chosen."""
    IAnnotations(request)[OWN] = True


def _login(request=None) -> str:
    """What the choice of who is asking is kept under; empty for visitors and for staff."""
    session = signin.session(request)
    if session is not None:
        return session.handle
    account = accounts.current()
    # Who has opened an account and has no session has come by a user folder above the site.
    return chosen.local(api.portal.get().getId(), api.user.get_current().getId()) if account else ""


def _chosen(request=None):
    request = request or getRequest()
    if request is None or is_visitor() or IAnnotations(request, {}).get(OWN):
        return None
    login = _login(request)
    id = chosen.of(login) if login else ""
    return store.by_id(id) if id else None


def _may(one) -> bool:
    account = accounts.current()
    return bool(account) and one.holder == account and store.in_force(one)


def _acting(one) -> Acting:
    return Acting(
        one.id,
        one.kind,
        one.name,
        one.holder_name,
        one.last_day.isoformat(),
        one.checked_at is not None,
    )


def _record(one, what: str, number: str = "") -> None:
    detail = {"what": what, "kind": one.kind, "until": one.last_day.isoformat()}
    if number:
        detail["authorisation"] = one.id
    audit.record(audit.kinds.ACTING, subject=number or one.id, detail=detail)
