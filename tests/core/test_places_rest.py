"""Opening hours for other front ends."""

from plone import api
from plone.app.testing import setRoles
from plone.app.testing import TEST_USER_ID
from plone.restapi.testing import RelativeSession

import pytest
import transaction


@pytest.fixture
def anonymous(functional_portal):
    portal = functional_portal
    setRoles(portal, TEST_USER_ID, ["Manager"])
    portal.portal_workflow.setDefaultChain("simple_publication_workflow")
    place = api.content.create(
        portal,
        "Place",
        id="rathaus",
        title="Rathaus",
        hours_monday="0–24",
        hours_tuesday="0–24",
        hours_wednesday="0–24",
        hours_thursday="0–24",
        hours_friday="0–24",
        hours_saturday="0–24",
        hours_sunday="0–24",
        hours_closed_on_holidays=False,
    )
    api.content.transition(place, "publish")
    api.portal.set_registry_record("kaarst.town.hours_monday", "08:30–12:00")
    # As the city's policy grants it to visitors of its own sites.
    portal.manage_permission("plone.restapi: Use REST API", ["Anonymous"], acquire=1)
    transaction.commit()
    session = RelativeSession(portal.absolute_url())
    session.headers["Accept"] = "application/json"
    yield session
    session.close()


def test_a_place_says_whether_it_is_open(anonymous):
    data = anonymous.get("/rathaus").json()
    assert data["open_now"] is True
    assert data["now"]["until"][-6:] in ("+01:00", "+02:00")
    assert data["@components"]["opening-hours"].keys() == {"@id"}


def test_the_hours_of_a_place(anonymous):
    data = anonymous.get("/rathaus/@opening-hours").json()
    assert data["open"] is True and data["known"] is True
    assert len(data["days"]) == 14
    assert data["days"][0]["hours"] == [{"opens": "00:00", "closes": "24:00"}]


def test_the_hours_can_be_expanded(anonymous):
    data = anonymous.get("/rathaus?expand=opening-hours").json()
    assert len(data["@components"]["opening-hours"]["days"]) == 14


def test_the_hours_of_the_town_hall(anonymous):
    data = anonymous.get("/@opening-hours").json()
    monday = next(day for day in data["days"] if day["weekday"] == "monday")
    assert monday["hours"] == [{"opens": "08:30", "closes": "12:00"}] or monday["exceptional"]


def test_a_mistyped_time_is_refused_and_named(anonymous):
    from plone.app.testing import SITE_OWNER_NAME
    from plone.app.testing import SITE_OWNER_PASSWORD

    anonymous.auth = (SITE_OWNER_NAME, SITE_OWNER_PASSWORD)
    answer = anonymous.patch("/rathaus", json={"hours_monday": "8 bis spät"})
    assert answer.status_code == 400
    assert "hours_monday" in answer.text
    assert anonymous.get("/rathaus").json()["hours_monday"] == "0–24"
