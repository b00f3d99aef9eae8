"""The whole story, as it runs: citizen, clerk and editor in the demo city.

Home page → search "umgezogen", or a life situation → service → form in several steps with an
upload → number, PIN and e-mail → state; the clerk works the case; the editor adds a question,
publishes a service, arranges the home page and switches an alert on. Everybody goes by what can be
clicked; what was stored is looked up in the database.
"""

from datetime import datetime
from datetime import timedelta
from datetime import UTC
from email import policy
from email.parser import BytesParser
from kaarst.core.opening_hours import BERLIN
from pathlib import Path
from playwright.sync_api import expect
from tests.browser.moving_in import CONFIRMATION
from tests.browser.moving_in import fill_in
from tests.browser.moving_in import PDF
from tests.browser.pages import follow

import pytest
import re
import sys
import time


pytestmark = [pytest.mark.chromium, pytest.mark.timeout(600)]

#: How far ahead the clock of the city's second web process is.
DAYS_LATER = 5
DESK = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def worker(city):
    """The process that sends mail; in this city into the folder `mail`."""
    (city.home / "worker").mkdir(exist_ok=True)
    city.configure("worker")
    program = Path(sys.executable).with_name("kaarst-worker")
    log = (city.home / "worker.log").open("w")
    process = city.begin([program, "--config", city.home / "etc/worker.conf"], log)
    yield process
    process.terminate()
    process.wait(30)


def by_search(page):
    page.locator("main input[name=q]").first.fill("umgezogen")
    page.keyboard.press("Enter")
    page.wait_for_url("**/leistungen?q=umgezogen")


def by_life_situation(page):
    page.locator("main").get_by_role("link", name="Umzug", exact=True).click()
    expect(page.locator("h1")).to_have_text("Umzug")


def state_of_the_case(page, city, number, pin):
    """What a citizen reads, who comes by the link at the foot of every page."""
    page.goto(city.url())
    page.get_by_role("link", name="Stand Ihres Vorgangs").click()
    page.get_by_label("Ihre Vorgangsnummer").fill(number)
    page.get_by_label("Ihre PIN").fill(pin)
    page.keyboard.press("Enter")
    return page.locator("#state").inner_text()


def add(editor, kind):
    """Chooses from the menu "Hinzufügen", once its script has drawn it."""
    editor.wait_for_load_state("networkidle")
    editor.get_by_role("link", name="Hinzufügen").click()
    editor.get_by_role("link", name=kind, exact=True).click()


def wait_for_mail(city, number, seconds=60):
    patience = time.monotonic() + seconds
    while time.monotonic() < patience:
        for path in (city.home / "mail").glob("*.eml"):
            mail = BytesParser(policy=policy.default).parsebytes(path.read_bytes())
            if number in mail["Subject"]:
                return mail
        time.sleep(0.5)
    raise AssertionError(f"no mail about {number}")


@pytest.mark.parametrize(
    ("viewport", "way"),
    [(DESK, by_life_situation), (PHONE, by_search)],
    ids=["1280-life-situation", "390-search"],
)
def test_a_citizen_moves_in_and_a_clerk_decides(visit, city, worker, viewport, way):
    page = visit(viewport)
    page.goto(city.url())
    way(page)
    page.locator("main").get_by_role("link", name=re.compile("^Anmeldung und")).click()
    expect(page.locator("h1")).to_contain_text("Anmeldung")
    page.get_by_role("link", name="Online beantragen").click()
    fill_in(page)
    page.get_by_label("E-Mail-Adresse").fill("erika@example.org")
    page.get_by_label("Meine Angaben sind richtig").check()
    expect(page.locator(".k-review")).to_contain_text("Ring 1")
    page.get_by_role("button", name="Anmeldung absenden").click()
    number = page.locator("#receipt-number").inner_text()
    pin = page.locator("#receipt-pin").inner_text()
    overflow = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    assert not overflow
    assert "Eingegangen" in state_of_the_case(page, city, number, pin)
    assert pin not in page.url and number not in page.url
    assert page.context.cookies() == []

    mail = wait_for_mail(city, number)
    text = mail.get_body().get_content()
    assert mail["To"] == "erika@example.org" and f"{city.url()}status" in text
    assert pin not in text and pin.replace(" ", "") not in text

    clerk = visit(viewport, "sachbearbeitung")
    expect(clerk.locator("h1")).to_have_text("Vorgänge")  # after signing in, without a click
    clerk.get_by_role("link", name=number).click()
    with clerk.expect_download() as download:
        clerk.get_by_role("link", name=CONFIRMATION["name"]).click()
    assert download.value.suggested_filename == CONFIRMATION["name"]
    assert Path(download.value.path()).read_bytes() == PDF
    clerk.get_by_role("button", name="Bearbeitung beginnen").click()
    expect(clerk.locator("#case-state")).to_have_text("In Bearbeitung")
    assert "In Bearbeitung" in state_of_the_case(page, city, number, pin).splitlines()[0]
    clerk.get_by_label("Notiz für den Verlauf").fill("Ausweis geprüft")
    clerk.get_by_role("button", name="Entscheiden").click()
    expect(clerk.locator("#case-state")).to_have_text("Entschieden")
    seen = state_of_the_case(page, city, number, pin)
    assert "Entschieden" in seen.splitlines()[0] and "Ausweis geprüft" not in seen

    with city.site() as site:
        case = site["vorgaenge"][number]
        assert case.workflow_history["case_workflow"][-1]["review_state"] == "decided"
        assert case.documents[0]["file"].data == PDF
        events = [entry["what"] for entry in case.history]
        assert events == ["received", "read", "downloaded", "start", "decide"]
        answers = {answer["field"]: answer["value"] for answer in case.answers}
        assert answers["former_address"].splitlines() == ["Ring 1", "1010 Wien"]


