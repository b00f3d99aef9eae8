"""Creating towns, as the console script does."""

from kaarst.policy.create import create
from kaarst.policy.demo.accounts import ACCOUNTS
from kaarst.policy.demo.accounts import PASSWORD
from plone.app.testing import login
from plone.app.testing import SITE_OWNER_NAME
from zope.component.hooks import setSite
from zope.globalrequest import setRequest

import pytest


@pytest.fixture
def root(functional):
    app = functional["app"]
    login(app, SITE_OWNER_NAME)
    setRequest(functional["request"])
    yield app
    setSite(functional["portal"])


@pytest.fixture
def demo(root):
    said = []
    assert create(root, "kaarst", "Kaarst", True, said.append)
    setSite(root["kaarst"])
    return root["kaarst"]


def test_the_second_call_finds_the_town_and_its_accounts_are_there(root, demo):
    said = []
    assert create(root, "kaarst", "Kaarst", True, said.append) is False
    assert "nothing to do" in said[0]
    for account in ACCOUNTS:
        assert demo.acl_users.authenticate(account.login, PASSWORD, demo.REQUEST)
