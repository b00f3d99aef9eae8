"""The confirmation of receipt: who gets it, what stands on it, and its seal."""

from kaarst.services.cases.receipt import paper
from kaarst.services.cases.receipt.seal import seal
from pypdf import PdfReader
from tests.services.test_answers import PDF
from tests.services.test_case_pages import town  # noqa: F401

import base64
import hashlib
import io
import re
import requests
import transaction


def text_of(pdf):
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    return " ".join(text.split())


def case_of(town, number):  # noqa: F811
    transaction.begin()
    return town.desk[number]


def test_everything_that_was_sent_stands_on_the_paper(town):  # noqa: F811
    sent = town.send(name="Erika <b>Mustermann</b> #read")
    key = {"number": sent["number"], "pin": sent["pin"]}
    answer = requests.post(f"{town.url}/receipt", data=key)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/pdf"
    assert "no-store" in answer.headers["Cache-Control"]
    assert f'filename="{sent["number"]}.pdf"' in answer.headers["Content-Disposition"]
    text = text_of(answer.content)
    for words in (
        sent["number"],
        "Confirmation of receipt",
        "Erika <b>Mustermann</b> #read",
        "31.01.2026",
        "scan.pdf",
    ):
        assert words in text, words
    assert hashlib.sha256(PDF).hexdigest() in text.replace(" ", "")
    case = case_of(town, sent["number"])
    assert seal(case, town.desk.receipt_key) in text
    assert sent["pin"] not in text and sent["pin"].replace(" ", "") not in text.replace(" ", "")


def test_the_page_after_sending_offers_it(town):  # noqa: F811
    sent = town.send()
    key = {"number": sent["number"], "pin": sent["pin"]}
    page = requests.post(f"{town.url}/status", data=key)
    assert re.search(r'action="[^"]*/receipt"', page.text)
    assert "no-store" in page.headers["Cache-Control"]


def test_a_wrong_pin_gets_the_same_answer_as_an_unknown_number(town):  # noqa: F811
    sent = town.send()
    wrong = requests.post(
        f"{town.url}/receipt", data={"number": sent["number"], "pin": "0000 0000"}
    )
    unknown = town.post("@case-receipt", {"number": "TST-7Q4M-2XPD-K", "pin": sent["pin"]})
    assert wrong.status_code == 404 and "%PDF" not in wrong.text
    assert unknown.status_code in (400, 404)
    assert requests.get(f"{town.url}/receipt").headers["Content-Type"].startswith("text/html")


def test_front_ends_get_it_too(town):  # noqa: F811
    sent = town.send()
    answer = town.post("@case-receipt", {"number": sent["number"], "pin": sent["pin"]})
    assert answer.status_code == 200
    assert answer.json()["filename"] == f"{sent['number']}.pdf"
    assert sent["number"] in text_of(base64.b64decode(answer.json()["data"]))


def test_the_seal_tells_every_change(town):  # noqa: F811
    case = case_of(town, town.send()["number"])
    key = town.desk.receipt_key
    true = seal(case, key)
    assert re.fullmatch(r"([0-9a-f]{4} ){5}[0-9a-f]{4}", true)
    assert seal(case, b"another town") != true
    assert seal(case_of(town, town.send()["number"]), key) != true
    case.answers = ({**case.answers[0], "value": "Erna"}, *case.answers[1:])
    assert seal(case, key) != true


def test_the_clerk_sees_the_seal(town):  # noqa: F811
    sent = town.send()
    page = town.clerk.get(f"{town.url}/vorgaenge/{sent['number']}")
    case = case_of(town, sent["number"])
    assert seal(case, town.desk.receipt_key) in page.text


def test_it_speaks_the_language_of_the_form(town):  # noqa: F811
    case = case_of(town, town.send()["number"])
    assert paper.content(case)["title"] == "Confirmation of receipt"
    case.language = "de"
    assert paper.content(case)["title"] == "Empfangsbestätigung"
