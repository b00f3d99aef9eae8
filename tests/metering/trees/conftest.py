"""The page of the demo's trees in a site, for all tests of this folder; and how it is asked."""

from datetime import datetime
from datetime import UTC
from kaarst.metering.simulation import setup
from kaarst.metering.store.engine import opened
from kaarst.metering.trees import plans
from kaarst.metering.trees.survey import survey
from kaarst.policy.demo import trees as demo
from kaarst.policy.founding.builder import Builder
from plone import api
from tests.appointments.clicking import PASSWORD
from tests.layers import furnished

import pytest
import time
import transaction


PAGE = {
    "title": "Bäume mit Durst",
    "depot": "Baubetriebshof",
    "depot_latitude": 51.2091,
    "depot_longitude": 6.5889,
    "refills": ["Hydrant am Neumarkt; 51.2279; 6.6190"],
    "rain_gauge": "regen-bauhof",
}


def furnish(portal):
    """The page with the demo's trees, published, and somebody who keeps them."""
    api.portal.set_registry_record("plone.available_languages", ["de"])
    api.portal.set_registry_record("plone.default_language", "de")
    with api.env.adopt_roles(["Manager"]):
        page = api.content.create(portal, "Trees", id="baeume", **PAGE)
        api.content.transition(page, "publish")
        Builder(portal).build(demo.records())
        portal.acl_users.userFolderAddUser("gaertner", PASSWORD, ["Member", "Tree Keeper"], [])
        portal.acl_users.userFolderAddUser("fremd", PASSWORD, ["Member"], [])
        portal.manage_permission("plone.restapi: Use REST API", ["Anonymous"], acquire=1)


@pytest.fixture(scope="module")
def made(functional_session, tmp_path_factory):
    """The demo's trees with ten days of measurements, for all tests of a module."""
    home = tmp_path_factory.mktemp("grove")
    patch = pytest.MonkeyPatch()
    patch.setenv("KAARST_DATABASE", f"sqlite:///{home}/city.sqlite")
    store = opened(f"sqlite:///{home}/city-metering.sqlite")
    setup.prepare(store)
    setup.fill_trees(store, int(time.time() * 1000), 10)
    with furnished(furnish):
        yield
    store.dispose()
    patch.undo()


@pytest.fixture
def page(made, functional_portal):
    return functional_portal["baeume"]


@pytest.fixture
def watering_round(page):
    """A round over the trees that are thirsty or will be soon."""
    with api.env.adopt_roles(["Manager"]):
        wanted = {one.tree: one.judgement.litres for one in plans.proposed(survey(page))}
        made = plans.make(page, "Gießrunde", wanted, 500, datetime.now(UTC).date())
    transaction.commit()
    return made
