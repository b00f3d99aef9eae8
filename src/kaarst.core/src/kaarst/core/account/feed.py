"""The calendar of an account: an address to subscribe to, off until its holder wants it.

The address is the secret, because calendar programs know no other. So it is shown once, kept as a
hash, renewed or taken back at any time, and left out of the access log (kaarst.core.wsgi.accesslog).
The calendar says what is when and where, and neither names nor numbers: it may lie with anybody.
"""

from dataclasses import dataclass
from datetime import date
from datetime import datetime
from datetime import timedelta
from datetime import UTC
from hashlib import sha256
from icalendar import Calendar
from icalendar import Event
from kaarst.core.account import records
from kaarst.core.account import store
from kaarst.core.interfaces import IAccountDates
from kaarst.core.page import Page
from kaarst.core.rest.language import translated
from kaarst.core.town import town
from plone import api
from zExceptions import HTTPMethodNotAllowed
from zExceptions import NotFound
from zope.component import getAllUtilitiesRegisteredFor
from zope.interface import implementer
from zope.publisher.interfaces import IPublishTraverse

import secrets


NAME = "my-town-calendar"
ENDING = ".ics"
MEDIA_TYPE = "text/calendar; charset=utf-8"
#: How often programs are asked to look again.
REFRESH = timedelta(minutes=60)
#: What is over stays so long.
PAST = timedelta(days=30)


@dataclass(frozen=True)
class Date:
    """One entry. `start` and `end`: aware, or a day and None for what is due on that day.

    `uid`: stays when it moves, and leads to no number. `title`, `place`: texts or i18n messages.
    """

    uid: str
    title: str
    start: datetime | date
    end: datetime | None = None
    place: str = ""
    cancelled: bool = False
    sequence: int = 0


def renew(record: records.Record) -> str:
    """Makes a new address and returns it; the one before ends."""
    revoke(record)
    token = secrets.token_urlsafe(32)
    record.feed = _digest(token)
    records.make(api.portal.get()).feeds[record.feed] = record.id
    return f"{api.portal.get().absolute_url()}/{NAME}/{token}{ENDING}"


def revoke(record: records.Record) -> None:
    """Ends the address, if there is one."""
    if record.feed:
        records.make(api.portal.get()).feeds.pop(record.feed, None)
        record.feed = ""


def is_on(account: str) -> bool:
    """Whether the account has an address that works."""
    record = records.by_id(account)
    return record is not None and bool(record.feed)


def find(token: str) -> str:
    """The id of the account with this secret. Raises KeyError."""
    kept = records.existing()
    if kept is None:
        raise KeyError
    # Looked up by a hash: how long it takes tells nothing of the secret.
    return kept.feeds[_digest(token)]


def dates(account: str, now: datetime) -> list[Date]:
    """What is to come in an account, and what was lately."""
    found = [
        one
        for source in getAllUtilitiesRegisteredFor(IAccountDates)
        for number in store.numbers(account)
        for one in source.dates(number)
    ]
    first = (now - PAST).date()
    found = [one for one in found if _day(one.start) >= first]
    return sorted(found, key=lambda one: (_day(one.start), one.uid))


def written(found: list[Date], name: str, url: str, now: datetime, language: str) -> bytes:
    """The calendar (RFC 5545)."""
    calendar = Calendar()
    calendar.add("prodid", "-//Kaarst//kaarst.core//DE")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    # The same for Outlook.
    calendar.add("x-published-ttl", "PT60M")
    for one in found:
        event = Event()
        event.add("uid", one.uid)
        event.add("dtstamp", now)
        event.add("sequence", one.sequence)
        event.add("dtstart", one.start)
        if one.end is not None:
            event.add("dtend", one.end)
        event.add("summary", translated(one.title, language))
        if one.place:
            event.add("location", translated(one.place, language))
        event.add("url", url)
        event.add("status", "CANCELLED" if one.cancelled else "CONFIRMED")
        event.add("transp", "OPAQUE" if one.end and not one.cancelled else "TRANSPARENT")
        calendar.add_component(event)
    return calendar.to_ical()


def _day(moment: datetime | date) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def _digest(token: str) -> str:
    return sha256(token.encode("utf-8", "replace")).hexdigest()


@implementer(IPublishTraverse)
class CalendarView(Page):
    """`/my-town-calendar/SECRET.ics`."""

    token = ""

    def publishTraverse(self, request, name):
        if self.token:
            raise NotFound(NAME)
        self.token = name.removesuffix(ENDING)
        return self

    def __call__(self):
        self.private()
        if self.request.method not in ("GET", "HEAD"):
            raise HTTPMethodNotAllowed("GET")
        try:
            account = find(self.token)
        except KeyError:
            raise NotFound(NAME) from None
        now, response = datetime.now(UTC), self.request.response
        response.setHeader("Content-Type", MEDIA_TYPE)
        response.setHeader("X-Robots-Tag", "noindex")
        response.setHeader("Referrer-Policy", "no-referrer")
        language = api.portal.get_default_language()[:2]
        url = f"{self.context.absolute_url()}/my-town"
        return written(dates(account, now), town().name, url, now, language)
