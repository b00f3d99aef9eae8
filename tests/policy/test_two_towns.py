"""Two towns in one installation: Musterstadt beside Kaarst, each with what its own editors set."""

from datetime import datetime
from datetime import timedelta
from datetime import UTC
from kaarst.core.acting import giving
from kaarst.core.audit import kinds
from kaarst.core.audit import search
from kaarst.core.audit.log import installed
from kaarst.core.pins import new_pin
from kaarst.core.pins import seal_pin
from kaarst.core.reference import new_number
from kaarst.core.signin import citizens
from kaarst.core.signin import current
from kaarst.core.signin.sessions import store
from kaarst.metering.households import claiming
from kaarst.metering.households import wording
from kaarst.metering.store import claims
from kaarst.metering.store.engine import default_store
from kaarst.policy.create import create
from kaarst.policy.demo.accounts import PASSWORD
from kaarst.services.forms.library import make_form
from plone import api
from plone.app.testing import login
from plone.app.testing import SITE_OWNER_NAME
from plone.app.testing import SITE_OWNER_PASSWORD
from plone.testing.zope import Browser
from tests.layers import furnished
from tests.policy.strangers.people import Citizen
from tests.policy.strangers.people import JSON
from tests.policy.strangers.people import Visitor
from zope.component.hooks import setSite
from zope.globalrequest import setRequest

import io
import json
import pytest
import re
import time_machine
import transaction


#: A Tuesday morning in Europe/Berlin, 10:30; in the future, since the database does not go back in time.
MORNING = datetime(2036, 3, 4, 9, 30, tzinfo=UTC)
ARMS = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8">'
    b'<path id="muster" fill="#7a1f5c" d="M0 0h8v8H0z"/></svg>'
)
TEXTS = {
    "name": "Musterstadt",
    "official_name": "Stadt Musterstadt am Muster",
    "prefix": "MUS",
    "accent_colour": "#7a1f5c",
    "street": "Musterplatz 1",
    "postal_code": "00999",
    "city": "Musterstadt",
    "phone": "02131 0000",
    "email": "rathaus@musterstadt.example",
    "hours_tuesday": "09:00–11:00",
}


def found(portal):
    """Makes both towns; nobody has opened the settings of Musterstadt yet."""
    app = portal.aq_parent
    login(app, SITE_OWNER_NAME)
    setRequest(app.REQUEST)
    create(app, "kaarst", "Kaarst", True, lambda text: None)
    create(app, "musterstadt", "Musterstadt", False, lambda text: None)
    setSite(portal)


@pytest.fixture(scope="module")
def towns(functional_session):
    with furnished(found):
        yield


@pytest.fixture
def app(towns, functional):
    """Zope with both towns."""
    app = functional["app"]
    login(app, SITE_OWNER_NAME)
    setRequest(functional["request"])
    yield app
    setSite(functional["portal"])


def read(app, path):
    """What a visitor without an account gets, on one line."""
    browser = Browser(app)
    browser.open(f"{app.absolute_url()}/{path}")
    contents = browser.contents
    return " ".join((contents if isinstance(contents, str) else contents.decode()).split())


def post(app, path, **data):
    """What a front end gets from a REST service: status and answer."""
    browser = Browser(app)
    browser.raiseHttpErrors = False
    browser.addHeader("Accept", "application/json")
    browser.post(f"{app.absolute_url()}/{path}", json.dumps(data), "application/json")
    return int(browser.headers["status"].split()[0]), json.loads(browser.contents)


def set_up(app):
    """The administrator of Musterstadt fills in the control panel."""
    browser = Browser(app)
    browser.addHeader("Authorization", f"Basic {SITE_OWNER_NAME}:{SITE_OWNER_PASSWORD}")
    browser.open(f"{app.absolute_url()}/musterstadt/@@town-settings")
    for name, text in TEXTS.items():
        browser.getControl(name=f"form.widgets.{name}").value = text
    upload = browser.getControl(name="form.widgets.coat_of_arms")
    upload.add_file(io.BytesIO(ARMS), "image/svg+xml", "wappen.svg")
    browser.getControl(name="form.buttons.save").click()
    assert "portalMessage" in browser.contents or "alert" in browser.contents
    transaction.begin()


