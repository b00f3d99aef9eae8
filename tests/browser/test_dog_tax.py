"""A whole story without a line of code: the town takes up the dog tax.

An editor builds a form of four steps, gives the cases a workflow of their own, writes a reply and
a decision, and publishes the service. A citizen begins on a phone and ends in another browser, is
asked for a document and sends it; a clerk decides with a PDF; the worker deletes the case when its
time is over. What happens days or years later happens in processes whose clock is that far ahead.

Everything is the story's own: nothing that other tests visit is changed.
"""

from datetime import timedelta
from kaarst.core.opening_hours import BERLIN
from kaarst.services.cases import deadline
from pathlib import Path
from playwright.sync_api import expect
from tests.browser.building import add_question
from tests.browser.building import add_step
from tests.browser.building import change
from tests.browser.building import save
from tests.browser.moving_in import CONFIRMATION
from tests.browser.moving_in import PDF
from tests.browser.pages import too_wide
from tests.browser.pages import violations
from tests.browser.test_story import DAYS_LATER as DAYS_OF_WAITING
from tests.browser.test_story import DESK
from tests.browser.test_story import PHONE
from tests.browser.test_story import state_of_the_case

import pytest
import re


pytestmark = [pytest.mark.chromium, pytest.mark.timeout(600)]

TITLE = "Hundesteuer: Hund anmelden"
KEPT_DAYS = 30
DAYS_UNTIL_DUE = 14
DELETION = "kaarst.services.delete_cases"
CHIP = {
    "name": "Chipnummer.pdf",
    "mimeType": "application/pdf",
    "buffer": PDF + b"% chip",
}


def build_form(editor, city):
    """Four steps, a condition, a repeating group, an upload; due in two weeks, kept for thirty days."""
    editor.goto(city.url("formulare/++add++EasyForm"))
    editor.get_by_label("Titel").first.fill(TITLE)
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
    dialog.get_by_label("Nur wenn diese Frage").select_option(label="Ist ein Hund zugezogen?")
    # Answers of other questions do not get in the way.
    answers = dialog.locator("[id$=only_if_answers] input[type=checkbox]:visible")
    expect(answers).to_have_count(2)
    dialog.get_by_label("Ist ein Hund zugezogen?: Ja").check()
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

    editor.goto(f"{address}/actions")
    editor.wait_for_load_state("networkidle")
    editor.locator(".fieldSettings").first.click()
    dialog = editor.locator(".modal-dialog")
    dialog.get_by_label("Tage bis zur Frist").fill(str(DAYS_UNTIL_DUE))
    dialog.get_by_label("Tage bis zum Löschen").fill(str(KEPT_DAYS))
    save(editor, dialog)
    return address


def publish_form(editor, address):
    editor.goto(address)
    editor.get_by_role("link", name="Vorschau").first.click()
    expect(editor.locator("h1")).to_have_text(TITLE)
    assert violations(editor, within="main") == []
    editor.get_by_role("link", name="Versionen").first.click()
    editor.get_by_role("button", name="Veröffentlichen", exact=True).click()
    expect(editor.locator(".k-version-bar")).to_contain_text("Version 1 ist veröffentlicht")
    editor.goto(address)
    publish(editor)


def publish(editor):
    editor.wait_for_load_state("networkidle")
    editor.get_by_role("link", name=re.compile("^Status")).click()
    editor.get_by_role("link", name="Veröffentlichen", exact=True).click()
    expect(editor.get_by_role("link", name="Status: Veröffentlicht")).to_be_visible()


def choose_workflow(editor, city):
    """A workflow like the usual one, whose first step is called otherwise."""
    editor.goto(city.url("case-workflows"))
    editor.get_by_label("Name").fill("Ablauf Hundesteuer")
    editor.get_by_role("button", name="Anlegen").click()
    editor.get_by_label("Name des Schritts").first.fill("Anmeldung ist da")
    assert violations(editor, within="main") == []
    editor.get_by_role("button", name="Speichern").click()
    expect(editor.locator("body")).to_contain_text("Gesichert")


