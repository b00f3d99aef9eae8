"""Lists of news and events, the search page, feeds, and the pages for what went wrong."""

from DateTime import DateTime
from datetime import datetime
from datetime import timedelta
from datetime import UTC
from kaarst.policy.listings.views import batch_start
from plone import api
from plone.app.testing import setRoles
from plone.app.testing import TEST_USER_ID

import pytest
import pytz
import requests
import time_machine
import transaction


NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


@pytest.fixture
def news(portal):
    setRoles(portal, TEST_USER_ID, ["Manager"])
    folder = api.content.create(portal, "Folder", id="aktuelles", title="Aktuelles")
    for year, title in ((2024, "Alt"), (2026, "Neu"), (2025, "Mittel")):
        item = api.content.create(folder, "News Item", title=title)
        api.content.transition(item, "publish")
        item.setEffectiveDate(DateTime(year, 6, 1))
        item.reindexObject()
    return folder


def view(context, name, **form):
    request = context.REQUEST.clone()
    request.form.update(form)
    return api.content.get_view(name, context, request)


def test_the_newest_news_stands_first(news):
    listing = view(news, "news_view")
    assert [card["title"] for card in listing.cards()] == ["Neu", "Mittel", "Alt"]
    assert listing.years() == [2026, 2025, 2024]
    assert listing.cards()[0]["datetime"] == "2026-06-01"


def test_one_year_of_news(news):
    assert [card["title"] for card in view(news, "news_view", year="2025").cards()] == ["Mittel"]
    assert len(view(news, "news_view", year="nonsense").cards()) == 3


@pytest.mark.parametrize("start", ["-5", "x", ["1", "2"], ""])
def test_a_wrong_page_number_is_no_error(news, start):
    assert view(news, "news_view", b_start=start).cards()
    assert batch_start(view(news, "news_view", b_start=start).request) >= 0


@pytest.fixture
def events(portal):
    setRoles(portal, TEST_USER_ID, ["Manager"])
    folder = api.content.create(portal, "Folder", id="veranstaltungen", title="Veranstaltungen")
    for days, title in ((-3, "Vorbei"), (0.2, "Heute"), (5, "Bald"), (40, "Später")):
        # plone.event works with the zones of pytz, as Plone's own forms give them.
        start = pytz.utc.localize(NOW.replace(tzinfo=None)) + timedelta(days=days)
        api.content.create(
            folder, "Event", title=title, start=start, end=start + timedelta(hours=2)
        )
    return folder


def titles(listing):
    return [card["title"] for month in listing.months() for card in month["cards"]]


@pytest.mark.parametrize(
    "when, expected",
    [
        ("", ["Heute", "Bald", "Später"]),
        ("today", ["Heute"]),
        ("week", ["Heute", "Bald"]),
        ("month", ["Heute", "Bald"]),
        ("past", ["Vorbei"]),
        ("whenever", ["Heute", "Bald", "Später"]),
    ],
)
def test_events_of_a_time(events, when, expected):
    with time_machine.travel(NOW, tick=False):
        assert titles(view(events, "events_view", when=when)) == expected


def test_an_event_that_comes_again_stands_on_each_day_in_local_time(events):
    start = pytz.timezone("Europe/Berlin").localize(datetime(2026, 10, 22, 18, 30))
    event = api.content.create(
        events,
        "Event",
        title="Sprechstunde",
        start=start,
        end=start + timedelta(hours=1),
        recurrence="RRULE:FREQ=WEEKLY;COUNT=2",
    )
    with time_machine.travel(datetime(2026, 10, 20, tzinfo=UTC), tick=False):
        months = view(events, "events_view", when="month").months()
        cards = [card for month in months for card in month["cards"]]
        found = [card for card in cards if card["title"] == "Sprechstunde"]
        # The clock goes back on 25 October 2026: half past six stays half past six for people.
        assert [(card["day"], card["hours"][:5]) for card in found] == [
            (22, "18:30"),
            (29, "18:30"),
        ]
        assert len(view(event, "event_view").more_dates()) == 1


def test_search_finds_and_says_where(portal, news):
    listing = view(portal, "search", SearchableText="Mittel")
    (row,) = listing.rows()
    assert (row["title"], row["way"]) == ("Mittel", "Aktuelles")
    assert listing.page_title.startswith("“Mittel”")


@pytest.mark.parametrize("text", ["", "   ", "*", '"', "(", "AND OR", "x" * 3000])
def test_no_text_makes_the_search_fail(portal, news, text):
    assert isinstance(view(portal, "search", SearchableText=text).rows(), list)
    view(portal, "search", SearchableText=text, kind="nothing", sort_on="Date")()


def test_the_kind_limits_the_results(portal, news):
    assert view(portal, "search", SearchableText="Mittel", kind="events").rows() == []
    assert view(portal, "search", SearchableText="Mittel", kind="news").rows()


@pytest.fixture
def site(functional_portal):
    portal = functional_portal
    setRoles(portal, TEST_USER_ID, ["Manager"])
    folder = api.content.create(portal, "Folder", id="aktuelles", title="Aktuelles")
    item = api.content.create(folder, "News Item", title="Neue Radwege")
    for content in (folder, item):
        api.content.transition(content, "publish")
    transaction.commit()
    return portal


def test_news_can_be_subscribed_to(site):
    answer = requests.get(f"{site.absolute_url()}/aktuelles/RSS")
    assert answer.status_code == 200
    assert "Neue Radwege" in answer.text


def test_a_missing_page_helps_on(site):
    answer = requests.get(f"{site.absolute_url()}/gibt-es-nicht", headers={"Accept": "text/html"})
    assert answer.status_code == 404
    assert "This page does not exist" in answer.text
    assert 'role="search"' in answer.text
    assert "Set-Cookie" not in answer.headers


def test_junk_in_an_address_is_no_error_of_the_server(site):
    address = f"{site.absolute_url()}/aktuelles"
    for view in ("listing_view", "news_view", "view"):
        for query in (
            "b_start=x",
            "b_start:list=1",
            "b_size=%00",
            "b_start=" + "9" * 50,
            "b_start=-1",
        ):
            assert requests.get(f"{address}/{view}?{query}").status_code == 200, (view, query)
        answer = requests.get(f"{address}/{view}?q=%ED%A0%80&b_start=0")
        assert answer.status_code == 400, view
