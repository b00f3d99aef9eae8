"""Two towns in one installation: Musterstadt beside Kaarst, each with what its own editors set."""

from datetime import datetime
from datetime import UTC
from kaarst.policy.create import create
from kaarst.policy.demo.accounts import PASSWORD
from kaarst.services.forms.library import make_form
from plone.app.testing import login
from plone.app.testing import SITE_OWNER_NAME
from plone.app.testing import SITE_OWNER_PASSWORD
from plone.testing.zope import Browser
from tests.layers import furnished
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
