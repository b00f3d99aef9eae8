"""Every preset reads what its devices send, and refuses everything else in one way only."""

from datetime import datetime
from datetime import UTC
from decimal import Decimal
from hypothesis import given
from hypothesis import HealthCheck
from hypothesis import settings
from hypothesis import strategies as st
from kaarst.metering.decoders import load
from kaarst.metering.decoders import presets
from kaarst.metering.decoders.base import Field
from kaarst.metering.decoders.base import moment
from kaarst.metering.decoders.base import Options
from kaarst.metering.decoders.interfaces import IDecoder
from kaarst.metering.decoders.mapping import from_json
from kaarst.metering.decoders.mapping import Mapping
from kaarst.metering.decoders.mapping import to_json
from kaarst.metering.decoders.mapping import try_out
from kaarst.metering.errors import DecodeError
from kaarst.metering.errors import MappingError
from tests.metering.payloads import PAYLOADS
from zope.interface.verify import verifyObject

import json
import os
import pytest


RECEIVED = int(datetime(2026, 8, 1, tzinfo=UTC).timestamp() * 1000)
# KAARST_LONG=1 searches for hours' worth of odd messages instead of seconds'.
EXAMPLES = 5000 if os.environ.get("KAARST_LONG") else 40
load()
PRESETS = [name for name, _decoder in presets()]


def utc(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp() * 1000)


def mapping_for(preset: str, topic: str) -> Mapping:
    """The mapping with the preset's first template that knows the topic."""
    decoder = dict(presets())[preset]
    options = (
        Options(fields=(Field("a", "$.a"), Field("b", "$.b[0]['c']")))
        if preset == "paths"
        else Options()
    )
    for template in decoder.templates:
        mapping = Mapping(template, preset, options)
        if mapping.topics.match(topic) is not None:
            return mapping
    raise AssertionError(f"no template of {preset} knows {topic}")


@pytest.mark.parametrize("recorded", PAYLOADS, ids=lambda r: f"{r.preset} {r.topic}")
def test_reads_what_devices_send(recorded):
    mapping = mapping_for(recorded.preset, recorded.topic)
    frames = mapping.decode(recorded.topic, recorded.payload, RECEIVED)
    assert len(frames) == 1
    frame = frames[0]
    assert frame.device == recorded.device
    assert frame.moment == (None if recorded.moment is None else utc(recorded.moment))
    for channel, value in recorded.expect.items():
        assert frame.values[channel] == value, channel
        assert isinstance(frame.values[channel], int | Decimal)


def test_every_preset_has_a_recorded_payload():
    assert set(PRESETS) - {"paths", "ignore"} == {recorded.preset for recorded in PAYLOADS}


@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_fulfils_its_contract(preset):
    decoder = dict(presets())[preset]
    assert verifyObject(IDecoder, decoder)
    topic, payload = decoder.example
    if preset not in ("ignore", "paths"):
        trial = try_out(mapping_for(preset, topic), topic, payload, RECEIVED)
        assert trial.error is None
        assert trial.frames


@pytest.mark.parametrize(
    ("preset", "topic", "channel", "unit", "obis"),
    [
        ("tasmota", "tele/a/SENSOR", "ENERGY.Total", "kWh", "1-0:1.8.0"),
        ("tasmota", "tele/a/SENSOR", "SML.Total_out", "kWh", "1-0:2.8.0"),
        ("shelly", "a/events/rpc", "emdata:0.total_act", "Wh", "1-0:1.8.0"),
        ("shelly", "a/events/rpc", "emdata:0.a_total_act_energy", "Wh", None),
        ("shelly", "a/events/rpc", "switch:0.aenergy.total", "Wh", "1-0:1.8.0"),
        ("sml2mqtt", "sml2mqtt/a/b", "1-0:1.8.0", "kWh", "1-0:1.8.0"),
        ("zigbee2mqtt", "zigbee2mqtt/a", "energy", "kWh", "1-0:1.8.0"),
        ("milesight-em500-smtc", "v3/a/devices/b/up", "moisture", "%", "soil:moisture"),
        ("esphome", "a/sensor/b/state", "b", "", None),
    ],
)
def test_suggests_unit_and_register(preset, topic, channel, unit, obis):
    assert mapping_for(preset, topic).describe(channel) == (unit, obis)


