"""Mein Kaarst as citizens see it: signing in, opening an account, settings, taking along, deleting."""

from email import message_from_bytes
from email.policy import default
from html import unescape
from icalendar import Calendar
from io import BytesIO
from kaarst.core.account import records
from kaarst.core.outbox import enqueue
from kaarst.core.outbox import mail_of
from kaarst.core.outbox import outbox
from kaarst.services.cases import messages
from kaarst.services.cases.departments.rights import ROLE
from kaarst.services.forms.uploads import Document
from plone import api
from plone.app.testing import TEST_USER_ID
from tests import citizens
from tests.services.test_answers import PDF
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

    def __init__(self, town, who=BPK):
        self.town, self.url = town, f"{town.url}/my-town"
        self.session = requests.Session()
        self.session.auth = (who, citizens.PASSWORD)

    def get(self):
        return unescape(self.session.get(self.url).text)

    def rest(self, method, path, **data):
        url = f"{self.town.url}/{path}"
        return self.session.request(method, url, json=data or None, headers=self.town.json)

    def press(self, step, **data):
        page = self.session.get(self.url).text
        token = re.search(r'_authenticator"[^>]*value="(\w+)"', page).group(1)
        sent = {**data, "step": step, "_authenticator": token}
        return self.session.post(self.url, data=sent)


class TownWithPages(Town):
    """The same with the clerk's page of a case."""

    def clerk_page(self, number):
        return unescape(self.clerk.get(f"{self.url}/vorgaenge/{number}").text)


@pytest.fixture
def town(functional_portal):
    functional_portal.portal_registry["plone.default_language"] = "de"
    town = TownWithPages(functional_portal)
    for who in (BPK, "bpk2-somebody-else"):
        citizens.known(functional_portal, who)
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
    # Each thing once: the message is part of the task. What is empty needs a line.
    assert "Neue Nachricht" not in todo and "Noch nichts da" in citizen.get()


def test_messages_are_read_in_the_account_and_the_clerk_sees_when(town):
    citizen = Citizen(town)
    citizen.press("open", email="erika@example.org", notify="1")
    with_pin = town.send(name="Somebody else")
    answer = requests.post(
        f"{town.url}/nachweis/@form",
        json={"data": DATA},
        headers=town.json,
        auth=citizen.session.auth,
    )
    number = answer.json()["number"]
    transaction.begin()
    with api.env.adopt_roles([ROLE]):
        for one in (number, with_pin["number"]):
            case = town.desk.case(one)
            town.portal.portal_workflow.doActionFor(case, "start")
            document = Document("info.pdf", "application/pdf", PDF)
            messages.tell(case, "Bitte bringen Sie 4711 mit.", (document,), TEST_USER_ID, False)
    transaction.commit()
    # The notice says that there is something, and nothing of what.
    [letter] = outbox(town.portal).letters()
    mail = message_from_bytes(mail_of(letter), policy=default)
    assert letter.to == "erika@example.org" and "my-town" in mail.get_content()
    assert not re.search("4711|Nachweis|info", f"{mail['Subject']} {mail.get_content()}")
    assert number not in mail.get_content() and "(gelesen am" not in town.clerk_page(number)
    page = citizen.get()
    assert "Neue Nachricht" in page and "Meine Nachrichten" in page
    listed = citizen.rest("GET", "@account-messages").json()
    assert listed["unread"] == 1 and [one["number"] for one in listed["items"]] == [number]
    for wrong in ({"number": with_pin["number"], "id": "1"}, {"number": number, "id": "9"}):
        assert citizen.press("read", **wrong).status_code == 404
        assert citizen.rest("POST", "@account-message", **wrong).status_code == 404
    assert "(gelesen am" not in town.clerk_page(number)
    message = unescape(citizen.press("read", number=number, id="1").text)
    assert "4711" in message and "info.pdf speichern" in message
    assert "(gelesen am" in town.clerk_page(number)
    assert "Neue Nachricht" not in citizen.get()
    over = citizen.rest("POST", "@account-message", number=number, id="1").json()
    assert over["text"] == "Bitte bringen Sie 4711 mit." and over["read"]
    assert [one["filename"] for one in over["attachments"]] == ["info.pdf"]
    # The clerk's looks, too, stand in the account: by department, without a name.
    seen = citizen.rest("GET", "@account-readings").json()["items"]
    assert seen and {one["number"] for one in seen} == {number} and TEST_USER_ID not in str(seen)
    shown = citizen.get().partition('id="seen-title"')[2]
    assert "hat es angesehen" in shown and number in shown and TEST_USER_ID not in shown
    # Somebody else with an account reads nothing of it.
    other = Citizen(town, "bpk2-somebody-else")
    assert other.rest("GET", "@account-messages").status_code == 409
    other.press("open")
    assert other.rest("GET", "@account-messages").json() == {"unread": 0, "items": []}
    assert other.rest("POST", "@account-message", number=number, id="1").status_code == 404

    # A notice that waits goes with the account; another letter to the same address does not.
    transaction.begin()
    enqueue(town.portal, "erika@example.org", "Ihr Termin", "Guten Tag")
    transaction.commit()
    assert len(outbox(town.portal).letters()) == 2
    citizen.press("delete", sure="1")
    transaction.begin()
    assert [one.subject for one in outbox(town.portal).letters()] == ["Ihr Termin"]


