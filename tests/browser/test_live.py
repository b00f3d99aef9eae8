"""From the meter to the page: a message over MQTT shows up where somebody is looking, without reloading."""

from contextlib import closing
from contextlib import contextmanager
from kaarst.metering.simulation import messages
from kaarst.metering.simulation import town
from paho.mqtt.client import CallbackAPIVersion
from paho.mqtt.client import Client
from playwright.sync_api import expect
from tests.browser.pages import violations
from tests.browser.pages import Watch
from tests.faults.mosquitto import Broker
from tests.faults.test_bridge import BridgeProcess
from tests.ports import free_port

import contextlib
import pytest
import re
import requests
import subprocess
import sys
import time


pytestmark = [pytest.mark.chromium, pytest.mark.mosquitto, pytest.mark.timeout(600)]

PHONE = {"width": 390, "height": 844}
KEY = "rathaus-strom"


@contextmanager
def live(database):
    """Yields the port of a `kaarst-live` that runs meanwhile."""
    port = free_port()
    command = [
        sys.executable, "-m", "kaarst.metering.live.main", "--database", database,
        "--host", "127.0.0.1", "--port", str(port), "--every", "0.2",
    ]  # fmt: skip
    process = subprocess.Popen(command)
    try:
        for _ in range(300):
            with contextlib.suppress(requests.ConnectionError):
                if requests.get(f"http://127.0.0.1:{port}/health", timeout=1).ok:
                    break
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(20)


@contextmanager
def meter(port):
    """Yields a function with which the town hall's meter sends its counter and its power in W."""
    plan = next(one for one in town.meters() if one.key == KEY)
    client = Client(CallbackAPIVersion.VERSION2, client_id="rathaus")
    client.connect("127.0.0.1", port)
    client.loop_start()

    def send(counter, watts):
        counters = {obis: float(counter) for obis, _channel, _unit in plan.registers}
        for topic, payload in messages.of_meter(plan, int(time.time() * 1000), counters, watts):
            client.publish(topic, payload, qos=1).wait_for_publish(10)

    yield send
    client.disconnect()
    client.loop_stop()


def test_a_value_arrives_while_one_looks(city, visit, tmp_path):
    database = f"sqlite:///{city.home}/metering.sqlite"
    with contextlib.ExitStack() as stack:
        broker = Broker(tmp_path / "broker")
        stack.callback(broker.stop)
        stack.enter_context(closing(BridgeProcess(database, broker.port)))
        port = stack.enter_context(live(database))
        send = stack.enter_context(meter(broker.port))
        page = visit(PHONE)
        watch = Watch(page)
        # As the proxy before the city does it.
        page.route(
            "**/live/events",
            lambda route: route.continue_(url=f"http://127.0.0.1:{port}/events"),
        )
        page.goto(city.url(f"energie/rathaus/{KEY}"))
        expect(page.locator("[data-live-state]")).to_have_text(
            "Die Werte erscheinen, sobald sie eintreffen."
        )
        now = page.locator("[data-live-now]")
        for watts, shown in ((4321, "4,3 kW"), (87, "87 W")):
            # The meter names whole seconds: of two values in one of them the greater counts.
            time.sleep(1.1)
            send(90_000_000 + watts, watts)
            expect(now).to_have_text(re.compile(shown.replace(" ", r"\s")))
        assert violations(page, within="main") == []
        assert watch.refused() == []
        # Nobody looks: the connection ends, and comes again with who looks again.
        viewers = f"http://127.0.0.1:{port}/health"
        assert requests.get(viewers, timeout=5).json()["viewers"] == 1
        page.goto("about:blank")
        for _ in range(100):
            if requests.get(viewers, timeout=5).json()["viewers"] == 0:
                break
            time.sleep(0.1)
        assert requests.get(viewers, timeout=5).json()["viewers"] == 0


def test_without_the_stream_the_page_asks_seldom_and_says_so(city, visit):
    page = visit(PHONE)
    page.route("**/live/events", lambda route: route.abort())
    page.goto(city.url(f"energie/rathaus/{KEY}"))
    state = page.locator("[data-live-state]")
    expect(state).to_have_text("Die Werte werden alle halbe Minute geholt.")
    page.route("**/@live", lambda route: route.abort())
    page.reload()
    expect(state).to_have_text("Die Werte sind gerade nicht erreichbar.")