def test_without_scripts_it_is_one_page_and_keeps_what_was_typed(visit, city):
    page = visit(PHONE, java_script_enabled=False)
    page.goto(city.url("formulare/anmeldung-bei-zuzug"))
    page.fill("#q_given_name", "Erika")
    page.fill("#q_family_name", "Mustermann")
    page.fill("#q_birth_date", "1980-02-29")
    page.check("input[name=q_others][value=false]")
    page.check("input[name=q_from_abroad][value=false]")
    page.fill("#q_former_address", "Am Wall 1\n41460 Neuss")
    page.fill("#q_street", "Maubisstraße 1")
    page.fill("#q_move_in", "2026-01-02")
    page.check("input[name=q_kind][value=only]")
    page.fill("#q_landlord_name", "Wohnbau GmbH")
    page.set_input_files("#q_landlord_confirmation", CONFIRMATION)
    page.click("button[name=send]")

    assert page.locator("#form-errors a").count() == 1
    assert page.input_value("#q_given_name") == "Erika"
    assert page.input_value("#q_former_address").split() == ["Am", "Wall", "1", "41460", "Neuss"]
    assert page.is_checked("input[name=q_kind][value=only]")
    assert CONFIRMATION["name"] in page.locator(".k-held").inner_text()
    page.check("#q_correct")
    page.click("button[name=send]")
    number = page.locator("#receipt-number").inner_text()
    pin = page.locator("#receipt-pin").inner_text()
    assert "Eingegangen" in state_of_the_case(page, city, number, pin)
    with city.site() as site:
        assert site["vorgaenge"][number].documents[0]["file"].data == PDF


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_a_barrier_is_reported_from_the_foot_of_a_page(visit, city, scripts):
    page = visit(PHONE, java_script_enabled=scripts)
    page.goto(city.url("leistungen/personalausweis"))
    page.locator("footer").get_by_role("link", name="Barriere melden").click()
    assert "/formulare/barriere-melden" in page.url
    page.locator("textarea").first.fill("Die Überschrift wird nicht vorgelesen.")
    page.click("button[name=send]")
    number = page.locator("#receipt-number").inner_text()
    with city.site() as site:
        case = site["vorgaenge"][number]
        values = [str(answer["value"]) for answer in case.answers]
        assert "Die Überschrift wird nicht vorgelesen." in values
        assert any("leistungen/personalausweis" in value for value in values)
    assert page.context.cookies() == []


def test_feedback_is_counted_without_cookies(visit, city):
    page = visit(PHONE)
    page.goto(city.url("leistungen/reisepass"))
    page.get_by_role("button", name="Nein").click()
    page.wait_for_load_state("load")
    expect(page.get_by_text("Danke").first).to_be_visible()
    assert page.context.cookies() == []


