"""The clerks' inbox: the most urgent first, mine, nobody's, and giving cases to each other."""

from datetime import date
from kaarst.services.cases.assignment import clerks
from kaarst.services.cases.departments.scope import EVERYTHING
from kaarst.services.cases.index import CaseIndex
from kaarst.services.cases.summary import summary
from plone import api
from plone.app.testing import TEST_USER_ID
from tests.services.clerks import work_here
from tests.services.test_case_index import START
from tests.services.test_case_pages import town  # noqa: F401
from tests.services.test_messages import Case

import pytest
import re
import requests
import time_machine
import transaction


def entry(number, state="received", due=None, clerk=""):
    return summary(f"KAA-{number:04d}", state, START, due, "Hund", "", [], clerk=clerk)


def numbers(index, **query):
    total, rows = index.find(urgent=True, **{"scope": EVERYTHING, **query})
    assert total == len(rows)
    return [int(row["number"][-4:]) for row in rows]


@pytest.mark.parametrize("settled", [0, 3, 50])
def test_the_most_urgent_first_and_closed_ones_last(settled):
    index = CaseIndex()
    for case in (
        entry(1, "decided", date(2026, 1, 2)),
        entry(2),
        entry(3, due=date(2026, 3, 1), clerk="b"),
        entry(4, "in_progress", date(2026, 2, 1), clerk="a"),
        entry(5, "waiting", clerk="a"),
    ):
        index.put(case)
    if settled:
        index.settle(settled)
    assert numbers(index) == [4, 3, 2, 5, 1]
    assert numbers(index, clerk="a") == [4, 5]
    assert numbers(index, clerk="") == [2, 1]
    assert numbers(index, state="in_progress", clerk="a") == [4]
    index.put(entry(4, "decided", date(2026, 2, 1), clerk="b"))
    assert numbers(index, clerk="a") == [5]
    assert numbers(index, clerk="b") == [3, 4]


class Colleague:
    """A second clerk."""

    def __init__(self, town):  # noqa: F811
        user = api.user.create(username="kollegin", email="k@example.org", password="sehr-geheim-1")
        user.setMemberProperties({"fullname": "Karla Kollegin"})
        api.user.grant_roles(username="kollegin", roles=["Clerk"])
        work_here(town.portal, "kollegin")
        transaction.commit()
        self.client = requests.Session()
        self.client.auth = ("kollegin", "sehr-geheim-1")


@pytest.fixture
def colleague(town):  # noqa: F811
    return Colleague(town)


def cases(town, count):  # noqa: F811
    found = []
    for _turn in range(count):
        sent = town.send()
        found.append(Case(town, sent["number"], sent["pin"]))
    return found


def test_one_is_given_to_a_colleague_and_taken_back(town, colleague):  # noqa: F811
    (case,) = cases(town, 1)
    assert set(clerks(case.stored)) >= {"kollegin", TEST_USER_ID}
    assert case.stored.clerk == ""
    case.clerk("assign", clerk="kollegin")
    assert case.stored.clerk == "kollegin"
    entry = case.stored.history[-1]
    assert (entry["who"], entry["what"], entry["note"]) == (
        TEST_USER_ID, "assigned", "Karla Kollegin",
    )  # fmt: skip
    desk = f"{town.url}/vorgaenge"
    assert case.number in colleague.client.get(f"{desk}?whose=mine").text
    assert case.number not in town.clerk.get(f"{desk}?whose=mine").text
    assert case.number not in town.clerk.get(f"{desk}?whose=nobody").text
    assert "Karla Kollegin" in town.clerk.get(desk).text
    case.clerk("assign", clerk="no-such-user")
    assert case.stored.clerk == "kollegin"
    case.clerk("assign", clerk="")
    assert case.stored.clerk == ""


def test_who_begins_the_work_has_the_case(town):  # noqa: F811
    (case,) = cases(town, 1)
    case.clerk("work", transition="start")
    assert case.stored.clerk == TEST_USER_ID


