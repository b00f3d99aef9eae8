"""Town and citizen write to each other, and the clock stands still while the citizen is to answer."""

from datetime import date
from kaarst.core.outbox import outbox
from plone.app.testing import TEST_USER_ID
from tests.services.test_answers import PDF
from tests.services.test_case_pages import FILE
from tests.services.test_case_pages import Town

import io
import pytest
import re
import requests
import time_machine
import transaction


PNG_NAME = "Bescheinigung.pdf"


@pytest.fixture
def town(functional_portal):
    return Town(functional_portal)


@pytest.fixture
def case(town):
    """A case that was sent on a Monday and is due in 28 days, with a mail address."""
    with time_machine.travel("2026-03-02T10:00:00+01:00", tick=True):
        sent = town.post(
            "barriere-melden/@form",
            {"data": {"barrier": "Das Menü ist zu klein.", "email": "erika@example.org"}},
        ).json()
    return Case(town, sent["number"], sent["pin"])


class Case:
    """What citizen and clerk do with one case, over HTTP."""

    def __init__(self, town, number, pin):
        self.town, self.number = town, number
        self.key = {"number": number, "pin": pin}
        self.url = f"{town.url}/vorgaenge/{number}"

    @property
    def stored(self):
        transaction.begin()
        return self.town.desk[self.number]

    def clerk(self, action, **data):
        files = data.pop("files", None)
        page = self.town.clerk.get(self.url).text
        token = re.search(r'_authenticator(?:"[^>]*value="|=)(\w{40})', page).group(1)
        data["_authenticator"] = token
        return self.town.clerk.post(f"{self.url}/@@{action}", data=data, files=files)

    def citizen(self, page, files=None, **data):
        return requests.post(f"{self.town.url}/{page}", data={**self.key, **data}, files=files)

    def letters(self):
        transaction.begin()
        return [letter.subject for letter in outbox(self.town.portal).letters()]


def test_a_question_stops_the_clock_and_the_answer_starts_it(case):
    assert case.stored.due == date(2026, 3, 30)
    with time_machine.travel("2026-03-04T09:00:00+01:00", tick=True):
        case.clerk("write-message", text="Bitte schicken Sie ein Bild.", asks="1")
    stored = case.stored
    assert stored.state == "waiting"
    assert stored.due is None and stored.clock_stands == date(2026, 3, 4)
    assert stored.messages[0]["who"] == TEST_USER_ID and stored.messages[0]["asks"]
    assert any(case.number in subject for subject in case.letters())
    page = case.citizen("status").text
    assert "Bitte schicken Sie ein Bild." in page
    with time_machine.travel("2026-03-11T09:00:00+01:00", tick=True):
        answer = case.citizen(
            "case-reply", text="Hier ist es.", files={"files": ("C:\\bild.exe", PDF)}
        )
    assert answer.status_code == 200
    stored = case.stored
    assert stored.state == "in_progress"
    # Seven days later; that would be Easter Monday.
    assert stored.clock_stands is None and stored.due == date(2026, 4, 7)
    reply = stored.messages[1]
    assert (reply["who"], reply["text"]) == ("", "Hier ist es.")
    document = stored.document(reply["documents"][0])
    assert document["file"].data == PDF and document["file"].filename == "bild.pdf"
    assert [entry["what"] for entry in stored.history if entry["what"] != "read"] == [
        "received", "asked", "ask", "wrote", "resume",
    ]  # fmt: skip
    assert [entry["who"] for entry in stored.history[-2:]] == ["", ""]


def test_a_message_without_a_question_leaves_the_clock_alone(case):
    case.clerk("write-message", text="Wir haben alles bekommen.")
    stored = case.stored
    assert stored.state == "received" and stored.due == date(2026, 3, 30)
    assert len(stored.messages) == 1


def test_the_clock_stops_only_with_a_message(case):
    case.clerk("work", transition="ask")
    stored = case.stored
    assert stored.state == "received" and stored.clock_stands is None
    assert "ask" not in [entry["what"] for entry in stored.history]
    asked = case.town.clerk.post(f"{case.url}/@workflow/ask", json={}, headers=case.town.json)
    assert asked.status_code == 400 and case.stored.state == "received"


def test_what_is_stored_of_a_document_is_plain(case):
    case.clerk("write-message", text="Anbei.", files={"files": (PNG_NAME, io.BytesIO(PDF))})
    case.citizen("case-reply", text="Danke", files={"files": ("a.pdf", PDF)})
    assert [document["label"] for document in case.stored.documents] == ["", ""]
    page = case.town.clerk.get(case.url).text
    assert "Document of the town" in page and "Sent later" in page


