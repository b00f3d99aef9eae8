"""The interface for other front ends, over a real server."""

from datetime import datetime
from datetime import timedelta
from icalendar import Calendar
from kaarst.appointments.bookings import office
from kaarst.appointments.bookings import store
from kaarst.appointments.engine.audit import audit
from kaarst.appointments.engine.records import Booking
from kaarst.appointments.engine.records import Hold
from kaarst.core import ratelimit
from kaarst.core.outbox import mail_of
from kaarst.core.outbox import outbox
from plone import api
from tests.appointments import town

import email
import email.policy
import pytest
import requests
import time
import time_machine
import transaction
import uuid


@pytest.fixture
def desk(functional_portal, monkeypatch):
    monkeypatch.setenv("KAARST_RATE_FACTOR", "1000")
    desk = town.make(functional_portal)
    functional_portal.manage_permission("plone.restapi: Use REST API", ["Anonymous"], acquire=1)
    transaction.commit()
    return desk


@pytest.fixture
def site(desk):
    return desk.aq_parent.aq_parent


def get(content, name, **query):
    return requests.get(
        f"{content.absolute_url()}/{name}",
        params=query,
        headers={"Accept": "application/json"},
        timeout=60,
    )


def post(content, name, data, **headers):
    return requests.post(
        f"{content.absolute_url()}/{name}",
        json=data,
        headers={"Accept": "application/json", **headers},
        timeout=60,
    )


def free(desk, *services, **query):
    answer = get(desk, "@slots", service=list(services or ["reisepass"]), **query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def hold(desk, start=None, services=("reisepass",)):
    start = start or free(desk, *services)["earliest"]
    return post(desk, "@holds", {"services": list(services), "start": start})


def book(desk, start=None, name="Erika Mustermann", **more):
    key = hold(desk, start).json()["hold"]
    answer = post(desk, "@bookings", {"hold": key, "name": name, **more})
    assert answer.status_code == 201, answer.text
    return answer.json()


def bookings(site):
    transaction.begin()
    return list(store.existing(site).engine.records(Booking))


def test_desks_with_their_services(desk, site):
    (found,) = get(site, "@desks").json()["items"]
    assert found["id"] == "burgerburo-kaarst" or found["id"] == desk.getId()
    assert found["place"]["address"] == ["Am Neumarkt 2", "41564 Kaarst", "Erdgeschoss"]
    assert [one["id"] for one in found["services"]] == [
        "personalausweis",
        "reisepass",
        "eheschliessung",
    ]
    assert found["services"][1]["bring"] == ["Passbild", "Alter Pass"]


def test_a_desk_being_set_up_is_not_shown(desk, site):
    with api.env.adopt_roles(["Manager"]):
        api.content.transition(desk, "retract")
    transaction.commit()
    assert get(site, "@desks").json()["items"] == []


def test_every_possible_start_is_listed(desk):
    day = town.next_weekday(1, 1)
    while desk and not office.engine(desk).plan.hours.open_cells(day):
        day += timedelta(days=1)
    found = free(desk, "reisepass", **{"from": day.isoformat(), "to": day.isoformat()})
    assert found["minutes"] == 15
    assert [one["date"] for one in found["days"]] == [day.isoformat()]
    starts = [datetime.fromisoformat(one) for one in found["days"][0]["slots"]]
    assert len(starts) == 20  # 08:30 to 11:40, every ten minutes
    assert f"{starts[0]:%H:%M}" == "08:30"
    assert f"{starts[-1]:%H:%M}" == "11:40"
    assert all(start.utcoffset() for start in starts)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({}, "service"),
        ({"service": "unknown"}, "service"),
        ({"service": ["reisepass"] * 9}, "service"),
        ({"service": "reisepass", "from": "today"}, "from"),
        ({"service": "reisepass", "to": "9999-99-99"}, "to"),
        ({"service": "reisepass", "from": "2026-01-02", "to": "2026-01-01"}, "to"),
        ({"service": "reisepass", "from": "2026-01-01", "to": "2027-01-01"}, "to"),
        ({"service": "reisepass", "from": "9999-12-31", "to": "0001-01-01"}, "to"),
    ],
)
def test_wrong_questions_are_answered_beside_the_field(desk, query, field):
    answer = get(desk, "@slots", **query)
    assert answer.status_code == 400, answer.text
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_days_far_away_are_simply_empty(desk):
    assert free(desk, "reisepass", **{"from": "9999-12-31"})["days"] == []
    assert free(desk, "reisepass", **{"from": "0001-01-01"})["days"] == []


