"""An editor builds a form without a line of code; a citizen begins it on a phone and ends it elsewhere.

The form is the test's own: nothing that other tests visit is changed.
"""

from playwright.sync_api import expect
from tests.browser.pages import too_wide
from tests.browser.pages import violations
from tests.browser.test_story import CONFIRMATION
from tests.browser.test_story import DESK
from tests.browser.test_story import PHONE

import pytest


pytestmark = [pytest.mark.chromium, pytest.mark.timeout(300)]


def choose_step(editor, step):
    editor.wait_for_load_state("networkidle")
    editor.locator(".autotoc-nav").get_by_text(step, exact=True).click()


def add_step(editor, title):
    editor.wait_for_load_state("networkidle")
    editor.get_by_role("link", name="Schritt hinzufügen").click()
    dialog = editor.locator(".modal-dialog")
    dialog.locator("[name='form.widgets.label']").fill(title)
    dialog.get_by_role("button", name="Hinzufügen").last.click()
    expect(editor.locator(".autotoc-nav").get_by_text(title, exact=True)).to_be_visible()


def add_question(editor, step, title, kind):
    choose_step(editor, step)
    editor.get_by_role("link", name="Frage hinzufügen").click()
    dialog = editor.locator(".modal-dialog")
    dialog.get_by_label("Titel").fill(title)
    dialog.get_by_label("Feldtyp").select_option(label=kind)
    dialog.get_by_role("button", name="Hinzufügen").last.click()
    expect(editor.locator(".k-editor-field", has_text=title).first).to_be_attached()


def change(editor, step, title):
    """Opens the settings of a question and returns the dialog."""
    choose_step(editor, step)
    editor.locator(".fieldPreview", has_text=title).locator("a.fieldSettings").click()
    return editor.locator(".modal-dialog")


def save(editor, dialog):
    dialog.get_by_role("button", name="Sichern").last.click()
    expect(editor.locator(".modal-dialog")).to_have_count(0)


def build(editor, city):
    """ "Hundesteuer: Hund anmelden": four steps, a condition, a repeating group, an upload."""
    editor.goto(city.url("formulare/++add++EasyForm"))
    editor.get_by_label("Titel").first.fill("Hundesteuer: Hund anmelden")
    editor.get_by_label("Name des ersten Schritts").fill("Halterin oder Halter")
    editor.get_by_role("button", name="Sichern").click()
    expect(editor.locator(".k-version-bar")).to_contain_text("keine veröffentlichte Version")
    address = editor.url.removesuffix("/view")
    editor.get_by_role("link", name="Fragen im Formular").first.click()
    for step in ("Herkunft", "Hunde", "Nachweis"):
        add_step(editor, step)
    add_question(editor, "Herkunft", "Ist ein Hund zugezogen?", "Ja/Nein")
    add_question(editor, "Herkunft", "Aus welcher Stadt?", "Text-Zeile (Zeichenfolge)")
    dialog = change(editor, "Herkunft", "Aus welcher Stadt?")
    dialog.get_by_label("Nur wenn").select_option(label="„Ist ein Hund zugezogen?“ ist „Ja“")
    save(editor, dialog)
    add_question(editor, "Hunde", "Ihre Hunde", "Wiederholbare Gruppe")
    dialog = change(editor, "Hunde", "Ihre Hunde")
    dialog.get_by_label("So heißt ein Eintrag").fill("Hund")
    dialog.get_by_label("Mindestens so viele Einträge").fill("1")
    save(editor, dialog)
    add_question(editor, "Hunde", "Rufname", "Text-Zeile (Zeichenfolge)")
    dialog = change(editor, "Hunde", "Rufname")
    dialog.get_by_label("Teil der Gruppe").select_option(label="Ihre Hunde")
    save(editor, dialog)
    add_question(editor, "Nachweis", "Haftpflichtversicherung", "Datei-Upload")
    return address


def test_built_by_clicking_begun_on_a_phone_ended_elsewhere(visit, city):
    editor, phone = visit(DESK, "redaktion"), visit(PHONE)
    address = build(editor, city)
    assert phone.goto(address).status in (401, 403) or "login" in phone.url
    editor.get_by_role("link", name="Vorschau").first.click()
    expect(editor.locator("h1")).to_have_text("Hundesteuer: Hund anmelden")
    assert violations(editor, within="main") == []
    editor.get_by_role("link", name="Versionen").first.click()
    editor.get_by_role("button", name="Veröffentlichen", exact=True).click()
    expect(editor.locator(".k-version-bar")).to_contain_text("Version 1 ist veröffentlicht")
    editor.goto(address)
    editor.wait_for_load_state("networkidle")
    editor.get_by_role("link", name="Status").click()
    editor.get_by_role("link", name="Veröffentlichen", exact=True).click()
    editor.wait_for_load_state("networkidle")

    phone.goto(address)
    onward = phone.get_by_role("button", name="Weiter", exact=True)
    phone.get_by_label("Ihr Name").fill("Erika Mustermann")
    phone.get_by_label("Ihr Anliegen").fill("Zwei Hunde")
    phone.get_by_label("Während ich schreibe zwischenspeichern").check()
    expect(phone.locator(".k-draft-facts")).to_be_visible()
    number = phone.locator("[data-draft-number]").inner_text()
    pin = phone.locator("[data-draft-pin]").inner_text()
    link = phone.locator("[data-draft-link]").get_attribute("href")
    assert pin not in link
    assert violations(phone) == []
    assert too_wide(phone) == []
    onward.click()
    expect(phone.get_by_label("Aus welcher Stadt?")).to_be_hidden()
    phone.locator("input[type=radio][value=true]").check()
    expect(phone.get_by_label("Aus welcher Stadt?")).to_be_visible()
    phone.locator("input[type=radio][value=false]").check()
    onward.click()
    phone.get_by_label("Rufname").fill("Rex")
    phone.get_by_role("button", name="Hinzufügen: Hund").click()
    phone.get_by_label("Rufname").nth(1).fill("Ida")
    assert violations(phone) == []
    assert too_wide(phone) == []
    onward.click()
    with phone.expect_response("**/@@form-draft-save"):
        phone.locator("input[type=file]").set_input_files(CONFIRMATION)
    expect(phone.locator(".k-draft-said")).to_contain_text("Gespeichert")
    assert phone.context.cookies() == []
    phone.context.close()

    other = visit(DESK)
    other.goto(link)
    assert violations(other) == []
    other.get_by_label("PIN").fill(pin)
    other.keyboard.press("Enter")
    expect(other.get_by_label("Ihr Name")).to_have_value("Erika Mustermann")
    for _step in range(3):
        other.get_by_role("button", name="Weiter", exact=True).click()
    expect(other.locator(".k-held")).to_contain_text(CONFIRMATION["name"])
    expect(other.locator(".k-review")).to_contain_text("Hund 2: Rufname")
    other.get_by_role("button", name="Absenden").click()
    case_number = other.locator("#receipt-number").inner_text()
    assert case_number != number
    with city.site() as site:
        case = site["vorgaenge"][case_number]
        assert case.form_version == "1"
        values = {answer["label"]: answer["value"] for answer in case.answers}
        assert (values["Hund 1: Rufname"], values["Hund 2: Rufname"]) == ("Rex", "Ida")
        assert values["Ist ein Hund zugezogen?"] is False
        assert "Aus welcher Stadt?" not in values
        assert case.documents[0]["file"].data == CONFIRMATION["buffer"]
