"""A watering round on a phone: planned, ticked off without a network, arrived."""

from datetime import datetime
from datetime import UTC
from kaarst.policy.demo.accounts import PASSWORD
from playwright.sync_api import expect
from tests.browser.pages import too_wide
from tests.browser.pages import violations
from tests.browser.pages import Watch

import pytest
import requests


pytestmark = [pytest.mark.chromium, pytest.mark.timeout(600)]

PHONE = {"width": 390, "height": 844}
#: What the phone keeps of ticks that have not arrived.
WAITING = """() => Object.entries(localStorage)
  .filter(([key]) => key.startsWith("kaarst-round:")).map(([, value]) => value)"""
TREES = ("Winterlinde, Am Neumarkt 25", "Feldahorn, Martinusstraße 31", "Amberbaum, Königstraße 19")


@pytest.fixture
def answer(city):
    """Asks for a round over REST, as the one who runs the meters and trees."""
    session = requests.Session()
    session.auth, session.headers["Accept"] = ("energie", PASSWORD), "application/json"
    made = []

    def ask(url):
        made[:] = [url]
        return session.get(f"{url}/@waterings", timeout=60).json()

    yield ask
    for url in made:
        assert session.delete(url, timeout=60).status_code == 204


def in_order(page, city, watch):
    """What has to hold on every page of the way."""
    assert violations(page, within="#main") == []
    assert too_wide(page) == []
    assert watch.refused() == []
    assert watch.strangers(city.url()) == []


def tick(page, title):
    return page.get_by_role("button", name=f": {title}")


def test_a_round_is_ticked_off_without_a_network_and_arrives(city, visit, answer):
    phone = visit(PHONE, login="energie")
    watch = Watch(phone)
    phone.goto(city.url("baeume/rounds"))
    for box in phone.get_by_role("checkbox").all():
        box.set_checked(False)
    for title in TREES:
        phone.get_by_role("checkbox", name=title).check()
    phone.get_by_role("spinbutton", name="Liter im Tank").fill("150")
    in_order(phone, city, watch)
    phone.get_by_role("button", name="Runde planen").click()
    phone.wait_for_url("**/runde-*")
    url = phone.url
    expect(phone.get_by_role("heading", name="Tank füllen")).to_have_count(2)
    # The page says when it is kept for later.
    expect(phone.locator("#round[data-ready]")).to_have_count(1)
    in_order(phone, city, watch)
    assert answer(url)["state"] == "planned"

    phone.context.set_offline(True)
    before = datetime.now(UTC)
    tick(phone, TREES[1]).click()
    expect(phone.locator("#round-message")).to_contain_text("Kein Netz")
    expect(phone.locator("#round-count")).to_have_text("1")
    after = datetime.now(UTC)
    # The phone was put away, and has thrown the page out of its memory meanwhile.
    phone.reload()
    expect(phone.locator("#round-count")).to_have_text("1")
    expect(tick(phone, TREES[1])).to_contain_text("Gegossen")
    tick(phone, TREES[0]).click()
    # Pressed by mistake, and taken back.
    tick(phone, TREES[2]).click()
    expect(phone.locator("#round-count")).to_have_text("3")
    tick(phone, TREES[2]).click()
    expect(phone.locator("#round-count")).to_have_text("2")
    assert all(stop["watered"] is None for stop in answer(url)["items"])

    phone.context.set_offline(False)
    expect(phone.locator("#round-message")).to_have_text("Alles ist angekommen.")
    found = answer(url)
    noted = {stop["title"]: stop["watered"] for stop in found["items"] if stop["watered"]}
    assert set(noted) == set(TREES[:2]) and found["state"] == "under_way"
    # The time of the tick, not that of its arrival.
    assert before <= datetime.fromisoformat(noted[TREES[1]]["at"]) <= after
    assert noted[TREES[1]]["litres"] == 100
    # Nothing is sent twice, and the page says what the town says.
    phone.reload()
    expect(phone.locator("#round-count")).to_have_text("2")
    assert phone.evaluate(WAITING) == ["[]"]
    in_order(phone, city, watch)

    phone.get_by_role("button", name="Runde beenden").click()
    expect(phone.get_by_text("Erledigt").first).to_be_visible()
    assert answer(url)["state"] == "done"


def test_the_map_shows_what_the_list_says_and_asks_nobody_else(city, visit):
    page = visit({"width": 1280, "height": 900})
    watch = Watch(page)
    page.goto(city.url("baeume"))
    expect(page.get_by_role("region", name="Karte der Bäume").locator("canvas")).to_be_visible()
    rows = page.locator(".k-trees > li")
    assert rows.count() == 40
    assert watch.strangers(city.url()) == [] and watch.refused() == [] and watch.said == []
    page.get_by_role("combobox", name="Art").select_option("Stieleiche")
    page.get_by_role("combobox", name="Ortsteil").select_option("Kaarst")
    page.get_by_role("button", name="Anzeigen").click()
    page.wait_for_url("**species=Stieleiche**")
    assert 0 < rows.count() < 40
    assert all("Stieleiche" in title for title in rows.locator("h3").all_inner_texts())
    # Without scripts there is the list alone.
    plain = visit(PHONE, java_script_enabled=False)
    plain.goto(city.url("baeume"))
    expect(plain.locator("#tree-map-box")).to_be_hidden()
    expect(plain.locator(".k-trees > li")).to_have_count(40)