def test_from_the_earliest_time_to_number_and_pin(desk, site):
    start = free(desk)["earliest"]
    held = hold(desk, start)
    assert held.status_code == 201
    assert held.json()["start"] == start
    left = datetime.fromisoformat(held.json()["expires"]).timestamp() - time.time()
    assert 590 < left <= 600
    answer = post(
        desk,
        "@bookings",
        {"hold": held.json()["hold"], "name": " Erika  Mustermann ", "email": "e@example.org"},
        **{"Accept-Language": "de"},
    )
    assert answer.status_code == 201
    booked = answer.json()
    assert booked["start"] == start
    assert booked["bring"] == ["Passbild", "Alter Pass"]
    (stored,) = bookings(site)
    assert stored.number == booked["number"]
    assert stored.person == {"name": "Erika Mustermann", "email": "e@example.org", "language": "de"}
    assert booked["pin"] not in repr(stored)

    event = Calendar.from_ical(booked["ics"]).walk("VEVENT")[0]
    assert event.decoded("dtstart").timestamp() == stored.start
    assert event.decoded("dtend").timestamp() == stored.end
    assert event.decoded("dtstart").utcoffset() == timedelta(0)
    assert "Erika" not in booked["ics"]

    (letter,) = outbox(site).queued.values()
    mail = email.message_from_bytes(mail_of(letter), policy=email.policy.default)
    text = mail.get_body().get_content()
    assert booked["number"] in text
    assert booked["pin"] not in text
    assert "Alter Pass" in text
    (attached,) = mail.iter_attachments()
    assert attached.get_content_type() == "text/calendar"
    assert attached.get_content_charset() == "utf-8"
    assert Calendar.from_ical(attached.get_content()).walk("VEVENT")


def test_nothing_public_pages_share_is_touched(desk, site):
    counter = site.portal_catalog.getCounter()
    book(desk, email="e@example.org")
    transaction.begin()
    assert site.portal_catalog.getCounter() == counter


def test_what_is_taken_is_answered_with_alternatives(desk):
    start = free(desk)["earliest"]
    assert {hold(desk, start).status_code for _ in range(2)} == {201}
    answer = hold(desk, start)
    assert answer.status_code == 409
    assert answer.json()["type"] == "Taken"
    assert len(answer.json()["alternatives"]) == 3
    assert start not in answer.json()["alternatives"]
    assert start not in str(free(desk)["days"])


def test_the_same_key_keeps_one_time(desk, site):
    data = {"services": ["reisepass"], "start": free(desk)["earliest"]}
    key = {"Idempotency-Key": str(uuid.uuid4())}
    first, second = (post(desk, "@holds", data, **key) for _ in range(2))
    assert first.json() == second.json()
    transaction.begin()
    assert len(store.existing(site).engine.records(Hold)) == 1
    data = {"hold": first.json()["hold"], "name": "Erika Mustermann"}
    key = {"Idempotency-Key": str(uuid.uuid4())}
    first, second = (post(desk, "@bookings", data, **key) for _ in range(2))
    assert first.json() == second.json()
    assert second.headers["Idempotency-Replayed"] == "true"
    assert len(bookings(site)) == 1


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"start": "2030-01-01T08:30:00+01:00"}, "services"),
        ({"services": "reisepass", "start": "2030-01-01T08:30:00+01:00"}, "services"),
        ({"services": ["reisepass"], "start": "2030-01-01T08:30:00"}, "start"),
        ({"services": ["reisepass"], "start": 5}, "start"),
        ({"services": ["reisepass"], "start": "0001-01-01T00:00:00+14:00"}, "start"),
        ({"services": ["reisepass"], "start": "2030-01-01T08:30:00.5+01:00"}, "start"),
        ({"services": ["golf"], "start": "2030-01-01T08:30:00+01:00"}, "services"),
    ],
)
def test_wrong_holds_are_refused(desk, data, field):
    answer = post(desk, "@holds", data)
    assert answer.status_code == 400, answer.text
    assert [error["field"] for error in answer.json()["errors"]] == [field]


