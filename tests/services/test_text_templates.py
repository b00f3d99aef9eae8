"""Text templates: who writes them, what may stand in them, where they are offered."""

from kaarst.services.cases.decisions.issue import templates
from kaarst.services.documents.interfaces import MESSAGE
from plone import api
from plone.app.testing import setRoles
from plone.app.testing import SITE_OWNER_NAME
from plone.app.testing import SITE_OWNER_PASSWORD
from plone.app.testing import TEST_USER_ID
from pypdf import PdfReader
from tests.services.conftest import EDITOR_ROLES
from tests.services.test_case_pages import town  # noqa: F401
from tests.services.test_decisions import REMEDY
from tests.services.test_decisions import template

import io
import pytest
import requests
import transaction


@pytest.fixture
def editor(town):  # noqa: F811
    """A client with an editor's rights."""
    setRoles(town.portal, TEST_USER_ID, EDITOR_ROLES)
    transaction.commit()
    town.clerk.headers.update(town.json)
    return town.clerk


def add(town, editor, **fields):  # noqa: F811
    body = {"@type": "TextTemplate", "title": "Neu", "kind": "decision", "remedy": REMEDY}
    return editor.post(f"{town.url}/vorlagen", json={**body, **fields})


def test_an_editor_writes_one(town, editor):  # noqa: F811
    made = add(town, editor, text="Guten Tag {name}: {Antwort:barrier} {nummer}")
    assert made.status_code == 201, made.text
    transaction.begin()
    (stored,) = town.portal["vorlagen"].objectValues()
    assert stored.text.endswith("{nummer}") and stored.offered
    changed = editor.patch(made.json()["@id"], json={"text": "Hallo {vorname}"})
    assert changed.status_code == 400 and "{vorname}" in changed.text
    page = editor.get(made.json()["@id"], headers={"Accept": "text/html"}).text
    assert "Erika Mustermann" in page and "{answer:barrier}" in page
    pdf = editor.get(f"{made.json()['@id']}/@@preview", headers={"Accept": "*/*"})
    assert "Erika Mustermann" in PdfReader(io.BytesIO(pdf.content)).pages[0].extract_text()


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": "{pin}"},
        {"text": "{name"},
        {"text": "{answer:no_such_question}"},
        {"text": "{answer:proof}"},
        {"text": "ok", "heading": "{sealed_pin}"},
        {"text": "ok", "remedy": "  "},
        {"text": "ok", "remedy": "{x}"},
        {"text": "ok", "forms": ["no-such-form"]},
        {"text": "x" * 20_001},
        {},
    ],
)
def test_what_cannot_be_filled_is_refused(town, editor, wrong):  # noqa: F811
    assert add(town, editor, **wrong).status_code == 400
    transaction.begin()
    assert not town.portal["vorlagen"].objectIds()


def test_nobody_else_reads_or_writes_them(town):  # noqa: F811
    made = template(town.portal)
    url = made.absolute_url()
    assert REMEDY in town.clerk.get(url).text
    assert town.clerk.patch(url, json={"title": "x"}, headers=town.json).status_code == 401
    assert add(town, town.clerk, text="ok").status_code != 201
    stranger = requests.get(url)
    assert REMEDY not in stranger.text
    assert REMEDY not in requests.get(f"{town.url}/vorlagen", headers=town.json).text
    setRoles(town.portal, TEST_USER_ID, ["Member"])
    transaction.commit()
    assert REMEDY not in town.clerk.get(url).text
    found = town.clerk.get(f"{town.url}/@search?portal_type=TextTemplate", headers=town.json)
    assert found.json()["items_total"] == 0


def test_it_is_offered_where_it_belongs(town):  # noqa: F811
    number = town.send()["number"]
    transaction.begin()
    case = town.desk[number]
    own, other = town.upload.UID(), town.form.UID()
    template(town.portal, title="Für alle")
    template(town.portal, title="Für dieses", forms=[own])
    template(town.portal, title="Für ein anderes", forms=[other])
    template(town.portal, title="Entwurf", offered=False)
    template(town.portal, title="Nachricht", kind=MESSAGE)
    offered = [item.title for item in templates(case).values()]
    assert offered == ["Für alle", "Für dieses"]
    assert [item.title for item in templates(case, MESSAGE).values()] == ["Nachricht"]
    api.content.delete(town.upload)
    assert [item.title for item in templates(case).values()] == ["Für alle"]


def test_the_edit_form_says_what_is_wrong_beside_the_field(town):  # noqa: F811
    made = template(town.portal)
    manager = requests.Session()
    manager.auth = (SITE_OWNER_NAME, SITE_OWNER_PASSWORD)
    page = manager.get(f"{made.absolute_url()}/edit").text
    token = page.split('name="_authenticator"')[1].split('value="')[1].split('"')[0]
    answer = manager.post(
        f"{made.absolute_url()}/edit",
        data={
            "form.widgets.IBasic.title": "Bewilligung",
            "form.widgets.kind:list": "decision",
            "form.widgets.text": "Hallo {vorname}",
            "form.widgets.remedy": REMEDY,
            "form.buttons.save": "Save",
            "_authenticator": token,
        },
    )
    assert "There is no placeholder {vorname}" in answer.text
    assert "Hallo {vorname}" in answer.text
    transaction.begin()
    assert "vorname" not in made.text
