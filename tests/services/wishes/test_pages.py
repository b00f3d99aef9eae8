"""The list of wishes as visitors, staff and other programs see it."""

from html import unescape
from kaarst.core import ratelimit
from kaarst.core.interfaces import IPersonalData
from kaarst.core.personal.person import Person
from kaarst.services.wishes import listing
from kaarst.services.wishes import voting
from kaarst.services.wishes.store import found
from plone import api
from plone.app.testing import setRoles
from plone.app.testing import TEST_USER_ID
from plone.app.testing import TEST_USER_NAME
from plone.app.testing import TEST_USER_PASSWORD
from tests.services.content import make_catalogue
from zope.component import getUtility

import pytest
import re
import requests
import transaction


AUTH = (TEST_USER_NAME, TEST_USER_PASSWORD)


class Town:
    """A small catalogue and its wishes behind a real server."""

    def __init__(self, portal):
        portal.portal_registry["plone.default_language"] = "de"
        setRoles(portal, TEST_USER_ID, ["Manager"])
        self.portal, self.folder = portal, make_catalogue(portal)
        portal.manage_permission("plone.restapi: Use REST API", ["Anonymous"], acquire=1)
        setRoles(portal, TEST_USER_ID, ["Member", "Editor"])
        api.user.get(userid=TEST_USER_ID).setMemberProperties({"email": "renate@example.org"})
        transaction.commit()
        self.url = portal.absolute_url()
        self.pass_ = self.folder["reisepass"].UID()

    def open(self, opened=True):
        transaction.begin()
        api.portal.set_registry_record(listing.OPEN, opened)
        transaction.commit()

    def rest(self, method, name, data=None, auth=None):
        headers = {"Accept": "application/json", "Accept-Language": "de"}
        return requests.request(
            method, f"{self.url}/{name}", json=data, auth=auth, headers=headers, timeout=30
        )

    def votes(self):
        transaction.begin()
        return found(self.portal).sums().get(self.pass_, {"staff": 0, "citizens": 0})


@pytest.fixture
def town(functional_portal):
    return Town(functional_portal)


def page(answer):
    return " ".join(re.sub("<[^>]*>", " ", unescape(answer.text)).split())


def authenticator(auth, url):
    text = requests.get(url, auth=auth, timeout=30).text
    return {"_authenticator": re.search('name="_authenticator" value="([^"]*)"', text)[1]}


def test_from_the_staff_to_everybody(town):
    list_url, vote_url = f"{town.url}/digitalwuensche", f"{town.url}/@@wish-vote"
    # The staff's own: strangers find nothing and cannot vote.
    assert requests.get(list_url, timeout=30).status_code == 404
    assert requests.post(vote_url, data={"vote": town.pass_}, timeout=30).status_code == 404
    assert town.rest("GET", "@service-wishes").status_code == 404
    assert town.rest("POST", "@service-wishes", {"wish": town.pass_}).status_code == 404
    seen = page(requests.get(list_url, auth=AUTH, timeout=30))
    assert "sieht nur die Verwaltung" in seen and "Reisepass" in seen
    # What has a way online is no wish.
    assert "Wohnsitz anmelden" not in seen
    answer = requests.post(vote_url, auth=AUTH, data={"vote": town.pass_}, timeout=30)
    assert "Ihre Stimme ist gezählt" in page(answer) and "Set-Cookie" not in answer.headers
    proposal = {"title": "Grillplatz <b>", "description": "Reservieren"}
    proposal |= authenticator(AUTH, list_url)
    answer = requests.post(f"{town.url}/@@propose-wish", auth=AUTH, data=proposal, timeout=30)
    assert "Grillplatz <b>" in unescape(answer.text) and "Grillplatz <b>" not in answer.text
    # An editor opens it and says something.
    manage = f"{town.url}/@@manage-wishes"
    token = authenticator(AUTH, manage)
    requests.post(manage, auth=AUTH, data={"switch": "open", **token}, timeout=30)
    said = {"id": town.pass_, "state": "planned", "note": "Im März", "save": "1", **token}
    assert "Im März" in unescape(requests.post(manage, auth=AUTH, data=said, timeout=30).text)
    answer = requests.get(list_url, timeout=30)
    assert "Geplant : Im März 1 Stimme" in page(answer) and "Set-Cookie" not in answer.headers
    assert "Etwas vorschlagen" not in page(answer)
    assert "digitalwuensche" in requests.get(f"{town.url}/leistungen", timeout=30).text
    # One vote a browser, which may be taken back.
    with requests.Session() as browser:
        first = browser.post(vote_url, data={"vote": town.pass_}, timeout=30)
        cookie = first.headers["Set-Cookie"]
        assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "2 Stimmen" in page(first)
        assert first.headers["Cache-Control"].endswith("no-store")
        again = browser.post(vote_url, data={"vote": town.pass_}, timeout=30)
        assert again.status_code == 409 and "schon gestimmt" in page(again)
        assert town.votes() == {"staff": 1, "citizens": 1}
        browser.post(vote_url, data={"withdraw": town.pass_}, timeout=30)
        assert town.votes() == {"staff": 1, "citizens": 0}
    # What goes online needs no votes any more.
    town.folder["reisepass"].online_url = "https://www.example.org"
    town.folder["reisepass"].reindexObject()
    transaction.commit()
    answer = requests.post(vote_url, data={"vote": town.pass_}, timeout=30)
    assert answer.status_code == 409 and "schon online" in page(answer)


