"""Decisions: from the editor's template to the letter a citizen reads with number and PIN."""

from kaarst.core.outbox import outbox
from plone import api
from plone.app.testing import setRoles
from plone.app.testing import TEST_USER_ID
from pypdf import PdfReader
from tests.services.clerks import be_clerk
from tests.services.conftest import EDITOR_ROLES
from tests.services.test_case_pages import Town
from tests.services.test_case_pages import town  # noqa: F401
from tests.services.test_messages import Case

import base64
import hashlib
import io
import pytest
import re
import requests
import transaction


TEXT = "Guten Tag {name},\n\nwir bewilligen #emph[{antwort:name}] unter {nummer}.\n\n- eins\n- zwei"
REMEDY = "Innerhalb eines Monats steht die Klage offen."
LETTER = {"heading": "Bewilligung", "text": "Es ist bewilligt.", "remedy": REMEDY, "recipient": ""}


def template(portal, **fields):
    """A template as an editor makes it."""
    setRoles(portal, TEST_USER_ID, EDITOR_ROLES)
    values = {"title": "Bewilligung", "text": TEXT, "remedy": REMEDY, **fields}
    made = api.content.create(portal["vorlagen"], "TextTemplate", **values)
    be_clerk(portal)
    transaction.commit()
    return made


@pytest.fixture
def case(town):  # noqa: F811
    sent = town.send(name="Erika *Mustermann*")
    return Case(town, sent["number"], sent["pin"])


def read(data):
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)
    return " ".join(text.split())


def page_of(case, query=""):
    return case.town.clerk.get(f"{case.url}/@@decide{query}")


