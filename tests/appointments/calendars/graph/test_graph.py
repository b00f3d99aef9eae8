"""The contract with Microsoft Graph: against answers in the documented shapes, never the service."""

from dataclasses import replace
from kaarst.appointments.calendars import entries
from kaarst.appointments.calendars import interfaces
from kaarst.appointments.calendars.delivery import Delivery
from kaarst.appointments.calendars.graph import access
from kaarst.appointments.calendars.graph import client
from kaarst.appointments.calendars.graph.access import Application
from kaarst.appointments.calendars.graph.adapter import Graph
from kaarst.appointments.calendars.graph.clouds import CLOUDS
from kaarst.appointments.calendars.interfaces import CalendarError
from kaarst.appointments.calendars.interfaces import Entry
from kaarst.appointments.calendars.interfaces import EntryChanged
from kaarst.appointments.calendars.interfaces import INotifyingCalendar
from tests.appointments.calendars.events import local
from tests.appointments.calendars.events import midnight
from tests.appointments.calendars.graph import shapes
from tests.appointments.calendars.graph.server import CLIENT
from tests.appointments.calendars.graph.server import MAILBOX
from tests.appointments.calendars.graph.server import running
from tests.appointments.calendars.graph.server import SECRET
from tests.appointments.calendars.graph.server import TENANT
from tests.ports import free_port
from zope.interface.verify import verifyObject

import pytest


AUTUMN = midnight("2026-10-20"), midnight("2026-11-05")
ENTRY = Entry(
    uid=entries.uid_of("key"),
    start=midnight("2026-10-25") + 3600,
    end=midnight("2026-10-25") + 4 * 3600,
    summary="Termin: Eheschließung (E. M.)",
    location="Rathaus, Am Neumarkt 2",
    url="https://kaarst.example/termine/standesamt/day?date=2026-10-25",
)


@pytest.fixture(scope="module")
def service():
    with running() as graph:
        yield graph


@pytest.fixture
def graph(service):
    service.forget()
    access._kept.clear()
    return service


def adapter(graph, secret=SECRET, tenant=TENANT, mailbox=MAILBOX, **options):
    found = Graph(Application(graph.cloud, tenant, CLIENT, secret), mailbox, **options)
    assert verifyObject(INotifyingCalendar, found)
    return found


@pytest.fixture
def calendar(graph):
    return adapter(graph)


def test_what_blocks_and_what_does_not(graph, calendar):
    more = {
        "tentative": {"showAs": "tentative"},
        "away": {"showAs": "oof"},
        "unknown": {"showAs": "unknown"},
        "private": {"sensitivity": "private"},
        "weekly": {"type": "occurrence", "seriesMasterId": "series"},
        "moved": {"type": "exception", "seriesMasterId": "series"},
    }
    for number, (key, values) in enumerate(more.items()):
        graph.write(
            key, f"2026-10-2{number + 1}T09:00:00", f"2026-10-2{number + 1}T10:00:00", **values
        )
    graph.write("free", showAs="free")
    graph.write("elsewhere", showAs="workingElsewhere")
    graph.write("cancelled", isCancelled=True)
    # Whole days: dates without a place, and the midnight of whoever wrote it.
    day = {"isAllDay": True}
    graph.write("day", "2026-10-28T00:00:00", "2026-10-29T00:00:00", **day)
    graph.write("here", "2026-10-30T23:00:00", "2026-11-01T23:00:00", **day)
    assert local(calendar.busy(*AUTUMN, ())) == [
        "21.10. 11:00–12:00",
        "22.10. 11:00–12:00",
        "23.10. 11:00–12:00",
        "24.10. 11:00–12:00",
        # The clock has gone back.
        "25.10. 10:00–11:00",
        "26.10. 10:00–11:00",
        "28.10. 00:00–00:00",
        "31.10. 00:00–00:00",
    ]
    # All pages, in UTC, without asking what the events are called or who is there.
    looks = [path for _method, path, _headers, _body in graph.asked if "calendarView" in path]
    assert len(looks) == 6
    assert "subject" not in looks[0] and "attendees" not in looks[0]


