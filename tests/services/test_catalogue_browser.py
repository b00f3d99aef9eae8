"""The catalogue in a real browser, on a phone and on a desk."""

from axe_playwright_python.sync_playwright import Axe
from plone.app.testing import setRoles
from plone.app.testing import SITE_OWNER_NAME
from plone.app.testing import SITE_OWNER_PASSWORD
from plone.app.testing import TEST_USER_ID
from tests.services.content import make_catalogue

import pytest
import transaction


pytestmark = pytest.mark.chromium

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}
NARROWEST = {"width": 320, "height": 640}


@pytest.fixture
def site(functional_portal):
    """A published catalogue behind a real server; its address."""
    setRoles(functional_portal, TEST_USER_ID, ["Manager"])
    functional_portal.setTitle("Kaarst")
    make_catalogue(functional_portal)
    transaction.commit()
    return functional_portal.absolute_url()


@pytest.fixture
def visit(chromium, site):
    """Opens a page without scripts, as the pages have to work without them."""
    contexts = []

    def open_page(viewport, scripts=False):
        context = chromium.new_context(
            viewport=viewport, java_script_enabled=scripts, locale="de-DE", bypass_csp=False
        )
        contexts.append(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()


def test_from_the_search_to_the_service_on_a_phone_without_scripts(visit, site):
    page = visit(PHONE)
    page.goto(f"{site}/leistungen")
    page.locator("#catalogue-q").fill("ich bin umgezogen")
    page.locator("#catalogue-q").press("Enter")
    page.locator(".service-list a").first.click()
    assert page.locator("h1").inner_text() == "Wohnsitz anmelden"
    assert page.locator(".service-main-channel a").is_visible()
    assert page.context.cookies() == []


def test_editor_is_told_what_is_wrong_and_loses_nothing(visit, site, functional_portal):
    page = visit(DESK, scripts=True)
    page.goto(f"{site}/login")
    page.fill("#__ac_name", SITE_OWNER_NAME)
    page.fill("#__ac_password", SITE_OWNER_PASSWORD)
    page.press("#__ac_password", "Enter")
    page.wait_for_load_state("networkidle")
    page.goto(f"{site}/leistungen/++add++Service")
    page.fill("#form-widgets-IBasic-title", "Hundesteuer")
    page.fill("#form-widgets-synonyms", "Hund anmelden\nHundemarke")
    page.check("text=Umziehen")
    page.click("text=What citizens need to know")
    page.fill("#form-widgets-fees", "teuer")
    page.click("#form-buttons-save")
    assert (
        "for example" in page.locator("#formfield-form-widgets-fees .invalid-feedback").inner_text()
    )
    transaction.begin()
    assert "hundesteuer" not in functional_portal.leistungen

    if not page.locator("#form-widgets-fees").is_visible():
        page.click(".autotoc-nav >> text=What citizens need to know")
    page.fill("#form-widgets-fees", "Ein Hund: 96,00 €\nZwei Hunde: 120,00 €")
    page.click("#form-buttons-save")
    page.wait_for_url(f"{site}/leistungen/hundesteuer/view")
    transaction.begin()
    service = functional_portal.leistungen.hundesteuer
    assert service.synonyms == ["Hund anmelden", "Hundemarke"]
    assert service.fees == ["Ein Hund: 96,00 €", "Zwei Hunde: 120,00 €"]
    assert [value.to_object.title for value in service.topics] == ["Umziehen"]


PAGES = [
    "leistungen",
    "leistungen?q=umgezogen",
    "leistungen?q=xqzvw",
    "leistungen?letter=R",
    "lebenslagen",
    "lebenslagen/umziehen",
    "leistungen/wohnsitz-anmelden",
    "leistungen/reisepass",
]


def test_pages_are_accessible_fit_and_ask_nobody_else(visit, site):
    host = site.rpartition("/")[0]
    for viewport in (DESK, NARROWEST):
        page = visit(viewport, scripts=True)
        refused, asked = [], []
        page.on("console", lambda message, refused=refused: refused.append(message.text))
        page.on("request", lambda request, asked=asked: asked.append(request.url))
        for path in PAGES:
            page.goto(f"{site}/{path}")
            found = Axe().run(page)
            assert found.violations_count == 0, f"{path}: {found.generate_report()}"
            width = page.evaluate("document.documentElement.scrollWidth")
            assert width <= viewport["width"], path
        assert [text for text in refused if "Content Security Policy" in text] == []
        assert [url for url in asked if not url.startswith(host)] == []