def style_sheet(page):
    return re.search(r'<link[^>]+href="([^"]*site\.css[^"]*)"', page).group(1)


def test_each_town_shows_its_own_face(app):
    with time_machine.travel(MORNING, tick=True):
        kaarst = read(app, "kaarst")
        assert "Musterstadt" in read(app, "musterstadt")
        set_up(app)
        theirs = read(app, "musterstadt")
        assert read(app, "kaarst") == kaarst, "the neighbour's settings changed the page"
    for text in ("Musterplatz 1", "rathaus@musterstadt.example", "bis 11:00"):
        assert text in theirs, text
        assert text not in kaarst, text
    for text in ("Am Neumarkt 2", "bis 12:00"):
        assert text in kaarst, text
    assert "Kaarst" not in theirs
    root = app.absolute_url()
    ours, others = style_sheet(kaarst), style_sheet(theirs)
    assert "#7a1f5c" in read(app, others.removeprefix(f"{root}/"))
    assert "#7a1f5c" not in read(app, ours.removeprefix(f"{root}/"))
    assert 'id="muster"' in read(app, "musterstadt/@@coat-of-arms")
    assert 'id="muster"' not in read(app, "kaarst/@@coat-of-arms")
    assert "Stadt Musterstadt am Muster" in read(app, "musterstadt/impressum")


def test_nothing_of_one_town_is_found_in_the_other(app):
    set_up(app)
    assert "Anmeldung und Ummeldung" in read(app, "kaarst/leistungen?q=umgezogen")
    assert "Anmeldung und Ummeldung" not in read(app, "musterstadt/leistungen?q=umgezogen")
    assert not app["musterstadt"].acl_users.authenticate("sachbearbeitung", PASSWORD, app.REQUEST)
    assert app["kaarst"].acl_users.authenticate("sachbearbeitung", PASSWORD, app.REQUEST)


def test_a_number_of_one_town_is_nobody_in_the_other(app):
    set_up(app)
    login(app["musterstadt"].aq_parent, SITE_OWNER_NAME)
    setSite(app["musterstadt"])
    form = make_form(app["musterstadt"], "barriere-melden")
    transaction.commit()
    path = "/".join(form.getPhysicalPath()).lstrip("/")
    status, receipt = post(app, f"{path}/@form", data={"barrier": "Das Menü ist zu klein."})
    assert status == 201
    assert receipt["number"].startswith("MUS-")
    transaction.begin()
    case = app["musterstadt"]["vorgaenge"][receipt["number"]]
    assert case.answers[0]["value"] == "Das Menü ist zu klein."
    with pytest.raises(KeyError):
        app["kaarst"]["vorgaenge"][receipt["number"]]
    key = {"number": receipt["number"], "pin": receipt["pin"]}
    assert post(app, "musterstadt/@case", **key)[0] == 200
    assert post(app, "kaarst/@case", **key)[0] == 404


def letter_for_a_meter(site):
    """A letter with number and PIN for a household's meter of this town, as its holder gets it."""
    with api.env.adopt_roles(["Manager"]):
        page = api.content.create(site, "Energy", title="Wohnungen")
        house = api.content.create(page, "Building", title="Haus", street="Ring 1")
        key = api.content.create(house, "Meter", title="Strom", medium="electricity").getId()
    pin, now = new_pin(), claiming.now()
    with default_store().writing() as connection:
        number = new_number(claiming.PREFIX)
        claims.make(connection, key, number, seal_pin(pin), now, "energie", now)
    transaction.commit()
    return key, {"number": number, "pin": pin, "wording": wording.CURRENT, "agree": True}


