"""Wishes for online services in the demo city, with invented votes."""

from kaarst.services.wishes import listing
from kaarst.services.wishes.ranking import PROPOSED
from kaarst.services.wishes.store import CITIZENS
from kaarst.services.wishes.store import make_store
from kaarst.services.wishes.store import STAFF
from pathlib import Path
from plone import api

import secrets
import yaml


SOURCE = Path(__file__).parent / "wishes.yaml"


def make(site) -> None:
    """Puts the list of wishes.yaml into a new demo city. Raises KeyError for a wrong path."""
    listed = yaml.safe_load(SOURCE.read_text(encoding="utf-8"))
    kept = make_store(site)
    for one in listed["services"]:
        service = site.unrestrictedTraverse(one["path"])
        _fill(kept, api.content.get_uuid(service), one)
    for one in listed["ideas"]:
        _fill(kept, kept.propose(one["title"], one["description"]), one)
    api.portal.set_registry_record(listing.OPEN, listed["open"])


def _fill(kept, wish: str, one: dict) -> None:
    if "state" in one or "note" in one:
        kept.say(wish, one.get("state", PROPOSED), one.get("note", ""))
    for group in (CITIZENS, STAFF):
        for _number in range(one.get(group, 0)):
            kept.vote(wish, kept.by_token(secrets.token_urlsafe(24)), group)