def write_templates(editor, city):
    """A reply, and a decision whose placeholders the case fills."""
    new = city.url("vorlagen/++add++TextTemplate")
    editor.goto(new)
    editor.get_by_label("Titel").first.fill("Chipnummer fehlt")
    editor.get_by_label("Nachricht an die Bürgerin oder den Bürger").check()
    editor.get_by_label("Text", exact=True).fill(
        "Bitte senden Sie uns den Nachweis der Chipnummer."
    )
    editor.get_by_label(TITLE).check()
    editor.get_by_role("button", name="Sichern").click()
    editor.goto(new)
    editor.get_by_label("Titel").first.fill("Bescheid über die Hundesteuer")
    editor.get_by_label("Text", exact=True).fill(
        "# Anmeldung\n\nIhre Anmeldung {number} ist eingetragen."
    )
    editor.get_by_label("Rechtsbehelfsbelehrung").fill("Klage beim Verwaltungsgericht Düsseldorf.")
    editor.get_by_label(TITLE).check()
    editor.get_by_role("button", name="Sichern").click()
    expect(editor.locator("h1")).to_have_text("Bescheid über die Hundesteuer")


def publish_service(editor, city):
    editor.goto(city.url("leistungen/++add++Service"))
    editor.wait_for_load_state("networkidle")
    tabs = editor.locator(".autotoc-nav")
    editor.get_by_label("Titel").first.fill(TITLE)
    editor.get_by_label("Beschreibung").first.fill("Jeder Hund in Kaarst ist anzumelden.")
    tabs.get_by_text("Wege zum Antrag").click()
    editor.get_by_text("Auswählen", exact=True).first.click()
    browser = editor.locator(".content-browser")
    browser.get_by_text(TITLE, exact=True).click()
    browser.get_by_role("button", name=re.compile("auswählen$")).click()
    editor.get_by_label("Ablauf der Vorgänge").select_option(label="Ablauf Hundesteuer")
    tabs.get_by_text("Wer hilft").click()
    editor.get_by_label("Zuständiger Bereich").select_option(label="Bürgerbüro")
    editor.get_by_role("button", name="Sichern").click()
    expect(editor.locator("h1")).to_have_text(TITLE)
    publish(editor)


def begin_on_the_phone(phone, city):
    """From the search to the last step; returns number, PIN and link of the draft."""
    phone.goto(city.url())
    phone.locator("main input[name=q]").first.fill("Hund anmelden")
    phone.keyboard.press("Enter")
    phone.wait_for_url("**/leistungen?q=**")
    phone.locator("main").get_by_role("link", name=TITLE).first.click()
    assert violations(phone) == []
    phone.get_by_role("link", name="Online beantragen").click()
    onward = phone.get_by_role("button", name="Weiter", exact=True)
    phone.get_by_label("Ihr Name").fill("Erika Mustermann")
    phone.get_by_label("Ihre E-Mail-Adresse").fill("erika@example.org")
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
    return number, pin, link


def end_elsewhere(other, link, pin):
    """Goes on with the draft and sends it; returns number and PIN of the case."""
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
    return (
        other.locator("#receipt-number").inner_text(),
        other.locator("#receipt-pin").inner_text(),
    )


def ask_for_the_chip(clerk, number):
    """The clerk takes the case up and asks with the editor's reply; the clock stands still."""
    clerk.get_by_role("link", name=number).click()
    expect(clerk.locator("#case-state")).to_have_text("Anmeldung ist da")
    clerk.get_by_role("button", name="Bearbeitung beginnen").click()
    clerk.get_by_label("Textvorlage", exact=True).select_option(label="Chipnummer fehlt")
    clerk.get_by_role("button", name="Diese Vorlage nehmen").click()
    expect(clerk.locator("#text")).to_have_value(re.compile("Chipnummer"))
    clerk.get_by_label("Ich brauche eine Antwort").check()
    clerk.get_by_role("button", name="Nachricht senden").click()
    expect(clerk.locator("#case-clock")).to_contain_text("steht still seit")


