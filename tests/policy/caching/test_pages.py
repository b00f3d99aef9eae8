"""What is kept of which page and for whom; asked of a real server."""

from datetime import timedelta
from kaarst.policy.create import create
from plone.app.testing import applyProfile
from plone.app.testing import login
from plone.app.testing import SITE_OWNER_NAME
from plone.registry.interfaces import IRegistry
from tests.policy.caching.town import FRIDAY
from tests.policy.caching.town import from_memory
from tests.policy.caching.town import OWNER
from tests.policy.caching.town import PAGES
from zope.component import getUtility

import pytest
import requests
import time_machine
import transaction


def test_pages_are_kept_for_visitors_and_asked_for_each_time(ask):
    with time_machine.travel(FRIDAY + timedelta(hours=9), tick=False):
        for path in PAGES:
            first, second = ask(path), ask(path)
            assert first.status_code == second.status_code == 200, path
            assert not from_memory(first) and from_memory(second), path
            assert second.content == first.content, path
            assert "Set-Cookie" not in first.headers, path
            assert second.headers["Cache-Control"] == "max-age=0, must-revalidate, private", path
            again = ask(path, headers={"If-None-Match": first.headers["ETag"]})
            assert (again.status_code, again.content) == (304, b""), path


@pytest.mark.parametrize(
    "path", ["/veranstaltungen/fest/ics_view", "/veranstaltungen/event_listing_ical"]
)
def test_a_calendar_file_that_is_streamed_is_asked_for_each_time(ask, path):
    with time_machine.travel(FRIDAY + timedelta(hours=9), tick=False):
        first = ask(path)
        again = ask(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (first.status_code, again.status_code) == (200, 304)


def test_nothing_of_who_is_logged_in_is_kept(ask):
    for path in PAGES:
        mine = ask(path, auth=OWNER)
        assert mine.headers["Cache-Control"] == "private, no-store", path
        assert "ETag" not in mine.headers and not from_memory(mine), path
        visitors = ask(path)
        assert not from_memory(visitors), path
        assert "protect-script" not in visitors.text, path
    assert "protect-script" in ask("/seite", auth=OWNER).text
    assert not from_memory(ask("/seite", auth=OWNER))


@pytest.mark.parametrize(
    "path, policy",
    [
        ("/@@status", "private, no-store"),
        ("/seite/@@feedback", "private, no-store"),
        ("/@@search?SearchableText=Eine", "private, no-cache"),
        ("/sammlung", "private, no-cache"),
        ("/leistungen?q=umgezogen", "max-age=0, must-revalidate, private"),
    ],
)
def test_what_concerns_one_person_is_not_kept(ask, path, policy):
    first, second = ask(path), ask(path)
    assert first.status_code == second.status_code == 200
    assert second.headers["Cache-Control"] == policy
    assert not from_memory(second)
    assert first.headers.get("ETag") is None or first.headers["ETag"] != second.headers["ETag"]


@pytest.mark.parametrize("path", ["/@@outbox", "/@@town-settings", "/startseite/@@arrange"])
def test_pages_of_the_town_hall_are_kept_nowhere(ask, path):
    answer = ask(path, auth=OWNER)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_an_answer_to_feedback_is_kept_nowhere(ask, town):
    answer = requests.post(
        f"{town.seite.absolute_url()}/@@feedback",
        {"helpful": "yes"},
        allow_redirects=False,
        timeout=60,
    )
    assert answer.status_code == 303
    assert not from_memory(answer)
    assert "no-store" in answer.headers.get("Cache-Control", "no-store")


def test_a_message_for_one_visitor_reaches_no_other(ask):
    ask("/seite", cookies={"statusmessages": "BQhpbmZvaGVsbG8"})
    assert not from_memory(ask("/seite"))


def test_a_message_does_not_come_out_of_memory(ask):
    ask("/seite")
    assert not from_memory(ask("/seite", cookies={"statusmessages": "BQhpbmZvaGVsbG8"}))


def test_a_page_and_its_json_are_two_things(ask):
    page = ask("/seite")
    assert page.headers["Content-Type"].startswith("text/html")
    json = {"Accept": "application/json"}
    answer = ask("/seite", headers=json)
    assert answer.headers["Content-Type"].startswith("application/json")
    assert not from_memory(ask("/seite", headers=json))
    stale = ask("/seite", headers={**json, "If-None-Match": page.headers["ETag"]})
    assert stale.status_code != 304
    mine = ask("/seite", headers=json, auth=OWNER)
    assert mine.headers["Cache-Control"] == "private, no-store"


def test_two_towns_in_one_process_share_nothing_nor_do_their_languages(ask, functional):
    root = functional["app"]
    login(root, SITE_OWNER_NAME)
    assert create(root, "zweitstadt", "Zweitstadt", False, lambda text: None)
    transaction.commit()
    second = f"{root.absolute_url()}/zweitstadt"

    def texts():
        paths = ("/impressum", "/en/welcome", "")
        return [requests.get(second + path, timeout=60).text for path in paths]

    german, english, home = texts()
    for answer in (ask(), ask("/seite")):
        assert "Zweitstadt" not in answer.text
    assert texts() == [german, english, home]
    assert "/plone/" not in home
    assert 'aria-label="Hauptnavigation"' in german and "Barriere melden" in german
    assert 'aria-label="Main navigation"' in english and "Report a barrier" in english


def test_uninstall_leaves_no_rule_behind_and_install_brings_them_back(portal):
    registry = getUtility(IRegistry)
    enabled = "plone.caching.interfaces.ICacheSettings.enabled"
    mapping = "plone.caching.interfaces.ICacheSettings.operationMapping"
    assert registry[enabled] and registry[mapping]["kaarst.policy.page"] == "kaarst.policy.pages"
    applyProfile(portal, "kaarst.policy:uninstall")
    assert not registry[enabled]
    assert not registry[mapping]
    assert not [name for name in registry.records if name.startswith("kaarst.policy.pages")]
    for name in ("contentTypeRulesetMapping", "templateRulesetMapping"):
        rules = registry[f"plone.app.caching.interfaces.IPloneCacheSettings.{name}"] or {}
        assert not [rule for rule in rules.values() if rule.startswith("kaarst.")]
    applyProfile(portal, "kaarst.policy:default")
    assert registry[enabled] and registry[mapping]["kaarst.policy.page"] == "kaarst.policy.pages"
