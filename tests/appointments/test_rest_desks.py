"""A clerk's app and that of who sets desks up, without our pages; every answer as described."""

from datetime import datetime
from datetime import timedelta
from kaarst.appointments.bookings import office
from kaarst.appointments.bookings import store
from kaarst.appointments.engine import claims
from kaarst.appointments.engine import closing
from kaarst.appointments.engine.audit import audit
from kaarst.appointments.engine.claims import Claim
from kaarst.appointments.engine.records import Booking
from kaarst.appointments.engine.records import Hold
from kaarst.appointments.engine.wishes import Wish
from kaarst.core.outbox import mail_of
from kaarst.core.outbox import outbox
from plone import api
from tests.appointments import town
from tests.appointments.clicking import PASSWORD
from tests.appointments.described import Described

import email
import email.policy
import pytest
import requests
import time
import transaction
import uuid


pytestmark = pytest.mark.usefixtures("noon")

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
ALWAYS = {
    **{f"hours_{day}": "00:00–24:00" for day in WEEKDAYS},
    "hours_closed_on_holidays": False,
}
ERIKA = {"name": "Erika Mustermann", "email": "e@example.org"}


class Hall:
    """A desk with two counters that is open around the clock, and an app for it."""

    def __init__(self, portal):
        self.site, self.desk = portal, town.make(portal, hours=ALWAYS)
        users = portal.acl_users
        for name, role in {
            "clerk": "Desk Staff",
            "head": "Desk Manager",
            "other": "Editor",
        }.items():
            users.userFolderAddUser(name, PASSWORD, ["Member", role], [])
        portal.manage_permission("plone.restapi: Use REST API", ["Anonymous"], acquire=1)
        transaction.commit()
        self.app = Described(portal)

    def get(self, name, /, who="clerk", **query):
        return self.app.call("GET", self.desk, name, query, who)

    def post(self, name, /, who="clerk", key="", **data):
        headers = {"Idempotency-Key": key} if key else {}
        return self.app.call("POST", self.desk, name, data, who, **headers)

    def ask(self, name, /, **data):
        """Something at the site, as a citizen."""
        return self.app.call("POST", self.site, name, data)

    def times(self, **query):
        return self.get("@free-times", service="reisepass", **query).json()

    def booked(self, start=None, **more):
        start = start or free_starts(self.times())[2]
        answer = self.post("@appointments", services=["reisepass"], start=start, **ERIKA, **more)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def fields(self, answer):
        assert answer.status_code == 400, answer.text
        return [error["field"] for error in answer.json()["errors"]]

    def sound(self):
        transaction.begin()
        return audit(store.existing(self.site).engine, int(time.time())) == []


@pytest.fixture
def hall(functional_portal, monkeypatch):
    monkeypatch.setenv("KAARST_RATE_FACTOR", "1000")
    return Hall(functional_portal)


WORK = {
    "GET": ("@day", "@free-times", "@conflicts", "@waiting-list", "@route", "@misfits", "@to-call"),
    "POST": (
        *("@call-next", "@call-again", "@ticket-finish", "@ticket-no-show", "@ticket-leave"),
        *("@ticket-park", "@ticket-back", "@ticket-pass-on", "@hall-notice"),
        *("@appointments", "@appointment-move", "@appointment-cancel", "@appointment-arrive"),
        *("@appointment-no-show", "@waiting-list-accept", "@waiting-list-refuse"),
        "@waiting-list-withdraw",
        *("@find", "@told"),
    ),
}
CONFIGURE = {"GET": ("@closures", "@week"), "POST": ("@closures", "@closure-end", "@terminal-key")}


