"""The Posteingang: sums, mappings that people mend, assignment, replay; strangers' bytes do no harm."""

from hypothesis import given
from hypothesis import strategies
from kaarst.metering.decoders import load
from kaarst.metering.decoders import presets
from kaarst.metering.decoders import suggest
from kaarst.metering.decoders.base import parse
from kaarst.metering.decoders.own import path
from kaarst.metering.inbox.readable import LIMIT
from kaarst.metering.inbox.readable import readable
from kaarst.metering.store import letters
from kaarst.metering.store import mappings
from kaarst.metering.store import replay
from kaarst.metering.store.batch import Message
from kaarst.metering.store.intake import Intake
from tests.metering.helpers import at
from tests.metering.helpers import stored
from tests.metering.site import ask
from tests.metering.site import building
from tests.metering.site import send
from zExceptions import NotFound

import json
import pytest
import transaction


TOPIC = "bauhof/neuer-zaehler"
NOW = at("2026-03-02T10:00:00")
EVIL = b'{"<script>":"\xe2\x80\xae<img src=x onerror=alert(1)>","n":1}'


def arrive(store, *payloads, topic=TOPIC):
    messages = [Message(topic, one, NOW + 1000 * index) for index, one in enumerate(payloads)]
    return [outcome.kind for outcome in Intake(store).take(messages)]


