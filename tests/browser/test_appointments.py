"""An appointment from the service's page to its cancellation: on a phone, by keyboard, without scripts.

And the desk's side of it: `termine` sees it in the day, closes the hour and moves it.
"""

from icalendar import Calendar
from kaarst.appointments.bookings import links
from kaarst.core import sealing
from playwright.sync_api import expect
from tests.browser.pages import too_wide
from tests.browser.pages import violations
from tests.browser.pages import Watch

import pytest
import re


pytestmark = [pytest.mark.chromium, pytest.mark.timeout(600)]

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}


def in_order(page, city, watch):
    """What has to hold on every page of the way."""
    assert violations(page) == []
    assert too_wide(page) == []
    assert watch.refused() == []
    assert watch.strangers(city.url()) == []
    assert page.context.cookies() == []


def button(page, name):
    return page.get_by_role("button", name=name, exact=True)


def press(page, locator, key="Enter"):
    """Reaches something with the tab key and presses it."""
    for _ in range(120):
        page.keyboard.press("Tab")
        if locator.evaluate("element => element === document.activeElement"):
            page.keyboard.press(key)
            return
    raise AssertionError(f"{locator} cannot be reached by keyboard")


def receipt(page):
    return page.locator("#receipt-number").inner_text(), page.locator("#receipt-pin").inner_text()


def look_up(page, city, number, pin):
    page.goto(city.url("termine/my-appointment"))
    page.fill("#number", number)
    page.fill("#pin", pin)
    button(page, "Meinen Termin zeigen").click()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_two_services_at_once_on_a_phone(city, visit, scripts, monkeypatch):
    page = visit(PHONE, java_script_enabled=scripts)
    # axe is a script itself; without scripts only the way is walked.
    watch = Watch(page)
    check = (lambda: in_order(page, city, watch)) if scripts else (lambda: None)
    page.goto(city.url("leistungen/personalausweis"))
    page.get_by_role("link", name=re.compile("Termin buchen")).first.click()
    # The earliest time is there at once; another service is added by a link.
    assert button(page, "Diese Zeit nehmen").is_visible()
    assert "15 Minuten" in page.locator(".k-chosen").inner_text()
    page.get_by_role("link", name="Ändern oder weitere Leistung dazu").click()
    assert page.get_by_role("checkbox", name="Personalausweis beantragen").is_checked()
    page.get_by_role("checkbox", name="Reisepass beantragen").check()
    check()
    button(page, "Freie Zeiten zeigen").click()
    assert "25 Minuten" in page.locator(".k-chosen").inner_text()
    check()
    button(page, "Diese Zeit nehmen").click()
    assert "reserviert" in page.locator("#hold").inner_text()
    if scripts:
        expect(page.locator("#hold-left")).to_contain_text("9")
    check()
    page.fill("#email", "nobody")
    button(page, "Termin verbindlich buchen").click()
    assert page.locator("#email").input_value() == "nobody"
    assert page.locator("#name-error").is_visible()
    check()
    page.fill("#name", "Erika Mustermann")
    page.fill("#email", "erika@example.org")
    # Changed one's mind: nothing typed is lost, and the time held counts as free.
    held = page.locator("#details input[name=start]").get_attribute("value")
    button(page, "Andere Zeit wählen").click()
    page.locator(f".k-times button[value='{held}']").click()
    assert page.locator("#name").input_value() == "Erika Mustermann"
    check()
    button(page, "Termin verbindlich buchen").click()
    number, pin = receipt(page)
    check()
    page.reload()
    assert receipt(page) == (number, pin)
    with page.expect_download() as download:
        button(page, "In meinen Kalender").click()
    entry = Calendar.from_ical(download.value.path().read_bytes()).walk("VEVENT")[0]
    assert number in entry["description"]

    if scripts:
        # The mail's link: no PIN, and nothing of it stays in the address.
        monkeypatch.setenv(sealing.VARIABLE, str(city.home / "secret.key"))
        page.goto(links.link(city.url("termine/my-appointment"), number))
        page.wait_for_selector("#state")
        assert page.url == city.url("termine/my-appointment")
    else:
        look_up(page, city, number, pin)
    check()
    before = page.locator(".k-summary").inner_text()
    button(page, "Andere Zeit wählen").click()
    check()
    page.locator("#calendar button[name=day]").last.click()
    page.locator(".k-times button[name=start]").last.click()
    assert "verschoben" in page.get_by_role("status").first.inner_text()
    assert page.locator(".k-summary").inner_text() != before
    # To the other place, and the earliest time there.
    button(page, "Andere Zeit wählen").click()
    button(page, "Bürgerbüro Büttgen").click()
    check()
    button(page, "Diese Zeit nehmen").click()
    assert "Bürgerbüro Büttgen" in page.locator(".k-summary").inner_text()
    check()
    page.get_by_text("Termin absagen").click()
    button(page, "Jetzt absagen").click()
    assert page.locator("#state").inner_text() == "Abgesagt"
    check()
    assert page.url.endswith("/termine/my-appointment")


