"""No way in: an editor cannot make a form run code, by whichever way the model comes.

Each test tries one way, looks at what is stored, sends the form as a citizen and asserts that
nothing ran.
"""

from email.message import EmailMessage
from kaarst.services.forms.interfaces import DEFAULT_FIELDS
from plone import api
from plone.app.testing import setRoles
from plone.app.testing import SITE_OWNER_NAME
from plone.app.testing import SITE_OWNER_PASSWORD
from plone.app.testing import TEST_USER_ID
from plone.app.testing import TEST_USER_NAME
from plone.app.testing import TEST_USER_PASSWORD
from tests.services.conftest import EDITOR_ROLES
from tests.services.evil_models import ACTION_NAMES
from tests.services.evil_models import assert_untouched
from tests.services.evil_models import BAD_ACTIONS
from tests.services.evil_models import DEFAULT
from tests.services.evil_models import EXPRESSION
from tests.services.evil_models import OVERRIDES
from tests.services.evil_models import SCRIPT

import json
import pytest
import re
import requests
import transaction


class Site:
    """A site behind a real server, with a form and its editor."""

    def __init__(self, portal):
        self.portal = portal
        setRoles(portal, TEST_USER_ID, EDITOR_ROLES)
        self.form = api.content.create(portal, "EasyForm", id="anmeldung", title="Anmeldung")
        api.content.transition(self.form, "publish")
        transaction.commit()
        self.editor = requests.Session()
        self.editor.auth = (TEST_USER_NAME, TEST_USER_PASSWORD)
        self.manager = requests.Session()
        self.manager.auth = (SITE_OWNER_NAME, SITE_OWNER_PASSWORD)
        self.json = {"Accept": "application/json"}

    def url(self, path=""):
        return f"{self.form.absolute_url()}{path}"

    def token(self, who, path):
        """The authenticator of a page the user may see."""
        page = who.get(self.url(path)).text
        found = re.search(r'_authenticator(?:"[^>]*value="|=)(\w{40})', page)
        return found.group(1) if found else ""

    def submit(self):
        """Sends the form as a citizen and asserts that nothing but a case came of it."""
        transaction.begin()
        desk = self.portal["vorgaenge"]
        before = len(desk)
        form = {"q_name": "Erika Mustermann", "q_message": "Guten Tag", "q_a": "x"}
        answer = requests.post(self.url(), data=form)
        assert answer.status_code in (200, 400)
        transaction.begin()
        assert self.portal.Title() != "OWNED"
        assert len(desk) - before == (1 if answer.status_code == 200 else 0)
        return answer

    def assert_nothing_happened(self):
        transaction.begin()
        assert_untouched(self.form)
        assert self.submit().status_code == 200


@pytest.fixture
def site(functional_portal):
    return Site(functional_portal)


@pytest.mark.parametrize("source", BAD_ACTIONS, ids=ACTION_NAMES)
@pytest.mark.parametrize("who", ["editor", "manager"])
def test_patch_of_actions(site, who, source):
    answer = getattr(site, who).patch(site.url(), json={"actions_model": source}, headers=site.json)
    assert answer.status_code == 400
    site.assert_nothing_happened()


@pytest.mark.parametrize("who", ["editor", "manager"])
def test_patch_of_fields(site, who):
    answer = getattr(site, who).patch(site.url(), json={"fields_model": DEFAULT}, headers=site.json)
    assert answer.status_code == 400
    site.assert_nothing_happened()


@pytest.mark.parametrize("who", ["editor", "manager"])
def test_patch_of_everything_else(site, who):
    body = dict.fromkeys(OVERRIDES, EXPRESSION)
    body.update(method="get", CSRFProtection=False, forceSSL=True, title="Neu")
    answer = getattr(site, who).patch(site.url(), json=body, headers=site.json)
    assert answer.status_code == 204
    transaction.begin()
    assert site.form.Title() == "Neu"
    site.assert_nothing_happened()


def test_patch_with_null(site):
    body = {"method": None, "CSRFProtection": None, "actions_model": None, "fields_model": None}
    assert site.editor.patch(site.url(), json=body, headers=site.json).status_code == 400
    site.assert_nothing_happened()


