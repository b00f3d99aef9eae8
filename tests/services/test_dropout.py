"""How many reached which step of a form: the figures, and the counting from the form's page."""

from html import unescape
from kaarst.services.statistics import store
from kaarst.services.statistics.dropout import Reached
from kaarst.services.statistics.dropout import report
from kaarst.services.statistics.dropout import Row
from kaarst.services.statistics.dropout import SENT
from kaarst.services.statistics.picture import steps
from kaarst.services.statistics.store import Statistics
from lxml import etree
from plone import api
from plone.app.testing import setRoles
from plone.app.testing import SITE_OWNER_NAME
from plone.app.testing import SITE_OWNER_PASSWORD
from plone.app.testing import TEST_USER_ID
from tests.services.test_case_pages import town  # noqa: F401
from z3c.relationfield import RelationValue
from zope.component import getUtility
from zope.intid.interfaces import IIntIds

import re
import requests
import transaction


COUNTS = [
    (Reached("2026-02", "Hund", 1, "Sie"), 6),
    (Reached("2026-03", "Hund", 1, "Sie"), 4),
    (Reached("2026-03", "Hund", 2, "Hund"), 5),
    (Reached("2026-03", "Hund", 2, "Ihr Hund"), 3),
    (Reached("2026-03", "Hund", SENT), 6),
    (Reached("2026-01", "Hund", 1, "Sie"), 99),
    (Reached("2026-03", "Antrag", 1), 2),
]


def test_who_went_no_further():
    found = report(COUNTS, ["2026-02", "2026-03"])
    assert list(found) == ["Antrag", "Hund"]
    assert found["Hund"] == [
        Row(1, "Sie", 10, 2),
        Row(2, "Hund / Ihr Hund", 8, 2),
        Row(SENT, "", 6, 0),
    ]
    assert [row.percent for row in found["Hund"]] == [20, 25, 0]
    assert found["Antrag"] == [Row(1, "", 2, 2), Row(SENT, "", 0, 0)]
    assert report(COUNTS, ["2025-01"]) == {}


def test_more_may_send_than_have_reached_a_step():
    """Somebody has begun in February and sent in March."""
    counts = [(Reached("2026-03", "Hund", 1), 1), (Reached("2026-03", "Hund", SENT), 2)]
    assert report(counts, ["2026-03"])["Hund"] == [Row(1, "", 1, 0), Row(SENT, "", 2, 0)]
    only_sent = report(counts[1:], ["2026-03"])["Hund"]
    assert only_sent == [Row(SENT, "", 2, 0)]


def test_adds_up():
    kept = Statistics()
    for one in (COUNTS[0][0], COUNTS[1][0], COUNTS[0][0]):
        kept.count_step(one)
    assert dict(kept.reached()) == {COUNTS[0][0]: 2, COUNTS[1][0]: 1}
    # Two who count the same at once do not get into each other's way.
    (length,) = (length for _key, length in kept.steps.items() if length() == 2)
    assert length._p_resolveConflict(2, 3, 3) == 4


def test_the_picture_is_sound():
    drawn = etree.fromstring(steps([("1. <Sie>", 10), ("2. Hund", 0)], "Titel", "Text", "d-1"))
    assert drawn.get("aria-labelledby") == "d-1-title d-1-text"
    assert "1. <Sie>" in "".join(drawn.itertext())


def counted(town):  # noqa: F811
    transaction.begin()
    kept = store.found(town.portal)
    return {(one.form, one.step): count for one, count in kept.reached()}


def test_from_the_page_to_the_figures(town):  # noqa: F811
    url = f"{town.url}/barriere-melden"
    title = town.form.Title()
    page = requests.get(url)
    assert "steps.js" in page.text and not page.cookies
    assert re.search(r'name="counted"[^>]*value=""[^>]*data-count="[^"]*/@@form-step"', page.text)
    said = requests.post(f"{url}/@@form-step", files={"step": (None, "1")})
    assert (said.status_code, said.text) == (204, "") and not said.cookies
    for wrong in ("", "0", "99", "x", "١", "-1"):
        refused = requests.post(f"{url}/@@form-step", data={"step": wrong})
        assert refused.status_code == 400, wrong
    foreign = {"Origin": "https://example.org", "Sec-Fetch-Site": "cross-site"}
    assert requests.post(f"{url}/@@form-step", {"step": "1"}, headers=foreign).status_code == 403
    assert requests.get(f"{url}/@@form-step?step=1").status_code == 405
    assert counted(town) == {(title, 1): 1}
    # A page with mistakes goes on counting where it was, and what is sent twice is counted once.
    key = re.search(r'name="client_key"[^>]*value="([^"]+)"', page.text).group(1)
    body = {"client_key": key, "form_version": "1", "counted": "1", "send": "1"}
    assert re.search(r'name="counted"[^>]*value="1"', requests.post(url, data=body).text)
    for _turn in range(2):
        sent = requests.post(url, data={**body, "q_barrier": "Zu schmal."})
        assert "receipt-number" in sent.text
    assert counted(town) == {(title, 1): 1, (title, SENT): 1}
    # Over REST nobody has seen a step.
    assert town.post("barriere-melden/@form", {"data": {"barrier": "Zu klein."}}).status_code == 201
    assert counted(town)[title, SENT] == 1
    auth = (SITE_OWNER_NAME, SITE_OWNER_PASSWORD)
    found = requests.get(f"{town.url}/@case-statistics", auth=auth, headers=town.json).json()
    assert found["dropout"] == [
        {
            "form": title,
            "steps": [
                {"step": 1, "title": None, "reached": 1, "lost": 0},
                {"step": None, "title": None, "reached": 1, "lost": 0},
            ],
        }
    ]
    # A department has its own forms only.
    elsewhere = f"{town.url}/@case-statistics?department=Bauamt"
    assert requests.get(elsewhere, auth=auth, headers=town.json).json()["dropout"] == []
    setRoles(town.portal, TEST_USER_ID, ["Manager"])
    office = api.content.create(town.portal, "Department", title="Bauamt")
    intids = getUtility(IIntIds)
    api.content.create(
        town.portal,
        "Service",
        title="Barrieren",
        form=RelationValue(intids.getId(town.form)),
        department=RelationValue(intids.getId(office)),
    )
    transaction.commit()
    own = requests.get(elsewhere, auth=auth, headers=town.json).json()
    assert own["dropout"] == found["dropout"]
    shown = unescape(requests.get(f"{town.url}/@@case-statistics", auth=auth).text)
    assert "Where people stop" in shown and 'id="dropout-1-title"' in shown
    table = requests.get(f"{town.url}/@@case-dropout.csv", auth=auth)
    assert f"{title};Form sent;1;0" in table.content.decode("utf-8-sig")