def test_by_keyboard_alone_and_in_english(city, visit):
    page = visit(DESKTOP)
    page.goto(city.url("termine"))
    press(page, page.get_by_role("link", name="English", exact=True).last)
    page.wait_for_url("**lang=en")
    press(page, page.get_by_role("checkbox", name="Meldebescheinigung"), "Space")
    press(page, button(page, "Show free times"))
    page.wait_for_url("**/times?**")
    press(page, page.locator("#calendar button[name=day]").nth(1))
    page.wait_for_url("**day=**")
    # On to the times of the day, not through the calendar once more.
    assert page.evaluate("document.activeElement.id") == "day-title"
    press(page, page.locator(".k-times button[name=start]").first)
    page.wait_for_selector("#details")
    page.locator("#name").focus()
    page.keyboard.type("Erika Mustermann")
    press(page, button(page, "Make the appointment"))
    page.wait_for_selector("#receipt")
    assert page.evaluate("document.activeElement.id") == "receipt"
    assert receipt(page)[0].startswith("KAA-")
    press(page, button(page, "Move or cancel"))
    page.wait_for_selector("#state")
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.locator("#state").inner_text() == "Booked"


def test_a_time_that_was_taken_offers_others_and_loses_nothing(city, visit):
    pages = [visit(PHONE), visit(PHONE), visit(PHONE)]
    # Büttgen has two counters.
    for page in pages:
        page.goto(city.url("termine/times?service=beglaubigung&desk=buergerbuero-buettgen"))
    for page in pages:
        page.locator(".k-times button[name=start]").nth(2).click()
    assert "vergeben" in pages[2].locator("#message").inner_text()
    assert pages[2].evaluate("document.activeElement.id") == "message"
    others = pages[2].locator("button[name=start]")
    assert others.count() == 3
    others.first.click()
    assert "reserviert" in pages[2].locator("#hold").inner_text()


def test_a_freed_time_goes_from_one_who_waits_to_the_next(city, visit):
    """Offered, not answered until the worker passes it on, taken by the next by keyboard."""
    booked, silent, quick = visit(PHONE), visit(PHONE), visit(PHONE)
    booked.goto(city.url("termine/times?service=beglaubigung&desk=buergerbuero-buettgen"))
    # Next month, so that there are some days left when two of them are over.
    booked.locator("#calendar button[name=month]").last.click()
    booked.locator("#calendar button[name=day]").last.click()
    booked.locator(".k-times button[name=start]").last.click()
    booked.fill("#name", "Erika Mustermann")
    day = booked.locator("#details input[name=start]").get_attribute("value")[:10]
    button(booked, "Termin verbindlich buchen").click()
    number, pin = receipt(booked)

    watch = Watch(quick)
    waiting = {}
    for page, name in ((silent, "Anna"), (quick, "Bela")):
        page.goto(city.url("termine/times?service=beglaubigung&desk=buergerbuero-buettgen"))
        page.get_by_role("link", name=re.compile("Bescheid")).click()
        button(page, "Auf eine frühere Zeit warten").click()
        assert page.locator("#email-error").is_visible()
        page.fill("#name", name)
        page.fill("#email", f"{name}@example.org")
        button(page, "Auf eine frühere Zeit warten").click()
        waiting[name] = receipt(page)
    in_order(quick, city, watch)

    look_up(booked, city, number, pin)
    booked.get_by_text("Termin absagen").click()
    button(booked, "Jetzt absagen").click()
    look_up(silent, city, *waiting["Anna"])
    offer = silent.locator("#offer").inner_text()
    assert f" {int(day[8:])}. " in offer
    look_up(quick, city, *waiting["Bela"])
    assert quick.locator("#offer").count() == 0

    # Two days, for at night the time to answer stands still.
    city.work("kaarst.appointments.wishes", days=2)
    look_up(silent, city, *waiting["Anna"])
    assert silent.locator("#offer").count() == 0
    look_up(quick, city, *waiting["Bela"])
    assert quick.locator("#offer > p").first.inner_text() in offer
    in_order(quick, city, watch)
    press(quick, button(quick, "Ja, ich nehme diese Zeit"))
    quick.wait_for_selector("#state")
    assert quick.locator("#state").inner_text() == "Gebucht"
    assert "gehört Ihnen" in quick.get_by_role("status").first.inner_text()
    in_order(quick, city, watch)


