"""The calendar of a mailbox in Exchange Online, of a person or a room."""

from collections.abc import Collection
from collections.abc import Iterable
from collections.abc import Mapping
from kaarst.appointments.calendars import interfaces
from kaarst.appointments.calendars.asking import Refusal
from kaarst.appointments.calendars.graph import events
from kaarst.appointments.calendars.graph.access import Application
from kaarst.appointments.calendars.graph.client import Client
from kaarst.appointments.calendars.graph.client import code_of
from kaarst.appointments.calendars.graph.client import DELTA
from kaarst.appointments.calendars.graph.client import error_of
from kaarst.appointments.calendars.interfaces import Busy
from kaarst.appointments.calendars.interfaces import CalendarError
from kaarst.appointments.calendars.interfaces import Changes
from kaarst.appointments.calendars.interfaces import Entry
from kaarst.appointments.calendars.interfaces import EntryChanged
from kaarst.appointments.calendars.interfaces import INotifyingCalendar
from kaarst.appointments.engine import raster
from urllib.parse import quote
from urllib.parse import urlencode
from zope.interface import implementer

import uuid


DAY = 24 * 3600
PAGE = 200
#: Exchange gives free and busy for at most 62 days in one answer.
STRETCH = 31 * DAY
#: A delta that Graph does not know any more, or cannot go on with: begin anew.
BEGIN_ANEW = {400, 404, 410}
CONFLICT = "ErrorIrresolvableConflict"
WANTED = "id,subject,start,end,isAllDay,isCancelled,showAs,location"


