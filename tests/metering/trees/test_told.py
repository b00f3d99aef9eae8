"""“I have watered this tree”: a hint that counts for nothing until somebody confirms it."""

from datetime import datetime
from datetime import timedelta
from datetime import UTC
from kaarst.core import ratelimit
from kaarst.metering.trees import told
from kaarst.metering.trees.content import Tree
from kaarst.metering.trees.survey import survey
from kaarst.metering.trees.waterings import waterings
from plone import api
from plone.uuid.interfaces import IUUID
from tests.appointments.clicking import Browser
from tests.metering.trees.asking import ask
from tests.metering.trees.asking import SHELTERED

import pytest
import transaction


NOW = datetime(2026, 7, 15, 18, 0, tzinfo=UTC)


def form_of(page):
    return page.xpath("//form[contains(@action, '/told')]")


def hints_of(tree):
    transaction.begin()
    return [one.litres for one in told.hints(tree)]


def test_a_hint_waits_for_two_weeks_and_no_more_than_twenty_do():
    tree = Tree()
    assert told.hints(tree, NOW) == []
    made = told.tell(tree, 2, NOW)
    assert (made.at, made.litres) == (NOW, 20)
    # At the same moment: one does not overwrite the other.
    told.tell(tree, 1, NOW)
    assert [one.litres for one in told.hints(tree, NOW)] == [20, 10]
    assert told.hints(tree, NOW + told.KEPT + timedelta(seconds=1)) == []
    for minute in range(40):
        told.tell(tree, 5, NOW + timedelta(minutes=minute))
    assert len(tree._told) == told.MOST
    later = NOW + timedelta(days=30)
    told.tell(tree, 10, later)
    # What is too old has gone, not only out of sight.
    assert len(tree._told) == 1 and told.hints(tree, later)[0].litres == 100
    for wrong in (0, 3, -1, 1000):
        with pytest.raises(ValueError):
            told.tell(tree, wrong, NOW)


def test_settled_once_and_only_a_true_one_is_a_watering():
    tree = Tree()
    first, second = told.tell(tree, 1, NOW), told.tell(tree, 2, NOW + timedelta(hours=1))
    assert told.settle(tree, first.at, True) and not told.settle(tree, first.at, True)
    assert told.settle(tree, second.at, False) and told.hints(tree, NOW) == []
    assert [(one.at, one.litres) for one in waterings(tree)] == [(NOW, 10)]


def test_a_citizen_tells_and_a_keeper_confirms(page):
    citizen, keeper, tree = Browser(""), Browser("gaertner"), page[SHELTERED]
    [before] = survey(page, trees=[tree])
    found = citizen.get(tree, "")
    [form] = form_of(found)
    assert "Über Sie wird nichts gespeichert" in found.text_content()
    found = citizen.submit(form, cans="2")
    assert citizen.status == 200 and citizen.url.startswith(f"{tree.absolute_url()}?told=1")
    assert "Danke!" in found.text_content()
    assert hints_of(tree) == [20] and waterings(tree) == []
    # It changes nothing of what the town says about the tree, for nobody.
    [after] = survey(page, trees=[tree])
    assert after.judgement == before.judgement and after.balance == before.balance
    assert not citizen.get(tree, "").xpath("//form[contains(@action, '/hints')]")
    # Who waters sees it in the list of the rounds and at the tree, and notes their own otherwise.
    assert not form_of(keeper.get(tree, ""))
    assert keeper.page.xpath("//form[contains(@action, '/hints')]")
    found = keeper.get(page, "rounds")
    assert "Gemeldet, nicht bestätigt" in found.text_content()
    [form] = found.xpath("//form[contains(@action, '/hints')]")
    key = form.xpath(".//button[@name='confirm']/@value")[0]
    # From elsewhere, without the form's token, and by somebody else: nothing happens.
    for other in (keeper, Browser("fremd"), citizen):
        other.session.post(form.get("action"), data={"confirm": key}, timeout=60)
    assert hints_of(tree) == [20]
    buttons = {"_authenticator": form.xpath(".//input[@name='_authenticator']/@value")[0]}
    keeper.session.post(form.get("action"), data=buttons | {"confirm": key}, timeout=60)
    assert hints_of(tree) == [] and [one.litres for one in waterings(tree)] == [20]
    # A second press, or another colleague's: said kindly.
    answer = keeper.session.post(form.get("action"), data=buttons | {"confirm": key}, timeout=60)
    assert "schon erledigt" in answer.text
    transaction.begin()
    assert [one.litres for one in waterings(tree)] == [20]