def energy(value, seconds=0):
    return b'{"time":%d,"zaehler":{"energie_kwh":%.3f}}' % (NOW // 1000 + seconds, value)


@pytest.fixture
def unknown(energy_page, site_store):
    """Two readings of a device nobody knows, and something that is no message at all."""
    assert arrive(site_store, energy(4711), energy(4712, 60)) == ["dead", "dead"]
    arrive(site_store, b"\xff\x00", topic="rubbish")
    arrive(site_store, EVIL, topic="evil/<b>")
    return energy_page


def test_the_sums_add_up_and_groups_say_why(unknown, site_store):
    page, status, _target = ask(unknown, "posteingang")
    assert status == 200
    assert "Diese Nachrichten konnten nicht" in page
    assert TOPIC in page
    assert "Noch keine Zuordnung" in page or "Zuordnung" in page
    assert "≠" not in page
    with site_store.reading() as connection:
        [day] = letters.days(connection, 14)
    assert (day["received"], day["dead"]) == (4, 4)
    assert "evil/&lt;b&gt;" in page


def test_messages_of_strangers_are_shown_and_do_nothing(unknown):
    for topic, words in (("evil/<b>", "&lt;img src=x"), ("rubbish", "ff 00")):
        page, status, _target = ask(unknown, "dead-letters", topic=topic)
        assert status == 200
        assert words in page
        assert "<img src=x" not in page
        assert "\u202e" not in page
        page, status, _target = ask(unknown, "mapping", topic=topic)
        assert status == 200
        assert "<img src=x" not in page
    page, status, _target = ask(unknown, "dead-letters", topic="nie gesehen", reason="x")
    assert status == 200
    with pytest.raises(NotFound):
        ask(unknown, "assign", topic=TOPIC, device="own:nobody", channel="x")


def test_from_an_unknown_message_to_a_reading(unknown, site_store):
    """What the energy manager does: take a suggestion, assign, take in again."""
    building(unknown, "Bauhof")
    page, _status, _target = ask(unknown, "mapping", topic=TOPIC)
    assert "Diese Formate verstehen sie" in page
    assert "bauhof/{device}" in page
    assert "zaehler.energie_kwh" in page
    entered = {"topic": TOPIC, "template": "bauhof/{device}", "preset": "json", "title": "Bauhof"}
    page, status, _target = send(unknown, "mapping", "try", **entered)
    assert status == 200
    assert "4712.000" in page.split('id="trial"')[1]
    _page, _status, target = send(unknown, "mapping", "save", **entered)
    assert target.endswith("/dead-letters?topic=bauhof%2Fneuer-zaehler")
    page, _status, _target = ask(unknown, "dead-letters", topic=TOPIC)
    assert "assign?device=own" in page
    channel = {"topic": TOPIC, "device": "own:neuer-zaehler", "channel": "zaehler.energie_kwh"}
    assert "4711" in ask(unknown, "assign", **channel)[0]
    wrong = {"meter": "new", "building": "", "title": "", "obis": "8-0:1.0.0", "unit": "kWh"}
    page, status, _target = send(unknown, "assign", "assign", **channel, **wrong)
    assert status == 400
    assert "Diese Einheit passt nicht" in page
    right = {"meter": "new", "building": "bauhof", "title": "Werkstatt", "obis": "1-0:1.8.0"}
    _page, _status, target = send(
        unknown, "assign", "assign", **channel, **right, unit="", factor="1"
    )
    assert target
    assert unknown["bauhof"]["bauhof-werkstatt"].medium == "electricity"
    # The register is written as the transaction ends; here there is only the vote.
    [writer] = [one for one in transaction.get()._resources if hasattr(one, "steps")]
    writer.tpc_vote(None)
    _page, _status, target = send(unknown, "dead-letters", "replay", topic=TOPIC)
    assert target.endswith("/posteingang")
    assert [int(value) for _ts, value in stored(site_store)] == [4711, 4712]
    page, _status, _target = ask(unknown, "posteingang")
    assert "Noch einmal eingelesen, 2" in page


def test_discarding_wants_a_reason_and_is_written_down(unknown, site_store):
    page, status, _target = send(unknown, "dead-letters", "discard", topic="rubbish", why="")
    assert status == 400
    assert "füllen Sie dieses Feld" in page
    send(unknown, "dead-letters", "discard", topic="rubbish", reason="no-mapping", why="Testgerät")
    with site_store.reading() as connection:
        assert replay.waiting(connection, "rubbish") == 0
        assert replay.waiting(connection, TOPIC) == 2
    assert "Testgerät" in ask(unknown, "posteingang")[0]


def test_mappings_are_ordered_switched_and_removed(unknown, site_store):
    for preset, template in (("json", "a/{device}"), ("number", "b/{device}")):
        send(unknown, "mapping", "save", template=template, preset=preset)

    def order():
        with site_store.reading() as connection:
            return [(one.template, one.enabled) for one in mappings.listed(connection)]

    with site_store.reading() as connection:
        second = str(mappings.listed(connection)[1].identifier)
    send(unknown, "mappings", "change", mapping=second, what="up")
    send(unknown, "mappings", "change", mapping=second, what="off")
    send(unknown, "mappings", "change", mapping="999", what="up")
    assert order() == [("b/{device}", False), ("a/{device}", True)]
    assert "Einschalten" in ask(unknown, "mappings")[0]
    own = {"mapping": second, "template": "b/{device}", "preset": "paths", "topic": "b/x"}
    page, status, _target = send(unknown, "mapping", "save", **own)
    assert status == 400
    assert "wo mindestens ein Wert steht" in page
    own |= {
        "path_1": "$.zaehler.energie_kwh",
        "name_1": "energie",
        "unit_1": "kWh",
        "time_path": "$.time",
    }
    assert send(unknown, "mapping", "save", **own)[2]
    assert "$.zaehler.energie_kwh" in ask(unknown, "mapping", mapping=second)[0]
    for template, preset in (("a/#/b", "json"), ("a/{device}", "nothing")):
        assert send(unknown, "mapping", "save", template=template, preset=preset)[1] == 400
    send(unknown, "mappings", "change", mapping=second, what="remove")
    assert order() == [("a/{device}", True)]
    with pytest.raises(NotFound):
        ask(unknown, "mapping", mapping=second)


def test_an_own_mapping_is_tried_with_paths(unknown):
    entered = {
        "topic": TOPIC, "template": "bauhof/{device}", "preset": "paths",
        "path_1": "$.zaehler.energie_kwh", "name_1": "energie", "unit_1": "kWh", "time_path": "$.time",
    }  # fmt: skip
    page, status, _target = send(unknown, "mapping", "try", **entered)
    assert status == 200
    assert "4712.000 kWh" in page.split('id="trial"')[1]
    page, _status, _target = send(unknown, "mapping", "try", **{**entered, "path_1": "$..["})
    assert "kann nicht benutzt werden" in page or "Zuordnung" in page


def test_presets_recognise_their_own_messages():
    load()
    for name, decoder in presets():
        found = [one.preset for one in suggest.suggestions(*decoder.example, NOW)]
        if name not in ("ignore", "paths", "number", "json"):
            assert name in found[:2] or name in ("zigbee2mqtt", "sml2mqtt"), (name, found)


@given(strategies.binary(max_size=200), strategies.text(max_size=30))
def test_whatever_comes_is_read_without_harm(payload, topic):
    load()
    text = readable(payload * 40)
    assert len(text) <= LIMIT * 3
    assert not any(ord(sign) < 32 and sign not in "\n\t" for sign in text)
    suggest.suggestions(topic, payload, NOW)
    suggest.places(payload)


@given(
    strategies.recursive(
        strategies.integers(-999, 999) | strategies.text(max_size=8),
        lambda inner: (
            strategies.lists(inner, max_size=3)
            | strategies.dictionaries(strategies.text(max_size=6), inner, max_size=3)
        ),
        max_leaves=6,
    )
)
def test_a_place_that_is_offered_is_a_path_to_its_value(document):
    payload = json.dumps(document).encode()
    for place in suggest.places(payload):
        found = path(place.path).find(parse(payload))
        assert str(found)[:59] == place.value[:59].removesuffix("…")
