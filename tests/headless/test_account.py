"""The citizen's account over REST: what was sent while signed in needs no PIN, for nobody else."""

from datetime import datetime
from datetime import UTC
from icalendar import Calendar
from kaarst.core.account import store
from kaarst.policy.demo.accounts import PASSWORD
from tests.headless.test_story import ANSWERS
from tests.headless.test_story import FORM

import pytest
import requests
import uuid


pytestmark = pytest.mark.timeout(600)

BARRIER = "formulare/barriere-melden"
SENT = {"data": {"barrier": "Die Stufe am Eingang.", "email": "erika@example.org"}}


@pytest.fixture(scope="module")
def as_somebody(city):
    """`as_somebody(login)(method, path, json)` → response; "" is a visitor."""

    def somebody(login):
        def call(method, path, json=None):
            return requests.request(
                method,
                city.url(path),
                json=json,
                headers={"Accept": "application/json", "Idempotency-Key": str(uuid.uuid4())},
                auth=(login, PASSWORD) if login else None,
                timeout=60,
            )

        return call

    return somebody


@pytest.fixture(scope="module")
def erika(as_somebody):
    return as_somebody("buerger")


@pytest.fixture(scope="module")
def stranger(as_somebody):
    """Another citizen with an account."""
    data = {"username": "max", "email": "max@example.org", "password": PASSWORD}
    made = as_somebody("admin")("POST", "@users", {**data, "roles": ["Citizen"]})
    assert made.status_code == 201, made.text
    return as_somebody("max")


def section(call, name):
    sections = {one["id"]: one["items"] for one in call("GET", "@account").json()["sections"]}
    return {item["number"]: item for item in sections[name]}


def test_staff_and_visitors_have_none(as_somebody):
    for login in ("", "admin", "redaktion", "sachbearbeitung"):
        assert as_somebody(login)("GET", "@account").status_code == 401
        taken = as_somebody(login)("POST", "@account-take", {"number": "x", "pin": "y"})
        assert taken.status_code == 401


def test_a_case_stands_there_and_needs_no_pin(as_somebody, erika, stranger, city):
    number = erika("POST", FORM, {"data": ANSWERS}).json()["number"]
    entry = section(erika, "kaarst.services.cases")[number]
    assert entry["title"] == "Anmeldung bei Zuzug" and not entry["todo"]
    seen = erika("POST", "@case", {"number": number})
    assert seen.status_code == 200 and seen.json()["state"] == "received"
    assert erika("POST", "@case-message", {"number": number, "text": "Hallo"}).status_code == 201
    for other in (stranger, as_somebody(""), as_somebody("sachbearbeitung")):
        for path in ("@case", "@case-message", "@case-withdraw", "@case-receipt"):
            body = {"number": number, "text": "Hallo"}
            assert other("POST", path, body).status_code == 400  # asks for the PIN
            assert other("POST", path, {**body, "pin": ""}).status_code == 400
    assert section(stranger, "kaarst.services.cases") == {}
    assert stranger("POST", "@account-leave", {"number": number}).status_code == 200
    with city.site() as site:
        kept = site.__annotations__[store.NAME]
        assert kept["buerger"][number].tzinfo is UTC
        assert "max" not in kept or number not in kept["max"]


def test_what_was_sent_before_is_brought_in_and_let_go(as_somebody, erika):
    sent = as_somebody("")("POST", f"{BARRIER}/@form", SENT).json()
    number, pin = sent["number"], sent["pin"]
    assert erika("POST", "@case", {"number": number}).status_code == 400
    wrong = erika("POST", "@account-take", {"number": number, "pin": "00000000"})
    assert wrong.status_code == 404
    assert number not in section(erika, "kaarst.services.cases")
    assert erika("POST", "@account-take", {"number": number, "pin": pin}).status_code == 200
    assert number in section(erika, "kaarst.services.cases")
    assert erika("POST", "@account-leave", {"number": number}).status_code == 200
    assert number not in section(erika, "kaarst.services.cases")
    assert erika("POST", "@case", {"number": number}).status_code == 400
    assert erika("POST", "@case", {"number": number, "pin": pin}).status_code == 200


def test_a_begun_form_is_finished_without_a_pin(as_somebody, erika, stranger):
    saved = erika("POST", f"{BARRIER}/@form-draft", SENT)
    assert saved.status_code == 201, saved.text
    number = saved.json()["number"]
    assert section(erika, "kaarst.services.drafts")[number]["todo"]
    resume = {"number": number, "pin": ""}
    for other in (stranger, as_somebody("")):
        assert other("POST", f"{BARRIER}/@form-draft-resume", resume).status_code == 404
    begun = erika("POST", f"{BARRIER}/@form-draft-resume", resume)
    assert begun.json()["data"]["barrier"] == SENT["data"]["barrier"]
    assert erika("POST", f"{BARRIER}/@form", {**SENT, "draft": resume}).status_code == 201
    assert number not in section(erika, "kaarst.services.drafts")