def test_an_editor_adds_a_question(visit, city):
    editor, citizen = visit(DESK, "redaktion"), visit(PHONE)
    editor.get_by_role("link", name="Inhalte", exact=True).click()
    for title, name in (("Formulare", "formulare"), ("Anmeldung bei Zuzug", "anmeldung-bei-zuzug")):
        follow(editor, editor.locator("table").get_by_role("link", name=title), name)
    editor.get_by_role("link", name="Fragen im Formular").first.click()
    editor.locator(".autotoc-nav").get_by_text("Kontakt und Bestätigung").click()
    assert editor.locator("button", has_text="XML").count() == 0
    editor.get_by_role("link", name="Frage hinzufügen").click()
    dialog = editor.locator(".modal-dialog")
    dialog.get_by_label("Titel").fill("Zahl der Haustiere")
    dialog.get_by_label("Feldtyp").select_option(label="Ganzzahl")
    dialog.get_by_role("button", name="Hinzufügen").last.click()
    expect(editor.locator(".messages")).to_contain_text("hinzugefügt")
    editor.get_by_role("link", name="Änderungen veröffentlichen").click()
    expect(editor.locator("#publish")).to_contain_text("Neu: „Zahl der Haustiere“")
    editor.get_by_role("button", name="Veröffentlichen", exact=True).click()
    expect(editor.locator(".k-version-bar")).to_contain_text("ist veröffentlicht")

    citizen.goto(city.url("formulare/anmeldung-bei-zuzug"))
    fill_in(citizen)
    expect(citizen.get_by_label("Zahl der Haustiere")).to_be_visible()
    citizen.get_by_label("Zahl der Haustiere").fill("3")
    citizen.get_by_label("Meine Angaben sind richtig").check()
    citizen.get_by_role("button", name="Anmeldung absenden").click()
    number = citizen.locator("#receipt-number").inner_text()
    with city.site() as site:
        assert 'name="zahl_der_haustiere"' in site["formulare"]["anmeldung-bei-zuzug"].fields_model
        answers = {answer["field"]: answer["value"] for answer in site["vorgaenge"][number].answers}
        assert answers["zahl_der_haustiere"] == 3


def test_an_editor_publishes_a_service(visit, city):
    editor, citizen = visit(DESK, "redaktion"), visit(PHONE)
    editor.locator("header").get_by_role("link", name="Leistungen").click()
    add(editor, "Leistung")
    editor.get_by_label("Titel").first.fill("Kräutergarten mieten")
    editor.get_by_label("Beschreibung").first.fill("Ein Beet im Stadtpark für eine Saison.")
    editor.get_by_role("button", name="Sichern").click()
    expect(editor.locator("h1")).to_have_text("Kräutergarten mieten")
    address = editor.url.removesuffix("/view")

    def finds():
        citizen.goto(city.url())
        citizen.locator("main input[name=q]").first.fill("kreutergarten mitten")
        citizen.keyboard.press("Enter")
        citizen.wait_for_url("**/leistungen?q=**")
        return citizen.locator("main").get_by_role("link", name="Kräutergarten mieten").count()

    assert not finds()
    assert citizen.goto(address).url != address  # led to sign in
    editor.get_by_role("link", name="Status: Privat").click()
    editor.get_by_role("link", name="Veröffentlichen", exact=True).click()
    expect(editor.get_by_role("link", name="Status: Veröffentlicht")).to_be_visible()
    assert finds()
    citizen.locator("main").get_by_role("link", name="Kräutergarten mieten").click()
    expect(citizen.locator("h1")).to_have_text("Kräutergarten mieten")
    with city.site() as site:
        workflow = site["leistungen"]["kraeutergarten-mieten"].workflow_history
        assert workflow["simple_publication_workflow"][-1]["review_state"] == "published"


def test_an_editor_arranges_the_home_page(visit, city):
    editor, citizen = visit(DESK, "redaktion"), visit(PHONE)

    def headings():
        citizen.goto(city.url())
        return citizen.locator("main h2").all_inner_texts()

    def press(name):
        with editor.expect_response(lambda answer: answer.request.method == "POST"):
            editor.get_by_role("button", name=f"{name} Oft gebraucht").click()
        editor.reload()

    before = headings()
    editor.get_by_role("link", name="Startseite einrichten").click()
    press("Nach unten")
    after = headings()
    assert after != before and sorted(after) == sorted(before)
    press("Ausblenden")
    assert "Oft gebraucht" not in headings()
    press("Anzeigen")
    press("Nach oben")
    assert headings() == before


def test_an_alert_comes_on_all_pages_and_goes_by_itself(visit, city):
    editor, citizen = visit(DESK, "redaktion"), visit(PHONE)
    title = "Das Rathaus schließt heute früher"

    def seen(at=city):
        citizen.goto(at.url("impressum"))
        return title in citizen.content()

    editor.get_by_role("link", name="Inhalte", exact=True).click()
    follow(editor, editor.locator("table").get_by_role("link", name="Hinweise"), "hinweise")
    add(editor, "Hinweis")
    editor.get_by_label("Hinweis in einer Zeile").fill(title)
    end = datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(days=1)
    editor.get_by_label("Anzeigen bis").fill(f"{end.astimezone(BERLIN):%Y-%m-%dT%H:%M}")
    editor.get_by_role("button", name="Sichern").click()
    expect(editor.locator("h1")).to_have_text(title)
    assert not seen()
    editor.get_by_role("button", name="Einschalten").click()
    expect(editor.get_by_role("button", name="Ausschalten")).to_be_visible()
    assert seen()
    citizen.goto(city.url())
    assert title in citizen.content()
    with city.site() as site:
        alert = site["hinweise"][editor.url.removesuffix("/view").rsplit("/", 1)[-1]]
        assert alert.end.astimezone(UTC) == end
    assert not seen(at=city.later(DAYS_LATER))
