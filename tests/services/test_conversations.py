"""Messages without an application: from citizens, from clerks, who finds whom, and their end."""

from datetime import datetime
from datetime import timedelta
from datetime import UTC
from html import unescape
from kaarst.core.account import holder
from kaarst.core.account import records
from kaarst.core.account import store as accounts
from kaarst.core.outbox import mail_of
from kaarst.core.outbox import outbox
from kaarst.core.personal.person import Person
from kaarst.core.signin.attributes import Attribute
from kaarst.core.signin.citizens import user_id
from kaarst.core.signin.levels import Level
from kaarst.core.signin.sessions import store as sessions
from kaarst.services.cases.conversations import entered
from kaarst.services.cases.conversations.keeping import AccountConversations
from kaarst.services.cases.conversations.keeping import close_quiet
from kaarst.services.cases.conversations.keeping import Conversations
from kaarst.services.persons.cases import Cases
from kaarst.services.persons.mailbox import CaseMails
from kaarst.services.statistics import store as statistics
from plone import api
from tests.services import logins
from tests.services.test_answers import PDF
from tests.services.test_case_pages import FILE
from tests.services.test_case_pages import Town

import pytest
import re
import transaction


ADDRESS = "erika@example.org"
KNOWN = {"": "", "abc": "Ordnungsamt"}


@pytest.mark.parametrize(
    ("subject", "text", "department", "wrong"),
    [
        ("Laub", "Wer holt das Laub?", "", []),
        ("Laub", "Wer holt das Laub?", "abc", []),
        ("", "", "none", ["department", "subject", "text"]),
        ("x" * 121, "x" * 5001, None, ["department", "subject", "text"]),
    ],
)
def test_what_a_message_needs(subject, text, department, wrong):
    assert sorted(entered.errors(subject, text, department, KNOWN)) == wrong


class Citizen:
    """Somebody who has signed in and opened an account, over HTTP."""

    def __init__(self, town, user, kind=sessions.BUNDID, attributes=None, email=""):
        self.town = town
        site = town.portal
        self.record = records.make(site).open(user, email=email, notify=bool(email))
        transaction.commit()
        self.browser = logins.signed_in(site, Level.SUBSTANTIAL, attributes, kind, user)

    def rest(self, path, **body):
        url = f"{self.town.url}/{path}"
        if not body:
            return self.browser.get(url, headers=self.town.json)
        return self.browser.post(url, json=body, headers=self.town.json)

    def send(self, path, files=None, **data):
        page = self.browser.get(f"{self.town.url}/{path}").text
        data["_authenticator"] = token(page)
        return self.browser.post(f"{self.town.url}/{path}", data=data, files=files)

    def open(self, number):
        return unescape(self.browser.post(f"{self.town.url}/status", data={"number": number}).text)


def token(page):
    return re.search(r'_authenticator(?:"[^>]*value="|=)(\w{40})', page).group(1)


@pytest.fixture
def town(functional_portal):
    try:
        yield Town(functional_portal)
    finally:
        logins.end_all(functional_portal)


@pytest.fixture
def erika(town):
    return Citizen(town, "bundid-erika", email=ADDRESS)


def clerk(town, path, files=None, **data):
    page = town.clerk.get(f"{town.url}/vorgaenge/{path}").text
    data["_authenticator"] = token(page)
    return town.clerk.post(f"{town.url}/vorgaenge/{path}", data=data, files=files)


def the_case(town):
    transaction.begin()
    (case,) = town.desk.cases()
    return case


def letters(town):
    transaction.begin()
    found = [(one.to, one.subject, mail_of(one).decode()) for one in outbox(town.portal).letters()]
    for one in list(outbox(town.portal).letters()):
        outbox(town.portal).erase(one.to)
    transaction.commit()
    return found


