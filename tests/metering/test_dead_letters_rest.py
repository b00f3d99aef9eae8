"""The Posteingang for other programs: reading, taking in again, and who may."""

from kaarst.metering.decoders.mapping import Mapping
from kaarst.metering.store import mappings
from kaarst.metering.store.batch import Message
from kaarst.metering.store.intake import Intake
from plone import api
from plone.app.testing import SITE_OWNER_NAME
from plone.app.testing import SITE_OWNER_PASSWORD
from tests.metering.helpers import at
from tests.metering.site import register

import requests
import transaction


NOW = at("2026-03-02T10:00:00")
KEY = "0123456789abcdef-1"
OWNER = (SITE_OWNER_NAME, SITE_OWNER_PASSWORD)
ENERGY = ("energie", "ein langes Kennwort")


def test_what_waits_is_listed_and_taken_in_again(functional_portal, site_store):
    with api.env.adopt_roles(["Manager"]):
        for name in (ENERGY[0], "jemand"):
            api.user.create(username=name, password=ENERGY[1], email=f"{name}@kaarst.example")
        api.user.grant_roles(username=ENERGY[0], roles=["Meter Manager"])
    transaction.commit()
    messages = [
        Message("keller/json", b'{"ts":%d,"energy":%d}' % (NOW + n, n), NOW + 5000)
        for n in range(1, 4)
    ]
    Intake(site_store).take([*messages, Message("rubbish", b"\xff\x00", NOW)])
    url = functional_portal.absolute_url()

    def ask(auth, path="@dead-letters", **query):
        headers = {"Accept": "application/json"}
        return requests.get(f"{url}/{path}", params=query, auth=auth, headers=headers, timeout=30)

    def send(auth, key=None, **body):
        headers = {"Accept": "application/json"} | ({"Idempotency-Key": key} if key else {})
        return requests.post(
            f"{url}/@dead-letters-replay", json=body, auth=auth, headers=headers, timeout=30
        )

    for stranger in (None, ("jemand", ENERGY[1])):
        assert ask(stranger).status_code == 401
        assert send(stranger).status_code == 401
    found = ask(ENERGY, b_size="2").json()
    assert found["sums"] == {"received": 4, "stored": 0, "duplicate": 0, "dead": 4}
    assert [(one["topic"], one["count"]) for one in found["groups"]] == [
        ("keller/json", 3),
        ("rubbish", 1),
    ]
    assert len(found["items"]) == 2
    assert (
        len(
            requests.get(
                found["next"], auth=ENERGY, headers={"Accept": "application/json"}, timeout=30
            ).json()["items"]
        )
        == 2
    )
    assert ask(ENERGY, topic="rubbish").json()["items"][0]["payload"] == "ff 00"
    for wrong in ({"state": "x"}, {"b_size": "-1"}, {"b_start": "zehn"}, {"topic": "x" * 501}):
        answer = ask(ENERGY, **wrong)
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["field"] == next(iter(wrong))
    for wrong in ({"ids": "1"}, {"ids": [True]}, {"topic": 5}, {"reason": "\0"}):
        assert send(ENERGY, **wrong).status_code == 400

    with site_store.writing() as connection:
        mappings.add(connection, Mapping("{device}/json", "json"))
    register(site_store, "keller", "own:keller", "energy")
    first = send(ENERGY, topic="keller/json", key=KEY)
    assert first.status_code == 200
    assert first.json() == {"stored": 3, "duplicate": 0, "dead": 0, "reasons": {}}
    again = send(ENERGY, topic="keller/json", key=KEY)
    assert again.headers.get("Idempotency-Replayed") == "true"
    assert send(OWNER).json()["dead"] == 1
    assert ask(ENERGY).json()["groups"][0]["topic"] == "rubbish"
