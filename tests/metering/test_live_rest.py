"""What Plone lets whom watch: `@live`."""

from kaarst.metering.live import tokens
from kaarst.metering.store import registers
from kaarst.metering.store import rows
from kaarst.metering.store.batch import IMPORTED
from kaarst.metering.store.engine import opened
from kaarst.metering.units import MICRO
from plone import api
from plone.app.testing import setRoles
from plone.app.testing import SITE_OWNER_NAME
from plone.app.testing import SITE_OWNER_PASSWORD
from plone.app.testing import TEST_USER_ID

import pytest
import requests
import time
import transaction


@pytest.fixture
def store(tmp_path, monkeypatch):
    """The store of the site under test: empty, and only this test's."""
    monkeypatch.setenv("KAARST_DATABASE", f"sqlite:///{tmp_path}/city.sqlite")
    found = opened(f"sqlite:///{tmp_path}/city-metering.sqlite")
    yield found
    found.dispose()


@pytest.fixture
def energy(functional_portal, store):
    """A public town hall with a sub-meter, and a house that nobody may see."""
    portal = functional_portal
    setRoles(portal, TEST_USER_ID, ["Manager"])
    energy = api.content.create(portal, "Energy", id="energie", title="Energie")
    for title in ("Rathaus", "Geheim"):
        building = api.content.create(energy, "Building", title=title)
        meter = api.content.create(building, "Meter", title="Strom", medium="electricity")
        api.content.create(meter, "Meter", title="Keller", medium="electricity")
    for content in (energy, energy["rathaus"]):
        api.content.transition(content, "publish")
    now = int(time.time() * 1000)
    with store.writing() as connection:
        for key in ("rathaus-strom", "rathaus-keller", "geheim-strom"):
            one = registers.create(connection, key, "1-0:1.8.0", f"x:{key}", "energy")
            made = [
                (one.id, now - ago, value * MICRO, now, IMPORTED)
                for ago, value in ((3600_000, 5), (0, 7))
            ]
            rows.insert_readings(connection, made)
    transaction.commit()
    return energy


def ask(context, auth=None):
    url = f"{context.absolute_url()}/@live"
    return requests.get(url, headers={"Accept": "application/json"}, auth=auth, timeout=30)


def test_a_visitor_may_watch_what_is_public(energy, store):
    answer = ask(energy)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "public, max-age=10"
    found = answer.json()
    [value] = found["items"]
    assert (value["meter"], value["counter"], value["now"]) == ("rathaus-strom", 7.0, 2000.0)
    permit = tokens.read(tokens.key(store), found["token"])
    assert permit.meters == {"rathaus-strom"} and not permit.consents
    assert 600 <= permit.expires - time.time() <= 660
    assert found["url"] == "/live/events"
    assert ask(energy).json()["token"] == found["token"] or time.time() % 60 < 5

    meters = {one["meter"] for one in ask(energy["rathaus"]).json()["items"]}
    assert meters == {"rathaus-strom", "rathaus-keller"}
    for hidden in (energy["geheim"], energy["geheim"]["geheim-strom"]):
        assert ask(hidden).status_code == 401


def test_who_runs_the_meters_may_watch_all_but_shortly(energy, store, monkeypatch):
    monkeypatch.setenv("KAARST_LIVE_URL", "http://localhost:8090/")
    answer = ask(energy, (SITE_OWNER_NAME, SITE_OWNER_PASSWORD))
    found = answer.json()
    assert answer.headers["Cache-Control"] == "no-store"
    assert found["url"] == "http://localhost:8090/events"
    permit = tokens.read(tokens.key(store), found["token"])
    assert permit.meters == {"rathaus-strom", "geheim-strom"}
    assert permit.expires - time.time() <= 180
