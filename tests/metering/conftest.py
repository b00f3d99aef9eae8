"""Fixtures of the metering tests; most of them need no site."""

from kaarst.metering.decoders import load
from kaarst.metering.store.engine import opened
from kaarst.metering.store.engine import Store
from plone import api
from plone.app.testing import setRoles
from plone.app.testing import TEST_USER_ID
from sqlalchemy import create_engine

import pytest
import uuid


@pytest.fixture(autouse=True)
def presets():
    """The decoders are registered, as Zope's ZCML or the bridge's start does it."""
    load()


@pytest.fixture
def store(tmp_path):
    """An empty store in a SQLite file."""
    made = Store(f"sqlite:///{tmp_path}/metering.sqlite")
    made.migrate()
    yield made
    made.dispose()


@pytest.fixture(
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)],
)
def any_store(request):
    """An empty store, once in SQLite and once in PostgreSQL."""
    if request.param == "sqlite":
        yield request.getfixturevalue("store")
        return
    made = Store(new_database(request.getfixturevalue("postgresql_url")))
    made.migrate()
    yield made
    made.dispose()


def new_database(server: str) -> str:
    """Makes a database of its own on a PostgreSQL server and returns its URL."""
    name = f"metering_{uuid.uuid4().hex[:12]}"
    address = server.replace("postgresql://", "postgresql+psycopg://", 1)
    engine = create_engine(address, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    engine.dispose()
    return f"{address.rsplit('/', 1)[0]}/{name}"


@pytest.fixture
def site_store(tmp_path, monkeypatch):
    """The store of the site under test: empty, and only this test's."""
    monkeypatch.setenv("KAARST_DATABASE", f"sqlite:///{tmp_path}/city.sqlite")
    found = opened(f"sqlite:///{tmp_path}/city-metering.sqlite")
    yield found
    found.dispose()


@pytest.fixture
def energy_page(portal, site_store):
    """`/energie`, and who asks is a Meter Manager."""
    setRoles(portal, TEST_USER_ID, ["Manager"])
    page = api.content.create(portal, "Energy", id="energie", title="Energie")
    setRoles(portal, TEST_USER_ID, ["Meter Manager"])
    return page
