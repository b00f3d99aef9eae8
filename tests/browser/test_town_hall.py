"""The day at the town hall: the reception and the terminal draw tickets, the display calls them."""

from datetime import datetime
from kaarst.core.opening_hours import BERLIN
from kaarst.policy.demo.accounts import PASSWORD
from playwright.sync_api import expect
from tests.browser.pages import too_wide
from tests.browser.pages import violations
from tests.browser.pages import Watch

import pytest
import re
import requests


pytestmark = [pytest.mark.chromium, pytest.mark.timeout(600)]

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}
# Plone's: its markup has roles that axe does not like.
NO_TOOLBAR = {"exclude": [["#edit-bar"]]}
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@pytest.fixture(scope="module")
def web(city):
    """A web process for which it is not late: before midnight nobody is given a ticket any more."""
    return city.later(days=3 / 24) if datetime.now(BERLIN).hour >= 22 else city.webs[0]


@pytest.fixture(scope="module")
def hall(web):
    """A desk that is open around the clock, so that there is a queue whenever the tests run."""
    session = requests.Session()
    session.auth = ("termine", PASSWORD)
    session.headers["Accept"] = "application/json"

    def add(path, **values):
        answer = session.post(web.url(path), json=values, timeout=60)
        assert answer.status_code in (200, 201), answer.text
        return answer.json()

    hours = {f"hours_{day}": "00:00–24:00" for day in WEEKDAYS}
    desk = "termine/wartehalle"
    add(
        "termine",
        **{"@type": "Desk", "id": "wartehalle", "title": "Wartehalle", "lead": 0},
        letter="N",
        letter_of_appointments="P",
        **{"hours_of_place": False, "hours_closed_on_holidays": False, **hours},
    )
    add(desk, **{"@type": "Offering", "id": "fundsache", "title": "Fundsache abholen"})
    add(desk, **{"@type": "Resource", "title": "Zimmer 12", "kind": "counter"})
    add(f"{desk}/@workflow/publish")
    yield desk
    assert session.delete(web.url(desk), timeout=60).status_code == 204


def in_order(page, web, watch):
    """What has to hold on every page of the way."""
    assert violations(page) == []
    assert too_wide(page) == []
    assert watch.refused() == []
    assert watch.strangers(web.url()) == []


def button(page, name):
    return page.get_by_role("button", name=name)


def press(page, locator):
    """Reaches something with the tab key and presses it."""
    for _ in range(60):
        if locator.evaluate("element => element === document.activeElement"):
            page.keyboard.press("Enter")
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{locator} cannot be reached by keyboard")


def test_the_reception_draws_a_ticket_and_the_display_calls_it(web, hall, visit):
    screen, staff = visit(DESKTOP, at=web), visit(DESKTOP, "termine", web)
    watch = Watch(screen)
    screen.clock.install()
    screen.goto(web.url(f"{hall}/display?english=on&voice=on"))
    expect(screen.locator("#waiting")).to_have_text("Niemand wartet.")
    assert re.fullmatch(r"\d\d:\d\d", screen.locator("#clock").inner_text())

    staff.goto(web.url(f"{hall}/day"))
    staff.get_by_text("Wartemarke für jemanden ohne Termin").click()
    staff.get_by_role("checkbox", name="Fundsache abholen").check()
    button(staff, "Wartemarke geben").click()
    screen.clock.run_for(5000)
    expect(screen.locator("#next li")).to_have_text(["N001"])
    phone = visit(PHONE, at=web)
    phone.clock.install()
    phone.goto(web.url(f"{hall}/my-ticket?number=N001"))
    expect(phone.locator("#my-ticket-before")).to_have_text("Sie sind als Nächstes dran.")
    in_order(phone, web, watch)
    button(staff, "Nächste Person aufrufen").click()
    expect(staff.locator(".k-called")).to_have_text("N001")
    screen.clock.run_for(5000)
    expect(screen.locator("#calls tr")).to_have_text([re.compile(r"N001\s*Zimmer 12")])
    expect(screen.locator("#voice span")).to_have_text(
        ["N001, bitte zu Zimmer 12.", "N001, please go to Zimmer 12."]
    )
    expect(screen.locator("#voice span").nth(1)).to_have_attribute("lang", "en")
    phone.clock.run_for(5000)
    expect(phone.locator("#my-ticket-state")).to_have_text("Bitte gehen Sie zu Zimmer 12.")
    expect(phone).to_have_title("N001: Bitte gehen Sie zu Zimmer 12.")
    press(screen, button(screen, "Ton"))
    expect(button(screen, "Ton")).to_have_attribute("aria-pressed", "true")
    in_order(screen, web, watch)
    assert screen.context.cookies() == []
    screen.set_viewport_size(PHONE)
    assert too_wide(screen) == []

    # Without a network it says so, and goes on by itself when there is one again.
    expect(screen.locator("#offline")).to_be_hidden()
    expect(phone.locator("#my-ticket-offline")).to_be_hidden()
    for one in (screen, phone):
        one.context.set_offline(True)
        for _ in range(4):
            one.clock.run_for(61_000)
    expect(screen.locator("#offline")).to_be_visible()
    expect(phone.locator("#my-ticket-offline")).to_be_visible()
    button(staff, "Erledigt").click()
    expect(staff.locator(".k-called")).to_have_count(0)
    screen.context.set_offline(False)
    # In small steps: a request is given up after ten seconds, which would be over at once.
    for _ in range(60):
        screen.clock.run_for(4_000)
        if screen.locator("#offline").is_hidden():
            break
        screen.wait_for_timeout(200)
    expect(screen.locator("#offline")).to_be_hidden()
    expect(screen.locator("#calls tr")).to_have_count(0)


