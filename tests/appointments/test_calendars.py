"""Counters connected to a real calendar server, conflicts, and feeds, in a site."""

from dataclasses import replace
from datetime import date
from datetime import datetime
from datetime import UTC
from email import message_from_bytes
from email.policy import default
from icalendar import Calendar
from kaarst.appointments.bookings import calendar as confirmation
from kaarst.appointments.bookings import office
from kaarst.appointments.bookings import store
from kaarst.appointments.calendars import blocking
from kaarst.appointments.calendars import linking
from kaarst.appointments.calendars.caldav import CalDAV
from kaarst.appointments.calendars.job import CalendarsReadable
from kaarst.appointments.calendars.job import SyncCalendars
from kaarst.appointments.calendars.records import Connection
from kaarst.appointments.calendars.records import Feed
from kaarst.appointments.calendars.records import GRACE
from kaarst.appointments.engine import raster
from kaarst.appointments.engine.audit import audit
from kaarst.appointments.engine.records import Booking
from kaarst.core.outbox import mail_of
from kaarst.core.outbox import outbox
from kaarst.core.sealing import seal
from plone import api
from plone.uuid.interfaces import IUUID
from tests.appointments import town
from tests.appointments.calendars.events import event
from tests.appointments.calendars.events import local
from tests.appointments.calendars.server import PASSWORD as SECRET
from tests.appointments.calendars.server import running
from tests.appointments.calendars.server import USER
from tests.appointments.clicking import Browser
from tests.appointments.clicking import form_with
from tests.appointments.clicking import made
from tests.appointments.clicking import PASSWORD
from tests.appointments.test_staff_pages import desk  # noqa: F401

import pytest
import requests
import time
import transaction


@pytest.fixture(scope="module")
def radicale(tmp_path_factory):
    with running(tmp_path_factory.mktemp("radicale")) as server:
        yield server


@pytest.fixture
def server(radicale):
    radicale.empty()
    return radicale


def stamp(moment):
    return f"{datetime.fromtimestamp(moment, UTC):%Y%m%dT%H%M%SZ}"


def meeting(server, start, minutes=15, name="meeting"):
    lines = (f"DTSTART:{stamp(start)}", f"DTEND:{stamp(start + minutes * 60)}")
    server.write(name, *event(*lines, "SUMMARY:Zahnarzt", uid=name))


def entries(server):
    """What stands in the calendar: the start of each entry, by summary."""
    text = server.ask("GET").text
    found = Calendar.from_ical(text).walk("VEVENT") if text.strip() else []
    return {str(one["SUMMARY"]): int(one["DTSTART"].dt.timestamp()) for one in found}


def work(site):
    """Two rounds of the worker: new entries are announced in the first and written in the second."""
    SyncCalendars().run(site)
    SyncCalendars().run(site)


def link(site):
    return next(iter(store.existing(site).engine.records(Connection)))


