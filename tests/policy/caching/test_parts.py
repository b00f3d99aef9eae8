"""Parts of pages in the memory of the process."""

from kaarst.policy.caching import memory
from plone.app.testing import logout
from plone.memoize import ram

import pytest
import transaction


@pytest.fixture
def counted(functional_portal):
    """A function that says how often it was asked."""
    ram.global_cache.invalidateAll()
    transaction.commit()
    calls = []

    def make():
        calls.append(None)
        return len(calls)

    return make


def test_parts_are_made_once_for_visitors(functional_portal, counted):
    logout()
    site = functional_portal
    assert [memory.fragment(site, "x", counted, "1") for _time in range(3)] == [1, 1, 1]
    assert memory.fragment(site, "y", counted, "1") == 2
    assert memory.fragment(site, "x", counted, "2") == 3
    assert memory.fragment(site, "x", counted, "2") == 3


def test_parts_are_made_each_time_for_who_is_logged_in(functional_portal, counted):
    assert [memory.fragment(functional_portal, "x", counted, "1") for _time in (1, 2)] == [1, 2]
    logout()
    assert memory.fragment(functional_portal, "x", counted, "1") == 3


def test_parts_are_not_kept_by_who_writes(functional_portal, counted):
    logout()
    assert memory.fragment(functional_portal, "x", counted, "1") == 1
    functional_portal.title = "Anders"
    assert memory.fragment(functional_portal, "x", counted, "1") == 2
    transaction.abort()
    assert memory.fragment(functional_portal, "x", counted, "1") == 1
