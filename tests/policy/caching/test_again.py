"""A page that is given before Plone has looked for it: the same answer, and only to the same question."""

from datetime import timedelta
from kaarst.policy.caching import again
from plone import api
from Products.SiteAccess.VirtualHostMonster import manage_addVirtualHostMonster
from tests.policy.caching.town import FRIDAY
from tests.policy.caching.town import from_memory
from tests.policy.caching.town import OWNER
from tests.policy.caching.town import PAGES
from urllib.parse import urlsplit
from zope.component import getUtility
from zope.ramcache.interfaces.ram import IRAMCache

import pytest
import requests
import time_machine
import transaction


MORNING = FRIDAY + timedelta(hours=9)


@pytest.fixture
def given(monkeypatch):
    """The pages that were given at once."""
    found = []
    intercepted = again.Intercepted

    def counted(status, body):
        found.append(body)
        return intercepted(status, body)

    again.notes.clear()
    monkeypatch.setattr(again, "Intercepted", counted)
    return found


@pytest.fixture
def warm(ask, given):
    """Asks until the page is given at once; the last answer."""

    def warmed(path="/seite", **options):
        for _time in range(3):
            answer = ask(path, **options)
        assert given, path
        given.clear()
        return answer

    with time_machine.travel(MORNING, tick=False):
        yield warmed


def headers(answer):
    return {name: value for name, value in answer.headers.items() if name != "Date"}


def test_the_answer_is_the_same_as_the_long_way(ask, given):
    with time_machine.travel(MORNING, tick=False):
        for path in (page for page in PAGES if "?" not in page):
            _first, second = ask(path), ask(path)
            assert from_memory(second) and not given, path
            third = ask(path)
            assert len(given) == 1, path
            assert (third.status_code, third.content) == (200, second.content), path
            assert headers(third) == headers(second), path
            given.clear()


#: What the publisher is asked beside the address.
OTHER_QUESTIONS = (
    {"auth": OWNER},
    {"auth": ("nobody", "wrong")},
    {"cookies": {"statusmessages": "BQhpbmZvaGVsbG8"}},
    {"cookies": {"I18N_LANGUAGE": "en"}},
    {"cookies": {"__ac": "somebody"}},
    {"params": {"x": "1"}},
    {"headers": {"Accept": "application/json"}},
    {"headers": {"Accept-Language": "en"}},
    {"headers": {"If-None-Match": '"x"'}},
    {"headers": {"If-Modified-Since": "Sat, 1 Jan 2000 00:00:00 GMT"}},
    {"headers": {"Range": "bytes=0-9"}},
    {"headers": {"X-Forwarded-Proto": "https"}},
    {"headers": {"X-Never-Heard-Of": "1"}},
    {"headers": {"Host": "elsewhere.example"}},
)


def test_another_question_goes_the_whole_way(ask, warm, given, town):
    warm()
    for asked in OTHER_QUESTIONS:
        answer = ask("/seite", **asked)
        assert not given, asked
    assert "http://elsewhere.example" in answer.text
    ask("/seite")
    assert len(given) == 1
    given.clear()
    for method in ("HEAD", "POST", "OPTIONS", "PROPFIND"):
        requests.request(method, town.seite.absolute_url(), timeout=60)
        assert not given, method


def test_what_personal_was_asked_is_never_noted(ask, given):
    with time_machine.travel(MORNING, tick=False):
        for asked in ({"auth": OWNER}, {"cookies": {"any": "1"}}, {"params": {"x": "1"}}):
            for _time in range(4):
                assert ask("/seite", **asked).status_code == 200
    assert not given and not len(again.notes)


def test_who_asks_and_from_where_does_not_matter(ask, warm, given):
    warm()
    ask("/seite", headers={"User-Agent": "another", "Referer": "x", "Sec-Fetch-Mode": "cors"})
    assert len(given) == 1


def test_virtual_hosts_are_kept_apart(ask, warm, given, town, functional):
    manage_addVirtualHostMonster(functional["app"], "virtual_hosting")
    transaction.commit()
    inside = warm()
    root = urlsplit(town.absolute_url())
    base = (
        f"{root.scheme}://{root.netloc}/VirtualHostBase/https/{{}}:443/plone/VirtualHostRoot/seite"
    )
    for host in ("stadt.example", "dorf.example"):
        assert f"https://{host}/" in requests.get(base.format(host), timeout=60).text
    assert not given
    for host, other in (("stadt.example", "dorf.example"), ("dorf.example", "stadt.example")):
        for _time in range(2):
            answer = requests.get(base.format(host), timeout=60)
        assert f"https://{host}/" in answer.text
        assert other not in answer.text and root.netloc not in answer.text
    assert len(given) == 2
    assert ask("/seite").content == inside.content


def test_an_edit_in_another_connection_shows_at_once(ask, warm, given, town):
    before = warm()
    town.seite.title = "Ganz anders"
    town.seite.reindexObject()
    transaction.commit()
    after = ask("/seite")
    assert not given
    assert "Ganz anders" in after.text and "Ganz anders" not in before.text


def test_rights_that_no_catalogue_knows_of_hold_at_once(ask, warm, given, town):
    """Taken away in the management interface: nothing is indexed anew."""
    warm()
    town.seite.manage_permission("View", ["Manager"], acquire=0)
    transaction.commit()
    assert ask("/seite").status_code in (302, 401)
    assert not given
    town.seite.manage_permission("View", [], acquire=1)
    transaction.commit()
    warm()
    town.manage_permission("View", ["Manager"], acquire=0)
    transaction.commit()
    ask("/seite")
    assert not given


def test_a_page_that_is_gone_is_gone(ask, warm, given, town):
    warm()
    api.content.delete(town.seite)
    transaction.commit()
    assert ask("/seite").status_code == 404
    assert not given


def test_switched_off_in_the_control_panel_it_is_off(ask, warm, given):
    warm()
    name = "plone.caching.interfaces.ICacheSettings.enabled"
    api.portal.set_registry_record(name, False)
    transaction.commit()
    for _time in range(3):
        assert not from_memory(ask("/seite"))
    assert not given


def test_an_emptied_memory_is_empty(ask, warm, given):
    warm()
    getUtility(IRAMCache).invalidateAll()
    assert not from_memory(ask("/seite"))
    assert not given


def test_it_holds_until_the_minute_ends(ask, given):
    with time_machine.travel(MORNING + timedelta(seconds=58), tick=False):
        for _time in range(3):
            ask()
    assert len(given) == 1
    with time_machine.travel(MORNING + timedelta(seconds=60), tick=False):
        ask()
    assert len(given) == 1


def test_old_notes_make_room_for_new_ones():
    notes = again.Notes(2)
    for question in ("a", "b"):
        notes.put(question, question)
    assert notes.get("a") == "a"
    notes.put("c", "c")
    assert (notes.get("a"), notes.get("b"), notes.get("c")) == ("a", None, "c")
