"""Art. 15 and 17 GDPR over cases and mails: found, given out, erased; running cases are held."""

from html import unescape
from io import BytesIO
from kaarst.core.outbox import outbox
from kaarst.core.personal import log
from kaarst.services.cases import history
from kaarst.services.cases.departments.scope import EVERYTHING
from kaarst.services.forms import versions
from plone import api
from plone.app.testing import SITE_OWNER_NAME
from plone.app.testing import SITE_OWNER_PASSWORD
from tests.services.test_answers import PDF
from tests.services.test_case_pages import Town
from tests.services.test_form_models import model

import json
import pytest
import re
import requests
import transaction
import zipfile


OFFICER = ("datenschutz", "geheimes Wort 2026!")
ERIKA = {"name": "Erika Mustermann", "day": "1980-02-29", "email": "Erika@example.org"}
FORM = model(
    '<field name="name" type="zope.schema.TextLine"><title>Name</title></field>'
    '<field name="proof" type="plone.namedfile.field.NamedBlobFile"><title>Nachweis</title></field>'
    '<field name="day" type="zope.schema.Date"><title>Geburtstag</title></field>'
    '<field name="email" type="plone.schema.email.Email"><title>E-Mail</title>'
    "<required>False</required></field>"
)


class Officer:
    """The data protection officer in a browser and over REST."""

    def __init__(self, town):
        self.town, self.url = town, f"{town.url}/@@personal-data"
        self.session = requests.Session()
        self.session.auth = OFFICER

    def press(self, button, **data):
        page = self.session.get(self.url)
        token = re.search(r'_authenticator"[^>]*value="(\w+)"', page.text).group(1)
        return self.session.post(self.url, data={**data, button: "1", "_authenticator": token})

    def post(self, service, **data):
        return self.session.post(f"{self.town.url}/{service}", json=data, headers=self.town.json)

    def keys(self, **person):
        return {item["key"] for item in self.post("@personal-data", **person).json()["items"]}


@pytest.fixture
def town(functional_portal):
    functional_portal.portal_registry["plone.default_language"] = "de"
    town = Town(functional_portal)
    with api.env.adopt_roles(["Manager"]):
        town.upload.fields_model = FORM
        versions.publish(town.upload)
        api.user.create(
            username=OFFICER[0], password=OFFICER[1], email="dsb@example.org", roles=["Member"]
        )
        api.user.grant_roles(username=OFFICER[0], roles=["Data Protection Officer"])
    transaction.commit()
    return town


@pytest.fixture
def officer(town):
    return Officer(town)


@pytest.fixture
def number(town):
    """Erika's case, beside those of others with the same name, day or part of the address."""
    town.send(**{**ERIKA, "day": "1980-02-28", "email": "other@example.org"})
    town.send(**{**ERIKA, "name": "Erich Mustermann", "email": "erich@example.org"})
    town.send(name="Hans", day="1970-01-01", email="erika@example.org.example.net")
    return town.send(**ERIKA)["number"]


def close(town, number):
    transaction.begin()
    with api.env.adopt_roles(["Case Worker"]):
        api.portal.get_tool("portal_workflow").doActionFor(town.desk[number], "decide")
    transaction.commit()


def letters(town):
    transaction.begin()
    return [letter.to for letter in outbox(town.portal).letters()]


@pytest.mark.parametrize(
    "person",
    [
        {"email": "erika@EXAMPLE.org"},
        {"name": "mustermann erika", "born": "1980-02-29"},
        {"number": "NUMBER"},
    ],
)
def test_finds_the_cases_of_this_person_and_of_nobody_else(officer, number, person):
    person = {
        name: number.lower() if value == "NUMBER" else value for name, value in person.items()
    }
    cases = {key for key in officer.keys(**person) if key.startswith("cases/")}
    assert cases == {f"cases/{number}"}


def test_finds_the_mails_that_wait(officer, town, number):
    assert len([to for to in letters(town) if to == "Erika@example.org"]) == 1
    found = officer.keys(email="erika@example.org")
    assert len([key for key in found if key.startswith("letters/")]) == 1


