"""Whether bridge and live show up in the city's health."""

from kaarst.metering.health import checks
from kaarst.metering.store import state

import pytest
import time


@pytest.fixture
def installed(store, monkeypatch):
    monkeypatch.setattr(checks, "default_store", lambda: store)
    monkeypatch.setattr(checks, "registered_layers", lambda: [checks.IKaarstMeteringLayer])
    return store


def write(store, function, *more, ago=0):
    with store.writing() as connection:
        function(connection, int((time.time() - ago) * 1000), *more)


def test_a_bridge_that_is_silent_or_cut_off(installed):
    check = checks.Bridge()
    assert "start kaarst-bridge" in check.check(None).message
    write(installed, state.beat, True)
    assert check.check(None).state == "ok"
    write(installed, state.beat, False)
    found = check.check(None)
    assert found.state == "warning" and "no connection to the broker" in found.message
    write(installed, state.beat, True, ago=600)
    assert check.check(None).state == "warning"


def test_live_that_is_silent(installed):
    check = checks.Live()
    assert check.check(None).state == "warning"
    write(installed, state.live_beat)
    assert check.check(None).state == "ok"
    write(installed, state.live_beat, ago=600)
    assert check.check(None).state == "warning"


def test_a_site_without_meters_is_well(store, monkeypatch):
    monkeypatch.setattr(checks, "registered_layers", list)
    assert [check().check(None).state for check in (checks.Bridge, checks.Live)] == ["ok", "ok"]
