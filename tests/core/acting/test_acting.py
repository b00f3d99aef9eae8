"""Giving, accepting and ending as citizens do it, on the page and over REST; and who sees nothing."""

from datetime import datetime
from datetime import timedelta
from datetime import UTC
from html import unescape
from kaarst.core.account import holder
from kaarst.core.acting import giving
from kaarst.core.acting import keeping
from kaarst.core.acting import store
from kaarst.core.audit import kinds
from tests import citizens
from tests.core.signin.visitors import entries

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


def test_somebody_gives_another_accepts_and_both_can_end_it(town):
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
    assert len(noted) == 3 and all("Anna" not in entry.detail for entry in noted)


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
    exported = bernd.rest("account-export").json()["items"]
    assert any(one["title"] == "Backstube" for one in exported)
    assert anna.rest("authorisation-end", id=founder["id"]).json()["state"] == "revoked"
    assert bernd.listed()[0]["state"] == "over"
    assert anna.rest("account-delete", sure=True).status_code == 200
    assert bernd.listed() == []
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
