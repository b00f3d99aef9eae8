"""“Was this page helpful?”: counted for good, without a cookie, and without touching the catalogue."""

from datetime import datetime
from datetime import timedelta
from datetime import UTC
from kaarst.core.ratelimit import purge
from kaarst.core.stores import existing
from kaarst.policy.feedback.interfaces import PREFIX
from kaarst.policy.feedback.interfaces import STORE
from kaarst.policy.feedback.job import DeleteComments
from kaarst.policy.feedback.store import FeedbackStore
from kaarst.policy.feedback.store import MAX_COMMENT
from plone import api
from plone.app.testing import logout
from plone.app.testing import setRoles
from plone.app.testing import TEST_USER_ID
from plone.protect import createToken
from zExceptions import BadRequest
from zExceptions import Unauthorized

import pytest
import requests
import time_machine
import transaction


NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def test_answers_are_summed_by_page_and_month():
    kept = FeedbackStore()
    for month in (9, 10, 11):
        kept.count("a", "yes", NOW.replace(month=month))
    for _ in range(40):
        kept.count("b", "no", NOW)
    assert kept.counts() == {"a": {"yes": 3, "no": 0}, "b": {"yes": 0, "no": 40}}
    assert kept.counts("2026-11") == {"a": {"yes": 1, "no": 0}, "b": {"yes": 0, "no": 40}}


def test_only_yes_and_no_are_answers():
    with pytest.raises(ValueError):
        FeedbackStore().count("a", "maybe")
    with pytest.raises(ValueError):
        FeedbackStore().comment("a", "maybe", "text")


def test_comments_are_cut_and_go_after_their_period():
    kept = FeedbackStore()
    kept.comment("a", "no", "x" * 5000, NOW - timedelta(days=200))
    kept.comment("a", "yes", "new", NOW)
    assert [len(comment.text) for comment in kept.comments()] == [3, MAX_COMMENT]
    assert kept.remove_comments_before(NOW - timedelta(days=180)) == 1
    assert [comment.text for comment in kept.comments()] == ["new"]


@pytest.fixture
def page(portal):
    setRoles(portal, TEST_USER_ID, ["Manager"])
    page = api.content.create(portal, "Document", title="Personalausweis")
    api.content.transition(page, "publish")
    return page


def send(page, **form):
    request = page.REQUEST.clone()
    request.environ["REQUEST_METHOD"] = request.method = "POST"
    request.environ["REMOTE_ADDR"] = form.pop("address", "192.0.2.7")
    request.form.update(form)
    view = api.content.get_view("feedback", page, request)
    return view(), request.response


def test_an_answer_is_counted_and_a_comment_kept(portal, page):
    counter = portal.portal_catalog.getCounter()
    logout()
    _page, response = send(page, helpful="no")
    assert response.getStatus() == 303
    assert "thanks=answer" in response.getHeader("Location")
    send(page, helpful="no", comment="  Wo ist das Formular?  ")
    kept = existing(portal, STORE)
    assert kept.counts() == {page.UID(): {"yes": 0, "no": 1}}
    assert [comment.text for comment in kept.comments()] == ["Wo ist das Formular?"]
    assert portal.portal_catalog.getCounter() == counter


def test_programs_are_thanked_and_not_counted(portal, page):
    _page, response = send(page, helpful="yes", website="http://spam.example")
    assert response.getStatus() == 303
    assert existing(portal, STORE).counts() == {}


@pytest.mark.parametrize("form", [{}, {"helpful": "perhaps"}, {"helpful": ["yes", "no"]}])
def test_what_no_button_sends_is_refused(portal, page, form):
    with pytest.raises(BadRequest):
        send(page, **form)
    assert existing(portal, STORE).counts() == {}


def test_one_sender_cannot_flood(portal, page):
    with time_machine.travel(NOW, tick=False):
        for _ in range(30):
            send(page, helpful="no", address="192.0.2.99")
        text, response = send(page, helpful="no", address="192.0.2.99")
    assert response.getStatus() == 429
    assert int(response.getHeader("Retry-After")) > 0
    assert "too many answers" in text
    assert existing(portal, STORE).counts()[page.UID()]["no"] == 30
    purge()


def test_the_worker_deletes_old_comments(portal, page):
    api.portal.set_registry_record(f"{PREFIX}.comment_days", 30)
    kept = existing(portal, STORE)
    kept.comment(page.UID(), "no", "old", NOW)
    with time_machine.travel(NOW + timedelta(days=29), tick=False):
        DeleteComments().run(portal)
        assert len(list(kept.comments())) == 1
    with time_machine.travel(NOW + timedelta(days=31), tick=False):
        DeleteComments().run(portal)
    assert list(kept.comments()) == []


def report(portal, name="feedback-report", **form):
    request = portal.REQUEST.clone()
    request.form.update(form)
    return api.content.get_view(name, portal, request)


def test_editors_see_the_pages_that_help_least_first(portal, page):
    other = api.content.create(portal, "Document", title="=Reisepass")
    kept = existing(portal, STORE)
    kept.count(page.UID(), "no")
    kept.count(other.UID(), "yes")
    kept.count("gone", "yes")
    setRoles(portal, TEST_USER_ID, ["Editor"])
    rows = report(portal).rows()
    assert [row["title"] for row in rows][0] == "Personalausweis"
    assert "Page that is gone" in [row["title"] for row in rows]
    table = report(portal, "feedback-report.csv")().decode("utf-8-sig")
    assert f"Personalausweis;{page.absolute_url()};0;1;0" in table
    assert "'=Reisepass" in table


def test_an_editor_deletes_a_comment_with_a_name_in_it(portal, page):
    kept = existing(portal, STORE)
    key = kept.comment(page.UID(), "no", "Frau Mustermann war unfreundlich")
    view = report(portal, remove=key, _authenticator=createToken())
    view.request.environ["REQUEST_METHOD"] = view.request.method = "POST"
    view()
    assert list(kept.comments()) == []


def test_the_report_is_not_for_everybody(portal):
    setRoles(portal, TEST_USER_ID, ["Member"])
    for name in ("feedback-report", "feedback-report.csv"):
        with pytest.raises(Unauthorized):
            portal.restrictedTraverse(f"@@{name}")


def test_a_visitor_answers_without_script_and_without_cookie(functional_portal):
    portal = functional_portal
    setRoles(portal, TEST_USER_ID, ["Manager"])
    page = api.content.create(portal, "Document", id="seite", title="Seite")
    api.content.transition(page, "publish")
    transaction.commit()
    visitor = requests.Session()
    form = visitor.get(page.absolute_url())
    assert 'action="' + page.absolute_url() + '/@@feedback"' in form.text
    thanks = visitor.post(f"{page.absolute_url()}/@@feedback", {"helpful": "yes", "website": ""})
    assert thanks.status_code == 200
    assert "Thank you" in thanks.text
    assert not visitor.cookies
    transaction.begin()
    assert existing(portal, STORE).counts()[page.UID()] == {"yes": 1, "no": 0}
