"""Rain and watering rounds over REST."""

from datetime import datetime
from datetime import timedelta
from kaarst.metering.rollup.calendar import ZONE
from kaarst.metering.trees import plans
from kaarst.metering.trees.survey import survey
from plone.uuid.interfaces import IUUID
from tests.metering.trees.asking import ask

import transaction
import uuid


def test_rain_is_entered_and_read(page):
    today = datetime.now(ZONE).date()
    page.rain_gauge = None
    transaction.commit()
    days = [(today - timedelta(back)).isoformat() for back in range(1, 30)]
    items = [{"day": day, "millimetres": 1.5} for day in days]
    for who in ("", "fremd"):
        assert ask(page, "@rain", who=who).status_code == 401
        assert ask(page, "@rain", "POST", who, json={"items": items}).status_code == 401
    for wrong, field in (
        ({"items": []}, "items"),
        ({"items": items * 13}, "items"),
        ({"items": [*items, {"day": "15.7.2026", "millimetres": 1}]}, "items.29.day"),
        ({"items": [*items, {"day": "2200-01-01", "millimetres": 1}]}, "items.29.day"),
        ({"items": [*items, {"day": days[0], "millimetres": -1}]}, "items.29.millimetres"),
        ({"items": [*items, {"day": days[0], "millimetres": True}]}, "items.29.millimetres"),
        ({"items": [*items, {"day": days[0], "millimetres": 1e300}]}, "items.29.millimetres"),
        ({"items": [*items, 5]}, "items.29.day"),
    ):
        answer = ask(page, "@rain", "POST", "gaertner", json=wrong)
        assert answer.status_code == 400, wrong
        assert answer.json()["errors"][0]["field"] == field
    assert all(one["millimetres"] is None for one in _rain(page))
    answer = ask(page, "@rain", "POST", "gaertner", json={"items": items})
    assert answer.status_code == 201
    found = {one["day"]: (one["millimetres"], one["source"]) for one in _rain(page)}
    assert len(found) == 30 and all(found[day] == (1.5, "file") for day in days)
    transaction.begin()
    [standing] = survey(page, trees=[page["baum-01"]])
    assert standing.balance.rain == 29 * 3 / 2


def _rain(page):
    return ask(page, "@rain", who="gaertner").json()["items"]


def test_a_round_is_planned_once_and_ticked(page):
    tree = page["baum-01"]
    uid = IUUID(tree)
    right = {"day": "2026-07-15", "tank": 500, "trees": [{"tree": uid, "litres": 120}]}
    for who in ("", "fremd"):
        assert ask(page, "@rounds", who=who).status_code == 401
        assert ask(page, "@rounds", "POST", who, json=right).status_code == 401
    for change, field in (
        ({"day": "tomorrow"}, "day"),
        ({"tank": "500"}, "tank"),
        ({"tank": 0}, "tank"),
        ({"tank": 100}, "tank"),
        ({"trees": []}, "trees"),
        ({"trees": "all"}, "trees"),
        ({"trees": [{"tree": "nowhere", "litres": 1}]}, "trees.0.tree"),
        ({"trees": [{"tree": uid, "litres": 0}]}, "trees.0.litres"),
        ({"trees": [7]}, "trees.0.tree"),
    ):
        answer = ask(page, "@rounds", "POST", "gaertner", json=right | change)
        assert answer.status_code == 400, change
        assert answer.json()["errors"][0]["field"] == field, change
    key = {"Idempotency-Key": str(uuid.uuid4())}
    answer = ask(page, "@rounds", "POST", "gaertner", json=right, headers=key)
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert made["title"] == "Gießrunde am 15.07.2026" or "15.07.2026" in made["title"]
    assert [one["kind"] for one in made["items"]] == ["tree", "end"]
    assert ask(page, "@rounds", "POST", "gaertner", json=right, headers=key).json() == made
    # Without trees: those that need water, with what they need.
    answer = ask(page, "@rounds", "POST", "gaertner", json={"day": "2026-07-16"})
    transaction.begin()
    wanted = {IUUID(one.tree): one.judgement.litres for one in plans.proposed(survey(page))}
    stops = {one["tree"]: one["litres"] for one in answer.json()["items"] if one["tree"]}
    assert stops == wanted
    listed = ask(page, "@rounds", who="gaertner").json()["items"]
    assert [one["day"] for one in listed] == ["2026-07-16", "2026-07-15"]
    assert listed[1]["url"] == made["url"] and listed[1]["ticked"] == 0
    tick = {"items": [{"tree": uid, "litres": 120, "at": datetime.now(ZONE).isoformat()}]}
    [first] = [one for one in page.objectValues() if one.absolute_url() == made["url"]]
    for _ in range(2):
        assert ask(first, "@waterings", "POST", "gaertner", json=tick).status_code == 201
    assert ask(page, "@rounds", who="gaertner").json()["items"][1]["ticked"] == 1
