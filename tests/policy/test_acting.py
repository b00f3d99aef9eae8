"""Acting for somebody else: said on every page, written into cases, over with the authorisation."""

from datetime import timedelta
from html import unescape
from kaarst.core.account import records
from kaarst.core.account import store as accounts
from kaarst.core.acting import chosen
from kaarst.core.acting import giving
from kaarst.core.acting import store as authorisations
from kaarst.core.signin.levels import Level
from kaarst.core.signin.sessions import store
from kaarst.core.signin.sessions.store import Knowledge
from kaarst.services.forms import versions
from tests.services.test_case_pages import DATA
from tests.services.test_case_pages import SIMPLE
from tests.services.test_case_pages import Town

import pytest
import re
import requests
import transaction


class Citizen:
    """A program and a browser with the session of a login."""

    def __init__(self, town, user, name):
        self.town, self.user, self.url = town, user, town.url
        site = town.portal.getId()
        known = Knowledge(name=name, email=f"{user}@example.org")
        self.token = store.begin(
            site, user, store.BUNDID, Level.HIGH, known, idle=1800, longest=7200
        )
        self.http = requests.Session()
        self.http.headers["Authorization"] = f"Bearer kaarst_{self.token}"
        assert self.rest("account-open", agreed=True).status_code == 201

    def rest(self, endpoint, **data):
        return self.http.post(f"{self.url}/@{endpoint}", json=data, headers=self.town.json)

    def page(self, path):
        return unescape(self.http.get(f"{self.url}/{path}").text)

    def authenticator(self):
        return re.search(r'_authenticator"[^>]*value="(\w+)"', self.page("acting")).group(1)

    def press(self, step, **data):
        sent = {**data, "step": step, "_authenticator": self.authenticator()}
        return self.http.post(f"{self.url}/acting", data=sent)

    def post(self, **more):
        body = {"data": DATA, **more}
        return self.http.post(f"{self.url}/nachweis/@form", json=body, headers=self.town.json)

    def send(self, **more):
        answer = self.post(**more)
        assert answer.status_code == 201, answer.text
        transaction.begin()
        return self.town.desk.case(answer.json()["number"])

    @property
    def numbers(self):
        transaction.begin()
        return set(accounts.numbers(records.opened(self.user).id))


@pytest.fixture
def town(functional_portal):
    functional_portal.portal_registry["plone.default_language"] = "de"
    town = Town(functional_portal)
    asking = 'schema" xmlns:kaarst="urn:kaarst:form">'
    named = SIMPLE.replace('schema">', asking).replace(
        'name="name" ', 'name="name" kaarst:autocomplete="name" '
    )
    town.upload.fields_model = named
    versions.publish(town.upload)
    transaction.commit()
    yield town
    store.end_site(functional_portal.getId(), store.BUNDID)
    chosen.purge()


def test_somebody_acts_for_another_until_it_is_ended(town):
    anna, bernd, clara = (
        Citizen(town, f"bundid-{name}", f"{name.title()} Muster")
        for name in ("anna", "bernd", "clara")
    )
    last_day = (giving.today() + timedelta(days=30)).isoformat()
    code = anna.rest("authorisations", kind="person", last_day=last_day).json()
    sent = {"number": code["number"], "pin": code["pin"]}
    id = code["id"]
    assert bernd.rest("authorisation-act", id=id).status_code == 404
    assert bernd.rest("authorisation-accept", accept=True, **sent).status_code == 200
    before = anna.send()
    assert before.sent_for is None and anna.numbers == {before.number}
    # Nobody else acts by it, not even who gave it.
    for other in (anna, clara):
        assert other.press("begin", id=id).status_code == 404
        assert other.rest("authorisation-act", id=id).status_code == 404
    assert "acting-banner" not in bernd.page("")
    known = bernd.http.get(f"{town.url}/nachweis/@form", headers=town.json).json()["prefill"]
    begun = unescape(bernd.press("begin", id=id).text)
    assert "Sie handeln jetzt für Anna Muster" in begun
    for path in ("", "my-town", "nachweis"):
        assert "Sie handeln für Anna Muster." in bernd.page(path)
        assert "acting-banner" not in clara.page(path) + anna.page(path)
    acting = bernd.http.get(f"{town.url}/@authorisations", headers=town.json).json()["acting"]
    assert acting == id
    filled = bernd.http.get(f"{town.url}/nachweis/@form", headers=town.json).json()["prefill"]
    assert filled == {} and known["name"]["value"] == "Bernd Muster"
    case = bernd.send()
    assert case.answers[0]["text"] == DATA["name"] and not case.answers[0].get("verified_by")
    assert case.sent_for == {
        "authorisation": id,
        "kind": "person",
        "name": "Anna Muster",
        "by": "Bernd Muster",
        "until": last_day,
        "checked": False,
    }
    assert anna.numbers == {before.number, case.number} and clara.numbers == set()
    assert bernd.numbers == {case.number} and before.number not in bernd.page("my-town")
    page = unescape(town.clerk.get(f"{town.url}/vorgaenge/{case.number}").text)
    assert "Gesendet von Bernd Muster für Anna Muster." in page and "nicht geprüft" in page
    checking = f"{town.url}/vorgaenge/{case.number}/@@case-authorisation"
    assert bernd.http.post(checking, allow_redirects=False).status_code in (302, 401, 404)
    town.clerk.get(checking)
    transaction.begin()
    assert authorisations.by_id(id).checked_at is None
    token = re.search(r'_authenticator"[^>]*value="(\w+)"', page).group(1)
    nothing = unescape(town.clerk.post(checking, data={"_authenticator": token}).text)
    assert "Bitte wählen Sie, welchen Nachweis" in nothing and "nicht geprüft" in nothing
    proof = {"_authenticator": token, "proof": "signed"}
    checked = unescape(town.clerk.post(checking, data=proof).text)
    assert "geprüft: Unterschriebene Vollmacht." in checked and 'name="proof"' not in checked
    transaction.begin()
    one = authorisations.by_id(id)
    assert one.checked_by and one.proof == "signed"
    assert town.desk.case(case.number).sent_for["checked"]
    assert town.desk.case(case.number).history[-1]["note"] == "Unterschriebene Vollmacht"
    # An end counts at once, also for who is in the middle of it.
    assert anna.rest("authorisation-end", id=id).status_code == 200
    assert "Sie handeln nicht mehr für Anna Muster" in bernd.page("")
    # A program that does not say in whose name it sends is asked; nothing is made of it.
    refused = bernd.post()
    assert refused.status_code == 409 and refused.json()["type"] == "ActingChanged"
    assert refused.json()["acting"] is None and "Anna Muster" in refused.json()["message"]
    assert bernd.post(acting=id).status_code == 409 and bernd.post(acting=7).status_code == 400
    assert bernd.numbers == {case.number}
    own = bernd.send(acting=None)
    assert own.sent_for is None and own.number not in anna.numbers
    assert own.number in bernd.numbers
    assert bernd.rest("authorisation-act", id=id).status_code == 409
    assert "acting-banner" not in unescape(bernd.press("stop").text)
    # What was chosen goes with the login.
    handle = store.of_user(town.portal.getId(), bernd.user)[0].handle
    chosen.put(handle, id)
    store.end_all(town.portal.getId(), bernd.user)
    assert chosen.of(handle) == id and chosen.purge() == 1 and chosen.of(handle) == ""