@pytest.mark.parametrize(
    ("person", "field"),
    [
        ({}, "email"),
        ({"name": "Erika"}, "email"),
        ({"born": "29.2.1980", "name": "Erika"}, "born"),
        ({"number": "KAA-1"}, "number"),
        ({"email": 5}, "email"),
        ({"email": "x@example.org", "keys": "cases/x"}, "keys"),
    ],
)
def test_who_is_meant_must_be_clear(officer, town, person, field):
    answer = officer.post("@personal-data", **person)
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_gives_out_everything_with_the_files(officer, town, number):
    keys = sorted(officer.keys(email="erika@example.org"))
    answer = officer.press("give", email="erika@example.org", **{"keys:list": keys})
    assert answer.headers["Content-Type"] == "application/zip"
    assert answer.headers["Cache-Control"] == "no-store"
    with zipfile.ZipFile(BytesIO(answer.content)) as archive:
        entries = json.loads(archive.read("daten.json"))
        (name,) = [name for name in archive.namelist() if name.startswith("dateien/")]
        assert archive.read(name) == PDF
        assert "Erika Mustermann" in archive.read("daten.html").decode()
    by_kind = {entry["kind"]: entry["data"] for entry in entries}
    assert by_kind["Vorgang"]["answers"]["Name"] == "Erika Mustermann"
    assert number in by_kind["E-Mail, die noch nicht abgeschickt ist"]["text"]
    transaction.begin()
    assert town.desk[number].history[-1]["what"] == history.GIVEN
    (entry,) = log.entries(town.portal)
    assert (entry["who"], entry["what"]) == (OFFICER[0], "given")
    assert entry["kinds"] == {"cases": 1, "letters": 1}
    assert "erika" not in json.dumps(entry).casefold() and number not in json.dumps(entry)


def test_a_running_case_is_held_and_said_why(officer, town, number):
    keys = sorted(officer.keys(email="erika@example.org"))
    answer = officer.post("@personal-data-erase", email="erika@example.org", keys=keys)
    assert answer.status_code == 409 and "noch bearbeitet" in answer.json()["message"]
    # All or nothing: the mail is still there.
    assert "Erika@example.org" in letters(town)
    page = officer.press("erase", email="erika@example.org", sure="1", **{"keys:list": keys})
    assert page.status_code == 409 and "noch bearbeitet" in unescape(page.text)
    transaction.begin()
    assert town.desk.case(number) is not None and log.entries(town.portal) == []


def test_a_closed_case_goes_with_its_mails_and_files(officer, town, number):
    close(town, number)
    count = town.count()
    keys = sorted(officer.keys(email="erika@example.org"))
    # Nothing goes without the second confirmation.
    asked = officer.press("erase", email="erika@example.org", **{"keys:list": keys})
    assert asked.status_code == 400 and town.count() == count
    done = officer.press("erase", email="erika@example.org", sure="1", **{"keys:list": keys})
    assert done.status_code == 200 and "2 Einträge wurden endgültig gelöscht" in unescape(done.text)
    assert town.count() == count - 1 and town.desk.case(number) is None
    assert "Erika@example.org" not in letters(town)
    _, listed = town.desk.index.find(text="erika@example.org", scope=EVERYTHING)
    assert number not in [summary["number"] for summary in listed]
    assert officer.keys(email="erika@example.org") == set()
    (entry,) = log.entries(town.portal)
    assert (entry["what"], entry["kinds"]) == ("erased", {"cases": 1, "letters": 1})
    assert entry["reference"] in done.text


def test_nobody_elses_case_can_be_chosen(officer, town, number):
    other = town.send(**{**ERIKA, "name": "Hans Beispiel", "email": "hans@example.org"})["number"]
    close(town, other)
    for service in ("@personal-data-erase", "@personal-data-export"):
        answer = officer.post(service, email="erika@example.org", keys=[f"cases/{other}"])
        assert (answer.status_code, answer.json()["type"]) == (409, "Gone")
    transaction.begin()
    assert town.desk.case(other) is not None


def test_it_is_for_the_officer_only(officer, town, number):
    for auth in (None, town.clerk.auth):
        for service in ("@personal-data", "@personal-data-export", "@personal-data-erase"):
            body = {"email": "erika@example.org", "keys": [f"cases/{number}"]}
            answer = requests.post(f"{town.url}/{service}", json=body, auth=auth, headers=town.json)
            assert answer.status_code == 401 and number not in answer.text
        assert number not in requests.post(officer.url, data={**body, "search": 1}, auth=auth).text
    # The officer sees what is about a person, and nothing else of the cases.
    assert officer.session.get(f"{town.url}/vorgaenge/{number}").status_code in (401, 403, 302, 200)
    assert "Erika" not in officer.session.get(f"{town.url}/vorgaenge/{number}").text


def test_a_foreign_page_can_press_no_button(officer, town, number):
    close(town, number)
    data = {"email": "erika@example.org", "keys:list": [f"cases/{number}"], "sure": 1, "erase": 1}
    auth = (SITE_OWNER_NAME, SITE_OWNER_PASSWORD)
    assert requests.post(officer.url, data=data, auth=auth).status_code == 403
    transaction.begin()
    assert town.desk.case(number) is not None


def test_data_of_a_person_stand_in_no_address(officer, town, number):
    page = officer.press("search", email="erika@example.org")
    assert number in page.text and "erika" not in page.url
    assert page.headers["Cache-Control"] == "no-store"
