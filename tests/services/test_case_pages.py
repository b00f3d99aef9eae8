"""Forms, clerks' pages and the citizen's page as real clients see them."""

from kaarst.services.forms.library import make_form
from plone import api
from plone.app.testing import setRoles
from plone.app.testing import TEST_USER_ID
from plone.app.testing import TEST_USER_NAME
from plone.app.testing import TEST_USER_PASSWORD
from tests.services.clerks import be_clerk
from tests.services.conftest import EDITOR_ROLES
from tests.services.test_answers import PDF
from tests.services.test_form_models import model

import base64
import pytest
import re
import requests
import transaction


SIMPLE = model(
    '<field name="name" type="zope.schema.TextLine"><title>Name</title></field>'
    '<field name="proof" type="plone.namedfile.field.NamedBlobFile"><title>Nachweis</title></field>'
    '<field name="day" type="zope.schema.Date"><title>Tag</title></field>'
)
FILE = {"filename": "scan.exe", "data": base64.b64encode(PDF).decode()}
DATA = {"name": "Erika", "proof": FILE, "day": "2026-01-31"}


class Town:
    """A site with a form, an anonymous client and a clerk."""

    def __init__(self, portal):
        self.portal = portal
        setRoles(portal, TEST_USER_ID, EDITOR_ROLES)
        self.form = make_form(portal, "barriere-melden")
        self.upload = api.content.create(
            portal, "EasyForm", id="nachweis", title="Nachweis", fields_model=SIMPLE
        )
        api.content.transition(self.upload, "publish")
        portal.manage_permission("plone.restapi: Use REST API", ["Anonymous"], acquire=1)
        be_clerk(portal)
        transaction.commit()
        self.desk = portal["vorgaenge"]
        self.url = portal.absolute_url()
        self.clerk = requests.Session()
        self.clerk.auth = (TEST_USER_NAME, TEST_USER_PASSWORD)
        self.json = {"Accept": "application/json", "Accept-Language": "de"}

    def post(self, path, data, **headers):
        return requests.post(f"{self.url}/{path}", json=data, headers={**self.json, **headers})

    def count(self):
        transaction.begin()
        return len(self.desk)

    def send(self, **more):
        answer = self.post("nachweis/@form", {"data": {**DATA, **more}})
        assert answer.status_code == 201, answer.text
        return answer.json()


@pytest.fixture
def town(functional_portal):
    return Town(functional_portal)


def test_schema_and_submission_over_rest(town):
    described = requests.get(f"{town.url}/nachweis/@form", headers=town.json).json()
    assert described["schema"]["required"] == ["name", "proof", "day"]
    assert described["schema"]["properties"]["day"]["format"] == "date"
    assert described["open"] is True
    assert described["version"] == 1
    key = {"Idempotency-Key": "0123456789abcdef-1"}
    body = {"data": DATA, "version": described["version"]}
    first = town.post("nachweis/@form", body, **key)
    assert first.status_code == 201
    receipt = first.json()
    assert set(receipt) == {"number", "pin", "state", "status_url"}
    assert town.post("nachweis/@form", body, **key).json() == receipt
    assert town.count() == 1
    case = town.desk[receipt["number"]]
    assert case.documents[0]["file"].filename == "scan.pdf"
    assert case.documents[0]["file"].data == PDF
    asked = {"number": receipt["number"].lower(), "pin": receipt["pin"]}
    state = town.post("@case", asked).json()
    assert (state["state"], state["title"]) == ("received", "Nachweis")
    assert [step["state"] for step in state["steps"]] == ["received", "in_progress", "decided"]
    assert "Erika" not in str(state)


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, ["data"]),
        ({"data": []}, ["data"]),
        ({"data": {}, "x": 1}, ["data"]),
        ({"data": {}}, ["day", "name", "proof"]),
        ({"data": {**DATA, "day": "31.1.2026"}}, ["day"]),
        ({"data": {**DATA, "x": 1}}, ["x"]),
        ({"data": {**DATA, "proof": "JVBERi0="}}, ["proof"]),
        ({"data": {**DATA, "proof": {"filename": "a.pdf", "data": "%%"}}}, ["proof"]),
        ({"data": {**DATA, "proof": {"filename": "a.pdf", "data": "TVo="}}}, ["proof"]),
        ({"data": {**DATA, "proof": {**FILE, "encoding": "hex"}}}, ["proof"]),
    ],
)
def test_refusals_name_the_fields(town, body, fields):
    answer = town.post("nachweis/@form", body)
    assert answer.status_code == 400
    assert sorted(error["field"] for error in answer.json()["errors"]) == fields
    assert town.count() == 0


