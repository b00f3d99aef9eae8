"""The catalogue's part of the interface's description."""

from openapi_spec_validator import validate

import pytest
import requests
import transaction


@pytest.fixture
def described(functional_portal):
    transaction.commit()
    return requests.get(
        f"{functional_portal.absolute_url()}/@openapi",
        headers={"Accept": "application/json"},
        timeout=30,
    ).json()


def test_services_are_described_and_the_document_is_valid(described):
    validate(described)
    assert "/@services" in described["paths"]
    assert "ServiceList" in described["components"]["schemas"]
