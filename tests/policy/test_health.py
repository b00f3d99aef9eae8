"""A site that is not the demo city must not open to the demo city's passwords."""

from kaarst.policy.demo.accounts import ACCOUNTS
from kaarst.policy.demo.accounts import PASSWORD
from kaarst.policy.demo.city import DEMO_CITY
from kaarst.policy.health.demo_passwords import DemoPasswords
from plone import api

import pytest


@pytest.fixture
def check(portal):
    api.portal.set_registry_record(DEMO_CITY, False)
    return lambda: DemoPasswords().check(portal)


def add(folder, login, password=PASSWORD):
    folder.source_users.addUser(login, login, password)


def test_a_new_site_is_well(check):
    assert check().state == "ok"


@pytest.mark.parametrize(
    "login", [account.login for account in ACCOUNTS if account.login != "admin"]
)
def test_every_demo_account_is_found(check, portal, login):
    add(portal.acl_users, login)
    found = check()
    assert (found.state, login in found.message) == ("error", True)
    assert PASSWORD not in found.message


def test_it_ends_with_another_password(check, portal):
    add(portal.acl_users, "termine")
    portal.acl_users.source_users.updateUserPassword("termine", "Ein anderes Passwort 4711")
    assert check().state == "ok"


def test_an_account_of_the_same_name_is_no_fault(check, portal):
    add(portal.acl_users, "energie", "Ein anderes Passwort 4711")
    assert check().state == "ok"


def test_zopes_root_is_looked_at_too(check, portal):
    root = portal.getPhysicalRoot()
    root.acl_users.users.addUser("sachbearbeitung", "sachbearbeitung", PASSWORD)
    assert check().message.endswith("sachbearbeitung.")


def test_the_demo_city_may(check, portal):
    add(portal.acl_users, "termine")
    api.portal.set_registry_record(DEMO_CITY, True)
    assert check().state == "ok"


def test_looking_changes_nothing(check, portal):
    add(portal.acl_users, "termine")
    portal._p_jar.savepoint()
    check()
    assert portal._p_jar._registered_objects == []
