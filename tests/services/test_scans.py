"""From a sent file to a scanned one: nobody gets it before, and nobody ever gets an infected one."""

from datetime import timedelta
from html import unescape
from kaarst.core.outbox import outbox
from kaarst.services.cases.receipt.seal import seal
from kaarst.services.scanning import kept
from kaarst.services.scanning import queue
from kaarst.services.scanning.work import ScanFiles
from kaarst.services.scanning.work import ScanHealth
from tests.clamav import clamd  # noqa: F401
from tests.clamav import EICAR
from tests.clamav import NAME
from tests.services.test_answers import PDF
from tests.services.test_case_pages import Town
from tests.services.test_messages import Case

import base64
import pytest
import re
import requests
import time_machine
import transaction


INFECTED = PDF.replace(b"<<>>", b"<<>> % " + EICAR)
LARGE = PDF.replace(b"<<>>", b"<<>> %" + b"x" * 3_000_000 + b"\n")
needs_clamd = pytest.mark.clamd


class Scanned(Case):
    """A case with one file, over HTTP."""

    @property
    def file(self):
        return self.stored.documents[0]["file"]

    def get(self, id="1"):
        return self.town.clerk.get(f"{self.url}/@@document/{id}", allow_redirects=False)

    def page(self):
        return unescape(self.town.clerk.get(self.url).text)


@pytest.fixture
def town(functional_portal):
    functional_portal.portal_registry["plone.default_language"] = "de"
    return Town(functional_portal)


@pytest.fixture
def send(town):
    def send(content=PDF):
        file = {"filename": "bescheinigung.pdf", "data": base64.b64encode(content).decode()}
        sent = town.send(proof=file)
        case = Scanned(town, sent["number"], sent["pin"])
        case.stored.email = "erika@example.org"
        transaction.commit()
        return case

    return send


@pytest.fixture
def work(town):
    """The worker's turn."""

    def work(times=1):
        for _ in range(times):
            transaction.begin()
            with time_machine.travel(far_away(town), tick=True):
                ScanFiles().run(town.portal)
            transaction.abort()

    return work


def far_away(town):
    """After every pause that may have been made."""
    scans = [scan.due for scan in queue.found(town.portal).waiting.values()]
    return max(scans) + timedelta(seconds=1) if scans else 0


@pytest.fixture
def daemon(clamd, monkeypatch):  # noqa: F811
    monkeypatch.setenv("KAARST_CLAMD", f"unix:{clamd.path}")


def away(monkeypatch, tmp_path):
    monkeypatch.setenv("KAARST_CLAMD", f"unix:{tmp_path}/nobody")


def health(town):
    transaction.begin()
    return ScanHealth().check(town.portal).state


@needs_clamd
def test_a_clean_file_is_given_out_after_its_scan_only(town, daemon, send, work):
    case = send()
    assert case.file.scan_state == kept.WAITING
    assert case.get().status_code == 302
    page = case.page()
    assert "wird auf Viren geprüft" in page and "@@document/1" not in page
    assert "downloaded" not in [entry["what"] for entry in case.stored.history]
    work()
    assert case.file.scan_state == kept.CLEAN and case.file.scanned is not None
    answer = case.get()
    assert answer.content == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "auf Viren geprüft" in case.page()
    assert queue.found(town.portal).all() == [] and health(town) == "ok"


@needs_clamd
def test_an_infected_file_is_put_aside_and_both_are_told(town, daemon, send, work):
    case = send(INFECTED)
    before = len(outbox(town.portal).letters())
    work()
    assert case.file.scan_state == kept.INFECTED
    assert case.get().status_code == 302
    page = case.page()
    assert "enthält Schadsoftware" in page and "@@document/1" not in page
    assert f"bescheinigung.pdf: {NAME}" in page
    assert "Schadsoftware gefunden" in unescape(case.citizen("status").text)
    assert len(case.letters()) == before + 1
    assert case.stored.state == "received"
    assert health(town) == "warning"
    # Once is enough.
    work(2)
    assert len(case.stored.messages) == 1


