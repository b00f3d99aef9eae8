"""A clerk is away: the deputy sees and works the clerk's cases, and nobody else's."""

from datetime import date
from datetime import timedelta
from kaarst.services.cases.deputies.store import this_day
from kaarst.services.cases.deputies.upkeep import ForgetDeputies
from tests.services.test_departments import hall  # noqa: F401

import re
import time_machine
import transaction


def days(first, last):
    return {
        "first": (this_day() + timedelta(first)).isoformat(),
        "last": (this_day() + timedelta(last)).isoformat(),
    }


def test_the_deputy_works_the_cases_of_the_clerk_over_rest(hall):  # noqa: F811
    url, json = f"{hall.town.url}/vorgaenge", hall.town.json
    mine, anothers = hall.send(), hall.send()
    assert hall.post("taxes", mine, "@assign", {"clerk": "taxes"}).status_code == 200
    away, deputy = hall.client("taxes"), hall.client("registry")
    for wrong in (
        {},
        {"deputy": "taxes", **days(0, 3)},
        {"deputy": "nobody-here", **days(0, 3)},
        {"deputy": "registry", **days(3, 0)},
        {"deputy": "registry", **days(-5, -3)},
        {"deputy": "registry", **days(0, 400)},
        {"deputy": "registry", "first": "morgen", "last": 5},
    ):
        answer = away.post(f"{url}/@deputies", json=wrong, headers=json)
        assert answer.status_code == 400 and answer.json()["errors"], wrong
    named = away.post(f"{url}/@deputies", json={"deputy": "registry", **days(0, 3)}, headers=json)
    assert named.status_code == 201 and named.json()["now"]
    listed = deputy.get(f"{url}/@deputies", headers=json).json()
    assert listed["items"] == [named.json()] and "registry" not in str(listed["colleagues"])
    # Of another department, and only what the colleague has.
    assert hall.who(mine) == ["taxes", "finances", "registry"]
    assert hall.who(anothers) == ["taxes", "finances"]
    for _turn in range(2):
        for query in ({}, {"whose": "mine"}, {"department": hall.taxes.UID()}):
            assert hall.list("registry", **query) == {mine.number}, query
        hall.desk.index.settle()
        transaction.commit()
    (item,) = deputy.get(f"{url}/@cases", headers=json).json()["items"]
    assert (item["on_behalf_of"], item["department_title"]) == ("taxes", "Steuern")
    assert deputy.post(f"{mine.url}/@workflow/start", json={}, headers=json).status_code == 200
    entry = mine.stored.history[-1]
    assert (entry["who"], entry["what"], entry["on_behalf_of"]) == ("registry", "start", "taxes")
    assert mine.stored.clerk == "taxes"
    # Not the deputy's to end? Either may; a stranger may not.
    end = {"id": named.json()["id"]}
    stranger = hall.client("mail").post(f"{url}/@deputies-end", json=end, headers=json)
    assert stranger.status_code == 404
    assert deputy.post(f"{url}/@deputies-end", json=end, headers=json).status_code == 200
    assert hall.who(mine) == ["taxes", "finances"] and hall.list("registry") == set()


def test_who_may_not_see_a_case_lends_nobody_the_right(hall):  # noqa: F811
    case = hall.send()
    hall.post("taxes", case, "@assign", {"clerk": "taxes"})
    hall.desk.deputies.add("taxes", "registry", this_day(), this_day())
    transaction.commit()
    assert hall.who(case) == ["taxes", "finances", "registry"]
    hall.taxes.manage_delLocalRoles(["taxes"])
    transaction.commit()
    assert hall.who(case) == ["finances"]
    assert hall.list("registry") == hall.list("taxes") == set()


def test_in_the_browser(hall):  # noqa: F811
    case, url = hall.send(), f"{hall.town.url}/vorgaenge"
    hall.post("taxes", case, "@assign", {"clerk": "taxes"})
    away, deputy = hall.client("taxes"), hall.client("registry")
    page = away.get(f"{url}/@@deputies").text
    key = {"_authenticator": re.search(r'_authenticator"[^>]*value="(\w{40})', page).group(1)}
    wrong = away.post(f"{url}/@@deputies", data={**key, "deputy": "registry", **days(3, 0)})
    assert wrong.status_code == 400 and "The last day is before the first." in wrong.text
    assert re.search(r'value="registry"[^>]*selected|selected[^>]*value="registry"', wrong.text)
    named = away.post(f"{url}/@@deputies", data={**key, "deputy": "registry", **days(0, 3)})
    assert "Clerk Registry stands in for you" in " ".join(named.text.split())
    seen = " ".join(deputy.get(url).text.split())
    assert case.number in seen and "You stand in for Clerk Taxes" in seen
    page = deputy.get(case.url).text
    assert re.search(r"You stand in for\s+<strong>Clerk Taxes", page)
    read = " ".join(deputy.get(case.url).text.split())
    assert "Clerk Registry standing in for Clerk Taxes" in read
    transaction.begin()
    (one,) = hall.desk.deputies.all()
    away.post(f"{url}/@@deputies", data={**key, "end": one.id})
    assert hall.list("registry") == set()


def test_what_is_over_is_forgotten(hall):  # noqa: F811
    hall.desk.deputies.add("taxes", "registry", this_day(), this_day())
    with time_machine.travel(date.today() + timedelta(3), tick=False):
        ForgetDeputies().run(hall.town.portal)
    assert hall.desk.deputies.all() == []