def booked(web, hall):
    """Number and PIN of an appointment that begins soon, as a front end makes it."""
    session = requests.Session()
    session.headers["Accept"] = "application/json"
    wanted = {"services": ["fundsache"]}
    slots = session.get(web.url(f"{hall}/@slots"), params={"service": "fundsache"}, timeout=60)
    wanted["start"] = slots.json()["earliest"]
    hold = session.post(web.url(f"{hall}/@holds"), json=wanted, timeout=60).json()["hold"]
    person = {"hold": hold, "name": "Erika Mustermann"}
    answer = session.post(web.url(f"{hall}/@bookings"), json=person, timeout=60).json()
    return answer["number"], answer["pin"]


def test_arrival_on_the_phone_and_the_call_on_it(web, hall, visit):
    phone, staff = visit(PHONE, at=web), visit(DESKTOP, "termine", web)
    watch = Watch(phone)
    number, pin = booked(web, hall)
    phone.goto(web.url("termine/my-appointment"))
    phone.fill("#number", number)
    phone.fill("#pin", pin)
    button(phone, "Meinen Termin zeigen").click()
    in_order(phone, web, watch)
    phone.clock.install()
    staff.goto(web.url(f"{hall}/day"))
    expect(staff.locator("#changed")).to_be_hidden()
    press(phone, button(phone, "Ich bin da"))
    expect(phone.locator("#my-ticket-number")).to_have_text(re.compile(r"P\d{3}"))
    in_order(phone, web, watch)
    # The clerk with nothing to do learns of it.
    expect(staff.locator("#changed")).to_be_visible()
    assert violations(staff, within=NO_TOOLBAR) == []
    staff.get_by_role("link", name="Neu laden").click()
    expect(staff.locator("#changed")).to_be_hidden()
    button(staff, "Nächste Person aufrufen").click()
    expect(staff.locator(".k-called")).to_have_text(phone.locator("#my-ticket-number").inner_text())
    phone.clock.run_for(5000)
    expect(phone.locator("#my-ticket-state")).to_have_text("Bitte gehen Sie zu Zimmer 12.")
    in_order(phone, web, watch)
    # Not ready yet, and for another counter: the pages of it.
    staff.get_by_role("link", name="Weiterschicken").click()
    expect(staff.locator("h1")).to_have_text(re.compile(r"P\d{3} weiterschicken"))
    assert violations(staff, within=NO_TOOLBAR) == []
    staff.get_by_label("Wohin").select_option(label="Zurück in die Warteschlange")
    button(staff, "Weiterschicken").click()
    button(staff, "Nächste Person aufrufen").click()
    button(staff, "Zurückstellen").click()
    phone.clock.run_for(5000)
    expect(phone.locator("#my-ticket-state")).to_contain_text("zurückgestellt")
    assert violations(staff, within=NO_TOOLBAR) == []
    staff.set_viewport_size(PHONE)
    assert too_wide(staff) == []
    staff.set_viewport_size(DESKTOP)
    button(staff, "Zurück in die Warteschlange").click()
    button(staff, "Nächste Person aufrufen").click()
    button(staff, "Erledigt").click()
    expect(staff.locator(".k-called")).to_have_count(0)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_ticket_at_the_terminal_by_keyboard(web, hall, visit, scripts):
    terminal = visit(PHONE, at=web, java_script_enabled=scripts)
    watch = Watch(terminal)
    check = (lambda: in_order(terminal, web, watch)) if scripts else (lambda: None)
    head = visit(DESKTOP, "termine", web)
    head.goto(web.url(f"{hall}/setup"))
    head.get_by_role("link", name="Anzeige und Terminal").click()
    button(head, "Neuen Schlüssel erzeugen").click()
    key = head.locator("#terminal-key").inner_text()

    if scripts:
        terminal.clock.install()
    terminal.goto(web.url(f"{hall}/terminal"))
    check()
    terminal.get_by_label("Schlüssel des Terminals").fill(key)
    terminal.keyboard.press("Enter")
    expect(terminal.locator("h1")).to_have_text("Willkommen")
    check()
    press(terminal, terminal.get_by_role("link", name="English"))
    expect(terminal.locator("h1")).to_have_text("Welcome")
    press(terminal, terminal.get_by_role("link", name="I have an appointment"))
    expect(terminal.locator("h1")).to_have_text("Check in")
    assert terminal.locator("#pad").is_visible() is scripts
    check()
    # The language and the look change on the page where one is, and stay on the next one.
    terminal.get_by_role("link", name="Deutsch").click()
    expect(terminal.locator("h1")).to_have_text("Anmelden")
    press(terminal, terminal.get_by_role("link", name="Hell auf Dunkel"))
    expect(terminal.locator("body")).to_have_class("h-terminal h-dark")
    check()
    press(terminal, terminal.get_by_role("link", name="Zurück zum Anfang"))
    expect(terminal.locator("h1")).to_have_text("Willkommen")
    expect(terminal.locator("body")).to_have_class("h-terminal h-dark")
    press(terminal, button(terminal, "Fundsache abholen"))
    expect(terminal.locator("#ticket-number")).to_have_text(re.compile(r"N\d{3}"))
    check()
    number = terminal.locator("#ticket-number").inner_text()
    terminal.reload()
    expect(terminal.locator("#ticket-number")).to_have_text(number)
    if not scripts:
        return
    terminal.clock.run_for(15_000)
    expect(button(terminal, "Ich brauche mehr Zeit")).to_be_visible()
    button(terminal, "Ich brauche mehr Zeit").click()
    terminal.clock.run_for(15_000)
    expect(terminal.locator("#ticket-number")).to_have_text(number)
    terminal.clock.run_for(15_000)
    expect(terminal.locator("h1")).to_have_text("Willkommen")

    # Without a network it says so and takes nothing, until there is one again.
    expect(terminal.locator("#offline")).to_be_hidden()
    terminal.context.set_offline(True)
    for _ in range(4):
        terminal.clock.run_for(61_000)
    expect(terminal.locator("#offline")).to_be_visible()
    assert terminal.locator("main").evaluate("element => element.inert")
    head.goto(web.url(f"{hall}/hall-notice"))
    head.get_by_label("Hinweis", exact=True).fill("Zimmer 12 macht heute um 11 Uhr Pause.")
    button(head, "Speichern").click()
    terminal.context.set_offline(False)
    # What has changed meanwhile arrives at its start without a touch.
    for _ in range(60):
        terminal.clock.run_for(4_000)
        if terminal.locator("#notice").count() and terminal.locator("#offline").is_hidden():
            break
        terminal.wait_for_timeout(200)
    expect(terminal.locator("#notice")).to_have_text("Zimmer 12 macht heute um 11 Uhr Pause.")
    expect(terminal.locator("#offline")).to_be_hidden()
    check()
