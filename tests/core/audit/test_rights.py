"""Rights that are given by the back door: on Plone's pages, over REST, in Zope's, and unseen."""

from kaarst.core import audit
from kaarst.core.audit import kinds
from kaarst.core.audit.comparing import CompareRights
from kaarst.core.audit.comparing import Difference
from kaarst.core.audit.comparing import differences
from kaarst.core.audit.comparing import is_told
from kaarst.core.audit.comparing import Rights
from lxml import html
from plone import api
from plone.app.testing import SITE_OWNER_NAME
from plone.app.testing import SITE_OWNER_PASSWORD
from tests.core.audit.test_hooks import told
from tests.core.audit.test_log import entries

import pytest
import requests
import transaction


JSON = {"Accept": "application/json"}


def test_what_has_changed_since_yesterday():
    before = Rights({"anna": ("Clerk",), "b": ("Editor",)}, {"team": ("anna",)}, {"sharing": {}})
    after = Rights({"anna": ("Manager",)}, {"team": ("b",)}, {"sharing": {"c": ["Editor"]}})
    assert list(differences(before, before)) == []
    assert list(differences(before, after)) == [
        Difference("roles", "anna", before=["Clerk"], after=["Manager"]),
        Difference("roles", "b", before=["Editor"], after=[]),
        Difference("group-joined", "b", "team"),
        Difference("group-left", "anna", "team"),
        Difference("sharing", before={}, after={"c": ["Editor"]}),
    ]


@pytest.mark.parametrize(
    ("one", "log", "expected"),
    [
        (Difference("roles", "a", after=["Manager"]), [], False),
        (Difference("roles", "a", after=["X"]), [("a", {"what": "roles", "after": ["X"]})], True),
        # Somebody else's, or of something else, or overtaken since.
        (Difference("roles", "a", after=["X"]), [("b", {"what": "roles", "after": ["X"]})], False),
        (Difference("roles", "a", after=["X"]), [("a", {"what": "password-set"})], False),
        (
            Difference("roles", "a", after=["Y"]),
            [("a", {"what": "roles", "after": ["X"]}), ("a", {"what": "roles", "after": ["Y"]})],
            False,
        ),
        (Difference("roles", "a", after=[]), [("a", {"what": "account-deleted"})], True),
        (Difference("roles", "a", after=["X"]), [("a", {"what": "account-deleted"})], False),
        (
            Difference("group-joined", "a", "g"),
            [("a", {"what": "group-joined", "group": "g"})],
            True,
        ),
        (
            Difference("group-joined", "a", "g"),
            [("a", {"what": "group-joined", "group": "h"})],
            False,
        ),
        (
            Difference("group-joined", "a", "g"),
            [("a", {"what": "group-left", "group": "g"})],
            False,
        ),
        (Difference("group-left", "a", "g"), [("g", {"what": "group-deleted"})], True),
        (Difference("group-joined", "a", "g"), [("g", {"what": "group-deleted"})], False),
        (Difference("sharing", after={"a": ["X"]}), [("", {"what": "sharing"})], True),
        (Difference("sharing", after={"a": ["X"]}), [("", {"what": "permissions"})], False),
    ],
)
def test_what_the_log_explains(one, log, expected):
    assert is_told(one, [one.subject], log) is expected


@pytest.fixture
def site(functional_portal, own_log):
    for name, roles in (("anna", ["Editor"]), ("carla", ["Citizen"])):
        api.user.create(username=name, email=f"{name}@example.org", password="Geheim-2026-x")
        api.user.grant_roles(username=name, roles=roles)
    api.group.create("team")
    with api.env.adopt_roles(["Manager"]):
        api.content.create(functional_portal, "Document", "seite")
    transaction.commit()
    return functional_portal


def changes(log, after):
    return [
        (who, subject, detail)
        for kind, _by, who, subject, detail in told(log, after)
        if kind == kinds.RIGHTS
    ]


