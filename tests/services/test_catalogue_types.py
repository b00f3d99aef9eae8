"""Services and topics: what is stored, who may add them, and what bad input is told."""

from kaarst.services.catalogue.interfaces import IService
from plone import api
from plone.app.testing import setRoles
from plone.app.testing import TEST_USER_ID
from zExceptions import Unauthorized
from zope.schema import ValidationError

import pytest


@pytest.fixture
def editors_site(portal):
    setRoles(portal, TEST_USER_ID, ["Contributor", "Editor", "Reviewer", "Member"])
    return portal


@pytest.mark.parametrize("portal_type", ["Service", "Topic"])
def test_contributor_adds_a_private_draft_and_publishes_it(editors_site, portal_type):
    item = api.content.create(editors_site, portal_type, title="Reisepass")
    assert item.getId() == "reisepass"
    assert api.content.get_state(item) == "private"
    api.content.transition(item, "publish")
    assert api.content.get_state(item) == "published"


@pytest.mark.parametrize("portal_type", ["Service", "Topic"])
def test_member_may_not_add(portal, portal_type):
    setRoles(portal, TEST_USER_ID, ["Member"])
    with pytest.raises(Unauthorized):
        portal.invokeFactory(portal_type, "x")


def test_relations_are_stored_both_ways(editors_site):
    topic = api.content.create(editors_site, "Topic", title="Umzug")
    service = api.content.create(editors_site, "Service", title="Wohnsitz anmelden")
    api.relation.create(service, topic, "topics")
    assert [value.to_object for value in service.topics] == [topic]


@pytest.mark.parametrize(
    "name,value",
    [
        ("online_url", "www.nrw.de"),
        ("online_url", "javascript:alert(1)"),
        ("online_url", "https://"),
        ("online_url", "https://nrw.de:port/"),
        ("phone", "Frau Mustermann"),
        ("phone", "12"),
        ("leika_key", "12345678901234"),
        ("fees", ["Reisepass"]),
    ],
)
def test_what_cannot_be_right_is_refused_with_a_sentence(name, value):
    with pytest.raises(ValidationError) as error:
        IService[name].validate(value)
    assert error.value.doc()


@pytest.mark.parametrize(
    "name,value",
    [
        ("online_url", "https://www.bundesjustizamt.de/fuehrungszeugnis"),
        ("phone", "02131 987-0"),
        ("phone", "+49 (0) 2131 987-100"),
        ("leika_key", "99115005060000"),
        ("fees", ["Reisepass ab 24 Jahren: 70,00 €", ""]),
        ("online_level", 3),
    ],
)
def test_what_is_right_is_taken(name, value):
    IService[name].validate(value)
