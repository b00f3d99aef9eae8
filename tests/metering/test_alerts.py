"""Alerts: found, mailed once, listed, and over when it is over."""

from kaarst.core.outbox import outbox
from kaarst.metering.alerts import job
from kaarst.metering.alerts.book import Alert
from kaarst.metering.alerts.book import Book
from kaarst.metering.alerts.book import DAY
from kaarst.metering.alerts.book import update
from kaarst.metering.analysis import alerts
from kaarst.metering.analysis.alerts import Finding
from kaarst.metering.analysis.alerts import Thresholds
from kaarst.metering.analysis.alerts import watch
from kaarst.metering.analysis.report import Source
from kaarst.metering.interfaces import IEnergy
from kaarst.metering.rollup.calendar import HOUR
from kaarst.metering.store import edges
from kaarst.metering.store import registers
from kaarst.metering.store import rows
from kaarst.metering.store.engine import opened
from plone import api
from plone.app.testing import setRoles
from plone.app.testing import TEST_USER_ID
from tests.metering.helpers import at
from zope.component import getMultiAdapter
from zope.interface import Invalid

import pytest


NOW = at("2026-03-18T10:30:00")


def fill(store, key, code, rate, until=NOW, days=40):
    """A reading every hour; `rate(hour of the day)` in millionths an hour."""
    with store.writing() as connection:
        register = registers.create(connection, key, code, f"own:{key}", code)
        values, hours, used = [], {}, 10**9
        for moment in range(NOW // HOUR * HOUR - days * DAY, until, HOUR):
            values.append((register.id, moment, used, moment, 0))
            edges.merge_reading(hours, (register.id, moment // HOUR), moment, used)
            # In March Kaarst's clock is an hour ahead of UTC.
            used += rate((moment // HOUR + 1) % 24)
        rows.insert_readings(connection, values)
        edges.merge(connection, hours)


@pytest.fixture
def site_store(tmp_path, monkeypatch):
    monkeypatch.setenv("KAARST_DATABASE", f"sqlite:///{tmp_path}/city.sqlite")
    found = opened(f"sqlite:///{tmp_path}/city-metering.sqlite")
    fill(found, "haus-wasser", "8-0:1.0.0", lambda hour: 40_000)
    fill(found, "haus-strom", "1-0:1.8.0", lambda hour: 2_000_000 if hour < 6 else 2_500_000)
    fill(found, "haus-still", "6-0:1.0.0", lambda hour: 1_000_000, until=NOW - 30 * HOUR)
    fill(found, "haus-gut", "8-0:1.0.0", lambda hour: 0 if hour < 6 else 90_000)
    yield found
    found.dispose()


def test_what_is_found(site_store):
    media = {
        "haus-wasser": "water",
        "haus-strom": "electricity",
        "haus-still": "heat",
        "haus-gut": "water",
    }
    sources = [Source(key, medium) for key, medium in media.items()]
    sources[1] = Source("haus-strom", "electricity", budget=10**9)
    sources.append(Source("haus-neu", "water"))
    with site_store.reading() as connection:
        found = watch(connection, sources, Thresholds(), NOW)
    assert found == {
        ("haus-wasser", alerts.LEAK): Finding(alerts.LEAK, 40, 28),
        ("haus-strom", alerts.STANDBY): Finding(alerts.STANDBY, 84, 60),
        ("haus-strom", alerts.BUDGET): Finding(alerts.BUDGET, 176, 110),
        ("haus-still", alerts.SILENT): Finding(alerts.SILENT, 30, 24),
    }


def test_an_event_is_new_once_and_ends():
    key = ("m", alerts.LEAK)
    changed, new = update({}, {key: Finding(alerts.LEAK, 40, 3)}, NOW)
    assert new == [Alert(*key, 40, 3, NOW)]
    known = dict(changed)
    # It goes on, a little worse; then it is over; then it flickers; then it is another event.
    changed, new = update(known, {key: Finding(alerts.LEAK, 50, 4)}, NOW + DAY)
    assert (changed[key].value, changed[key].since, new) == (50, NOW, [])
    known.update(changed)
    assert update(known, {key: Finding(alerts.LEAK, 50, 4)}, NOW + DAY) == ({}, [])
    changed, new = update(known, {}, NOW + 2 * DAY)
    assert (changed[key].ended, new) == (NOW + 2 * DAY, [])
    known.update(changed)
    changed, new = update(known, {key: Finding(alerts.LEAK, 50, 4)}, NOW + 2 * DAY + HOUR)
    assert (changed[key].open, new) == (True, [])
    changed, new = update(known, {key: Finding(alerts.LEAK, 50, 4)}, NOW + 4 * DAY)
    assert [one.since for one in new] == [NOW + 4 * DAY]


def test_the_worker_tells_of_it_once_and_the_page_lists_it(portal, site_store):
    setRoles(portal, TEST_USER_ID, ["Manager"])
    page = api.content.create(
        portal, "Energy", id="energie", title="Energie", alert_email="energie@stadt.example"
    )
    house = api.content.create(page, "Building", id="haus", title="Haus")
    for name, medium in (("wasser", "water"), ("strom", "electricity"), ("still", "heat")):
        api.content.create(house, "Meter", id=f"haus-{name}", title=name.title(), medium=medium)
    assert len(job.look(portal, page, NOW)) == 3
    assert job.look(portal, page, NOW + HOUR) == []
    [letter] = outbox(portal).letters()
    assert letter.to == "energie@stadt.example"
    text = letter.content.data.decode()
    assert "Haus, Wasser" in text
    assert page.absolute_url() in text
    view = getMultiAdapter((page, portal.REQUEST), name="alerts")
    shown = view()
    assert shown.count("k-card") == 3
    found = getMultiAdapter((page, portal.REQUEST), name="GET_application_json_@alerts").handle()
    assert [one["kind"] for one in found["items"]] == ["leak", "silent", "standby"]
    # Nobody cares about standby any more: that one is over.
    page.standby_percent = 100
    job.look(portal, page, NOW + 2 * HOUR)
    assert {one.kind for one in Book(portal).alerts().values() if not one.open} == {"standby"}
    job.look(portal, page, NOW + 100 * DAY)
    assert ("haus-strom", "standby") not in Book(portal).alerts()
    portal.portal_catalog.refreshCatalog()
    job.WatchMeters().run(portal)


def test_an_address_is_one():
    field = IEnergy["alert_email"]
    field.validate("energie@stadt.example")
    with pytest.raises(Invalid):
        field.validate("energie")
