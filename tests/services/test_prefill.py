"""What a login knows stands in the form: verified values locked, others as a proposal."""

from html import unescape
from kaarst.services.forms import prefill
from kaarst.services.forms import versions
from kaarst.services.forms.prefill import IPrefill
from kaarst.services.forms.prefill import Value
from kaarst.services.forms.prefill import VERIFIED
from plone import api
from plone.app.testing import setRoles
from plone.app.testing import TEST_USER_ID
from plone.app.testing import TEST_USER_NAME
from plone.app.testing import TEST_USER_PASSWORD
from tests.services.clerks import be_clerk
from tests.services.conftest import EDITOR_ROLES
from zope.component import adapter
from zope.component import getGlobalSiteManager
from zope.interface import implementer
from zope.interface import Interface
from zope.publisher.interfaces.browser import IBrowserRequest

import pytest
import re
import requests
import transaction


MODEL = """<model xmlns="http://namespaces.plone.org/supermodel/schema" xmlns:kaarst="urn:kaarst:form">
<schema>
<field name="who" type="zope.schema.TextLine" kaarst:autocomplete="name"><title>Name</title></field>
<field name="mail" type="plone.schema.email.Email" kaarst:autocomplete="email"><title>E-Mail</title>
  <required>False</required></field>
<field name="born" type="zope.schema.Date" kaarst:autocomplete="bday"><title>Geboren</title></field>
<field name="town" type="zope.schema.TextLine" kaarst:autocomplete="address-level2">
  <title>Ort</title><max_length>5</max_length><required>False</required></field>
<field name="abroad" type="zope.schema.Bool"><title>Ausland?</title></field>
<field name="country" type="zope.schema.TextLine" kaarst:autocomplete="country-name"
  kaarst:only_if="abroad=true"><title>Land</title></field>
</schema></model>"""
LOGIN = {"X-Test-Login": "yes"}
KNOWN = {
    "name": Value("Erika Mustermann", VERIFIED, "Testkonto"),
    "bday": Value("1970-02-28", VERIFIED, "Testkonto"),
    "country-name": Value("Deutschland", VERIFIED, "Testkonto"),
    "email": Value("erika@example.org", source="Testkonto"),
    # This one does not fit into its field.
    "address-level2": Value("Kaarst-Büttgen", VERIFIED, "Testkonto"),
}


@implementer(IPrefill)
@adapter(Interface, IBrowserRequest)
class Login:
    order = 1

    def __init__(self, site, request):
        self.request = request

    def values(self):
        return KNOWN if self.request.getHeader("X-Test-Login") else {}


class Site:
    def __init__(self, portal):
        self.portal = portal
        setRoles(portal, TEST_USER_ID, EDITOR_ROLES)
        portal.manage_permission("plone.restapi: Use REST API", ["Anonymous"], acquire=1)
        self.form = api.content.create(portal, "EasyForm", id="antrag", title="Antrag")
        self.form.fields_model = MODEL
        versions.publish(self.form)
        api.content.transition(self.form, "publish")
        user = api.user.get(TEST_USER_ID)
        user.setMemberProperties({"fullname": "Max Muster", "email": "max@example.org"})
        be_clerk(portal)
        transaction.commit()
        self.url = self.form.absolute_url()

    def page(self, login=None, **posted):
        headers = login or {}
        if not posted:
            return requests.get(self.url, headers=headers)
        data = {f"q_{name}": value for name, value in posted.items()}
        return requests.post(self.url, data={**data, "send": "1"}, headers=headers)

    def rest(self, login=None, **data):
        headers = {"Accept": "application/json", **(login or {})}
        if not data:
            return requests.get(f"{self.url}/@form", headers=headers)
        return requests.post(f"{self.url}/@form", json={"data": data}, headers=headers)

    def cases(self):
        transaction.begin()
        return list(self.portal["vorgaenge"].cases())


@pytest.fixture
def site(functional_portal):
    manager = getGlobalSiteManager()
    manager.registerSubscriptionAdapter(Login)
    yield Site(functional_portal)
    manager.unregisterSubscriptionAdapter(Login)