def field(page, name):
    found = re.search(rf'name="{name}"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    return found.group(1)


def test_a_clerk_chooses_reads_changes_and_issues(case):
    made = template(case.town.portal)
    assert "@@decide" in case.town.clerk.get(case.url).text
    assert made.getId() in page_of(case).text
    page = page_of(case, f"?template={made.getId()}").text
    assert "Guten Tag Erika *Mustermann*," in page
    assert f"unter {case.number}." in page
    look = case.clerk("decide", **LETTER, preview="1")
    assert look.headers["Content-Type"] == "application/pdf"
    assert "Es ist bewilligt." in read(look.content)
    assert case.stored.state == "received" and not case.stored.decisions

    forgotten = case.clerk("decide", **LETTER, issue="1")
    assert forgotten.status_code == 400 and "Es ist bewilligt." in forgotten.text
    done = case.clerk("decide", **LETTER, issue="1", checked="1")
    assert done.status_code == 200 and done.url.endswith(case.number)
    stored = case.stored
    assert stored.state == "decided"
    (decision,) = stored.decisions
    assert (decision.who, decision.heading, decision.text) == (
        TEST_USER_ID, "Bewilligung", "Es ist bewilligt.",
    )  # fmt: skip
    document = stored.document(decision.document)
    data = document["file"].data
    assert hashlib.sha256(data).hexdigest() == decision.digest
    assert "Bewilligung" in read(data) and REMEDY in read(data)
    catalog = PdfReader(io.BytesIO(data)).trailer["/Root"]
    metadata = catalog["/Metadata"].get_object().get_data()
    assert b"<pdfuaid:part>1<" in metadata and b"<pdfaid:part>3<" in metadata
    assert [entry["what"] for entry in stored.history][-2:] == ["issued", "decide"]
    again = case.clerk("decide", **LETTER, issue="1", checked="1")
    assert again.status_code == 200 and len(case.stored.decisions) == 1


def test_nothing_typed_is_markup(case):
    made = template(case.town.portal)
    page = page_of(case, f"?template={made.getId()}").text
    letter = {**LETTER, "text": field(page, "text")}
    look = case.clerk("decide", **letter, preview="1")
    assert "#emph[Erika *Mustermann*]" in read(look.content)


@pytest.mark.parametrize(
    ("wrong", "name"),
    [
        ({"text": " "}, "text"),
        ({"heading": ""}, "heading"),
        ({"heading": "x" * 201}, "heading"),
        ({"remedy": ""}, "remedy"),
        ({"text": "Guten Tag {name}"}, "text"),
        ({"recipient": "{Antwort:strasse}"}, "recipient"),
    ],
)
def test_mistakes_are_said_beside_the_field(case, wrong, name):
    answer = case.clerk("decide", **{**LETTER, **wrong}, issue="1", checked="1")
    assert answer.status_code == 400
    assert f'href="#{name}"' in answer.text and f'id="{name}-error"' in answer.text
    assert case.stored.state == "received" and not case.stored.decisions
    told = case.town.clerk.post(
        f"{case.url}/@decisions", json={**LETTER, **wrong}, headers=case.town.json
    )
    assert told.status_code == 400
    assert [error["field"] for error in told.json()["errors"]] == [name]


def test_the_citizen_reads_it_with_number_and_pin(case):
    case.clerk("decide", **LETTER, issue="1", checked="1")
    page = case.citizen("status").text
    assert "Bewilligung" in page and "Es ist bewilligt." in page and REMEDY in page
    decision = case.stored.decisions[0]
    found = case.citizen("case-document", document=decision.document)
    assert hashlib.sha256(found.content).hexdigest() == decision.digest
    case.citizen("case-document", document=decision.document)
    fetched = [entry for entry in case.stored.history if entry["what"] == "fetched"]
    assert [entry["who"] for entry in fetched] == [""]
    wrong = {**case.key, "pin": "0000 0000", "document": decision.document}
    assert requests.post(f"{case.town.url}/case-document", data=wrong).status_code == 404
    assert requests.post(f"{case.town.url}/status", data=wrong).status_code == 404


def test_a_mail_tells_that_and_not_what(functional_portal):
    town_ = Town(functional_portal)
    sent = town_.post(
        "barriere-melden/@form",
        {"data": {"barrier": "Zu klein.", "email": "erika@example.org"}},
    ).json()
    case = Case(town_, sent["number"], sent["pin"])
    case.clerk("decide", **LETTER, issue="1", checked="1")
    transaction.begin()
    letters = {letter.subject: letter for letter in outbox(functional_portal).letters()}
    letter = letters[f"Ihr Vorgang {case.number} ist entschieden"]
    assert b"bewilligt" not in letter.content.data and b"/status" in letter.content.data


def test_a_message_begins_with_a_template(case):
    words = "Guten Tag {name}, {nummer}: bitte noch {Antwort:shoe_size}."
    setting = {"kind": "message", "remedy": None, "title": "Unterlage fehlt"}
    made = template(case.town.portal, text="Guten Tag {name}, {nummer}.", **setting)
    page = case.town.clerk.get(f"{case.url}?reply={made.getId()}").text
    assert f"Guten Tag Erika *Mustermann*, {case.number}." in page
    refused = case.clerk("write-message", text=words)
    assert refused.status_code == 400 and "{nummer}" in refused.text
    assert not case.stored.messages
    case.clerk("write-message", text=f"Guten Tag, {case.number}.")
    assert len(case.stored.messages) == 1


def test_over_rest(case):
    made = template(case.town.portal)
    clerk, json = case.town.clerk, case.town.json
    items = clerk.get(f"{case.url}/@decision-templates", headers=json).json()["items"]
    assert [item["id"] for item in items] == [made.getId()]
    draft = clerk.get(
        f"{case.url}/@decision-draft", params={"template": made.getId()}, headers=json
    ).json()
    assert draft["missing"] == [] and case.number in draft.pop("text")
    url = f"{case.url}/@decisions"
    assert clerk.post(url, json={**LETTER, "pdf": ""}, headers=json).status_code == 400
    assert clerk.post(url, json={**LETTER, "text": 3}, headers=json).status_code == 400
    assert requests.post(url, json=LETTER, headers=json).status_code == 401
    key = {**json, "Idempotency-Key": "0123456789abcdef-9"}
    issued = clerk.post(url, json=LETTER, headers=key)
    assert issued.status_code == 201
    assert clerk.post(url, json=LETTER, headers=key).json() == issued.json()
    assert clerk.post(url, json=LETTER, headers=json).status_code == 409
    (seen,) = case.town.post("@case", case.key).json()["decisions"]
    assert seen == issued.json() and len(case.stored.decisions) == 1
    file = case.town.post("@case-document", {**case.key, "document": seen["document"]})
    assert hashlib.sha256(base64.b64decode(file.json()["data"])).hexdigest() == seen["sha256"]
    # What the citizen has sent is not given out by number and PIN.
    assert case.town.post("@case-document", {**case.key, "document": "1"}).status_code == 404
    nobody = f"{case.town.url}/vorgaenge/TST-7Q4M-2XPD-K/@decision-templates"
    assert clerk.get(nobody, headers=json).status_code == 404
