"""Every operation of the OpenAPI document, asked with right and with broken data by schemathesis."""

from schemathesis import openapi

import hypothesis
import pytest
import requests
import time


pytestmark = pytest.mark.timeout(600)

#: Seconds for the whole of it, and requests for each operation.
BUDGET, EXAMPLES = 75, 8
SETTINGS = hypothesis.settings(
    deadline=None,
    derandomize=True,
    database=None,
    max_examples=EXAMPLES,
    phases=(hypothesis.Phase.generate,),
    suppress_health_check=list(hypothesis.HealthCheck),
)


@pytest.fixture
def operations(city):
    schema = openapi.from_url(
        city.url("@openapi"), headers={"Accept": "application/json"}, timeout=60
    )
    schema.config.update(base_url=city.url("").rstrip("/"))
    return [found.ok() for found in schema.get_all_operations()]


def test_no_operation_fails_whatever_it_is_asked(operations):
    assert len(operations) > 15
    end = time.monotonic() + BUDGET
    asked, failed, until = set(), [], {}
    for number, operation in enumerate(operations):
        # Each has its share of what is left, and is asked once at least.
        left = max(end - time.monotonic(), 0)
        until[operation.label] = time.monotonic() + left / (len(operations) - number)

        @SETTINGS
        @hypothesis.given(operation.as_strategy())
        def ask(case):
            label = case.operation.label
            if label in asked and time.monotonic() > until[label]:
                return
            sent = case.as_transport_kwargs(headers={"Accept": "application/json"})
            answer = requests.request(**sent, timeout=60)
            asked.add(label)
            # An error of the server that the document names is an answer (@health: 503).
            named = str(answer.status_code) in case.operation.definition.raw["responses"]
            if answer.status_code >= 500 and not named:
                failed.append((label, answer.status_code, case.as_curl_command()))

        ask()
    assert not failed, failed
    assert asked == {operation.label for operation in operations}
