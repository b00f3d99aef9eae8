"""What people do with authorisations: give one, declare one, accept one, end one."""

from dataclasses import dataclass
from datetime import date
from datetime import datetime
from datetime import UTC
from kaarst.core import _
from kaarst.core import audit
from kaarst.core.account import store as accounts
from kaarst.core.acting import authorisation
from kaarst.core.acting import store
from kaarst.core.acting.authorisation import Authorisation
from kaarst.core.acting.authorisation import NotPossible
from kaarst.core.opening_hours import BERLIN
from plone import api


#: What one account may have at a time; nobody needs more, and nobody fills the store.
MOST = 50
LONGEST_NAME = 120


@dataclass(frozen=True)
class Wish:
    """What somebody has entered. `kind`: of KINDS, or an empty text.

    `founded_on`: id of the own authorisation for a business to which one more person is invited.
    """

    kind: str = authorisation.PERSON
    name: str = ""
    last_day: date | None = None
    founded_on: str = ""
    own_name: str = ""
    #: Whether who acts also sees the cases and appointments of who gives it.
    sees: bool = False


def own_name() -> str:
    """What the login says who is asking is called; an empty text if it says nothing."""
    return str(api.user.get_current().getProperty("fullname", "") or "").strip()[:LONGEST_NAME]


def day(text: str) -> date | None:
    """Reads a day as browsers and programs send it, or as one writes it here: 31.12.2027."""
    for form in ("%Y-%m-%d", "%d.%m.%Y"):
        try:
            return datetime.strptime(text.strip(), form).date()
        except ValueError:
            continue
    return None


def today() -> date:
    return datetime.now(BERLIN).date()


def errors(wish: Wish) -> dict:
    """Messages by field: `kind`, `name`, `own_name`, `last_day`."""
    found = {}
    if wish.kind not in authorisation.KINDS:
        found["kind"] = _("Please choose whom it is about.")
    if wish.kind in authorisation.DECLARED and not wish.founded_on and not wish.name.strip():
        found["name"] = _("Please enter the name.")
    if not (wish.founded_on or own_name() or wish.own_name.strip()):
        found["own_name"] = _("Please enter your own name.")
    if wrong := authorisation.wrong_day(wish.last_day, today()):
        found["last_day"] = wrong
    return found


def give(account: str, wish: Wish) -> tuple[Authorisation, str, str]:
    """Lets somebody act for the account's holder, or for their business.

    Returns it with number and PIN of its code. `wish` has no errors. Raises NotPossible.
    """
    now = _begin(account)
    if wish.founded_on:
        founder = store.by_id(wish.founded_on)
        if founder is None:
            raise NotPossible(_("You cannot pass on this authorisation."))
        made = authorisation.invited(founder, account, wish.last_day, now)
    else:
        name = own_name() or wish.own_name.strip()
        made = Authorisation(authorisation.PERSON, account, name, wish.last_day, now)
        made.sees = wish.sees
    kept = store.make(api.portal.get())
    kept.add(made)
    number, pin = kept.give_code(made)
    _record(made, "given")
    return made, number, pin


def declare(account: str, wish: Wish) -> Authorisation:
    """Notes that the account's holder acts for a child, for somebody under care, for a business."""
    now = _begin(account)
    name = own_name() or wish.own_name.strip()
    made = authorisation.declared(wish.kind, account, wish.name.strip(), name, wish.last_day, now)
    store.make(api.portal.get()).add(made)
    _record(made, "declared")
    return made


def accept(account: str, one: Authorisation, name: str = "") -> None:
    """The account's holder takes it on. Raises NotPossible."""
    now = _begin(account)
    name = own_name() or name.strip()[:LONGEST_NAME]
    if not name:
        raise NotPossible(_("Please enter your own name."))
    kept, number = store.make(api.portal.get()), one.number
    one.accept(account, name, now)
    kept.codes.pop(number, None)
    kept.note(one)
    _record(one, "accepted")


def end(account: str, id: str) -> Authorisation:
    """Ends one that the account has given or holds, at once. Raises KeyError."""
    one = store.by_id(id)
    if one is None or account not in (one.giver, one.holder) or not account:
        raise KeyError(id)
    if one.revoked_at is None:
        store.make(api.portal.get()).take_code(one)
        one.revoke(datetime.now(UTC))
        _record(one, "ended")
    return one


def stop_showing(account: str, id: str) -> Authorisation:
    """Who acts sees only what they send themselves from now on. Raises KeyError."""
    one = store.by_id(id)
    if one is None or not account or one.giver != account or one.represented != account:
        raise KeyError(id)
    if one.sees:
        one.sees = False
        _record(one, "hidden")
    return one


def hand_over(account: str, id: str) -> Authorisation:
    """Who was invited to a business by this authorisation is its founder from now on.

    `account`: of the founder until now, who acts for it no longer. Returns the new founder's.
    Raises KeyError, NotPossible.
    """
    to = store.by_id(id)
    founder = store.by_id(to.founded_on) if to is not None and to.founded_on else None
    if founder is None or not account or founder.holder != account or not to.holder:
        raise KeyError(id)
    kept = store.make(api.portal.get())
    others = [one for one in store.of_account(account) if one.founded_on == founder.id]
    for one in others:
        if one.state(datetime.now(UTC)) == authorisation.WAITING:
            kept.take_code(one)
    founder.hand_over(to, others, datetime.now(UTC))
    for one in others:
        kept.forget(one, account)
        kept.note(one)
    _record(to, "handed-over")
    return to


def check(one: Authorisation, clerk: str, proof: str = "") -> None:
    """A clerk has seen a proof, of authorisation.PROOFS. Raises KeyError for another one."""
    if proof and proof not in authorisation.PROOFS:
        raise KeyError(proof)
    one.check(clerk, datetime.now(UTC), proof)
    _record(one, "checked", proof=proof)


def _begin(account: str) -> datetime:
    if not account or account != accounts.current():
        raise NotPossible(_("You have not opened an account yet."))
    now = datetime.now(UTC)
    living = [one for one in store.of_account(account) if one.over_since > now]
    if len(living) >= MOST:
        raise NotPossible(_("You have too many authorisations. Please end some first."))
    return now


def _record(one: Authorisation, what: str, **more) -> None:
    detail = {"what": what, "kind": one.kind, "until": one.last_day.isoformat()}
    if what in ("given", "accepted") and one.sees:
        more["sees"] = True
    more = {name: value for name, value in more.items() if value}
    audit.record(audit.kinds.ACTING, subject=one.id, detail={**detail, **more})
