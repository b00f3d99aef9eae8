"""Fixtures of the catalogue's and the forms' tests."""

from kaarst.services.forms.interfaces import IForm
from plone import api
from plone.app.testing import logout
from plone.app.testing import setRoles
from plone.app.testing import TEST_USER_ID
from tests.chromium import launched
from tests.services.content import make_catalogue

import pytest


# What `redaktion` has.
EDITOR_ROLES = ["Member", "Editor", "Contributor", "Reviewer"]


@pytest.fixture(scope="module")
def chromium():
    with launched() as browser:
        yield browser


@pytest.fixture
def catalogue(portal):
    """The folder /leistungen of a small catalogue; the tests go on as an anonymous reader."""
    setRoles(portal, TEST_USER_ID, ["Manager"])
    folder = make_catalogue(portal)
    logout()
    return folder


@pytest.fixture
def form(portal):
    """A published form, made by an editor."""
    setRoles(portal, TEST_USER_ID, EDITOR_ROLES)
    form = api.content.create(portal, "EasyForm", id="anmeldung", title="Anmeldung bei Zuzug")
    api.content.transition(form, "publish")
    assert IForm.providedBy(form)
    return form
