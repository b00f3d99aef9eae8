"""With the keyboard alone: everything is reached, the focus is seen, nothing traps it.

Motion is off: a page that still glides to the place would have to be waited for.
"""

from playwright.sync_api import expect
from tests.browser.test_pages import OUTLINED
from tests.browser.test_pages import WHO

import pytest
import re
import requests


pytestmark = [pytest.mark.chromium, pytest.mark.timeout(600)]

DESK = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}

# WCAG 2.2, 2.4.11: what has the focus is not hidden, not even by something that stands above it.
SEEN = """() => {
  const element = document.activeElement;
  const box = element.getBoundingClientRect();
  const inside = box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth;
  const x = Math.min(Math.max(box.left + Math.min(box.width, 40) / 2, 0), innerWidth - 1);
  const y = Math.min(Math.max(box.top + box.height / 2, 0), innerHeight - 1);
  const top = document.elementFromPoint(x, y);
  return inside && Boolean(top) && (element.contains(top) || top.contains(element));
}"""
FOCUS = "document.activeElement"


def walk(page, limit=300):
    """Press Tab through the whole page; yield for each stop what has the focus."""
    for _step in range(limit):
        page.keyboard.press("Tab")
        if page.evaluate(f"{FOCUS} === document.body"):
            return
        yield page.evaluate(WHO)
    raise AssertionError(f"after {limit} times Tab still on the page")


def tab_to(page, selector, limit=120):
    """Press Tab until the element has the focus."""
    for _step in range(limit):
        page.keyboard.press("Tab")
        if page.evaluate(f"(selector) => {FOCUS}.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} is not reached; now at {page.evaluate(WHO)}")


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["1280", "390"])
@pytest.mark.parametrize("path", ["", "formulare/anmeldung-bei-zuzug", "leistungen"])
def test_the_focus_is_always_seen(visit, city, path, viewport):
    page = visit(viewport, reduced_motion="reduce")
    page.goto(city.url(path))
    stops = []
    for who in walk(page):
        stops.append(who)
        assert page.evaluate(OUTLINED), f"no outline: {who}"
        assert page.evaluate(SEEN), f"hidden: {who}"
    reachable = page.evaluate("""() => [...document.querySelectorAll(
        "a[href], button:not(:disabled), input:not([type=hidden]):not(:disabled), select, textarea, summary")]
      .filter((e) => e.checkVisibility() && e.tabIndex >= 0 && e.type !== "radio").length""")
    assert len(stops) >= reachable


@pytest.mark.parametrize(
    "number, target", [(1, "main"), (2, "site-navigation"), (3, "site-search")]
)
def test_skip_links(visit, city, number, target):
    page = visit(DESK, reduced_motion="reduce")
    page.goto(city.url("impressum"))
    for _step in range(number):
        page.keyboard.press("Tab")
    assert page.evaluate(SEEN) and page.evaluate(OUTLINED)
    page.keyboard.press("Enter")
    assert page.evaluate(f"{FOCUS}.id") == target
    page.keyboard.press("Tab")
    assert page.evaluate(f"document.getElementById('{target}').contains({FOCUS})")


def test_menu_on_a_phone(visit, city):
    page = visit(PHONE, reduced_motion="reduce")
    page.goto(city.url())
    tab_to(page, ".narrow-menu > summary")
    page.keyboard.press("Enter")
    menu = page.locator(".narrow-menu")
    assert menu.evaluate("menu => menu.open")
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    assert not menu.evaluate("menu => menu.open")
    assert page.evaluate(f"{FOCUS}.matches('.narrow-menu > summary')")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/leistungen")


def test_from_the_question_to_the_receipt(visit, city):
    """Search, service, form with all its steps, number and PIN: Tab, Enter, Space and arrows."""
    page = visit(PHONE, reduced_motion="reduce")
    keys = page.keyboard
    page.goto(city.url())
    tab_to(page, "main input[name=q]")
    keys.type("umgezogen")
    keys.press("Enter")
    page.wait_for_url("**q=umgezogen*")
    tab_to(page, "main a[href$='/anmeldung-und-ummeldung']")
    keys.press("Enter")
    page.wait_for_url("**/anmeldung-und-ummeldung")
    tab_to(page, "main a[href*='/formulare/']")
    keys.press("Enter")
    page.wait_for_url("**/formulare/*")

    onward = ".k-step:not([hidden]) .k-buttons .btn-primary, .k-buttons button.btn-primary"
    tab_to(page, "#q_given_name")
    keys.type("Erika")
    keys.press("Tab")
    keys.type("Mustermann")
    # Day and month alike: in which order a browser asks for them is its own affair.
    tab_to(page, "#q_birth_date")
    keys.type("02021980")
    tab_to(page, "input[name=q_others]")
    keys.press("Space")
    choose(page, "q_others", "false")
    tab_to(page, onward)
    keys.press("Enter")
    expect(page.locator("#step-2-title")).to_be_focused()

    tab_to(page, "input[name=q_from_abroad]")
    keys.press("Space")
    choose(page, "q_from_abroad", "true")
    tab_to(page, "#q_former_country")
    keys.type("Österreich")
    tab_to(page, "#q_former_address")
    keys.type("Ring 1")
    tab_to(page, "#q_street")
    keys.type("Maubisstraße 1")
    tab_to(page, "#q_move_in")
    keys.type("02022026")
    tab_to(page, "input[name=q_kind]")
    keys.press("Space")
    choose(page, "q_kind", "only")
    tab_to(page, onward)
    keys.press("Enter")
    expect(page.locator("#step-3-title")).to_be_focused()

    tab_to(page, "#q_landlord_name")
    keys.type("Wohnbau GmbH")
    tab_to(page, "#q_landlord_confirmation")
    with page.expect_file_chooser() as chooser:
        keys.press("Space")
    chooser.value.set_files(
        {"name": "Zusage.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4\n%%EOF\n"}
    )
    tab_to(page, onward)
    keys.press("Enter")
    expect(page.locator("#step-4-title")).to_be_focused()

    tab_to(page, "#q_email")
    keys.type("erika@example.org")
    tab_to(page, "#q_correct")
    keys.press("Space")
    tab_to(page, "button[name=send]")
    keys.press("Enter")
    number = page.locator("#receipt-number").inner_text()
    assert re.fullmatch(r"KAA-\w{4}-\w{4}-\w", number)
    with city.site() as site:
        answers = {answer["field"]: answer["value"] for answer in site["vorgaenge"][number].answers}
    assert answers["family_name"] == "Mustermann"
    assert answers["kind"] == "only" and answers["from_abroad"] is True


