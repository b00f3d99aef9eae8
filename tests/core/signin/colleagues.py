"""A town hall with a provider, and a colleague who signs in by it: for the tests of staff's sign-in."""

from kaarst.core.signin.oidc import provider
from kaarst.core.signin.sessions import store
from kaarst.core.signin.staff import checks
from kaarst.core.signin.staff import directory
from plone import api
from tests.core.signin.visitors import Visitor
from tests.oidc_provider import CLIENT
from tests.oidc_provider import Provider

import pytest
import transaction


ANNA = {
    "sub": "staff-1",
    "preferred_username": "anna.acht",
    "name": "Anna Acht",
    "email": "anna@example.org",
    "amr": ["pwd", "otp"],
}
GROUPS = {"groups": ["/standesamt"]}


@pytest.fixture(scope="module")
def townhall():
    made = Provider()
    yield made
    made.stop()


@pytest.fixture
def staffed(functional_portal, townhall):
    """The site, set up for the provider; asked again at each request."""
    townhall.person, townhall.silent, townhall.refreshes = dict(ANNA), False, False
    townhall.spoil, townhall.gone = {"userinfo": dict(GROUPS)}, set()
    api.group.create("registry-team")
    api.group.create("tax-team")
    configure(
        functional_portal,
        enabled=True,
        issuer=townhall.issuer,
        client_id=CLIENT,
        check_seconds=0,
        acr=["gold"],
        groups={"standesamt": ["registry-team"], "steuern": ["tax-team"], "web": []},
        roles={"standesamt": ["Clerk"], "steuern": ["Clerk"], "web": ["Editor"]},
        relaxed=["web"],
    )
    provider.forget()
    checks.forget()
    yield functional_portal
    # They lie in SQL, which no test's end rolls back.
    site = functional_portal.getId()
    store.end_site(site, store.STAFF)
    for one in ("anna.acht", "berta", "anna", "registry"):
        directory.free(site, one)


def configure(portal, **values):
    for name, value in values.items():
        portal.portal_registry[f"kaarst.staff.{name}"] = value
    transaction.commit()


class Colleague(Visitor):
    """A browser of the town hall."""

    def back(self, query=""):
        answer = self.get(f"sign-in-staff{query}")
        assert answer.status_code == 302
        return self.bundid.approve(answer.headers["Location"])

    def knowledge(self):
        found = store.find(self.token, self.site)
        return found.knowledge if found is not None else None

    @property
    def site(self):
        return self.base.rpartition("/")[2]


@pytest.fixture
def anna(staffed, townhall):
    return Colleague(staffed, townhall)