def test_what_was_read_on_the_page_of_the_case_is_read(town):
    citizen = Citizen(town)
    citizen.press("open")
    answer = requests.post(
        f"{town.url}/nachweis/@form",
        json={"data": DATA},
        headers=town.json,
        auth=citizen.session.auth,
    )
    number = answer.json()["number"]
    transaction.begin()
    with api.env.adopt_roles([ROLE]):
        messages.tell(town.desk.case(number), "Guten Tag", (), TEST_USER_ID, False)
    transaction.commit()
    foreign = {"Origin": "https://elsewhere.example"}
    status = {"data": {"number": number}, "auth": citizen.session.auth}
    assert "Guten Tag" in requests.post(f"{town.url}/status", headers=foreign, **status).text
    assert citizen.rest("GET", "@account-messages").json()["unread"] == 1
    assert "Guten Tag" in requests.post(f"{town.url}/status", **status).text
    assert citizen.rest("GET", "@account-messages").json()["unread"] == 0


def test_the_calendar_has_a_secret_address_that_ends(town):
    citizen = Citizen(town)
    citizen.press("open")
    begun = requests.post(
        f"{town.url}/nachweis/@form-draft",
        json={"data": {"name": "Erika Muster"}},
        headers=town.json,
        auth=citizen.session.auth,
    )
    assert begun.status_code == 201
    assert "Adresse für den Kalender anlegen" in citizen.get()
    page = citizen.press("calendar").text
    first = re.search(r'id="calendar-url">([^<]+)<', page).group(1)
    assert first not in citizen.get()
    answer = requests.get(first)
    assert answer.headers["Content-Type"].startswith("text/calendar")
    assert answer.headers["Cache-Control"] == "no-store"
    [event] = Calendar.from_ical(answer.content).walk("VEVENT")
    assert event["summary"] == "Letzter Tag zum Ausfüllen: Nachweis"
    assert begun.json()["number"] not in answer.text and "Erika" not in answer.text
    transaction.begin()
    assert first.rpartition("/")[2].removesuffix(".ics") not in repr(
        list(records.make(town.portal).feeds.items())
    )
    second = citizen.rest("POST", "@account-calendar", on=True).json()["url"]
    assert requests.get(first).status_code == 404 and requests.get(second).status_code == 200
    assert citizen.rest("GET", "@account").json()["calendar"] is True
    for wrong in ("", "x.ics", f"{second.rpartition('/')[2]}/x"):
        assert requests.get(f"{town.url}/my-town-calendar/{wrong}").status_code == 404
    assert "gilt nicht mehr" in unescape(citizen.press("calendar_end").text)
    assert requests.get(second).status_code == 404
    third = citizen.rest("POST", "@account-calendar", on=True).json()["url"]
    citizen.press("delete", sure="1")
    assert requests.get(third).status_code == 404
