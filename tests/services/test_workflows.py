"""Workflows adapted in the browser: what editors change is what clerks, citizens and front ends see."""

from kaarst.core.outbox import outbox
from kaarst.services.cases.workflow import definitions
from lxml.html import fromstring
from plone import api
from plone.app.testing import setRoles
from plone.app.testing import SITE_OWNER_NAME
from plone.app.testing import SITE_OWNER_PASSWORD
from plone.app.testing import TEST_USER_ID
from Products.DCWorkflow.DCWorkflow import DCWorkflowDefinition
from tests.services.clerks import be_clerk
from tests.services.conftest import EDITOR_ROLES
from tests.services.test_case_pages import town  # noqa: F401
from tests.services.test_decisions import LETTER
from tests.services.test_inbox import Colleague
from tests.services.test_messages import Case

import html
import pytest
import re
import requests
import transaction


CHECK, PAYMENT = "case_workflow_check", "case_workflow_payment"
CONVERSATION = "case_workflow_conversation"


class Editor:
    """Adapts workflows as the page does."""

    def __init__(self, town):  # noqa: F811
        self.town = town
        self.client = requests.Session()
        self.client.auth = (SITE_OWNER_NAME, SITE_OWNER_PASSWORD)

    def token(self, page):
        return re.search(r'_authenticator(?:"[^>]*value="|=)(\w{40})', page).group(1)

    def save(self, id, **changes):
        """Sends the page's form as it is, with changes; None leaves a field out."""
        page = fromstring(self.client.get(f"{self.town.url}/case-workflow?id={id}").text)
        data = dict(page.get_element_by_id("workflow-form").form_values())
        data = {name: value for name, value in {**data, **changes}.items() if value is not None}
        return self.client.post(f"{self.town.url}/case-workflow", data=data)


@pytest.fixture
def editor(town):  # noqa: F811
    return Editor(town)


def service(town, workflow):  # noqa: F811
    """A service that takes the form `nachweis` and has chosen a workflow."""
    setRoles(town.portal, TEST_USER_ID, EDITOR_ROLES)
    made = api.content.create(town.portal, "Service", title="Hundesteuer", workflow=workflow)
    api.relation.create(made, town.upload, "form")
    be_clerk(town.portal)
    transaction.commit()
    return made


def case_of(town):  # noqa: F811
    sent = town.send()
    return Case(town, sent["number"], sent["pin"])


def test_they_are_real_dcworkflows(town):  # noqa: F811
    tool = api.portal.get_tool("portal_workflow")
    assert definitions.ids() == ["case_workflow", CHECK, CONVERSATION, PAYMENT]
    for id in definitions.ids():
        definition = tool[id]
        assert isinstance(definition, DCWorkflowDefinition)
        assert definition.initial_state == "received"
        for state in definition.states.values():
            assert set(state.transitions) <= set(definition.transitions.objectIds())
            assert state.permission_roles["View"] == ("Case Worker",)
        definitions.write(definitions.read(id))
        assert definitions.read(id).states["received"].title == ""


def test_one_state_renamed_is_seen_by_all(town, editor):  # noqa: F811
    case = case_of(town)
    saved = editor.save(
        "case_workflow",
        **{
            "state-received-title": "Antrag liegt vor",
            "state-received-meaning": "Wir prüfen <b>bald</b>.",
            "transition-start-title": "Los geht's",
        },
    )
    assert saved.status_code == 200, saved.text
    assert "Antrag liegt vor" in town.clerk.get(f"{town.url}/vorgaenge").text
    page = html.unescape(town.clerk.get(case.url).text)
    assert "Antrag liegt vor" in page and "Los geht's" in page
    status = case.citizen("status").text
    assert "Antrag liegt vor" in status
    assert "&lt;b&gt;bald" in status and "<b>bald" not in status
    seen = town.post("@case", case.key).json()
    assert seen["state_title"] == "Antrag liegt vor" == seen["steps"][0]["title"]
    assert seen["meaning"] == "Wir prüfen <b>bald</b>." and seen["state"] == "received"
    # The other workflows keep their words, and usual words stay in the reader's language.
    assert definitions.read(CHECK).states["received"].title == ""
    transaction.begin()
    assert definitions.read("case_workflow").states["decided"].title == ""


def test_nobody_decides_alone(town):  # noqa: F811
    service(town, CHECK)
    case = case_of(town)
    assert case.stored.workflow_id == CHECK
    case.clerk("work", transition="start")
    case.clerk("work", transition="decide")
    assert case.stored.state == "in_progress"
    case.clerk("work", transition="submit")
    assert case.stored.state == "checking"
    case.clerk("work", transition="decide")
    case.clerk("decide", **LETTER, issue="1", checked="1")
    town.clerk.post(f"{case.url}/@workflow/decide", json={}, headers=town.json)
    assert case.stored.state == "checking" and not case.stored.decisions
    assert "Being checked" in case.citizen("status").text
    issued = Colleague(town).client.post(f"{case.url}/@decisions", json=LETTER, headers=town.json)
    assert issued.status_code == 201 and case.stored.state == "decided"