def test_the_citizen_gets_a_document_and_no_stranger(case):
    case.clerk("write-message", text="Anbei.", files={"files": (PNG_NAME, io.BytesIO(PDF))})
    id = case.stored.messages[0]["documents"][0]
    found = case.citizen("case-document", document=id)
    assert found.content == PDF
    assert found.headers["Content-Disposition"].startswith("attachment")
    assert "no-store" in found.headers["Cache-Control"]
    wrong = requests.post(
        f"{case.town.url}/case-document", data={**case.key, "pin": "0000 0000", "document": id}
    )
    assert wrong.status_code == 404 and b"%PDF" not in wrong.content
    assert case.citizen("case-document", document="99").status_code == 404


def test_what_the_citizen_sent_is_not_given_out_by_number_and_pin(town):
    sent = town.send()
    case = Case(town, sent["number"], sent["pin"])
    assert case.citizen("case-document", document="1").status_code == 404


def test_sent_twice_is_written_once(case):
    for _turn in range(3):
        case.citizen("case-reply", text="Nur einmal", files={"files": ("a.pdf", PDF)})
    assert len(case.stored.messages) == 1
    case.citizen("case-reply", text="Und noch etwas")
    assert len(case.stored.messages) == 2


@pytest.mark.parametrize(
    ("data", "files"),
    [
        ({"text": "  "}, None),
        ({"text": "x" * 5001}, None),
        ({"text": "Mein Programm"}, {"files": ("bild.pdf", b"MZ\x90")}),
    ],
)
def test_mistakes_are_said_and_nothing_typed_is_lost(case, data, files):
    page = case.citizen("case-reply", files=files, **data)
    assert page.status_code == 400
    assert 'role="alert"' in page.text
    if data["text"].strip() and len(data["text"]) < 100:
        assert data["text"] in page.text
    assert not case.stored.messages


def test_withdrawn_is_closed(case):
    assert case.citizen("case-withdraw").status_code == 200
    assert case.stored.state == "withdrawn"
    assert case.citizen("case-reply", text="Doch nicht").status_code == 400
    assert case.citizen("case-withdraw").status_code == 400
    assert not case.stored.messages
    assert case.stored.history[-1]["who"] == ""


def test_another_website_cannot_withdraw(case):
    answer = requests.post(
        f"{case.town.url}/case-withdraw", data=case.key, headers={"Origin": "https://evil.example"}
    )
    assert answer.status_code == 400
    assert case.stored.state == "received"


def test_a_clerk_needs_the_token_of_the_page(case):
    answer = case.town.clerk.post(f"{case.url}/@@write-message", data={"text": "Hallo"})
    assert answer.status_code in (401, 403)
    assert not case.stored.messages
    url = f"{case.url}/@@write-message"
    stranger = requests.post(url, data={"text": "x"}, allow_redirects=False)
    assert stranger.status_code in (302, 401, 404)
    assert not case.stored.messages


def test_the_receipt_keeps_its_seal(case):
    from kaarst.services.cases.receipt.seal import seal

    before = seal(case.stored, case.town.desk.receipt_key)
    case.citizen("case-reply", text="Noch ein Bild", files={"files": ("a.pdf", PDF)})
    assert seal(case.stored, case.town.desk.receipt_key) == before


def test_over_rest(case):
    answer = case.town.post("@case-message", {**case.key, "text": "Guten Tag", "documents": [FILE]})
    assert answer.status_code == 201
    (message,) = answer.json()["messages"]
    assert (message["from"], message["text"]) == ("citizen", "Guten Tag")
    assert message["documents"][0]["filename"] == "scan.pdf"
    for body, field in (
        ({"text": 3}, "text"),
        ({"text": ""}, "text"),
        ({"documents": "x"}, "documents"),
        ({"documents": [{"filename": "a.pdf", "data": "TVo="}]}, "documents"),
        ({"documents": [FILE] * 6}, "documents"),
    ):
        refused = case.town.post("@case-message", {**case.key, **body})
        assert refused.status_code == 400, body
        assert refused.json()["errors"][0]["field"] == field
    wrong = {**case.key, "pin": "0000 0000", "text": "x"}
    assert case.town.post("@case-message", wrong).status_code == 404
    assert case.town.post("@case-withdraw", case.key).json()["state"] == "withdrawn"
    assert case.town.post("@case-withdraw", case.key).status_code == 409
    assert case.town.post("@case-message", {**case.key, "text": "x"}).status_code == 409
    assert len(case.stored.messages) == 1