def test_the_secret_stands_in_one_body_and_nowhere_else(graph, calendar):
    calendar.check()
    calendar.busy(*AUTUMN, ())
    tokens = [one for one in graph.asked if one[1].endswith("/token")]
    assert len(tokens) == 1 and len(graph.asked) == 3
    for method, path, headers, body in graph.asked:
        assert "geheim" not in path and "geheim" not in str(headers)
        assert (b"geheim" in body) is path.endswith("/token")
        if not path.endswith("/token"):
            assert 'IdType="ImmutableId"' in headers["Prefer"] and method == "GET"
            assert 'outlook.timezone="UTC"' in headers["Prefer"]
    assert "geheim" not in repr(calendar)


def test_free_and_busy_are_enough_to_read_only(graph):
    calendar = adapter(graph, writes=False)
    graph.write("a", "2026-10-26T08:58:00", "2026-10-26T09:30:00")
    graph.write("b", "2026-10-26T09:30:00", "2026-10-26T10:00:00", showAs="tentative")
    graph.write("c", "2026-11-03T09:00:00", "2026-11-03T09:10:00", showAs="oof")
    graph.write("d", "2026-11-04T09:00:00", "2026-11-04T10:00:00", showAs="free")
    # Five minutes is as exact as it gets.
    assert local(calendar.busy(*AUTUMN, ())) == ["26.10. 09:55–11:00", "03.11. 10:00–10:10"]
    assert calendar.changes("", *AUTUMN) == ("", None, False)
    year = AUTUMN[0], AUTUMN[0] + 365 * 24 * 3600
    assert len(calendar.busy(*year, ())) == 2
    assert {path.rpartition("/")[2] for _method, path, _headers, _body in graph.asked} == {
        "token",
        "getSchedule",
    }
    for wrong, reason in (
        (shapes.schedule_error(MAILBOX), interfaces.NO_MAILBOX),
        (shapes.schedule(MAILBOX, "000"), interfaces.ANSWER),
        (shapes.page([]), interfaces.ANSWER),
    ):
        graph.refuse("getSchedule", 200, wrong)
        with pytest.raises(CalendarError) as caught:
            calendar.busy(*AUTUMN, ())
        assert caught.value.reason == reason


def test_appointments_stand_there_once_and_do_not_block_themselves(graph, calendar):
    etag = calendar.put(ENTRY)
    assert etag == calendar.etag(ENTRY.uid)
    (event,) = graph.events.values()
    assert event["subject"] == ENTRY.summary and event["body"]["content"] == ENTRY.url
    assert "attendees" not in event
    assert event["singleValueExtendedProperties"] == shapes.extended(ENTRY.uid)
    with pytest.raises(EntryChanged):
        calendar.put(ENTRY)
    assert calendar.busy(*AUTUMN, {ENTRY.uid}) == []
    assert local(calendar.busy(*AUTUMN, ())) == ["25.10. 01:00–03:00"]

    # A copy that somebody makes of it is a foreign event; the entry itself is not.
    known = adapter(graph, known={ENTRY.uid: etag})
    graph.write("copy", singleValueExtendedProperties=shapes.extended(ENTRY.uid))
    assert local(known.busy(*AUTUMN, {ENTRY.uid})) == ["26.10. 10:00–11:00"]
    assert known.etag(ENTRY.uid) == etag


def test_nobody_is_overwritten_unawares(graph, calendar):
    etag = calendar.put(ENTRY)
    newer = calendar.put(replace(ENTRY, summary="Termin: Reisepass (E. M.)"), etag)
    with pytest.raises(EntryChanged):
        calendar.put(ENTRY, etag)
    with pytest.raises(EntryChanged):
        calendar.delete(ENTRY.uid, etag)
    # What stands there already is not written: each writing would make a new ETag.
    count = len(graph.asked)
    assert calendar.put(replace(ENTRY, summary="Termin: Reisepass (E. M.)"), etag) == newer
    assert [one[0] for one in graph.asked[count:]] == ["GET"]
    calendar.delete(ENTRY.uid, newer)
    assert calendar.etag(ENTRY.uid) is None
    calendar.delete(ENTRY.uid)
    calendar.delete(ENTRY.uid, newer)
    with pytest.raises(EntryChanged):
        calendar.put(ENTRY, newer)
    # Thrown away by somebody: Graph remembers the transaction, and it is entered all the same.
    assert calendar.put(ENTRY)
    assert len(graph.events) == 1


