"""From a form to the BundID and back, in a browser: what was typed stands there, locked where vouched for."""

from axe_playwright_python.sync_playwright import Axe
from kaarst.core.signin.oidc import provider
from tests.oidc_provider import Provider
from tests.services import logins
from tests.services.test_prefill import site  # noqa: F401

import pytest
import transaction


pytestmark = pytest.mark.chromium

PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
BASIC, SUBSTANTIAL = "STORK-QAA-Level-1", "STORK-QAA-Level-3"
ERIKA = {
    "sub": "pairwise-1",
    "bpk2": "erika-bpk2",
    "acr": SUBSTANTIAL,
    "given_name": "Erika",
    "given_name_level": SUBSTANTIAL,
    "family_name": "Mustermann",
    "family_name_level": SUBSTANTIAL,
    "birthdate": "1970-02-28",
    "birthdate_level": SUBSTANTIAL,
    "email": "erika@example.org",
}


@pytest.fixture
def bundid(site):  # noqa: F811
    """A provider at which Erika signs in; the form wants the level "substantial"."""
    made = Provider()
    made.person = dict(ERIKA)
    for name, value in made.settings(user_claim="bpk2").items():
        site.portal.portal_registry[f"kaarst.bundid.{name}"] = value
    site.form.login_level = "substantial"
    transaction.commit()
    provider.forget()
    yield made
    made.stop()
    provider.forget()
    logins.end_all(site.portal)


def axe(page):
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def type_in(page):
    page.get_by_label("Name").fill("Eva Falsch")
    page.get_by_label("Geboren").fill("1971-03-01")
    page.get_by_label("Ort").fill("Büttg")
    page.locator("[name=q_abroad][value=false]").check()


@pytest.mark.parametrize(("viewport", "scripts"), [(PHONE, True), (DESKTOP, False)])
def test_up_a_level_with_everything_typed(site, bundid, chromium, viewport, scripts):  # noqa: F811
    context = chromium.new_context(viewport=viewport, locale="de-DE", java_script_enabled=scripts)
    page = context.new_page()
    page.set_default_timeout(8000)
    base = site.portal.absolute_url()
    if scripts:
        # A login that is too low for this form.
        bundid.person = {**ERIKA, "acr": BASIC}
        page.goto(f"{base}/sign-in-bundid?level=basic&came_from={site.url}")
        assert "basic" in page.locator(".k-login").inner_text()
        assert page.get_by_label("Name").get_attribute("readonly") is None
        bundid.person = dict(ERIKA)
        axe(page)
    else:
        page.goto(site.url)
    type_in(page)
    page.get_by_role("button", name="Sign in and go on here").first.click()
    assert "/sign-in?" in page.url and "Eva" not in page.url
    page.get_by_role("link", name="ELSTER").click()
    assert page.url == site.url
    assert "What you have typed stands here again" in page.locator(".k-login").inner_text()
    assert page.get_by_label("Name").input_value() == "Erika Mustermann"
    assert page.get_by_label("Name").get_attribute("readonly") is not None
    assert page.get_by_label("Geboren").input_value() == "1970-02-28"
    assert page.get_by_label("Ort").input_value() == "Büttg"
    if scripts:
        axe(page)
        # Whoever tears the lock off is refused, and the login's name stands there again.
        name = page.get_by_label("Name")
        name.evaluate("field => field.removeAttribute('readonly')")
        name.fill("Eva Falsch")
        page.get_by_role("button", name="Send", exact=True).click()
        assert "cannot be changed here" in page.locator("#form-errors").inner_text()
        assert page.get_by_label("Name").input_value() == "Erika Mustermann"
    page.get_by_role("button", name="Send", exact=True).click()
    page.locator("#receipt").wait_for()
    (case,) = site.cases()
    trust = {answer["field"]: answer.get("verified_by", "") for answer in case.answers}
    assert trust == {"who": "BundID", "born": "BundID", "town": "", "mail": "", "abroad": ""}
    values = {answer["field"]: answer["value"] for answer in case.answers}
    assert (values["who"], values["town"]) == ("Erika Mustermann", "Büttg")
    context.close()
