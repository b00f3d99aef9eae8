"""The story of the browser once more, as another front end lives it: over REST alone."""

import base64
import jsonschema
import pytest
import requests
import uuid


pytestmark = pytest.mark.timeout(600)

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
ANSWERS = {
    "given_name": "Erika",
    "family_name": "Mustermann",
    "birth_date": "1980-02-29",
    "others": False,
    "from_abroad": True,
    "former_country": "Österreich",
    "former_address": "Ring 1\n1010 Wien",
    "street": "Maubisstraße 1",
    "postal_code": "41564",
    "move_in": "2026-01-02",
    "kind": "only",
    "landlord_name": "Wohnbau GmbH",
    "landlord_confirmation": {
        "filename": "Wohnungsgeberbestätigung.pdf",
        "content-type": "application/pdf",
        "data": base64.b64encode(PDF).decode(),
        "encoding": "base64",
    },
    "email": "erika@example.org",
    "correct": True,
}
FORM = "formulare/anmeldung-bei-zuzug/@form"


@pytest.fixture
def front_end(city):
    """Calls `front_end(method, path, json, **headers)` without cookies; a response of requests."""

    def call(method, path, json=None, **headers):
        headers = {"Accept": "application/json", **headers}
        return requests.request(method, city.url(path), json=json, headers=headers, timeout=60)

    return call


def key():
    return {"Idempotency-Key": str(uuid.uuid4())}


def test_found_by_an_everyday_word_and_by_life_situation(front_end):
    found = front_end("GET", "@services?q=umgezogen").json()
    first = found["items"][0]
    assert first["@id"].endswith("/leistungen/anmeldung-und-ummeldung")
    topic = next(topic for topic in found["topics"] if topic["title"] == "Umzug")
    by_topic = front_end("GET", f"@services?topic={topic['UID']}").json()
    assert first["@id"] in [item["@id"] for item in by_topic["items"]]
    service = requests.get(first["@id"], headers={"Accept": "application/json"}, timeout=60).json()
    assert service["form"]["@id"].endswith("/formulare/anmeldung-bei-zuzug")


def test_sent_once_and_looked_up_until_it_is_decided(front_end, city):
    form = front_end("GET", FORM).json()
    jsonschema.validate(ANSWERS, form["schema"])
    body, once = {"data": ANSWERS, "version": form["version"]}, key()
    sent = front_end("POST", FORM, body, **once)
    assert sent.status_code == 201
    assert set(sent.json()) >= {"number", "pin", "state", "status_url"}
    number, pin = sent.json()["number"], sent.json()["pin"]
    again = front_end("POST", FORM, body, **once)
    assert again.status_code == 201 and again.json() == sent.json()
    other = {"data": {**ANSWERS, "given_name": "Erik"}, "version": form["version"]}
    assert front_end("POST", FORM, other, **once).status_code == 422
    with city.site() as site:
        case = site["vorgaenge"][number]
        assert case.documents[0]["file"].data == PDF
        assert {answer["field"]: answer["value"] for answer in case.answers}[
            "given_name"
        ] == "Erika"

    state = front_end("POST", "@case", {"number": number, "pin": pin}).json()
    assert state["state"] == "received"
    assert [step["current"] for step in state["steps"]] == [True, False, False]
    assert state["received"][-6:] in ("+01:00", "+02:00")

    clerk = requests.Session()
    clerk.headers["Accept"] = "application/json"
    account = {"login": "sachbearbeitung", "password": "kaarst-demo-2026"}
    token = clerk.post(city.url("@login"), json=account, timeout=60).json()["token"]
    clerk.headers["Authorization"] = f"Bearer {token}"
    for transition, expected in (("start", "in_progress"), ("decide", "decided")):
        moved = clerk.post(city.url(f"vorgaenge/{number}/@workflow/{transition}"), timeout=60)
        assert moved.status_code == 200, moved.text
        seen = front_end("POST", "@case", {"number": number, "pin": pin}).json()
        assert seen["state"] == expected


def test_bad_input_names_the_fields_and_stores_nothing(front_end, city):
    with city.site() as site:
        before = len(site["vorgaenge"])
    wrong = {**ANSWERS, "birth_date": "gestern", "email": "erika", "kind": "castle"}
    del wrong["family_name"]
    wrong["landlord_confirmation"] = {"filename": "a.exe", "data": "TVo="}
    answer = front_end("POST", FORM, {"data": wrong}, **key())
    assert answer.status_code == 400
    fields = {error["field"] for error in answer.json()["errors"]}
    assert fields == {"birth_date", "email", "kind", "family_name", "landlord_confirmation"}
    assert all(error["message"] for error in answer.json()["errors"])
    for body in ({}, {"data": []}, {"data": {**ANSWERS, "admin": True}}, []):
        answer = front_end("POST", FORM, body, **key())
        assert answer.status_code == 400, body
    with city.site() as site:
        assert len(site["vorgaenge"]) == before


@pytest.mark.parametrize("wrong", ["pin", "number"])
def test_wrong_pin_and_unknown_number_look_alike(front_end, wrong):
    sent = front_end("POST", FORM, {"data": ANSWERS}, **key()).json()
    asked = {"number": sent["number"], "pin": sent["pin"]}
    asked[wrong] = {"pin": "00000000", "number": "KAA-7Q4M-2XPD-K"}[wrong]
    answer = front_end("POST", "@case", asked)
    assert answer.status_code == 404
    assert sent["number"] not in answer.text


def test_it_describes_itself(front_end):
    document = front_end("GET", "@openapi").json()
    assert document["openapi"].startswith("3.1")
    paths = "\n".join(document["paths"])
    for endpoint in ("@services", "@form", "@case"):
        assert endpoint in paths
