"""Trees and rounds in a site: who may what, what the pages say, what a tick does."""

from datetime import datetime
from datetime import timedelta
from datetime import UTC
from kaarst.metering.rollup.calendar import ZONE
from kaarst.metering.trees import plans
from kaarst.metering.trees.survey import survey
from kaarst.metering.trees.waterings import water
from kaarst.metering.trees.waterings import waterings
from lxml import html
from plone import api
from plone.uuid.interfaces import IUUID
from tests.appointments.clicking import Browser
from tests.metering.trees.asking import ask
from tests.metering.trees.asking import SHELTERED

import csv
import io
import pytest
import requests
import transaction
import uuid


def tick(watering_round, tree, litres=100, hours=1, who="gaertner", **headers):
    at = (datetime.now(UTC) - timedelta(hours=hours)).isoformat()
    data = {"items": [{"tree": tree, "litres": litres, "at": at}]}
    answer = ask(watering_round, "@waterings", "POST", who, json=data, headers=headers)
    transaction.begin()
    return answer


def trees_on(watering_round):
    return [step["tree"] for step in plans.stops(watering_round) if step["tree"]]


def test_everybody_sees_which_trees_are_thirsty_and_why(page):
    reader = Browser("")
    found = reader.get(page, "")
    listed = found.xpath("//ul[@class='k-trees']/li")
    assert reader.status == 200 and len(listed) == 40
    # The most urgent first; the same trees as the store and the rules have them.
    standings = survey(page)
    assert [one.tree.title for one in standings] == [one.findtext("h3/a") for one in listed]
    states = [one.get("data-state") for one in listed]
    assert states == [one.judgement.state for one in standings]
    # How many are depends on the season in which the test runs; the sheltered ones always are.
    assert states[:4] == ["thirsty"] * 4
    text = found.text_content()
    assert "hält der Boden sein Wasser mit" in text
    assert "${" not in text
    assert not found.xpath("//a[contains(@href, '/rounds')]")
    for query, wanted in (
        ({"state": "thirsty"}, [one for one in states if one == "thirsty"]),
        ({"species": "Stieleiche"}, [0] * 5),
        ({"district": "Vorst"}, [0] * 5),
        ({"state": "<script>"}, states),
    ):
        rows = reader.get(page, "", **query).xpath("//ul[@class='k-trees']/li")
        assert len(rows) == len(wanted), query
    found = reader.get(page[SHELTERED], "")
    assert "Durst" in found.xpath("//div[contains(@class, 'k-verdict')]")[0].text_content()
    # Three probes with two weeks each, as far as there are measurements.
    assert len(found.xpath("//table")) == 3
    assert not found.xpath("//form[contains(@action, '/water')]")


def test_broken_probes_are_named(page):
    text = Browser("").get(page["baum-22"], "").text_content()
    assert "hat noch nichts gesendet" in text