def send_the_chip(phone, web, number, pin):
    """Five days later the citizen reads the question and answers with the document."""
    assert "Wartet auf" in state_of_the_case(phone, web, number, pin)
    assert too_wide(phone) == []
    assert violations(phone) == []
    expect(phone.locator("#messages")).to_contain_text("Chipnummer")
    form = phone.locator("#reply-form")
    form.locator("textarea").fill("Hier ist sie.")
    form.locator("input[type=file]").set_input_files(CHIP)
    form.get_by_role("button", name="Nachricht senden").click()
    expect(phone.locator("#state")).to_have_text("In Bearbeitung")


def decide(clerk, number):
    clerk.get_by_role("link", name=number).click()
    clerk.get_by_role("link", name="Bescheid schreiben").click()
    clerk.get_by_label("Vorlage", exact=True).select_option(label="Bescheid über die Hundesteuer")
    clerk.get_by_role("button", name="Diese Vorlage nehmen").click()
    expect(clerk.locator("#text")).to_have_value(re.compile(number))
    clerk.locator("#recipient").fill("Erika Mustermann\nMaubisstraße 1\n41564 Kaarst")
    assert violations(clerk, within="main") == []
    clerk.locator("#checked").check()
    clerk.get_by_role("button", name="Bescheid erlassen").click()
    expect(clerk.locator("#case-state")).to_have_text("Entschieden")


def read_the_decision(phone, web, number, pin):
    assert "Entschieden" in state_of_the_case(phone, web, number, pin)
    assert violations(phone) == []
    with phone.expect_download() as download:
        phone.get_by_role("button", name="Bescheid als PDF speichern").click()
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF")


def test_the_dog_tax_from_an_empty_page_to_its_deletion(visit, city):
    editor = visit(DESK, "redaktion")
    address = build_form(editor, city)
    assert visit(PHONE).goto(address).url != address  # led to sign in
    publish_form(editor, address)
    choose_workflow(editor, city)
    write_templates(editor, city)
    publish_service(editor, city)

    _draft, pin, link = begin_on_the_phone(visit(PHONE), city)
    number, pin = end_elsewhere(visit(DESK), link, pin)
    with city.site() as site:
        case = site["vorgaenge"][number]
        assert case.form_version == "1"
        values = {answer["label"]: answer["value"] for answer in case.answers}
        assert (values["Hund 1: Rufname"], values["Hund 2: Rufname"]) == ("Rex", "Ida")
        assert values["Ist ein Hund zugezogen?"] is False
        assert "Aus welcher Stadt?" not in values
        assert case.documents[0]["file"].data == CONFIRMATION["buffer"]
        received, first_due = case.received.astimezone(BERLIN).date(), case.due
    assert first_due == deadline.due(received, DAYS_UNTIL_DUE)
    ask_for_the_chip(visit(DESK, "sachbearbeitung"), number)

    later = city.later(days=DAYS_OF_WAITING)
    send_the_chip(visit(PHONE), later, number, pin)
    waited = timedelta(days=DAYS_OF_WAITING)
    with city.site() as site:
        case = site["vorgaenge"][number]
        assert [pause.end - pause.begin for pause in case.pauses] == [waited]
        assert case.due == deadline.due(received + waited, DAYS_UNTIL_DUE)
        assert case.documents[1]["file"].data == CHIP["buffer"]
    clerk = visit(DESK, "sachbearbeitung", at=later)
    decide(clerk, number)
    read_the_decision(visit(PHONE), later, number, pin)

    city.work(DELETION, days=DAYS_OF_WAITING + KEPT_DAYS - 1)
    with city.site() as site:
        case = site["vorgaenge"][number]
        assert case.workflow_history[case.workflow_id][-1]["review_state"] == "decided"
    city.work(DELETION, days=DAYS_OF_WAITING + KEPT_DAYS + 1)
    with city.site() as site, pytest.raises(KeyError):
        site["vorgaenge"][number]
    # Where no case is, nobody is told whether there ever was one.
    clerk.goto(later.url(f"vorgaenge/{number}"))
    assert "insufficient-privileges" in clerk.url
