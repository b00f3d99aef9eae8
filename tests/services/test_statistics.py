"""Figures about cases: from what happens to the page, CSV and REST; they outlive the case."""

from datetime import date
from html import unescape
from kaarst.services.cases.retention import DeleteCases
from kaarst.services.statistics import browser
from kaarst.services.statistics import store
from plone import api
from tests.services.test_case_pages import Town

import csv
import io
import pytest
import requests
import time_machine
import transaction


HEAD = ("leitung", "geheimes Wort 2026!")


@pytest.fixture
def town(functional_portal):
    functional_portal.portal_registry["plone.default_language"] = "de"
    town = Town(functional_portal)
    with api.env.adopt_roles(["Manager"]):
        office = api.content.create(functional_portal, "Department", title="=Bürgerbüro")
        service = api.content.create(functional_portal, "Service", title="Nachweis")
        api.relation.create(service, town.upload, "form")
        api.relation.create(service, office, "department")
        api.user.create(
            username=HEAD[0], password=HEAD[1], email="bm@example.org", roles=["Member"]
        )
        api.user.grant_roles(username=HEAD[0], roles=["Head of Administration"])
    transaction.commit()
    return town


def at(moment):
    return time_machine.travel(f"{moment}T12:00:00+00:00", tick=True)


def move(town, number, transition):
    transaction.begin()
    with api.env.adopt_roles(["Case Worker"]):
        api.portal.get_tool("portal_workflow").doActionFor(town.desk[number], transition)
    transaction.commit()


def get(town, name, auth=HEAD, **query):
    return requests.get(f"{town.url}/{name}", params=query, auth=auth, headers=town.json)


@pytest.fixture
def numbers(town):
    """One decided after nine days, one open, one withdrawn."""
    with at("2026-01-30"):
        first = town.send()["number"]
    with at("2026-02-08"):
        second, third = town.send()["number"], town.send()["number"]
        move(town, first, "decide")
    with at("2026-03-01"):
        move(town, third, "withdraw")
    return first, second, third


def figures(town, day="2026-03-02", months=3):
    transaction.begin()
    with at(day):
        return browser.made(town.portal, months, None)


def test_counts_what_happens(town, numbers):
    found = figures(town)
    assert [row.received for row in found.months.values()] == [1, 2, 0]
    assert [row.decided for row in found.months.values()] == [0, 1, 0]
    assert [row.withdrawn for row in found.months.values()] == [0, 0, 1]
    assert (found.total.median, found.total.open) == (9, 1)
    assert list(found.departments) == ["=Bürgerbüro"] and list(found.forms) == ["Nachweis"]


def test_what_is_written_later_does_not_move_the_decision(town, numbers):
    transaction.begin()
    with at("2026-03-01"):
        town.desk[numbers[0]].changed()
    transaction.commit()
    assert figures(town).months["2026-02"].decided == 1


def test_a_case_taken_up_again_is_open(town, numbers):
    with at("2026-03-01"):
        move(town, numbers[0], "reopen")
    found = figures(town).total
    assert (found.decided, found.open, found.received) == (0, 2, 3)


def test_figures_outlive_the_case(town, numbers):
    before = figures(town)
    transaction.begin()
    with at("2028-03-15"):
        DeleteCases().run(town.portal)
    transaction.commit()
    assert [town.desk.case(number) is None for number in numbers] == [True, False, True]
    after = figures(town)
    assert after == before
    kept = store.found(town.portal)
    assert list(kept.live) == [numbers[1]]
    # What is left are months, not days, and no number.
    assert not any(number in str(list(kept.past.items())) for number in numbers)
    assert date.today().isoformat() not in str(list(kept.past.items()))


def test_the_page_shows_a_picture_and_tables(town, numbers):
    with at("2026-03-02"):
        page = unescape(get(town, "@@case-statistics", months=3).text)
    for words in ("Zahlen zu Vorgängen", "<svg", 'role="img"', "=Bürgerbüro", "02/26"):
        assert words in page
    assert not any(number in page for number in numbers) and "Erika" not in page


def test_csv_runs_no_formula(town, numbers):
    with at("2026-03-02"):
        answer = get(town, "@@case-statistics.csv", months=3)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert ["Monat", "02/26", "2", "1", "0", "0", "9", "9", "0", "0"] in rows
    assert any(row[1] == "'=Bürgerbüro" for row in rows)


def test_rest(town, numbers):
    with at("2026-03-02"):
        found = get(town, "@case-statistics", months=3).json()
        (office,) = get(town, "@case-statistics", department="=Bürgerbüro").json()["departments"]
    assert [row["received"] for row in found["months"]] == [1, 2, 0]
    assert found["months"][1]["median_days"] == 9 and "open" not in found["months"][1]
    assert (found["total"]["received"], found["total"]["open"]) == (3, 1)
    assert office["department"] == "=Bürgerbüro"


@pytest.mark.parametrize("months", ["", "0", "-1", "37", "x", "9" * 50, "٣"])
def test_a_wrong_number_of_months_is_twelve(town, months):
    with at("2026-03-02"):
        assert len(get(town, "@case-statistics", months=months).json()["months"]) == 12


def test_it_is_for_the_head_only(town, numbers):
    for auth in (None, town.clerk.auth):
        for name in ("@@case-statistics", "@@case-statistics.csv", "@case-statistics"):
            answer = get(town, name, auth)
            assert "Bürgerbüro" not in unescape(answer.text)
    assert get(town, "@case-statistics", None).status_code == 401


def test_looking_writes_nothing(town, numbers):
    # Plone notes by itself when somebody comes for the first time.
    get(town, "@@case-statistics")
    db = town.portal._p_jar.db()
    before = db.lastTransaction()
    get(town, "@@case-statistics")
    assert db.lastTransaction() == before
