"""What an appointment is about, in words: services, place, what to bring, the moment."""

from Acquisition import aq_inner
from Acquisition import aq_parent
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from kaarst.appointments.desks import meeting
from kaarst.appointments.desks.plan import children
from kaarst.appointments.desks.plan import place_of
from kaarst.appointments.desks.plan import service_of
from kaarst.appointments.engine import raster
from kaarst.core.town import town
from plone import api
from zope.annotation.interfaces import IAnnotations
from zope.globalrequest import getRequest


# The year 2100; near the ends of the calendar sums of days would overflow.
LAST_MOMENT = 4_102_444_800
#: Where a request keeps the page.
PAGE = "kaarst.appointments.page"


def offerings(desk) -> list:
    """The bookable services of a desk, in the editor's order."""
    return children(desk, "Offering")


def chosen(desk, services) -> list[tuple[object, int]]:
    """The offerings of an appointment in the order of choice, each with how often.

    One that no longer exists is left out.
    """
    by_id = {one.getId(): one for one in offerings(desk)}
    return [
        (by_id[service], list(services).count(service))
        for service in dict.fromkeys(services)
        if service in by_id
    ]


def titles(desk, services) -> list[str]:
    """What is done, a line each; "Reisepass (2 ×)"."""
    return titles_of(chosen(desk, services))


def titles_of(found: Sequence[tuple[object, int]]) -> list[str]:
    """As `titles`, of what `chosen` has found."""
    return [
        offering.title if count == 1 else f"{offering.title} ({count} ×)"
        for offering, count in found
    ]


def to_bring(offering) -> list[str]:
    """What to bring for a service: the editor's lines, or what the service's page says."""
    service = None if offering.bring else service_of(offering)
    found = offering.bring or getattr(service, "documents", None) or ()
    return [line.strip() for line in found if line and line.strip()]


def bring(desk, services) -> list[str]:
    """What to bring for all services, each thing once."""
    return bring_of(chosen(desk, services))


def bring_of(found: Sequence[tuple[object, int]]) -> list[str]:
    """As `bring`, of what `chosen` has found."""
    return list(dict.fromkeys(line for offering, _count in found for line in to_bring(offering)))


def address(desk) -> list[str]:
    """Where to go: desk, street, town, and the way in the building; lines that are not empty.

    Of a desk by video or at home only its name: nobody is to go there.
    """
    if desk.meets != meeting.DESK:
        return [desk.title]
    place = place_of(desk)
    found = [desk.title]
    if place is not None:
        found += [place.street, " ".join(filter(None, (place.postal_code, place.city)))]
    return [line for line in (*found, desk.arrival) if line]


def video_link(desk, booking) -> str:
    """Where a video appointment takes place, "" for all others."""
    if desk.meets != meeting.VIDEO:
        return ""
    return meeting.link(desk.video_kind, desk.video_address, booking.room)


def home(record) -> list[str]:
    """The address at which somebody is visited, [] for all others; `record` has `person`."""
    town = " ".join(filter(None, (record.person.get("postal_code"), record.person.get("city"))))
    return [line for line in (record.person.get("street"), town) if line]


def where(desk, booking) -> list[str]:
    """Where an appointment takes place: the video room, the citizen's home or the desk."""
    if desk.meets == meeting.VIDEO:
        return [line for line in (desk.title, video_link(desk, booking)) if line]
    if desk.meets == meeting.HOME:
        return [desk.title, *home(booking)]
    return address(desk)


def phone(desk) -> str:
    """The number for questions."""
    place = place_of(desk)
    return desk.phone or (place.phone if place is not None else "") or town().phone or ""


def my_url(desk=None) -> str:
    """Where a citizen looks an appointment up; `desk` as of `appointments_url`."""
    return f"{appointments_url(desk)}/my-appointment"


def appointments_url(desk=None) -> str:
    """The page on which appointments are made; the site where there is none.

    Of a `desk` it is the page it lies in, which nobody has to look for.
    """
    page = aq_parent(aq_inner(desk)) if desk is not None else None
    if getattr(page, "portal_type", "") != "Appointments":
        site = api.portal.get()
        page = appointments_page(site) or site
    return page.absolute_url()


def appointments_page(site):
    """The first page of type Appointments the site has, or None; looked up once in a request."""
    request = getRequest()
    kept = IAnnotations(request, None) if request is not None else None
    if kept is None:
        return _appointments_page(site)
    key = f"{PAGE}:{'/'.join(site.getPhysicalPath())}"
    if kept.get(key) is None:
        kept[key] = _appointments_page(site)
    return kept[key]


def _appointments_page(site):
    found = site.portal_catalog.unrestrictedSearchResults(
        portal_type="Appointments", sort_on="path", sort_limit=1
    )
    return found[0]._unrestrictedGetObject() if found else None


def local(moment: int) -> datetime:
    """An instant as people here read it."""
    return raster.local(moment)


def instant(text: str) -> float:
    """Seconds since 1970 of an ISO 8601 moment with offset; raises ValueError for all else."""
    try:
        moment = datetime.fromisoformat(text)
        seconds = moment.timestamp() if moment.tzinfo else -1
    except (TypeError, OverflowError):
        raise ValueError(text) from None
    if not 0 <= seconds < LAST_MOMENT:
        raise ValueError(text)
    return seconds


# In a rush the same starts are written thousands of times.
@lru_cache(maxsize=16_384)
def iso(moment: int) -> str:
    """ISO 8601 with the offset of the day."""
    return raster.local(moment).isoformat(timespec="seconds")