def test_least_right(hall):
    def status(method, name, who):
        return hall.app.call(method, hall.desk, name, {}, who).status_code

    for method, names in WORK.items():
        assert {status(method, name, who) for name in names for who in ("", "other")} == {401}
        # Let in; what is missing is said.
        assert {status(method, name, "clerk") for name in names} <= {200, 400}
    for method, names in CONFIGURE.items():
        assert {status(method, name, "clerk") for name in names} == {401}
        assert {status(method, name, "head") for name in names} <= {200, 201, 400}
    said = {
        one["id"]: one["may"] for one in hall.app.call("GET", hall.site, "@desks").json()["items"]
    }
    assert set(map(tuple, said.values())) == {()}
    (mine,) = hall.app.call("GET", hall.site, "@desks", who="clerk").json()["items"]
    assert mine["may"] == ["work"]
    (mine,) = hall.app.call("GET", hall.site, "@desks", who="head").json()["items"]
    assert set(mine["may"]) == {"work", "overbook", "configure", "calendars", "figures"}


def test_by_phone_from_a_free_time_to_a_moved_and_cancelled_appointment(hall):
    # Not the first: its minute may be over before it is booked.
    start = free_starts(hall.times())[3]
    key = str(uuid.uuid4())
    data = {"services": ["reisepass"], "start": start, **ERIKA}
    first, second = (hall.post("@appointments", key=key, **data) for _ in range(2))
    assert first.status_code == 201 and first.json() == second.json()
    booked = first.json()
    assert booked["channel"] == "staff" and booked["history"][0]["who"] == "clerk"
    # The citizen's number and PIN are as good as any others.
    mine = {"number": booked["number"], "pin": booked["pin"]}
    assert hall.ask("@booking", **mine).json()["start"] == start
    hall.booked(start)
    taken = hall.post("@appointments", **data)
    assert taken.status_code == 409 and len(taken.json()["alternatives"]) == 3
    assert hall.fields(hall.post("@appointments", **{**data, "start": "07:30"})) == ["start"]
    assert hall.fields(hall.post("@appointments", **{**data, "services": ["golf"]})) == ["services"]
    assert hall.fields(hall.post("@appointments", **{**data, "name": ""})) == ["name"]
    assert hall.fields(hall.post("@appointments", **{**data, "over": 1})) == ["over"]
    # To move it, its own time is free.
    assert start in free_starts(hall.times(moving=booked["number"]))
    found = hall.times()
    assert found["earliest"] == free_starts(found)[0] and start not in free_starts(found)
    # More than fit: by right only.
    assert hall.post("@appointments", over=True, **data).status_code == 403
    over = hall.post("@appointments", who="head", over=True, **data)
    assert over.status_code == 201 and over.json()["over"] is True
    other = taken.json()["alternatives"][0]
    moved = hall.post("@appointment-move", number=booked["number"].lower(), start=other)
    assert moved.json()["start"] == other
    assert moved.json()["history"][-1] | {"at": ""} == {"at": "", "action": "moved", "who": "clerk"}
    assert hall.post("@appointment-no-show", number=booked["number"]).status_code == 409
    gone = hall.post("@appointment-cancel", number=booked["number"], reason="Krankheit")
    assert gone.json()["state"] == "cancelled"
    transaction.begin()
    letters = [
        email.message_from_bytes(mail_of(one), policy=email.policy.default)
        for one in outbox(hall.site).queued.values()
    ]
    assert any("Krankheit" in one.get_body().get_content() for one in letters)
    assert hall.post("@appointment-cancel", number=booked["number"]).status_code == 409
    assert hall.post("@appointment-move", number="KAA-30S4-B1C9-K", start=start).status_code == 404
    assert hall.fields(hall.post("@appointment-move", number="KAA-1", start=start)) == ["number"]
    assert hall.sound()


def free_starts(found):
    return [start for day in found["days"] for start in day["slots"]]