def test_a_citizen_writes_and_the_town_answers(town, erika):
    page = erika.browser.get(f"{town.url}/write-to-town-hall").text
    assert "Erika Mustermann" in page and "I do not know who is responsible" in page
    wrong = erika.send("write-to-town-hall", department="abc", subject="Laub am Markt", text=" ")
    assert wrong.status_code == 400 and 'value="Laub am Markt"' in wrong.text
    assert 'id="text-error"' in wrong.text and 'id="department-error"' in wrong.text
    asked = erika.send(
        "write-to-town-hall", department="none", subject="Laub", text="Wer?", acting_for="gone"
    )
    assert asked.status_code == 400 and "Send in my own name" in asked.text
    assert not town.count()
    sent = erika.send(
        "write-to-town-hall", {"files": ("laub.pdf", PDF)},
        department="none", subject="Laub am Markt", text="Wer holt das Laub?",
    )  # fmt: skip
    assert sent.status_code == 200 and sent.url.endswith("/my-town")
    case = the_case(town)
    number = case.number
    assert accounts.holders(number) == {erika.record.id}
    assert (case.subject, case.name, case.email) == ("Laub am Markt", "Erika Mustermann", "")
    assert case.answers[0]["verified_by"] == "BundID" and case.login_level == "substantial"
    assert [one["file"].filename for one in case.documents] == ["laub.pdf"]
    assert "bundid-erika" not in repr([case.__dict__, list(case.history), list(case.messages)])
    # No subject in the statistics, which are kept for ever.
    assert "Laub" not in repr(list(statistics.found(town.portal).facts()))
    entry = Conversations().entry(number)
    assert (entry.title, entry.todo) == ("Laub am Markt", "")

    # On the desk, taken, answered with a file and a question; the mail says nothing of it.
    assert "Laub am Markt" in town.clerk.get(f"{town.url}/vorgaenge").text
    shown = town.clerk.get(f"{town.url}/vorgaenge/{number}").text
    assert "confirmed: BundID" in shown and "@@decide" not in shown
    assert "Close the conversation" in shown and "Seal of the receipt" not in shown
    until = (datetime.now(UTC) + timedelta(days=9)).date()
    clerk(
        town, f"{number}/@@write-message", {"files": ("plan.pdf", PDF)},
        text="Welche Ecke?", asks="1", until=until.isoformat(),
    )  # fmt: skip
    ((to, subject, mail),) = letters(town)
    assert to == ADDRESS and not re.search(f"Laub|Ecke|{number}", subject + mail)
    assert Conversations().entry(number).due == until
    (mail,) = CaseMails().mails(number)
    assert mail.asks and mail.attachments[0].filename == "plan.pdf" and mail.read_at is None
    page = erika.open(number)
    assert "Welche Ecke?" in page and "Withdraw this" not in page and "Save the receipt" not in page
    assert "(read on" in town.clerk.get(f"{town.url}/vorgaenge/{number}").text
    assert "Welche Ecke?" not in Citizen(town, "bundid-otto").open(number)

    # Answered, closed, and opened again by one more message.
    answered = erika.rest("@case-message", number=number, text="Die am Brunnen.")
    assert answered.json()["state"] == "in_progress" and answered.json()["answer_by"] is None
    clerk(town, f"{number}/@@work", transition="decide")
    case = the_case(town)
    assert case.state == "decided" and (case.delete_on - datetime.now(UTC).date()).days >= 179
    assert "just write here again" in erika.open(number) and not letters(town)
    again = erika.rest("@case-message", number=number, text="Es liegt noch da.")
    assert again.status_code == 201 and again.json()["state"] == "in_progress"
    assert the_case(town).delete_on is None

    # A request for one's data finds it by the address for notices; it goes with the account.
    (found,) = Cases().find(town.portal, Person(email=ADDRESS))
    assert found.id == number
    given = holder.exported(town.portal, erika.record.id)
    assert "Es liegt noch da." in repr(given) and "Laub am Markt" in repr(given)
    AccountConversations().erase(town.portal, erika.record.id)
    assert not town.desk.case(number) and not accounts.numbers(erika.record.id)
    transaction.abort()


