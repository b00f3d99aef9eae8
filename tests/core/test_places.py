"""Departments, places and contact points."""

from kaarst.core.places.interfaces import IOpeningHours
from plone import api
from plone.app.testing import setRoles
from plone.app.testing import TEST_USER_ID

import pytest


@pytest.fixture
def editor(portal):
    setRoles(portal, TEST_USER_ID, ["Manager"])
    return portal


def test_types_can_be_added_where_they_belong(editor):
    department = api.content.create(editor, "Department", title="Bürgerdienste")
    inner = api.content.create(department, "Department", title="Bürgerbüro")
    contact = api.content.create(inner, "ContactPoint", title="Erika Mustermann")
    assert contact.absolute_url_path().endswith("burgerdienste/burgerburo/erika-mustermann")


def test_a_place_has_its_own_hours_or_those_of_the_town_hall(editor):
    place = api.content.create(editor, "Place", title="Bücherei", hours_tuesday="10-18 Uhr")
    assert str(IOpeningHours(place).schedule.week[1][0]) == "10:00–18:00"
    api.portal.set_registry_record("kaarst.town.hours_monday", "08:30–12:00")
    place.hours_as_town_hall = True
    assert IOpeningHours(place).schedule == IOpeningHours(editor).schedule


@pytest.mark.parametrize("type_name", ["Department", "Place", "ContactPoint"])
def test_the_add_form_opens(editor, http_request, type_name):
    form = editor.restrictedTraverse(f"++add++{type_name}")
    form.update()
    assert "form.widgets" in form.render()