@pytest.mark.parametrize("shift", [1, 7 * 60, 24 * 3600 * 365, -24 * 3600 * 30])
def test_times_nobody_offers_cannot_be_held(desk, shift):
    start = datetime.fromisoformat(free(desk)["earliest"]) + timedelta(seconds=shift)
    assert hold(desk, start.isoformat()).status_code == 409


@pytest.mark.parametrize(
    ("data", "fields"),
    [
        ({"hold": "x"}, ["name"]),
        ({"hold": "x", "name": "A", "email": "nobody"}, ["email"]),
        ({"hold": "x", "name": "A", "phone": "none"}, ["phone"]),
        ({"hold": "x", "name": 5, "email": []}, ["name", "email"]),
        ({"hold": "x", "name": "A" * 500}, ["name"]),
        ({"hold": "x", "name": "A\u0000B"}, ["name"]),
        ({"name": "A"}, ["hold"]),
        ({"hold": 7, "name": "A"}, ["hold"]),
    ],
)
def test_wrong_bookings_are_refused(desk, data, fields):
    answer = post(desk, "@bookings", data)
    assert answer.status_code == 400, answer.text
    assert [error["field"] for error in answer.json()["errors"]] == fields


def test_what_was_not_kept_can_be_booked_at_once(desk, site):
    start = free(desk)["earliest"]
    data = {"services": ["reisepass"], "start": start, "name": "Erika Mustermann"}
    data["email"] = "e@example.org"
    key = {"Idempotency-Key": str(uuid.uuid4()), "Accept-Language": "en"}
    first, second = (post(desk, "@bookings", data, **key) for _ in range(2))
    assert first.status_code == 201 and first.json() == second.json()
    assert first.json()["start"] == start and first.json()["mailed_to"] == "e@example.org"
    number_and_pin = {"number": first.json()["number"], "pin": first.json()["pin"]}
    assert post(site, "@booking", number_and_pin).status_code == 200
    (stored,) = bookings(site)
    assert b"Your appointment on" in mail_of(next(iter(outbox(site).queued.values())))
    assert (stored.channel, stored.history[0].actor) == ("online", office.CITIZEN)
    # The second counter, and nobody else.
    assert post(desk, "@bookings", data).status_code == 201
    refused = post(desk, "@bookings", data)
    assert refused.status_code == 409 and len(refused.json()["alternatives"]) == 3
    wrong = {"start": {**data, "start": None}, "services": {**data, "services": ["golf"]}}
    for field, sent in wrong.items():
        answer = post(desk, "@bookings", sent)
        assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert len(bookings(site)) == 2
    assert audit(store.existing(site).engine, int(time.time())) == []


def test_a_hold_that_is_gone_is_a_conflict(desk):
    answer = post(desk, "@bookings", {"hold": "x" * 22, "name": "A"})
    assert answer.status_code == 409
    assert answer.json()["type"] == "Gone"