def test_the_queue_from_arrival_to_finished(hall):
    booked = hall.booked()
    arrived = hall.post("@appointment-arrive", number=booked["number"]).json()
    assert arrived["state"] == "arrived" and arrived["ticket"]["number"] == "T001"
    drawn = hall.post("@tickets", services=["personalausweis"]).json()
    assert drawn["number"] == "A001"
    day = hall.get("@day").json()
    assert day["counts"] == {"planned": 1, "here": 1, "done": 0, "missed": 0}
    names = {one["number"]: one["name"] for one in day["waiting"]}
    assert names == {"T001": "Erika Mustermann", "A001": ""}
    counters = [one["id"] for one in day["counters"]]
    called = [hall.post("@call-next", counter=one).json()["ticket"] for one in counters]
    ticket = next(one for one in called if one["number"] == "T001")
    assert (ticket["state"], ticket["appointment"]) == ("called", booked["number"])
    assert hall.post("@call-next", counter=counters[0]).json()["type"] == "Busy"
    assert hall.post("@call-next", counter="nobody").status_code == 404
    # The display and the phone know the same, without names.
    board = hall.get("@queue", who="").json()
    assert "T001" in [one["number"] for one in board["calls"]] and "Erika" not in str(board)
    assert hall.post("@call-again", ticket="t 001").json()["state"] == "called"
    assert hall.post("@ticket-finish", ticket="T001").json()["state"] == "finished"
    assert hall.post("@ticket-finish", ticket="T001").json()["type"] == "NotPossible"
    assert hall.fields(hall.post("@ticket-finish", ticket="none")) == ["ticket"]
    assert hall.post("@ticket-finish", ticket="A999").status_code == 404
    assert hall.post("@ticket-no-show", ticket="A001").json()["state"] == "no-show"
    third = hall.post("@tickets", services=["reisepass"]).json()["number"]
    assert hall.fields(hall.post("@call-again", ticket=third)) == ["ticket"]
    assert hall.post("@ticket-leave", ticket=third).json()["state"] == "left"
    assert hall.post("@call-next", counter=counters[0]).json() == {"ticket": None, "waiting": 0}
    day = hall.get("@day").json()
    (found,) = day["items"]
    assert found["state"] == "finished" and day["counts"]["done"] == 1
    assert [one["action"] for one in found["history"]] == [
        "booked",
        "arrived",
        "called",
        "finished",
    ]
    assert hall.get("@day", date="2026-13-01").status_code == 400
    assert hall.get("@day", date="1999-12-31").status_code == 400
    assert hall.get("@day", date="2030-01-02").json()["items"] == []
    assert hall.sound()


def test_a_visitor_is_put_aside_and_sent_on_and_the_room_is_told(hall):
    second = town.make(hall.site, title="Standesamt", hours=ALWAYS)
    transaction.commit()
    counters = [one["id"] for one in hall.get("@day").json()["counters"]]
    number = hall.post("@tickets", services=["reisepass"]).json()["number"]
    ticket = {"ticket": number}
    hall.post("@call-next", counter=counters[0])
    assert hall.post("@ticket-park", **ticket).json()["state"] == "parked"
    day = hall.get("@day").json()
    assert [one["number"] for one in day["aside"]] == [number] and day["waiting"] == []
    assert hall.post("@ticket-back", **ticket).json()["state"] == "waiting"
    # Only the other counter may call it now.
    hall.post("@ticket-pass-on", counter=counters[1], **ticket)
    assert hall.post("@call-next", counter=counters[0]).json() == {"ticket": None, "waiting": 1}
    other = hall.post("@ticket-pass-on", services=["eheschliessung"], **ticket).json()
    assert [one["id"] for one in other["services"]] == ["eheschliessung"]
    assert hall.fields(hall.post("@ticket-pass-on", services=["golf"], **ticket)) == ["services"]
    assert hall.fields(hall.post("@ticket-pass-on", desk="nowhere", **ticket)) == ["desk"]
    assert hall.post("@ticket-pass-on", counter="nobody", **ticket).status_code == 404
    there = {"desk": second.getId(), "services": ["personalausweis"]}
    assert hall.post("@ticket-pass-on", **there, **ticket).json()["number"] == number
    followed = hall.app.call("GET", hall.desk, "@ticket", {"number": number}).json()
    assert (followed["state"], followed["desk"]) == ("waiting", "Standesamt")
    assert hall.post("@ticket-pass-on", **there, **ticket).json()["type"] == "NotPossible"

    told = hall.post("@hall-notice", text="Heute nur  bis 15 Uhr.", stopped=True).json()
    assert told == {"text": "Heute nur bis 15 Uhr.", "stopped": True}
    board = hall.get("@queue", who="").json()
    assert (board["notice"], board["tickets"]) == ("Heute nur bis 15 Uhr.", False)
    assert hall.get("@day").json()["notice"] == told
    key = hall.post("@terminal-key", who="head").json()["key"]
    data = {"services": ["reisepass"]}
    terminal = {"X-Terminal-Key": key}
    refused = hall.app.call("POST", hall.desk, "@tickets", data, **terminal)
    assert refused.json()["type"] == "Full"
    assert hall.post("@hall-notice").json() == {"text": "", "stopped": False}
    drawn = hall.app.call("POST", hall.desk, "@tickets", data, **terminal)
    assert drawn.status_code == 201
    assert hall.fields(hall.post("@hall-notice", text="x" * 161)) == ["text"]
    assert hall.sound()