def test_changes_are_told_by_a_delta(graph, calendar):
    for number in range(5):
        graph.write(f"foreign-{number}")
    token, etags, whole = calendar.changes("", *AUTUMN)
    assert token and len(etags) == 5 and whole
    assert calendar.changes(token, *AUTUMN) == (token, {}, False)
    etag = calendar.put(ENTRY)
    graph.write("foreign-1")
    known = adapter(graph, known={ENTRY.uid: etag})
    later, etags, whole = known.changes(token, *AUTUMN)
    assert not whole
    assert etags.keys() == {ENTRY.uid, "foreign-1"} and etags[ENTRY.uid] == etag
    graph.take_out("foreign-1")
    graph.take_out(etag.partition(" ")[0])
    assert known.changes(later, *AUTUMN).etags == {ENTRY.uid: None, "foreign-1": None}
    # A date of a series, of which a delta tells little more than the id.
    link = f"{graph.address}/v1.0/x/delta?$deltatoken=9"
    graph.refuse("/delta", 200, shapes.page([{"id": "date", "type": "occurrence"}], delta=link))
    assert known.changes(later, *AUTUMN).etags.keys() == {"date"}
    # Other days, and a token that Graph has forgotten: all there is is told.
    assert known.changes(later, AUTUMN[0], AUTUMN[1] + 24 * 3600).whole
    gone = later.rpartition("=")[0] + "=gone"
    assert known.changes(gone, *AUTUMN).whole


def test_delivery_repeats_without_doubling(graph, calendar):
    other = replace(ENTRY, uid=entries.uid_of("other"))
    wanted = {one.uid: one for one in (ENTRY, other)}
    # Whoever wrote this one ended before it was noted.
    calendar.put(ENTRY)
    delivery = Delivery(calendar, {}, now=AUTUMN[0])
    assert delivery.bring(wanted, at_most=10) and len(graph.events) == 2
    etags = {uid: one.etag for uid, one in delivery.delivered.items()}

    # Exchange gives one a new ETag by itself, a clerk moves the other one, and then it is gone.
    first, second = (etags[uid].partition(" ")[0] for uid in wanted)
    known = adapter(graph, known=etags)
    delivery = Delivery(known, delivery.delivered, now=AUTUMN[0])
    token = known.changes("", *AUTUMN).token
    moved = {**graph.events[second]}
    graph.written(first, graph.events[first])
    graph.written(
        second, {**moved, "start": {"dateTime": "2026-10-30T12:00:00", "timeZone": "UTC"}}
    )
    changed = known.changes(token, *AUTUMN)
    token = changed.token
    delivery.notice(changed)
    count = len(graph.asked)
    assert delivery.bring(wanted, at_most=10)
    assert [one[0] for one in graph.asked[count:]] == ["GET", "GET", "PATCH"]
    assert local(known.busy(*AUTUMN, ())) == ["25.10. 01:00–03:00"] * 2
    changed = known.changes(token, *AUTUMN)
    token = changed.token
    delivery.notice(changed)
    assert all(one.fingerprint for one in delivery.delivered.values())
    graph.take_out(second)
    delivery.notice(known.changes(token, *AUTUMN))
    assert delivery.bring(wanted, at_most=10) and len(graph.events) == 2
    assert delivery.bring({}, at_most=10) and graph.events == {}


def reason(ask):
    with pytest.raises(CalendarError) as caught:
        ask()
    return caught.value


