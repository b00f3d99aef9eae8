"""What the pages of the catalogue show, and to whom."""

from kaarst.services.interfaces import IKaarstServicesLayer
from plone import api
from plone.app.testing import login
from plone.app.testing import TEST_USER_NAME
from zExceptions import Unauthorized
from zope.interface import alsoProvides

import json
import lxml.html
import pytest


@pytest.fixture
def page(portal, http_request, catalogue):
    """Calls a page as the current user; returns it parsed."""
    request = http_request
    alsoProvides(request, IKaarstServicesLayer)

    def call(path, **query):
        request.form.clear()
        request.form.update(query)
        context = portal.unrestrictedTraverse(path)
        view = portal.restrictedTraverse(f"{path}/@@{context.getLayout()}")
        return lxml.html.fromstring(view())

    return call


def texts(document, css):
    return [" ".join(element.text_content().split()) for element in document.cssselect(css)]


def test_overview_lists_letters_that_have_a_service(page):
    document = page("leistungen")
    assert texts(document, ".catalogue-letters a") == ["A", "R", "W"]
    assert texts(document, ".catalogue-letter a") == [
        "Ärztekammer: Beglaubigung",
        "Reisepass",
        "Wohnsitz anmelden",
    ]
    for link in document.cssselect(".catalogue-letters a"):
        assert document.get_element_by_id(link.get("href")[1:]) is not None


def test_search_finds_by_an_everyday_sentence_and_says_why(page):
    document = page("leistungen", q="ich bin umgezogen")
    assert texts(document, ".service-list h3")[0] == "Wohnsitz anmelden"
    assert document.cssselect(".service-list mark")
    assert document.cssselect("#catalogue-q")[0].get("value") == "ich bin umgezogen"


def test_misspelt_search_says_how_it_was_read(page):
    document = page("leistungen", q="reisepas")
    assert texts(document, ".service-list h3") == ["Reisepass"]
    assert "Reisepass" in texts(document, "section > p strong")[0]


def test_nothing_found_offers_help(page):
    api.portal.set_registry_record("kaarst.town.phone", "02131 987-0")
    document = page("leistungen", q="xqzvw")
    assert texts(document, ".service-list") == []
    assert document.cssselect(".catalogue-help a[href='tel:+4921319870']")


@pytest.mark.parametrize(
    "query", ["<script>alert(1)</script>", '"><img src=x>', "${python:1}", "%"]
)
def test_query_is_text_and_nothing_else(page, query):
    document = page("leistungen", q=query)
    assert document.cssselect("#catalogue-q")[0].get("value") == query
    assert not document.cssselect("main script, main img")


@pytest.mark.parametrize(
    "query",
    [
        {"letter": "Ä"},
        {"letter": ["A", "B"]},
        {"topic": "../../etc"},
        {"b_start": "-1"},
        {"b_start": "99999999999"},
        {"b_start": "x", "q": "pass"},
        {"q": ["a", "b"]},
        {"department": "\x00"},
    ],
)
def test_what_cannot_be_used_is_ignored(page, query):
    assert page("leistungen", **query).cssselect(".catalogue")


def test_narrowed_by_letter_topic_and_department(page, portal):
    (office,) = (
        item.getId() for item in portal.rathaus.objectValues() if item.portal_type == "Department"
    )
    assert texts(page("leistungen", letter="r"), ".service-list h3") == ["Reisepass"]
    assert texts(page("leistungen", topic="umziehen"), ".service-list h3") == [
        "Ärztekammer: Beglaubigung",
        "Wohnsitz anmelden",
    ]
    assert texts(page("leistungen", department=office), ".service-list h3") == ["Wohnsitz anmelden"]


def test_topic_shows_its_first_services_first(page):
    assert texts(page("lebenslagen/umziehen"), ".service-list h3") == [
        "Wohnsitz anmelden",
        "Ärztekammer: Beglaubigung",
    ]


def test_folder_of_topics(page):
    assert texts(page("lebenslagen"), ".tile h2") == ["Umziehen"]


def test_service_page_answers_in_the_order_a_reader_asks(page):
    document = page("leistungen/wohnsitz-anmelden")
    sections = [
        section.get("aria-labelledby") for section in document.cssselect(".service section")
    ]
    assert sections == [
        "do-it-now",
        "what-you-need",
        "what-it-costs",
        "how-long",
        "good-to-know",
        "who-may",
        "who-helps",
        "related",
        "legal-basis",
    ]
    assert texts(document, ".service-fees dd") == ["gebührenfrei", "5,50 €"]
    assert "Am Neumarkt 2" in texts(document, ".service-contacts")[0]
    assert not document.cssselect("main .text script")


