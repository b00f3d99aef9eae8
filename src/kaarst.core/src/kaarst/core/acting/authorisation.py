"""What an authorisation is and when it is in force. Plain Python; times are aware and in UTC.

Whoever gives one says until which day it lasts, at most two years: § 14 VwVfG NRW lets anybody be
represented, and nobody remembers for ever whom they have asked to. An end takes effect at once.
"""

from datetime import date
from datetime import datetime
from datetime import time
from datetime import timedelta
from datetime import UTC
from kaarst.core import _
from kaarst.core.opening_hours import BERLIN
from persistent import Persistent

import secrets


#: Somebody with an account; a child, somebody under care and a business have none of their own.
PERSON, CHILD, WARD, BUSINESS = "person", "child", "ward", "business"
KINDS = {
    PERSON: _("A person"),
    CHILD: _("My child"),
    WARD: _("Somebody I care for by law"),
    BUSINESS: _("A business or an association"),
}
#: What one says of oneself, without anybody else.
DECLARED = (CHILD, WARD, BUSINESS)
#: What a clerk may have seen before ticking an authorisation off.
PROOFS = {
    "identity": _("Identity card of the person represented"),
    "signed": _("Signed authorisation"),
    "birth": _("Birth certificate or custody decision"),
    "carer": _("Carer's card of the court"),
    "register": _("Extract from a register"),
    "other": _("Something else"),
}
LONGEST_YEARS = 2
#: How long a code waits for who is to accept it.
CODE_DAYS = 14
WAITING, IN_FORCE, OVER, REVOKED = "waiting", "in-force", "over", "revoked"


class NotPossible(Exception):
    """It is against the rules; the argument says why, translatable."""


class Authorisation(Persistent):
    """One authorisation.

    `id`: random; `kind`: of KINDS; `giver`: account of who gives or declares it; `name`: whom it
    lets act for; `holder`, `holder_name`: account and name of who may act, empty until accepted;
    `made_at`, `begins`, `ends`, `accepted_at`, `revoked_at`: moments; `ends` is the first moment
    after it. `founded_on`: of somebody invited by a business, the id of its founder's own.
    `number`, `seal`: the code, until it is used. `checked_by`, `checked_at`: user id of the clerk
    who has seen a proof, and when; `proof`: which one, of PROOFS. `sees`: whether who acts may
    also see the cases and appointments of whom they act for.
    """

    holder = holder_name = founded_on = number = seal = checked_by = proof = ""
    sees = False
    accepted_at = revoked_at = checked_at = None

    def __init__(self, kind: str, giver: str, name: str, last_day: date, now: datetime):
        self.id = secrets.token_hex(12)
        self.kind, self.giver, self.name = kind, giver, name
        self.made_at = self.begins = now
        self.ends = end_of(last_day)

    @property
    def represented(self) -> str:
        """The account of who is represented; empty for those who have none."""
        return self.giver if self.kind == PERSON else ""

    @property
    def last_day(self) -> date:
        """The last day in Berlin on which it is in force."""
        return (self.ends - timedelta(microseconds=1)).astimezone(BERLIN).date()

    @property
    def invited_until(self) -> datetime:
        return min(self.made_at + timedelta(days=CODE_DAYS), self.ends)

    @property
    def over_since(self) -> datetime:
        """When it ended or will end, or its code ran out unused."""
        return self.revoked_at or (self.ends if self.accepted_at else self.invited_until)

    def state(self, now: datetime) -> str:
        """One of WAITING, IN_FORCE, OVER, REVOKED."""
        if self.revoked_at is not None:
            return REVOKED
        if self.accepted_at is None:
            return WAITING if now < self.invited_until else OVER
        return IN_FORCE if self.begins <= now < self.ends else OVER

    def in_force(self, now: datetime) -> bool:
        return self.state(now) == IN_FORCE

    def accept(self, holder: str, holder_name: str, now: datetime) -> None:
        """Somebody takes it on. Raises NotPossible."""
        if holder == self.giver and self.kind == PERSON:
            raise NotPossible(
                _("This is your own code. Give it to the person who is to act for you.")
            )
        if holder == self.giver and self.founded_on:
            raise NotPossible(_("You act for this business already."))
        if self.state(now) != WAITING:
            raise NotPossible(_("This code is not valid any more."))
        self.holder, self.holder_name, self.accepted_at = holder, holder_name, now
        self.number = self.seal = ""

    def revoke(self, now: datetime) -> None:
        """Ends it at once, and for good."""
        if self.revoked_at is None:
            self.revoked_at = now
            self.number = self.seal = ""

    def check(self, clerk: str, now: datetime, proof: str = "") -> None:
        """A clerk has seen a proof, such as a birth certificate or a card of a carer."""
        self.checked_by, self.checked_at, self.proof = clerk, now, proof

    def shows(self, now: datetime) -> bool:
        """Whether who acts may see what the represented one has sent and booked."""
        return self.sees and bool(self.represented) and self.in_force(now)

    def hand_over(self, to: "Authorisation", others: list["Authorisation"], now: datetime) -> None:
        """A business gets another founder: `to`, one of those whom this one has invited.

        `others`: all that rest on this one. It ends itself; what waits for somebody with a code
        ends as well, for only its founder knows to whom it was given. Raises NotPossible.
        """
        if self.kind != BUSINESS or self.founded_on or to.founded_on != self.id:
            raise NotPossible(_("You cannot pass on this authorisation."))
        if not (self.in_force(now) and to.in_force(now)):
            raise NotPossible(_("This authorisation has ended."))
        for one in others:
            if one is to:
                continue
            if one.state(now) == WAITING:
                one.revoke(now)
            one.founded_on, one.giver = to.id, to.holder
        to.founded_on, to.giver = "", to.holder
        self.revoke(now)


def end_of(day: date) -> datetime:
    """The first moment after a day in Berlin."""
    return datetime.combine(day + timedelta(days=1), time(), BERLIN).astimezone(UTC)


def latest(today: date) -> date:
    """The last day that may be chosen."""
    try:
        return today.replace(year=today.year + LONGEST_YEARS)
    except ValueError:
        return date(today.year + LONGEST_YEARS, 2, 28)


def declared(kind: str, giver: str, name: str, own_name: str, last_day: date, now: datetime):
    """Returns what somebody says of themself: that they act for a child, for example."""
    if kind not in DECLARED:
        raise ValueError(kind)
    made = Authorisation(kind, giver, name, last_day, now)
    made.accept(giver, own_name, now)
    return made


def invited(founder: Authorisation, giver: str, last_day: date, now: datetime):
    """Returns what lets one more person act for a business. Raises NotPossible.

    It ends with its founder's own, and nobody who was invited invites others.
    """
    if founder.kind != BUSINESS or founder.founded_on or founder.holder != giver:
        raise NotPossible(_("You cannot pass on this authorisation."))
    if not founder.in_force(now):
        raise NotPossible(_("This authorisation has ended."))
    made = Authorisation(BUSINESS, giver, founder.name, min(last_day, founder.last_day), now)
    made.founded_on = founder.id
    return made


def wrong_day(last_day: date | None, today: date):
    """Returns what is wrong with a last day, translatable, or None."""
    if last_day is None:
        return _("Please enter the last day.")
    if last_day < today:
        return _("This day is over. Please enter today or a later day.")
    if last_day > latest(today):
        mapping = {"day": f"{latest(today):%d.%m.%Y}"}
        return _("acting_latest_day", "At the latest ${day}. You can give it again then.", mapping)
    return None
