"""Every page that anybody may read: accessible, fitting and private at every width and in every mode.

A page is loaded once for each width; colours, text size and modes are switched while it is open.
"""

from PIL import Image
from Products.PythonScripts.PythonScript import PythonScript
from tests.browser.pages import clipped
from tests.browser.pages import COLOURS
from tests.browser.pages import PAGES
from tests.browser.pages import STATUS
from tests.browser.pages import too_wide
from tests.browser.pages import untranslated
from tests.browser.pages import violations
from tests.browser.pages import Watch
from urllib.error import HTTPError
from urllib.request import Request
from urllib.request import urlopen

import io
import pytest
import re
import transaction


pytestmark = [pytest.mark.chromium, pytest.mark.timeout(600)]

VIEWPORTS = {"1280": {"width": 1280, "height": 900}, "320": {"width": 320, "height": 640}}
ENGLISH = {"service in English", "English", "English page"}

# WCAG 2.2, 1.4.12: what readers may set themselves without losing anything.
SPACING = """
*, * { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
p { margin-bottom: 2em !important }
"""


@pytest.fixture(scope="module")
def broken(city):
    """The address of a page on which something goes wrong: its visitors see the page for that."""
    with city.site() as site:
        script = PythonScript("kaputt")
        script.write("return 1 / 0")
        site._tree["kaputt"] = script
        transaction.commit()
    return "kaputt"


@pytest.fixture(scope="module")
def reader(chromium):
    """One page for each width that stays open from test to test."""
    contexts = {}
    for name, viewport in VIEWPORTS.items():
        context = chromium.new_context(viewport=viewport, locale="de-DE")
        page = context.new_page()
        page.set_default_timeout(20_000)
        contexts[name] = page, Watch(page)
    yield contexts
    for page, _watch in contexts.values():
        page.context.close()


def problems(page, watch, address):
    """Everything that is wrong with the page that is open, at this width."""
    found = violations(page)
    page.emulate_media(color_scheme="dark")
    found += [f"dark: {text}" for text in violations(page, COLOURS)]
    page.emulate_media(color_scheme="light")
    found += [f"scrolls sideways: {text}" for text in too_wide(page)]
    found += [f"cut off: {text}" for text in clipped(page)]
    found += [f"refused: {text}" for text in watch.refused()]
    found += [f"said: {text}" for text in watch.said]
    found += [f"asked a stranger: {url}" for url in watch.strangers(address)]
    found += [f"cookie: {cookie['name']}" for cookie in page.context.cookies()]
    return found


def enlarged(page):
    """What does not fit when the text is twice as large, or with wider spacing at half the width."""
    sheet = page.add_style_tag(content="html { font-size: 200% !important }")
    found = [f"text at 200 %: {text}" for text in too_wide(page) + clipped(page)]
    sheet.evaluate("(style, text) => { style.textContent = text }", SPACING)
    page.set_viewport_size({"width": 640, "height": 450})
    found += [f"spaced, zoomed: {text}" for text in too_wide(page) + clipped(page)]
    page.set_viewport_size(VIEWPORTS["1280"])
    return found


@pytest.mark.parametrize("width", VIEWPORTS)
@pytest.mark.parametrize("name", PAGES)
def test_page(city, reader, name, width):
    page, watch = reader[width]
    watch.clear()
    answer = page.goto(city.url(PAGES[name]))
    assert answer.status == STATUS.get(name, 200)
    assert problems(page, watch, city.url()) == []
    assert page.locator("h1").count() == 1
    language = "en" if name in ENGLISH else "de"
    assert page.locator("html").get_attribute("lang") == language
    assert untranslated(page, language) == []
    if width == "1280":
        assert enlarged(page) == []


@pytest.mark.parametrize("width", VIEWPORTS)
def test_page_for_what_went_wrong(city, reader, broken, width):
    page, watch = reader[width]
    watch.clear()
    assert page.goto(city.url(broken)).status == 500
    assert problems(page, watch, city.url()) == []
    assert "ZeroDivisionError" not in page.content()


PDF = {"name": "Zusage.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4\n%%EOF\n"}


@pytest.mark.parametrize("width", VIEWPORTS)
def test_form_from_its_mistakes_to_the_state_of_the_case(city, reader, width):
    page, watch = reader[width]
    page.goto(city.url(PAGES["form"]))
    watch.clear()
    onward = page.locator(".k-buttons button[type=button].btn-primary")
    found = []

    def look(where):
        found.extend(f"{where}: {text}" for text in problems(page, watch, city.url()))

    onward.click()
    look("mistakes beside the fields")
    page.fill("#q_given_name", "Erika")
    page.fill("#q_family_name", "Mustermann")
    page.fill("#q_birth_date", "1980-02-29")
    page.locator("input[name=q_others][value=true]").check()
    look("further fields")
    page.locator("input[name=q_others][value=false]").check()
    onward.click()
    page.locator("input[name=q_from_abroad][value=true]").check()
    look("second step")
    page.fill("#q_former_country", "Österreich")
    page.fill("#q_former_address", "Ring 1\n1010 Wien")
    page.fill("#q_street", "Maubisstraße 1")
    page.fill("#q_move_in", "2026-01-02")
    page.locator("input[name=q_kind][value=only]").check()
    onward.click()
    look("third step")
    page.fill("#q_landlord_name", "Wohnbau GmbH")
    page.set_input_files("#q_landlord_confirmation", PDF)
    onward.click()
    page.fill("#q_email", "erika")
    page.check("#q_correct")
    look("last step")
    page.click("button[name=send]")
    page.wait_for_selector("#form-errors:focus")
    look("mistakes the city found")
    page.fill("#q_email", "erika@example.org")
    page.click("button[name=send]")
    number = page.locator("#receipt-number").inner_text()
    pin = page.locator("#receipt-pin").inner_text()
    look("receipt")
    page.goto(city.url("status"))
    page.fill("#number", number)
    page.fill("#pin", "00000000")
    page.press("#pin", "Enter")
    page.wait_for_selector("#form-errors")
    look("wrong PIN")
    page.fill("#number", number)
    page.fill("#pin", pin)
    page.press("#pin", "Enter")
    page.wait_for_selector("#state")
    look("state")
    assert found == []


