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
from kaarst.appointments.calendars.interfaces import REFUSED
from kaarst.appointments.calendars.times import busy_times
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
ASKED += ("RDATE", "X-MICROSOFT-CDO-BUSYSTATUS")
# A server that does not know this token (any more), or no tokens at all.
NO_TOKEN = {400, 403, 405, 409, 412, 415, 501, 507}

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
        body.append(D.prop(C("calendar-data", C.expand(**span), _wanted())))
        body.append(
            C.filter(
                C(
                    "comp-filter",
                    C("comp-filter", C("time-range", **span), name="VEVENT"),
                    name="VCALENDAR",
                )
            )
        )
        answer = self._read("REPORT", body, {"Depth": "1"})
        found = {
            one
            for text in answer.xpath("//c:calendar-data/text()", namespaces=NAMES)
            for one in busy_times(text, first, last, ours)
        }
        return sorted(found, key=lambda one: (one.start, one.end, one.uid))

    def put(self, entry: Entry, etag: str | None = None) -> str:
        condition = {"If-Match": etag} if etag else {"If-None-Match": "*"}
        headers = {"Content-Type": "text/calendar; charset=utf-8", **condition}
        address = self._of(entry.uid)
        answer = self._write("PUT", address, entries.file_of(entry), headers)
        return answer.headers.get("etag") or self.etag(entry.uid) or ""

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
        return Changes("", None)

    def _changes(self, token: str) -> Changes:
        body = D("sync-collection", D("sync-token", token), D("sync-level", "1"))
        body.append(D.prop(D.getetag()))
        # Depth belongs to sync-level here (RFC 6578, 3.2).
        answer = self._ask("REPORT", self._address, _bytes(body), {"Depth": "0"})
        tree = _tree(answer)
        tokens = tree.xpath("/d:multistatus/d:sync-token/text()", namespaces=NAMES)
        if not tokens:
            raise CalendarError(ANSWER)
        etags: dict[str, str | None] = {}
        for response in tree.xpath("/d:multistatus/d:response", namespaces=NAMES):
            path = unquote("".join(response.xpath("d:href/text()", namespaces=NAMES)))
            found = response.xpath(".//d:getetag/text()", namespaces=NAMES)
            etags[path.rpartition("/")[2].removesuffix(".ics")] = found[0] if found else None
        # Without a token everything there is was told, but not what there was.
        return Changes(tokens[0], etags if token else None)

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
            if refusal.status == 412:
                raise EntryChanged from refusal
            raise _error(refusal.status) from refusal

    def _ask(self, method: str, address: str, body: bytes, headers: dict[str, str]) -> Answer:
        headers = {"Content-Type": "application/xml; charset=utf-8", **headers}
        return ask(method, address, body, headers, self._auth)


def _wanted():
    """Which parts of the events; a server may send more (RFC 4791, 9.6)."""
    event = C.comp(*(C.prop(name=name) for name in ASKED), name="VEVENT")
    return C.comp(C.prop(name="VERSION"), event, C.comp(name="VTIMEZONE"), name="VCALENDAR")


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


def _error(status: int) -> CalendarError:
    if status in (401, 403):
        return CalendarError(REFUSED)
    if status in (404, 410):
        return CalendarError(MISSING)
    if status in (405, 501):
        return CalendarError(NO_CALENDAR)
    return CalendarError(MOVED if 300 <= status < 400 else ANSWER)
