"""One vote a person and wish, kept as honestly as it can be without accounts; see the docs.

A random token lies in the voter's browser from the first vote on, and only then; who has an account
needs none. Many votes from one connection are refused for the day, because anybody can throw a
token away; the connection is known for a day, as a hash (kaarst.core.ratelimit).
"""

from dataclasses import dataclass
from kaarst.core import ratelimit
from kaarst.core.account import store as accounts
from kaarst.core.proof import Guard
from kaarst.services.wishes import listing
from kaarst.services.wishes.store import AlreadyVoted
from kaarst.services.wishes.store import CITIZENS
from kaarst.services.wishes.store import make_store
from kaarst.services.wishes.store import STAFF
from kaarst.services.wishes.store import TOKEN
from plone import api
from zExceptions import NotFound

import secrets


#: For one wish a day, and altogether an hour, from one connection: a family or an office shares one.
FOR_ONE, DAY = 5, 24 * 3600
TOGETHER, HOUR = 60, 3600
PROPOSE = "kaarst.services: Propose online services"


class Closed(Exception):
    """This wish is online already."""


@dataclass(frozen=True)
class Voter:
    """Who votes. `token`: what the browser has to keep, or "" for an account."""

    key: str
    group: str
    token: str = ""


def may_see() -> bool:
    """Whether the list is open, or for this user anyway."""
    return listing.is_open() or is_staff()


def is_staff() -> bool:
    return api.user.has_permission(PROPOSE, obj=api.portal.get())


def require_seen(context) -> None:
    """Raises NotFound as long as the list is the staff's only."""
    if not may_see():
        raise NotFound("wishes")


def voter(site, token) -> Voter:
    """The voter with this token; one with a new token where it is none."""
    kept = make_store(site)
    account = accounts.current()
    if account:
        return Voter(kept.by_account(account), STAFF if is_staff() else CITIZENS)
    if not (api.user.is_anonymous() or accounts.is_only_citizen()):
        user_id = api.user.get_current().getId() or ""
        return Voter(kept.by_account(user_id), STAFF if is_staff() else CITIZENS)
    if not isinstance(token, str) or not TOKEN.fullmatch(token):
        token = secrets.token_urlsafe(24)
    return Voter(kept.by_token(token), CITIZENS, token)


def vote(site, request, id, voter: Voter) -> None:
    """Counts a vote. Raises NotFound, Closed, store.AlreadyVoted, and TooManyRequests."""
    wish = listing.wish(site, id) if isinstance(id, str) else None
    if wish is None:
        raise NotFound("wish")
    if not wish.is_open:
        raise Closed(id)
    kept = make_store(site)
    client = ratelimit.client(request)
    ratelimit.hit(f"wishes:{client}", TOGETHER, HOUR)
    if kept.has_voted(wish.id, voter.key):
        # Who votes twice by mistake uses up nobody's share.
        raise AlreadyVoted(id)
    if voter.token:
        ratelimit.hit(f"wish:{wish.id}:{client}", FOR_ONE, DAY)
    kept.vote(wish.id, voter.key, voter.group)


def withdraw(site, id, voter: Voter) -> bool:
    """Takes a vote back. Whether there was one."""
    return isinstance(id, str) and make_store(site).withdraw(id, voter.key)


def guard(request) -> Guard:
    """Asks for a proof of work when a great many votes come."""
    return Guard(request, "wishes")