def test_what_goes_wrong_says_why(graph, calendar):
    def fails(**options):
        return reason(adapter(graph, **options).check).reason

    assert fails(secret="falsch") == interfaces.SECRET
    assert fails(tenant="contoso.example") == interfaces.TENANT
    assert fails(mailbox="niemand@contoso.onmicrosoft.com") == interfaces.NO_MAILBOX
    for code, expected in (
        (7000222, interfaces.EXPIRED),
        (700016, interfaces.APPLICATION),
        (53003, interfaces.REFUSED),
    ):
        access._kept.clear()
        graph.refuse("/token", 401, shapes.token_error("access_denied", code))
        assert fails() == expected
    calendar.check()
    graph.can_edit = False
    assert fails() == interfaces.READ_ONLY
    graph.refuse("/calendar", 403, shapes.error("ErrorAccessDenied"))
    assert fails() == interfaces.NOT_ALLOWED
    for status, body, expected in (
        (404, shapes.error("MailboxNotEnabledForRESTAPI"), interfaces.NO_MAILBOX),
        (500, shapes.error("InternalServerError"), interfaces.ANSWER),
        (302, None, interfaces.MOVED),
        (200, b"<html>", interfaces.ANSWER),
        (200, b"[]", interfaces.ANSWER),
        (200, shapes.page([]) | {"value": None}, interfaces.ANSWER),
        (200, shapes.page([{"id": "cut"}]), interfaces.ANSWER),
        (
            200,
            shapes.page(
                [
                    shapes.event("a", 1, "2026-10-26T09:00:00", "2026-10-26T10:00:00")
                    | {"start": {"dateTime": "2026-10-26T09:00:00", "timeZone": "Customized"}}
                ]
            ),
            interfaces.ANSWER,
        ),
    ):
        graph.refuse("/calendarView", status, body)
        assert reason(lambda: calendar.busy(*AUTUMN, ())).reason == expected
    nobody = graph.cloud._replace(graph=f"http://127.0.0.1:{free_port()}")
    away = Graph(Application(nobody, TENANT, CLIENT, SECRET), MAILBOX)
    graph.refuse("/token", 200, shapes.token("t"))
    assert reason(away.check).reason == interfaces.UNREACHABLE


def test_patience_is_what_they_ask_for(graph, calendar):
    for status, said, seconds in ((429, "17", 17), (503, "999999", 3600), (504, "soon", 0)):
        graph.refuse("/calendarView", status, shapes.error("TooManyRequests"), Retry_After=said)
        error = reason(lambda: calendar.busy(*AUTUMN, ()))
        assert (error.reason, error.later) == (interfaces.LATER, seconds)
        # Not asked again at once.
        assert graph.asked[-1][1].partition("?")[0].endswith("/calendarView")


def test_a_slow_calendar_does_not_keep_others_waiting(graph, monkeypatch):
    monkeypatch.setattr(client, "SECONDS", -1)
    assert reason(adapter(graph).check).reason == interfaces.LATER
    assert graph.asked == []


def test_a_token_that_has_ended_is_replaced_once(graph, calendar):
    calendar.check()
    graph.token = "token-2"
    calendar.check()
    graph.refuse("/calendar", 401, shapes.error("InvalidAuthenticationToken"))
    graph.refuse("/calendar", 401, shapes.error("InvalidAuthenticationToken"))
    assert reason(calendar.check).reason == interfaces.NOT_ALLOWED


@pytest.mark.parametrize(
    "link",
    [
        "http://169.254.169.254/v1.0/latest",
        "{root}@evil.example/v1.0/users",
        "{root}.evil.example/v1.0/users",
        "{root}/beta/users",
        "{root}/v1.0/../admin",
        "{root}/v1.0/%2e%2e/admin",
        "file:///v1.0/etc/passwd",
        "//evil.example/v1.0/",
    ],
)
def test_only_links_into_graph_are_followed(graph, calendar, link):
    calendar.check()
    count = len(graph.asked)
    graph.refuse("/calendarView", 200, shapes.page([], next=link.format(root=graph.address)))
    if link.startswith("//"):
        # Below the version it is: a path like any other, and nothing there.
        assert reason(lambda: calendar.busy(*AUTUMN, ())).reason == interfaces.NO_MAILBOX
        return
    assert reason(lambda: calendar.busy(*AUTUMN, ())).reason == interfaces.ANSWER
    assert len(graph.asked) == count + 1
    stored = f"{AUTUMN[1]} {link.format(root=graph.address)}"
    assert reason(lambda: calendar.changes(stored, *AUTUMN)).reason == interfaces.ANSWER


def test_pages_without_an_end_end(graph, calendar):
    root = f"{graph.address}/v1.0/users/{MAILBOX}/calendarView"
    for _number in range(200):
        graph.refuse("/calendarView", 200, shapes.page([], next=root))
    assert reason(lambda: calendar.busy(*AUTUMN, ())).reason == interfaces.ANSWER


def test_clouds_are_microsofts():
    for cloud in CLOUDS.values():
        for address in (cloud.graph, cloud.login):
            assert address.startswith("https://") and address.count("/") == 2