def field(answer, name):
    return re.search(rf'<input\b[^>]*name="q_{name}"[^>]*>', unescape(answer.text), re.S)[0]


def test_an_account_of_the_site_proposes_name_and_address(site):
    nobody = site.page()
    assert 'value=""' in field(nobody, "who")
    assert "no-store" not in nobody.headers["Cache-Control"]
    mine = requests.get(site.url, auth=(TEST_USER_NAME, TEST_USER_PASSWORD))
    assert 'value="Max Muster"' in field(mine, "who")
    assert 'value="max@example.org"' in field(mine, "mail")
    assert "readonly" not in mine.text
    assert "no-store" in mine.headers["Cache-Control"]


def test_verified_values_are_locked_kept_and_shown(site):
    page = site.page(LOGIN)
    assert "no-store" in page.headers["Cache-Control"]
    assert 'value="Erika Mustermann"' in field(page, "who") and "readonly" in field(page, "who")
    assert 'value="1970-02-28"' in field(page, "born") and "readonly" in field(page, "born")
    assert 'value="erika@example.org"' in field(page, "mail")
    assert "readonly" not in field(page, "mail")
    assert "readonly" not in field(page, "town") and 'value=""' in field(page, "town")
    assert "Confirmed by your login (Testkonto)" in " ".join(page.text.split())

    sent = {"who": "Erika Mustermann", "born": "1970-02-28", "abroad": "false"}
    refused = site.page(LOGIN, **{**sent, "who": "Eva Falsch"})
    assert refused.status_code == 400 and site.cases() == []
    assert "cannot be changed here" in refused.text
    assert 'value="Erika Mustermann"' in field(refused, "who")
    # The country is not asked: what is there is not looked at.
    assert site.page(LOGIN, **sent, mail="other@example.org", country="Peru").status_code == 200
    (case,) = site.cases()
    trusted = {answer["field"]: answer.get("verified_by") for answer in case.answers}
    assert trusted == {"who": "Testkonto", "born": "Testkonto", "mail": None, "abroad": None}

    shown = requests.get(case.absolute_url(), auth=(TEST_USER_NAME, TEST_USER_PASSWORD)).text
    shown = " ".join(re.sub(r"<[^>]+>", " ", unescape(shown)).split())
    assert "Erika Mustermann confirmed: Testkonto" in shown
    assert "other@example.org (own statement)" in shown


def test_over_rest(site):
    assert site.rest().json()["prefill"] == {}
    told = site.rest(LOGIN)
    assert told.json()["prefill"]["who"] == {
        "value": "Erika Mustermann",
        "trust": "verified",
        "source": "Testkonto",
        "level": "none",
    }
    assert "town" not in told.json()["prefill"]
    assert "no-store" in told.headers["Cache-Control"]
    for wrong in ("Eva Falsch", 7, ["Erika Mustermann"]):
        refused = site.rest(LOGIN, who=wrong, abroad=False)
        assert refused.status_code == 400
        assert [error["field"] for error in refused.json()["errors"]] == ["who"]
    assert site.cases() == []
    # What is verified need not be sent.
    assert site.rest(LOGIN, abroad=True).status_code == 201
    (case,) = site.cases()
    values = {answer["field"]: answer["value"] for answer in case.answers}
    assert values["who"] == "Erika Mustermann" and values["born"] == "1970-02-28"
    assert values["country"] == "Deutschland" and "mail" not in values
    # Without the login the same values are what anybody says of themselves.
    data = {"who": "Erika Mustermann", "born": "1970-02-28", "abroad": False}
    assert site.rest(**data).status_code == 201
    assert sum("verified_by" in a for case in site.cases() for a in case.answers) == 3


def test_the_more_trusted_counts(site, monkeypatch):
    """Whatever the order: an account proposes a name, and the login vouches for another."""
    monkeypatch.setattr(Login, "order", 500)
    mine = requests.get(site.url, headers=LOGIN, auth=(TEST_USER_NAME, TEST_USER_PASSWORD))
    assert 'value="Erika Mustermann"' in field(mine, "who")
    assert 'value="max@example.org"' in field(mine, "mail")
    assert prefill.described(KNOWN)["email"]["trust"] == "self-declared"
