"""CalDAV servers that answer strangely: what is not understood never looks free."""

from kaarst.appointments.calendars import asking
from kaarst.appointments.calendars import entries
from kaarst.appointments.calendars import interfaces
from kaarst.appointments.calendars.caldav import CalDAV
from kaarst.appointments.calendars.interfaces import CalendarError
from kaarst.appointments.calendars.interfaces import Entry
from tests.appointments.calendars.answering import data
from tests.appointments.calendars.answering import etag
from tests.appointments.calendars.answering import prop
from tests.appointments.calendars.answering import running
from tests.appointments.calendars.answering import state
from tests.appointments.calendars.events import calendar
from tests.appointments.calendars.events import event
from tests.appointments.calendars.events import local
from tests.appointments.calendars.events import midnight

import pytest


DAYS = midnight("2026-10-20"), midnight("2026-11-05")
MEETING = data(calendar(*event("DTSTART:20261026T080000Z", "DURATION:PT1H")))
ENTRY = Entry(entries.uid_of("key"), DAYS[0], DAYS[0] + 600, "Termin")


@pytest.fixture
def server():
    with running() as found:
        yield found


@pytest.fixture
def foreign(server):
    return CalDAV(server.address, "schalter", "geheim")


def reason(ask):
    with pytest.raises(CalendarError) as caught:
        ask()
    return caught.value.reason


def test_a_part_that_is_missing_makes_the_calendar_unreadable(server, foreign):
    # The calendar itself, and what was thrown away meanwhile, say nothing about times.
    itself, gone = ("", prop("<c:calendar-data/>", "404 Not Found")), ("x.ics", state("404 Gone"))
    server.multistatus(itself, ("a.ics", MEETING), gone)
    assert local(foreign.busy(*DAYS)) == ["26.10. 09:00–10:00"]
    for part in (
        ("b.ics", prop("<c:calendar-data/>", "403 Forbidden")),
        ("b.ics", state("500 Internal Server Error")),
        ("", state("507 Insufficient Storage")),
        ("b.ics", data(calendar("BEGIN:VEVENT"))),
    ):
        server.multistatus(("a.ics", MEETING), part)
        assert reason(lambda: foreign.busy(*DAYS)) == interfaces.ANSWER, part


def test_answers_that_are_none(server, foreign, monkeypatch):
    monkeypatch.setattr(asking, "ANSWER_SECONDS", 0.2)
    for status, text, headers, expected in (
        (200, "<html>Please sign in</html>", {}, interfaces.NO_CALENDAR),
        (207, "<html>Please sign in</html>", {}, interfaces.NO_CALENDAR),
        (207, '<multistatus xmlns="DAV:"><respon', {}, interfaces.ANSWER),
        (207, '<multistatus xmlns="DAV:"/>', {"Content_Length": 999}, interfaces.UNREACHABLE),
        (207, "", {}, interfaces.ANSWER),
        (302, "", {"Location": "http://127.0.0.1:1/"}, interfaces.MOVED),
        (401, "", {}, interfaces.REFUSED),
        (404, "", {}, interfaces.MISSING),
        (500, "", {}, interfaces.ANSWER),
        (503, "", {"Retry_After": 60}, interfaces.LATER),
    ):
        server.put(status, text, **headers)
        assert reason(lambda: foreign.busy(*DAYS)) == expected, (status, text)


def test_changes_come_in_parts_and_without_tokens_as_all_there_is(server, foreign):
    more = ("", state("507 Insufficient Storage"))
    server.multistatus(("a.ics", etag('"1"')), more, token="t-1")
    server.multistatus(("b.ics", state("404 Not Found")), token="t-2")
    assert foreign.changes("t-0") == ("t-2", {"a": '"1"', "b": None}, False)
    assert ">t-1</" in server.asked[1][2]
    # Neither this token nor any other: a listing, each time.
    server.put(403, "<error/>")
    server.put(501)
    server.multistatus(("", prop("<getetag/>", "404 Not Found")), ("a.ics", etag('"1"')))
    assert foreign.changes("t-2") == ("", {"a": '"1"'}, True)


def test_what_may_only_be_read_says_so(server, foreign):
    server.put(403)
    server.multistatus()
    assert reason(lambda: foreign.put(ENTRY)) == interfaces.READ_ONLY
    server.put(401)
    assert reason(lambda: foreign.put(ENTRY, '"1"')) == interfaces.REFUSED


def test_only_an_entry_of_ours_is_taken_out_from_under_another_name(server, foreign):
    ours = data(calendar(*event("DTSTART:20261026T080000Z", "DURATION:PT1H", uid=ENTRY.uid)))
    server.put(400, "calendar object with uid already exists")
    # A server that does not look at what is asked for and gives everything.
    server.multistatus(("a b.ics", ours), ("meeting.ics", MEETING))
    server.put(204)
    server.put(201, ETag='"2"')
    assert foreign.put(ENTRY) == '"2"'
    assert [one[:2] for one in server.asked[2:]] == [
        ("DELETE", "/dav/dienst/a%20b.ics"),
        ("PUT", f"/dav/dienst/{ENTRY.uid}.ics"),
    ]