def test_titles_tell_pages_apart(city):
    titles = {}
    for name, path in PAGES.items():
        request = Request(city.url(path), headers={"Accept": "text/html"})
        try:
            text = urlopen(request, timeout=60).read().decode()
        except HTTPError as error:
            text = error.read().decode()
        title = re.search(r"<title>(.*?)</title>", text, re.DOTALL)[1]
        titles.setdefault(title, []).append(name)
    same = [names for names in titles.values() if len(names) > 1]
    # The second asks for the same page again with another choice, or for what only members see.
    assert same == [
        ["ways to sign in", "sign in, higher"],
        ["events", "events, past"],
        ["trees", "trees, some of them"],
        ["sign in", "not allowed"],
    ]


@pytest.mark.parametrize("answer", ["yes", "no"])
@pytest.mark.parametrize("width", VIEWPORTS)
def test_feedback(city, reader, width, answer):
    page, watch = reader[width]
    page.goto(city.url("impressum"))
    watch.clear()
    page.click(f"button[name=helpful][value={answer}]")
    page.wait_for_url("**/@@feedback?*")
    assert problems(page, watch, city.url()) == []


CONTROLS = """() => [...document.querySelectorAll(
    "button, .btn, input:not([type=hidden]), select, textarea, summary")]
  .filter((element) => element.checkVisibility() && element.offsetWidth > 4
    && getComputedStyle(element).clipPath === "none")
  .filter((element) => {
    const seen = (node) => {
      const style = getComputedStyle(node);
      return ["Top", "Bottom"].some((side) =>
        parseFloat(style[`border${side}Width`]) >= 1 && style[`border${side}Style`] !== "none");
    };
    const native = ["checkbox", "radio", "file"].includes(element.type)
      && getComputedStyle(element).appearance !== "none";
    const worded = element.tagName === "SUMMARY";
    return !native && !worded && !seen(element) && !seen(element.parentElement);
  }).map((element) => element.outerHTML.slice(0, 120))"""


@pytest.mark.parametrize(
    "name", ["home", "catalogue", "service with a form", "form", "state of a case", "sign in"]
)
def test_forced_colours(city, reader, name):
    page, _watch = reader["1280"]
    page.emulate_media(forced_colors="active")
    try:
        page.goto(city.url(PAGES[name]))
        assert page.evaluate(CONTROLS) == []
        for _step in range(12):
            page.keyboard.press("Tab")
            assert page.evaluate(OUTLINED), page.evaluate(WHO)
    finally:
        page.emulate_media(forced_colors="none")


WHO = "document.activeElement.outerHTML.slice(0, 160)"
OUTLINED = """() => {
  let node = document.activeElement;
  if (node === document.body) return true;
  for (let steps = 0; node && steps < 4; steps += 1, node = node.parentElement) {
    const style = getComputedStyle(node);
    if (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2) return true;
  }
  return false;
}"""


def test_nothing_moves_for_those_who_ask_for_it(city, visit):
    page = visit(VIEWPORTS["1280"], reduced_motion="reduce")
    page.goto(city.url())
    moving = """() => [...document.querySelectorAll("*")].filter((element) => {
      const style = getComputedStyle(element);
      const seconds = (text) => Math.max(...text.split(",").map(parseFloat));
      return style.animationName !== "none" && seconds(style.animationDuration) > 0.01
        || /transform|all|translate|height/.test(style.transitionProperty)
          && seconds(style.transitionDuration) > 0.01;
    }).map((element) => element.outerHTML.slice(0, 120))"""
    assert page.evaluate(moving) == []
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"


def test_print(city, visit):
    """On paper: the text, dark on white, without what only a screen needs."""
    page = visit(VIEWPORTS["1280"], color_scheme="dark")
    page.goto(city.url(PAGES["service with a form"]))
    page.emulate_media(media="print")
    for gone in (".site-navigation", ".site-search", ".feedback", ".skip-links"):
        assert page.locator(gone).first.is_hidden(), gone
    assert page.locator("h1").is_visible()
    picture = Image.open(io.BytesIO(page.screenshot())).convert("L").histogram()
    white = sum(picture[250:]) / sum(picture)
    assert white > 0.8, f"{white:.0%} of the sheet is white"
