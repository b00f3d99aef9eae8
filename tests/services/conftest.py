"""Fixtures of the catalogue's tests."""

from plone.app.testing import logout
from plone.app.testing import setRoles
from plone.app.testing import TEST_USER_ID
import pytest
from tests.services.content import make_catalogue


@pytest.fixture
def catalogue(portal):
    """The folder /leistungen of a small catalogue; the tests go on as an anonymous reader."""
    setRoles(portal, TEST_USER_ID, ["Manager"])
    folder = make_catalogue(portal)
    logout()
    return folder
