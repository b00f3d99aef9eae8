"""A form from the citizen's phone to the clerk's desk, in a browser.

Every page comes with the policy the city is run with: scripts from here only, none inline.
"""

from axe_playwright_python.sync_playwright import Axe
from kaarst.services.forms.library import make_form
from kaarst.services.forms.pictures import cleaned
from plone.app.testing import setRoles
from plone.app.testing import TEST_USER_ID
from plone.app.testing import TEST_USER_NAME
from plone.app.testing import TEST_USER_PASSWORD
from tests.services.clerks import work_here
from tests.services.conftest import EDITOR_ROLES
from tests.services.pictures import picture

import pytest
import transaction


pytestmark = pytest.mark.chromium

PHONE = {"width": 390, "height": 844}
POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:"
)
PHOTO = {"name": "Bestätigung.jpg", "mimeType": "image/jpeg", "buffer": picture("JPEG", (40, 40))}


@pytest.fixture
def site(functional_portal):
    setRoles(functional_portal, TEST_USER_ID, EDITOR_ROLES)
    make_form(functional_portal, "anmeldung-bei-zuzug")
    transaction.commit()
    return functional_portal


@pytest.fixture
def visit(chromium):
    """Opens a page; at the end nothing may have broken the policy."""
    contexts, broken = [], []

    def with_policy(route):
        response = route.fetch(max_redirects=0)
        route.fulfill(
            response=response, headers={**response.headers, "content-security-policy": POLICY}
        )

    def open_page(viewport, scripts=True):
        context = chromium.new_context(
            viewport=viewport, java_script_enabled=scripts, locale="de-DE"
        )
        contexts.append(context)
        page = context.new_page()
        page.on(
            "console",
            lambda said: broken.append(said.text) if "Content Security Policy" in said.text else 0,
        )
        page.route(lambda url: "++" not in url, with_policy)
        return page

    yield open_page
    for context in contexts:
        context.close()
    scripts = [text for text in broken if "script-src" in text]
    assert scripts == []


def log_in(page, site, *roles):
    setRoles(site, TEST_USER_ID, ["Member", *roles])
    if "Clerk" in roles:
        work_here(site)
    transaction.commit()
    page.goto(f"{site.absolute_url()}/login")
    page.fill("#__ac_name", TEST_USER_NAME)
    page.fill("#__ac_password", TEST_USER_PASSWORD)
    page.press("#__ac_password", "Enter")
    page.wait_for_load_state("load")


def violations(page):
    found = Axe().run(page).response["violations"]
    return [(item["id"], [node["html"][:120] for node in item["nodes"]]) for item in found]


def fits(page):
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    return page.evaluate(wide) <= 0


def fill_first_steps(page):
    page.fill("#q_given_name", "Erika")
    page.fill("#q_family_name", "Mustermann")
    page.fill("#q_birth_date", "1980-02-29")
    page.locator("input[name=q_others][value=false]").check()


def fill_second_step(page):
    page.locator("input[name=q_from_abroad][value=true]").check()
    page.fill("#q_former_country", "Österreich")
    page.fill("#q_former_address", "Ring 1\n1010 Wien")
    page.fill("#q_street", "Maubisstraße 1")
    page.fill("#q_move_in", "2026-01-02")
    page.locator("input[name=q_kind][value=only]").check()


@pytest.mark.parametrize("viewport", [PHONE], ids=["phone"])
def test_from_the_form_to_the_clerk(visit, site, viewport):
    page = visit(viewport)
    page.goto(f"{site.absolute_url()}/anmeldung-bei-zuzug")
    following = page.locator(".k-buttons button[type=button].btn-primary")
    steps = page.locator(".k-step")
    following.click()
    assert page.locator("#q_given_name-error").is_visible()
    assert page.evaluate("document.activeElement.id") == "q_given_name"
    assert steps.nth(1).is_hidden()
    assert page.locator("#row-q_other_people").is_hidden()
    fill_first_steps(page)
    assert violations(page) == []
    assert fits(page)
    page.press("#q_family_name", "Enter")
    assert steps.nth(1).is_visible()
    assert page.evaluate("document.activeElement.id") == "step-2-title"
    fill_second_step(page)
    following.click()
    page.go_back()
    assert steps.nth(1).is_visible()
    assert page.input_value("#q_street") == "Maubisstraße 1"
    following.click()
    page.fill("#q_landlord_name", "Wohnbau GmbH")
    page.set_input_files("#q_landlord_confirmation", PHOTO)
    following.click()
    page.fill("#q_email", "erika")
    page.check("#q_correct")
    assert "Maubisstraße 1" in page.locator(".k-review").inner_text()
    page.click("button[name=send]")
    # The address is wrong: all is kept, the photo too, and the list leads to the field.
    page.wait_for_selector("#form-errors:focus")
    page.click("#form-errors a")
    assert page.evaluate("document.activeElement.id") == "q_email"
    assert (
        "Bestätigung.jpg" in page.locator(".k-held").inner_text()
        or page.locator(".k-held").is_hidden()
    )
    page.fill("#q_email", "erika@example.org")
    page.click("button[name=send]")
    number = page.locator("#receipt-number").inner_text()
    pin = page.locator("#receipt-pin").inner_text()
    assert violations(page) == []
    assert fits(page)
    assert page.context.cookies() == []

    page.goto(f"{site.absolute_url()}/status")
    assert violations(page) == []
    page.fill("#number", number.lower())
    page.fill("#pin", pin.replace(" ", ""))
    page.press("#pin", "Enter")
    assert page.locator("#state").is_visible()
    assert pin not in page.url
    assert violations(page) == []

    clerk = visit(viewport)
    log_in(clerk, site, "Clerk")
    clerk.goto(f"{site.absolute_url()}/vorgaenge")
    assert fits(clerk)
    clerk.click(f"text={number}")
    assert "Mustermann" in clerk.locator(".k-answers").first.inner_text()
    document = clerk.get_by_role("link", name="Bestätigung.jpg").get_attribute("href")
    answer = clerk.request.get(document)
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.body() == cleaned(PHOTO["buffer"])[1]
    clerk.fill("#note", "Ausweis geprüft")
    clerk.click("button[value=decide]")
    assert fits(clerk)
    transaction.begin()
    case = site["vorgaenge"][number]
    assert case.state == "decided"
    assert case.documents[0]["file"].data == cleaned(PHOTO["buffer"])[1]
    assert [answer["value"] for answer in case.answers if answer["field"] == "former_country"] == [
        "Österreich"
    ]