@pytest.mark.parametrize("who", ["editor", "manager"])
@pytest.mark.parametrize(
    "body",
    [{"actions_model": SCRIPT}, {"fields_model": DEFAULT}],
    ids=["actions", "fields"],
)
def test_post_of_a_new_form(site, who, body):
    data = {"@type": "EasyForm", "id": "neu", "title": "Neu", **body}
    url = site.portal.absolute_url()
    answer = getattr(site, who).post(url, json=data, headers=site.json)
    assert answer.status_code == 400
    transaction.begin()
    assert "neu" not in site.portal


def test_post_of_a_new_form_with_overrides(site):
    data = {"@type": "EasyForm", "id": "neu", "title": "Neu", "method": "get"}
    data.update(dict.fromkeys(OVERRIDES, EXPRESSION))
    url = site.portal.absolute_url()
    assert site.editor.post(url, json=data, headers=site.json).status_code == 201
    transaction.begin()
    assert_untouched(site.portal["neu"])


@pytest.mark.parametrize("source", BAD_ACTIONS, ids=ACTION_NAMES)
def test_xml_editor_of_actions(site, source):
    path = "/actions/@@modeleditor"
    data = {"source": source, "form.button.save": "1"}
    assert site.editor.post(site.url(path), data=data, allow_redirects=False).status_code == 302
    site.assert_nothing_happened()
    data["_authenticator"] = site.token(site.manager, path)
    assert data["_authenticator"]
    refused = site.manager.post(site.url(path), data=data)
    assert refused.status_code == 400, refused.text[-3000:]
    assert 'role="alert"' in refused.text
    site.assert_nothing_happened()


def test_xml_editor_of_fields(site):
    path = "/fields/@@modeleditor"
    data = {"source": DEFAULT, "form.button.save": "1"}
    assert site.editor.post(site.url(path), data=data, allow_redirects=False).status_code == 302
    data["_authenticator"] = site.token(site.manager, path)
    refused = site.manager.post(site.url(path), data=data)
    assert refused.status_code == 400, refused.text[-3000:]
    assert "TDefault" in refused.text
    site.assert_nothing_happened()


def test_xml_editor_takes_what_is_allowed(site):
    path = "/fields/@@modeleditor"
    source = DEFAULT_FIELDS.replace("Ihr Anliegen", "Ihre Frage")
    data = {"source": source, "_authenticator": site.token(site.manager, path)}
    assert site.manager.post(site.url(path), data=data).status_code == 200
    transaction.begin()
    assert "Ihre Frage" in site.form.fields_model
    # Without the token nothing is stored.
    data = {"source": DEFAULT_FIELDS}
    site.manager.post(site.url(path), data=data)
    transaction.begin()
    assert "Ihre Frage" in site.form.fields_model


def add_action(site, who, factory):
    path = "/actions/@@add-action"
    return who.post(
        site.url(path),
        data={
            "_authenticator": site.token(who, path),
            "form.widgets.title": "Evil",
            "form.widgets.__name__": "evil",
            "form.widgets.factory:list": factory,
            "form.buttons.add": "Add",
        },
    )


ACTIONS = ["label_customscript_action", "label_mailer_action", "Custom Script", "Mailer"]


@pytest.mark.parametrize("factory", ACTIONS)
@pytest.mark.parametrize("who", ["editor", "manager"])
def test_action_editor_adds_nothing_else(site, who, factory):
    answer = add_action(site, getattr(site, who), factory)
    assert answer.status_code == 200
    site.assert_nothing_happened()


def test_field_editor_adds_a_field(site):
    path = "/fields/@@add-field"
    page = site.editor.get(site.url(path)).text
    assert "Python" not in page
    assert "Password" not in page
    site.editor.post(
        site.url(path),
        data={
            "_authenticator": site.token(site.editor, path),
            "form.widgets.title": "Ihre Telefonnummer",
            "form.widgets.factory:list": "label_textline_field",
            "form.widgets.fieldset_id": "0",
            "form.widgets.required-empty-marker": "1",
            "form.buttons.add": "Add",
        },
    )
    transaction.begin()
    assert 'name="ihre_telefonnummer"' in site.form.fields_model
    assert "Ihre Telefonnummer" not in requests.get(site.url()).text
    assert "Ihre Telefonnummer" in site.editor.get(site.url("/@@form-preview")).text


def test_field_editor_adds_no_reserved_name(site):
    path = "/fields/@@add-field"
    answer = site.editor.post(
        site.url(path),
        data={
            "_authenticator": site.token(site.editor, path),
            "form.widgets.title": "Evil",
            "form.widgets.__name__": "a.b",
            "form.widgets.factory:list": "label_textline_field",
            "form.widgets.fieldset_id": "0",
            "form.widgets.required-empty-marker": "1",
            "form.buttons.add": "Add",
        },
    )
    assert answer.status_code == 200
    transaction.begin()
    assert "a.b" not in site.form.fields_model
    assert 'name="evil"' in site.form.fields_model  # made from the question


