"""What is kept about people who vote: how long, and what they get to know of it."""

from datetime import datetime
from datetime import time
from datetime import UTC
from kaarst.core import audit
from kaarst.core.interfaces import IAccountData
from kaarst.core.interfaces import IJob
from kaarst.core.interfaces import IPersonalData
from kaarst.core.interfaces import IRetention
from kaarst.core.personal.person import Finding
from kaarst.services import _
from kaarst.services.wishes.store import found
from kaarst.services.wishes.store import REMEMBERED
from plone import api
from zope.interface import implementer


@implementer(IJob)
class ForgetVoters:
    """Once a day."""

    interval = 24 * 3600

    def run(self, site):
        kept = found(site)
        if kept is not None:
            audit.deleted("votes", kept.forget())


@implementer(IRetention)
class Votes:
    """Who has voted for which wish."""

    order = 55
    data = _("That you have voted for a service, without your name")
    purpose = _("So that each person has one vote")

    def period(self, site):
        return _("${days} days after you have voted", mapping={"days": REMEMBERED.days})


@implementer(IPersonalData)
class AccountVotes:
    """Votes of accounts. Those of visitors lead to nobody: the town does not know their tokens."""

    title = _("Votes for services that shall go online")
    order = 45

    def find(self, site, person):
        kept = found(site)
        if kept is None or not person.email:
            return
        users = api.portal.get_tool("acl_users").searchUsers(email=person.email)
        for user in users:
            member = api.user.get(userid=user["userid"])
            if member is None or not person.has_email([member.getProperty("email") or ""]):
                continue
            voter = kept.by_account(user["userid"])
            for wish, day in kept.voted(voter):
                moment = datetime.combine(day, time(12), UTC)
                yield Finding(f"{voter}|{wish}", title_of(site, wish), moment)

    def export(self, site, id):
        kept = found(site)
        day, _group = kept.votes[id]
        wish = id.partition("|")[2]
        return {"wish": title_of(site, wish), "day": day_text(day)}, []

    def erase(self, site, id):
        voter, _bar, wish = id.partition("|")
        if not found(site).withdraw(wish, voter):
            raise KeyError(id)


@implementer(IAccountData)
class OwnVotes:
    """Votes of an account: they go with it, and the counts stay."""

    order = 30

    def export(self, site, account):
        for wish, day in self._voted(site, account):
            yield {
                "kind": AccountVotes.title,
                "title": title_of(site, wish),
                "when": datetime.combine(day, time(12), UTC),
                "data": {"wish": title_of(site, wish), "day": day.isoformat()},
                "files": [],
            }

    def erase(self, site, account):
        kept = found(site)
        for wish, _day in self._voted(site, account):
            kept.forget_vote(wish, kept.by_account(account))

    def _voted(self, site, account):
        kept = found(site)
        return list(kept.voted(kept.by_account(account))) if kept is not None else []


def day_text(ordinal: int) -> str:
    return datetime.fromordinal(ordinal).date().isoformat()


def title_of(site, wish: str) -> str:
    """What was voted for, as far as it is still there."""
    said = found(site).said.get(wish)
    if said is not None and said.title:
        return said.title
    brains = api.portal.get_tool("portal_catalog").unrestrictedSearchResults(UID=wish)
    return brains[0].Title if brains else wish
