"""The next free time by video, for the page of a service: looked up once a minute.

Only by video: there one can come from everywhere, and at once. The page may be as old as what is
kept here; whoever takes a time that has gone meanwhile is offered the next ones.
"""

from kaarst.appointments.bookings import office
from kaarst.appointments.desks.meeting import VIDEO
from kaarst.appointments.engine.errors import NotBookable
from plone import api
from plone.memoize import ram

import time


SECONDS = 60


def _key(_function, offering):
    # The answer is a number or None: a key per site, offering and minute.
    path = "/".join(api.portal.get().getPhysicalPath())
    return path, api.content.get_uuid(offering), int(time.time() // SECONDS)


@ram.cache(_key)
def start_of(offering) -> int | None:
    """When the next appointment for an offering can begin (seconds of the epoch); None without one."""
    engine = office.engine(offering.aq_parent)
    try:
        request = engine.plan.request([offering.getId()])
    except NotBookable:
        return None
    search = engine.search()
    return search.earliest(request, *search.window)


def soonest(offerings) -> tuple[object, int] | None:
    """(offering, start) of the next free time by video among offerings the reader may see; or None."""
    found = [
        (start, place, one)
        for place, one in enumerate(offerings)
        if getattr(one.aq_parent, "meets", "") == VIDEO
        and (start := start_of(one)) is not None
        and start > time.time()
    ]
    return (min(found)[2], min(found)[0]) if found else None