def test_rights_in_a_place_whichever_way_they_are_changed(site, own_log):
    url, page = site.absolute_url(), "/plone/seite"
    admin = requests.Session()
    admin.auth = (SITE_OWNER_NAME, SITE_OWNER_PASSWORD)

    def did(send):
        before = len(entries(own_log))
        assert send().status_code < 400
        return changes(own_log, before)

    def marked(address):
        found = html.fromstring(admin.get(address).text)
        return found.xpath("//input[@name='_authenticator']/@value")[0]

    # Only looked at: nothing is said.
    assert did(lambda: admin.get(f"{url}/seite/@@sharing")) == []
    # Over REST.
    body = {"entries": [{"id": "anna", "roles": {"Editor": True}, "type": "user"}]}
    found = did(lambda: admin.post(f"{url}/seite/@sharing", json=body, headers=JSON))
    assert found == [
        (SITE_OWNER_NAME, "", {
            "what": "sharing", "path": page, "before": {}, "after": {"anna": ["Editor"]},
        }),
    ]  # fmt: skip
    # On Plone's page: the inheritance is switched off, and a citizen stands there by the alias.
    form = {
        "_authenticator": marked(f"{url}/seite/@@sharing"),
        "form.submitted": "1", "form.button.Save": "Save",
        "entries.id:records": ["anna", "carla"], "entries.type:records": ["user", "user"],
    }  # fmt: skip
    fields = [
        *((name, value) for name, value in form.items() if isinstance(value, str)),
        ("entries.id:records", "carla"), ("entries.type:records", "user"),
        ("entries.role_Reader:records", "True"),
    ]  # fmt: skip
    found = did(lambda: admin.post(f"{url}/seite/@@sharing", data=fields))
    citizen = audit.alias("carla")
    assert found == [
        (SITE_OWNER_NAME, "", {
            "what": "sharing", "path": page,
            "before": {}, "after": {"*": ["-"], citizen: ["Reader"]},
        }),
    ]  # fmt: skip
    # In Zope's management interface.
    token = marked(f"{url}/seite/@@sharing")
    fields = {"userid": "anna", "roles:list": "Manager", "_authenticator": token}
    found = did(lambda: admin.post(f"{url}/seite/manage_setLocalRoles", data=fields))
    assert found[0][2]["after"] == {"anna": ["Manager"]}
    assert found[0][2]["before"] == {"anna": ["Editor"]}
    fields = {
        "permission_to_manage": "kaarst.core: Manage town settings", "roles:list": "Member",
        "_authenticator": token,
    }  # fmt: skip
    found = did(lambda: admin.post(f"{url}/manage_permission", data=fields))
    assert found == [
        (SITE_OWNER_NAME, "", {
            "what": "permissions", "path": "/plone",
            "before": {"kaarst_core__Manage_town_settings": ["Manager", "Site Administrator", "+"]},
            "after": {"kaarst_core__Manage_town_settings": ["Member"]},
        }),
    ]  # fmt: skip
    # People and groups over REST and in the user folder.
    body = {"roles": {"Contributor": True}}
    found = did(lambda: admin.patch(f"{url}/@users/anna", json=body, headers=JSON))
    assert ("anna", "roles") in [(subject, one["what"]) for _who, subject, one in found]
    found = did(lambda: admin.patch(
        f"{url}/@groups/team", json={"users": {"anna": True}}, headers=JSON
    ))  # fmt: skip
    assert [(subject, one["what"]) for _who, subject, one in found] == [("anna", "group-joined")]
    fields = {"role_id": "Reviewer", "principal_ids:list": "anna", "_authenticator": token}
    roles = f"{url}/acl_users/portal_role_manager/manage_assignRoleToPrincipals"
    found = did(lambda: admin.post(roles, data=fields))
    assert "Reviewer" in found[0][2]["after"] and found[0][1] == "anna"
    fields = {"group_id": "team", "principal_ids:list": "anna", "_authenticator": token}
    group = f"{url}/acl_users/source_groups/manage_removePrincipalsFromGroup"
    assert did(lambda: admin.post(group, data=fields))[0][2]["what"] == "group-left"


def test_what_no_event_told_is_found_the_day_after(site, own_log):
    job, folder = CompareRights(), site.acl_users

    def run():
        before = len(entries(own_log))
        job.run(site)
        transaction.commit()
        return changes(own_log, before)

    assert run() == []
    # What was told is not said once more.
    api.user.grant_roles(username="anna", roles=["Reviewer"])
    api.group.add_user("team", username="anna")
    transaction.commit()
    assert run() == []
    # Past every method: as when a transaction is undone or a database restored.
    folder.portal_role_manager._principal_roles["anna"] = ("Manager",)
    folder.portal_role_manager._principal_roles["carla"] = ("Citizen", "Editor")
    folder.source_groups._principal_groups["anna"] = ()
    site.__ac_local_roles__ = {**site.__ac_local_roles__, "carla": ["Editor"]}
    transaction.commit()
    found = run()
    citizen = audit.alias("carla")
    assert [who for who, *_rest in found] == [""] * 4
    assert [(subject, one["what"], one["how"]) for _who, subject, one in found] == [
        ("anna", "roles", "found"), (citizen, "roles", "found"),
        ("anna", "group-left", "found"), ("", "sharing", "found"),
    ]  # fmt: skip
    assert found[0][2]["after"] == ["Manager"] and "Reviewer" in found[0][2]["before"]
    assert found[3][2]["after"] == {citizen: ["Editor"]}
    assert run() == []
    # An account that is deleted explains what goes with it, also the citizen's.
    with api.env.adopt_roles(["Manager"]):
        api.user.delete("carla")
        api.group.delete("team")
    transaction.commit()
    assert [one for one in run() if one[2]["what"] == "roles"] == []