def test_what_is_no_hint_is_refused_and_keeps_what_was_chosen(page, monkeypatch):
    citizen, tree = Browser(""), page[SHELTERED]
    [form] = form_of(citizen.get(tree, ""))
    for values, status, text in (
        ({"cans": "3"}, 400, "wie viel es war"),
        ({"cans": "5", "homepage_url": "x"}, 400, "das leer bleiben soll"),
        ({"cans": ""}, 400, "wie viel es war"),
    ):
        found = citizen.submit(form, **values)
        assert citizen.status == status and text in found.text_content(), values
    citizen.submit(form, cans="5", homepage_url="x")
    assert citizen.page.xpath("//select[@name='cans']/option[@selected]/@value") == ["5"]
    headers = {"Origin": "https://example.org"}
    answer = citizen.session.post(
        form.get("action"), data={"cans": "1"}, headers=headers, timeout=60
    )
    assert answer.status_code == 403
    # No more than three a day of one tree from one connection.
    monkeypatch.setattr(ratelimit, "_factor", lambda: 1)
    statuses = [(citizen.submit(form, cans="1"), citizen.status)[1] for _ in range(5)]
    assert 429 in statuses and len(hints_of(tree)) <= told.OF_ONE
    with api.env.adopt_roles(["Manager"]):
        page.takes_hints = False
    transaction.commit()
    assert not form_of(citizen.get(tree, ""))
    assert citizen.session.post(form.get("action"), data={"cans": "1"}).status_code == 404


def test_hints_over_rest(page, monkeypatch):
    tree = page["baum-01"]
    uid = IUUID(tree)
    answer = ask(tree, "@told", "POST", json={"cans": 5})
    assert answer.status_code == 201
    assert answer.json()["litres"] == 50 and answer.json()["counts"] is False
    for wrong in ({}, {"cans": 3}, {"cans": True}, {"cans": "5"}, {"cans": None}):
        answer = ask(tree, "@told", "POST", json=wrong)
        assert answer.status_code == 400 and answer.json()["errors"][0]["field"] == "cans"
    for who in ("", "fremd"):
        assert ask(page, "@hints", who=who).status_code == 401
        assert ask(page, "@hints", "POST", who, json={}).status_code == 401
    [hint] = ask(page, "@hints", who="gaertner").json()["items"]
    assert hint["tree"] == uid and hint["litres"] == 50
    right = {"tree": uid, "at": hint["at"], "confirm": True}
    for change, status in (
        ({"at": "2026-07-15T10:00:00"}, 400),
        ({"confirm": 1}, 400),
        ({"tree": 5}, 400),
        ({"tree": "nowhere"}, 404),
        ({"at": "2026-07-15T10:00:00+02:00"}, 404),
        ({}, 200),
        ({}, 404),
    ):
        answer = ask(page, "@hints", "POST", "gaertner", json=right | change)
        assert answer.status_code == status, change
    transaction.begin()
    assert [one.litres for one in waterings(tree)] == [50] and told.hints(tree) == []
    # When a great many come, a proof is asked for.
    api.portal.set_registry_record("kaarst.spam.mode", "always")
    transaction.commit()
    answer = ask(tree, "@told", "POST", json={"cans": 1})
    assert answer.status_code == 403 and answer.json()["challenge"]["challenge"]
    found = Browser("").submit(form_of(Browser("").get(tree, ""))[0], cans="1")
    assert found.xpath("//*[@id='proof']") and hints_of(tree) == []


def test_a_hidden_tree_takes_no_hint(page):
    with api.env.adopt_roles(["Manager"]):
        api.content.transition(page, "retract")
    transaction.commit()
    tree = page[SHELTERED]
    assert ask(tree, "@told", "POST", json={"cans": 1}).status_code == 401
    Browser("").session.post(f"{tree.absolute_url()}/told", data={"cans": "1"}, timeout=60)
    assert hints_of(tree) == []