def test_a_morning_is_closed_and_those_it_hits_are_moved(hall):
    tomorrow = datetime.fromisoformat(hall.times()["earliest"]).date() + timedelta(days=1)
    start = next(one for one in free_starts(hall.times()) if one.startswith(f"{tomorrow}T09:00"))
    booked = hall.booked(start)
    begin, end = (start.replace("T09:", f"T{hour}:") for hour in ("08", "12"))
    closed = hall.post("@closures", who="head", start=begin, end=end, reason="Fortbildung")
    assert closed.status_code == 201, closed.text
    (hit,) = closed.json()["hit"]
    assert hit["number"] == booked["number"] and len(hit["alternatives"]) == 3
    assert len(closed.json()["counters"]) == 2
    assert hall.get("@closures", who="head").json()["items"] == [closed.json()]
    open_on = {
        one["id"]: {day["date"]: day["open"] for day in one["days"]}
        for one in hall.get("@week", who="head", date=str(tomorrow)).json()["items"]
    }
    counter = closed.json()["counters"][0]["id"]
    spans = open_on[counter][str(tomorrow)]
    assert [spans[0]["end"], spans[1]["start"]] == [begin, end]
    moved = hall.post("@appointment-move", number=hit["number"], start=hit["alternatives"][0])
    assert moved.json()["start"] == hit["alternatives"][0]
    (left,) = hall.get("@closures", who="head").json()["items"]
    assert left["hit"] == []
    opened = hall.post("@closure-end", who="head", id=left["id"])
    assert opened.json() == {"ended": True}
    assert hall.post("@closure-end", who="head", id=left["id"]).status_code == 404
    assert start in free_starts(hall.times())
    wrong = {
        "start": {"start": "morgen", "end": end},
        "end": {"start": end, "end": begin},
        "counters": {"start": begin, "end": end, "counters": ["nobody"]},
        "reason": {"start": begin, "end": end, "reason": "x" * 201},
    }
    for field, data in wrong.items():
        assert hall.fields(hall.post("@closures", who="head", **data)) == [field]
    assert hall.get("@closures", who="head").json()["items"] == []
    # Found by name; moved unasked and without an address, so that somebody has to call.
    (found,) = hall.post("@find", text="muster eri").json()["items"]
    assert found["number"] == booked["number"]
    assert hall.fields(hall.post("@find", text=" ")) == ["text"]
    data = {"services": ["reisepass"], "start": start, "name": "Hans Beispiel"}
    hans = hall.post("@appointments", **data).json()
    hall.post("@appointment-move", number=hans["number"], start=end, knows=False)
    (call,) = hall.get("@to-call").json()["items"]
    assert (call["number"], call["believed"], call["start"]) == (hans["number"], start, end)
    hall.post("@told", number=hans["number"])
    assert hall.get("@to-call").json()["items"] == []
    # Who changes the hours writes the desk itself, and is told what is wrong beside the field.
    address, head = hall.desk.absolute_url(), ("head", PASSWORD)
    sent = {"headers": hall.app.headers, "auth": head, "timeout": 60}
    refused = requests.patch(address, json={"hours_monday": "vormittags"}, **sent)
    assert (refused.status_code, "hours_monday" in refused.text) == (400, True), refused.text
    hours = {f"hours_{day}": "" for day in WEEKDAYS}
    assert requests.patch(address, json={**hours, "step": 7}, **sent).status_code == 400
    assert free_starts(hall.times())
    assert requests.patch(address, json=hours, **sent).status_code == 204
    assert free_starts(hall.times()) == []
    outside = hall.get("@misfits").json()["items"]
    assert {one["reason"] for one in outside} == {"hours"} and len(outside) == 2
    sent["auth"] = ("clerk", PASSWORD)
    assert requests.patch(address, json=hours, **sent).status_code == 401
    assert hall.sound()


