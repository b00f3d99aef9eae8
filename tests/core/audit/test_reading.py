"""Lists with names are read once a day; what cannot be recorded is not shown."""

from kaarst.core import audit
from plone.app.testing import login
from plone.app.testing import logout
from plone.app.testing import TEST_USER_ID
from plone.app.testing import TEST_USER_NAME
from tests.core.audit.test_hooks import told
from tests.services.test_case_pages import Town

import pytest
import requests
import transaction


@pytest.fixture
def town(functional_portal, own_log):
    return Town(functional_portal)


def test_who_looks_at_a_list_all_day_has_read_it_once(town, own_log):
    def look(*numbers, page="day"):
        audit.seen(numbers, page, department="Bürgerbüro")
        transaction.commit()

    transaction.commit()
    before = len(told(own_log))
    look("TE-1", "TE-2", "")
    look("TE-2", "TE-3")
    look("TE-1", page="route")
    town.portal.acl_users.userFolderAddUser("citizen", "Geheim-2026-c", ["Citizen"], [])
    transaction.commit()
    login(town.portal, "citizen")
    look("TE-4")
    logout()
    look("TE-5")
    login(town.portal, TEST_USER_NAME)
    found = [one for one in told(own_log, before) if one[0] == "read"]
    assert [(one[2], one[3], one[4]["page"]) for one in found] == [
        (TEST_USER_ID, "TE-1", "day"),
        (TEST_USER_ID, "TE-2", "day"),
        (TEST_USER_ID, "TE-3", "day"),
        (TEST_USER_ID, "TE-1", "route"),
    ]
    assert {one[4]["department"] for one in found} == {"Bürgerbüro"}


def test_what_cannot_be_recorded_is_not_shown(town, own_log, tmp_path, monkeypatch):
    url = f"{town.url}/vorgaenge/{town.send()['number']}"
    assert "Erika" in town.clerk.get(url).text
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("KAARST_AUDIT_URL", f"sqlite:///{tmp_path}/file/audit.sqlite")
    answer = town.clerk.get(url)
    assert answer.status_code == 503 and "Erika" not in answer.text
    answer = town.clerk.get(f"{url}/@notes", headers=town.json)
    assert answer.status_code == 503
    # Whoever is not recorded is served; the monitor hears of it.
    assert town.post("nachweis/@form", {}).status_code == 400
    assert requests.get(town.url).status_code == 200
    checks = requests.get(f"{town.url}/@health", headers=town.json).json()["checks"]
    assert {"name": "audit", "state": "error"} in checks
