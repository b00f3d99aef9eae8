"""Editors' and clerks' pages in a browser, under the policy the city is run with: `script-src 'self'`.

Plone draws its dialogs in the browser. What is tried here is that they open and do their work, that
nothing is refused, and that no script fails. Pages of this site are held to axe like public ones;
of Plone's own editing surfaces only what this site adds.
"""

from tests.browser.pages import too_wide
from tests.browser.pages import violations
from tests.browser.pages import Watch

import pytest
import re


pytestmark = [pytest.mark.chromium, pytest.mark.timeout(600)]

DESK = {"width": 1280, "height": 900}
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)
PICTURE = {"name": "Platz.png", "mimeType": "image/png", "buffer": PNG}

#: Pages that somebody of the town hall works on: who, where.
OWN = {
    "list of cases": ("sachbearbeitung", "vorgaenge"),
    "account": ("buerger", "my-town"),
    "message to the town hall": ("buerger", "write-to-town-hall"),
    "message to a citizen": ("sachbearbeitung", "vorgaenge/@@write-to-citizen"),
    "forms to fill in for somebody": ("sachbearbeitung", "vorgaenge/@@new-case"),
    "form for somebody": ("sachbearbeitung", "formulare/anmeldung-bei-zuzug/@@file-case"),
    "how decisions go": ("redaktion", "case-document-workflow"),
    "home page": ("redaktion", ""),
    "arranging the home page": ("redaktion", "startseite/@@arrange"),
    "feedback": ("redaktion", "@@feedback-report"),
    "service": ("redaktion", "leistungen/reisepass"),
    "forms": ("redaktion", "formulare"),
    "fields of a form": ("redaktion", "formulare/anmeldung-bei-zuzug/fields"),
    "alerts": ("redaktion", "hinweise"),
    "one's desks": ("termine", "termine/my-desks"),
    "desk's day": ("termine", "termine/buergerbuero-kaarst/day"),
    "booking by phone": ("termine", "termine/buergerbuero-kaarst/by-phone"),
    "finding an appointment": ("sachbearbeitung", "termine/buergerbuero-kaarst/find"),
    "week of a desk": ("sachbearbeitung", "termine/buergerbuero-kaarst/week"),
    "who is to be called": ("sachbearbeitung", "termine/buergerbuero-kaarst/to-call"),
    "appointments that no longer fit": ("termine", "termine/buergerbuero-kaarst/outside"),
    "setting a desk up": ("termine", "termine/buergerbuero-kaarst/setup"),
    "closures": ("termine", "termine/buergerbuero-kaarst/closures"),
    "figures of a desk": ("termine", "termine/buergerbuero-kaarst/figures"),
    "display and terminal": ("termine", "termine/buergerbuero-kaarst/terminal-key"),
    "notice for the waiting room": ("termine", "termine/buergerbuero-kaarst/hall-notice"),
    "calendars": ("termine", "termine/buergerbuero-kaarst/calendars"),
    "conflicts": ("termine", "termine/buergerbuero-kaarst/conflicts"),
    "alerts of meters": ("energie", "energie/alerts"),
    "weather for comparing years": ("energie", "energie/weather"),
    "watering rounds": ("energie", "baeume/rounds"),
    "rain": ("energie", "baeume/rain"),
    "tree, for those who water": ("energie", "baeume/baum-12"),
    "town settings": ("admin", "@@town-settings"),
    "waiting mail": ("admin", "@@outbox"),
    "audit log": ("admin", "@@audit-log"),
    "staff and their logins": ("admin", "@@staff-sessions"),
    "sign-in of staff": ("admin", "@@staff-sign-in"),
    "groups of the provider": ("admin", "@@staff-groups"),
}
#: Plone's pages, which have to work and may look as Plone does.
PLONE = {
    "new service": ("redaktion", "leistungen/++add++Service"),
    "service, edited": ("redaktion", "leistungen/reisepass/edit"),
    "new news item": ("redaktion", "aktuelles/++add++News%20Item"),
    "news item, edited": ("redaktion", "aktuelles/buergerkoffer/edit"),
    "new event": ("redaktion", "veranstaltungen/++add++Event"),
    "new dashboard": ("energie", "energie/++add++Dashboard"),
    "new alert": ("redaktion", "hinweise/++add++Alert"),
    "place, edited": ("redaktion", "rathaus/orte/rathaus-kaarst/edit"),
    "home page, edited": ("redaktion", "startseite/edit"),
    "new form": ("redaktion", "formulare/++add++EasyForm"),
    "form, edited": ("redaktion", "formulare/anmeldung-bei-zuzug/edit"),
    "new picture": ("redaktion", "bilder/++add++Image"),
    "folder contents": ("redaktion", "leistungen/folder_contents"),
    "sharing": ("redaktion", "impressum/@@sharing"),
    "history": ("redaktion", "impressum/@@historyview"),
    "own data": ("redaktion", "@@personal-information"),
    "control panel": ("admin", "@@overview-controlpanel"),
    "dates": ("termine", ""),
    "meters": ("energie", ""),
    "tree, edited": ("energie", "baeume/baum-12/edit"),
    "trees, edited": ("energie", "baeume/edit"),
    "citizen": ("buerger", ""),
}