def test_what_is_refused(town):
    town.open()
    url = f"{town.url}/@@wish-vote"
    for data, headers, status in (
        ({"vote": town.pass_, "homepage_url": "x"}, {}, 400),
        ({"vote": town.pass_}, {"Origin": "https://elsewhere.example"}, 403),
        ({"vote": "nothing"}, {}, 404),
        ({"vote": town.folder["geheimplan-nordstern"].UID()}, {}, 404),
    ):
        assert requests.post(url, data=data, headers=headers, timeout=30).status_code == status
    for _number in range(voting.FOR_ONE):
        assert requests.post(url, data={"vote": town.pass_}, timeout=30).status_code == 200
    refused = requests.post(url, data={"vote": town.pass_}, timeout=30)
    assert refused.status_code == 429 and "Retry-After" in refused.headers
    assert town.votes()["citizens"] == voting.FOR_ONE
    # With a great many votes a proof is wanted, and the page asks for it.
    town.portal.portal_registry["kaarst.spam.mode"] = "always"
    transaction.commit()
    asked = requests.post(url, data={"vote": town.pass_}, timeout=30)
    assert asked.status_code == 403 and "data-challenge" in asked.text
    asked = town.rest("POST", "@service-wishes", {"wish": town.pass_})
    assert asked.status_code == 403 and asked.json()["challenge"]["maxnumber"]
    for name in ("@@manage-wishes", "@@propose-wish"):
        answer = requests.post(f"{town.url}/{name}", data={"switch": "close"}, timeout=30)
        assert "Wünsche für" not in answer.text
    # Staff's buttons cannot be pressed from elsewhere.
    answer = requests.post(
        f"{town.url}/@@manage-wishes", auth=AUTH, data={"switch": "close"}, timeout=30
    )
    assert answer.status_code == 403 and listing.is_open()


def test_rest(town):
    town.open()
    catalog = town.portal.portal_catalog
    before = catalog.getCounter()
    first = town.rest("POST", "@service-wishes", {"wish": town.pass_})
    assert first.status_code == 201 and first.json()["votes"] == 1
    token = first.json()["token"]
    again = town.rest("POST", "@service-wishes", {"wish": town.pass_, "token": token})
    assert again.status_code == 409 and again.json()["type"] == "AlreadyVoted"
    # A vote empties no page cache.
    transaction.begin()
    assert catalog.getCounter() == before
    withdrawn = town.rest("POST", "@service-wish-withdraw", {"wish": town.pass_, "token": token})
    assert withdrawn.json() == {"withdrawn": True}
    idea = town.rest("POST", "@service-wish-proposals", {"title": "Idee"}, AUTH).json()
    said = {"wish": idea["id"], "state": "in_work", "note": "bald"}
    assert town.rest("POST", "@service-wish-state", said, AUTH).json()["note"] == "bald"
    items = town.rest("GET", "@service-wishes").json()["items"]
    assert {item["title"]: item["state"] for item in items}["Idee"] == "in_work"
    assert "Geheimplan Nordstern" not in str(items)
    for name, data, status in (
        ("@service-wishes", {}, 400),
        ("@service-wishes", {"wish": "nothing"}, 404),
        ("@service-wish-proposals", {"title": "x"}, 401),
        ("@service-wish-state", said, 401),
    ):
        assert town.rest("POST", name, data).status_code == status
    for data in ({"open": 1}, {"wish": idea["id"], "state": "soon"}, {"state": "online"}):
        assert town.rest("POST", "@service-wish-state", data, AUTH).status_code == 400
    assert town.rest("POST", "@service-wish-state", {"open": False}, AUTH).json() == {"open": False}
    assert town.rest("GET", "@service-wishes").status_code == 404


def test_an_account_gets_to_know_its_votes_and_a_visitor_leads_to_nobody(town):
    town.open()
    town.rest("POST", "@service-wishes", {"wish": town.pass_}, AUTH)
    town.rest("POST", "@service-wishes", {"wish": town.pass_})
    transaction.begin()
    votes = getUtility(IPersonalData, name="votes")
    (finding,) = votes.find(town.portal, Person(email="Renate@example.org"))
    assert finding.title == "Reisepass"
    assert votes.export(town.portal, finding.id)[0]["wish"] == "Reisepass"
    votes.erase(town.portal, finding.id)
    assert not list(votes.find(town.portal, Person(email="renate@example.org")))
    with pytest.raises(KeyError):
        votes.erase(town.portal, finding.id)
    assert found(town.portal).sums()[town.pass_] == {"staff": 0, "citizens": 1}
    stored = str(list(found(town.portal).votes.items()))
    assert TEST_USER_ID not in stored and ratelimit.client(None) not in stored
