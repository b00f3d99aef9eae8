"""No way in beside the editors' pages: copies, imports, the database itself, forms of easyform's own."""

from collective.easyform.content import EasyForm
from kaarst.services.forms.content import EMPTY
from kaarst.services.forms.content import Form
from plone import api
from plone.app.testing import login
from plone.app.testing import logout
from plone.app.testing import SITE_OWNER_NAME
from tests.services.evil_models import assert_untouched
from tests.services.evil_models import DEFAULT
from tests.services.evil_models import EXPRESSION
from tests.services.evil_models import OVERRIDES
from tests.services.evil_models import SCRIPT
from zExceptions import NotFound
from zExceptions import Unauthorized

import json
import pytest


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
