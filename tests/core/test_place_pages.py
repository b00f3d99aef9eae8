"""The pages of departments, places and contact points, and their JSON."""

from kaarst.core.places.interfaces import IOpeningHours
from plone import api
from plone.app.testing import setRoles
from plone.app.testing import TEST_USER_ID
from plone.dexterity.utils import createContentInContainer
from plone.i18n.utility import setLanguageBinding
from z3c.relationfield import RelationValue
from z3c.relationfield.event import updateRelations
from zope.component import getUtility
from zope.intid.interfaces import IIntIds

import json
import lxml.html
import pytest
import time_machine


#: Thursday before Whit Monday 2026; 10:00 in Kaarst.
THURSDAY = "2026-05-21T08:00:00+00:00"


def relation(content):
    return RelationValue(getUtility(IIntIds).getId(content))


@pytest.fixture
def german(portal, http_request):
    api.portal.set_registry_record("plone.available_languages", ["de", "en"])
    api.portal.set_registry_record("plone.default_language", "de")
    setLanguageBinding(http_request)
    return portal


@pytest.fixture
def town_hall(german, portal):
    setRoles(portal, TEST_USER_ID, ["Manager"])
    return api.content.create(
        portal,
        "Place",
        id="rathaus",
        title="Rathaus Kaarst",
        street="Am Neumarkt 2",
        postal_code="41564",
        city="Kaarst",
        phone="02131 987-0",
        email="info@kaarst.example",
        latitude=51.2278,
        longitude=6.6161,
        step_free="yes",
        lift="partly",
        bus_lines="Kaarst, Rathaus (860)",
        hours_monday="08:30–12:00",
        hours_thursday="08:30–12:00, 14:00–18:00",
        hours_exceptions="28.05.2026 08:30–10:00: Betriebsversammlung",
        hours_note="Termine auch außerhalb.",
    )


@pytest.fixture
def office(portal, town_hall):
    department = api.content.create(
        portal,
        "Department",
        id="buergerbuero",
        title="Bürgerbüro",
        tasks="Ausweise\nMelden",
        leader="Erika Mustermann",
        phone="02131 987-0",
    )
    department.places = [relation(town_hall)]
    contact = createContentInContainer(
        department,
        "ContactPoint",
        id="melden",
        title="Max Mustermann",
        function="Meldewesen",
        room="1.02",
    )
    contact.place = relation(town_hall)
    updateRelations(department, None)
    updateRelations(contact, None)
    return department


def page(content, name="view"):
    view = api.content.get_view(name, content, content.REQUEST)
    return lxml.html.fromstring(view())


def text(element):
    return " ".join(element.text_content().split())


def test_a_place_says_whether_it_is_open(town_hall):
    with time_machine.travel(THURSDAY, tick=False):
        root = page(town_hall)
    assert "bis 12:00" in text(root.cssselect(".opening-hours-now")[0])
    (today,) = root.cssselect("tr[aria-current=date]")
    assert text(today).startswith("Donnerstag heute 08:30–12:00 Uhr, 14:00–18:00 Uhr")
    announced = text(root.cssselect(".opening-hours ul")[0])
    assert "Montag, 25. Mai 2026: geschlossen (Pfingstmontag)" in announced
    assert "Donnerstag, 28. Mai 2026: 08:30–10:00 Uhr (Betriebsversammlung)" in announced


def test_a_place_can_be_called_and_found(town_hall):
    root = page(town_hall)
    assert text(root.cssselect("address")[0]) == "Am Neumarkt 2 41564 Kaarst"
    links = {link.get("href") for link in root.cssselect("#content-core a")}
    assert "tel:+492131987" + "0" in links
    assert "mailto:info@kaarst.example" in links
    assert any(link.startswith("https://www.openstreetmap.org/?mlat=51.22780") for link in links)
    access = text(root.cssselect(".place-access")[0])
    assert access == "Stufenloser Zugang ja Aufzug teilweise"


def test_search_engines_get_the_hours(town_hall):
    with time_machine.travel(THURSDAY, tick=False):
        root = page(town_hall)
    (script,) = root.cssselect("script[type='application/ld+json']")
    data = json.loads(script.text)
    assert data["address"]["postalCode"] == "41564"
    afternoon = data["openingHoursSpecification"][1]
    assert (afternoon["dayOfWeek"], afternoon["opens"]) == (["Thursday"], "14:00")


def test_a_title_cannot_leave_the_script_element(town_hall):
    town_hall.title = "</script><b>"
    view = api.content.get_view("view", town_hall, town_hall.REQUEST)
    assert "</script>" not in view.json_ld()
    assert json.loads(view.json_ld())["name"] == "</script><b>"


def test_a_department_leads_to_people_and_places(office):
    root = page(office)
    core = text(root.cssselect("#content-core")[0])
    for expected in ("Erika Mustermann", "Ausweise", "Max Mustermann", "Meldewesen", "Rathaus"):
        assert expected in core


def test_a_contact_point_knows_its_department_and_place(office):
    core = text(page(office["melden"]).cssselect("#content-core")[0])
    for expected in ("Meldewesen", "Raum: 1.02", "Bürgerbüro", "Am Neumarkt 2"):
        assert expected in core


def test_a_place_lists_who_is_there(office, town_hall):
    core = text(page(town_hall).cssselect("#content-core")[0])
    assert "Bürgerbüro" in core and "Max Mustermann" in core


def test_headings_leave_out_no_level(office, town_hall):
    for content in (office, town_hall, office["melden"]):
        levels = [
            int(heading.tag[1])
            for heading in page(content).cssselect(
                "main h1, main h2, main h3, #content h1, #content h2, #content h3"
            )
        ]
        assert all(after - before <= 1 for before, after in zip(levels, levels[1:], strict=False))


def test_the_town_hall_can_be_put_into_any_page(portal, http_request):
    api.portal.set_registry_record("kaarst.town.hours_monday", "08:30–12:00")
    html = api.content.get_view("opening-hours", portal, http_request)()
    assert "08:30–12:00" in html and IOpeningHours(portal).schedule.known
