"""A town with a provider, and browsers that come through its doors: for the tests of signing in."""

from kaarst.core.audit import search
from kaarst.core.audit.log import installed
from kaarst.core.signin.oidc import provider
from kaarst.core.signin.sessions import store
from tests.oidc_provider import CLIENT
from tests.oidc_provider import Provider

import pytest
import requests
import secrets
import time
import transaction


ERIKA = {
    "sub": "pairwise-1",
    "bpk2": "erika-bpk2",
    "acr": "STORK-QAA-Level-3",
    "given_name": "Erika",
    "given_name_level": "STORK-QAA-Level-3",
    "family_name": "Mustermann",
    "family_name_level": "STORK-QAA-Level-3",
    "email": "erika@example.org",
}


@pytest.fixture(scope="module")
def bundid():
    made = Provider()
    provider.forget()
    yield made
    made.stop()


@pytest.fixture
def town(functional_portal, bundid):
    """The site, set up for the provider; everybody is Erika until a test says otherwise."""
    bundid.person, bundid.spoil, bundid.silent = dict(ERIKA), {}, False
    for name, value in bundid.settings(user_claim="bpk2").items():
        functional_portal.portal_registry[f"kaarst.bundid.{name}"] = value
    transaction.commit()
    provider.forget()
    yield functional_portal
    # They lie in SQL, which no test's end rolls back.
    for kind in (store.BUNDID, store.MAIL):
        store.end_site(functional_portal.getId(), kind)


class Visitor:
    """A browser that follows no redirect by itself, and knows a provider."""

    def __init__(self, town, bundid):
        self.base, self.bundid = town.absolute_url(), bundid
        self.http = requests.Session()

    def get(self, path, **more):
        return self.http.get(f"{self.base}/{path}", allow_redirects=False, timeout=30, **more)

    def post(self, path, **data):
        url = f"{self.base}/{path}"
        return self.http.post(url, data=data, allow_redirects=False, timeout=30)

    def back(self, query=""):
        """Goes to the provider; returns the address that leads back from there."""
        answer = self.get(f"sign-in-bundid{query}")
        assert answer.status_code == 302
        return self.bundid.approve(answer.headers["Location"])

    def sign_in(self, query=""):
        return self.http.get(self.back(query), allow_redirects=False, timeout=30)

    def session(self):
        answer = self.get("@session", headers={"Accept": "application/json"})
        assert answer.status_code == 200
        return answer.json()["session"]

    @property
    def token(self):
        return next((one.value for one in self.http.cookies if "session" in one.name), "")


def entries(kind):
    """What the audit log has of a kind, the newest first."""
    log = installed()
    with log.reading() as connection:
        return list(search.found(connection, search.Wanted(kind=kind), 500))


def logout_token(bundid, **more):
    now = int(time.time())
    events = {"http://schemas.openid.net/event/backchannel-logout": {}}
    claims = {"iss": bundid.issuer, "aud": CLIENT, "iat": now, "exp": now + 60, "events": events}
    return bundid.sign({**claims, "jti": secrets.token_hex(8), **more})


@pytest.fixture
def visitor(town, bundid):
    return Visitor(town, bundid)