@pytest.mark.parametrize(
    ("preset", "topic", "payload", "reason"),
    [
        ("tasmota", "tele/a/SENSOR", b"{", "not-json"),
        ("tasmota", "tele/a/SENSOR", b"[1]", "not-an-object"),
        ("tasmota", "tele/a/SENSOR", b'{"Time":"gestern","X":{"a":1}}', "not-a-time"),
        ("tasmota", "tele//SENSOR", b'{"Time":"2026-01-01T00:00:00","X":{"a":1}}', "no-device"),
        ("sml2mqtt", "sml2mqtt/a/0100010800ff", b'"x"', "not-a-number"),
        ("sml2mqtt", "sml2mqtt/a/0100010800ff", b"1e999999999", "not-a-number"),
        ("esphome", "a/sensor/b/state", b"unknown", "not-a-number"),
        (
            "chirpstack",
            "application/a/device/b/event/up",
            b'{"deviceInfo":{},"data":""}',
            "no-codec",
        ),
        ("ttn", "v3/a/devices/b/up", b'{"end_device_ids":{},"uplink_message":{}}', "no-codec"),
        ("number", "a/b", b"12,5", "not-a-number"),
        ("number", "a/b", b"nan", "not-a-number"),
        ("ignore", "a/b", b"1", "ignored"),
        ("tasmota", "tele/a/SENSOR", b" " * 70_000, "too-large"),
    ],
)
def test_refuses_with_a_reason(preset, topic, payload, reason):
    with pytest.raises(DecodeError) as refused:
        mapping_for(preset, topic).decode(topic, payload, RECEIVED)
    assert refused.value.reason == reason
    assert refused.value.message.default is not None or str(refused.value.message)


@pytest.mark.parametrize(
    ("preset", "topic", "payload"),
    [
        ("shelly", "a/events/rpc", b'{"src":"a","method":"NotifyEvent","params":{"ts":1}}'),
        ("zigbee2mqtt", "zigbee2mqtt/a", b'{"linkquality":87,"last_seen":1772442900123}'),
        ("esphome", "a/sensor/b/state", b"nan"),
        ("ttn", "v3/a/devices/b/up", b'{"end_device_ids":{"device_id":"b"},"join_accept":{}}'),
        ("chirpstack", "application/a/device/b/event/join", b'{"deviceInfo":{"devEui":"b"}}'),
    ],
)
def test_messages_without_measurement_are_no_error(preset, topic, payload):
    assert mapping_for(preset, topic).decode(topic, payload, RECEIVED) == []


@pytest.mark.parametrize(
    "probe",
    [
        b'{"temperature":-0.1,"moisture":0,"ec":65535}',
        b'{"temperature":-0.1,"moisture":6553.5,"ec":240}',
        b'{"temperature":-0.1}',
    ],
)
def test_a_torn_off_probe_is_a_fault_and_no_frost(probe):
    payload = b'{"deviceInfo":{"devEui":"a"},"fCnt":1,"object":%b}' % probe
    mapping = mapping_for("milesight-em500-smtc", "application/a/device/b/event/up")
    with pytest.raises(DecodeError, match="probe-fault"):
        mapping.decode("application/a/device/b/event/up", payload, RECEIVED)


def test_real_frost_is_no_fault():
    payload = (
        b'{"deviceInfo":{"devEui":"a"},"fCnt":1,'
        b'"object":{"temperature":-0.1,"moisture":31.5,"ec":210}}'
    )
    mapping = mapping_for("milesight-em500-smtc", "application/a/device/b/event/up")
    [frame] = mapping.decode("application/a/device/b/event/up", payload, RECEIVED)
    assert frame.values["temperature"] == Decimal("-0.1")


class TestMoments:
    """Times of devices become UTC milliseconds."""

    @pytest.mark.parametrize(
        ("written", "expected"),
        [
            ("2026-01-15T08:30:00", "2026-01-15T07:30:00+00:00"),
            ("2026-07-15 08:30:00", "2026-07-15T06:30:00+00:00"),
            ("2026-07-15T08:30:00Z", "2026-07-15T08:30:00+00:00"),
            ("2026-07-15T08:30:00.1234567+02:00", "2026-07-15T06:30:00.123000+00:00"),
            (1772442900, "2026-03-02T09:15:00+00:00"),
            (1772442900123, "2026-03-02T09:15:00.123000+00:00"),
            ("1772442900", "2026-03-02T09:15:00+00:00"),
            (Decimal("1772442900.42"), "2026-03-02T09:15:00.420000+00:00"),
        ],
    )
    def test_forms(self, written, expected):
        assert moment(written, "Europe/Berlin", RECEIVED) == utc(expected)

    def test_the_doubled_hour_is_told_apart_by_the_arrival(self):
        first, second = "2025-10-26T00:30:00+00:00", "2025-10-26T01:30:00+00:00"
        written = "2025-10-26T02:30:00"
        assert moment(written, "Europe/Berlin", utc(first) + 800) == utc(first)
        assert moment(written, "Europe/Berlin", utc(second) + 800) == utc(second)

    def test_the_skipped_hour_does_not_fail(self):
        expected = utc("2026-03-29T01:30:00+00:00")
        assert moment("2026-03-29T02:30:00", "Europe/Berlin", RECEIVED) == expected

    @pytest.mark.parametrize("written", ["", "morgen", "2026-13-01T00:00:00", 1e30, None, True, -5])
    def test_nonsense(self, written):
        with pytest.raises(DecodeError, match="not-a-time"):
            moment(written, "Europe/Berlin", RECEIVED)