def test_a_changed_form_is_said(town):
    answer = town.post("nachweis/@form", {"data": DATA, "version": 2})
    assert answer.status_code == 409
    assert answer.json()["version"] == 1
    assert town.count() == 0


def test_wrong_pin_and_unknown_number_are_not_told_apart(town):
    number = town.send()["number"]
    other = town.send()["number"]
    transaction.begin()
    town.desk._cases.pop(other)
    transaction.commit()
    wrong = town.post("@case", {"number": number, "pin": "0000 0000"})
    unknown = town.post("@case", {"number": other, "pin": "0000 0000"})
    assert wrong.status_code == unknown.status_code == 404
    assert wrong.json() == unknown.json()


def fill(**changes):
    return {"q_name": "Erika Mustermann", "q_day": "31.1.2026", **changes}


def files(data=PDF, name="scan.pdf"):
    return {"q_proof": (name, data, "application/pdf")}


def test_page_keeps_what_was_typed_and_the_file(town):
    url = town.upload.absolute_url()
    page = requests.get(url)
    assert "set-cookie" not in page.headers
    assert 'id="q_proof"' in page.text
    answer = requests.post(url, data=fill(q_day="morgen"), files=files())
    assert answer.status_code == 400
    assert 'href="#q_day"' in answer.text
    assert 'value="Erika Mustermann"' in answer.text
    assert 'value="morgen"' in answer.text
    assert "scan.pdf" in answer.text
    token = re.search(r'name="held_proof"\s+type="hidden"\s+value="([^"]+)"', answer.text).group(1)
    done = requests.post(url, data=fill(held_proof=token))
    assert done.status_code == 200
    assert town.count() == 1
    (case,) = town.desk.cases()
    assert case.documents[0]["file"].data == PDF
    again = requests.post(url, data=fill(held_proof=token))
    assert again.status_code == 400
    assert town.count() == 1


def test_sent_twice_makes_one_case(town):
    url = town.upload.absolute_url()
    key = re.search(r'name="client_key"\s+type="hidden"\s+value="([^"]+)"', requests.get(url).text)
    data = fill(client_key=key.group(1))
    pins = set()
    for _ in range(3):
        page = requests.post(url, data=data, files=files()).text
        pins.add(re.search(r'id="receipt-pin"[^>]*>([0-9 ]+)<', page).group(1))
    assert len(pins) == 1
    assert town.count() == 1
    requests.post(url, data={**data, "q_name": "Max Mustermann"}, files=files())
    assert town.count() == 2


def test_page_refuses_programs_and_foreign_sites(town):
    url = town.upload.absolute_url()
    trap = requests.post(url, data=fill(homepage_url="http://spam.example"), files=files())
    assert trap.status_code == 400
    assert 'value="Erika Mustermann"' in trap.text
    foreign = {"Origin": "https://evil.example"}
    assert requests.post(url, data=fill(), files=files(), headers=foreign).status_code == 403
    odd = [("q_name:int", "1"), ("q_day:record", "x"), ("q_name:list", "a"), ("q_proof", "text")]
    assert requests.post(url, data=odd).status_code == 400
    assert town.count() == 0


def test_what_was_typed_is_never_markup(town):
    url = town.upload.absolute_url()
    answer = requests.post(url, data=fill(q_name="<script>x</script>${name}", q_day="x"))
    assert "<script>x" not in answer.text
    receipt = town.send(name="<script>x</script>")
    page = town.clerk.get(f"{town.url}/vorgaenge/{receipt['number']}").text
    assert "<script>x" not in page
    assert "&lt;script&gt;x" in page


