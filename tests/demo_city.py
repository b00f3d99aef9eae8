"""The demo city as it runs, with its pretended BundID, served once for all tests that visit it."""

from kaarst.policy.demo import logins
from oidc_provider_mock import run_server_in_thread
from oidc_provider_mock import User
from tests.faults.city import City

import pytest


@pytest.fixture(scope="session")
def city(tmp_path_factory):
    """The demo city in processes of its own; `city.url(path)` is the address of a page."""
    people = [User(sub=name, claims=claims) for name, claims in logins.CITIZENS.items()]
    with run_server_in_thread(require_nonce=True, user_claims=people) as bundid:
        city = City(
            tmp_path_factory.mktemp("city"),
            webs=1,
            demo=True,
            furnish="tests.demo_readings:fill",
            environment={"KAARST_BUNDID_ISSUER": f"http://localhost:{bundid.server_port}"},
        )
        try:
            city.start()
            yield city
        finally:
            city.stop()
