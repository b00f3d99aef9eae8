"""Readings on pages and over REST: what is shown, to whom, and what is refused."""

from kaarst.metering.analysis import town
from kaarst.metering.dashboards import overview
from kaarst.metering.rollup.calendar import day_of
from kaarst.metering.rollup.calendar import day_start
from kaarst.metering.rollup.calendar import HOUR
from kaarst.metering.store import edges
from kaarst.metering.store import registers
from kaarst.metering.store import rows
from kaarst.metering.store.engine import default_store
from kaarst.metering.store.engine import opened
from plone import api
from plone.app.testing import login
from plone.app.testing import setRoles
from plone.app.testing import SITE_OWNER_NAME
from plone.app.testing import SITE_OWNER_PASSWORD
from plone.app.testing import TEST_USER_ID
from plone.protect import createToken
from z3c.relationfield import RelationValue
from zope.component import getMultiAdapter
from zope.component import getUtility
from zope.event import notify
from zope.intid.interfaces import IIntIds
from zope.lifecycleevent import ObjectModifiedEvent

import pytest
import re
import requests
import time
import transaction


#: Millionths an hour.
RATES = {
    ("rathaus-strom", "1-0:1.8.0"): 10_000_000,
    ("rathaus-server", "1-0:1.8.0"): 4_000_000,
    ("rathaus-wasser", "8-0:1.0.0"): 50_000,
    ("kita-strom", "1-0:1.8.0"): 1_000_000,
    ("geheim-strom", "1-0:1.8.0"): 5_000_000,
}


