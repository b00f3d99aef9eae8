"""Giving, accepting and ending as citizens do it, on the page and over REST; and who sees nothing."""

from datetime import datetime
from datetime import timedelta
from datetime import UTC
from html import unescape
from kaarst.core.account import holder
from kaarst.core.acting import chosen
from kaarst.core.acting import giving
from kaarst.core.acting import keeping
from kaarst.core.acting import store
from kaarst.core.audit import kinds
from kaarst.core.audit import wording
from plone import api
from Products.PlonePAS.events import UserLoggedOutEvent
from tests import citizens
from tests.core.signin.visitors import entries
from zope.event import notify

import json
import pytest
import re
import requests
import transaction


ANNA, BERND, CLARA = "bpk2-anna-anna-anna", "bpk2-bernd-bernd", "bpk2-clara-clara"
JSON = {"Accept": "application/json"}


class Citizen:
    """A browser and a program of somebody with an account."""

    def __init__(self, portal, who):
        self.url, self.who = portal.absolute_url(), who
        self.http = requests.Session()
        self.http.auth = (who, citizens.PASSWORD)
        self.rest("account-open", agreed=True)

    def rest(self, endpoint, **data):
        return self.http.post(f"{self.url}/@{endpoint}", json=data, headers=JSON, timeout=30)

    def listed(self):
        return self.http.get(f"{self.url}/@authorisations", headers=JSON, timeout=30).json()[
            "items"
        ]

    def acting(self):
        answer = self.http.get(f"{self.url}/@authorisations", headers=JSON, timeout=30)
        return answer.json()["acting"]

    def page(self):
        return unescape(self.http.get(f"{self.url}/acting", timeout=30).text)

    def press(self, step, **data):
        token = re.search(r'_authenticator"[^>]*value="(\w+)"', self.page()).group(1)
        sent = {**data, "step": step, "_authenticator": token}
        return self.http.post(f"{self.url}/acting", data=sent, timeout=30)


@pytest.fixture
def town(functional_portal):
    functional_portal.portal_registry["plone.default_language"] = "de"
    for who in (ANNA, BERND, CLARA):
        citizens.known(functional_portal, who)
    transaction.commit()
    return functional_portal


def day(days):
    return (giving.today() + timedelta(days=days)).isoformat()


def test_somebody_gives_another_accepts_and_both_can_end_it(town, monkeypatch):
    visitor = requests.get(f"{town.absolute_url()}/acting", timeout=30)
    assert "/login" in visitor.url or visitor.status_code == 401
    anna, bernd, clara = (Citizen(town, who) for who in (ANNA, BERND, CLARA))
    page = anna.page()
    assert "Für andere handeln" in page and "Zurzeit niemand." in page
    wrong = anna.press("give", own_name="Anna Muster", last_day=day(-1))
    assert wrong.status_code == 400 and "Dieser Tag ist vorbei" in unescape(wrong.text)
    assert 'value="Anna Muster"' in wrong.text and store.of_account("x") == []
    made = unescape(anna.press("give", own_name="Anna Muster", last_day=day(30)).text)
    number = re.search(r'id="given-number"\s*>([^<]+)<', made).group(1).strip()
    pin = re.search(r'id="given-pin"\s*>([^<]+)<', made).group(1).strip()
    assert number in anna.page() and pin not in anna.page()
    # What it is for shows only to who has both, and nobody takes on their own.
    assert bernd.press("look", number=number, pin="0000 0000").status_code == 404
    assert anna.press("accept", number=number, pin=pin, own_name="Anna").status_code == 400
    assert number not in bernd.page() and bernd.listed() == []
    offered = unescape(bernd.press("look", number=number, pin=pin).text)
    assert "Möchten Sie für Anna Muster handeln?" in offered
    done = unescape(bernd.press("accept", number=number, pin=pin, own_name="Bernd Berg").text)
    assert "Sie haben angenommen" in done and "Anna Muster" in done
    assert clara.press("look", number=number, pin=pin).status_code == 404
    page = anna.page()
    assert "Bernd Berg" in page and "vom Rathaus nicht geprüft" in page and number not in page
    # No session is needed for it: whoever has a password of the site acts as well, for some hours.
    [id] = [one["id"] for one in bernd.listed()]
    assert anna.press("begin", id=id).status_code == 404
    assert "Sie handeln jetzt für Anna Muster" in unescape(bernd.press("begin", id=id).text)
    assert bernd.acting() == id and anna.acting() is clara.acting() is None
    handle = chosen.local(town.getId(), BERND)
    with monkeypatch.context() as later:
        later.setattr(chosen, "LOCAL_SECONDS", 0)
        assert chosen.of(handle) == ""
    assert chosen.purge() == 0 and chosen.of(handle) == id
    bernd.press("stop")
    bernd.rest("authorisation-act", id=id)
    with api.env.adopt_user(user=citizens.known(town, BERND)):
        notify(UserLoggedOutEvent(api.user.get_current()))
    assert chosen.of(handle) == "" and bernd.acting() is None
    [of_anna], [of_bernd] = anna.listed(), bernd.listed()
    assert (of_anna["state"], of_anna["mine"], of_bernd["mine"]) == ("in-force", False, True)
    assert clara.listed() == [] and "Bernd" not in clara.page() and "Anna" not in clara.page()
    assert clara.press("end", id=of_anna["id"]).status_code == 404
    assert clara.rest("authorisation-end", id=of_anna["id"]).status_code == 404
    transaction.begin()
    assert store.in_force(store.by_id(of_anna["id"]))
    ended = unescape(bernd.press("end", id=of_anna["id"]).text)
    assert "ab sofort" in ended and anna.listed()[0]["state"] == "revoked"
    transaction.begin()
    assert not store.in_force(store.by_id(of_anna["id"]))
    noted = [entry for entry in entries(kinds.ACTING) if entry.subject == of_anna["id"]]
    steps = [json.loads(entry.detail)["what"] for entry in noted]
    assert sorted(steps) == ["accepted", "begun", "begun", "ended", "given", "stopped"]
    assert all("Anna" not in entry.detail for entry in noted)
    said = [dict(wording.parts(entry, str)) for entry in noted]
    assert all(parts["Kind"] == "A person" for parts in said)
    assert {parts["What"] for parts in said} >= {"Acting stopped", "Authorisation given"}
    assert "Vollmacht erteilt" in anna.page() and "Handeln beendet" in bernd.page()
    assert "Was geschehen ist" not in clara.page()


