"""A calendar on a CalDAV server (RFC 4791, sync RFC 6578): Nextcloud, SOGo, Radicale and others.

Six requests, made with `requests` and `lxml`, which the city has anyway. The library `caldav` is
the one the tests compare this with; it is no part of the city: it brings a package along that puts
itself in the place of `urllib3` beneath everything else, and its licences do not go with GPL 2.
"""

from collections.abc import Collection
from datetime import datetime
from datetime import UTC
from functools import partial
from kaarst.appointments.calendars import entries
from kaarst.appointments.calendars.asking import Answer
from kaarst.appointments.calendars.asking import ask
from kaarst.appointments.calendars.asking import Refusal
from kaarst.appointments.calendars.interfaces import ANSWER
from kaarst.appointments.calendars.interfaces import Busy
from kaarst.appointments.calendars.interfaces import CalendarError
from kaarst.appointments.calendars.interfaces import Changes
from kaarst.appointments.calendars.interfaces import Entry
from kaarst.appointments.calendars.interfaces import EntryChanged
from kaarst.appointments.calendars.interfaces import ICalendarAdapter
from kaarst.appointments.calendars.interfaces import MISSING
from kaarst.appointments.calendars.interfaces import MOVED
from kaarst.appointments.calendars.interfaces import NO_CALENDAR
from kaarst.appointments.calendars.interfaces import READ_ONLY
from kaarst.appointments.calendars.interfaces import REFUSED
from kaarst.appointments.calendars.times import busy_times
from kaarst.appointments.calendars.times import uids
from lxml import etree
from lxml.builder import ElementMaker
from urllib.parse import quote
from urllib.parse import unquote
from urllib.parse import urlsplit
from zope.interface import implementer


NAMES = {"d": "DAV:", "c": "urn:ietf:params:xml:ns:caldav"}
D = ElementMaker(namespace=NAMES["d"], nsmap=NAMES)
C = ElementMaker(namespace=NAMES["c"], nsmap=NAMES)
#: All that is asked of foreign events: no title, no place, no people.
ASKED = ("UID", "DTSTART", "DTEND", "DURATION", "TRANSP", "STATUS", "RECURRENCE-ID", "RRULE")
ASKED += ("RDATE", "EXDATE", "X-MICROSOFT-CDO-BUSYSTATUS")
# A server that does not know this token (any more), or no tokens at all.
NO_TOKEN = {400, 403, 405, 409, 412, 415, 501, 507}
# How servers say that an entry with this UID stands there under another name (RFC 4791, 5.3.2.1).
TAKEN = {400, 403, 409}
MOST_PARTS = 200

_parser = partial(etree.XMLParser, resolve_entities=False, no_network=True, load_dtd=False)


