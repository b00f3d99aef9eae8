"""The energy manager's way: a building with two meters and a tariff, and a device nobody knows."""

from kaarst.metering.store import letters
from kaarst.metering.store.engine import Store
from paho.mqtt.client import CallbackAPIVersion
from paho.mqtt.client import Client
from playwright.sync_api import expect
from tests.browser.pages import too_wide
from tests.browser.pages import violations
from tests.browser.pages import Watch
from tests.browser.test_live import live
from tests.faults.mosquitto import Broker
from tests.faults.test_bridge import BridgeProcess
from tests.faults.test_bridge import wait_until_connected

import contextlib
import os
import pytest
import re
import time


pytestmark = [pytest.mark.chromium, pytest.mark.mosquitto, pytest.mark.timeout(600)]

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}
TOPIC = "bauhof/neuer-zaehler"
PICTURES = os.environ.get("KAARST_PICTURES")


class Device:
    """A device that nobody has mapped, at a real broker that a real bridge fetches from."""

    def __init__(self, store, port):
        self._store, self._now = store, int(time.time() * 1000)
        self._client = Client(CallbackAPIVersion.VERSION2, client_id="lagerhalle")
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()

    def sums(self):
        with self._store.reading() as connection:
            return letters.sums(connection)

    def send(self, kwh, minutes):
        """Publishes a reading so many minutes old; returns what became of it."""
        moment, before = self._now - minutes * 60_000, self.sums()
        payload = b'{"time":%d,"zaehler":{"energie_kwh":%.3f}}' % (moment // 1000, kwh)
        self._client.publish(TOPIC, payload, qos=1).wait_for_publish(20)
        until = time.monotonic() + 30
        while (found := self.sums())["received"] == before["received"]:
            assert time.monotonic() < until, "the bridge has not taken it"
            time.sleep(0.05)
        [kind] = [kind for kind in ("stored", "duplicate", "dead") if found[kind] > before[kind]]
        return kind

    def close(self):
        self._client.disconnect()
        self._client.loop_stop()


@pytest.fixture
def device(city, tmp_path):
    """The device, with the broker, the bridge and `live` that its values pass through."""
    database = f"sqlite:///{city.home}/metering.sqlite"
    with contextlib.ExitStack() as stack:
        store = stack.enter_context(closing_store(database))
        broker = Broker(tmp_path / "broker")
        stack.callback(broker.stop)
        stack.enter_context(contextlib.closing(BridgeProcess(database, broker.port)))
        wait_until_connected(store)
        made = stack.enter_context(contextlib.closing(Device(store, broker.port)))
        made.live_port = stack.enter_context(live(database))
        yield made


@contextlib.contextmanager
def closing_store(database):
    store = Store(database)
    store.migrate()
    yield store
    store.dispose()


def in_order(page, city, watch, name):
    """What has to hold on every page of the way, at both widths."""
    for viewport in (PHONE, DESKTOP):
        page.set_viewport_size(viewport)
        if PICTURES:
            page.screenshot(path=f"{PICTURES}/{name}-{viewport['width']}.png", full_page=True)
        wide = too_wide(page)
        assert wide == [], (viewport, wide)
    found = violations(page, within="main")
    assert found == [], found
    assert watch.refused() == []
    assert watch.strangers(city.url()) == []


def button(page, name):
    return page.get_by_role("button", name=name, exact=True)


def add(page, url, title, **fields):
    """Fills in Plone's own form for new content and returns its address."""
    page.goto(url)
    page.get_by_label("Titel").first.fill(title)
    for name, value in fields.items():
        field = page.locator(
            f"[name='form.widgets.{name}'], [name='form.widgets.{name}:list']"
        ).first
        if field.evaluate("element => element.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    button(page, "Sichern").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    return page.url.rstrip("/").removesuffix("/view")


def test_from_a_new_building_to_the_readings_of_an_unknown_device(city, visit, device):
    assert [device.send(4711, 30), device.send(4712.5, 15)] == ["dead", "dead"]
    page = visit(DESKTOP, login="energie")
    watch = Watch(page)
    energy = city.url("energie")

    # A building with two meters, and what its electricity costs.
    add(page, f"{energy}/++add++Tariff", "Strom Lagerhalle", medium="electricity")
    page.get_by_label("Gültig ab").fill("2026-01-01")
    page.get_by_label("Arbeitspreis in Cent").fill("27,4")
    page.get_by_label("Grundpreis").fill("120")
    button(page, "Speichern").click()
    expect(page.get_by_role("cell", name="27,4 ct/kWh")).to_be_visible()
    in_order(page, city, watch, "tariff")
    hall = add(page, f"{energy}/++add++Building", "Lagerhalle", use="depot", area="800")
    main = add(
        page, f"{hall}/++add++Meter", "Strom", medium="electricity", tariff="strom-lagerhalle"
    )
    assert main.endswith("/lagerhalle-strom")
    add(page, f"{hall}/++add++Meter", "Wasser", medium="water")
    page.goto(f"{main}/registers")
    in_order(page, city, watch, "registers")

    # The device that nobody knows: say how it is read.
    page.goto(energy)
    page.get_by_role("link", name="Posteingang der Zähler").first.click()
    in_order(page, city, watch, "posteingang")
    page.get_by_role("link", name=TOPIC).click()
    in_order(page, city, watch, "dead-letters")
    page.get_by_role("link", name="Sagen, wie sie gelesen werden").click()
    in_order(page, city, watch, "suggestions")
    page.get_by_role("link", name="Dieses nehmen").first.click()
    button(page, "An der letzten Nachricht ausprobieren").click()
    expect(page.locator("#trial")).to_contain_text("4712.500")
    in_order(page, city, watch, "mapping")
    button(page, "Speichern").click()

    # Which meter it is, and what waited.
    page.get_by_role("link", name="Zuordnen").first.click()
    page.get_by_label("Zähler", exact=True).select_option(label="Lagerhalle: Strom")
    page.get_by_label("Was er zählt").select_option(label="Strombezug")
    in_order(page, city, watch, "assign")
    button(page, "Zuordnen").click()
    button(page, "Noch einmal einlesen").click()
    expect(page.get_by_text("2 gespeichert")).to_be_visible()
    assert page.get_by_role("link", name=TOPIC).count() == 0
    in_order(page, city, watch, "posteingang-after")

    # What it shows now, and what comes next.
    assert device.send(4713, 1) == "stored"
    page.goto(f"{main}/registers")
    expect(page.get_by_role("row", name="Strombezug")).to_contain_text("4.713 kWh")
    page.get_by_role("link", name="Zählerstand eintragen").click()
    page.get_by_label("Was der Zähler zeigt").fill("4000")
    button(page, "Speichern").click()
    expect(page.locator("main")).to_contain_text("rückwärts")
    in_order(page, city, watch, "reading")
    page.goto(f"{main}/registers")
    page.get_by_role("link", name="Wechseln oder ausbauen").click()
    in_order(page, city, watch, "exchange")
    page.goto(f"{main}/registers")
    page.get_by_role("link", name="Werte einlesen").click()
    in_order(page, city, watch, "import")
    for name in ("mappings", "questions", "tariffs"):
        page.goto(f"{energy}/{name}")
        in_order(page, city, watch, name)

    # It appears while somebody looks: a kilowatt-hour within the last minute.
    page.route(
        "**/live/events",
        lambda route: route.continue_(url=f"http://127.0.0.1:{device.live_port}/events"),
    )
    page.goto(main)
    expect(page.locator("[data-live-state]")).to_have_text(
        "Die Werte erscheinen, sobald sie eintreffen."
    )
    expect(page.locator("[data-live-now]")).to_have_text(re.compile(r"2,1\skW"))
    assert device.send(4714, 0) == "stored"
    expect(page.locator("[data-live-now]")).to_have_text(re.compile(r"60,0\skW"))
    # What was sent twice is known, and the sums of all that came add up.
    assert device.send(4714, 0) == "duplicate"
    sums = device.sums()
    assert sums["received"] == sums["stored"] + sums["duplicate"] + sums["dead"]
    in_order(page, city, watch, "live")


def test_readings_on_paper_and_in_forced_colours(city, visit):
    """A page printed shows its figures and nothing to click; forced colours leave the columns to be seen."""
    page = visit(DESKTOP)
    page.goto(city.url("energie/rathaus?period=month"))
    columns = page.locator("main svg rect")
    expect(columns.first).to_be_visible()
    page.emulate_media(media="print")
    if PICTURES:
        page.pdf(path=f"{PICTURES}/readings.pdf")
        page.screenshot(path=f"{PICTURES}/readings-print.png", full_page=True)
    for away in ("header nav", ".k-periods", "[data-live-state]"):
        for one in page.locator(away).all():
            expect(one).to_be_hidden()
    expect(page.locator("main table").first).to_be_visible()
    expect(columns.first).to_be_visible()
    page.emulate_media(media="screen", forced_colors="active")
    for viewport in (PHONE, DESKTOP):
        page.set_viewport_size(viewport)
        if PICTURES:
            name = f"{PICTURES}/readings-forced-{viewport['width']}.png"
            page.screenshot(path=name, full_page=True)
        shown = columns.evaluate_all(
            "all => all.map(one => getComputedStyle(one)).map(style => [style.fill, style.stroke])"
        )
        ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
        # What is not complete is an outline on the ground's colour.
        seen = [{*colours} - {ground, "none"} for colours in shown]
        assert shown and all(seen), (ground, shown)
        assert too_wide(page) == []


def test_nobody_else_gets_in(city, visit):
    """Not a citizen, and not somebody who writes pages."""
    for login in ("buerger", "redaktion"):
        page = visit(DESKTOP, login=login)
        for path in (
            "posteingang",
            "mappings",
            "tariffs",
            "questions",
            "rathaus/rathaus-strom/registers",
        ):
            page.goto(city.url(f"energie/{path}"))
            expect(page.locator("table.k-list")).to_have_count(0)
            assert (
                "insufficient" in page.url
                or "login" in page.url
                or "Keine Berechtigung" in page.content()
            )