class TestOwnMappings:
    """What people enter in the browser."""

    def test_paths_time_and_device(self):
        options = Options(
            fields=(Field("heat", "$.data[-1].waermemenge", "MWh", "6-0:1.0.0"),),
            time_path="$.meta.at",
            device_path="$['meta'].id",
        )
        mapping = Mapping("heizung/#", "paths", options)
        payload = b'{"meta":{"id":"K1","at":1772442900},"data":[{},{"waermemenge":88.1}]}'
        [frame] = mapping.decode("heizung/keller/1", payload, RECEIVED)
        assert frame == ("own:K1", 1772442900000, {"heat": Decimal("88.1")})
        assert mapping.describe("heat") == ("MWh", "6-0:1.0.0")

    def test_options_survive_storage(self):
        options = Options("UTC", (Field("a", "$.a", "Wh", None),), "$.t", "$.d")
        assert from_json(json.loads(json.dumps(to_json(options)))) == options

    @pytest.mark.parametrize("template", ["", "a/+b", "a/#/b", "a/{x}/{x}", "a/{X}", "a\n"])
    def test_wrong_templates(self, template):
        with pytest.raises(MappingError):
            Mapping(template, "number")

    @pytest.mark.parametrize("path", ["a", "$.", "$..a", "$[?@.a]", "$" + ".a" * 200])
    def test_wrong_paths(self, path):
        with pytest.raises(MappingError):
            Mapping("{device}", "paths", Options(fields=(Field("a", path),)))

    def test_wrong_zone_unit_and_preset(self):
        with pytest.raises(MappingError):
            Options(zone="Europa/Kaarst")
        with pytest.raises(MappingError):
            Mapping("{device}", "modbus")
        with pytest.raises(ValueError, match="wrong-unit"):
            Mapping("{device}", "paths", Options(fields=(Field("a", "$.a", "Elle"),)))

    def test_wildcards_do_not_reach_the_brokers_own_topics(self):
        assert Mapping("#", "ignore").topics.match("$SYS/broker/load") is None
        assert Mapping("{device}/{channel}", "number").topics.match("$SYS/load") is None

    def test_filters_subscribe_to_what_templates_match(self):
        template = Mapping("haus/{device}/+/{channel}", "number").topics
        assert template.filter == "haus/+/+/+"
        assert template.match("haus/a/b/c") == {"device": "a", "channel": "c"}
        assert template.match("haus/a/b") is None

    def test_a_try_out_never_raises(self):
        trial = try_out(Mapping("a/{device}", "tasmota"), "a/b", b"\xff", RECEIVED)
        assert trial.error.reason == "not-json"
        assert try_out(Mapping("a/{device}", "tasmota"), "c", b"", RECEIVED).error is not None


KEYS = st.sampled_from(
    [
        "Time",
        "ENERGY",
        "Total",
        "SML",
        "StatusSNS",
        "method",
        "params",
        "ts",
        "src",
        "deviceInfo",
        "devEui",
        "object",
        "data",
        "time",
        "fCnt",
        "end_device_ids",
        "uplink_message",
        "decoded_payload",
        "received_at",
        "dev_eui",
        "history",
        "timestamp",
        "ec",
        "temperature",
        "moisture",
        "DATALOG",
        "water_SOIL",
        "temp_SOIL",
        "s_flag",
        "last_seen",
        "energy",
        "a",
        "b",
        "c",
    ]
) | st.text(max_size=8)
JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["2026-01-01T00:00:00", "12.5", "nan", "-0.1", "1e400"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=6),
    max_leaves=20,
)
PAYLOAD = (
    st.binary(max_size=200)
    | JSON_VALUES.map(lambda value: json.dumps(value).encode())
    | st.dictionaries(KEYS, JSON_VALUES, max_size=8).map(lambda value: json.dumps(value).encode())
    | st.sampled_from([r.payload for r in PAYLOADS]).flatmap(
        lambda payload: st.tuples(
            st.integers(0, len(payload)), st.binary(max_size=3), st.integers(0, 5)
        ).map(lambda cut: payload[: cut[0]] + cut[1] + payload[cut[0] + cut[2] :])
    )
)


@pytest.mark.parametrize("preset", PRESETS)
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(payload=PAYLOAD, level=st.text(st.characters(exclude_characters="/+#\0"), max_size=12))
def test_no_bytes_stop_a_decoder(preset, payload, level):
    decoder = dict(presets())[preset]
    options = Options()
    if preset == "paths":
        options = Options(
            fields=(Field("a", "$.a"), Field("b", "$.b[*].c"), Field("whole", "")),
            time_path="$.Time",
            device_path="$.object",
        )
    captured = {"device": level, "channel": level}
    try:
        frames = Mapping("#", preset, options).decode_captured(captured, payload, RECEIVED)
    except DecodeError as error:
        assert error.message
        return
    for device, moment_, values in frames:
        assert ":" in device
        assert moment_ is None or isinstance(moment_, int)
        assert values
        for channel, value in values.items():
            assert channel
            assert type(value) in (int, Decimal)
            assert Decimal(value).is_finite()
            assert abs(value) < 10**19
            decoder.describe(channel, options)
