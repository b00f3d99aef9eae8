"""The accounts of the demo city have exactly the rights their work needs, and their people do not exist."""

from kaarst.policy.demo import accounts
from kaarst.policy.demo import city
from pathlib import Path
from plone import api

import kaarst.policy.demo
import pytest
import re


CONTENT = Path(kaarst.policy.demo.__file__).parent / "content"
ROLES = {
    "admin": {"Manager"},
    "redaktion": {"Contributor", "Editor", "Reviewer"},
    "sachbearbeitung": {"Clerk", "Desk Staff"},
    "sachbearbeitung-steuern": {"Clerk"},
    "termine": {"Desk Manager", "Desk Staff"},
    "energie": {"Meter Manager", "Tree Keeper"},
    "buerger": {"Citizen"},
}
PUBLIC = {"Member", "Authenticated", "Anonymous"}


@pytest.fixture
def people(portal):
    city.accounts(portal)
    return portal.acl_users


def may(login, permission, context):
    return api.user.has_permission(permission, username=login, obj=context)


def test_the_list_is_that_of_the_design():
    assert {account.login for account in accounts.ACCOUNTS} == set(ROLES)


@pytest.mark.parametrize("login", ROLES)
def test_each_account_has_exactly_its_roles(people, login):
    given = set(people.getUserById(login).getRoles()) - PUBLIC
    assert given == ROLES[login]


@pytest.mark.parametrize("login", sorted(set(ROLES) - {"admin"}))
def test_nobody_but_the_administration_manages_the_site(people, portal, login):
    for permission in ("Manage portal", "Manage users", "Plone Site Setup: Overview"):
        assert not may(login, permission, portal), permission


@pytest.mark.parametrize("login", ["redaktion", "termine", "energie", "buerger"])
def test_only_clerks_see_cases(people, portal, login):
    desk = portal["vorgaenge"]
    assert not may(login, "kaarst.services: View cases", desk)
    assert may("sachbearbeitung", "kaarst.services: View cases", desk)
    assert not may("sachbearbeitung", "Modify portal content", portal["vorgaenge"])


def test_addresses_lead_to_nobody():
    """Mail addresses of the demo city are of a domain that can never exist (RFC 2606)."""
    texts = [path.read_text(encoding="utf-8") for path in CONTENT.rglob("*.md")]
    texts += [path.read_text(encoding="utf-8") for path in CONTENT.rglob("*.yaml")]
    texts.append((CONTENT.parent / "town.yaml").read_text(encoding="utf-8"))
    found = {
        address for text in texts for address in re.findall(r"[\w.+-]+@([\w-]+(?:\.[\w-]+)+)", text)
    }
    assert found and all(domain.endswith((".example", "example.org")) for domain in found), found


def test_people_have_names_of_the_sample():
    """Who is named as head or contact is called Muster-something."""
    heads = {
        value.strip().strip("\"'")
        for path in CONTENT.rglob("*.yaml")
        for value in re.findall(r"^\s*(?:- )?leader: (.+)$", path.read_text("utf-8"), re.M)
    }
    assert heads and all("Muster" in name for name in heads), heads
    assert all("Muster" in account.name for account in accounts.ACCOUNTS)
