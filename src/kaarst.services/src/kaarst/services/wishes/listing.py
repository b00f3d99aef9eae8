"""The wishes of a site as its visitors may see them."""

from kaarst.services.catalogue.finder import Finder
from kaarst.services.wishes.ranking import IDEA
from kaarst.services.wishes.ranking import online
from kaarst.services.wishes.ranking import PROPOSED
from kaarst.services.wishes.ranking import ranked
from kaarst.services.wishes.ranking import SERVICE
from kaarst.services.wishes.ranking import Wish
from kaarst.services.wishes.store import CITIZENS
from kaarst.services.wishes.store import found
from kaarst.services.wishes.store import STAFF
from plone import api


#: The record that says whether citizens see the list and vote.
OPEN = "kaarst.services.wishes_open"


def is_open() -> bool:
    return bool(api.portal.get_registry_record(OPEN, default=False))


def wishes(site) -> list[Wish]:
    """Ideas of the staff, and the services the user may view that have no way online or were
    wished for when they had none; ranked."""
    kept = found(site)
    said = dict(kept.said) if kept is not None else {}
    sums = kept.sums() if kept is not None else {}
    finder = Finder(site)
    listed = []
    for uid, entry in finder.entries.items():
        one = said.pop(uid, None)
        if entry.is_online and one is None and uid not in sums:
            continue
        votes = sums.get(uid, {})
        listed.append(
            Wish(
                uid,
                SERVICE,
                entry.title,
                entry.description,
                online(entry.is_online, one.state if one else PROPOSED),
                one.note if one else "",
                votes.get(STAFF, 0),
                votes.get(CITIZENS, 0),
                finder.url(entry.path),
            )
        )
    for id, one in said.items():
        # What is left without a title was said of a service that is gone or hidden.
        if one.title:
            votes = sums.get(id, {})
            listed.append(
                Wish(
                    id,
                    IDEA,
                    one.title,
                    one.description,
                    one.state,
                    one.note,
                    votes.get(STAFF, 0),
                    votes.get(CITIZENS, 0),
                )
            )
    return ranked(listed)


def wish(site, id) -> Wish | None:
    """The wish of this id, if the user may see it."""
    return next((one for one in wishes(site) if one.id == id), None)
