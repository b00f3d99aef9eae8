"""The letters of waiting numbers: no two desks of a page have the same.

Several desks stand on one display, and people go from one to the other: A017 must be one person.
"""

from Acquisition import aq_base
from Acquisition import aq_inner
from Acquisition import aq_parent
from kaarst.appointments.bookings import store
from kaarst.appointments.engine import raster
from kaarst.appointments.engine.queue import letters_of
from plone.uuid.interfaces import IUUID
from zope.interface import provider
from zope.schema.interfaces import IContextAwareDefaultFactory
from zope.schema.interfaces import IContextSourceBinder
from zope.schema.vocabulary import SimpleTerm
from zope.schema.vocabulary import SimpleVocabulary

import time


# Without I, O and Q, which look like digits. Two for each of eleven desks on one page.
LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
# A, B, C … without an appointment, T, U, V … with one.
WITHOUT, WITH = LETTERS, LETTERS[16:] + LETTERS[15::-1]
NAMES = ("letter", "letter_of_appointments")


def taken(context) -> set[str]:
    """The letters of the other desks on the page, and those they have drawn under today.

    `context`: a desk, or the page on which one is added.
    """
    found: set[str] = set()
    for desk in _others(context):
        found.update(filter(None, (vars(aq_base(desk)).get(name) for name in NAMES)))
        found.update(_drawn(desk))
    return found


@provider(IContextSourceBinder)
def free(context) -> SimpleVocabulary:
    """The letters a desk can have; all of them on a page with so many desks that none is left."""
    gone = taken(context)
    left = [letter for letter in LETTERS if letter not in gone]
    return SimpleVocabulary([SimpleTerm(one, one, one) for one in left or LETTERS])


@provider(IContextAwareDefaultFactory)
def without_appointment(context) -> str | None:
    return _first(WITHOUT, context) if _page(context) is not None else None


@provider(IContextAwareDefaultFactory)
def with_appointment(context) -> str | None:
    return _first(WITH, context) if _page(context) is not None else None


def of(desk) -> tuple[str, str]:
    """The letters of a desk: without an appointment, and with one."""
    return desk.letter or WITHOUT[0], desk.letter_of_appointments or WITH[0]


def settle_in(desk, event) -> None:
    """When it is added, copied or moved to another page."""
    if event.newParent is not None:
        settle(desk, event)


def settle(desk, event) -> None:
    """A desk gets letters that nobody else has on its page, where it has none or those of others."""
    gone, own = taken(desk), vars(aq_base(desk))
    for name, order in zip(NAMES, (WITHOUT, WITH), strict=True):
        if own.get(name) is None or own[name] in gone:
            setattr(desk, name, _first(order, desk))


def _first(order: str, context) -> str:
    gone = taken(context)
    return next((letter for letter in order if letter not in gone), order[0])


def _drawn(desk) -> set[str]:
    kept = store.existing()
    today = raster.day_of(int(time.time()))
    return letters_of(kept.engine, IUUID(desk), today) if kept is not None else set()


def _page(context):
    """The page on which a desk is or is to be, None where it is on none."""
    is_desk = getattr(aq_base(context), "portal_type", "") == "Desk"
    page = aq_parent(aq_inner(context)) if is_desk else context
    return page if getattr(aq_base(page), "portal_type", "") == "Appointments" else None


def _others(context) -> list:
    page = _page(context)
    if page is None:
        return []
    desks = [one for one in page.objectValues() if one.portal_type == "Desk"]
    return [one for one in desks if aq_base(one) is not aq_base(context)]
