"""Right and broken answers in great numbers: never a 500, never a case that is half there."""

from hypothesis import given
from hypothesis import HealthCheck
from hypothesis import Phase
from hypothesis import settings
from kaarst.services.forms.library import make_form
from plone import api
from tests.headless.answers import broken
from tests.headless.answers import right
from tests.services.test_case_pages import Town
from tests.services.test_form_groups import DOGS

import json
import jsonschema
import pytest
import requests
import transaction


# The same examples each time: a run of the whole suite is no place for surprises.
SETTINGS = settings(
    deadline=None,
    derandomize=True,
    database=None,
    # Each example is a request: what failed is shown as it was.
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
FORMS = ("anmeldung-bei-zuzug", "barriere-melden", "nachweis", "hundesteuer")


def without_nulls(value):
    if isinstance(value, list):
        return [without_nulls(inner) for inner in value]
    if not isinstance(value, dict):
        return value
    return {name: without_nulls(inner) for name, inner in value.items() if inner is not None}


class FrontEnd:
    """Knows the address of a form and nothing else; `town` looks at what is stored."""

    def __init__(self, town, name):
        self.town, self.session = town, requests.Session()
        self.url = f"{town.url}/{name}/@form"
        self.headers = {"Accept": "application/json", "Content-Type": "application/json"}
        self.schema = self.session.get(self.url, headers=self.headers).json()["schema"]
        self.allows = jsonschema.Draft202012Validator(self.schema).is_valid
        self.sent = 0

    def send(self, data):
        """Sends answers, and looks at what came of it."""
        # Not every text is Unicode that can be encoded, but every one can be written in JSON.
        body = json.dumps({"data": data})
        answer = self.session.post(self.url, body, headers=self.headers, timeout=60)
        assert answer.status_code in (201, 400), (answer.status_code, answer.text, data)
        if answer.status_code == 201:
            self.sent += 1
            # The server takes nothing that the schema refuses; null is no answer.
            assert self.allows(without_nulls(data)), data
            self.look_at_the_case(answer.json()["number"], data)
        else:
            said = answer.json()["errors"]
            assert said and all(error["message"] for error in said)
        transaction.begin()
        assert len(self.town.desk) == self.sent
        return answer

    def look_at_the_case(self, number, data):
        transaction.begin()
        case = self.town.desk[number]
        assert case.state == "received" and case.sealed_pin and case.received
        assert [entry["what"] for entry in case.history] == ["received"]
        files = [value for value in data.values() if isinstance(value, dict) and "data" in value]
        assert len(case.documents) == len(files)
        answered = {answer["field"].partition(".")[0] for answer in case.answers}
        assert answered <= set(self.schema["properties"])


@pytest.fixture
def town(functional_portal, monkeypatch):
    monkeypatch.setenv("KAARST_RATE_FACTOR", "100000")
    town = Town(functional_portal)
    with api.env.adopt_roles(["Manager"]):
        make_form(town.portal, "anmeldung-bei-zuzug")
        dogs = api.content.create(
            town.portal, "EasyForm", id="hundesteuer", title="Hundesteuer", fields_model=DOGS
        )
        api.content.transition(dogs, "publish")
    transaction.commit()
    return town


@pytest.mark.parametrize("name", FORMS)
def test_what_the_schema_allows_becomes_a_case(town, name):
    front_end = FrontEnd(town, name)

    @settings(SETTINGS, max_examples=12)
    @given(right(front_end.schema))
    def send(data):
        answer = front_end.send(data)
        assert answer.status_code == 201, (answer.text, data)

    send()
    assert front_end.sent >= 5


@pytest.mark.parametrize("name", FORMS)
def test_what_is_broken_is_refused_field_by_field(town, name):
    front_end = FrontEnd(town, name)

    @settings(SETTINGS, max_examples=40)
    @given(broken(front_end.schema))
    def send(data):
        answer = front_end.send(data)
        if answer.status_code == 400 and isinstance(data, dict):
            known = set(front_end.schema["properties"])
            for error in answer.json()["errors"]:
                field = error["field"].split(".")[0]
                assert field in known | set(data) | {"data"}, (field, data)

    send()
