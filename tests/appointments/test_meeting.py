"""By video and at home: the link nobody guesses, the team and its way, the route of the day."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from icalendar import Calendar
from kaarst.appointments.bookings.person import checked
from kaarst.appointments.bookings.route import rounds
from kaarst.appointments.desks.meeting import IMeetingPlace
from kaarst.appointments.desks.meeting import link
from kaarst.appointments.desks.meeting import valid_server
from kaarst.appointments.desks.meeting import WrongAddress
from kaarst.appointments.desks.meeting import WrongBraces
from kaarst.appointments.engine.desk import Desk
from kaarst.appointments.engine.errors import Taken
from kaarst.appointments.engine.offering import Need
from kaarst.appointments.engine.offering import Offering
from kaarst.appointments.engine.plan import Resource
from kaarst.appointments.engine.retention import nameless
from kaarst.appointments.engine.storage.memory import MemoryStorage
from plone import api
from tests.appointments import town
from tests.appointments.engine.model import at
from tests.appointments.engine.model import BEFORE
from tests.appointments.engine.model import clock
from tests.appointments.engine.model import daily
from tests.appointments.engine.model import MONDAY
from tests.appointments.engine.model import plan
from tests.appointments.test_rest import book
from tests.appointments.test_rest import bookings
from tests.appointments.test_rest import desk  # noqa: F401
from tests.appointments.test_rest import get
from tests.appointments.test_rest import hold
from tests.appointments.test_rest import post
from tests.appointments.test_rest import site  # noqa: F401
from tests.appointments.test_staff_pages import Browser
from tests.appointments.test_staff_pages import PASSWORD
from types import SimpleNamespace
from zope.interface import Invalid

import pytest
import transaction
import uuid


TEAM = (
    Resource("anna", "staff"),
    Resource("bela", "staff"),
    Resource("kit", "kit"),
)
VISIT = Offering(
    "visit",
    30,
    travel=20,
    needs=(Need("staff", count=2, travels=True), Need("kit", travels=True)),
)
HOME = plan(hours=daily("8–11"), resources=TEAM, offerings=(VISIT,), step=10)
ADDRESS = {"street": "Am Neumarkt 2", "postal_code": "41564", "city": "Kaarst"}


def test_two_people_and_the_kit_go_together_and_need_time_for_the_way():
    storage = MemoryStorage()
    engine = Desk(HOME, storage, BEFORE)
    starts = clock(engine.search().instants(HOME.request(["visit"]), MONDAY))
    assert (starts[0], starts[-1]) == ("08:20", "10:10")
    first = engine.book(["visit"], at(MONDAY, "08:20"), {"name": "E"})
    assert {piece.resource for piece in first.pieces} == {"anna", "bela", "kit"}
    with pytest.raises(Taken):
        engine.book(["visit"], at(MONDAY, "09:20"), {"name": "F"})
    second = engine.book(["visit"], at(MONDAY, "09:30"), {"name": "F"})
    (one,) = rounds([second, first], 20)
    assert one.team == ("anna", "bela", "kit")
    assert clock([stop.leave for stop in one.stops]) == ["08:00", "09:10"]
    assert clock([stop.back for stop in one.stops]) == ["09:10", "10:20"]
    assert rounds([replace(first, state="cancelled")], 20) == []


def test_a_video_room_is_random_stays_when_moved_and_goes_with_the_name():
    engine = Desk(replace(HOME, rooms=True), MemoryStorage(), BEFORE)
    first = engine.book(["visit"], at(MONDAY, "08:20"), {"name": "E"})
    other = engine.book(["visit"], at(MONDAY, "09:30"), {"name": "F"})
    assert uuid.UUID(first.room).version == 4 and first.room != other.room
    engine.cancel(other.id)
    assert engine.move(first.id, at(MONDAY, "09:30")).room == first.room
    assert nameless(first).room == ""


@pytest.mark.parametrize(
    ("kind", "address", "expected"),
    [
        ("jitsi", "https://meet.example.org/", "https://meet.example.org/r"),
        ("opentalk", "https://talk.example.org", "https://talk.example.org/room/r"),
        ("opentalk", "https://talk.example.org/room/", "https://talk.example.org/room/r"),
        ("other", "https://v.example.org/?n={room}&x=1", "https://v.example.org/?n=r&x=1"),
        ("other", "https://v.example.org/lasting", "https://v.example.org/lasting"),
        ("jitsi", None, ""),
    ],
)
def test_links_of_video_servers(kind, address, expected):
    assert link(kind, address, "r") == expected


WRONG = ["http://x.example", "javascript:x", "https://", "https://a b", "https://[a", "https://a:b"]


@pytest.mark.parametrize("address", WRONG)
def test_no_other_links(address):
    with pytest.raises(WrongAddress):
        valid_server(address)


def test_a_slip_in_the_link_of_the_video_server_is_told():
    for address in ("https://a.example/{raum}", "https://a.example/{room", "https://a.example/{}"):
        with pytest.raises(WrongBraces):
            valid_server(address)
    assert valid_server("https://{room}.example.org") and valid_server("") and valid_server(None)
    for kind, address, count in (
        ("jitsi", "https://a.example/?x=1", 1),
        ("opentalk", "https://a.example#x", 1),
        ("jitsi", "https://a.example/{room}?x=1", 0),
        ("other", "https://a.example/?x=1", 0),
    ):
        errors = []
        with suppress(Invalid):
            server = SimpleNamespace(video_kind=kind, video_address=address)
            IMeetingPlace.validateInvariants(server, errors)
        assert len(errors) == count


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({}, []),
        ({"street": "Am Neumarkt"}, ["street"]),
        ({"street": "12"}, ["street"]),
        ({"postal_code": "4156"}, ["postal_code"]),
        ({"postal_code": "50667"}, ["postal_code"]),
        ({"city": ""}, ["city"]),
        ({"city": 7}, ["city"]),
    ],
)
def test_an_address_is_checked_where_we_come_to_people(change, wrong):
    home = SimpleNamespace(meets="home", postal_codes=["41564"])
    typed, mistakes = checked({"name": "Erika", **ADDRESS, **change}, desk=home)
    assert list(mistakes) == wrong
    assert set(typed) == {"name", "email", "phone", *ADDRESS}
    counter = SimpleNamespace(meets="desk")
    assert "street" not in checked({"name": "Erika", **ADDRESS}, desk=counter)[0]


def test_by_video_the_link_is_in_the_answer_and_the_calendar(desk, site):  # noqa: F811
    desk.meets, desk.video_address = "video", "https://meet.example.org"
    transaction.commit()
    assert get(site, "@desks").json()["items"][0]["place"]["meets"] == "video"
    booked = book(desk)
    (stored,) = bookings(site)
    assert booked["video_url"] == f"https://meet.example.org/{stored.room}"
    event = Calendar.from_ical(booked["ics"]).walk("VEVENT")[0]
    assert str(event["location"]) == booked["video_url"]
    citizen = Browser("")
    page = citizen.get(desk.aq_parent, "my-appointment")
    mine = {name: booked[name] for name in ("number", "pin")}
    page = citizen.submit(page.get_element_by_id("look-up"), **mine)
    assert page.xpath("//*[@id='video']/a/@href") == [booked["video_url"]]


def test_at_home_the_address_is_asked_and_stands_on_the_route(desk, site):  # noqa: F811
    with api.env.adopt_roles(["Manager"]):
        for kind in ("staff", "staff", "kit"):
            api.content.create(desk, "Resource", title=kind, kind=kind)
    desk.meets, desk.travel = "home", 30
    desk["reisepass"].kinds, desk["reisepass"].clerks = ["staff", "kit"], 2
    site.acl_users.userFolderAddUser("clerk", PASSWORD, ["Member", "Desk Staff"], [])
    transaction.commit()
    held = hold(desk).json()["hold"]
    answer = post(desk, "@bookings", {"hold": held, "name": "Erika"})
    assert answer.status_code == 400
    assert [one["field"] for one in answer.json()["errors"]] == list(ADDRESS)
    answer = post(desk, "@bookings", {"hold": held, "name": "Erika", **ADDRESS})
    assert answer.json()["visit"] == ["Am Neumarkt 2", "41564 Kaarst"]
    assert "Neumarkt" not in answer.json()["ics"]
    (stored,) = bookings(site)
    assert len({piece.resource for piece in stored.pieces}) == 3
    day = town.raster.day_of(stored.start)
    page = Browser("clerk").get(desk, "route", date=day.isoformat())
    (row,) = page.xpath("//table/tbody/tr")
    text = row.text_content()
    assert "Am Neumarkt 2" in text and "Erika" in text
    assert f"{town.raster.local(stored.start - 1800):%H:%M}" in text
    page = Browser("clerk").get(desk, "route", date=(day + timedelta(days=1)).isoformat())
    assert page.xpath("//table") == []
    citizen = Browser("")
    page = citizen.get(desk.aq_parent, "times", service="reisepass")
    form = page.xpath("//section[@aria-labelledby='earliest-title']//form")[0]
    start = form.xpath(".//button/@value")[0]
    page = citizen.submit(form, start)
    page = citizen.submit(page.get_element_by_id("details"), name="Max", street="Weg")
    assert citizen.status == 400 and page.get_element_by_id("street").value == "Weg"
    page = citizen.submit(page.get_element_by_id("details"), **ADDRESS)
    assert "Am Neumarkt 2, 41564 Kaarst" in page.get_element_by_id("visit").text_content()