def test_look_up_move_and_cancel(desk, site):
    booked = book(desk, email="e@example.org")
    mine = {"number": booked["number"].lower(), "pin": booked["pin"].replace(" ", "")}
    found = post(site, "@booking", mine)
    assert found.status_code == 200
    assert found.json()["changeable"] is True
    assert "pin" not in found.json()

    later = free(desk)["days"][-1]["slots"] or free(desk)["days"][-3]["slots"]
    moved = post(site, "@booking-move", {**mine, "start": later[0]})
    assert moved.status_code == 200, moved.text
    assert moved.json()["start"] == later[0]
    event = Calendar.from_ical(moved.json()["ics"]).walk("VEVENT")[0]
    assert event["sequence"] == 1
    before = Calendar.from_ical(booked["ics"]).walk("VEVENT")[0]
    assert event["uid"] == before["uid"]

    cancelled = post(site, "@booking-cancel", mine)
    assert cancelled.json()["state"] == "cancelled"
    assert "STATUS:CANCELLED" in cancelled.json()["ics"]
    assert post(site, "@booking-cancel", mine).status_code == 409
    assert post(site, "@booking-move", {**mine, "start": later[0]}).status_code == 409
    (stored,) = bookings(site)
    assert stored.state == "cancelled"
    assert later[0] in str(free(desk)["days"])
    assert len(outbox(site).queued) == 3
    assert audit(store.existing(site).engine, int(time.time())) == []


def test_late_can_only_be_who_comes_today(desk, site):
    later = free(desk)["days"][-1]["slots"] or free(desk)["days"][-3]["slots"]
    booked = book(desk, later[0])
    mine = {name: booked[name] for name in ("number", "pin")}
    assert post(site, "@booking-late", {**mine, "minutes": 61}).status_code == 400
    assert post(site, "@booking-late", {**mine, "minutes": 10}).status_code == 409
    (stored,) = bookings(site)
    with time_machine.travel(stored.start - 600, tick=True):
        answer = post(site, "@booking-late", {**mine, "minutes": 10})
    assert (answer.status_code, answer.json()["state"]) == (200, "confirmed")
    (stored,) = bookings(site)
    assert stored.late == 10


def test_a_wrong_pin_and_an_unknown_number_look_the_same(desk, site):
    booked = book(desk)
    wrong = post(site, "@booking", {"number": booked["number"], "pin": "0000 0000"})
    unknown = post(site, "@booking", {"number": "KAA-30S4-B1C9-K", "pin": booked["pin"]})
    assert wrong.status_code == unknown.status_code == 404
    assert wrong.json() == unknown.json()
    assert (
        post(site, "@booking-cancel", {"number": booked["number"], "pin": "1"}).status_code == 404
    )
    (stored,) = bookings(site)
    assert stored.state == "confirmed"


def test_who_guesses_has_to_wait(desk, site, monkeypatch):
    monkeypatch.setenv("KAARST_RATE_FACTOR", "1")
    monkeypatch.setattr(ratelimit, "client", lambda request: str(uuid.uuid4()))
    booked = book(desk)
    mine = {"number": booked["number"], "pin": "0000 0000"}
    answers = [post(site, "@booking", mine) for _ in range(12)]
    assert [answer.status_code for answer in answers].count(404) == 10
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["Retry-After"]) > 0


def test_holds_are_limited(desk, monkeypatch):
    monkeypatch.setenv("KAARST_RATE_FACTOR", "0.05")
    sender = str(uuid.uuid4())
    monkeypatch.setattr(ratelimit, "client", lambda request: sender)
    assert [hold(desk).status_code for _ in range(4)] == [201, 201, 201, 429]


def test_free_times_may_be_a_little_old_for_the_public(desk):
    answer = get(desk, "@slots", service="reisepass")
    assert answer.headers["Cache-Control"] == "public, max-age=2"
    assert "Set-Cookie" not in answer.headers


def test_everything_is_described(site):
    paths = get(site, "@openapi").json()["paths"]
    for path in ("/@desks", "/{desk}/@slots", "/{desk}/@holds", "/{desk}/@bookings", "/@booking"):
        assert path in paths