def test_the_clock_stands_while_the_citizen_is_to_pay(town):  # noqa: F811
    service(town, PAYMENT)
    case = case_of(town)
    case.clerk("work", transition="start")
    case.clerk("work", transition="request_payment")
    assert case.stored.state == "payment" and case.stored.clock_stands
    assert "Waiting for your payment" in case.citizen("status").text
    case.clerk("work", transition="paid")
    assert case.stored.state == "in_progress" and not case.stored.clock_stands


def test_no_case_is_stranded(town, editor):  # noqa: F811
    service(town, PAYMENT)
    case = case_of(town)
    case.clerk("work", transition="start")
    case.clerk("work", transition="request_payment")
    refused = editor.save(PAYMENT, **{"option-payment": None, "title": "Neuer Name"})
    assert refused.status_code == 400 and 'value="Neuer Name"' in refused.text
    transaction.begin()
    assert definitions.read(PAYMENT).title != "Neuer Name"
    page = editor.client.get(f"{town.url}/case-workflows").text
    deleted = editor.client.post(
        f"{town.url}/case-workflows",
        data={"delete": PAYMENT, "_authenticator": editor.token(page)},
    )
    assert deleted.status_code == 409
    case.clerk("work", transition="paid")
    assert editor.save(PAYMENT, **{"option-payment": None}).status_code == 200
    transaction.begin()
    assert "payment" not in api.portal.get_tool("portal_workflow")[PAYMENT].states
    case.clerk("work", transition="decide")
    assert case.stored.state == "decided"


def test_tasks_groups_and_mails(town, editor):  # noqa: F811
    api.group.create("kasse", title="Stadtkasse", roles=["Clerk"])
    transaction.commit()
    editor.save(
        "case_workflow",
        **{
            "state-received-tasks": "Ausweis prüfen\n\nAkte anlegen",
            "state-in_progress-mail": "1",
            "transition-decide-groups:list": "kasse",
        },
    )
    sent = town.post(
        "barriere-melden/@form", {"data": {"barrier": "Zu klein.", "email": "e@example.org"}}
    ).json()
    case = Case(town, sent["number"], sent["pin"])
    case.clerk("tasks", **{"done:list": ["Akte anlegen", "Erfundenes"]})
    assert case.stored.tasks_done == (("received", "Akte anlegen"),)
    assert [entry["note"] for entry in case.stored.history if entry["what"] == "task"] == [
        "Akte anlegen"
    ]
    case.clerk("work", transition="start")
    transaction.begin()
    subjects = [letter.subject for letter in outbox(town.portal).letters()]
    assert f"Ihr Vorgang {case.number}: In Bearbeitung" in subjects
    case.clerk("work", transition="decide")
    assert case.stored.state == "in_progress"
    api.group.add_user(groupname="kasse", username=TEST_USER_ID)
    transaction.commit()
    case.clerk("work", transition="decide")
    assert case.stored.state == "decided"


def test_over_rest(town, editor):  # noqa: F811
    editor.client.headers.update(town.json)
    listed = editor.client.get(f"{town.url}/@case-workflows").json()
    assert [item["id"] for item in listed["items"]] == definitions.ids()
    assert listed["items"][0]["states"]["received"]["title"] == "Eingegangen"
    url = f"{town.url}/@case-workflow"
    made = editor.client.post(url, json={"like": CHECK, "title": "Bauantrag"})
    assert made.status_code == 201 and made.json()["id"] == "case_workflow_bauantrag"
    body = {"id": "case_workflow_bauantrag", "states": {"decided": {"title": "Genehmigt"}}}
    changed = editor.client.post(url, json=body)
    assert changed.status_code == 200
    assert changed.json()["states"]["decided"]["title"] == "Genehmigt"
    assert changed.json()["options"] == ["checking"]
    for wrong in (
        {"id": "simple_publication_workflow"},
        {"id": "case_workflow", "title": 3},
        {"id": "case_workflow", "title": " "},
        {"id": "case_workflow", "options": ["hack"]},
        {"id": "case_workflow", "states": {"hack": {}}},
        {"id": "case_workflow", "states": {"received": {"title": []}}},
        {"id": "case_workflow", "states": {"received": {"title": "Entschieden"}}},
        {"id": "case_workflow", "transitions": {"start": {"groups": [1]}}},
        {"like": "news_workflow", "title": "x"},
        {"like": CHECK, "title": " bauantrag"},
        {"id": "case_workflow", "title": "Bauantrag"},
    ):
        assert editor.client.post(url, json=wrong).status_code == 400, wrong
    assert town.clerk.post(url, json=body, headers=town.json).status_code == 401
    assert requests.get(f"{town.url}/@case-workflows", headers=town.json).status_code == 401
    assert "Bauantrag" not in town.clerk.get(f"{town.url}/case-workflows").text
