"""The home page: blocks in the editor's order, arranged without code."""

from datetime import datetime
from datetime import UTC
from kaarst.core.opening_hours import Schedule
from kaarst.core.opening_hours import Span
from kaarst.policy.home.kinds import kinds
from kaarst.policy.theme.hours import open_now
from kaarst.policy.theme.hours import usual_week
from plone import api
from plone.app.testing import logout
from plone.app.testing import setRoles
from plone.app.testing import TEST_USER_ID
from plone.protect import createToken
from z3c.relationfield import RelationValue
from zExceptions import BadRequest
from zExceptions import Forbidden
from zExceptions import Unauthorized
from zope.component import getUtility
from zope.intid.interfaces import IIntIds

import pytest


@pytest.fixture
def home(portal):
    setRoles(portal, TEST_USER_ID, ["Manager"])
    page = api.content.create(portal, "HomePage", id="startseite", title="Startseite")
    for name, kind in (("suche", "question"), ("texte", "text"), ("zeiten", "hours")):
        block = api.content.create(page, "HomeBlock", id=name, title=name.title(), kind=kind)
        api.content.transition(block, "publish")
    api.content.transition(page, "publish")
    portal.setDefaultPage("startseite")
    return page


@pytest.fixture
def press(home, portal):
    """Presses a button of the arrange page, as an editor without Manager's rights."""

    def pressed(action, editor=("Editor", "Contributor", "Reviewer"), **form):
        setRoles(portal, TEST_USER_ID, editor)
        request = home.REQUEST.clone()
        request.environ["REQUEST_METHOD"] = request.method = "POST"
        request.form.update(form, step=action, _authenticator=createToken())
        view = api.content.get_view("arrange", home, request)
        return view()

    return pressed


def order(home):
    return list(home.objectIds())


def test_an_editor_moves_hides_and_shows_blocks(home, press):
    press("down", block="suche")
    assert order(home) == ["texte", "suche", "zeiten"]
    press("up", block="zeiten")
    assert order(home) == ["texte", "zeiten", "suche"]
    press("hide", block="texte")
    assert api.content.get_state(home.texte) == "private"
    press("show", block="texte")
    assert api.content.get_state(home.texte) == "published"


def test_an_editor_adds_and_removes_blocks(home, press):
    press("add", title="Neues", kind="news")
    (added,) = [block for block in home.objectValues() if block.title == "Neues"]
    assert added.kind == "news"
    assert api.content.get_state(added) == "private"
    press("remove", block=added.getId(), editor=("Editor", "Contributor", "Reviewer", "Manager"))
    assert added.getId() not in order(home)


def test_a_block_without_a_heading_is_refused_in_a_sentence(home, press):
    page = press("add", title="  ", kind="news")
    assert "give the block a heading" in page
    assert len(home.objectIds()) == 3


@pytest.mark.parametrize(
    "form",
    [
        {"action": "delete"},
        {"action": "up", "block": "missing"},
        {"action": "up", "block": ["suche", "texte"]},
        {"action": "add", "title": "X", "kind": "nothing"},
    ],
)
def test_what_no_button_sends_is_refused(press, form):
    with pytest.raises(BadRequest):
        press(**form)


def test_arranging_needs_the_token_and_the_permission(home, portal):
    setRoles(portal, TEST_USER_ID, ["Editor"])
    request = home.REQUEST.clone()
    request.environ["REQUEST_METHOD"] = request.method = "POST"
    request.form.update(step="down", block="suche")
    with pytest.raises(Forbidden):
        api.content.get_view("arrange", home, request)()
    setRoles(portal, TEST_USER_ID, ["Member"])
    with pytest.raises(Unauthorized):
        home.restrictedTraverse("@@arrange")
    assert order(home) == ["suche", "texte", "zeiten"]


def test_visitors_see_shown_blocks_in_order(home, press, portal):
    press("hide", block="texte")
    api.portal.set_registry_record("kaarst.town.hours_monday", "08:30–12:00")
    logout()
    view = api.content.get_view("home_view", home, home.REQUEST.clone())
    assert [block["id"] for block in view.blocks()] == ["suche", "zeiten"]
    assert view.has_heading()


def test_a_block_of_a_package_that_is_gone_is_left_out(home):
    home.texte.kind = "of_a_removed_package"
    view = api.content.get_view("home_view", home, home.REQUEST.clone())
    assert "texte" not in [block["id"] for block in view.blocks()]


def test_chosen_pages_that_are_not_published_stay_unseen(home, portal):
    page = api.content.create(portal, "Document", title="Noch geheim")
    home.texte.items = [RelationValue(getUtility(IIntIds).getId(page))]
    logout()
    view = api.content.get_view("home_view", home, home.REQUEST.clone())
    assert "Noch geheim" not in "".join(block["html"] for block in view.blocks())


def test_a_block_is_no_page_for_visitors(home):
    logout()
    view = api.content.get_view("view", home.texte, home.REQUEST.clone())
    view()
    assert view.request.response.getHeader("Location").endswith("/startseite#texte")


def test_every_kind_has_a_name_for_editors(portal):
    names = [term.value for term in kinds(portal)]
    assert names[:4] == ["question", "services", "topics", "notices"]
    assert all(term.title for term in kinds(portal))


MORNING, AFTERNOON = Span(510, 720), Span(840, 1080)
TOWN_HALL = Schedule(
    week=((MORNING,), (MORNING,), (MORNING,), (MORNING, AFTERNOON), (MORNING,), (), ())
)


def test_the_week_is_told_in_few_lines(portal):
    assert usual_week(TOWN_HALL, portal.REQUEST) == [
        {"days": "Mon–Wed", "hours": "08:30–12:00"},
        {"days": "Thu", "hours": "08:30–12:00, 14:00–18:00"},
        {"days": "Fri", "hours": "08:30–12:00"},
    ]


@pytest.mark.parametrize(
    "now, open_, text",
    [
        # A Thursday in winter time and one in summer time; Berlin is one or two hours ahead.
        (datetime(2026, 11, 19, 7, 31, tzinfo=UTC), True, "Open now until 12:00"),
        (datetime(2026, 7, 16, 6, 31, tzinfo=UTC), True, "Open now until 12:00"),
        (datetime(2026, 7, 16, 10, 0, tzinfo=UTC), False, "Closed, opens today at 14:00"),
        (datetime(2026, 7, 16, 16, 0, tzinfo=UTC), False, "Closed, opens tomorrow at 08:30"),
        (datetime(2026, 7, 17, 10, 0, tzinfo=UTC), False, "Closed, opens on Monday at 08:30"),
    ],
)
def test_it_says_whether_the_town_hall_is_open(portal, now, open_, text):
    assert open_now(TOWN_HALL, portal.REQUEST, now)["text"] == text
    assert open_now(TOWN_HALL, portal.REQUEST, now)["open"] is open_


def test_nothing_is_said_about_hours_nobody_has_entered(portal):
    assert open_now(Schedule(), portal.REQUEST) is None
