"""Notices above pages: when, where, and switched with one button."""

from datetime import datetime
from datetime import timedelta
from datetime import UTC
from hypothesis import given
from hypothesis import strategies as st
from kaarst.core.opening_hours import BERLIN
from kaarst.policy.alerts.interfaces import IAlert
from kaarst.policy.alerts.notices import current
from kaarst.policy.alerts.notices import Notice
from kaarst.policy.alerts.notices import Severity
from kaarst.policy.alerts.published import elsewhere
from kaarst.policy.alerts.published import notices_on
from kaarst.policy.caching.spans import span
from plone import api
from plone.app.testing import logout
from plone.app.testing import setRoles
from plone.app.testing import TEST_USER_ID
from plone.protect import createToken
from z3c.relationfield import RelationValue
from zExceptions import Forbidden
from zExceptions import Unauthorized
from zope.component import getUtility
from zope.interface import Invalid
from zope.intid.interfaces import IIntIds

import pytest
import time_machine


NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)

moments = st.one_of(
    st.none(),
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),
)
notices = st.lists(
    st.builds(
        Notice,
        path=st.just(("", "site", "n")),
        title=st.just("x"),
        text=st.just(""),
        severity=st.sampled_from(Severity),
        start=moments,
        end=moments,
    ),
    max_size=6,
)


@given(notices, st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)))
def test_between_two_changes_the_same_notices_hold(found, now):
    """So pages may be kept from one change to the next (kaarst.policy.caching.spans)."""
    dates = [date.timestamp() for n in found for date in (n.start, n.end) if date]
    during = span(dates, now.timestamp())
    assert now.timestamp() in during
    if during.end != float("inf"):
        last = datetime.fromtimestamp(during.end, UTC) - timedelta(microseconds=1)
        assert current(found, now) == current(found, last)
    first = datetime.fromtimestamp(during.start, UTC)
    assert current(found, now) == current(found, first)


def notice(title, severity=Severity.INFO, **dates):
    return Notice(path=("", "site", title), title=title, text="", severity=severity, **dates)


def test_the_gravest_stands_first_then_the_newest():
    found = [
        notice("old", start=NOON - 3 * HOUR),
        notice("new", start=NOON - HOUR),
        notice("storm", Severity.EMERGENCY),
        notice("works", Severity.WARNING),
        notice("over", Severity.EMERGENCY, end=NOON),
    ]
    assert [n.title for n in current(found, NOON)] == ["storm", "works", "new", "old"]


@pytest.fixture
def folder(portal):
    setRoles(portal, TEST_USER_ID, ["Manager"])
    return api.content.create(portal, "Folder", id="hinweise", title="Hinweise")


@pytest.fixture
def alert(folder):
    return api.content.create(
        folder, "Alert", title="Das Rathaus ist geschlossen", severity="warning"
    )


def titles(context, portal):
    return [notice.title for notice in notices_on(context, portal)]


def test_a_published_alert_stands_on_every_page(portal, folder, alert):
    assert titles(portal, portal) == []
    api.content.transition(alert, "publish")
    assert titles(portal, portal) == titles(folder, portal) == ["Das Rathaus ist geschlossen"]


def test_an_alert_for_a_section_stands_in_it_only(portal, folder, alert):
    section = api.content.create(portal, "Folder", title="Rathaus")
    page = api.content.create(section, "Document", title="Seite")
    alert.pages = [RelationValue(getUtility(IIntIds).getId(section))]
    api.content.transition(alert, "publish")
    assert titles(section, portal) == titles(page, portal) == ["Das Rathaus ist geschlossen"]
    assert titles(portal, portal) == []
    assert [notice.title for notice in elsewhere(portal, portal)] == ["Das Rathaus ist geschlossen"]


def test_dates_are_local_for_editors_and_kept_in_utc(alert):
    alert.start = datetime(2026, 7, 1, 8, 0)
    alert.end = datetime(2026, 12, 1, 8, 0, tzinfo=BERLIN)
    assert alert.start == datetime(2026, 7, 1, 6, 0, tzinfo=UTC)
    assert alert.end.tzinfo is UTC and alert.end.hour == 7


def test_it_disappears_at_its_end_without_anybody_doing_anything(portal, alert):
    alert.start, alert.end = NOON, NOON + HOUR
    api.content.transition(alert, "publish")
    for moment, shown in ((NOON - HOUR, False), (NOON, True), (NOON + HOUR, False)):
        with time_machine.travel(moment, tick=False):
            assert bool(titles(portal, portal)) is shown


def test_an_end_before_the_start_is_refused():
    class Data:
        start, end = NOON, NOON - HOUR

    with pytest.raises(Invalid, match="ends before it starts"):
        IAlert.validateInvariants(Data)


def switch(alert, method="POST", token=True):
    request = alert.REQUEST.clone()
    request.environ["REQUEST_METHOD"] = request.method = method
    if token:
        request.form["_authenticator"] = createToken()
    return api.content.get_view("switch", alert, request)()


def test_an_editor_switches_it_on_and_off_with_one_button(portal, alert):
    setRoles(portal, TEST_USER_ID, ["Editor", "Reviewer"])
    switch(alert)
    assert api.content.get_state(alert) == "published"
    switch(alert)
    assert api.content.get_state(alert) == "private"


def test_switching_needs_a_form_a_token_and_the_permission(portal, alert):
    with pytest.raises(Forbidden):
        switch(alert, method="GET")
    with pytest.raises(Forbidden):
        switch(alert, token=False)
    setRoles(portal, TEST_USER_ID, ["Member"])
    with pytest.raises(Unauthorized):
        alert.restrictedTraverse("@@switch")
    assert api.content.get_state(alert) == "private"


def test_the_list_shows_editors_what_is_off_and_visitors_only_what_is_on(portal, folder, alert):
    api.content.transition(folder, "publish")
    view = api.content.get_view("alerts_view", folder, folder.REQUEST.clone())
    assert [row["state"] for row in view.rows()] == ["Switched off"]
    logout()
    assert view.rows() == []
