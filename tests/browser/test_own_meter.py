"""A citizen's own meter on a phone: letter, consent, what it says, and withdrawn with effect."""

from kaarst.metering.households import publishing
from kaarst.metering.rollup.calendar import HOUR
from kaarst.metering.simulation import homes
from kaarst.metering.simulation import town
from kaarst.metering.simulation.curves import rate
from kaarst.metering.store import claims
from kaarst.metering.store import edges
from kaarst.metering.store import registers
from kaarst.metering.store import rows
from kaarst.metering.store.batch import IMPORTED
from kaarst.metering.store.engine import Store
from kaarst.metering.store.schema import reading
from kaarst.metering.store.schema import register
from kaarst.metering.store.state import configuration_changed
from kaarst.metering.units import MICRO
from playwright.sync_api import expect
from sqlalchemy import select
from tests.browser.pages import too_wide
from tests.browser.pages import violations
from tests.browser.pages import Watch

import os
import pytest
import time


pytestmark = [pytest.mark.chromium, pytest.mark.timeout(600)]

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}
PICTURES = os.environ.get("KAARST_PICTURES")
# Long enough for two months that are public.
DAYS = 130
KEY = homes.keys()[0]


@pytest.fixture
def flats(city):
    """The flats' meters with some weeks of readings, the letter, and neighbours to compare with."""
    store = Store(f"sqlite:///{city.home}/metering.sqlite")
    store.migrate()
    now = int(time.time() * 1000)
    with store.writing() as connection:
        for plan in town.meters():
            if plan.building == homes.BUILDING:
                fill(connection, plan, now)
        if claims.find(connection, homes.NUMBER) is None:
            homes.lay_letter(connection, now)
        homes.let_neighbours_agree(connection, now)
        configuration_changed(connection)
    media = {plan.key: plan.medium for plan in town.meters()}
    publishing.freeze_due(store, now, media.get)
    yield store
    store.dispose()