def test_an_appointment_stands_there(as_somebody, erika, stranger):
    desk = as_somebody("")("GET", "@desks").json()["items"][0]
    path = desk["@id"].rpartition("/kaarst/")[2]
    service = desk["services"][0]["id"]
    earliest = as_somebody("")("GET", f"{path}/@slots?service={service}").json()["earliest"]
    held = erika("POST", f"{path}/@holds", {"services": [service], "start": earliest}).json()
    booked = erika(
        "POST",
        f"{path}/@bookings",
        {"hold": held["hold"], "name": "Erika", "email": "erika@example.org"},
    )
    assert booked.status_code == 201, booked.text
    number = booked.json()["number"]
    assert section(erika, "kaarst.appointments.bookings")[number]["state"] == "gebucht"
    # It stands in the calendar too, with where, and without name and number.
    address = erika("POST", "@account-calendar", {"on": True}).json()["url"]
    start = datetime.fromisoformat(booked.json()["start"])

    def events():
        found = Calendar.from_ical(requests.get(address, timeout=60).content).walk("VEVENT")
        return [event for event in found if event["dtstart"].dt == start]

    [event] = events()
    assert event["status"] == "CONFIRMED" and event["location"]
    assert number not in event.to_ical().decode() and "Erika" not in event.to_ical().decode()
    assert stranger("POST", "@booking-cancel", {"number": number}).status_code == 400
    assert erika("POST", "@booking-cancel", {"number": number}).status_code == 200
    assert section(erika, "kaarst.appointments.bookings")[number]["state"] == "abgesagt"
    assert [one["status"] for one in events()] == ["CANCELLED"]
    assert erika("POST", "@account-calendar", {"on": False}).json() == {"url": None}
    assert requests.get(address, timeout=60).status_code == 404


def test_a_wish_stands_there_too(as_somebody, erika, stranger):
    path = "termine/buergerbuero-kaarst"
    until = as_somebody("")("GET", f"{path}/@slots?service=reisepass").json()["bookable_until"]
    person = {"name": "Erika", "email": "erika-account@example.org"}
    wished = erika("POST", f"{path}/@wishes", {**person, "services": ["reisepass"], "until": until})
    assert wished.status_code == 201, wished.text
    number = wished.json()["number"]
    entry = section(erika, "kaarst.appointments.bookings")[number]
    assert entry["state"] == "Sie warten auf eine Zeit"
    assert stranger("POST", "@wish", {"number": number}).status_code == 400
    assert erika("POST", "@wish", {"number": number}).status_code == 200
    assert erika("POST", "@wish-withdraw", {"number": number}).status_code == 200


def test_who_deletes_the_account_is_gone_from_every_store(as_somebody, city):
    marks = ("lotte-4711", "Weggang-0815", "lotte.post@example.org")
    login, name, address = marks
    made = as_somebody("admin")(
        "POST",
        "@users",
        {
            "username": login, "fullname": name, "email": address, "password": PASSWORD,
            "roles": ["Citizen"],
        },
    )  # fmt: skip
    assert made.status_code == 201, made.text
    lotte = as_somebody(login)
    settings = {"agreed": True, "email": address, "notify": True}
    assert lotte("POST", "@account-open", settings).json()["notify"] is True
    sent = lotte("POST", f"{BARRIER}/@form", SENT).json()
    begun = {"data": {"barrier": name, "email": address}}
    assert lotte("POST", f"{BARRIER}/@form-draft", begun).status_code == 201
    lotte("POST", "@case-withdraw", {"number": sent["number"]})
    assert any(one in found(city.home) for one in marks)
    given = lotte("POST", "@account-export", {}).json()["items"]
    assert all(mark in str(given) for mark in marks) and sent["number"] in str(given)
    assert lotte("POST", "@account-delete", {"sure": True}).json() == {"deleted": True}
    assert lotte("GET", "@account").status_code == 401
    # The case is the town's, and its number and PIN still lead to it.
    asked = {"number": sent["number"], "pin": sent["pin"]}
    assert as_somebody("")("POST", "@case", asked).json()["state"] == "withdrawn"
    database = city.store.open()
    database.pack()
    database.close()
    assert not found(city.home) & set(marks)


def found(home) -> set[str]:
    """Which of the marks stand in any file of the city: database, blobs, mails, SQL, logs."""
    marks = (b"lotte-4711", b"Weggang-0815", b"lotte.post@example.org")
    seen = set()
    for path in home.rglob("*"):
        # What was packed away, of which production keeps nothing (buildout.cfg, pack-keep-old), and
        # what the server wrote last, which it empties as it starts.
        past = path.suffix in (".old", ".tmp") or "cache" in path.parts
        if path.is_file() and not past:
            content = path.read_bytes()
            seen |= {mark.decode() for mark in marks if mark in content}
    return seen