def test_a_citizen_of_one_town_is_a_stranger_in_the_other(app, monkeypatch):
    monkeypatch.setenv("KAARST_RATE_FACTOR", "1000")
    set_up(app)
    kaarst, other = app["kaarst"], app["musterstadt"]
    setSite(kaarst)
    key, letter = letter_for_a_meter(kaarst)
    anna = Citizen(kaarst, "anna", "Anna Hierzulande")
    sent = anna.rest("formulare/barriere-melden/@form", data={"barrier": "Die Schwelle."}).json()
    number = {"number": sent["number"]}
    feed = anna.rest("@account-calendar", on=True).json()["url"]
    last_day = (giving.today() + timedelta(days=9)).isoformat()
    code = anna.rest("@authorisations", kind="person", last_day=last_day).json()
    assert sent["number"] in str(anna.get("@account"))

    # Neither cookie nor token opens anything next door, by whichever name they come.
    for headers in (
        {"Authorization": f"Bearer {current.BEARER}{anna.token}"},
        {"Cookie": f"{current.cookie_name('kaarst', False)}={anna.token}"},
        {"Cookie": f"{current.cookie_name('musterstadt', False)}={anna.token}"},
    ):
        there = Visitor(other.absolute_url())
        there.http.headers.update(headers)
        assert there.get("@session")["session"] is None
        assert there.ask("GET", "@account", headers=JSON).status_code == 401
        assert there.rest("@account-open", agreed=True).status_code == 401
        assert there.rest("@account-export").status_code == 401
    # The same person has another id there, and no session of hers can be seen or ended from there.
    ids = set()
    for town in (kaarst, other):
        setSite(town)
        ids.add(citizens.user_id(store.BUNDID, "https://bundid.example", "bpk2-of-anna"))
    assert len(ids) == 2
    assert store.of_user("musterstadt", anna.user) == []
    assert store.end_one("musterstadt", anna.user, anna.handle) == 0
    assert store.end_all("musterstadt", anna.user) == 0

    # Somebody there, even under the same id: no number, code, calendar or letter is known.
    setSite(other)
    twin = Citizen(other, "anna", "Anna Anderswo")
    pin = {**number, "pin": sent["pin"]}
    given = {"number": code["number"], "pin": code["pin"], "accept": True}
    for endpoint, data in (
        ("@case", pin), ("@case-message", {**pin, "text": "Hallo"}), ("@case-withdraw", pin),
        ("@account-take", pin), ("@account-message", {**number, "id": "1"}),
        ("@authorisation-accept", given), ("@authorisation-act", {"id": code["id"]}),
        ("@authorisation-end", {"id": code["id"]}), ("@my-meters-claim", letter),
    ):  # fmt: skip
        assert twin.rest(endpoint, **data).status_code == 404, endpoint
    address = feed.replace("/kaarst/", "/musterstadt/")
    assert address != feed and twin.http.get(address).status_code == 404
    assert twin.http.get(feed).status_code == 200
    assert twin.get("@authorisations")["items"] == []
    assert all(section["items"] == [] for section in twin.get("@account")["sections"])
    # In her own town the letter counts; then still nobody next door sees the meter.
    setSite(kaarst)
    assert anna.rest("@my-meters-claim", **letter).status_code == 201
    assert [one["meter"] for one in anna.get("@my-meters")["items"]] == [key]
    assert anna.ask("GET", f"my-meter?meter={key}").status_code == 200
    assert twin.get("@my-meters")["items"] == []
    assert twin.ask("GET", f"my-meter?meter={key}").status_code == 404
    assert twin.rest("@my-meters-withdraw", meter=key).status_code == 404
    told = twin.rest("@account-export").text
    assert key not in told and letter["number"] not in told
    assert twin.rest("@account-delete", sure=True).status_code == 200
    assert [one["meter"] for one in anna.get("@my-meters")["items"]] == [key]
    # What is recorded stands under the town in which it happened.
    with installed().reading() as connection:
        recorded = list(search.found(connection, search.Wanted(kind=kinds.ACTING), 50))
    assert {one.town for one in recorded if one.subject == code["id"]} == {"kaarst"}
