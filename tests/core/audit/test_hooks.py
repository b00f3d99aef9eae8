"""What a site records by itself: signing in, rights, settings, reading, exports."""

from kaarst.core import audit
from plone import api
from plone.app.testing import setRoles
from plone.app.testing import SITE_OWNER_NAME
from plone.app.testing import SITE_OWNER_PASSWORD
from plone.app.testing import TEST_USER_ID
from plone.app.testing import TEST_USER_NAME
from plone.app.testing import TEST_USER_PASSWORD
from tests.core.audit.test_log import entries

import json
import pytest
import requests
import transaction


def told(log, after=0):
    """`(kind, actor_kind, actor, subject, detail)` of the entries after one."""
    found = [one for one in entries(log) if one.sequence > after]
    assert log.verify().bad is None
    return [
        (one.kind, one.actor_kind, one.actor, one.subject, json.loads(one.detail)) for one in found
    ]


@pytest.fixture
def site(functional_portal, own_log):
    functional_portal.acl_users.userFolderAddUser(
        "buergerin", "Geheim-2026-buergerin", ["Citizen"], []
    )
    setRoles(functional_portal, TEST_USER_ID, ["Manager"])
    transaction.commit()
    return functional_portal


def test_who_signs_in_and_who_does_not(site, own_log):
    url, before = site.absolute_url(), len(entries(own_log))
    with requests.Session() as browser:
        form = {"__ac_name": TEST_USER_NAME, "__ac_password": "Falsch-4711", "buttons.login": "1"}
        assert "__ac" not in browser.post(f"{url}/login", data=form).cookies
        form["__ac_name"] = "Falsch-4711@example.org"
        browser.post(f"{url}/login", data=form)
        form |= {"__ac_name": TEST_USER_NAME, "__ac_password": TEST_USER_PASSWORD}
        browser.post(f"{url}/login", data=form, allow_redirects=False)
        browser.get(f"{url}/logout")
    json_client = {"headers": {"Accept": "application/json"}}
    for name, password in (("buergerin", "Falsch"), ("buergerin", "Geheim-2026-buergerin")):
        requests.post(f"{url}/@login", json={"login": name, "password": password}, **json_client)
    stay = {"allow_redirects": False}
    requests.get(f"{url}/@@usergroup-userprefs", auth=(SITE_OWNER_NAME, "Falsch"), **stay)
    # To a public page an account of the root comes as a visitor, but the password is right.
    requests.get(url, auth=(SITE_OWNER_NAME, SITE_OWNER_PASSWORD))
    for _twice in range(2):
        requests.get(f"{url}/@@overview-controlpanel", auth=(SITE_OWNER_NAME, SITE_OWNER_PASSWORD))
    # Not allowed to, but the password is right.
    citizen = ("buergerin", "Geheim-2026-buergerin")
    requests.get(f"{url}/@@usergroup-userprefs", auth=citizen, **stay)
    found = told(own_log, before)
    for one in found:
        one[4].pop("sender", None)
    citizen = audit.alias("buergerin")
    assert found == [
        ("sign-in-failed", "visitor", "", TEST_USER_ID, {"way": "form", "known": True}),
        ("sign-in-failed", "visitor", "", "", {"way": "form", "known": False}),
        ("sign-in", "staff", TEST_USER_ID, "", {"way": "password"}),
        ("sign-out", "staff", TEST_USER_ID, "", {}),
        ("sign-in-failed", "visitor", "", citizen, {"way": "rest", "known": True}),
        ("sign-in", "citizen", citizen, "", {"way": "password"}),
        ("sign-in-failed", "visitor", "", SITE_OWNER_NAME, {"way": "basic", "known": True}),
        ("sign-in", "staff", SITE_OWNER_NAME, "", {"way": "basic"}),
    ]
    everything = repr(entries(own_log))
    assert "Falsch" not in everything and "buergerin" not in everything.replace("buergerin'", "")


def test_changes_of_rights_and_of_settings(site, own_log):
    before = len(entries(own_log))
    api.user.create(email="anna@kaarst.example", username="anna", password="Geheim-2026-anna")
    api.group.create("pruefer", roles=["Reviewer"])
    api.group.add_user("pruefer", username="anna")
    api.user.grant_roles("anna", roles=["Editor"])
    site.acl_users.userFolderEditUser("anna", "Geheim-2027-anna", ["Editor", "Member"], [])
    api.group.remove_user("pruefer", username="anna")
    api.portal.set_registry_record("plone.enable_self_reg", True)
    api.portal.set_registry_record("plone.smtp_host", "mail.example.org")
    api.portal.set_registry_record("plone.site_title", "Kaarst")
    api.user.delete("anna")
    transaction.commit()
    found = [(subject, detail) for _kind, _by, _who, subject, detail in told(own_log, before)]
    whats = [(subject, detail.get("what") or detail["setting"]) for subject, detail in found]
    for expected in (
        ("anna", "account-made"),
        ("pruefer", "group-made"),
        ("pruefer", "roles"),
        ("anna", "group-joined"),
        ("anna", "roles"),
        ("anna", "password-set"),
        ("anna", "group-left"),
        ("", "plone.enable_self_reg"),
        ("", "plone.smtp_host"),
        ("anna", "account-deleted"),
    ):
        assert expected in whats, whats
    assert ("", {"setting": "plone.enable_self_reg", "before": False, "after": True}) in found
    assert "mail.example.org" not in repr(entries(own_log)) and "anna@" not in repr(
        entries(own_log)
    )
    assert not [one for one in whats if "site_title" in one[1]]