def test_several_at_once(town, colleague):  # noqa: F811
    first, second, third = cases(town, 3)
    page = town.clerk.get(f"{town.url}/vorgaenge?whose=nobody").text
    token = re.search(r'_authenticator(?:"[^>]*value="|=)(\w{40})', page).group(1)
    body = {
        "number": [first.number, third.number, "kein Vorgang", "TST-7Q4M-2XPD-K"],
        "clerk": "kollegin",
        "query": "whose=nobody",
        "do": "assign",
    }
    url = f"{town.url}/vorgaenge/@@work-on-cases"
    town.clerk.post(url, data=body)
    assert first.stored.clerk == ""
    answer = town.clerk.post(url, data={**body, "_authenticator": token})
    assert "TST-7Q4M-2XPD-K" in answer.text and second.number in answer.text
    # The list stands below as it was.
    assert re.search(
        r'selected="selected"[^>]*value="nobody"|value="nobody"[^>]*selected', answer.text
    )
    assert [case.stored.clerk for case in (first, second, third)] == ["kollegin", "", "kollegin"]
    move = {**body, "number": [first.number, second.number], "do": "move", "_authenticator": token}
    town.clerk.post(url, data={**move, "step": "decide"})
    assert [case.stored.state for case in (first, second)] == ["received", "received"]
    second.clerk("work", transition="start")
    answer = town.clerk.post(url, data={**move, "step": "start"})
    assert [case.stored.state for case in (first, second)] == ["in_progress", "in_progress"]
    refused = re.search(r'role="alert".*?</ul>', answer.text, re.S).group(0)
    assert second.number in refused and first.number not in refused
    asked = {"numbers": [first.number, third.number, "x"], "action": "start"}
    over = town.clerk.post(f"{town.url}/vorgaenge/@cases", json=asked, headers=town.json).json()
    assert over["done"] == [third.number]
    assert [item["number"] for item in over["refused"]] == [first.number, "x"]
    assert all(item["message"] for item in over["refused"])
    for wrong in ({"numbers": []}, {"numbers": "x"}, {"action": "decide"}, {"clerk": 1}):
        said = town.clerk.post(
            f"{town.url}/vorgaenge/@cases", json={**asked, **wrong}, headers=town.json
        )
        assert said.status_code == 400 and said.json()["errors"], wrong


def test_what_is_overdue_stands_on_top(town):  # noqa: F811
    with time_machine.travel("2026-03-02T10:00:00+01:00", tick=True):
        late = town.post("barriere-melden/@form", {"data": {"barrier": "Zu klein."}}).json()
        (without_due,) = cases(town, 1)
    with time_machine.travel("2026-06-02T10:00:00+02:00", tick=True):
        page = town.clerk.get(f"{town.url}/vorgaenge").text
    assert page.index(late["number"]) < page.index(without_due.number)
    assert "k-overdue" in page


def test_over_rest(town, colleague):  # noqa: F811
    first, second = cases(town, 2)
    url = f"{town.url}/vorgaenge/@cases"
    seen = town.clerk.get(url, headers=town.json).json()
    assert seen["items_total"] == 2 and {item["number"] for item in seen["items"]} == {
        first.number, second.number,
    }  # fmt: skip
    assert "Erika" not in str(seen)
    given = town.clerk.post(f"{first.url}/@assign", json={"clerk": "kollegin"}, headers=town.json)
    assert given.json() == {"number": first.number, "clerk": "kollegin"}
    mine = colleague.client.get(url, params={"whose": "mine"}, headers=town.json).json()
    assert [item["number"] for item in mine["items"]] == [first.number]
    for wrong in ({"whose": "x"}, {"state": "x"}, {"b_start": "-1"}, {"b_size": "x"}):
        assert town.clerk.get(url, params=wrong, headers=town.json).status_code == 400, wrong
    for wrong in ({}, {"clerk": 1}, {"clerk": "nobody-here"}):
        answer = town.clerk.post(f"{first.url}/@assign", json=wrong, headers=town.json)
        assert answer.status_code == 400 and first.stored.clerk == "kollegin"
    assert requests.get(url, headers=town.json).status_code == 401
    anonymous = requests.post(f"{first.url}/@assign", json={"clerk": ""}, headers=town.json)
    assert anonymous.status_code == 401 and first.stored.clerk == "kollegin"
