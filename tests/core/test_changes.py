"""What tells caches that something the public sees has changed."""

from kaarst.core import changes
from plone import api
from plone.app.testing import setRoles
from plone.app.testing import TEST_USER_ID

import pytest
import transaction


@pytest.fixture
def site(functional_portal):
    setRoles(functional_portal, TEST_USER_ID, ["Manager"])
    transaction.commit()
    return functional_portal


def test_reading_changes_nothing(site):
    before = changes.state(site)
    assert before
    transaction.begin()
    api.content.find(portal_type="Document")
    assert changes.state(site) == before


def test_content_and_settings_count(site):
    states = [changes.state(site)]
    page = api.content.create(site, "Document", title="Seite")
    transaction.commit()
    states.append(changes.state(site))
    page.title = "Andere"
    page.reindexObject()
    transaction.commit()
    states.append(changes.state(site))
    api.portal.set_registry_record("kaarst.town.phone", "02131 987-0")
    transaction.commit()
    states.append(changes.state(site))
    assert None not in states and len(set(states)) == 4


def test_whoever_writes_keeps_nothing(site):
    before = changes.state(site)
    site.title = "Anders"
    assert changes.state(site) is None
    transaction.savepoint(optimistic=True)
    assert changes.state(site) is None
    transaction.abort()
    assert changes.state(site) == before


def test_a_change_that_came_to_nothing_leaves_no_name_behind(site):
    """The catalogue's count would be the same after both changes."""
    catalog = api.portal.get_tool("portal_catalog")
    api.content.create(site, "Document", title="Seite")
    count = catalog.getCounter()
    transaction.abort()
    before = changes.state(site)
    while catalog.getCounter() < count:
        catalog._increment_counter()
    transaction.commit()
    assert changes.state(site) not in (None, before)
