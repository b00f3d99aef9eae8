"""The data protection officer searches; what they do is recorded; nobody else may, and nobody can write."""

from kaarst.core import audit
from kaarst.core import reference
from kaarst.core.audit import asking
from kaarst.core.audit import kinds
from lxml import html
from tests.core.audit.test_hooks import told
from tests.core.audit.test_log import entries

import csv
import io
import pytest
import re
import requests
import transaction


OFFICER = ("datenschutz", "geheimes Wort 2026!")
JSON = {"Accept": "application/json", "Accept-Language": "de"}


@pytest.fixture
def officer(functional_portal, own_log):
    functional_portal.portal_registry["plone.default_language"] = "de"
    users = functional_portal.acl_users
    users.userFolderAddUser(*OFFICER, ["Member", "Data Protection Officer"], [])
    users.userFolderAddUser("clerk", OFFICER[1], ["Member", "Clerk", "Editor"], [])
    for number in range(60):
        detail = {"page": "view", "department": "Bürgerbüro"}
        audit.record(kinds.READ, f"VG-{number}", detail, actor="anna", actor_kind=kinds.STAFF)
    audit.record(kinds.SIGN_IN_FAILED, "=1+1", actor="", actor_kind=kinds.VISITOR)
    transaction.commit()
    session = requests.Session()
    session.auth = OFFICER
    return session


def test_searching_paging_and_saving(functional_portal, officer, own_log):
    url = f"{functional_portal.absolute_url()}/@@audit-log"
    page = officer.get(url)
    assert page.headers["Cache-Control"] == "no-store"
    token = re.search(r'_authenticator"[^>]*value="(\w+)"', page.text).group(1)

    def press(button, **data):
        return officer.post(url, data={**data, button: "1", "_authenticator": token})

    def rows(answer):
        texts = html.fromstring(answer.content).xpath("//ol/li[@class='border-top py-2']")
        return [" ".join(one.text_content().split()) for one in texts]

    found = press("search", subject="VG-7", actor="anna", kind="read")
    assert len(rows(found)) == 1
    assert (
        "Personenbezogene Daten gelesen" in rows(found)[0] and "anna (Verwaltung)" in rows(found)[0]
    )
    assert "Seite: view · Bereich: Bürgerbüro" in rows(found)[0]
    first = press("search", actor="anna")
    before = html.fromstring(first.content).xpath("//input[@name='before']/@value")[0]
    second = press("older", actor="anna", before=before)
    assert (len(rows(first)), len(rows(second))) == (50, 10)
    assert not set(rows(first)) & set(rows(second))
    assert "Es wurde nichts gefunden." in press("search", subject="VG-999").text
    wrong = press("search", **{"from": "31.1.", "kind": "reading", "actor": "anna<b>"})
    assert wrong.status_code == 400
    assert "Das ist kein Datum." in wrong.text and 'value="anna&lt;b&gt;"' in wrong.text
    table = press("csv", kind="sign-in-failed")
    assert table.headers["Content-Disposition"] == 'attachment; filename="protokoll.csv"'
    lines = list(csv.reader(io.StringIO(table.content.decode("utf-8-sig")), delimiter=";"))
    assert lines[1][5] == "'=1+1" and lines[1][7] == next(
        one.hash for one in entries(own_log) if one.kind == "sign-in-failed"
    )
    looked = [one for one in told(own_log) if one[0] in ("log-read", "export")]
    assert ("log-read", "staff", "datenschutz", "VG-7", {"kind": "read", "by": "anna"}) in looked
    assert looked[-1] == ("export", "staff", "datenschutz", "", {"kind": "sign-in-failed", "page": "audit-log"})  # fmt: skip
    # Nothing but the token of the page opens it.
    assert officer.post(url, data={"search": "1"}).status_code == 403


def test_over_rest_and_for_nobody_else(functional_portal, officer, own_log):
    url = functional_portal.absolute_url()

    def post(auth=None, **data):
        client = officer if auth is None else requests
        more = {} if auth is None else {"auth": auth or None}
        return client.post(f"{url}/@audit-log", json=data, headers=JSON, **more)

    answer = post(actor="anna", limit=40)
    assert answer.status_code == 200, answer.text
    items, at = answer.json()["items"], answer.json()["next"]
    assert len(items) == 40 and at == items[-1]["sequence"]
    assert items[0]["detail"] == {"department": "Bürgerbüro", "page": "view"}
    rest = post(actor="anna", before=at).json()
    assert (len(rest["items"]), rest["next"]) == (20, None)
    wrong = post(**{"from": "gestern", "until": 5, "kind": "x", "before": "-1", "limit": 0})
    assert wrong.status_code == 400
    assert {one["field"] for one in wrong.json()["errors"]} == {"from", "until", "kind", "before", "limit"}  # fmt: skip
    clerk = ("clerk", OFFICER[1])
    for auth in (clerk, ()):
        assert post(auth).status_code == 401
        page = requests.get(f"{url}/@@audit-log", auth=auth or None, allow_redirects=False)
        assert page.status_code in (302, 401) and "VG-" not in page.text
    # Another town of the installation sees nothing of this one.
    assert all(one.town == "plone" for one in entries(own_log) if one.subject.startswith("VG-"))


def test_days_are_those_of_berlin(portal):
    wanted, before, errors = asking.read({"from": "2026-07-01", "until": "2026-07-01", "before": 7})
    assert (errors, before, wanted.town) == ({}, 7, "plone")
    assert wanted.until - wanted.first == 24 * 3_600_000
    assert wanted.first == 1_782_856_800_000
    assert asking.read({"from": "2026-07-01T00:00+02:00"})[0].first == wanted.first
    assert set(asking.read({"until": "9999-12-31", "before": True, "kind": "no"})[2]) == {
        "until",
        "kind",
    }


def test_numbers_are_found_in_any_spelling(portal):
    number = reference.new_number("BB")
    typed = number.replace("-", " ").lower()
    assert asking.read({"subject": f" {typed} "})[0].subject == number
    assert asking.read({"subject": "anna"})[0].subject == "anna"
