"""Mein Kaarst as citizens see it: signing in, opening an account, settings, taking along, deleting."""

from html import unescape
from io import BytesIO
from kaarst.core.account import records
from kaarst.services.cases import messages
from kaarst.services.cases.departments.rights import ROLE
from plone import api
from tests import citizens
from tests.services.test_case_pages import DATA
from tests.services.test_case_pages import Town

import pytest
import re
import requests
import transaction
import zipfile


BPK = "bpk2-Zm9vYmFyMTIzNDU2Nzg5MA"


class Citizen:
    """A browser of somebody of whom the site keeps no user."""

    def __init__(self, town):
        self.url = f"{town.url}/my-town"
        self.session = requests.Session()
        self.session.auth = (BPK, citizens.PASSWORD)

    def get(self):
        return unescape(self.session.get(self.url).text)

    def press(self, step, **data):
        page = self.session.get(self.url).text
        token = re.search(r'_authenticator"[^>]*value="(\w+)"', page).group(1)
        sent = {**data, "step": step, "_authenticator": token}
        return self.session.post(self.url, data=sent)


@pytest.fixture
def town(functional_portal):
    functional_portal.portal_registry["plone.default_language"] = "de"
    town = Town(functional_portal)
    citizens.known(functional_portal, BPK)
    transaction.commit()
    return town


def test_the_whole_life_of_an_account(town):
    citizen = Citizen(town)
    visitor = unescape(requests.get(citizen.url).text)
    assert "Anmelden" in visitor and "/status" in visitor and "Mein Konto eröffnen" not in visitor
    staff = unescape(town.clerk.get(citizen.url).text)
    assert "nur Bürgerinnen und Bürger" in staff and "Mein Konto eröffnen" not in staff
    assert "von Ihnen ist hier nichts gespeichert" in citizen.get()
    assert citizen.press("take", number="KAA-7Q4M-2XPD-K", pin="1").status_code == 400
    wrong = citizen.press("open", email="erika", notify="1")
    assert wrong.status_code == 400 and 'value="erika"' in wrong.text
    assert 'id="email-error"' in wrong.text and records.opened(BPK) is None
    opened = unescape(citizen.press("open").text)
    assert "Ihr Konto ist eröffnet" in opened and "Zurzeit nichts." in opened
    sent = town.send()
    taken = unescape(citizen.press("take", number=sent["number"], pin=sent["pin"]).text)
    assert sent["number"] in taken and BPK not in taken
    refused = citizen.press("take", number=sent["number"], pin="00000000")
    assert refused.status_code == 404
    saved = citizen.press("notices", email="erika@example.org", notify="1")
    assert 'value="erika@example.org"' in saved.text
    parcel = citizen.press("export")
    assert parcel.headers["Content-Type"] == "application/zip"
    data = zipfile.ZipFile(BytesIO(parcel.content)).read("daten.json").decode()
    assert DATA["name"] in data and "erika@example.org" in data and BPK not in data
    out = unescape(citizen.press("leave", number=sent["number"]).text)
    assert sent["number"] not in out
    asked = unescape(citizen.press("delete").text)
    assert "Konto löschen?" in asked and "Alles als Datei sichern" in asked
    transaction.begin()
    assert records.opened(BPK) is not None
    gone = unescape(citizen.press("delete", sure="1").text)
    assert "Ihr Konto ist gelöscht" in gone and "Mein Konto eröffnen" in gone
    transaction.begin()
    assert records.opened(BPK) is None and town.count() == 1


def test_what_is_to_be_done_stands_first(town):
    citizen = Citizen(town)
    citizen.press("open")
    sent = requests.post(
        f"{town.url}/nachweis/@form",
        json={"data": DATA},
        headers=town.json,
        auth=citizen.session.auth,
    ).json()
    transaction.begin()
    page = citizen.get()
    assert "Zurzeit nichts." in page and sent["number"] in page
    with api.env.adopt_roles([ROLE]):
        case = town.desk.case(sent["number"])
        town.portal.portal_workflow.doActionFor(case, "start")
        messages.tell(case, "Bitte Ausweis", (), "clerk", True)
    transaction.commit()
    todo = citizen.get().partition('class="account-todo"')[2].partition("</section>")[0]
    assert sent["number"] in todo and "Wir brauchen" in todo
