"""`@@scans`: what operators see and decide about files that are held back."""

from html import unescape
from kaarst.services.scanning import kept
from kaarst.services.scanning import queue
from tests import operators
from tests.operators import press
from tests.services.test_case_pages import Town

import pytest
import requests
import transaction


@pytest.fixture
def town(functional_portal, monkeypatch, tmp_path):
    """A town whose daemon is away, with one case."""
    monkeypatch.setenv("KAARST_CLAMD", f"unix:{tmp_path}/nobody")
    functional_portal.portal_registry["plone.default_language"] = "de"
    town = Town(functional_portal)
    town.number = town.send()["number"]
    transaction.begin()
    return town


@pytest.fixture
def scan(town):
    """The scan of its file, which has found something."""
    (waiting,) = queue.found(town.portal).all()
    queue.found(town.portal).infected(waiting.id, "Eicar-Test-Signature")
    transaction.commit()
    return waiting.id


@pytest.fixture
def desk(town, scan, functional):
    """A browser of an operator on the page."""
    return operators.opened(functional, f"{town.url}/@@scans")


def file(town):
    transaction.begin()
    return town.desk[town.number].documents[0]["file"]


def test_it_shows_the_case_and_what_was_found_but_no_name(desk, town):
    page = unescape(desk.contents)
    for words in (town.number, "application/pdf", "Eicar-Test-Signature", "enthält Schadsoftware"):
        assert words in page
    assert "scan.pdf" not in page


def test_a_file_is_scanned_again(desk, town, scan):
    assert "noch einmal geprüft" in press(desk, "repeat")
    assert file(town).scan_state == kept.WAITING
    assert queue.found(town.portal).due() == [scan]


@pytest.mark.parametrize("button", ["release", "erase"])
def test_nothing_is_decided_without_a_reason(desk, town, button):
    assert "Bitte geben Sie einen Grund an." in press(desk, button, " ")
    assert file(town).scan_state == kept.INFECTED


def test_a_false_alarm_is_released(desk, town):
    page = press(desk, "release", "Fehlalarm, vom Hersteller bestätigt <b>")
    assert "Die Datei wurde freigegeben." in page
    assert (
        "Fehlalarm, vom Hersteller bestätigt <b>" in page and "bestätigt <b>" not in desk.contents
    )
    assert file(town).scan_state == kept.RELEASED and file(town).data.startswith(b"%PDF")
    assert town.clerk.get(f"{town.url}/vorgaenge/{town.number}/@@document/1").status_code == 200
    assert queue.found(town.portal).all() == []


def test_an_infected_file_is_deleted_for_good(desk, town):
    assert "Die Datei wurde gelöscht." in press(desk, "erase", "Schadsoftware")
    assert file(town).data == b"" and file(town).scan_state == kept.ERASED
    ((_, _, number, what, who, why),) = queue.found(town.portal).decisions
    assert (number, what, who, why) == (town.number, "erase", "admin", "Schadsoftware")


def test_what_is_over_meanwhile_is_said(desk, town, scan):
    queue.found(town.portal).forget(town.number)
    transaction.commit()
    assert "nichts mehr zu entscheiden" in press(desk, "repeat")


def test_it_is_for_operators_only(town, scan):
    data = {"id": scan, "release": 1, "reason": "x"}
    for auth in (None, town.clerk.auth):
        for answer in operators.answers(f"{town.url}/@@scans", data, auth):
            assert town.number not in answer.text
    assert file(town).scan_state == kept.INFECTED


def test_a_foreign_page_cannot_press_the_buttons(town, scan):
    data = {"id": scan, "release": 1, "reason": "x"}
    assert operators.pressed_from_elsewhere(f"{town.url}/@@scans", data).status_code == 403
    assert file(town).scan_state == kept.INFECTED


def test_over_rest(town, scan):
    def ask(user, id=None):
        if id is None:
            return requests.get(f"{town.url}/@scans", headers=town.json, auth=user)
        url, key = f"{town.url}/@scan-repeat", {"Idempotency-Key": f"repeat-a-scan-{id}"}
        return requests.post(url, json={"id": id}, headers={**town.json, **key}, auth=user)

    assert ask(None).status_code == 401
    assert ask(None, scan).status_code == 401
    listed = ask(operators.AUTH).json()
    (item,) = listed["items"]
    assert (listed["total"], item["id"], item["number"]) == (1, scan, town.number)
    assert (item["state"], item["found"]) == (kept.INFECTED, "Eicar-Test-Signature")
    assert "scan.pdf" not in str(listed)
    again = ask(operators.AUTH, scan)
    assert (again.status_code, again.json()["state"]) == (200, kept.WAITING)
    assert file(town).scan_state == kept.WAITING
    # The same key gives the same answer; what is unknown is not there, and nonsense is refused.
    assert ask(operators.AUTH, scan).json() == again.json()
    assert ask(operators.AUTH, "0" * 32).status_code == 404
    assert ask(operators.AUTH, 7).status_code == 400