@pytest.fixture(scope="module")
def staff(chromium, city):
    """`staff(login)`: a page on which that person is signed in, and what is watched on it."""
    from kaarst.policy.demo.accounts import PASSWORD

    pages = {}

    def signed_in(login):
        if login not in pages:
            page = chromium.new_context(viewport=DESK, locale="de-DE").new_page()
            page.set_default_timeout(20_000)
            watch = Watch(page)
            page.goto(city.url("login"))
            page.fill("#__ac_name", login)
            page.fill("#__ac_password", PASSWORD)
            page.press("#__ac_password", "Enter")
            page.wait_for_load_state("load")
            assert "__ac" in {cookie["name"] for cookie in page.context.cookies()}
            pages[login] = page, watch
        page, watch = pages[login]
        watch.clear()
        return page, watch

    yield signed_in
    for page, _watch in pages.values():
        page.context.close()


def ready(page):
    """Wait until the scripts of the page have done what they do at its start."""
    page.wait_for_load_state("networkidle")


def complaints(page, watch, address):
    return watch.refused() + watch.said + watch.strangers(address)


@pytest.mark.parametrize("name", OWN)
def test_own_page(staff, city, name):
    login, path = OWN[name]
    page, watch = staff(login)
    assert page.goto(city.url(path)).status == 200
    ready(page)
    assert complaints(page, watch, city.url()) == []
    # The toolbar is Plone's: its markup has roles that axe does not like (plone.app.layout).
    assert violations(page, within={"exclude": [["#edit-bar"]]}) == []
    assert too_wide(page) == []


@pytest.mark.parametrize("name", PLONE)
def test_page_of_plone(staff, city, name):
    login, path = PLONE[name]
    page, watch = staff(login)
    assert page.goto(city.url(path)).status == 200
    ready(page)
    assert "@@confirm-action" not in page.url
    assert complaints(page, watch, city.url()) == []
    page.wait_for_function("""() => [...document.querySelectorAll(".pat-tinymce")]
      .every((field) => field.parentElement.querySelector(".tox-tinymce"))""")


def test_a_case(staff, city, visit):
    citizen = visit(DESK)
    citizen.goto(city.url("@@report-barrier"))
    for field in citizen.locator("main textarea[aria-required=true]").all():
        field.fill("Der Knopf ist mit der Tastatur nicht zu erreichen.")
    citizen.click("button[name=send]")
    number = citizen.locator("#receipt-number").inner_text()
    page, watch = staff("sachbearbeitung")
    for view in ("", "/@@split", "/@@merge"):
        page.goto(city.url(f"vorgaenge/{number}{view}"))
        ready(page)
        assert complaints(page, watch, city.url()) == []
        assert violations(page, within={"exclude": [["#edit-bar"]]}) == []
        assert too_wide(page) == []