def test_a_business_over_rest_goes_with_its_founder(town):
    anna, bernd = Citizen(town, ANNA), Citizen(town, BERND)
    answer = anna.rest("authorisations", kind="business", last_day="soon")
    assert answer.status_code == 400
    wrong = {error["field"] for error in answer.json()["errors"]}
    assert wrong == {"name", "own_name", "last_day"}
    mine = {"kind": "business", "name": "Backstube", "own_name": "Anna", "last_day": day(90)}
    founder = anna.rest("authorisations", **mine).json()
    assert founder["state"] == "in-force" and founder["mine"] and "pin" not in founder
    more = {"kind": "business", "founded_on": founder["id"], "last_day": day(700)}
    assert bernd.rest("authorisations", own_name="Bernd", **more).status_code == 409
    code = anna.rest("authorisations", **more).json()
    assert code["last_day"] == day(90)
    sent = {"number": code["number"], "pin": code["pin"]}
    seen = bernd.rest("authorisation-accept", **sent)
    assert seen.status_code == 200 and seen.json()["state"] == "waiting"
    taken = bernd.rest("authorisation-accept", accept=True, own_name="Bernd", **sent).json()
    assert (taken["name"], taken["state"], taken["mine"]) == ("Backstube", "in-force", True)
    passed_on = {**more, "founded_on": taken["id"]}
    assert bernd.rest("authorisations", **passed_on).status_code == 409
    # Another one leads it, and invites in their turn.
    waiting = anna.rest("authorisations", **more).json()
    assert anna.rest("authorisation-hand-over", id=waiting["id"]).status_code == 404
    assert bernd.rest("authorisation-hand-over", id=taken["id"]).status_code == 404
    assert "Diese Person statt mir leiten lassen" in anna.page()
    assert "Sie leiten hier ein Unternehmen" in anna.page()
    assert anna.press("hand_over", id=taken["id"]).ok
    assert {one["id"]: one["state"] for one in anna.listed()} == {founder["id"]: "revoked"}
    transaction.begin()
    assert store.sealed(waiting["number"]) is None
    clara = Citizen(town, CLARA)
    for end in (clara, None):
        code = bernd.rest("authorisations", **{**more, "founded_on": taken["id"]}).json()
        sent = {"number": code["number"], "pin": code["pin"]}
        third = clara.rest("authorisation-accept", accept=True, own_name="Clara", **sent).json()
        assert third["founded_on"] == taken["id"] and "Clara" in bernd.page()
        if end is not None:
            # Who leaves ends their own; so may who leads it.
            left = end.rest("authorisation-end", id=third["id"]).json()
            assert left["state"] == "revoked"
            assert bernd.rest("authorisation-hand-over", id=third["id"]).status_code == 409
    exported = bernd.rest("account-export").json()["items"]
    assert any(one["title"] == "Backstube" for one in exported)
    assert clara.listed()[0]["state"] == "in-force"
    assert bernd.rest("authorisation-end", id=taken["id"]).json()["state"] == "revoked"
    assert clara.listed()[0]["state"] == "over"
    for gone in (bernd, anna):
        assert gone.rest("account-delete", sure=True).status_code == 200
    assert clara.listed() == []
    transaction.begin()
    assert list(store.everything(town)) == [] and anna.rest("authorisations").status_code == 409


def test_what_ended_long_ago_is_deleted(portal):
    citizens.sign_in(portal, ANNA)
    account = holder.open_account().id
    last_day = giving.today() + timedelta(days=10)
    wish = giving.Wish("child", "Mia", last_day, own_name="Anna")
    old, new = giving.declare(account, wish), giving.declare(account, wish)
    _given, number, _pin = giving.give(account, giving.Wish(last_day=last_day, own_name="Anna"))
    old.revoke(datetime.now(UTC) - timedelta(days=keeping.DAYS_AFTER_END, seconds=1))
    assert store.sealed(number) is not None
    keeping.ForgetAuthorisations().run(portal)
    assert store.by_id(old.id) is None and store.by_id(new.id) is new
    assert len(store.of_account(account)) == 2
    holder.delete(portal, account)
    assert list(store.everything(portal)) == [] and store.sealed(number) is None