def test_channels_stand_in_order_with_the_quickest_as_button(page, portal):
    document = page("leistungen/wohnsitz-anmelden")
    assert [link.get("href") for link in document.cssselect(".service-main-channel a")] == [
        "https://www.wohnsitzanmeldung.example/start?a=1&b=2"
    ]
    assert [link.get("href") for link in document.cssselect(".service-other-channels a")] == [
        "tel:+4921319870",
        f"{portal.absolute_url()}/leistungen/wohnsitz-anmelden#who-helps",
    ]


def test_service_without_any_channel_names_the_reception(page):
    api.portal.set_registry_record("kaarst.town.phone", "02131 987-0")
    document = page("leistungen/reisepass")
    assert document.cssselect(".service-now a[href='tel:+4921319870']")
    assert not document.cssselect(".service-now .btn")


def test_linked_data_is_valid_and_cannot_leave_its_element(portal, page):
    service = portal.leistungen["wohnsitz-anmelden"]
    service.description = "</script><script>alert(1)</script>"
    document = page("leistungen/wohnsitz-anmelden")
    (script,) = document.cssselect("script[type='application/ld+json']")
    data = json.loads(script.text)
    assert data["@type"] == "GovernmentService"
    assert data["description"] == "</script><script>alert(1)</script>"
    assert data["offers"] == [
        {"@type": "Offer", "priceCurrency": "EUR", "price": "0.00", "name": "Anmeldung"},
        {"@type": "Offer", "priceCurrency": "EUR", "price": "5.50", "name": "Zweitschrift"},
    ]


class TestPrivateService:
    def test_is_in_no_list(self, page):
        for path in ("leistungen", "lebenslagen/umziehen", "leistungen/wohnsitz-anmelden"):
            assert "Nordstern" not in page(path).text_content()

    @pytest.mark.parametrize("query", ["nordstern", "nordstren", "geheimplan"])
    def test_is_not_found_nor_given_away(self, page, query):
        document = page("leistungen", q=query)
        assert not document.cssselect(".service-list")
        assert "Nordstern" not in document.text_content()
        assert "Geheimplan" not in document.text_content()

    def test_page_is_refused(self, page):
        with pytest.raises(Unauthorized):
            page("leistungen/geheimplan-nordstern")

    def test_editor_finds_it(self, page, portal):
        login(portal, TEST_USER_NAME)
        assert texts(page("leistungen", q="nordstern"), ".service-list h3") == [
            "Geheimplan Nordstern"
        ]

    def test_is_gone_for_all_as_soon_as_it_is_retracted(self, page, portal):
        assert texts(page("leistungen", q="reisepass"), ".service-list h3")
        with api.env.adopt_roles(["Manager"]):
            api.content.transition(portal.leistungen.reisepass, "retract")
        assert not page("leistungen", q="reisepass").cssselect(".service-list")

    def test_expired_service_is_not_listed(self, page, portal):
        from DateTime import DateTime

        service = portal.leistungen.reisepass
        service.setExpirationDate(DateTime() - 1)
        service.reindexObject()
        assert "Reisepass" not in texts(page("leistungen"), ".catalogue-letter a")


def test_changed_service_is_found_by_its_new_words(page, portal):
    service = portal.leistungen.reisepass
    assert not texts(page("leistungen", q="urlaubsdokument"), ".service-list h3")
    service.synonyms = ["Urlaubsdokument"]
    service.reindexObject()
    assert texts(page("leistungen", q="urlaubsdokument"), ".service-list h3") == ["Reisepass"]


def test_target_that_is_gone_breaks_no_page(page, portal):
    with api.env.adopt_roles(["Manager"]):
        api.content.delete(portal.rathaus.meldestelle, check_linkintegrity=False)
        api.content.delete(portal.lebenslagen.umziehen, check_linkintegrity=False)
    assert page("leistungen/wohnsitz-anmelden").cssselect("#who-helps")
    assert texts(page("leistungen", q="wohnsitz"), ".service-list h3") == ["Wohnsitz anmelden"]
