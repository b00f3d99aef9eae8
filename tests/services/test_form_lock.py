"""No way in: an editor cannot make a form run code, by whichever way the model comes.

Each test tries one way, looks at what is stored, sends the form as a citizen and asserts that
nothing ran.
"""

from collective.easyform.content import EasyForm
from email.message import EmailMessage
from kaarst.services.forms.content import EMPTY
from kaarst.services.forms.content import Form
from kaarst.services.forms.interfaces import DEFAULT_ACTIONS
from kaarst.services.forms.interfaces import DEFAULT_FIELDS
from plone import api
from plone.app.testing import login
from plone.app.testing import logout
from plone.app.testing import setRoles
from plone.app.testing import SITE_OWNER_NAME
from plone.app.testing import SITE_OWNER_PASSWORD
from plone.app.testing import TEST_USER_ID
from plone.app.testing import TEST_USER_NAME
from plone.app.testing import TEST_USER_PASSWORD
from tests.services.conftest import EDITOR_ROLES
from zExceptions import NotFound
from zExceptions import Unauthorized

import json
import pytest
import re
import requests
import transaction


NS = "http://namespaces.plone.org/supermodel"
SCRIPT = f"""<model xmlns="{NS}/schema"><schema>
<field name="evil" type="collective.easyform.actions.CustomScript">
<title>Evil</title><ProxyRole>Manager</ProxyRole>
<ScriptBody>context.portal_url.getPortalObject().manage_changeProperties(title='OWNED')</ScriptBody>
</field></schema></model>"""
CONDITION = f"""<model xmlns="{NS}/schema" xmlns:easyform="{NS}/easyform"><schema>
<field name="case" type="kaarst.services.forms.action.CaseAction"
 easyform:execCondition="python:portal.manage_changeProperties(title='OWNED')">
<title>Case</title></field></schema></model>"""
MAILER = f"""<model xmlns="{NS}/schema"><schema>
<field name="mail" type="collective.easyform.actions.Mailer"><title>Mail</title>
<recipient_email>evil@example.org</recipient_email>
<body_pt>&lt;p tal:content="python:portal.manage_changeProperties(title='OWNED')" /&gt;</body_pt>
</field></schema></model>"""
DEFAULT = f"""<model xmlns="{NS}/schema" xmlns:easyform="{NS}/easyform"><schema>
<field name="a" type="zope.schema.TextLine"
 easyform:TDefault="python:portal.manage_changeProperties(title='OWNED')"><title>A</title></field>
</schema></model>"""
BAD_ACTIONS = [SCRIPT, CONDITION, MAILER]
ACTION_NAMES = ["script", "condition", "mailer"]
EXPRESSION = "python:portal.manage_changeProperties(title='OWNED')"
OVERRIDES = (
    "thanksPageOverride",
    "formActionOverride",
    "onDisplayOverride",
    "afterValidationOverride",
    "headerInjection",
    "submitLabelOverride",
)


def assert_untouched(form):
    assert form.actions_model == DEFAULT_ACTIONS
    assert form.fields_model == DEFAULT_FIELDS
    assert (form.method, form.CSRFProtection) == ("post", True)
    assert {getattr(form, name) for name in OVERRIDES} == {""}


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


def test_copy_and_paste_keep_the_rules(portal, form):
    copied = api.content.copy(form, portal, id="kopie")
    assert_untouched(copied)
    with pytest.raises(ValueError):
        copied.actions_model = SCRIPT
    assert_untouched(copied)


def test_a_model_put_into_the_database_by_other_means_is_not_used(portal, form):
    """An object file, a script in a debugger, an old copy."""
    form.__dict__["_actions_model"] = SCRIPT
    form.__dict__["actions_model"] = SCRIPT
    form.__dict__["_fields_model"] = DEFAULT
    form.__dict__["fields_model"] = DEFAULT
    form.__dict__["headerInjection"] = EXPRESSION
    form._p_changed = True
    assert form.actions_model == EMPTY
    assert form.fields_model == EMPTY
    assert form.headerInjection == ""
    request = portal.REQUEST.clone()
    page = form.restrictedTraverse("@@view")
    page.request = request
    assert "OWNED" not in portal.Title()
    page()
    assert "OWNED" not in portal.Title()


def test_attributes_that_ran_expressions_are_constants(form):
    for name in OVERRIDES:
        setattr(form, name, EXPRESSION)
    form.method = "get"
    form.CSRFProtection = False
    assert_untouched(form)


def test_content_import_goes_through_the_same_check(portal, form):
    """plone.exportimport deserialises JSON; so does the import of an exported form."""
    from plone.restapi.interfaces import IDeserializeFromJson
    from zExceptions import BadRequest
    from zope.component import getMultiAdapter

    login(portal.aq_parent, SITE_OWNER_NAME)
    request = portal.REQUEST.clone()
    request["BODY"] = json.dumps({"actions_model": SCRIPT, "fields_model": DEFAULT})
    with pytest.raises(BadRequest) as refused:
        getMultiAdapter((form, request), IDeserializeFromJson)(validate_all=False)
    assert {error["field"] for error in refused.value.args[0]} == {"actions_model", "fields_model"}
    assert_untouched(form)


def test_supermodel_never_sees_what_is_refused(form, monkeypatch):
    """Reading a model resolves the dotted names in it, so the check comes first."""
    from kaarst.services.forms import models

    seen = []
    monkeypatch.setattr(models, "loadString", seen.append)
    with pytest.raises(ValueError):
        form.fields_model = DEFAULT
    assert seen == []


class TestFormsOfEasyformItself:
    """Made before kaarst.services was installed, or after easyform's profile was applied again."""

    @pytest.fixture
    def old(self, portal):
        form = EasyForm("alt", title="Alt", portal_type="EasyForm")
        form.actions_model, form.fields_model = SCRIPT, DEFAULT
        form.headerInjection = EXPRESSION
        portal._setObject("alt", form, suppress_events=True)
        assert not isinstance(portal["alt"], Form)
        return portal["alt"]

    @pytest.mark.parametrize("name", ["view", "fields", "actions", "embedded", "saveddata"])
    def test_are_not_opened(self, portal, old, name):
        login(portal.aq_parent, SITE_OWNER_NAME)
        with pytest.raises((NotFound, Unauthorized)):
            old.restrictedTraverse(f"@@{name}")()
        assert portal.Title() != "OWNED"
        logout()