def wish_of(hall):
    (wish,) = office.engine(hall.desk).storage.records(Wish)
    return wish


def test_who_waits_and_whom_a_calendar_gets_in_the_way_of(hall):
    with api.env.adopt_roles(["Manager"]):
        api.content.delete(hall.desk["schalter-2"])
        hall.desk.horizon, hall.desk.step, hall.desk["reisepass"].minutes = 0, 60, 60
    transaction.commit()
    today = hall.get("@day").json()["date"]
    booked = [hall.booked(one) for one in free_starts(hall.times(to=today))]
    until = today
    wish = {"services": ["reisepass"], "until": until, "notice": 60, **ERIKA}
    asked = hall.post("@wishes", who="", **wish).json()
    (waits,) = hall.get("@waiting-list").json()["items"]
    assert waits["number"] == asked["number"] and waits["offer"] is None
    mine = {"number": asked["number"], "pin": asked["pin"]}
    assert hall.ask("@wish", **mine).json()["ahead"] == 0
    hall.post("@appointment-cancel", number=booked[-1]["number"])
    (waits,) = hall.get("@waiting-list").json()["items"]
    assert waits["state"] == "offered" and waits["offer"]["start"] == booked[-1]["start"]
    # Something came over it unseen: who accepts waits again, and gets the next one.
    day, taking = datetime.fromisoformat(until).date(), booked[-1]["counters"][0]["id"]
    transaction.begin()
    engine = office.engine(hall.desk)
    cells = engine.storage.records(Hold).get(wish_of(hall).hold).pieces[0].cells
    engine.storage.ledgers.place(taking, day, "x", Claim(claims.CLOSED, cells), engine.now)
    transaction.commit()
    for lost in (hall.ask("@wish-accept", **mine), hall.ask("@wish-accept", **mine)):
        assert lost.status_code == 409
    assert hall.ask("@wish", **mine).json()["state"] == "waiting"
    hall.post("@appointment-cancel", number=booked.pop(-2)["number"])
    (waits,) = hall.get("@waiting-list").json()["items"]
    booked.append({"start": waits["offer"]["start"]})
    assert hall.post("@waiting-list-refuse", id="nobody").status_code == 404
    taken = hall.post("@waiting-list-accept", id=waits["id"])
    assert taken.json()["number"] == asked["number"]
    assert hall.ask("@booking", **mine).json()["start"] == booked[-1]["start"]
    assert hall.get("@waiting-list").json()["items"] == []
    again = hall.post("@wishes", who="", **wish).json()
    (waits,) = hall.get("@waiting-list").json()["items"]
    assert hall.post("@waiting-list-withdraw", id=waits["id"]).json()["state"] == "ended"
    found = hall.ask("@wish", number=again["number"], pin=again["pin"]).json()
    assert (found["state"], found["ahead"]) == ("ended", None)

    transaction.begin()
    engine = office.engine(hall.desk)
    booking = next(one for one in engine.storage.records(Booking) if one.number == asked["number"])
    resource, day = booking.pieces[0].resource, datetime.fromisoformat(booked[-1]["start"]).date()
    closing.set_busy(engine, resource, day, day, {"uid": (booking.start, booking.end)})
    transaction.commit()
    (hit,) = hall.get("@conflicts").json()["items"]
    assert hit["number"] == asked["number"] and hit["hit_counters"][0]["id"] == resource
