"""Our calendar client against a real Radicale, with the library `caldav` as the other client."""

from caldav import DAVClient
from dataclasses import replace
from icalendar import Calendar
from kaarst.appointments.calendars import entries
from kaarst.appointments.calendars import interfaces
from kaarst.appointments.calendars.caldav import CalDAV
from kaarst.appointments.calendars.delivery import Delivered
from kaarst.appointments.calendars.delivery import Delivery
from kaarst.appointments.calendars.interfaces import CalendarError
from kaarst.appointments.calendars.interfaces import Entry
from kaarst.appointments.calendars.interfaces import EntryChanged
from kaarst.appointments.calendars.interfaces import ICalendarAdapter
from tests.appointments.calendars.events import event
from tests.appointments.calendars.events import local
from tests.appointments.calendars.events import midnight
from tests.appointments.calendars.events import WINDOWS_ZONE
from tests.appointments.calendars.server import PASSWORD
from tests.appointments.calendars.server import running
from tests.appointments.calendars.server import USER
from tests.ports import free_port
from zope.interface.verify import verifyObject

import pytest


AUTUMN = midnight("2026-10-20"), midnight("2026-11-05")
ENTRY = Entry(
    uid=entries.uid_of("key"),
    start=midnight("2026-10-25") + 3600,
    end=midnight("2026-10-25") + 4 * 3600,
    summary="Termin: Eheschließung (E. M.)",
)


@pytest.fixture(scope="module")
def radicale(tmp_path_factory):
    with running(tmp_path_factory.mktemp("radicale")) as server:
        yield server


@pytest.fixture
def server(radicale):
    radicale.empty()
    return radicale


@pytest.fixture
def calendar(server):
    found = CalDAV(server.address.rstrip("/"), USER, PASSWORD)
    assert verifyObject(ICalendarAdapter, found)
    return found


@pytest.fixture
def library(server):
    """The same calendar, seen by another program."""
    with DAVClient(url=server.home, username=USER, password=PASSWORD) as client:
        yield client.calendar(url=server.address)


def test_foreign_events_block_on_both_sides_of_a_clock_change(server, calendar):
    server.write(
        "weekly",
        *WINDOWS_ZONE,
        *event(
            "DTSTART;TZID=W. Europe Standard Time:20260105T090000",
            "DTEND;TZID=W. Europe Standard Time:20260105T100000",
            "RRULE:FREQ=WEEKLY;BYDAY=MO,FR",
            "EXDATE;TZID=W. Europe Standard Time:20261030T090000",
            "SUMMARY:Dienstbesprechung",
        ),
        *event(
            "RECURRENCE-ID;TZID=W. Europe Standard Time:20261102T090000",
            "DTSTART;TZID=W. Europe Standard Time:20261102T140000",
            "DTEND;TZID=W. Europe Standard Time:20261102T143000",
        ),
    )
    server.write("holiday", *event("DTSTART;VALUE=DATE:20261025", uid="day"))
    free = event("DTSTART:20261026T120000Z", "DURATION:PT1H", "TRANSP:TRANSPARENT", uid="free")
    server.write("free", *free)
    found = calendar.busy(*AUTUMN, ())
    assert local(found) == [
        "23.10. 09:00–10:00",
        "25.10. 00:00–00:00",
        "26.10. 09:00–10:00",
        "02.11. 14:00–14:30",
    ]
    assert len({one.uid for one in found}) == 4


def test_appointments_stand_in_the_calendar_and_do_not_block_themselves(calendar, library):
    etag = calendar.put(ENTRY)
    assert etag == calendar.etag(ENTRY.uid)
    (seen,) = library.get_events()
    (read,) = Calendar.from_ical(seen.data).walk("VEVENT")
    assert read["UID"] == ENTRY.uid
    assert read["SUMMARY"] == ENTRY.summary
    # Three hours of the clock in which it goes back are four.
    assert (read["DTSTART"].dt.timestamp(), read["DTEND"].dt.timestamp()) == (
        ENTRY.start,
        ENTRY.end,
    )
    assert calendar.busy(*AUTUMN, {ENTRY.uid}) == []
    assert local(calendar.busy(*AUTUMN, ())) == ["25.10. 01:00–03:00"]


def test_nobody_is_overwritten_unawares(calendar):
    etag = calendar.put(ENTRY)
    with pytest.raises(EntryChanged):
        calendar.put(ENTRY)
    newer = calendar.put(replace(ENTRY, sequence=1), etag)
    with pytest.raises(EntryChanged):
        calendar.put(replace(ENTRY, sequence=2), etag)
    with pytest.raises(EntryChanged):
        calendar.delete(ENTRY.uid, etag)
    calendar.delete(ENTRY.uid, newer)
    assert calendar.etag(ENTRY.uid) is None
    calendar.delete(ENTRY.uid)