def test_what_is_public_is_open_data(page):
    answer = ask(page, "trees.csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert len(rows) == 40 and answer.headers["Access-Control-Allow-Origin"] == "*"
    by_id = {row["id"]: row for row in rows}
    assert by_id[SHELTERED]["state"] == "thirsty"
    assert float(by_id[SHELTERED]["latitude"]) == page[SHELTERED].latitude
    found = ask(page, "trees.geojson").json()
    assert len(found["features"]) == 40
    first = next(one for one in found["features"] if one["id"] == SHELTERED)
    assert first["geometry"]["coordinates"] == [page[SHELTERED].longitude, page[SHELTERED].latitude]
    graph = {one["@type"]: one for one in ask(page, "trees.jsonld").json()["@graph"]}
    for one in graph["dcat:Dataset"]["dcat:distribution"]:
        # What portals are told to fetch is there, in the form that is promised.
        found = requests.get(one["dcat:downloadURL"]["@id"], timeout=60)
        assert found.headers["Content-Type"].partition(";")[0] in one["dcat:mediaType"]["@id"]
    listed = ask(page.aq_parent, "@trees").json()["items"]
    assert {row["id"] for row in listed} == set(by_id)
    thirsty = ask(page, "@trees?state=thirsty").json()["items"]
    assert [one["state"] for one in thirsty] == ["thirsty"] * len(thirsty)
    assert thirsty[0]["litres"] >= 100 and thirsty[0]["reason"]
    assert ask(page, "@trees?state=sad").status_code == 400


def test_a_hidden_page_shows_no_tree(page):
    with api.env.adopt_roles(["Manager"]):
        api.content.transition(page, "retract")
    transaction.commit()
    assert ask(page.aq_parent, "@trees").json()["items"] == []
    assert ask(page, "@trees").status_code == 401
    assert ask(page[SHELTERED]).status_code == 401
    assert "login" in Browser("").session.get(page.absolute_url(), timeout=60).url


def test_rounds_are_for_those_who_water(page, watering_round):
    for who in ("", "fremd"):
        browser = Browser(who)
        for content, name in ((page, "rounds"), (page, "rain"), (watering_round, "view")):
            found = browser.get(content, name)
            assert "insufficient" in browser.url or "login" in browser.url, (who, name)
            assert found is None or not found.xpath("//ol[@class='k-steps']")
        assert ask(watering_round, "@waterings", who=who).status_code == 401
        assert tick(watering_round, trees_on(watering_round)[0], who=who).status_code == 401
        assert ask(watering_round, who=who).status_code == 401
    assert plans.ticked(watering_round) == {}


def test_a_keeper_plans_and_drives_a_round_with_plain_pages(page):
    keeper = Browser("gaertner")
    form = keeper.get(page, "rounds").xpath("//form[.//input[@name='trees:list']]")[0]
    chosen = form.xpath(".//input[@name='trees:list'][@checked]")
    wanted = len(plans.proposed(survey(page)))
    assert len(chosen) == wanted > 3
    keeper.submit(form, tank="10")
    assert keeper.status == 400
    assert "nicht mehr, als in den Tank passt" in keeper.page.text_content()
    # What was typed is still there.
    form = keeper.page.xpath("//form[.//input[@name='trees:list']]")[0]
    assert form.xpath(".//input[@name='tank']/@value") == ["10"]
    assert len(form.xpath(".//input[@name='trees:list'][@checked]")) == wanted
    found = keeper.submit(form, tank="350")
    assert keeper.status == 200 and "/baeume/runde-" in keeper.url
    forms = found.xpath("//ol[@class='k-steps']//form")
    assert len(forms) == wanted
    assert any("Tank füllen" in one.text_content() for one in found.xpath("//h2"))
    found = keeper.submit(forms[0], forms[0].xpath(".//button/@value")[0])
    assert found.xpath("//*[@id='round-count']")[0].text == "1"
    transaction.begin()
    [made] = [one for one in page.objectValues() if one.portal_type == "WateringRound"]
    assert api.content.get_state(made) == plans.UNDER_WAY
    [(uid, (_at, litres))] = plans.ticked(made).items()
    assert uid == plans.stops(made)[0]["tree"] and litres == plans.stops(made)[0]["litres"]
    # A second press takes it back.
    form = found.xpath("//ol[@class='k-steps']//form")[0]
    keeper.submit(form, "0")
    transaction.begin()
    assert plans.ticked(made) == {}


def test_a_tick_counts_once_and_keeps_its_time(page, watering_round):
    first, second, *_others = trees_on(watering_round)
    key = str(uuid.uuid4())
    at = (datetime.now(UTC) - timedelta(hours=5)).replace(microsecond=0)
    data = {"items": [{"tree": first, "litres": 120, "at": at.isoformat()}]}
    headers = {"Idempotency-Key": key}
    answer = ask(watering_round, "@waterings", "POST", "gaertner", json=data, headers=headers)
    assert answer.status_code == 201 and answer.json()["state"] == "under_way"
    again = ask(watering_round, "@waterings", "POST", "gaertner", json=data, headers=headers)
    assert again.headers["Idempotency-Replayed"] == "true"
    # The same tick from another phone, later and with another key.
    assert tick(watering_round, first, 80, hours=1).status_code == 201
    tree = plans.tree_of(page, first)
    assert [(one.at, one.litres) for one in waterings(tree)] == [(at, 120)]
    [found] = survey(page, trees=[tree])
    assert found.judgement.state == "good" and found.balance.watered == 120
    stop = next(one for one in answer.json()["items"] if one["tree"] == first)
    assert stop["watered"] == {"at": at.isoformat(timespec="milliseconds"), "litres": 120}
    assert tick(watering_round, first, 0).json()["items"][0] is not None
    assert waterings(tree) == [] and plans.ticked(watering_round) == {}
    assert tick(watering_round, second).status_code == 201
    assert set(plans.ticked(watering_round)) == {second}


def test_what_is_no_tick_changes_nothing(page, watering_round):
    tree = trees_on(watering_round)[0]
    other = IUUID(next(t for t in page.objectValues() if IUUID(t) not in trees_on(watering_round)))
    now = datetime.now(UTC)
    good = {"tree": tree, "litres": 100, "at": now.isoformat()}
    for change, field in (
        ({"tree": other}, "items.1.tree"),
        ({"tree": 7}, "items.1.tree"),
        ({"litres": -1}, "items.1.litres"),
        ({"litres": True}, "items.1.litres"),
        ({"at": (now + timedelta(hours=1)).isoformat()}, "items.1.at"),
        ({"at": (now - timedelta(days=15)).isoformat()}, "items.1.at"),
        ({"at": "2026-11-22T10:00:00"}, "items.1.at"),
        ({"at": "0001-01-01T00:00:00+14:00"}, "items.1.at"),
    ):
        data = {"items": [good, good | change]}
        answer = ask(watering_round, "@waterings", "POST", "gaertner", json=data)
        assert answer.status_code == 400, change
        assert answer.json()["errors"][0]["field"] == field
    for items in ([], "x", None, [good] * 201):
        answer = ask(watering_round, "@waterings", "POST", "gaertner", json={"items": items})
        assert answer.status_code == 400
    transaction.begin()
    assert plans.ticked(watering_round) == {}
    assert api.content.get_state(watering_round) == plans.PLANNED


def test_a_tick_leaves_the_catalogue_alone(page, watering_round):
    first, second, *_others = trees_on(watering_round)
    tick(watering_round, first)
    before = api.portal.get_tool("portal_catalog").getCounter()
    tick(watering_round, second)
    assert api.portal.get_tool("portal_catalog").getCounter() == before
    assert set(plans.ticked(watering_round)) == {first, second}


def test_waterings_by_hand(page):
    keeper, tree = Browser("gaertner"), page[SHELTERED]
    form = keeper.get(tree, "").xpath("//form[.//input[@name='litres']]")[0]
    found = keeper.submit(form, litres="70")
    assert "Die Gießung ist eingetragen." in found.text_content()
    transaction.begin()
    assert [one.litres for one in waterings(tree)] == [70]
    form = found.xpath("//form[.//button[@name='forget']]")[0]
    keeper.submit(form, form.xpath(".//button/@value")[0])
    transaction.begin()
    assert waterings(tree) == []
    yesterday = (datetime.now(UTC) - timedelta(days=2)).date()
    for values in ({"litres": "0"}, {"litres": "x"}, {"day": "2020-01-01"}, {"day": ""}):
        form = keeper.get(tree, "").xpath("//form[.//input[@name='litres']]")[0]
        keeper.submit(form, **values)
        assert keeper.page.xpath("//*[contains(@class, 'error') or contains(@class, 'danger')]")
    keeper.submit(form, day=yesterday.isoformat())
    transaction.begin()
    [noted] = waterings(tree)
    assert noted.at.date() == yesterday
    # A request from elsewhere, without the form's token.
    keeper.session.post(f"{tree.absolute_url()}/water", data={"litres": "50"}, timeout=60)
    transaction.begin()
    assert len(waterings(tree)) == 1


def test_a_copied_tree_has_not_been_watered(page):
    with api.env.adopt_roles(["Manager"]):
        water(page[SHELTERED], datetime.now(UTC), 100)
        copy = api.content.copy(page[SHELTERED], page, id="kopie")
    assert waterings(copy) == [] and len(waterings(page[SHELTERED])) == 1


def test_rain_from_a_file_where_the_gauge_knows_nothing(page):
    keeper = Browser("gaertner")
    days = [datetime.now(ZONE).date() - timedelta(days=back) for back in range(1, 30)]
    lines = "\n".join(f"2629;{day:%Y%m%d};3;1.5;0;0;-999;eor" for day in days)
    head = "STATIONS_ID;MESS_DATUM;QN_6;  RS;RSF;SH_TAG;NSH_TAG;eor"
    page.rain_gauge = None
    transaction.commit()
    form = keeper.get(page, "rain").xpath("//form[@enctype]")[0]
    token = form.xpath(".//input[@name='_authenticator']/@value")[0]

    def upload(content):
        answer = keeper.session.post(
            form.get("action"),
            data={"_authenticator": token},
            files={"file": ("produkt_nieder_tag.txt", content)},
            timeout=60,
        )
        return answer.status_code, html.fromstring(answer.text).text_content()

    assert "29 Tage wurden übernommen" in upload(f"{head}\n{lines}\n")[1]
    transaction.begin()
    [found] = survey(page, trees=[page["baum-01"]])
    assert found.balance.rain == 29 * 3 / 2 and found.balance.rained == 261
    status, text = upload(b"\x00rubbish")
    assert status == 400 and "MESS_DATUM" in text


@pytest.mark.parametrize(
    ("name", "line", "right"),
    [
        ("probes", "baum-06_30; 30", True),
        ("probes", "baum-06_30 30 cm", True),
        ("probes", "baum-06_30", False),
        ("probes", "baum; 900", False),
        ("refills", "Hydrant; 51.2; 6.6", True),
        ("refills", "Hydrant; 51,2; 6,6", True),
        ("refills", "Hydrant; 510; 6.6", False),
        ("refills", "51.2; 6.6", False),
        ("tiles", "/karten/{z}/{x}/{y}.png", True),
        ("tiles", "https://tile.example.org/{z}/{x}/{y}.png", False),
        ("tiles", "//tile.example.org/{z}/{x}/{y}.png", False),
        ("tiles", "/karten/", False),
    ],
)
def test_what_is_written_in_a_line(name, line, right):
    from kaarst.metering.trees.interfaces import ITree
    from kaarst.metering.trees.interfaces import ITrees
    from zope.schema.interfaces import ValidationError

    field = (ITree if name == "probes" else ITrees)[name]
    value = [line] if name != "tiles" else line
    if right:
        field.validate(value)
    else:
        with pytest.raises(ValidationError):
            field.validate(value)
