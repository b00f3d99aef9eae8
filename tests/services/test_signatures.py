"""Signatures: drawn with a pointer, or a name typed in their place."""

from axe_playwright_python.sync_playwright import Axe
from jsonschema import Draft202012Validator
from kaarst.services.cases.receipt import paper
from kaarst.services.forms import allowlist
from kaarst.services.forms import answers
from kaarst.services.forms import jsonschema
from kaarst.services.forms import questions
from kaarst.services.forms import signatures
from kaarst.services.forms import uploads
from kaarst.services.forms import versions
from PIL import Image
from plone import api
from plone.app.testing import setRoles
from plone.app.testing import TEST_USER_ID
from pypdf import PdfReader
from tests.chromium import launched
from tests.services.conftest import EDITOR_ROLES
from tests.services.pictures import picture

import base64
import io
import pytest
import requests
import transaction


MODEL = (
    '<model xmlns="http://namespaces.plone.org/supermodel/schema"><schema>'
    '<field name="why" type="zope.schema.TextLine"><title>Anliegen</title></field>'
    f'<field name="sign" type="{allowlist.SIGNATURE}"><title>Unterschrift</title></field>'
    "</schema></model>"
)
PNG = picture("PNG", (60, 20))
DRAWN = signatures.PREFIX + base64.b64encode(PNG).decode()


@pytest.fixture(scope="module")
def asked():
    return questions.read(MODEL)


def sent(asked, typed="", drawn=""):
    form = {"q_why": "Hund", "q_sign": typed, "q_sign.drawn": drawn}
    return answers.check(asked, answers.from_html(asked, form))


def test_a_typed_name_is_a_signature(asked):
    assert sent(asked, " Erika Mustermann ").values["sign"] == "Erika Mustermann"
    assert str(sent(asked, "Erika").errors["sign"]) == "error_signature"
    assert str(sent(asked).errors["sign"]) == "error_required"


def test_a_drawing_is_a_picture_and_counts_more(asked):
    document = sent(asked, "Erika Mustermann", DRAWN).values["sign"]
    assert (document.filename, document.content_type) == ("unterschrift.png", "image/png")
    # Drawn again where the page comes back with a mistake.
    assert signatures.to_html(document).startswith(signatures.PREFIX)
    assert signatures.to_html("Erika Mustermann") == ""


@pytest.mark.parametrize(
    "drawn",
    [
        "x",
        "data:text/html;base64,PHNjcmlwdD4=",
        f"{signatures.PREFIX}%%%",
        signatures.PREFIX,
        signatures.PREFIX + base64.b64encode(b"%PDF-1.7 %%EOF").decode(),
        signatures.PREFIX + base64.b64encode(picture("JPEG", (60, 20))).decode(),
        signatures.PREFIX + "A" * 1_000_000,
    ],
)
def test_anything_else_is_refused(asked, drawn):
    assert str(sent(asked, "Erika Mustermann", drawn).errors["sign"]) == "error_signature_drawing"


def test_front_ends_send_either(asked):
    schema = Draft202012Validator(jsonschema.schema(asked, uploads.Limits()))
    file = {"filename": "a.png", "data": base64.b64encode(PNG).decode()}
    assert schema.is_valid({"why": "x", "sign": "Erika Mustermann"})
    assert schema.is_valid({"why": "x", "sign": file})
    assert not schema.is_valid({"why": "x", "sign": 7})
    assert not schema.is_valid({"why": "x"})
    assert str(answers.check(asked, {"why": "x", "sign": 7}).errors["sign"]) == "error_type"


@pytest.mark.chromium
def test_from_the_finger_to_the_receipt(functional_portal):
    portal = functional_portal
    setRoles(portal, TEST_USER_ID, EDITOR_ROLES)
    form = api.content.create(portal, "EasyForm", id="antrag", title="Antrag")
    form.fields_model = MODEL
    versions.publish(form)
    api.content.transition(form, "publish")
    portal.manage_permission("plone.restapi: Use REST API", ["Anonymous"], acquire=1)
    transaction.commit()
    url = form.absolute_url()
    with launched() as browser:
        page = browser.new_page(viewport={"width": 390, "height": 844})
        page.goto(url)
        page.fill("#q_why", "Hund")
        canvas = page.locator(".k-sign canvas")
        canvas.scroll_into_view_if_needed()
        box = canvas.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= 390
        page.mouse.move(box["x"] + 20, box["y"] + 20)
        page.mouse.down()
        page.mouse.move(box["x"] + 200, box["y"] + 80, steps=5)
        page.mouse.up()
        assert "in place of the typed name" in page.inner_text(".k-sign [role=status]")
        broken = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag22aa"]})
        assert broken.response["violations"] == []
        page.screenshot(path="/tmp/forms-signature-390.png", full_page=True)
        page.click("button[name=send]")
        page.wait_for_selector("#receipt")
        # Erased again, and signed with the keyboard alone.
        page.goto(url)
        page.fill("#q_why", "Katze")
        page.locator(".k-sign canvas").click()
        page.get_by_role("button", name="Erase the drawing").press("Enter")
        assert page.evaluate("document.activeElement.id") == "q_sign"
        page.keyboard.type("Erika Mustermann")
        page.click("button[name=send]")
        page.wait_for_selector("#receipt")
    file = {"filename": "a.png", "data": base64.b64encode(PNG).decode()}
    answer = requests.post(
        f"{url}/@form",
        json={"data": {"why": "Maus", "sign": file}},
        headers={"Accept": "application/json", "Idempotency-Key": "signature-over-rest"},
    )
    assert answer.status_code == 201, answer.text
    transaction.begin()
    cases = {case.answers[0]["value"]: case for case in portal["vorgaenge"].cases()}
    assert [len(cases[name].documents) for name in ("Hund", "Katze", "Maus")] == [1, 0, 1]
    assert cases["Katze"].answers[1]["text"] == "Erika Mustermann"
    (document,) = cases["Hund"].documents
    drawing = Image.open(io.BytesIO(document["file"].data)).convert("L")
    assert drawing.size == (1200, 400)
    assert drawing.getextrema()[0] < 100 < drawing.getextrema()[1]
    for name, pictures in (("Hund", 1), ("Katze", 0), ("Maus", 1)):
        pdf = paper.pdf(cases[name])
        assert sum(len(page.images) for page in PdfReader(io.BytesIO(pdf)).pages) == pictures
