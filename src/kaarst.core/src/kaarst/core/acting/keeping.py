"""How long authorisations are kept: the worker, the privacy page, accounts, requests for data."""

from datetime import datetime
from datetime import timedelta
from datetime import UTC
from kaarst.core import _
from kaarst.core import audit
from kaarst.core.acting import chosen
from kaarst.core.acting import store
from kaarst.core.interfaces import IAccountData
from kaarst.core.interfaces import IJob
from kaarst.core.interfaces import IPersonalData
from kaarst.core.interfaces import IRetention
from kaarst.core.personal.person import Finding
from zope.interface import implementer


#: So that both can see for a while that it has ended, and when.
DAYS_AFTER_END = 90


@implementer(IJob)
class ForgetAuthorisations:
    """Deletes what ended long ago, codes that nobody used, and choices of logins that are over."""

    interval = 3600

    def run(self, site):
        oldest = datetime.now(UTC) - timedelta(days=DAYS_AFTER_END)
        kept, gone = store.make(site), 0
        for one in list(store.everything(site)):
            if one.over_since < oldest:
                kept.remove(one)
                gone += 1
        audit.deleted("authorisations", gone)
        chosen.purge()


@implementer(IRetention)
class Authorisations:
    """Who may act for whom."""

    order = 16
    data = _(
        "Who may act for you and see your cases, for whom you may act, and which proof was seen"
    )
    purpose = _("So that somebody else can send applications and book appointments for you")

    def period(self, site):
        return _("${count} days after the end", mapping={"count": DAYS_AFTER_END})


@implementer(IAccountData)
class AccountAuthorisations:
    """What an account has given or holds goes with it. Cases keep who has sent them for whom."""

    order = 30

    def export(self, site, account):
        for one in store.of_account(account):
            yield {
                "kind": _("Authorisation"),
                "title": one.name,
                "when": one.made_at,
                "data": described(one, account),
                "files": [],
            }

    def erase(self, site, account):
        kept = store.make(site)
        for one in store.of_account(account):
            # Who was invited by a founder who goes away acts for nobody.
            kept.remove(one)


@implementer(IPersonalData)
class PersonalAuthorisations:
    """Found by the number of a code that waits; all others stand in accounts."""

    title = _("Authorisation")
    order = 92

    def find(self, site, person):
        for one in store.everything(site):
            if person.has_number(one.number):
                yield Finding(one.id, _("Authorisation"), one.made_at, number=one.number)

    def export(self, site, id):
        return described(self._known(id)), []

    def erase(self, site, id):
        store.make(site).remove(self._known(id))

    def _known(self, id):
        one = store.by_id(id)
        if one is None:
            raise KeyError(id)
        return one


def described(one, account: str = "") -> dict:
    """An authorisation as JSON; without the accounts. With `account`, also whose it is."""
    now = datetime.now(UTC)
    state = one.state(now)
    if state == "in-force" and not store.in_force(one, now):
        state = "over"
    data = {
        "id": one.id,
        "kind": one.kind,
        "name": one.name,
        "holder_name": one.holder_name,
        "state": state,
        "given": one.made_at.isoformat(timespec="seconds"),
        "last_day": one.last_day.isoformat(),
        "checked": one.checked_at is not None,
        "proof": one.proof or None,
        "sees": one.sees,
        "founded_on": one.founded_on or None,
    }
    if account:
        data["mine"] = one.holder == account
    return data