class TestSynchronizing:
    """The rules, at instants of their own."""

    @pytest.fixture
    def place(self, portal):
        return town.make(portal, counters=1)

    @pytest.fixture
    def connected(self, place, server):
        now = int(time.time())
        key = office.engine(place).plan.resources[0].id
        made = Connection(key, IUUID(place), server.address, USER, seal(SECRET), made=now)
        assert linking.connect(place, made, now) == []
        return now

    def starts(self, place, day):
        engine = office.engine(place)
        request = engine.plan.request(["reisepass"])
        return [f"{raster.local(one):%H:%M}" for one in engine.search().instants(request, day)]

    def test_busy_times_and_appointments_go_both_ways(self, place, connected, server, portal):
        day, now = town.next_weekday(), connected
        meeting(server, town.at(day, "08:30"), 150)
        booking = office.book(
            place, ["reisepass"], town.at(day, "11:30"), {"name": "Erika Mustermann"}
        ).booking
        work(portal)
        assert self.starts(place, day) == ["11:00", "11:10"]
        summary = "Appointment: Reisepass (E. M.)"
        assert entries(server)[summary] == booking.start
        assert "Mustermann" not in server.ask("GET").text

        # What we wrote ourselves neither blocks nor is written again.
        found = link(portal)
        SyncCalendars().run(portal)
        assert link(portal) == found
        store.existing(portal).engine.records(Connection).put(replace(found, looked=0))
        SyncCalendars().run(portal)
        assert link(portal).delivered == found.delivered
        assert len(link(portal).busy) == 1
        assert CalendarsReadable().check(portal).state == "ok"

        # Moved here, and the meeting is over there: both follow.
        office.move(booking, town.at(day, "11:00"))
        server.ask("DELETE", "meeting.ics")
        linking.synchronize(place, link(portal), now + 60, 0, portal)
        assert entries(server) == {summary: town.at(day, "11:00")}
        assert "08:30" in self.starts(place, day)

        # Cancelled here: out. Days whose time is over go as well.
        office.cancel(store.existing(portal).engine.records(Booking).get(booking.id))
        linking.synchronize(place, link(portal), now + 120, 0, portal)
        assert entries(server) == {}
        assert audit(store.existing(portal).engine, now) == []

    def test_a_worker_that_is_killed_leaves_nothing_behind(self, place, connected, server, portal):
        day, person = town.next_weekday(), {"name": "Erika"}
        first, second = (
            office.book(place, ["reisepass"], town.at(day, clock), person).booking
            for clock in ("09:00", "10:00")
        )
        SyncCalendars().run(portal)
        assert entries(server) == {}
        # Killed after both were written and before that was stored.
        stored = transaction.savepoint()
        SyncCalendars().run(portal)
        stored.rollback()
        assert server.ask("GET").text.count("BEGIN:VEVENT") == 2
        office.cancel(store.existing(portal).engine.records(Booking).get(first.id))
        work(portal)
        assert list(entries(server).values()) == [second.start]
        # The one that is gone closes nothing.
        assert "09:00" in self.starts(place, day)

    def test_what_is_done_to_our_entries_while_nobody_reads_is_put_right(
        self, place, connected, server, portal
    ):
        day, now, person = town.next_weekday(), connected, {"name": "Erika"}
        for clock in ("09:00", "10:00"):
            office.book(place, ["reisepass"], town.at(day, clock), person)
        work(portal)
        before = server.ask("GET").text.count("BEGIN:VEVENT"), sorted(link(portal).known())
        found = linking.synchronize(
            place, replace(link(portal), password=seal("falsch")), now + 10, 0, portal
        )
        one, other = before[1]
        server.ask("DELETE", f"{one}.ics")
        start = town.at(day, "11:00")
        moved = (f"DTSTART:{stamp(start)}", f"DTEND:{stamp(start + 600)}")
        server.write(other, *event(*moved, uid=other))
        linking.synchronize(place, replace(found, password=seal(SECRET)), now + 20, 0, portal)
        assert server.ask("GET").text.count("BEGIN:VEVENT") == before[0] == 2
        assert stamp(start) not in server.ask("GET").text
        # Imported anew under another name, as some programs do.
        server.ask("DELETE", f"{one}.ics")
        server.write("importiert", *event(*moved, uid=one))
        linking.synchronize(place, link(portal), now + 30, 0, portal)
        assert server.ask("GET").text.count("BEGIN:VEVENT") == 2
        assert stamp(start) not in server.ask("GET").text
        assert link(portal).refused == ""

    def test_one_calendar_for_two_counters(self, portal, server):
        place, day, now = town.make(portal, counters=2), town.next_weekday(), int(time.time())
        for one in office.engine(place).plan.resources:
            made = Connection(one.id, IUUID(place), server.address, USER, seal(SECRET), made=now)
            linking.connect(place, made, now)
        # Appointments at one counter are no foreign events at the other one.
        for _counter in range(2):
            office.book(place, ["reisepass"], town.at(day, "09:00"), {"name": "Erika"})
        office.book(place, ["reisepass"], town.at(day, "10:00"), {"name": "Erika"})
        for _round in range(2):
            work(portal)
            for one in store.existing(portal).engine.records(Connection):
                linking.synchronize(place, replace(one, token=""), now, 0, portal)
        assert server.ask("GET").text.count("BEGIN:VEVENT") == 3
        assert [one.busy for one in store.existing(portal).engine.records(Connection)] == [(), ()]
        assert list(blocking.collisions(office.engine(place), day, day)) == []
        assert "10:00" in self.starts(place, day) and "09:00" not in self.starts(place, day)

    def test_who_connected_it_is_told_of_a_conflict_once(self, place, connected, server, portal):
        day, now = town.next_weekday(), connected
        api.user.create(email="head@kaarst.example", username="head", password=PASSWORD)
        at_nine = {"start": town.at(day, "09:00"), "person": {"name": "Erika Mustermann"}}
        booking = office.book(place, ["reisepass"], **at_nine).booking
        meeting(server, booking.start)
        found = replace(link(portal), actor="head")
        for seconds in (60, 120):
            found = linking.synchronize(place, found, now + seconds, 0, portal)
        (letter,) = outbox(portal).queued.values()
        assert letter.to == "head@kaarst.example"
        text = message_from_bytes(mail_of(letter), policy=default).get_content()
        assert "09:00" in text and "Reisepass" in text and f"{place.id}/conflicts" in text
        assert "Mustermann" not in text and "Zahnarzt" not in text

    def test_the_file_a_citizen_gets_is_taken_by_a_calendar(self, place, server):
        headers = {"Content-Type": confirmation.MEDIA_TYPE}
        days = [date(2026, 3, 28), date(2026, 3, 29), date(2026, 10, 25), date(2026, 10, 26)]
        for day in days:
            start = town.at(day, "09:00")
            details = {"start": start, "end": start + 900, "made": start - 900, "pieces": ()}
            booking = Booking(f"{day}", IUUID(place), ("reisepass",), number="KAA-1", **details)
            file = confirmation.file_of(place, booking)
            # What CalDAV refuses is the METHOD of a file that is sent by mail (RFC 4791, 4.1);
            # programs leave it out when they store the entry.
            stored = file.replace(b"METHOD:PUBLISH\r\n", b"")
            answer = server.ask("PUT", f"{day}.ics", data=stored, headers=headers)
            assert answer.status_code == 201
        found = CalDAV(server.address, USER, SECRET).busy(
            town.at(days[0], "00:00"), town.at(days[-1], "24:00")
        )
        assert local(found) == [f"{day:%d.%m.} 09:00–09:15" for day in days]

    def test_what_cannot_be_read_is_busy(self, place, connected, portal, server):
        day, now = town.next_weekday(), connected
        engine = store.existing(portal).engine
        broken = replace(link(portal), password=seal("falsch"))
        found = linking.synchronize(place, broken, now, 0, portal)
        assert (found.reason, found.counts_as_busy(now)) == ("refused", False)
        # For some minutes what was read a moment ago is believed.
        assert self.starts(place, day)
        later = now + GRACE
        found = linking.synchronize(place, found, later, 0, portal)
        assert found.again > later
        assert self.starts(place, day) == []
        assert CalendarsReadable().check(portal).state == "ok"
        engine.records(Connection).put(replace(found, since=1))
        assert CalendarsReadable().check(portal).state == "warning"
        linking.synchronize(place, replace(found, password=seal(SECRET)), later, 0, portal)
        assert self.starts(place, day)
        assert link(portal).reason == ""

    def test_a_calendar_ends_with_its_counter(self, place, connected, portal):
        key = link(portal).id
        resource = next(one for one in place.objectValues() if IUUID(one) == key)
        place._delObject(resource.getId())
        SyncCalendars().run(portal)
        assert len(store.existing(portal).engine.records(Connection)) == 0

    def test_leaving_takes_our_entries_along(self, place, connected, server, portal):
        day = town.next_weekday()
        meeting(server, town.at(day, "08:30"), 60)
        office.book(place, ["reisepass"], town.at(day, "11:30"), {"name": "Erika"})
        work(portal)
        assert len(entries(server)) == 2
        assert linking.disconnect(place, link(portal), int(time.time()))
        assert list(entries(server)) == ["Zahnarzt"]
        assert "08:30" in self.starts(place, day)