def test_an_event_comes_again(staff, city):
    """The dialog of the recurrence opens, counts the dates, and what is chosen is stored."""
    page, watch = staff("redaktion")
    page.goto(city.url("veranstaltungen/++add++Event"))
    ready(page)
    page.fill("#form-widgets-IDublinCore-title, #form-widgets-IBasic-title", "Repair-Café")
    page.locator("[name=riedit]").click()
    dialog = page.locator(".modal-dialog:visible")
    dialog.locator("select[name=rirtemplate]").select_option("weekly")
    dialog.locator("input[name=rirangetype][value=BYOCCURRENCES]").check()
    dialog.locator("input[name=rirangebyoccurrencesvalue]").fill("3")
    # The list of dates is drawn anew, and the dialog shrinks, when the field is left.
    page.keyboard.press("Tab")
    page.wait_for_function("""() => [...document.querySelectorAll(".modal-dialog .occurrence")]
      .filter((row) => row.checkVisibility()).length === 3""")
    dialog.locator(".modal-footer .risavebutton").click()
    dialog.wait_for(state="hidden")
    page.click("#form-buttons-save")
    page.wait_for_url(re.compile("repair-cafe"))
    assert complaints(page, watch, city.url()) == []
    with city.site() as site:
        rule = site["veranstaltungen"]["repair-cafe"].recurrence
    assert "FREQ=WEEKLY" in rule and "COUNT=3" in rule


def test_news_with_link_and_picture(staff, city):
    """The dialogs for links and pictures of the rich text editor find what the site has."""
    page, watch = staff("redaktion")
    page.goto(city.url("aktuelles/++add++News%20Item"))
    ready(page)
    page.fill("#form-widgets-IDublinCore-title, #form-widgets-IBasic-title", "Neue Bänke")
    page.set_input_files("input[type=file]", PICTURE)
    text = page.frame_locator(".tox-edit-area iframe").locator("body")
    text.click()
    page.keyboard.type("Im Stadtpark stehen neue Bänke. ")
    page.locator(
        ".tox-tbtn[data-mce-name='plonelink'], .tox-tbtn[data-mce-name='link']"
    ).first.click()
    page.locator(".modal-dialog:visible").wait_for()
    page.locator(".modal-dialog:visible .btn-close").first.click()
    page.locator(".modal-dialog:visible").wait_for(state="hidden")
    page.locator(
        ".tox-tbtn[data-mce-name='ploneimage'], .tox-tbtn[data-mce-name='image']"
    ).first.click()
    page.locator(".modal-dialog:visible").wait_for()
    page.locator(".modal-dialog:visible .btn-close").first.click()
    page.locator(".modal-dialog:visible").wait_for(state="hidden")
    page.click("#form-buttons-save")
    page.wait_for_url(re.compile("neue-baenke"))
    assert complaints(page, watch, city.url()) == []
    with city.site() as site:
        news = site["aktuelles"]["neue-baenke"]
        assert "neue Bänke" in news.text.raw
        assert news.image.data == PNG


def test_a_chosen_picture_replaces_the_old_one(staff, city):
    page, watch = staff("redaktion")
    page.goto(city.url("rathaus/orte/rathaus-kaarst/edit"))
    ready(page)
    assert page.locator(".upload input[value=nochange]").is_checked()
    page.set_input_files(".upload input[type=file]", PICTURE)
    assert page.locator(".upload input[value=replace]").is_checked()
    page.click("#form-buttons-save")
    page.wait_for_url(re.compile("rathaus-kaarst(/view)?$"))
    assert complaints(page, watch, city.url()) == []
    with city.site() as site:
        assert site["rathaus"]["orte"]["rathaus-kaarst"].image.data == PNG


def last_step(city):
    with city.site() as site:
        (entries,) = site["veranstaltungen"]["konzert-am-see"].workflow_history.values()
        return entries[-1]["action"]


def test_publishing_by_the_menu(staff, city):
    page, watch = staff("redaktion")
    page.goto(city.url("veranstaltungen/konzert-am-see"))
    ready(page)
    page.click("#plone-contentmenu-workflow > a")
    page.click("#workflow-transition-retract")
    page.wait_for_load_state("load")
    ready(page)
    assert last_step(city) == "retract"
    page.click("#plone-contentmenu-workflow > a")
    page.click("#workflow-transition-publish")
    page.wait_for_load_state("load")
    ready(page)
    assert complaints(page, watch, city.url()) == []
    assert last_step(city) == "publish"


def test_folder_contents_lists_and_offers_its_dialogs(staff, city):
    page, watch = staff("redaktion")
    page.goto(city.url("leistungen/folder_contents"))
    page.locator("tr.itemRow").first.wait_for()
    assert page.locator("tr.itemRow").count() >= 15
    page.locator("tr.itemRow input[type=checkbox]").first.check()
    page.locator("#btn-rename, #btngroup-mainbuttons a:has-text('Umbenennen')").first.click()
    page.locator(".popover:visible, .modal-dialog:visible").first.wait_for()
    assert complaints(page, watch, city.url()) == []
