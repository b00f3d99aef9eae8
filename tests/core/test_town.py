"""The town a site belongs to."""

from kaarst.core.town import ITown
from kaarst.core.town import town
from plone import api
from zope.schema import getFieldNames

import base64
import pytest


SVG = b"""<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10" onload="alert(1)">
<script>alert(1)</script><circle cx="5" cy="5" r="4" fill="#14508c"/></svg>"""


def stored(name, data):
    """What the upload widget keeps."""
    parts = base64.b64encode(name.encode()), base64.b64encode(data)
    return b"filenameb64:%s;datab64:%s" % parts


def test_every_setting_has_a_record(portal):
    records = api.portal.get_tool("portal_registry").records
    for name in getFieldNames(ITown):
        assert f"kaarst.town.{name}" in records


def test_defaults_make_a_usable_town(portal):
    current = town()
    assert current.name == "Musterstadt"
    assert current.full_name == "Musterstadt"
    assert current.prefix == "MST"
    assert current.accent == "#14508c"
    assert not current.schedule.known


def test_the_settings_of_the_site_count(portal):
    api.portal.set_registry_record("kaarst.town.name", "Kaarst")
    api.portal.set_registry_record("kaarst.town.official_name", "Stadt Kaarst")
    api.portal.set_registry_record("kaarst.town.hours_monday", "08:30–12:00")
    assert town().full_name == "Stadt Kaarst"
    assert town().schedule.week[0][0].closes == "12:00"


def test_an_accent_past_the_form_falls_back_to_a_readable_one(portal):
    # The registry keeps no constraint: its own control panel and REST service accept any text.
    api.portal.set_registry_record("kaarst.town.accent_colour", "#ffff00")
    assert town().accent == ITown["accent_colour"].default


@pytest.mark.parametrize("value", ["#ffff00", "red", "", "#12345"])
def test_an_unreadable_accent_is_refused(portal, value):
    from kaarst.core.town.checks import TownInvalid

    with pytest.raises(TownInvalid):
        ITown["accent_colour"].validate(value)


def test_the_control_panel_shows_every_field(portal, http_request):
    form = api.content.get_view("town-settings", portal, http_request)
    form.update()
    html = form.render()
    for name in getFieldNames(ITown):
        assert f"form.widgets.{name}" in html or f"form-widgets-{name}" in html, name


def test_the_coat_of_arms_loses_its_scripts(portal, http_request):
    api.portal.set_registry_record("kaarst.town.coat_of_arms", stored("wappen.svg", SVG))
    body = api.content.get_view("coat-of-arms", portal, http_request)()
    assert b"script" not in body and b"onload" not in body and b"<circle" in body
    headers = http_request.response.headers
    assert headers["content-type"].startswith("image/svg+xml")
    assert "sandbox" in headers["content-security-policy"]


def test_without_a_coat_of_arms_there_is_none(portal, http_request):
    from zExceptions import NotFound

    assert town().coat_of_arms_path() == ""
    with pytest.raises(NotFound):
        api.content.get_view("coat-of-arms", portal, http_request)()