def fill(store, days):
    """A reading every hour until now, and one now: in the first hour of a day, too, something is known of it."""
    now = int(time.time() * 1000)
    end = now // HOUR * HOUR
    with store.writing() as connection:
        for (key, code), rate in RATES.items():
            register = registers.create(connection, key, code, f"own:{key}", code)
            values, hours = [], {}
            begin = end - days * 24 * HOUR
            for moment in (*range(begin, end + 1, HOUR), now):
                value = (moment - begin) * rate // HOUR
                values.append((register.id, moment, value, moment, 0))
                edges.merge_reading(hours, (register.id, moment // HOUR), moment, value)
            rows.insert_readings(connection, values)
            edges.merge(connection, hours)


@pytest.fixture
def energy(functional_portal, tmp_path, monkeypatch):
    """A small town with readings, two of its buildings published, behind a real server."""
    monkeypatch.setenv("KAARST_DATABASE", f"sqlite:///{tmp_path}/city.sqlite")
    store = opened(f"sqlite:///{tmp_path}/city-metering.sqlite")
    fill(store, 70)
    portal = functional_portal
    setRoles(portal, TEST_USER_ID, ["Manager"])
    page = api.content.create(portal, "Energy", id="energie", title="Energie")
    for name, area in (("rathaus", 1000), ("kita", 50), ("geheim", 10)):
        building = api.content.create(page, "Building", id=name, title=name.title(), area=area)
        main = api.content.create(
            building, "Meter", id=f"{name}-strom", title="Strom", medium="electricity"
        )
        if name == "rathaus":
            api.content.create(
                main, "Meter", id="rathaus-server", title="Server <1>", medium="electricity"
            )
            api.content.create(
                building, "Meter", id="rathaus-wasser", title="Wasser", medium="water"
            )
        if name != "geheim":
            api.content.transition(building, "publish")
    api.content.transition(page, "publish")
    transaction.commit()
    yield page.absolute_url()
    store.dispose()


def get(url, **headers):
    return requests.get(url, headers=headers, timeout=60)


def page(url):
    answer = get(url)
    assert answer.status_code == 200, answer.text[-2000:]
    return answer.text


def test_pages_and_tables(energy):
    text = page(f"{energy}/rathaus")
    assert "k-columns-whole" in text
    assert "Server &lt;1&gt;" in text
    assert "Not told apart" in text or "Nicht zugeordnet" in text
    text = page(f"{energy}/rathaus?medium=water&period=year&date=2020-05-05")
    assert "2020" in text
    assert 'aria-current="true"' in text
    for odd in (
        "?period=x&date=y&medium=z",
        "?date=0001-01-01",
        "?medium=a&medium=b",
        "?date=9999-12-31",
    ):
        page(f"{energy}/rathaus{odd}")
    text = page(f"{energy}/rathaus/rathaus-strom?period=day")
    assert "use-electricity-title" in text
    text = page(energy)
    # The second has more a square metre; the third is nobody else's business.
    assert text.index('energie/kita">Kita') < text.index('energie/rathaus">Rathaus')
    assert "Geheim" not in text
    table = get(f"{energy}/rathaus/readings.csv?medium=water&period=year")
    assert table.headers["Content-Type"].startswith("text/csv")
    assert len(table.text.strip().splitlines()) == 13
    assert ";m³;" in table.text


def test_readings_over_rest(energy):
    json = {"Accept": "application/json"}
    answer = get(f"{energy}/rathaus/@readings?medium=electricity", **json)
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert (found["unit"], found["resolution"], len(found["items"])) == ("kWh", "day", 30)
    assert found["meters"] == ["rathaus-strom"]
    assert found["items"][3]["complete"] is True
    assert found["items"][3]["cost"] is None
    assert sum(item["consumption"] for item in found["items"]) == pytest.approx(
        found["total"]["consumption"]
    )
    again = get(
        f"{energy}/rathaus/@readings?medium=electricity",
        **json,
        **{"If-None-Match": answer.headers["ETag"]},
    )
    assert (again.status_code, again.content) == (304, b"")
    sums = set()
    span = "from=2026-01-01&to=2026-02-28" if time.gmtime().tm_year > 2026 else ""
    for resolution in ("hour", "day", "month", "year"):
        more = get(
            f"{energy}/rathaus/rathaus-strom/@readings?resolution={resolution}&{span}", **json
        )
        sums.add(round(more.json()["total"]["consumption"], 3))
    assert len(sums) == 1
    raw = get(f"{energy}/kita/kita-strom/@readings?resolution=raw", **json).json()
    assert raw["items"][0]["start"].endswith(("+01:00", "+02:00"))


def test_what_is_refused(energy):
    json = {"Accept": "application/json"}
    for query, field in (
        ("", "medium"), ("medium=gas", "medium"), ("medium=water&from=x", "from"),
        ("medium=water&resolution=quarter&from=2020-01-01", "from"),
    ):  # fmt: skip
        answer = get(f"{energy}/rathaus/@readings?{query}", **json)
        assert answer.status_code == 400, query
        assert answer.json()["errors"][0]["field"] == field
    # Neither the page, nor its figures, nor their addresses.
    for path in ("geheim/@readings", "geheim/geheim-strom/@readings"):
        assert get(f"{energy}/{path}", **json).status_code == 401
    assert "login" in get(f"{energy}/geheim/readings.csv").url


def test_temperatures_by_upload(energy, functional_portal):
    address = f"{energy}/weather"
    view = getMultiAdapter(
        (functional_portal["energie"], functional_portal.REQUEST), name="weather"
    )

    def upload(content):
        return requests.post(
            address, auth=(SITE_OWNER_NAME, SITE_OWNER_PASSWORD), timeout=60, allow_redirects=False,
            data={"step": "upload", "_authenticator": createToken()},
            files={"file": ("klima.txt", content)},
        )  # fmt: skip

    assert get(address).url != address
    login(functional_portal.aq_parent, SITE_OWNER_NAME)
    assert upload(b"nichts;davon\n1;2\n").status_code == 400
    assert upload(b"Datum;Temperatur\n").status_code == 400
    answer = upload(b"Datum;Temperatur\n01.01.2025;-2,5\n02.01.2025;kalt\n03.01.2025;16\n")
    assert answer.status_code == 200
    assert "(3)" in answer.text
    assert upload(b"Datum;Temperatur\n01.01.2025;-2,5\n").status_code == 302
    assert view.known["count"] == 2
    view.entered = None
    assert {
        "year": 2025,
        "degree_days": "23" if view.language == "en" else "23",
        "days": 2,
    } in view.sums()


def test_steps_of_a_day_in_fine_readings(energy):
    today = day_start(day_of(int(time.time() * 1000)))
    with default_store().writing() as connection:
        register = registers.create(connection, "kita-strom", "1-0:16.7.0", "own:fein", "power")
        moments = range(today, today + 600_000, 10_000)
        rows.insert_readings(
            connection,
            [
                (register.id, ts, (300 if n < 30 else 2300) * 10**6, ts, 0)
                for n, ts in enumerate(moments)
            ],
        )
    text = page(f"{energy}/kita/kita-strom?period=day")
    assert "00:05:00" in text
    assert "2.0" in text or "2,0" in text
    assert "steps-title" not in page(f"{energy}/kita/kita-strom?period=week")


def test_the_town_over_rest_is_kept_for_a_minute(energy, functional_portal, monkeypatch):
    """Not for others, though: who may see more gets more, and what an editor changes shows at once."""
    site, reckoned = energy.rpartition("/")[0], []
    last_year = town.last_year
    monkeypatch.setattr(town, "last_year", lambda *a: reckoned.append(a) or last_year(*a))
    # Not at a minute's end.
    monkeypatch.setattr(overview, "MINUTE", 10**15)

    def titles(**options):
        answer = requests.get(
            f"{site}/@energy", headers={"Accept": "application/json"}, timeout=60, **options
        )
        return [one["title"] for one in answer.json()["buildings"]]

    assert titles() == ["Kita", "Rathaus"]
    count = len(reckoned)
    assert titles() == ["Kita", "Rathaus"] and len(reckoned) == count
    assert "Geheim" in titles(auth=(SITE_OWNER_NAME, SITE_OWNER_PASSWORD))
    assert titles() == ["Kita", "Rathaus"]
    kita = functional_portal["energie"]["kita"]
    kita.title = "Kindergarten"
    notify(ObjectModifiedEvent(kita))
    transaction.commit()
    assert titles() == ["Kindergarten", "Rathaus"]


def test_the_town_over_rest_and_as_open_data(energy):
    site = energy.rpartition("/")[0]
    found = get(f"{site}/@energy", Accept="application/json").json()
    assert [one["title"] for one in found["buildings"]] == ["Kita", "Rathaus"]
    # What lies behind the main meter is a part of it.
    [power, water] = found["media"]
    assert power["unit"] == "kWh"
    assert power["consumption"] == pytest.approx(70 * 24 * 11, rel=0.03)
    assert not power["complete"]
    table = get(f"{energy}/energy.csv").text
    assert table.startswith("building,district,use,area_m2,medium,unit,month,consumption,complete")
    assert "Kita" in table
    assert "Geheim" not in table
    # Somebody who may see more gets the same file: it is about what is public.
    member = requests.get(
        f"{energy}/energy.csv", auth=(SITE_OWNER_NAME, SITE_OWNER_PASSWORD), timeout=60
    )
    assert member.text == table
    described = get(f"{energy}/energy.jsonld").json()
    kinds = [node["@type"] for node in described["@graph"]]
    assert kinds == ["foaf:Organization", "dcat:Catalog", "dcat:Dataset"]
    [distribution] = described["@graph"][2]["dcat:distribution"]
    assert distribution["dcat:downloadURL"]["@id"] == f"{energy}/energy.csv"


def test_a_dashboard_that_an_editor_has_put_together(energy, functional_portal):
    page = functional_portal["energie"]
    items = [page["rathaus"], page["geheim"], page["kita"]["kita-strom"]]
    made = api.content.create(
        page, "Dashboard", id="vergleich", title="Vergleich", medium="electricity", period="week",
        tiles=["picture", "today", "split"],
    )  # fmt: skip
    intids = getUtility(IIntIds)
    made.items = [RelationValue(intids.getId(one)) for one in items]
    notify(ObjectModifiedEvent(made))
    api.content.transition(made, "publish")
    transaction.commit()
    text = get(f"{energy}/vergleich").text
    assert re.findall(r'<h2 id="part-use-[^"]*"><a[^>]*>(.*?)</a>', text) == ["Rathaus", "Strom"]
    assert text.count("<svg viewBox") == 2
    assert "tile-today" in text
    assert "tile-night" not in text
    assert "use-rathaus-split" in text
    assert 'period=week" aria-current' in text.replace("&amp;", "&") or "period=week&amp;" in text
    assert "2020" in get(f"{energy}/vergleich?period=year&date=2020-05-05").text
    # One stream for the whole page, and nothing in it of what the reader may not see.
    found = get(f"{energy}/vergleich/@live", Accept="application/json").json()
    meters = {one["meter"] for one in found["items"]}
    assert {"rathaus-strom", "kita-strom"} <= meters
    assert not any(meter.startswith("geheim") for meter in meters)