@implementer(ICalendarAdapter)
class CalDAV:
    """`address` is that of the calendar itself, as its owner can copy it from the program."""

    def __init__(self, address: str, user: str = "", password: str = ""):
        self._address = address if address.endswith("/") else f"{address}/"
        # As bytes: requests would put everything into Latin-1.
        self._auth = (user.encode(), password.encode()) if user else None

    def __repr__(self):
        return f"<CalDAV at {urlsplit(self._address).hostname}>"

    def check(self):
        body = D.propfind(D.prop(D.resourcetype()))
        answer = self._read("PROPFIND", body, {"Depth": "0"})
        if not answer.xpath("//d:resourcetype/c:calendar", namespaces=NAMES):
            raise CalendarError(NO_CALENDAR)

    def busy(self, first: int, last: int, ours: Collection[str] = ()) -> list[Busy]:
        span = {"start": _stamp(first), "end": _stamp(last)}
        body = C("calendar-query")
        # A series comes with its rules: what servers make of them is not all the same.
        body.append(D.prop(C("calendar-data", _wanted())))
        body.append(_events(C("time-range", **span)))
        answer = self._read("REPORT", body, {"Depth": "1"})
        found = {
            one
            for response in answer.xpath("/d:multistatus/d:response", namespaces=NAMES)
            if (text := self._data(response))
            for one in busy_times(text, first, last, ours)
        }
        return sorted(found, key=lambda one: (one.start, one.end, one.uid))

    def _data(self, response) -> str:
        """The events in a part of an answer; "" for one that has gone meanwhile."""
        found = "".join(response.xpath(".//c:calendar-data//text()", namespaces=NAMES))
        states = response.xpath("d:status/text()", namespaces=NAMES)
        gone = any(" 404" in state for state in states)
        # The calendar itself stands in some answers; with a state it says that there is more.
        own = unquote(urlsplit(self._address).path.rstrip("/")).rpartition("/")[2]
        itself = _name(response) in ("", own) and not states
        if not found and not gone and not itself:
            raise CalendarError(ANSWER)
        return found

    def put(self, entry: Entry, etag: str | None = None) -> str:
        try:
            return self._put(entry, etag)
        except Refusal as refusal:
            others = self._elsewhere(entry.uid) if refusal.status in TAKEN and not etag else []
            if not others:
                raise _write_error(refusal.status) from refusal
        # Somebody moved the entry to another name; it is ours all the same.
        for address in others:
            self._write("DELETE", address, b"", {})
        try:
            return self._put(entry, None)
        except Refusal as refusal:
            raise _write_error(refusal.status) from refusal

    def _put(self, entry: Entry, etag: str | None) -> str:
        condition = {"If-Match": etag} if etag else {"If-None-Match": "*"}
        headers = {"Content-Type": "text/calendar; charset=utf-8", **condition}
        answer = self._ask("PUT", self._of(entry.uid), entries.file_of(entry), headers)
        return answer.headers.get("etag") or self.etag(entry.uid) or ""

    def _elsewhere(self, uid: str) -> list[str]:
        """The addresses in this calendar at which an entry stands that is not called by its uid."""
        body = C("calendar-query", D.prop(C("calendar-data", _wanted())))
        match = C("text-match", uid, collation="i;octet")
        body.append(_events(C("prop-filter", match, name="UID")))
        answer = self._read("REPORT", body, {"Depth": "1"})
        found = {
            _name(response)
            for response in answer.xpath("/d:multistatus/d:response", namespaces=NAMES)
            # Whatever a server finds: what is about to be taken out has to be ours.
            if uids(self._data(response)) == {uid}
        }
        return [f"{self._address}{quote(name)}" for name in sorted(found - {"", f"{uid}.ics"})]

    def etag(self, uid: str) -> str | None:
        body = D.propfind(D.prop(D.getetag()))
        try:
            answer = self._read("PROPFIND", body, {"Depth": "0"}, self._of(uid))
        except CalendarError as error:
            if error.reason == MISSING:
                return None
            raise
        found = answer.xpath("//d:getetag/text()", namespaces=NAMES)
        return found[0] if found else None

    def delete(self, uid: str, etag: str | None = None) -> None:
        try:
            self._write("DELETE", self._of(uid), b"", {"If-Match": etag} if etag else {})
        except CalendarError as error:
            if error.reason != MISSING:
                raise

    def changes(self, token: str, first: int = 0, last: int = 0) -> Changes:
        for known in dict.fromkeys((token, "")):
            try:
                return self._changes(known)
            except Refusal as refusal:
                if refusal.status not in NO_TOKEN:
                    raise _error(refusal.status) from refusal
        # A server without tokens tells all there is each time.
        tree = self._read("PROPFIND", D.propfind(D.prop(D.getetag())), {"Depth": "1"})
        return Changes("", _etags(tree), True)

    def _changes(self, token: str) -> Changes:
        etags: dict[str, str | None] = {}
        present = token
        for _part in range(MOST_PARTS):
            body = D("sync-collection", D("sync-token", present), D("sync-level", "1"))
            body.append(D.prop(D.getetag()))
            # Depth belongs to sync-level here (RFC 6578, 3.2).
            tree = _tree(self._ask("REPORT", self._address, _bytes(body), {"Depth": "0"}))
            tokens = tree.xpath("/d:multistatus/d:sync-token/text()", namespaces=NAMES)
            if not tokens:
                raise CalendarError(ANSWER)
            etags |= _etags(tree)
            present = tokens[0]
            states = tree.xpath("/d:multistatus/d:response/d:status/text()", namespaces=NAMES)
            if not any(" 507" in state for state in states):
                return Changes(present, etags, not token)
        raise CalendarError(ANSWER)

    # Requests

    def _of(self, uid: str) -> str:
        return f"{self._address}{quote(uid, safe='@')}.ics"

    def _read(self, method: str, body, headers: dict[str, str], address: str = ""):
        """The XML of an answer."""
        try:
            return _tree(self._ask(method, address or self._address, _bytes(body), headers))
        except Refusal as refusal:
            raise _error(refusal.status) from refusal

    def _write(self, method: str, address: str, body: bytes, headers: dict[str, str]) -> Answer:
        try:
            return self._ask(method, address, body, headers)
        except Refusal as refusal:
            raise _write_error(refusal.status) from refusal

    def _ask(self, method: str, address: str, body: bytes, headers: dict[str, str]) -> Answer:
        headers = {"Content-Type": "application/xml; charset=utf-8", **headers}
        return ask(method, address, body, headers, self._auth)


def _wanted():
    """Which parts of the events; a server may send more (RFC 4791, 9.6)."""
    event = C.comp(*(C.prop(name=name) for name in ASKED), name="VEVENT")
    return C.comp(C.prop(name="VERSION"), event, C.comp(name="VTIMEZONE"), name="VCALENDAR")


def _events(condition):
    """Only events, and only those that meet a condition."""
    return C.filter(C("comp-filter", C("comp-filter", condition, name="VEVENT"), name="VCALENDAR"))


def _name(response) -> str:
    """What a part of an answer is about, as it is called in the calendar; "" for itself."""
    path = unquote("".join(response.xpath("d:href/text()", namespaces=NAMES)).strip())
    return path.rpartition("/")[2]


def _etags(tree) -> dict[str, str | None]:
    """What is in a calendar, by name without its ending; None where it is gone."""
    etags = {}
    for response in tree.xpath("/d:multistatus/d:response", namespaces=NAMES):
        if name := _name(response):
            found = response.xpath(".//d:getetag/text()", namespaces=NAMES)
            etags[name.removesuffix(".ics")] = found[0] if found else None
    return etags


def _tree(answer: Answer):
    try:
        tree = etree.fromstring(answer.body, _parser())
    except (etree.XMLSyntaxError, ValueError) as error:
        raise CalendarError(ANSWER) from error
    if answer.status != 207 or tree.tag != f"{{{NAMES['d']}}}multistatus":
        # A page of a web server, say, or a door that greets everybody with 200.
        raise CalendarError(NO_CALENDAR)
    return tree


def _bytes(element) -> bytes:
    return etree.tostring(element, encoding="utf-8", xml_declaration=True)


def _stamp(moment: int) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y%m%dT%H%M%SZ")


def _write_error(status: int) -> Exception:
    """What it means when something cannot be written in a calendar that can be read."""
    if status == 412:
        return EntryChanged()
    return CalendarError(READ_ONLY) if status == 403 else _error(status)


def _error(status: int) -> CalendarError:
    if status in (401, 403):
        return CalendarError(REFUSED)
    if status in (404, 410):
        return CalendarError(MISSING)
    if status in (405, 501):
        return CalendarError(NO_CALENDAR)
    return CalendarError(MOVED if 300 <= status < 400 else ANSWER)