def test_a_wrong_pin_says_so_and_keeps_the_number(city, visit):
    page = visit(PHONE)
    look_up(page, city, "KAA-30S4-B1C9-K", "0000 0000")
    assert "finden wir nichts" in page.locator("#message").inner_text()
    assert page.locator("#number").input_value() == "KAA-30S4-B1C9-K"


def test_the_desk_closes_an_hour_and_moves_who_is_hit(city, visit):
    citizen = visit(PHONE)
    citizen.goto(city.url("termine/times?service=fuehrungszeugnis"))
    citizen.locator("#calendar button[name=day]").last.click()
    citizen.locator(".k-times button[name=start]").first.click()
    citizen.fill("#name", "Hilde Muster")
    start = citizen.locator("#details input[name=start]").get_attribute("value")
    button(citizen, "Termin verbindlich buchen").click()
    number, pin = receipt(citizen)

    staff = visit(DESKTOP, login="termine")
    staff.goto(city.url(f"termine/buergerbuero-kaarst/day?date={start[:10]}"))
    row = staff.locator("tr", has_text="Hilde Muster")
    assert start[11:16] in row.inner_text()
    staff.goto(city.url("termine/buergerbuero-kaarst/closures"))
    staff.fill("#first", f"{start[:10]}T00:00")
    staff.fill("#last", f"{start[:10]}T23:00")
    staff.fill("#reason", "Fortbildung")
    staff.locator("#close button").click()
    hit = staff.locator(".k-counter li", has_text="Hilde Muster").first
    hit.get_by_role("button", name=re.compile("Verschieben auf")).first.click()
    assert staff.locator(".k-counter li", has_text="Hilde Muster").count() == 0
    button(staff, "Wieder öffnen").click()

    # She gave no e-mail address: somebody calls, from a phone's screen, by keyboard.
    staff.set_viewport_size(PHONE)
    staff.goto(city.url("termine/buergerbuero-kaarst/day"))
    staff.get_by_role("link", name=re.compile("Anzurufende Personen")).click()
    row = staff.locator("tr", has_text="Hilde Muster")
    assert start[11:16] in row.inner_text()
    assert violations(staff, within={"exclude": [["#edit-bar"]]}) == []
    assert too_wide(staff) == []
    press(staff, row.get_by_role("button", name=re.compile("Ist informiert")))
    expect(staff.locator("tr", has_text="Hilde Muster")).to_have_count(0)
    staff.goto(city.url("termine/buergerbuero-kaarst/find"))
    staff.fill("#asked", "muster hil")
    staff.keyboard.press("Enter")
    found = staff.locator("tr", has_text="Hilde Muster").first
    assert "Telefonisch informiert" in found.inner_text()
    assert violations(staff, within={"exclude": [["#edit-bar"]]}) == []
    assert too_wide(staff) == []

    look_up(citizen, city, number, pin)
    assert citizen.locator("#state").inner_text() == "Gebucht"
    assert f"{int(start[8:10])}. " not in citizen.locator(".k-summary").inner_text()


def test_other_hours_show_whom_they_hit(city, visit):
    """`termine` lets a desk begin an hour later, sees the week and moves who came in that hour."""
    desk = city.url("termine/videosprechstunde")
    citizen = visit(PHONE)
    citizen.goto(desk)
    citizen.locator("main a[href*='times?']").first.click()
    citizen.locator("#calendar button[name=day]").last.click()
    citizen.locator(".k-times button[name=start]").first.click()
    citizen.fill("#name", "Hilde Muster")
    citizen.fill("#email", "hilde@example.org")
    start = citizen.locator("#details input[name=start]").get_attribute("value")
    assert start[11:16] == "14:00"
    button(citizen, "Termin verbindlich buchen").click()
    number, pin = receipt(citizen)

    staff = visit(DESKTOP, login="termine")

    def hours(times):
        staff.goto(f"{desk}/edit")
        staff.get_by_role("link", name="Öffnungszeiten", exact=True).first.click()
        for day in ("tuesday", "thursday"):
            staff.fill(f"[name='form.widgets.hours_{day}']", times)
        staff.locator("[name='form.buttons.save']").click()
        staff.wait_for_url("**/setup")

    hours("15:00–18:00")
    try:
        assert "15:00–18:00" in staff.locator(".k-week").inner_text()
        press(staff, staff.locator("#outside a"))
        staff.wait_for_url("**/outside")
        hit = staff.locator("li", has_text="Hilde Muster")
        assert "Außerhalb der Öffnungszeiten" in hit.inner_text()
        assert violations(staff, within={"exclude": [["#edit-bar"]]}) == []
        hit.get_by_role("button", name=re.compile("Verschieben auf")).first.click()
        assert staff.get_by_text("Alle Termine passen.").is_visible()
    finally:
        hours("14:00–18:00")
    look_up(citizen, city, number, pin)
    assert "14:00 Uhr" not in citizen.locator(".k-summary").inner_text()