def choose(page, name, value):
    """Move to a choice of a group of radio buttons with the arrow keys."""
    for _step in range(6):
        chosen = page.evaluate(
            "(name) => document.querySelector(`input[name=${name}]:checked`)?.value", name
        )
        if chosen == value:
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"{name} cannot be set to {value}")


@pytest.fixture
def sent_in(city):
    """The number of a case that a clerk has filed for a caller."""
    from kaarst.policy.demo.accounts import PASSWORD

    answer = requests.post(
        city.url("formulare/barriere-melden/@file-case"),
        json={"data": {"barrier": "Die Rampe am Eingang fehlt."}, "channel": "phone"},
        headers={"Accept": "application/json"},
        auth=("sachbearbeitung", PASSWORD),
    )
    assert answer.status_code == 201, answer.text
    return answer.json()["number"]


def test_a_clerk_decides_without_a_mouse(visit, city, sent_in):
    """The list, a case, a question, a note and a decision as PDF: keys, Tab, Enter and Space."""
    page = visit(DESK, login="sachbearbeitung", reduced_motion="reduce")
    keys = page.keyboard
    page.goto(city.url("vorgaenge"))
    # Keys are off until somebody wants them (WCAG 2.1.4).
    keys.press("/")
    assert page.evaluate(f"{FOCUS} === document.body")
    tab_to(page, "[data-keys-open]")
    keys.press("Enter")
    expect(page.locator(".k-keys dialog")).to_be_visible()
    if not page.evaluate(f"{FOCUS}.id === 'keys-on'"):
        tab_to(page, "#keys-on", limit=3)
    keys.press("Space")
    keys.press("Escape")
    assert page.evaluate(f"{FOCUS}.matches('[data-keys-open]')")

    keys.press("/")
    # A letter that is a key as well is only typed in a field.
    keys.type(sent_in.lower())
    keys.press("Enter")
    page.wait_for_url("**q=*")
    keys.press("j")
    assert page.evaluate(f"{FOCUS}.textContent") == sent_in and page.evaluate(OUTLINED)
    keys.press("x")
    assert page.locator("[data-key-row] input").first.is_checked()
    keys.press("Enter")
    page.wait_for_url(f"**/vorgaenge/{sent_in}")
    pressed(page, "a")
    assert "Mustermann" in page.locator("#case-clerk").inner_text()
    keys.press("i")
    keys.type("Ruft dienstags an.")
    tab_to(page, "[action$=write-note] button", limit=2)
    pressed(page, "Enter")
    assert "Ruft dienstags an." in page.locator(".k-notes").inner_text()
    keys.press("m")
    keys.type("Bitte schicken Sie ein Foto.")
    tab_to(page, "#asks", limit=4)
    keys.press("Space")
    # Day, month, year and calendar of the date by which the answer is wanted.
    tab_to(page, "[action$=write-message] button", limit=6)
    pressed(page, "Enter")
    assert page.locator("#case-clock").is_visible()

    keys.press("w")
    pressed(page, "d")
    assert page.url.endswith("@@decide")
    tab_to(page, "#template")
    tab_to(page, "form[action$=decide] button", limit=2)
    pressed(page, "Enter")
    for name in ("heading", "text", "remedy"):
        tab_to(page, f"#{name}")
        keys.press("Control+A")
        keys.type(f"Wir bauen eine Rampe ({name}).")
    tab_to(page, "#checked", limit=6)
    keys.press("Space")
    tab_to(page, "button[name=issue]", limit=3)
    pressed(page, "Enter")
    assert ".pdf" in page.locator("section:has(> #decisions-title)").inner_text()
    with city.site() as site:
        case = site["vorgaenge"][sent_in]
        assert case.delete_on is not None and case.channel == "phone"
        assert case.decisions[0].heading == "Wir bauen eine Rampe (heading)."


def pressed(page, key):
    """Press a key that leads to another page, or to the same once more."""
    with page.expect_navigation():
        page.keyboard.press(key)