@needs_clamd
def test_what_comes_with_a_message_is_scanned_too(daemon, send, work):
    case = send()
    work()
    case.citizen("case-reply", text="Hier.", files={"files": ("neu.pdf", INFECTED)})
    assert case.stored.documents[1]["file"].scan_state == kept.WAITING
    work()
    assert case.stored.documents[1]["file"].scan_state == kept.INFECTED
    assert case.get("2").status_code == 302 and case.get("1").status_code == 200


@needs_clamd
def test_a_file_of_a_clerk_waits_as_well(daemon, send, work):
    case = send()
    case.clerk("write-message", text="Ihr Bescheid.", files={"files": ("b.pdf", PDF)})
    asked = case.citizen("case-document", document="2")
    assert asked.status_code == 409 and "wird noch geprüft" in unescape(asked.text)
    work()
    assert case.citizen("case-document", document="2").content == PDF


def test_while_the_daemon_is_away_nothing_is_given_out(town, send, work, monkeypatch, tmp_path):
    away(monkeypatch, tmp_path)
    case = send()
    work(30)
    assert case.file.scan_state == kept.WAITING
    (scan,) = queue.found(town.portal).all()
    assert scan.attempts == 30 and "No such file" in scan.last_error
    assert case.get().status_code == 302
    with time_machine.travel(scan.created + timedelta(hours=3)):
        assert health(town) == "error"


@needs_clamd
def test_it_goes_on_when_the_daemon_is_back(send, work, clamd, monkeypatch, tmp_path):  # noqa: F811
    away(monkeypatch, tmp_path)
    case = send()
    work()
    monkeypatch.setenv("KAARST_CLAMD", f"unix:{clamd.path}")
    work()
    assert case.file.scan_state == kept.CLEAN


@pytest.mark.parametrize("setting", ["", "unix:typed-wrongly"])
def test_a_worker_without_the_setting_opens_no_gate(town, send, monkeypatch, tmp_path, setting):
    away(monkeypatch, tmp_path)
    case = send()
    monkeypatch.setenv("KAARST_CLAMD", setting)
    transaction.begin()
    if setting:
        with pytest.raises(ValueError):
            ScanFiles().run(town.portal)
    else:
        ScanFiles().run(town.portal)
    assert case.file.scan_state == kept.WAITING
    assert health(town) == "error"


def test_a_mistyped_setting_loses_no_form(send, monkeypatch):
    monkeypatch.setenv("KAARST_CLAMD", "clamav:3310")
    assert send().file.scan_state == kept.WAITING


def test_without_a_daemon_the_clerk_is_told_and_gets_the_file(send):
    case = send()
    assert case.file.scan_state == kept.UNCHECKED
    assert "nicht auf Viren geprüft" in case.page()
    assert case.get().content == PDF


@needs_clamd
def test_what_the_daemon_cannot_scan_stops_after_a_few_times(town, daemon, send, work):
    case = send(LARGE)
    work(queue.MOST_REFUSALS - 1)
    assert case.file.scan_state == kept.WAITING
    work()
    assert case.file.scan_state == kept.FAILED and case.get().status_code == 302
    (scan,) = queue.found(town.portal).all()
    assert "size limit exceeded" in scan.last_error


@needs_clamd
def test_an_erased_file_leaves_the_seal_of_the_receipt(town, daemon, send, work):
    case = send(INFECTED)
    before = seal(case.stored, town.desk.receipt_key)
    work()
    (scan,) = queue.found(town.portal).all()
    queue.found(town.portal).erase(scan.id, "admin", "Schadsoftware")
    transaction.commit()
    assert case.file.data == b"" and case.file.scan_state == kept.ERASED
    assert seal(case.stored, town.desk.receipt_key) == before
    assert case.get().status_code == 302


@needs_clamd
def test_a_case_that_is_gone_is_no_error(town, daemon, send, work):
    case = send(INFECTED)
    transaction.begin()
    town.desk.delete(case.number)
    transaction.commit()
    assert queue.found(town.portal).all() == []
    work()
    assert health(town) == "ok"


def test_a_citizen_never_gets_a_file_that_waits(send, monkeypatch, tmp_path):
    away(monkeypatch, tmp_path)
    case = send()
    answer = requests.get(f"{case.url}/@@document/1")
    assert PDF not in answer.content and not re.search("Content-Disposition", str(answer.headers))
