"""A service in English and in Leichte Sprache."""

from kaarst.services.catalogue.finder import Finder
from kaarst.services.interfaces import IKaarstServicesLayer
from plone import api
from plone.app.testing import setRoles
from plone.app.testing import TEST_USER_ID
from tests.services.content import rich
from zExceptions import NotFound
from zope.interface import alsoProvides

import lxml.html
import pytest
import requests
import transaction


@pytest.fixture
def service(portal, catalogue, http_request):
    alsoProvides(http_request, IKaarstServicesLayer)
    service = catalogue["wohnsitz-anmelden"]
    service.title_en = "Register your residence"
    service.description_en = "When you move in, you register."
    service.synonyms_en = ["moved house"]
    service.documents_en = ["Identity card"]
    service.title_easy = "Sie sind umgezogen?"
    service.text_easy = rich("<p>Dann müssen Sie das der Stadt sagen.</p>")
    service.reindexObject()
    return service


def page(context, name):
    return lxml.html.fromstring(context.restrictedTraverse(name)())


def headings(document):
    return [heading.text_content().strip() for heading in document.cssselect(".service h2")]


def test_english_page_speaks_english_and_leaves_out_what_is_not_translated(service):
    document = page(service, "en")
    assert document.get("lang") == "en"
    assert document.cssselect("h1")[0].text == "Register your residence"
    assert headings(document) == [
        "Do it now",
        "What you need",
        "Who helps",
        "You may also need",
        "Legal basis",
    ]
    assert [link.get("hreflang") for link in document.cssselect(".service-languages a")] == [
        "de",
        "de",
    ]
    assert document.cssselect(".service-contacts h3 a")[0].get("lang") == "de"


def test_easy_page(service):
    document = page(service, "leicht")
    assert document.cssselect("h1")[0].text == "Sie sind umgezogen?"
    assert "der Stadt sagen" in document.cssselect(".service-easy .text")[0].text_content()


def test_page_in_german_leads_to_its_variants(service):
    links = page(service, "service_view").cssselect(".service-languages a")
    assert [link.get("href").rpartition("/")[2] for link in links] == ["en", "leicht"]


@pytest.mark.parametrize("variant", ["en", "leicht"])
def test_variant_that_nobody_wrote_is_not_found(portal, catalogue, http_request, variant):
    alsoProvides(http_request, IKaarstServicesLayer)
    with pytest.raises(NotFound):
        catalogue.reisepass.restrictedTraverse(variant)()
    assert not page(catalogue.reisepass, "service_view").cssselect(".service-languages")


def test_english_words_find_the_service_and_lists_know_the_variants(portal, service):
    english, easy = Finder(portal, "en"), Finder(portal, "leicht")
    (hit,) = english.search("I moved house").hits
    assert english.explain(hit).entry.path.endswith("/wohnsitz-anmelden/en")
    assert english.letters() == ["R"]
    assert [entry.title for entry in easy.entries.values()] == ["Sie sind umgezogen?"]
    assert Finder(portal).search("register residence").hits[0].key == api.content.get_uuid(service)


def test_catalogue_in_an_english_folder(portal, service):
    with api.env.adopt_roles(["Manager"]):
        folder = api.content.create(portal, "Folder", title="Services", language="en")
        folder.setLayout("catalogue_view")
        document = page(folder, "catalogue_view")
    assert [link.text for link in document.cssselect(".catalogue-letter a")] == [
        "Register your residence"
    ]
    assert (
        document.cssselect(".catalogue-letter a")[0].get("href").endswith("/wohnsitz-anmelden/en")
    )


def test_catalogue_of_easy_pages(portal, service, http_request):
    folder = portal.leistungen
    assert page(folder, "catalogue_view").cssselect("a[href$='?variant=leicht']")
    http_request.form["variant"] = "leicht"
    links = page(folder, "catalogue_view").cssselect(".service-list a")
    assert [link.text for link in links] == ["Sie sind umgezogen?"]


def test_over_the_wire_each_page_speaks_its_own_language_without_a_cookie(functional_portal):
    setRoles(functional_portal, TEST_USER_ID, ["Manager"])
    api.portal.set_registry_record("plone.default_language", "de")
    api.portal.set_registry_record("plone.available_languages", ["de", "en"])
    service = api.content.create(
        functional_portal, "Service", title="Reisepass", title_en="Passport", documents=["Ausweis"]
    )
    service.documents_en = ["Identity card"]
    api.content.transition(service, "publish")
    transaction.commit()

    for path, language, heading in (("", "de", "Was Sie brauchen"), ("/en", "en", "What you need")):
        answer = requests.get(f"{service.absolute_url()}{path}", timeout=30)
        document = lxml.html.fromstring(answer.text)
        assert document.get("lang") == language
        assert heading in headings(document)
        assert answer.headers["Content-Language"] == language
        assert "Set-Cookie" not in answer.headers
    assert requests.get(f"{service.absolute_url()}/leicht", timeout=30).status_code == 404