def test_clerk_sees_works_and_downloads(town):
    receipt = town.send()
    desk = f"{town.url}/vorgaenge"
    listed = town.clerk.get(desk)
    assert receipt["number"] in listed.text
    assert receipt["number"] not in town.clerk.get(f"{desk}?state=decided").text
    assert receipt["number"] in town.clerk.get(f"{desk}?q=erik").text
    assert town.clerk.get(f"{desk}?b_start=x&state=x&q=%00").status_code == 200
    url = f"{desk}/{receipt['number']}"
    page = town.clerk.get(url)
    assert "no-store" in page.headers["Cache-Control"]
    assert "31.01.2026" in page.text
    document = town.clerk.get(f"{url}/@@document/1")
    assert document.content == PDF
    assert document.headers["Content-Type"] == "application/pdf"
    assert document.headers["Content-Disposition"].startswith("attachment")
    assert town.clerk.get(f"{url}/@@document/2").status_code == 404
    token = re.search(r'_authenticator(?:"[^>]*value="|=)(\w{40})', page.text).group(1)
    town.clerk.post(f"{url}/@@work", data={"transition": "start"})
    transaction.begin()
    assert town.desk[receipt["number"]].state == "received"
    body = {"transition": "start", "note": "Rufe an", "_authenticator": token}
    town.clerk.post(f"{url}/@@work", data=body)
    transaction.begin()
    case = town.desk[receipt["number"]]
    assert case.state == "in_progress"
    assert [(entry["who"], entry["what"], entry["note"]) for entry in case.history] == [
        ("", "received", ""),
        (TEST_USER_ID, "read", ""),
        (TEST_USER_ID, "downloaded", "scan.pdf"),
        (TEST_USER_ID, "start", "Rufe an"),
    ]
    renewed = town.clerk.post(f"{url}/@@new-pin", data={"_authenticator": token}).text
    pin = re.search(r'id="new-pin"[^>]*>([0-9 ]+)<', renewed).group(1)
    assert town.post("@case", {"number": case.number, "pin": receipt["pin"]}).status_code == 404
    assert town.post("@case", {"number": case.number, "pin": pin}).status_code == 200


def test_status_page(town):
    receipt = town.send()
    url = f"{town.url}/status"
    assert 'id="pin"' in requests.get(url).text
    right = {"number": receipt["number"].replace("-", " "), "pin": receipt["pin"]}
    page = requests.post(url, data=right)
    assert page.status_code == 200
    assert 'id="state"' in page.text
    assert "Erika" not in page.text
    assert "no-store" in page.headers["Cache-Control"]
    assert 'id="state"' not in requests.get(url, params=right).text
    assert requests.post(url, data={**right, "pin": "1"}).status_code == 404
    assert requests.post(url, data={**right, "number": "x"}).status_code == 400


@pytest.mark.parametrize(
    "roles", [None, ["Member"], EDITOR_ROLES, ["Member", "Site Administrator"]]
)
def test_nobody_but_clerks_sees_a_case(town, roles):
    receipt = town.send()
    town.clerk.get(f"{town.url}/vorgaenge/{receipt['number']}")
    client = requests.Session()
    if roles is not None:
        client.auth = (TEST_USER_NAME, TEST_USER_PASSWORD)
        town.desk.manage_delLocalRoles([TEST_USER_ID])
        setRoles(town.portal, TEST_USER_ID, roles)
        transaction.commit()
    case = f"vorgaenge/{receipt['number']}"
    paths = [
        "",
        "/view",
        "/@@document/1",
        "/@@work",
        "/@@new-pin",
        "/sharing",
        "/@@edit",
        "/@history",
    ]
    paths += [
        "/documents",
        "/answers",
        "/sealed_pin",
        "/manage_main",
        "/@@getVocabulary",
        "/history",
    ]
    paths += ["/manage_FTPget", "/@@iterate_control", "/external_edit", "/@@historyview"]
    for path in [
        *(case + path for path in paths),
        "vorgaenge",
        "vorgaenge/index",
        "vorgaenge/_cases",
    ]:
        for headers in ({}, {"Accept": "application/json"}):
            for method in ("GET", "POST", "PROPFIND"):
                answer = client.request(method, f"{town.url}/{path}", headers=headers)
                for secret in ("Erika", "scan.pdf", "hmac-sha256", "31.01.2026"):
                    assert secret not in answer.text, (method, path, headers)
    for search in (
        "@search?SearchableText=Erika",
        "@search?portal_type=Case",
        "@@search?SearchableText=Erika",
    ):
        answer = client.get(
            f"{town.url}/{search}", headers=town.json if "@search?" in search[:8] else {}
        )
        assert receipt["number"] not in answer.text