@pytest.mark.parametrize(
    ("address", "possible"),
    [
        ("https://cloud.example/dav/a/", True),
        ("http://localhost:5232/a/", True),
        ("http://cloud.example/dav/a/", False),
        ("https://user:secret@cloud.example/", False),
        ("file:///etc/passwd", False),
        ("https://", False),
        ("https://[::1", False),
        ("", False),
    ],
)
def test_addresses(address, possible):
    assert linking.possible(address) is possible


def test_a_clerk_connects_a_calendar_and_solves_a_conflict(desk, server):  # noqa: F811
    site = desk.aq_parent.aq_parent
    head, clerk = Browser("head"), Browser("clerk")
    url = desk.absolute_url()
    for name, page, status in (("clerk", "calendars", 302), ("clerk", "conflicts", 200)):
        answer = requests.get(
            f"{url}/{page}", auth=(name, PASSWORD), allow_redirects=False, timeout=60
        )
        assert answer.status_code in (status, 401 if status == 302 else status)

    booking = made(desk, later=30).booking
    key = booking.pieces[0].resource
    meeting(server, booking.start)
    page = head.get(desk, "calendars")

    def form():
        return page.xpath(f"//article[@id='calendar-{key}']//form[.//input[@value='caldav']]")[0]

    values = {"address": server.address, "user": USER, "password": "falsch"}
    page = head.submit(form(), "connect", **{**values, "address": "http://cloud.example/"})
    assert head.status == 400 and "whole address of the calendar" in form().text_content()
    page = head.submit(form(), "connect", **values)
    assert head.status == 400 and "refuses this user" in form().text_content()
    # Nothing typed is lost but the password.
    assert form().fields["address"] == server.address
    assert not form().fields["password"]
    page = head.submit(form(), "connect", **{**values, "password": SECRET})
    assert head.status == 200
    assert "The calendar is connected" in page.text_content()
    assert "Please look at Conflicts" in page.text_content()
    transaction.begin()
    assert SECRET not in page.text_content() and SECRET not in str(link(site))

    # Who works at the desk reads it on the page of the day, whichever day it is about.
    page = clerk.get(desk, "day")
    (notice,) = page.xpath("//ul[@id='to-do']//a[contains(@href, '/conflicts')]")
    assert notice.text_content().split()[-1] == "1"
    page = clerk.get(desk, "conflicts")
    (row,) = page.xpath("//li[.//button[@name='start']]")
    assert "Erika Mustermann" in row.text_content()
    assert "Zahnarzt" not in page.text_content()
    # The same time at the other counter: the citizen is not troubled.
    (same,) = [one for one in row.xpath(".//button") if "same time" in one.text_content()]
    page = clerk.submit(form_with(row, same.get("value")), same.get("value"))
    assert "There are no conflicts" in page.text_content()
    transaction.begin()
    moved = store.existing(site).engine.records(Booking).get(booking.id)
    assert moved.start == booking.start
    assert moved.pieces[0].resource != key

    head.submit(form_with(head.get(desk, "calendars"), "disconnect"), "disconnect")
    transaction.begin()
    assert len(store.existing(site).engine.records(Connection)) == 0