def test_changes(server, calendar):
    token, etags, whole = calendar.changes("", *AUTUMN)
    assert token and (etags, whole) == ({}, True)
    assert calendar.changes(token, *AUTUMN) == (token, {}, False)
    etag = calendar.put(ENTRY)
    mark = server.write("meeting", *event("DTSTART:20261026T120000Z", "DURATION:PT1H"))
    later, etags, whole = calendar.changes(token, *AUTUMN)
    assert (etags, whole) == ({ENTRY.uid: etag, "meeting": mark}, False)
    assert calendar.changes("", *AUTUMN) == (later, etags, True)
    server.ask("DELETE", "meeting.ics")
    assert calendar.changes(later, *AUTUMN).etags == {"meeting": None}
    # A token of another server: all there is is told, and perhaps what is gone.
    _token, etags, whole = calendar.changes("http://radicale.org/ns/sync/0", *AUTUMN)
    assert (etags.pop("meeting", None), etags, whole) == (None, {ENTRY.uid: etag}, True)


def test_delivery_repeats_without_doubling_and_stands_by_the_appointment(server, calendar, library):
    delivery = Delivery(calendar, {}, now=AUTUMN[0])
    other = replace(ENTRY, uid=entries.uid_of("other"))
    wanted = {one.uid: one for one in (ENTRY, other)}
    # Whoever wrote this entry ended before it was noted.
    calendar.put(ENTRY)
    assert not delivery.bring(wanted, at_most=9, seconds=0)
    assert not delivery.bring(wanted, at_most=1)
    assert delivery.bring(wanted, at_most=1)
    token = calendar.changes("", *AUTUMN).token
    assert len(library.get_events()) == 2

    # The clerk moves one entry and takes the other out.
    server.write(ENTRY.uid, *event("DTSTART:20261030T120000Z", "DURATION:PT1H", uid=ENTRY.uid))
    server.ask("DELETE", f"{other.uid}.ics")
    delivery.notice(calendar.changes(token, *AUTUMN))
    assert delivery.bring(wanted, at_most=10)
    assert local(calendar.busy(*AUTUMN, ())) == ["25.10. 01:00–03:00"] * 2
    assert {one.icalendar_component["DTSTART"].dt.timestamp() for one in library.get_events()} == {
        ENTRY.start
    }

    # Our own writing is no news to us.
    delivery.notice(calendar.changes(token, *AUTUMN))
    assert all(one.fingerprint for one in delivery.delivered.values())

    # Cancelled: out. What is over stays until it is forgotten.
    assert delivery.bring({other.uid: other}, at_most=10)
    assert len(library.get_events()) == 1
    over = Delivery(calendar, delivery.delivered, now=other.end + 1, forget=other.end - 1)
    assert over.bring({}, at_most=10) and len(library.get_events()) == 1
    forgetting = Delivery(calendar, over.delivered, now=other.end + 1, forget=other.end + 1)
    assert forgetting.bring({}, at_most=10) and library.get_events() == []
    assert forgetting.delivered == {}


def test_what_was_brought_counts_when_the_next_step_fails(calendar):
    delivery = Delivery(calendar, {}, now=AUTUMN[0])
    broken = CalDAV(f"http://127.0.0.1:{free_port()}/")
    delivery.bring({ENTRY.uid: ENTRY}, at_most=10)
    delivery.adapter = broken
    with pytest.raises(CalendarError):
        delivery.bring({}, at_most=10)
    assert list(delivery.delivered.values()) == [
        Delivered(entries.fingerprint(ENTRY), calendar.etag(ENTRY.uid), ENTRY.end)
    ]


def reason(adapter, ask="check"):
    with pytest.raises(CalendarError) as caught:
        adapter.check() if ask == "check" else adapter.busy(*AUTUMN, ())
    return caught.value.reason


@pytest.mark.parametrize("ask", ["check", "busy"])
def test_what_cannot_be_read_says_why(server, ask):
    CalDAV(server.address, USER, PASSWORD).check()
    assert reason(CalDAV(server.address, USER, "falsch"), ask) == interfaces.REFUSED
    assert reason(CalDAV(f"{server.home}urlaub/", USER, PASSWORD), ask) == interfaces.MISSING
    nobody = f"http://127.0.0.1:{free_port()}/"
    assert reason(CalDAV(nobody, USER, PASSWORD), ask) == interfaces.UNREACHABLE


def test_a_collection_is_no_calendar(server):
    assert reason(CalDAV(server.home, USER, PASSWORD)) == interfaces.NO_CALENDAR


def test_a_password_is_not_shown():
    found = CalDAV("https://user:secret@cloud.example/", USER, PASSWORD)
    assert PASSWORD not in repr(found) and "secret" not in repr(found)
