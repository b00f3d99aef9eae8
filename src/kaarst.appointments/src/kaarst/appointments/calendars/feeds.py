"""Feeds: a desk's or a counter's appointments to subscribe to, at an address nobody can guess.

The address is the secret, because calendar programs know no other. So it is shown once, kept as a
digest, and renewed or taken back at any time; and the feed says no more than initials.
"""

from hashlib import sha256
from kaarst.appointments.bookings import office
from kaarst.appointments.bookings import store
from kaarst.appointments.calendars import entries
from kaarst.appointments.calendars.linking import entry_of
from kaarst.appointments.calendars.records import Feed
from kaarst.appointments.desks import sharing
from kaarst.appointments.engine.records import Booking
from plone import api
from plone.app.uuid.utils import uuidToObject
from plone.uuid.interfaces import IUUID
from Products.Five import BrowserView
from zExceptions import NotFound
from zope.interface import implementer
from zope.publisher.interfaces import IPublishTraverse

import hmac
import secrets
import time


NAME = "appointments-feed"
ENDING = ".ics"
MEDIA_TYPE = "text/calendar; charset=utf-8"
# Days that are over and stay in a feed.
PAST = 14 * 24 * 3600


def renew(desk, key: str, actor: str = "") -> str:
    """Make a feed of the desk or of one of its resources, by id; the former address ends.

    Returns the address, which is never shown again.
    """
    token = secrets.token_urlsafe(32)
    feed = Feed(key, IUUID(desk), _digest(token), int(time.time()), actor)
    store.existing().engine.records(Feed).put(feed)
    return f"{api.portal.get().absolute_url()}/{NAME}/{token}{ENDING}"


def revoke(key: str) -> bool:
    """End a feed; False where there was none."""
    return store.existing().engine.records(Feed).remove(key)


def find(token: str) -> Feed | None:
    """The feed with this token."""
    kept = store.existing()
    digest = _digest(token)
    feeds = kept.engine.records(Feed) if kept is not None else ()
    return next((one for one in feeds if hmac.compare_digest(one.digest, digest)), None)


def write(desk, key: str, now: int) -> bytes:
    """The feed: everything to come and the last two weeks, also what was cancelled."""
    kept = store.existing()
    bookings = kept.engine.records(Booking)
    # Whatever has a number is recent, so that the figures of years are not looked through.
    found = (bookings.get(booking) for booking in kept.numbers.values())
    wanted = [
        booking
        for booking in found
        if booking is not None
        and booking.end > now - PAST
        and (key == booking.desk or any(piece.resource == key for piece in booking.pieces))
    ]
    wanted.sort(key=lambda booking: (booking.start, booking.id))
    titles = sharing.own(desk)
    name = f"{desk.title}: {titles[key]}" if key in titles else desk.title
    # Who works at two desks has the appointments of both.
    places = {one: uuidToObject(one, unrestricted=True) for one in {one.desk for one in wanted}}
    found = ((places[booking.desk], booking) for booking in wanted)
    return entries.feed((entry_of(place, one) for place, one in found if place is not None), name)


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()


@implementer(IPublishTraverse)
class FeedView(BrowserView):
    """`/appointments-feed/TOKEN.ics`."""

    token = ""

    def publishTraverse(self, request, name):
        if self.token:
            raise NotFound(name)
        self.token = name.removesuffix(ENDING)
        return self

    def __call__(self):
        feed = find(self.token) if self.token else None
        desk = uuidToObject(feed.desk, unrestricted=True) if feed is not None else None
        if desk is None or not self._there(desk, feed.id):
            raise NotFound(NAME)
        response = self.request.response
        response.setHeader("Content-Type", MEDIA_TYPE)
        # Kept by nobody but the program itself, which is told when there is nothing new.
        response.setHeader("Cache-Control", "private, no-cache")
        response.setHeader("X-Robots-Tag", "noindex")
        text = write(desk, feed.id, office.engine(desk).now)
        etag = f'"{sha256(text).hexdigest()[:32]}"'
        response.setHeader("ETag", etag)
        known = self.request.getHeader("If-None-Match", "")
        if etag in (one.strip().removeprefix("W/") for one in known.split(",")):
            response.setStatus(304)
            return b""
        return text

    def _there(self, desk, key: str) -> bool:
        return key == IUUID(desk) or key in sharing.own(desk)