@implementer(INotifyingCalendar)
class Graph:
    """`mailbox`: its address. With `writes` events are read one by one and ours are entered.

    Without it only the free and busy times are asked for, which needs a lesser right and tells
    nothing else. `known`: the etags of our entries as they were returned, by uid. Such an etag is
    the id of the event and its ETag, for Graph chooses ids itself.
    """

    def __init__(
        self,
        application: Application,
        mailbox: str,
        *,
        writes: bool = True,
        known: Mapping[str, str] | None = None,
    ):
        self._client = Client(application)
        self._mailbox = mailbox
        self._writes = writes
        self._ids = {etag.partition(" ")[0]: uid for uid, etag in (known or {}).items() if etag}

    def __repr__(self):
        return f"<Graph calendar, {self._client!r}>"

    def check(self) -> None:
        if not self._writes:
            # Where free and busy times may not be seen, busy() says so.
            return
        found = self._read(f"{self._box()}/calendar?{urlencode({'$select': 'id,canEdit'})}")
        if "id" not in found:
            raise CalendarError(interfaces.ANSWER)
        if found.get("canEdit") is False:
            raise CalendarError(interfaces.READ_ONLY)

    def busy(self, first: int, last: int, ours: Collection[str] = ()) -> list[Busy]:
        found = self._events(first, last, ours) if self._writes else self._slots(first, last)
        cut = {
            Busy(one.uid, max(one.start, first), min(one.end, last))
            for one in found
            if one.start < last and one.end > first
        }
        return sorted(cut, key=lambda one: (one.start, one.end, one.uid))

    def put(self, entry: Entry, etag: str | None = None) -> str:
        if etag is None:
            return self._create(entry)
        key, _space, version = etag.partition(" ")
        path = f"{self._box()}/events/{quote(key, safe='')}"
        try:
            # Exchange gives events new ETags by itself at times. Writing what stands there
            # already would make another one, and so on for ever.
            present = self._ask("GET", f"{path}?{urlencode({'$select': WANTED})}")
            if events.says(present, entry):
                return _etag(present)
            return _etag(self._ask("PATCH", path, events.event_of(entry), match=version))
        except Refusal as refusal:
            if refusal.status == 404:
                raise EntryChanged from refusal
            raise error_of(refusal) from refusal

    def etag(self, uid: str) -> str | None:
        query = urlencode(
            {
                "$filter": f"singleValueExtendedProperties/Any(ep: ep/id eq '{events.PROPERTY}' "
                f"and ep/value eq '{uid}')",
                "$select": "id",
            }
        )
        found = [one for page in self._pages(f"{self._box()}/events?{query}") for one in page]
        # Somebody may have copied the entry: the copy is a foreign event.
        known = [one for one in found if self._ids.get(one.get("id")) == uid]
        return next((_etag(one) for one in known or found), None)

    def delete(self, uid: str, etag: str | None = None) -> None:
        etag, version = etag or self.etag(uid), etag
        if etag is None:
            return
        path = f"{self._box()}/events/{quote(etag.partition(' ')[0], safe='')}"
        match = version.partition(" ")[2] if version else ""
        try:
            self._ask("DELETE", path, match=match)
        except Refusal as refusal:
            if refusal.status != 404:
                raise error_of(refusal) from refusal

    def changes(self, token: str, first: int, last: int) -> Changes:
        if not self._writes:
            return Changes("", None)
        # A delta keeps the days with which it began.
        known, _space, link = token.partition(" ")
        if link and known == str(last):
            try:
                return self._changes(link, last)
            except Refusal as refusal:
                if refusal.status not in BEGIN_ANEW:
                    raise error_of(refusal) from refusal
        span = {"startDateTime": events.stamp(first), "endDateTime": events.stamp(last)}
        try:
            begun = self._changes(f"{self._box()}/calendarView/delta?{urlencode(span)}", last)
        except Refusal as refusal:
            raise error_of(refusal) from refusal
        return begun._replace(whole=True)

    # Telling of changes

    def subscribe(self, address: str, state: str, until: int) -> str:
        data = {
            "changeType": "created,updated,deleted",
            "notificationUrl": address,
            "lifecycleNotificationUrl": address,
            "resource": f"{self._box()}/events",
            "expirationDateTime": events.stamp(until),
            "clientState": state,
        }
        try:
            key = self._ask("POST", "subscriptions", data).get("id")
        except Refusal as refusal:
            raise error_of(refusal) from refusal
        if not isinstance(key, str) or not key:
            raise CalendarError(interfaces.ANSWER)
        return key

    def renew(self, key: str, until: int) -> bool:
        data = {"expirationDateTime": events.stamp(until)}
        try:
            self._ask("PATCH", f"subscriptions/{quote(key, safe='')}", data)
        except Refusal as refusal:
            if refusal.status == 404:
                return False
            raise error_of(refusal) from refusal
        return True

    def unsubscribe(self, key: str) -> None:
        try:
            self._ask("DELETE", f"subscriptions/{quote(key, safe='')}")
        except Refusal as refusal:
            if refusal.status != 404:
                raise error_of(refusal) from refusal

    # Requests

    def _events(self, first: int, last: int, ours: Collection[str]) -> Iterable[Busy]:
        query = urlencode(
            {
                # Whole days have no place in the world: a day more on both sides.
                "startDateTime": events.stamp(first - DAY),
                "endDateTime": events.stamp(last + DAY),
                "$select": events.ASKED,
                "$expand": f"singleValueExtendedProperties($filter=id eq '{events.PROPERTY}')",
                "$top": PAGE,
            }
        )
        for page in self._pages(f"{self._box()}/calendarView?{query}"):
            for event in page:
                if not self._is_ours(event, ours):
                    found = events.busy_of(event)
                    if found is not None:
                        yield found

    def _is_ours(self, event: dict, ours: Collection[str]) -> bool:
        if self._ids.get(event.get("id")) in ours:
            return True
        # Entered by a process that ended before it was noted. Where it was, this is a copy.
        uid = events.uid_in(event)
        return uid in ours and uid not in self._ids.values()

    def _slots(self, first: int, last: int) -> Iterable[Busy]:
        for start in range(first, last, STRETCH):
            end = min(start + STRETCH, last)
            data = {
                "schedules": [self._mailbox],
                "startTime": events.moment_of(start),
                "endTime": events.moment_of(end),
                "availabilityViewInterval": raster.CELL_MINUTES,
            }
            try:
                answer = self._ask("POST", f"{self._box()}/calendar/getSchedule", data)
            except Refusal as refusal:
                raise error_of(refusal) from refusal
            values = answer.get("value")
            if not isinstance(values, list) or len(values) != 1 or not isinstance(values[0], dict):
                raise CalendarError(interfaces.ANSWER)
            if values[0].get("error"):
                # Of this mailbox, inside an answer 200.
                raise CalendarError(interfaces.NO_MAILBOX)
            yield from events.busy_slots(values[0].get("availabilityView"), start, end)

    def _create(self, entry: Entry) -> str:
        if self.etag(entry.uid) is not None:
            raise EntryChanged
        data = events.event_of(entry)
        data["singleValueExtendedProperties"] = [{"id": events.PROPERTY, "value": entry.uid}]
        # Asked twice because an answer got lost, Graph makes one event of it.
        for transaction in (entry.uid, str(uuid.uuid4())):
            try:
                path = f"{self._box()}/calendar/events"
                return _etag(self._ask("POST", path, {**data, "transactionId": transaction}))
            except Refusal as refusal:
                if refusal.status != 409 or transaction != entry.uid:
                    raise error_of(refusal) from refusal
                if self.etag(entry.uid) is not None:
                    raise EntryChanged from refusal
                # It was made once and thrown away by somebody.
        raise AssertionError

    def _changes(self, path: str, last: int) -> Changes:
        etags: dict[str, str | None] = {}
        link = ""
        for page in self._client.pages(path, prefer=(f"odata.maxpagesize={PAGE}",)):
            for event in page["value"]:
                key = event.get("id")
                if not isinstance(key, str):
                    raise CalendarError(interfaces.ANSWER)
                uid, gone = self._ids.get(key), "@removed" in event
                # Dates of series come with little more than an id: of ours alone the ETag counts.
                etags[uid or key] = None if gone else _etag(event) if uid else key
            link = page.get(DELTA) or ""
        if not link:
            raise CalendarError(interfaces.ANSWER)
        return Changes(f"{last} {link}", etags)

    def _pages(self, path: str) -> Iterable[list[dict]]:
        try:
            for page in self._client.pages(path):
                yield page["value"]
        except Refusal as refusal:
            raise error_of(refusal) from refusal

    def _read(self, path: str) -> dict:
        try:
            return self._ask("GET", path)
        except Refusal as refusal:
            raise error_of(refusal) from refusal

    def _ask(self, method: str, path: str, data: dict | None = None, *, match: str = "") -> dict:
        try:
            return self._client.ask(method, path, data, match=match)
        except Refusal as refusal:
            if refusal.status == 412 or code_of(refusal) == CONFLICT:
                raise EntryChanged from refusal
            raise

    def _box(self) -> str:
        return f"users/{quote(self._mailbox, safe='@')}"


def _etag(event: dict) -> str:
    try:
        return f"{event['id']} {event['@odata.etag']}"
    except KeyError as error:
        raise CalendarError(interfaces.ANSWER) from error
