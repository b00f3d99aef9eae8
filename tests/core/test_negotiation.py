"""What is found out of every request before it is answered: the same as Plone finds, in less time."""

from kaarst.core.negotiation import ByContent
from kaarst.core.negotiation import OTHER_WAYS
from plone import api
from plone.app.theming.interfaces import IThemingPolicy
from plone.i18n.interfaces import INegotiateLanguage
from plone.i18n.negotiate.negotiate import NegotiateLanguage
from plone.rest.interfaces import IAPIRequest
from Products.SiteAccess.VirtualHostMonster import manage_addVirtualHostMonster
from zope.component import getMultiAdapter
from zope.interface import alsoProvides

import pytest


@pytest.fixture
def town(portal):
    manage_addVirtualHostMonster(portal.getPhysicalRoot(), "virtual_hosting")
    settings = {"available_languages": ["de", "en"], "default_language": "de"}
    settings["use_content_negotiation"] = True
    for name in OTHER_WAYS:
        settings[name] = False
    for name, value in settings.items():
        api.portal.set_registry_record(f"plone.{name}", value)
    with api.env.adopt_roles(["Manager"]):
        for name, language in (("en", "en"), ("fr", "fr"), ("offen", "")):
            folder = api.content.create(portal, "Folder", id=name, title=name, language=language)
            api.content.create(folder, "Document", id="seite", title="Seite", language=language)
    return portal


def negotiated(kind, site, request, path):
    request.path = list(reversed(path.split("/"))) if path else []
    found = kind(site, request)
    return found.language, found.default_language, list(found.language_list)


PATHS = {
    "": "de",
    "en": "en",
    "en/seite": "en",
    "en/seite/@services": "en",
    "en/@@search": "en",
    "en/search": "en",
    # The town does not speak it.
    "fr/seite": "de",
    # Neither do pages without a language: what they lie in counts.
    "offen/seite": "de",
    "en/missing": "en",
    "missing/en": "de",
    "en/logo.png": "de",
    "portal_css/en": "de",
    "virtual_hosting//en/seite": "en",
    "virtual_hosting/_vh_stadt/en": "en",
}


def test_the_language_is_that_of_the_content(town, http_request):
    for path, language in PATHS.items():
        found = negotiated(ByContent, town, http_request, path)
        assert found == negotiated(NegotiateLanguage, town, http_request, path), path
        assert found == (language, "de", []), path
    assert type(getMultiAdapter((town, http_request), INegotiateLanguage)) is ByContent


def test_other_ways_that_were_switched_on_count(town, http_request):
    http_request.environ["HTTP_ACCEPT_LANGUAGE"] = "en"
    for way in OTHER_WAYS:
        api.portal.set_registry_record(f"plone.{way}", True)
        found = negotiated(ByContent, town, http_request, "")
        assert found == negotiated(NegotiateLanguage, town, http_request, ""), way
        api.portal.set_registry_record(f"plone.{way}", False)


def test_answers_of_the_rest_interface_have_no_theme(town, http_request):
    assert IThemingPolicy(http_request).isThemeEnabled()
    alsoProvides(http_request, IAPIRequest)
    assert not IThemingPolicy(http_request).isThemeEnabled()
