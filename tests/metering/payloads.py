"""Messages as devices send them, each with the page that documents its shape.

The texts are written for these tests; names, numbers and the rest follow the documented shape.
`expect` is what has to come out: device, moment in UTC (None: the arrival counts), channels.
"""

from decimal import Decimal
from typing import NamedTuple


class Recorded(NamedTuple):
    preset: str
    source: str
    topic: str
    payload: bytes
    device: str
    moment: str | None
    expect: dict


TASMOTA = "https://tasmota.github.io/docs/MQTT/"
SML_SCRIPT = "https://tasmota.github.io/docs/Smart-Meter-Interface/"
SML2MQTT = "https://github.com/spacemanspiff2007/sml2mqtt/blob/master/docs/getting_started.rst"
SHELLY = "https://shelly-api-docs.shelly.cloud/gen2/General/Notifications"
SHELLY_EM = "https://shelly-api-docs.shelly.cloud/gen2/ComponentsAndServices/EMData"
SHELLY_EM1 = "https://shelly-api-docs.shelly.cloud/gen2/ComponentsAndServices/EM1Data"
SHELLY_SWITCH = "https://shelly-api-docs.shelly.cloud/gen2/ComponentsAndServices/Switch"
ZIGBEE = "https://www.zigbee2mqtt.io/guide/usage/mqtt_topics_and_messages.html"
ESPHOME = "https://esphome.io/components/mqtt"
CHIRPSTACK = "https://www.chirpstack.io/docs/chirpstack/integrations/events.html"
TTN = "https://www.thethingsindustries.com/docs/integrations/data-formats"
MILESIGHT = "https://github.com/Milesight-IoT/SensorDecoders/tree/main/EM_Series/EM500_Series"
DRAGINO = "https://github.com/dragino/dragino-end-node-decoder/tree/main/SE01-LB"