def test_a_clerk_writes_to_who_tells_a_number(town, erika):
    linked = Citizen(
        town, user_id(sessions.MAIL, "otto@example.org"), sessions.MAIL,
        {"mail": Attribute("otto@example.org", Level.BASIC)},
    )  # fmt: skip
    assert "write-to-citizen" in town.clerk.get(f"{town.url}/vorgaenge").text
    words = {"department": "none", "subject": "Ihre Anfrage", "text": "Bitte rufen Sie an."}
    case_of = erika.rest(
        "nachweis/@form", data={"name": "Erika", "proof": FILE, "day": "2026-01-31"}
    )
    known = case_of.json()["number"]
    # An address for notices proves nothing; neither does any number that is in no account.
    for to in ("", "Erika", ADDRESS, town.send()["number"], "KONTO-7Q4M-2XPD-K"):
        refused = clerk(town, "@@write-to-citizen", to=to, **words)
        assert refused.status_code == 400 and 'id="to-error"' in refused.text, to
        assert "Bitte rufen Sie an." in refused.text
    count = town.count()
    for to, account in (
        (erika.record.number.lower().replace("-", " "), erika.record.id),
        (known, erika.record.id),
        ("Otto@example.org", linked.record.id),
    ):
        sent = clerk(town, "@@write-to-citizen", to=to, **words)
        number = sent.url.rpartition("/")[2]
        transaction.begin()
        case = town.desk.case(number)
        assert accounts.holders(number) == {account} and case.state == "in_progress"
        assert case.clerk and case.filed_by == case.clerk and case.channel == "town"
        assert case.name == ("Erika" if to == known else "")
    assert town.count() == count + 3
    assert len(letters(town)) == 2
    mails = linked.rest("@account-messages").json()
    assert mails["unread"] == 1 and mails["items"][0]["subject"] == "Ihre Anfrage"
    # A number in two accounts is not clear.
    accounts.take(known, linked.record.id)
    transaction.commit()
    assert "several accounts" in clerk(town, "@@write-to-citizen", to=known, **words).text
    # The answer of the citizen closes the circle; nobody goes on with it, and it closes by itself.
    assert linked.rest("@case-message", number=number, text="Mache ich.").status_code == 201
    transaction.begin()
    case = town.desk.case(number)
    later = datetime.now(UTC) + timedelta(days=61)
    assert not close_quiet(case, later)
    clerk(town, f"{number}/@@write-message", text="Danke.")
    transaction.begin()
    with api.env.adopt_roles(["Case Worker"]):
        assert not close_quiet(case, later - timedelta(days=5))
        assert close_quiet(case, later) and case.state == "decided"
    assert case.history[-1]["who"] == "*" and case.messages[-1]["text"] == "Danke."
    transaction.abort()


def test_over_rest_both_sides(town, erika):
    told = erika.rest("@conversations").json()
    assert [one["id"] for one in told["departments"]] == ["none"]
    for body, fields in (
        ({"subject": "x"}, {"department", "text"}),
        ({"department": "none", "subject": 3, "text": "x"}, {"subject"}),
        ({"department": "none", "subject": "x", "text": "x", "service": "abc"}, {"service"}),
        ({"department": "none", "subject": "x", "text": "x", "documents": [3]}, {"documents"}),
    ):
        refused = erika.rest("@conversations", **body)
        assert refused.status_code == 400, body
        assert {one["field"] for one in refused.json()["errors"]} == fields
    words = {"department": "none", "subject": "Laub", "text": "Wer holt es?"}
    # Begun for somebody else, for whom she does not act any more.
    for_another = erika.rest("@conversations", **words, acting="gone")
    assert (for_another.status_code, for_another.json()["type"]) == (409, "ActingChanged")
    sent = erika.rest("@conversations", **words, documents=[FILE])
    assert sent.status_code == 201 and sent.json()["title"] == "Laub"
    assert sent.json()["state_title"] == "Abgeschickt"
    assert town.post("@conversations", words).status_code == 401
    assert (
        town.clerk.post(f"{town.url}/@conversations", json=words, headers=town.json).status_code
        == 401
    )
    nobody = logins.signed_in(town.portal, user="bundid-nobody")
    answer = nobody.post(f"{town.url}/@conversations", json=words, headers=town.json)
    assert answer.status_code == 409

    def write(client=town.clerk, **body):
        url = f"{town.url}/vorgaenge/@conversations"
        return client.post(url, json=body, headers=town.json)

    url = f"{town.url}/vorgaenge/@conversations"
    assert town.clerk.get(url, headers=town.json).json()["departments"][0]["id"] == "none"
    body = {"subject": "Ihre Frage", "text": "Bitte um Rückruf"}
    assert write(erika.browser, to=erika.record.number, **body).status_code == 401
    refused = write(to="KONTO-7Q4M-2XPD-K", **body)
    assert [one["field"] for one in refused.json()["errors"]] == ["to"]
    refused = write(to=erika.record.number, subject="", text="x", until="2026-01-01")
    assert {one["field"] for one in refused.json()["errors"]} == {"subject", "until"}
    made = write(to=erika.record.number, **body, asks=True)
    assert made.status_code == 201 and made.json()["state"] == "waiting"
    sections = erika.rest("@account").json()["sections"]
    (own,) = [one for one in sections if one["id"] == "kaarst.services.conversations"]
    assert [one["title"] for one in own["items"]] == ["Ihre Frage", "Laub"]
    assert erika.rest("@account").json()["number"] == erika.record.number
