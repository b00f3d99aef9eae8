"""Until when a site looks the same if nobody changes anything."""

from DateTime import DateTime
from datetime import datetime
from datetime import timedelta
from datetime import UTC
from hypothesis import given
from hypothesis import strategies as st
from kaarst.core.opening_hours import BERLIN
from kaarst.policy.caching import spans
from plone import api
from plone.app.testing import setRoles
from plone.app.testing import TEST_USER_ID

import pytest


NOW = datetime(2026, 11, 20, 10, 30, 20, tzinfo=UTC)
seconds = st.integers(0, 4_000_000_000).map(float)


@given(st.lists(seconds, max_size=8), seconds)
def test_no_moment_lies_within_a_span(moments, now):
    found = spans.span(moments, now)
    assert now in found
    assert not any(found.start < moment < found.end for moment in moments)
    assert found.start in (0.0, *moments)
    assert found.end in (float("inf"), *moments)


@pytest.mark.parametrize(
    "day, hours",
    [((2026, 3, 29), 23), ((2026, 10, 25), 25), ((2026, 6, 1), 24)],
)
def test_a_day_lasts_as_long_as_the_clock_says(day, hours):
    for hour in (0, 1, 2, 3, 12, 23):
        start, end = spans.midnights(datetime(*day, hour, 30, tzinfo=BERLIN))
        assert end - start == hours * 3600
        assert datetime.fromtimestamp(start, BERLIN) == datetime(*day, tzinfo=BERLIN)


def test_a_minute_ends_with_the_minute():
    first = spans.minute(NOW)
    assert spans.minute(NOW + timedelta(seconds=39)) == first
    assert spans.minute(NOW + timedelta(seconds=40)) != first


@pytest.fixture
def page(portal):
    setRoles(portal, TEST_USER_ID, ["Manager"])
    page = api.content.create(portal, "Document", id="seite", title="Seite")
    api.content.transition(page, "publish")
    page.setEffectiveDate(DateTime(2026, 1, 1))
    page.reindexObject()
    return page


def moment(*clock):
    return datetime(2026, 11, 20, *clock, tzinfo=UTC).timestamp()


def test_a_page_appears_and_expires(portal, page):
    page.setEffectiveDate(DateTime("2026-11-20 10:45:00 UTC"))
    page.setExpirationDate(DateTime("2026-11-20 11:15:30 UTC"))
    page.reindexObject()
    assert spans.current(portal, NOW).end == moment(10, 45)
    within = spans.current(portal, NOW + timedelta(minutes=20))
    # The catalogue shows it until the end of the minute in which it expires.
    assert (within.start, within.end) == (moment(10, 46), moment(11, 15))
    after = spans.current(portal, NOW + timedelta(minutes=50))
    assert after.start == moment(11, 16)


def test_a_notice_begins_and_ends(portal, page):
    alert = api.content.create(
        portal, "Alert", title="Wasser", start=NOW, end=NOW + timedelta(seconds=90)
    )
    api.content.transition(alert, "publish")
    for second, start, end in ((-1, None, 0), (0, 0, 90), (89, 0, 90), (90, 90, None)):
        found = spans.current(portal, NOW + timedelta(seconds=second))
        if start is not None:
            assert found.start == NOW.timestamp() + start
        if end is not None:
            assert found.end == NOW.timestamp() + end
