"""What the simulated devices put on the wire: the payloads of their presets."""

from datetime import datetime
from datetime import UTC
from kaarst.metering.rollup.calendar import day_of
from kaarst.metering.rollup.calendar import HOUR
from kaarst.metering.rollup.calendar import to_datetime
from kaarst.metering.simulation import soil
from kaarst.metering.simulation.town import eui
from kaarst.metering.simulation.town import GAUGE
from kaarst.metering.simulation.town import MeterPlan
from kaarst.metering.simulation.town import TreePlan

import json


Wire = tuple[str, bytes]


def of_meter(plan: MeterPlan, now: int, counters: dict[str, float], watts: float) -> list[Wire]:
    """Returns the messages of a meter. `counters`: OBIS → reading in kWh or m³."""
    if plan.preset == "tasmota":
        values = {
            channel.partition(".")[2]: round(counters[obis], 4) if unit == "kWh" else round(watts)
            for obis, channel, unit in plan.registers
        }
        time = f"{to_datetime(now):%Y-%m-%dT%H:%M:%S}"
        return [(plan.topic, _json({"Time": time, "SML": values}))]
    if plan.preset == "sml2mqtt":
        return [
            (f"{plan.topic}/{_hexadecimal(obis)}", _number(counters, obis, unit, watts))
            for obis, _channel, unit in plan.registers
        ]
    if plan.preset == "shelly":
        energy, power = round(counters["1-0:1.8.0"] * 1000, 2), round(watts, 1)
        params = {"ts": now / 1000, "emdata:0": {"id": 0, "total_act": energy}}
        params["em:0"] = {"id": 0, "total_act_power": power}
        name = plan.device.partition(":")[2]
        frame = {"src": name, "dst": f"{name}/events", "method": "NotifyStatus", "params": params}
        return [(plan.topic, _json(frame))]
    if plan.preset == "esphome":
        return [(plan.topic, f"{counters[plan.registers[0][0]]:.3f}".encode())]
    [(obis, channel, _unit)] = plan.registers
    return [_chirpstack("zaehler", plan.key, now, {channel: round(counters[obis], 3)})]


def of_tree(plan: TreePlan, now: int) -> list[Wire]:
    """Returns the message of a tree's probe, as its maker and its fault have it."""
    day = day_of(now)
    frozen = day_of(now) // 60 * 60 if plan.fault == "frozen" else day
    if plan.probe == "tensiometer":
        values = {
            f"tension_{depth}": soil.tension(plan.key, depth, frozen) for depth in (30, 60, 90)
        }
        return [_chirpstack("tensiometer", plan.key, now, values)]
    moisture, warmth = soil.moisture(plan.key, frozen), soil.ground_temperature(now // HOUR)
    if plan.fault == "frozen":
        warmth = 11.4
    if plan.probe == "milesight":
        values = {"battery": 96, "temperature": round(warmth, 1), "moisture": round(moisture, 1)}
        values["ec"] = round(90 + moisture * 6)
        if plan.fault == "torn":
            values |= {"temperature": -0.1, "moisture": 6553.5, "ec": 65535}
        return [_chirpstack("baeume", plan.key, now, values)]
    decoded = {
        "BatV": 3.52, "temp_DS18B20": "0.00", "water_SOIL": f"{moisture:.2f}",
        "temp_SOIL": f"{warmth:.2f}", "conduct_SOIL": round(90 + moisture * 6),
        "s_flag": 0 if plan.fault == "torn" else 1, "i_flag": 0, "Mod": 0, "Node_type": "SE01-LB",
    }  # fmt: skip
    message = {
        "end_device_ids": {"device_id": plan.key, "dev_eui": eui(plan.key).upper()},
        "received_at": _iso(now),
        "uplink_message": {"f_port": 2, "decoded_payload": decoded, "received_at": _iso(now)},
    }
    return [(f"v3/baeume@ttn/devices/{plan.key}/up", _json(message))]


def of_gauge(now: int) -> list[Wire]:
    """Returns the message of the rain gauge."""
    return [_chirpstack("wetter", GAUGE, now, {"rain": soil.rain_counter(now)})]


def _chirpstack(application: str, key: str, now: int, values: dict) -> Wire:
    message = {
        "deduplicationId": f"{key}-{now}",
        "time": _iso(now),
        "deviceInfo": {"deviceName": key, "devEui": eui(key)},
        "fCnt": now // 60_000 % 65_536,
        "fPort": 85,
        "data": "AXVk",
        "object": values,
    }
    return f"application/{application}/device/{eui(key)}/event/up", _json(message)


def _hexadecimal(obis: str) -> str:
    head, _colon, tail = obis.partition(":")
    numbers = [*head.split("-"), *tail.split("."), "255"]
    return "".join(f"{int(number):02x}" for number in numbers)


def _number(counters: dict[str, float], obis: str, unit: str, watts: float) -> bytes:
    return (f"{counters[obis]:.4f}" if unit == "kWh" else f"{watts:.0f}").encode()


def _iso(now: int) -> str:
    return datetime.fromtimestamp(now / 1000, UTC).isoformat(timespec="milliseconds")


def _json(value) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()
