"""The description of the interface."""

from kaarst.core.interfaces import IOpenAPIFragment
from kaarst.core.openapi.document import document
from kaarst.core.openapi.document import DuplicateEntry
from openapi_spec_validator import OpenAPIV31SpecValidator
from zope.component import getGlobalSiteManager
from zope.component import getUtilitiesFor
from zope.interface import implementer

import pytest
import requests


@implementer(IOpenAPIFragment)
class Fragment:
    """A part that a test brings."""

    def __init__(self, content):
        self.content = content

    def fragment(self):
        return self.content


@pytest.fixture
def add(integration):
    """Registers a part for the time of a test."""
    registry = getGlobalSiteManager()
    made = []

    def register(content):
        made.append(Fragment(content))
        registry.registerUtility(made[-1], IOpenAPIFragment, f"tests.{len(made)}")

    yield register
    for fragment in made:
        registry.unregisterUtility(fragment, IOpenAPIFragment, f"tests.{made.index(fragment) + 1}")


def test_the_document_is_valid_and_served(functional_portal):
    for headers in ({"Accept": "application/json"}, {}):
        answer = requests.get(
            f"{functional_portal.absolute_url()}/@openapi", headers=headers, timeout=30
        )
        assert answer.status_code == 200
        assert answer.headers["Content-Type"].startswith("application/json")
        found = answer.json()
        OpenAPIV31SpecValidator(found).validate()
        assert found["servers"] == [{"url": functional_portal.absolute_url()}]
        assert {"/@health", "/@openapi"} <= set(found["paths"])


def test_every_operation_has_a_name_of_its_own(integration):
    names = [
        operation["operationId"]
        for operations in document("City", "http://localhost")["paths"].values()
        for method, operation in operations.items()
        if method in ("get", "post", "put", "patch", "delete")
    ]
    assert len(names) == len(set(names))


def test_every_part_is_in_it(add):
    add({"paths": {"/@a": {"get": {"responses": {}}}}, "tags": [{"name": "A"}]})
    add({"paths": {"/@a": {"post": {"responses": {}}}}})
    found = document("City", "http://localhost")
    assert set(found["paths"]["/@a"]) == {"get", "post"}
    assert {"name": "A"} in found["tags"]


@pytest.mark.parametrize(
    "content",
    [
        {"paths": {"/@health": {"get": {}}}},
        {"components": {"schemas": {"Error": {}}}},
    ],
)
def test_two_parts_do_not_overwrite_one_another(add, content):
    add(content)
    with pytest.raises(DuplicateEntry):
        document("City", "http://localhost")


def test_parts_are_read_once(integration, monkeypatch):
    document("City", "http://localhost")
    for _, utility in getUtilitiesFor(IOpenAPIFragment):
        monkeypatch.setattr(utility, "fragment", lambda: pytest.fail("read again"))
    assert document("Other", "https://example.org")["info"]["title"] == "Other"
