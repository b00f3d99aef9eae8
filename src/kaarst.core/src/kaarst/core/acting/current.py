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
from kaarst.core.signin import current as signin


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
    one = _chosen(request)
    return _acting(one) if one is not None and _may(one) else None


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
    session = signin.session(request)
    if session is None:
        raise NotPossible(_("Please sign in with BundID or by e-mail to act for somebody else."))
    chosen.put(session.handle, one.id)
    _record(one, "begun")
    return _acting(one)


def stop(request=None) -> None:
    """This login acts for nobody else any more."""
    session = signin.session(request)
    if session is not None:
        chosen.drop(session.handle)


def sent(number: str) -> dict | None:
    """Puts what was just sent into the accounts: of who sent it, and of whom it is sent for.

    `number`: of a case or a booking, in its normal form. Returns the fields of an Acting, which go
    into the record; None where somebody acts for themself.
    """
    accounts.take(number)
    one = _chosen()
    if one is None or not _may(one):
        return None
    if records.by_id(one.represented) is not None or records.is_kept(one.represented):
        accounts.take(number, one.represented)
    _record(one, "used", number)
    return asdict(_acting(one))


def _chosen(request=None):
    session = signin.session(request)
    id = chosen.of(session.handle) if session is not None else ""
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