@pytest.mark.parametrize("who", ["editor", "manager"])
def test_settings_of_a_field(site, who):
    user = getattr(site, who)
    path = "/fields/name/@@edit"
    page = user.get(site.url(path)).text
    assert "IFieldExtender" not in page
    data = {
        "_authenticator": site.token(user, path),
        "form.widgets.IFieldTitle.title": "Name",
        "form.widgets.title": "Ihr ganzer Name",
        "form.widgets.required:list": "selected",
        "form.widgets.IQuestionOptions.only_if_relation:list": "one_of",
        "form.widgets.IFieldExtender.TDefault": EXPRESSION,
        "IFieldExtender.widgets.TDefault": EXPRESSION,
        "form.widgets.IFieldExtender.validators:list": "isEmail",
        "form.buttons.save": "Save",
    }
    answer = user.post(site.url(path), data=data)
    assert answer.status_code == 200
    transaction.begin()
    assert "Ihr ganzer Name" in site.form.fields_model
    assert "TDefault" not in site.form.fields_model
    assert site.submit().status_code == 200


@pytest.mark.parametrize("who", ["editor", "manager"])
def test_settings_of_the_action(site, who):
    user = getattr(site, who)
    path = "/actions/case/@@edit"
    data = {
        "_authenticator": site.token(user, path),
        "form.widgets.title": "Vorgang anlegen",
        "form.widgets.due_days": "28",
        "form.widgets.IActionExtender.execCondition": EXPRESSION,
        "form.widgets.execCondition": EXPRESSION,
        "form.buttons.save": "Save",
    }
    assert user.post(site.url(path), data=data).status_code == 200
    transaction.begin()
    assert "<due_days>28</due_days>" in site.form.actions_model
    assert "execCondition" not in site.form.actions_model
    assert site.submit().status_code == 200


@pytest.mark.parametrize("who", ["editor", "manager"])
def test_edit_form(site, who):
    user = getattr(site, who)
    page = user.get(site.url("/edit")).text
    for name in (*OVERRIDES, "fields_model", "actions_model", "CSRFProtection", "method"):
        assert f"widgets.{name}" not in page
    data = {
        "_authenticator": site.token(user, "/edit"),
        "form.widgets.IDublinCore.title": "Geändert",
        "form.widgets.proof_mode": "town",
        "form.widgets.login_level": "none",
        "form.widgets.actions_model": SCRIPT,
        "form.widgets.fields_model": DEFAULT,
        "form.widgets.method:list": "get",
        "form.widgets.CSRFProtection-empty-marker": "1",
        "form.buttons.save": "Save",
    }
    data.update({f"form.widgets.{name}": EXPRESSION for name in OVERRIDES})
    assert user.post(site.url("/edit"), data=data).status_code == 200
    transaction.begin()
    assert site.form.Title() == "Geändert"
    site.assert_nothing_happened()


def test_put_over_webdav(site):
    """The fields of content are headers of a message there."""
    mail = EmailMessage()
    mail["title"] = "Neu"
    mail["actions_model"] = SCRIPT.replace("\n", "\\n")
    mail["fields_model"] = DEFAULT.replace("\n", "\\n")
    mail["method"] = "get"
    mail.set_content("")
    for user in (site.editor, site.manager):
        user.put(site.url(), data=mail.as_bytes(), headers={"Content-Type": "message/rfc822"})
        site.assert_nothing_happened()


def test_anonymous_reads_a_form_and_no_models(site):
    answer = requests.get(site.url(), headers=site.json)
    if answer.status_code == 401:
        site.portal.manage_permission("plone.restapi: Use REST API", ["Anonymous"], acquire=1)
        transaction.commit()
        answer = requests.get(site.url(), headers=site.json)
    assert answer.status_code == 200
    shown = answer.json()
    assert shown["title"] == "Anmeldung"
    assert {"fields_model", "actions_model", "savedDataStorage"}.isdisjoint(shown)
    assert "due_days" not in json.dumps(shown)
    mine = site.editor.get(site.url(), headers=site.json).json()
    assert mine["fields_model"] == DEFAULT_FIELDS