def fill(connection, plan, now):
    """Hourly readings before the oldest there is, so that the month before is complete."""
    obis, channel, unit = plan.registers[0]
    known = registers.registers(connection, meter=plan.key, obis=obis)
    made = (known or [registers.create(connection, plan.key, obis, plan.device, channel, unit)])[0]
    oldest = connection.execute(
        select(reading.c.ts, reading.c.value)
        .where(reading.c.register == made.id)
        .order_by(reading.c.ts)
    ).first()
    moment, value = oldest or (now // HOUR * HOUR, 4711 * MICRO)
    found, hours = [], {}
    for earlier in range((moment - 1) // HOUR * HOUR, now - DAYS * 24 * HOUR, -HOUR):
        value -= round(rate(plan.profile, plan.size, plan.key, earlier // HOUR) * 1000) * 1000
        found.append((made.id, earlier, value, earlier, IMPORTED))
        edges.merge_reading(hours, (made.id, earlier // HOUR), earlier, value)
    rows.insert_readings(connection, found)
    edges.merge(connection, hours)


def in_order(page, city, watch, name):
    """What has to hold on every page of the way, at both widths."""
    for viewport in (DESKTOP, PHONE):
        page.set_viewport_size(viewport)
        if PICTURES:
            page.screenshot(path=f"{PICTURES}/{name}-{viewport['width']}.png", full_page=True)
        assert too_wide(page) == [], viewport
    assert violations(page, within="main") == []
    assert watch.refused() == []
    assert watch.strangers(city.url()) == []


def button(page, name):
    return page.get_by_role("button", name=name)


def stored(store) -> list[int]:
    """Moments of the citizen's readings since moving in."""
    with store.reading() as connection:
        [claim] = claims.of_meter(connection, KEY)
        query = select(reading.c.ts).join(register, register.c.id == reading.c.register)
        query = query.where(register.c.meter == KEY, reading.c.ts >= claim.since)
        return list(connection.execute(query).scalars())


def test_a_citizen_claims_a_meter_sees_cost_and_withdraws(city, visit, flats):
    page = visit(PHONE, login="buerger")
    watch = Watch(page)
    page.goto(city.url("my-meters"))
    in_order(page, city, watch, "my-meters")
    page.get_by_label("Nummer").fill(homes.NUMBER.lower())
    page.get_by_label("PIN").fill(homes.PIN)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Bitte lesen")
    consent = page.get_by_role("checkbox")
    assert not consent.is_checked()
    in_order(page, city, watch, "agree")
    consent.check()
    button(page, "Einwilligen").click()

    expect(page.locator("h1")).to_have_text("Strom, Wohnung 1")
    expect(page.locator(".k-answer-cost")).to_contain_text("€")
    expect(page.locator("[id$='-tile-today']")).to_be_visible()
    expect(page.locator("[id$='-tile-night']")).to_contain_text("€")
    in_order(page, city, watch, "my-meter")
    page.get_by_text("Mit ähnlichen Haushalten vergleichen").click()
    page.get_by_label("Wie viele Personen").select_option("2")
    page.get_by_label("willige in den Vergleich ein").check()
    button(page, "Vergleichen").click()
    expect(page.locator("#compared")).to_contain_text("im Durchschnitt")
    page.get_by_role("link", name="Jahr", exact=True).click()
    expect(page.locator(".k-answer-what")).to_contain_text("20")
    in_order(page, city, watch, "my-meter-compared")
    address = page.url
    with flats.reading() as connection:
        [held] = claims.held(connection, "buerger")
    assert held.meter == KEY and held.comparison.people == 2

    assert stored(flats)
    button(page, "Einwilligung widerrufen").click()
    expect(page.locator("main")).to_contain_text("sofort und endgültig gelöscht")
    in_order(page, city, watch, "withdraw")
    button(page, "Ja, widerrufen").click()
    expect(page.locator(".portalMessage, .alert").first).to_contain_text("widerrufen")
    in_order(page, city, watch, "withdrawn")
    with flats.reading() as connection:
        assert claims.held(connection, "buerger") == []
    # What was stored only because of the consent is gone; nothing before it was anybody's business.
    assert stored(flats) == []
    assert page.goto(address).status == 404
    assert "kWh" not in page.locator("main").inner_text()


def test_what_households_use_is_there_for_everybody(city, visit, flats):
    page = visit(DESKTOP)
    watch = Watch(page)
    page.goto(city.url("energie"))
    page.get_by_role("link", name="Was Haushalte verbrauchen").click()
    expect(page.get_by_role("row", name="2 Personen")).to_contain_text("5 bis 9 Haushalte")
    expect(page.get_by_role("row", name="3 Personen")).to_contain_text("geheim")
    in_order(page, city, watch, "households")
    page.get_by_label("Monat").select_option(index=1)
    button(page, "Anzeigen").click()
    expect(page.locator("main caption")).to_contain_text("20")


def test_staff_print_a_letter(city, visit, flats):
    page = visit(DESKTOP, login="energie")
    watch = Watch(page)
    # Not the demo's letter: that one stays usable.
    meter = city.url(f"energie/{homes.BUILDING}/{homes.keys()[5]}")
    page.goto(f"{meter}/letters")
    in_order(page, city, watch, "letters")
    page.get_by_label("Tag des Einzugs").fill("2026-01-01")
    page.get_by_label("Wer den Brief bekommt").select_option("same")
    button(page, "Brief erstellen").click()
    pin = page.locator("#letter-pin").inner_text()
    in_order(page, city, watch, "letter")
    page.emulate_media(media="print")
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/letter-print.png", full_page=True)
    expect(page.locator("#letter")).to_be_visible()
    expect(page.get_by_role("link", name="Zu allen Briefen")).to_be_hidden()
    page.emulate_media(media="screen")
    page.goto(f"{meter}/letters")
    assert pin not in page.content()
