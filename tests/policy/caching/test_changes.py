"""How long a page is kept: edits, settings and the clock show at once."""

from DateTime import DateTime
from datetime import timedelta
from plone import api
from tests.policy.caching.town import FRIDAY
from tests.policy.caching.town import from_memory
from tests.services.content import published

import time_machine
import transaction


def test_an_edit_shows_at_once(ask, town):
    with time_machine.travel(FRIDAY + timedelta(hours=9), tick=False):
        before = {path: ask(path) for path in ("", "/seite", "/aktuelles")}
        town.aktuelles.neues.title = "Neueres aus dem Rathaus"
        town.aktuelles.neues.reindexObject()
        transaction.commit()
        for path, old in before.items():
            new = ask(path, headers={"If-None-Match": old.headers["ETag"]})
            assert new.status_code == 200, path
        assert "Neueres aus dem Rathaus" in ask("/aktuelles").text
        assert "Neueres aus dem Rathaus" in ask().text


def test_a_setting_of_the_town_shows_at_once(ask, town):
    before = ask("/seite")
    assert "02131 987-4711" not in before.text
    api.portal.set_registry_record("kaarst.town.phone", "02131 987-4711")
    transaction.commit()
    new = ask("/seite", headers={"If-None-Match": before.headers["ETag"]})
    assert new.status_code == 200
    assert "02131 987-4711" in new.text


def test_the_order_of_the_blocks_shows_at_once(ask, town):
    api.portal.set_registry_record("kaarst.town.hours_friday", "08:30-12:00")
    transaction.commit()
    before = ask().text
    assert before.index('id="hours"') > before.index('id="question"')
    home = town.startseite
    home.getOrdering().moveObjectsToTop(["hours"])
    transaction.commit()
    after = ask().text
    assert after.index('id="hours"') < after.index('id="question"')


def test_a_hidden_page_leaves_memory_and_navigation(ask, town):
    assert ask("/seite").status_code == 200
    assert ask("/seite").status_code == 200
    api.content.transition(town.seite, "retract")
    transaction.commit()
    assert ask("/seite").status_code in (302, 401)
    assert "/seite" not in ask().text


def test_open_and_closed_change_with_the_minute(ask, town):
    api.portal.set_registry_record("kaarst.town.hours_friday", "08:30-12:00")
    transaction.commit()
    with time_machine.travel(FRIDAY.replace(hour=11, minute=59, second=50), tick=False):
        ask()
        still = ask()
        assert from_memory(still) and "is-open" in still.text
    with time_machine.travel(FRIDAY.replace(hour=12, second=1), tick=False):
        closed = ask("", headers={"If-None-Match": still.headers["ETag"]})
        assert closed.status_code == 200
        assert "is-closed" in closed.text and "is-open" not in closed.text


def test_an_event_that_is_over_goes(ask):
    with time_machine.travel(FRIDAY.replace(hour=19, minute=59), tick=False):
        assert "Stadtfest" in ask().text
        assert "Stadtfest" in ask().text
    with time_machine.travel(FRIDAY.replace(hour=20, minute=1), tick=False):
        assert "Stadtfest" not in ask().text


def test_a_notice_comes_and_goes_on_every_page(ask, town):
    start = FRIDAY.replace(hour=10, second=20)
    published(
        api.content.create(
            town, "Alert", title="Kein Wasser", start=start, end=start + timedelta(seconds=30)
        )
    )
    transaction.commit()
    for second, shown in ((-1, False), (0, True), (29, True), (30, False)):
        with time_machine.travel(start + timedelta(seconds=second), tick=False):
            assert ("Kein Wasser" in ask("/seite").text) is shown, second
            assert ("Kein Wasser" in ask("/seite").text) is shown, second


def test_a_page_appears_at_its_time(ask, town):
    news = published(api.content.create(town.aktuelles, "News Item", title="Erst um zehn"))
    news.setEffectiveDate(DateTime(FRIDAY.replace(hour=10)))
    news.reindexObject()
    transaction.commit()
    for hour, minute, shown in ((9, 58, False), (10, 1, True)):
        with time_machine.travel(FRIDAY.replace(hour=hour, minute=minute), tick=False):
            for _time in range(2):
                assert ("Erst um zehn" in ask("/aktuelles").text) is shown
                assert ("Erst um zehn" in ask().text) is shown
