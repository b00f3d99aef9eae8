"""The proof that no program sends a form: when it is asked for, and that each is good once."""

from html import unescape
from kaarst.core import ratelimit
from kaarst.core.proof import guard
from playwright.sync_api import sync_playwright
from tests import parts
from tests.core.test_proof import solve
from tests.services.test_answers import PDF
from tests.services.test_case_pages import DATA
from tests.services.test_case_pages import files
from tests.services.test_case_pages import fill
from tests.services.test_case_pages import Town

import pytest
import re
import requests
import time_machine
import transaction


@pytest.fixture
def town(functional_portal):
    """A town that always asks."""
    with ratelimit._engine().begin() as connection:
        connection.execute(ratelimit.counters.delete())
    functional_portal.portal_registry["kaarst.spam.mode"] = "always"
    return Town(functional_portal)


def mode(town, name):
    transaction.begin()
    town.portal.portal_registry["kaarst.spam.mode"] = name
    transaction.commit()


def challenge(town):
    return requests.get(f"{town.url}/nachweis/@form", headers=town.json).json()["challenge"]


def send(town, proof=None, **more):
    headers = more.pop("headers", {})
    body = {"data": {**DATA, **more}}
    return town.post(
        "nachweis/@form", body if proof is None else {**body, "proof": proof}, **headers
    )


def page(town, **posted):
    """What stands in the page that is the answer."""
    url = f"{town.url}/nachweis"
    if posted:
        answer = requests.post(url, data=fill(**posted), files=posted.pop("files", files()))
    else:
        answer = requests.get(url)
    text = unescape(answer.text)
    found = re.search(r'name="proof_wait"[^>]*?value="([^"]*)"', text, re.S)
    return answer.status_code, text, found and found.group(1)


def test_without_a_proof_a_front_end_is_given_a_challenge(town):
    refused = send(town)
    assert (refused.status_code, refused.json()["type"]) == (403, "ProofRequired")
    assert "noch einmal" in refused.json()["message"]
    assert town.count() == 0
    assert send(town, solve(refused.json()["challenge"])).status_code == 201
    assert town.count() == 1


def test_a_proof_is_good_once(town):
    proof = solve(challenge(town))
    assert send(town, proof).status_code == 201
    again = send(town, proof, name="Jemand anders")
    assert (again.status_code, again.json()["type"]) == (403, "ProofRequired")
    assert town.count() == 1


def test_a_lost_answer_is_no_mistake(town):
    """The same request once more, with its Idempotency-Key, gives the first answer."""
    proof, headers = solve(challenge(town)), {"Idempotency-Key": "0123456789abcdef-1"}
    first = send(town, proof, headers=headers)
    assert send(town, proof, headers=headers).json() == first.json()
    assert town.count() == 1


@pytest.mark.parametrize("proof", ["", "e30=", 5, [], {"number": 1}, "x" * 5000])
def test_what_is_no_proof_is_refused(town, proof):
    assert send(town, proof).status_code == 403
    assert town.count() == 0


def test_mistakes_cost_nothing_that_was_typed(town):
    """A proof is spent by a mistake as well, but the page brings a new one and has the file."""
    status, text, wait = page(town, q_day="")
    assert status == 403 and wait and "Erika Mustermann" in text and "scan.pdf" in text
    assert town.count() == 0


def test_without_a_script_one_waits(town):
    with time_machine.travel("2026-03-03T10:00:00+01:00", tick=True) as clock:
        _, text, wait = page(town)
        assert "<noscript>" in text and 'name="altcha"' in text
        status, text, _ = page(town, proof_wait=wait, client_key="k" * 32)
        assert status == 403 and re.search(r"wait \d+ more seconds", text)
        assert town.count() == 0
        clock.shift(31)
        status, text, _ = page(town, proof_wait=wait, client_key="k" * 32)
        assert status == 200 and town.count() == 1
        # Once more the same page: the same receipt.
        page(town, proof_wait=wait, client_key="k" * 32)
        assert town.count() == 1
        assert page(town, proof_wait=wait, client_key="k" * 32, q_name="Anderer")[0] == 403
        assert town.count() == 1


def test_there_is_an_end_to_waiting_for_all_together(town, monkeypatch):
    monkeypatch.setattr(guard, "WAITED", 0)
    with time_machine.travel("2026-03-03T10:00:00+01:00", tick=True) as clock:
        _, _, wait = page(town)
        clock.shift(31)
        assert page(town, proof_wait=wait)[0] == 429
    assert town.count() == 0


def test_nobody_is_asked_as_long_as_little_comes(town, monkeypatch):
    mode(town, "auto")
    monkeypatch.setattr(guard, "FROM_ONE", 3)
    assert challenge(town) is None and 'name="altcha"' not in page(town)[1]
    for number in range(3):
        assert send(town, name=f"Erika {number}").status_code == 201
    assert send(town, name="Erika 4").status_code == 403
    assert send(town, solve(challenge(town)), name="Erika 4").status_code == 201
    assert 'name="altcha"' in page(town)[1]
    assert town.count() == 4


def test_it_can_be_switched_off(town, monkeypatch):
    mode(town, "never")
    monkeypatch.setattr(guard, "FROM_ONE", 0)
    assert challenge(town) is None
    assert send(town).status_code == 201


def test_a_form_may_be_set_apart_from_the_town(town, monkeypatch):
    form = town.portal["nachweis"]

    def set_to(name):
        transaction.begin()
        form.proof_mode = name
        transaction.commit()

    assert form.proof_mode == "town" and challenge(town) is not None
    set_to("never")
    assert challenge(town) is None and 'name="altcha"' not in page(town)[1]
    assert send(town).status_code == 201
    mode(town, "never")
    set_to("always")
    assert send(town, name="Jemand anders").status_code == 403
    assert send(town, solve(challenge(town)), name="Jemand anders").status_code == 201
    set_to("auto")
    assert challenge(town) is None
    monkeypatch.setattr(guard, "FROM_ONE", 0)
    assert challenge(town) is not None
    set_to("town")
    assert challenge(town) is None


def test_looking_writes_and_counts_nothing(town):
    db = town.portal._p_jar.db()
    before = db.lastTransaction()
    page(town)
    challenge(town)
    assert db.lastTransaction() == before
    with ratelimit._engine().connect() as connection:
        assert connection.execute(ratelimit.counters.select()).all() == []


@pytest.mark.chromium
def test_a_browser_does_it_by_itself(town):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=parts.chromium(), args=["--no-sandbox"]
        )
        tab = browser.new_page(viewport={"width": 390, "height": 844})
        tab.goto(f"{town.url}/nachweis")
        tab.fill("#q_name", "Erika Mustermann")
        tab.fill("#q_day", "2026-01-31")
        tab.set_input_files(
            "#q_proof", {"name": "scan.pdf", "mimeType": "application/pdf", "buffer": PDF}
        )
        # At once: sending waits for the proof, not the person.
        tab.click("button[name=send]")
        tab.wait_for_selector("#receipt")
        browser.close()
    assert town.count() == 1