def test_a_feed_is_read_without_an_account_until_it_is_ended(desk):  # noqa: F811
    site = desk.aq_parent.aq_parent
    head = Browser("head")
    kept, gone = made(desk, later=30).booking, made(desk, later=35).booking
    office.cancel(gone)
    transaction.commit()

    def make():
        page = head.submit(form_with(head.get(desk, "calendars"), "feed"), "feed")
        return page.xpath("//article//code")[0].text_content()

    address = make()
    assert address not in head.get(desk, "calendars").text_content()
    answer = requests.get(address, timeout=60)
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Cache-Control"] == "private, no-cache"
    # Who has it already is told so, in whatever way it says what it has.
    for known in (answer.headers["ETag"], f'"x", W/{answer.headers["ETag"]}'):
        again = requests.get(address, headers={"If-None-Match": known}, timeout=60)
        assert (again.status_code, again.content) == (304, b"")
    assert "Mustermann" not in answer.text and kept.number not in answer.text
    found = {
        int(one["DTSTART"].dt.timestamp()): (str(one["STATUS"]), one["SEQUENCE"])
        for one in Calendar.from_ical(answer.text).walk("VEVENT")
    }
    assert found == {kept.start: ("CONFIRMED", 0), gone.start: ("CANCELLED", 1)}
    assert f"DTSTART:{stamp(kept.start)}" in answer.text

    # A new address ends the former one; it can be ended altogether.
    newer = make()
    assert requests.get(address, timeout=60).status_code == 404
    assert requests.get(newer, timeout=60).status_code == 200
    head.submit(form_with(head.get(desk, "calendars"), "unfeed"), "unfeed")
    for dead in (newer, address.rpartition("/")[0], f"{address}/more"):
        assert requests.get(dead, timeout=60).status_code == 404
    transaction.begin()
    assert len(store.existing(site).engine.records(Feed)) == 0
