"""The catalogue in memory: kept while nothing changes, never ahead of what is stored."""

from kaarst.services.catalogue.snapshot import snapshot
from plone import api
from plone.app.testing import setRoles
from plone.app.testing import TEST_USER_ID

import pytest
import transaction


@pytest.fixture
def portal(functional_portal):
    setRoles(functional_portal, TEST_USER_ID, ["Manager"])
    api.content.create(functional_portal, "Service", title="Reisepass")
    transaction.commit()
    return functional_portal


def titles(portal):
    return [entry.title for entry in snapshot(portal).entries.values()]


def test_is_kept_until_something_is_indexed_and_never_ahead_of_what_is_stored(portal):
    kept = snapshot(portal)
    transaction.begin()
    assert snapshot(portal) is kept

    portal.reisepass.title = "Pass"
    portal.reisepass.reindexObject()
    assert titles(portal) == ["Pass"]
    transaction.abort()
    assert titles(portal) == ["Reisepass"]
    assert snapshot(portal) is kept

    # The same number of changes as in the attempt above, but others.
    portal.reisepass.title = "Kinderreisepass"
    portal.reisepass.reindexObject()
    transaction.commit()
    assert titles(portal) == ["Kinderreisepass"]
    assert snapshot(portal) is not kept

    api.content.delete(portal.reisepass)
    transaction.commit()
    assert titles(portal) == []


def test_reading_writes_nothing(portal):
    transaction.begin()
    snapshot(portal)
    assert portal._p_jar._registered_objects == []


def test_site_search_knows_the_everyday_words(portal):
    service = portal.reisepass
    service.synonyms = ["Urlaubsdokument"]
    service.reindexObject()
    assert [brain.getId for brain in api.content.find(SearchableText="urlaubsdokument")] == [
        "reisepass"
    ]