PAYLOADS = [
    Recorded(
        "tasmota",
        TASMOTA,
        "tele/bauhof-pumpe/SENSOR",
        b'{"Time":"2026-01-15T08:30:00","ENERGY":{"TotalStartTime":"2025-04-01T09:12:44",'
        b'"Total":123.456,"Yesterday":1.204,"Today":0.512,"Period":2,"Power":27,'
        b'"ApparentPower":41,"ReactivePower":31,"Factor":0.66,"Voltage":231,"Current":0.178}}',
        "tasmota:bauhof-pumpe",
        "2026-01-15T07:30:00+00:00",
        {"ENERGY.Total": Decimal("123.456"), "ENERGY.Power": 27, "ENERGY.Voltage": 231},
    ),
    Recorded(
        "tasmota",
        SML_SCRIPT,
        "tele/rathaus-zaehler/SENSOR",
        b'{"Time":"2026-07-15T08:30:00","SML":{"Total_in":28451.3127,"Total_out":11.0231,'
        b'"Power_curr":-312,"Meter_id":"0a0149534b0005abcdef"}}',
        "tasmota:rathaus-zaehler",
        "2026-07-15T06:30:00+00:00",
        {
            "SML.Total_in": Decimal("28451.3127"),
            "SML.Total_out": Decimal("11.0231"),
            "SML.Power_curr": -312,
        },
    ),
    Recorded(
        "tasmota",
        TASMOTA,
        "stat/bauhof-pumpe/STATUS10",
        b'{"StatusSNS":{"Time":"2026-01-15T08:30:00","ENERGY":{"Total":[10.5,20.25],"Power":[1,2]}}}',
        "tasmota:bauhof-pumpe",
        "2026-01-15T07:30:00+00:00",
        {"ENERGY.Total.0": Decimal("10.5"), "ENERGY.Total.1": Decimal("20.25")},
    ),
    Recorded(
        "sml2mqtt",
        SML2MQTT,
        "sml2mqtt/0a0149534b0005abcdef/0100010800ff",
        b"28451.3127",
        "sml:0a0149534b0005abcdef",
        None,
        {"1-0:1.8.0": Decimal("28451.3127")},
    ),
    Recorded(
        "shelly",
        SHELLY_EM,
        "shellypro3em-0cb815fcaff4/events/rpc",
        b'{"src":"shellypro3em-0cb815fcaff4","dst":"shellypro3em-0cb815fcaff4/events",'
        b'"method":"NotifyStatus","params":{"ts":1772442900.42,"emdata:0":{"id":0,'
        b'"a_total_act_energy":902134.12,"a_total_act_ret_energy":12.5,"total_act":2776175.11,'
        b'"total_act_ret":571584.87}}}',
        "shelly:shellypro3em-0cb815fcaff4",
        "2026-03-02T09:15:00.420000+00:00",
        {"emdata:0.total_act": Decimal("2776175.11")},
    ),
    Recorded(
        "shelly",
        SHELLY_EM1,
        "shellyproem50-08f9e0e5d2a8/status/em1data:1",
        b'{"id":1,"total_act_energy":5142.33,"total_act_ret_energy":0.00}',
        "shelly:shellyproem50-08f9e0e5d2a8",
        None,
        {"em1data:1.total_act_energy": Decimal("5142.33")},
    ),
    Recorded(
        "shelly",
        SHELLY_SWITCH,
        "shellyplus1pm-a8032abe54dc/status/switch:0",
        b'{"id":0,"source":"timer","output":true,"apower":8.9,"voltage":237.5,"current":0.051,'
        b'"aenergy":{"total":6532.123,"by_minute":[45.199,47.141,88.397],"minute_ts":1772442900},'
        b'"temperature":{"tC":43.4,"tF":110.1}}',
        "shelly:shellyplus1pm-a8032abe54dc",
        None,
        {"switch:0.aenergy.total": Decimal("6532.123"), "switch:0.apower": Decimal("8.9")},
    ),
    Recorded(
        "zigbee2mqtt",
        ZIGBEE,
        "zigbee2mqtt/Kita Regenbogen Küche",
        b'{"current":0.06,"energy":83.21,"last_seen":1772442900123,"linkquality":120,"power":4,'
        b'"state":"ON","voltage":232}',
        "zigbee:Kita Regenbogen Küche",
        "2026-03-02T09:15:00.123000+00:00",
        {"energy": Decimal("83.21"), "power": 4},
    ),
    Recorded(
        "esphome",
        ESPHOME,
        "wasserzaehler-bauhof/sensor/total_water/state",
        b"1234.567",
        "esphome:wasserzaehler-bauhof",
        None,
        {"total_water": Decimal("1234.567")},
    ),
    Recorded(
        "chirpstack",
        CHIRPSTACK,
        "application/17c82e96-be03-4f38-aef3-f83d48582d97/device/0101010101010101/event/up",
        b'{"deduplicationId":"3ac7e3c4-4401-4b8d-9386-a5c902f9202d",'
        b'"time":"2026-07-18T09:34:15.775023242+00:00","deviceInfo":{"tenantId":'
        b'"52f14cd4-c6f1-4fbd-8f87-4025e1d49242","tenantName":"Stadt","applicationName":"Baeume",'
        b'"deviceProfileName":"Tensiometer","deviceName":"Linde 7","devEui":"0101010101010101",'
        b'"tags":{}},"devAddr":"00189440","adr":true,"dr":1,"fCnt":4,"fPort":1,"confirmed":true,'
        b'"data":"qg==","object":{"tension_30":41.25,"tension_60":"33.10"},'
        b'"rxInfo":[{"gatewayId":"0016c001f153a14c","rssi":-48,"snr":9.0}]}',
        "lora:0101010101010101",
        "2026-07-18T09:34:15.775000+00:00",
        {"tension_30": Decimal("41.25"), "tension_60": Decimal("33.10")},
    ),
    Recorded(
        "ttn",
        TTN,
        "v3/baeume@ttn/devices/linde-7/up",
        b'{"end_device_ids":{"device_id":"linde-7","application_ids":{"application_id":"baeume"},'
        b'"dev_eui":"0004A30B001C0530","dev_addr":"00BCB929"},"correlation_ids":["as:up:01"],'
        b'"received_at":"2026-02-12T15:15:45.787Z","uplink_message":{"session_key_id":"AXA50=",'
        b'"f_cnt":1,"f_port":1,"frm_payload":"gkHe4g==","decoded_payload":{"tension":1.5},'
        b'"rx_metadata":[{"gateway_ids":{"gateway_id":"gtw1"},"rssi":-35,"snr":5.2}],'
        b'"received_at":"2026-02-12T15:15:45.412Z"}}',
        "lora:0004a30b001c0530",
        "2026-02-12T15:15:45.412000+00:00",
        {"tension": Decimal("1.5")},
    ),
    Recorded(
        "milesight-em500-smtc",
        MILESIGHT,
        "application/5bb92de6/device/24e124126d154397/event/up",
        b'{"time":"2026-03-02T09:15:00.775023+00:00","deviceInfo":{"devEui":"24E124126D154397"},'
        b'"fCnt":7,"fPort":85,"data":"AXVk","object":{"battery":100,"temperature":28.1,'
        b'"moisture":57.5,"ec":240}}',
        "lora:24e124126d154397",
        "2026-03-02T09:15:00.775000+00:00",
        {"moisture": Decimal("57.5"), "temperature": Decimal("28.1"), "conductivity": 240},
    ),
    Recorded(
        "milesight-em500-smtc",
        MILESIGHT,
        "v3/baeume@ttn/devices/eiche-9/up",
        b'{"end_device_ids":{"dev_eui":"24E124126D154397"},"uplink_message":{"f_port":85,'
        b'"decoded_payload":{"history":[{"timestamp":1772440200,"electricity":231,'
        b'"temperature":8.4,"moisture":31.5}]},"received_at":"2026-03-02T09:15:00.1Z"}}',
        "lora:24e124126d154397",
        "2026-03-02T08:30:00+00:00",
        {"moisture": Decimal("31.5"), "temperature": Decimal("8.4"), "conductivity": 231},
    ),
    Recorded(
        "dragino-se01-lb",
        DRAGINO,
        "v3/baeume@ttn/devices/eiche-3/up",
        b'{"end_device_ids":{"dev_eui":"A84041FFFF1F4B70"},"uplink_message":{"f_port":2,'
        b'"decoded_payload":{"BatV":3.301,"temp_DS18B20":"0.00","water_SOIL":"23.51",'
        b'"temp_SOIL":"13.25","conduct_SOIL":121,"s_flag":1,"i_flag":0,"Mod":0,'
        b'"Node_type":"SE01-LB"},"received_at":"2026-03-02T09:15:00.100Z"}}',
        "lora:a84041ffff1f4b70",
        "2026-03-02T09:15:00.100000+00:00",
        {"moisture": Decimal("23.51"), "temperature": Decimal("13.25"), "conductivity": 121},
    ),
    Recorded(
        "dragino-se01-lb",
        DRAGINO,
        "application/5bb92de6/device/a84041ffff1f4b70/event/up",
        b'{"time":"2026-03-02T09:15:00Z","deviceInfo":{"devEui":"a84041ffff1f4b70"},"fPort":3,'
        b'"fCnt":12,"object":{"Node_type":"SE01-LB","DATALOG":"[23.1,12.9,0,2026-3-2 07:15:00],",'
        b'"PNACKMD":"False"}}',
        "lora:a84041ffff1f4b70",
        "2026-03-02T07:15:00+00:00",
        {"moisture": Decimal("23.1"), "temperature": Decimal("12.9")},
    ),
    Recorded(
        "json",
        "a script of one's own",
        "bauhof/json",
        b'{"timestamp":1772442900,"energy":"12345.6","power":7.5,"note":"ok"}',
        "own:bauhof",
        "2026-03-02T09:15:00+00:00",
        {"power": Decimal("7.5")},
    ),
    Recorded(
        "number",
        "a script of one's own",
        "bauhof/gas",
        b" 4711.23 m3\n",
        "own:bauhof",
        None,
        {"gas": Decimal("4711.23")},
    ),
]
