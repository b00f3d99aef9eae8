"""What the holder does with an account: open it, say where notices go, take it along, delete it."""

from kaarst.core import _
from kaarst.core import audit
from kaarst.core.account import records
from kaarst.core.account import store
from kaarst.core.interfaces import IAccountData
from kaarst.core.outbox.writing import address
from kaarst.core.outbox.writing import InvalidMail
from kaarst.core.personal import request as requests
from kaarst.core.personal.person import Person
from kaarst.core.signin.sessions import store as sessions
from plone import api
from zope.component import getUtilitiesFor

import transaction


class NotCitizen(Exception):
    """Who is asking is not somebody who may have an account."""


def sources() -> list[tuple[str, IAccountData]]:
    """The utilities that keep something for accounts, in the order in which they forget it."""
    return sorted(getUtilitiesFor(IAccountData), key=lambda pair: (pair[1].order, pair[0]))


def proposed_email() -> str:
    """The address that the login names, or an empty text."""
    try:
        return address(api.user.get_current().getProperty("email", "") or "")
    except InvalidMail:
        return ""


def checked(email: str, notify: bool) -> tuple[str, dict]:
    """The address as it is kept, and messages by field; an address is needed for notices only."""
    if not email:
        missing = {"email": _("Please enter the address to which we may write.")} if notify else {}
        return "", missing
    try:
        return address(email), {}
    except InvalidMail:
        return "", {"email": _("This is not an e-mail address. It looks like name@example.org.")}


def open_account(email: str = "", notify: bool = False) -> records.Record:
    """Opens the account of who is asking, or changes what is kept; `email` is checked.

    Raises NotCitizen.
    """
    made = record()
    made.email, made.notify = email, notify and bool(email)
    return made


def record() -> records.Record:
    """The record of who is asking, made if it is not there yet. Raises NotCitizen."""
    if not store.is_citizen():
        raise NotCitizen
    user_id = api.user.get_current().getId()
    kept = records.make(api.portal.get())
    found = kept.of_user(user_id)
    if found is None:
        is_kept = records.is_kept(user_id)
        found = kept.open(user_id, user_id if is_kept else "")
        if is_kept:
            # Had an account without opening one, and was asked nothing.
            found.wording = ""
        audit.record(audit.kinds.ACCOUNT, detail={"what": "opened"})
    found.touch()
    return found


def exported(site, account: str) -> list[dict]:
    """Everything about an account: `{kind, title, when, data, files}`, as of `requests.give`.

    What the packages keep for the account itself, then what its numbers lead to.
    """
    audit.record(audit.kinds.EXPORT, detail={"what": "account"})
    given = [one for _name, source in sources() for one in source.export(site, account)]
    seen = set()
    for number in store.numbers(account):
        for name, source in requests.sources():
            for finding in source.find(site, Person(number=number)):
                if (name, finding.id) in seen or name == store.NAME:
                    continue
                seen.add((name, finding.id))
                data, files = source.export(site, finding.id)
                given.append(
                    {
                        "kind": source.title,
                        "title": finding.title,
                        "when": finding.when,
                        "data": data,
                        "files": list(files),
                    }
                )
    return given


def delete(site, account: str) -> None:
    """Deletes an account and everything that hangs on it.

    Cases and appointments stay where the town works on them: reached by number and PIN, and
    linked to nobody's account.
    """
    found = records.by_id(account)
    subject = audit.alias_of(found) if found is not None else ""
    audit.record(audit.kinds.ACCOUNT, subject=subject, detail={"what": "deleted"})
    for _name, source in sources():
        source.erase(site, account)


def delete_own(site) -> None:
    """Deletes the account of who is asking, and ends all their sessions once that is committed."""
    user_id, account = api.user.get_current().getId(), store.current()
    delete(site, account)
    site_id = site.getId()

    def sign_out(done):
        if done:
            sessions.end_all(site_id, user_id)

    # Not before: a request that has to be repeated needs its session again.
    transaction.get().addAfterCommitHook(sign_out)
