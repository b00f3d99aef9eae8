"""The account a clerk may write to: by what its holder tells, exactly, and never from a list.

A number of the account itself, of a case or an appointment in it, or the address that somebody
signs in with by a link. An address for notices does not count: nobody has shown that it is theirs.
Each search is recorded, found or not.
"""

from dataclasses import dataclass
from kaarst.core import audit
from kaarst.core import ratelimit
from kaarst.core import reference
from kaarst.core.account import records
from kaarst.core.account import store as accounts
from kaarst.core.signin import citizens
from kaarst.core.signin.sessions import store as sessions
from kaarst.services.cases.content import current_user


#: Wrong ones of one clerk; numbers are told, not tried.
TRIES, SECONDS = 30, 3600
NUMBER, ADDRESS = "number", "mail"


@dataclass(frozen=True)
class Found:
    """`account`: its id; `name`: as the case says whose number it was; may be empty."""

    account: str
    name: str = ""


class NotFound(LookupError):
    """There is no such account."""


class NotClear(LookupError):
    """The number stands in several accounts."""


def find(desk, typed: str) -> Found:
    """Returns the account meant by a number or an address.

    Raises NotFound, NotClear, ratelimit.TooManyRequests.
    """
    key = f"account-search:{ratelimit.secret(current_user())}"
    ratelimit.hit(key, TRIES, SECONDS)
    by = ADDRESS if "@" in typed else NUMBER
    try:
        found = _by_address(typed) if by == ADDRESS else _by_number(desk, typed)
    except LookupError:
        audit.record_now(audit.kinds.ACCOUNT_SEARCH, detail={"by": by, "found": False})
        raise
    ratelimit.refund(key)
    record = records.by_id(found.account)
    subject = audit.alias_of(record) if record is not None else ""
    audit.record_now(audit.kinds.ACCOUNT_SEARCH, subject, {"by": by, "found": True})
    return found


def _by_address(typed: str) -> Found:
    record = records.opened(citizens.user_id(sessions.MAIL, typed.strip().lower()))
    if record is None:
        raise NotFound
    return Found(record.id)


def _by_number(desk, typed: str) -> Found:
    try:
        number = reference.normalise(typed)
    except reference.InvalidNumber:
        raise NotFound from None
    record = records.by_number(number)
    if record is not None:
        return Found(record.id)
    holders = sorted(accounts.holders(number))
    if not holders:
        raise NotFound
    if len(holders) > 1:
        raise NotClear
    case = desk.case(number)
    return Found(holders[0], case.name if case is not None else "")
