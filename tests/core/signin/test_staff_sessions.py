"""Administrators see who of the staff is signed in, and sign them out."""

from kaarst.core.audit import kinds
from kaarst.core.signin.levels import Level
from kaarst.core.signin.sessions import store
from kaarst.core.signin.staff import directory
from kaarst.core.signin.staff import presence
from lxml import html
from plone import api
from tests.core.signin.colleagues import ANNA
from tests.core.signin.colleagues import Colleague
from tests.core.signin.visitors import entries

import requests
import time
import transaction


PASSWORD = "Sehr-geheim-2026"
JSON = {"Accept": "application/json"}
BERTA = {**ANNA, "sub": "staff-2", "preferred_username": "berta", "name": "Berta Birke"}


def session(user, handle, started):
    return store.Session(
        "id", handle, "city", user, store.STAFF, Level.NONE, "Firefox", started, started, 0.0
    )


def test_who_is_signed_in_stands_first():
    known = [
        directory.Person("anna", "Anna", "a@example.org", ("team",), ("Clerk",), 10.0, 20.0),
        directory.Person("berta", "Berta", "", (), (), 5.0, 6.0),
    ]
    local = [presence.Colleague("help", "", presence.EMERGENCY)]
    new, old, unknown = session("berta", "b2", 2), session("berta", "b1", 1), session("z", "z", 3)
    found = presence.together(known, local, [new, old, unknown])
    assert [(one.user, one.way) for one in found] == [
        ("berta", "provider"), ("z", "provider"), ("anna", "provider"), ("help", "emergency"),
    ]  # fmt: skip
    assert found[0].sessions == (new, old)
    assert (found[2].first, found[2].last, found[2].roles) == (10.0, 20.0, ("Clerk",))
    # What an administrator sees ends nothing in the owner's own list.
    assert presence.reference(new) not in ("b2", presence.reference(old))


def test_administrators_end_logins(staffed, townhall, anna):
    for name, roles in (
        ("chefin", ["Site Administrator"]), ("hilfe", ["Clerk"]), ("kind", ["Citizen"]),
    ):  # fmt: skip
        api.user.create(username=name, email=f"{name}@example.org", password=PASSWORD)
        api.user.grant_roles(username=name, roles=roles)
    staffed.portal_registry["plone.default_language"] = "de"
    transaction.commit()
    phone, berta = Colleague(staffed, townhall), Colleague(staffed, townhall)
    anna.sign_in()
    phone.http.headers["User-Agent"] = "Mozilla/5.0 (Android) Firefox/1"
    phone.sign_in()
    townhall.person = dict(BERTA)
    berta.sign_in()
    townhall.person = dict(ANNA)
    site = staffed.absolute_url()
    chief = requests.Session()
    chief.auth = ("chefin", PASSWORD)

    def listed():
        answer = chief.get(f"{site}/@staff-sessions", headers=JSON)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
        for token in (anna.token, phone.token, berta.token):
            held = store.find(token, staffed.getId())
            for secret in (token, *((held.id, held.handle) if held is not None else ())):
                assert secret not in answer.text
        return {one["user"]: one for one in answer.json()["items"]}

    found = listed()
    assert list(found)[:2] == ["anna.acht", "berta"] and "kind" not in found
    mine = found["anna.acht"]
    assert (mine["name"], mine["way"], mine["groups"], mine["roles"]) == (
        "Anna Acht", "provider", ["registry-team"], ["Clerk"],
    )  # fmt: skip
    assert [one["device"] for one in mine["sessions"]] == ["Firefox, Android", ""]
    assert mine["first_seen"] <= mine["last_login"] and mine["sessions"][0]["ends"]
    assert (found["hilfe"]["way"], found["hilfe"]["roles"]) == ("local", ["Clerk"])
    assert found["hilfe"]["first_seen"] is None

    # The page says the same in words, and ends one login.
    address = f"{site}/@@staff-sessions"
    page = html.fromstring(chief.get(address).text)
    text = " ".join(page.get_element_by_id("content").text_content().split())
    for part in ("Anna Acht", "Firefox, Android", "Ein Programm", "Passwort dieser Website"):
        assert part in text
    token = page.xpath("//main//input[@name='_authenticator']/@value")[0]
    one = {"user": "anna.acht", "session": mine["sessions"][0]["id"]}
    assert chief.post(address, data=one).status_code == 403
    assert phone.session() is not None
    answer = chief.post(address, data={**one, "_authenticator": token})
    assert "Beendete Anmeldungen von anna.acht: 1" in answer.text
    assert phone.session() is None and anna.session() is not None
    again = chief.post(address, data={**one, "_authenticator": token})
    assert "schon beendet" in again.text
    entry = entries(kinds.SESSIONS_ENDED)[0]
    assert (entry.actor, entry.subject) == ("chefin", "anna.acht")
    assert entry.detail == '{"count":1,"how":"administrator","way":"staff"}'

    # Over REST all of a person, or one; nobody else's.
    assert chief.delete(f"{site}/@staff-sessions/anna.acht", headers=JSON).json() == {"ended": 1}
    assert anna.session() is None and berta.session() is not None
    one = listed()["berta"]["sessions"][0]["id"]
    for wrong in ("", "/nobody", "/anna.acht", f"/anna.acht/{one}", "/berta/x", "/berta/x/y"):
        answer = chief.delete(f"{site}/@staff-sessions{wrong}", headers=JSON)
        assert answer.status_code == 404, wrong
    foreign = {**JSON, "Origin": "https://evil.example"}
    assert chief.delete(f"{site}/@staff-sessions/berta/{one}", headers=foreign).status_code == 403
    assert berta.session() is not None
    for client in (requests, berta.http):
        assert client.get(f"{site}/@staff-sessions", headers=JSON).status_code == 401
        assert client.delete(f"{site}/@staff-sessions/berta", headers=JSON).status_code == 401
        seen = client.get(address, allow_redirects=False)
        assert seen.status_code in (302, 401) and "Anna Acht" not in seen.text
    answer = chief.delete(f"{site}/@staff-sessions/berta/{one}", headers=JSON)
    assert answer.json() == {"ended": 1}
    assert berta.session() is None

    # One's own list stays one's own.
    anna.sign_in()
    own = html.fromstring(anna.get("my-logins").text)
    token = own.xpath("//main//input[@name='_authenticator']/@value")[0]
    anna.post("my-logins", end="all", _authenticator=token)
    assert anna.session() is None
    assert entries(kinds.SESSIONS_ENDED)[0].actor == "anna.acht"
    # First seen stays when somebody comes again, and begins anew for who was forgotten.
    first = directory.person(staffed.getId(), "anna.acht").first
    time.sleep(0.01)
    anna.sign_in()
    again = directory.person(staffed.getId(), "anna.acht")
    assert again.first == first < again.last
    directory.forget(staffed.getId(), "anna.acht")
    anna.sign_in()
    assert directory.person(staffed.getId(), "anna.acht").first > again.last
