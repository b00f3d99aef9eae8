"""The city, the citizen to whom something belongs, and the store of readings of this test alone."""

from kaarst.metering.store.engine import opened
from tests.policy.strangers.owner import Estate

import pytest


@pytest.fixture
def estate(functional_portal, tmp_path, monkeypatch):
    """Everything that is Xaveria's, in databases of its own; nobody is counted."""
    monkeypatch.setenv("KAARST_DATABASE", f"sqlite:///{tmp_path}/city.sqlite")
    monkeypatch.setenv("KAARST_RATE_FACTOR", "1000000")
    functional_portal.portal_registry["plone.default_language"] = "de"
    store = opened(f"sqlite:///{tmp_path}/city-metering.sqlite")
    yield Estate(functional_portal, store)
    store.dispose()
