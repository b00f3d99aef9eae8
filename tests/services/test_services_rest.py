"""GET /@services and a service as JSON, as other front ends ask for them."""

from kaarst.services.catalogue.interfaces import IService
from plone import api
from plone.app.testing import setRoles
from plone.app.testing import SITE_OWNER_NAME
from plone.app.testing import SITE_OWNER_PASSWORD
from plone.app.testing import TEST_USER_ID
from tests.services.content import make_catalogue

import pytest
import requests
import transaction


@pytest.fixture
def ask(functional_portal):
    """Sends a GET to the site over HTTP, anonymously unless `auth` says otherwise."""
    setRoles(functional_portal, TEST_USER_ID, ["Manager"])
    make_catalogue(functional_portal)
    transaction.commit()

    def get(path, auth=None, **params):
        return requests.get(
            f"{functional_portal.absolute_url()}/{path}",
            params=params,
            headers={"Accept": "application/json", "Accept-Language": "de"},
            auth=auth,
            timeout=30,
        )

    return get


MANAGER = (SITE_OWNER_NAME, SITE_OWNER_PASSWORD)


def titles(answer):
    return [item["title"] for item in answer.json()["items"]]


def test_lists_searches_narrows_and_hides_what_is_private(ask):
    answer = ask("@services")
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert titles(answer) == ["Ärztekammer: Beglaubigung", "Reisepass", "Wohnsitz anmelden"]
    assert answer.json()["letters"] == ["A", "R", "W"]
    assert [topic["services_total"] for topic in answer.json()["topics"]] == [2]
    assert "batching" not in answer.json()

    found = ask("@services", q="ich bin umgezogen").json()
    assert found["items"][0]["title"] == "Wohnsitz anmelden"
    assert found["corrected"] is None
    assert ask("@services", q="reisepas").json()["corrected"] == "Reisepass"
    assert "umzieht" in [piece["text"] for piece in found["items"][0]["snippet"] if piece["marked"]]

    assert titles(ask("@services", letter="r")) == ["Reisepass"]
    assert titles(ask("@services", topic="umziehen", q="beglaubigen")) == [
        "Ärztekammer: Beglaubigung"
    ]
    assert titles(ask("@services", q="nordstern")) == []
    assert titles(ask("@services", q="nordstern", auth=MANAGER)) == ["Geheimplan Nordstern"]

    assert titles(ask("@services", variant="en")) == []

    first = ask("@services", b_size="2").json()
    assert first["items_total"] == 3
    second = requests.get(
        first["batching"]["next"], headers={"Accept": "application/json"}, timeout=30
    )
    assert titles(second) == ["Wohnsitz anmelden"]

    for params, fields in [
        ({"b_size": "0"}, ["b_size"]),
        ({"b_size": "101"}, ["b_size"]),
        ({"b_start": "-1", "letter": "AB"}, ["letter", "b_start"]),
        ({"letter": "Ä"}, ["letter"]),
        ({"topic": "nirgends"}, ["topic"]),
        ({"department": "../.."}, ["department"]),
        ({"variant": "fr"}, ["variant"]),
        ({"q": "x" * 201}, ["q"]),
        ({"q": ["a", "b"]}, ["q"]),
    ]:
        refused = ask("@services", **params)
        assert refused.status_code == 400, params
        assert sorted(error["field"] for error in refused.json()["errors"]) == sorted(fields)
        assert refused.json()["message"] == "Bitte prüfen Sie Ihre Angaben."


def test_service_as_json(ask):
    answer = ask("leistungen/wohnsitz-anmelden")
    assert answer.status_code == 200
    data = answer.json()
    assert [channel["name"] for channel in data["channels"]] == [
        "other-authority",
        "phone",
        "counter",
    ]
    assert data["fee_items"][1] == {
        "label": "Zweitschrift",
        "text": "5,50 €",
        "least": "5.50",
        "most": "5.50",
        "currency": "EUR",
    }
    assert [item["title"] for item in data["related_services"]] == ["Reisepass"]
    assert "Nordstern" not in answer.text
    assert ask("leistungen/geheimplan-nordstern").status_code == 401
    editors = ask("leistungen/wohnsitz-anmelden", auth=MANAGER).json()
    assert "Geheimplan Nordstern" in [item["title"] for item in editors["related_services"]]


def test_editor_writes_over_rest_what_is_then_stored(ask, functional_portal):
    headers = {"Accept": "application/json"}
    url = f"{functional_portal.absolute_url()}/leistungen"
    topic = functional_portal.lebenslagen.umziehen
    department = next(
        item
        for item in functional_portal.rathaus.objectValues()
        if item.portal_type == "Department"
    )
    body = {
        "@type": "Service",
        "title": "Führungszeugnis",
        "fees": ["Ausstellung: 13,00 €"],
        "topics": [api.content.get_uuid(topic)],
        "department": api.content.get_uuid(department),
        "online_level": 3,
    }
    created = requests.post(url, json=body, headers=headers, auth=MANAGER, timeout=30)
    assert created.status_code == 201, created.text
    transaction.begin()
    service = functional_portal.leistungen["fuhrungszeugnis"]
    assert [value.to_object for value in service.topics] == [topic]
    assert service.department.to_object == department
    assert service.online_level == 3

    bad = {"fees": ["teuer"], "online_url": "javascript:alert(1)", "leika_key": "1"}
    refused = requests.patch(
        f"{url}/fuhrungszeugnis", json=bad, headers=headers, auth=MANAGER, timeout=30
    )
    assert refused.status_code == 400
    transaction.begin()
    service = functional_portal.leistungen["fuhrungszeugnis"]
    assert service.fees == ["Ausstellung: 13,00 €"]
    assert service.online_url is None
    assert IService.providedBy(service)
