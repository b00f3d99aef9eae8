"""Gives the demo's devices their mappings and registers, and fills a year of history."""

from collections.abc import Callable
from collections.abc import Iterator
from kaarst.metering.decoders.mapping import Mapping
from kaarst.metering.households import publishing
from kaarst.metering.rollup.calendar import day_of
from kaarst.metering.rollup.calendar import HOUR
from kaarst.metering.rollup.calendar import QUARTER
from kaarst.metering.simulation import curves
from kaarst.metering.simulation import homes
from kaarst.metering.simulation import soil
from kaarst.metering.simulation import town
from kaarst.metering.store import edges
from kaarst.metering.store import mappings
from kaarst.metering.store import registers
from kaarst.metering.store import rows
from kaarst.metering.store.batch import IMPORTED
from kaarst.metering.store.engine import Store
from kaarst.metering.store.history import newest
from kaarst.metering.store.state import readings_changed
from kaarst.metering.units import MICRO
from sqlalchemy import Connection

import time


MAPPINGS = (
    ("Messköpfe mit Tasmota", "tele/{device}/SENSOR", "tasmota"),
    ("Messköpfe mit sml2mqtt", "sml2mqtt/{device}/{channel}", "sml2mqtt"),
    ("Unterzähler von Shelly", "{device}/events/rpc", "shelly"),
    ("Wasserzähler mit ESPHome", "{device}/sensor/{channel}/state", "esphome"),
    ("Gas und Wärme über LoRaWAN", "application/zaehler/device/{device}/event/{event}", "chirpstack"),
    ("Tensiometer", "application/tensiometer/device/{device}/event/{event}", "chirpstack"),
    ("Bodensonden von Milesight", "application/baeume/device/{device}/event/{event}", "milesight-em500-smtc"),
    ("Regenmesser über LoRaWAN", "application/wetter/device/{device}/event/{event}", "chirpstack"),
    ("Bodensonden von Dragino", "v3/baeume@ttn/devices/{device}/up", "dragino-se01-lb"),
)  # fmt: skip
# Full history by the hour, the last weeks by the quarter of an hour.
_FINE_DAYS = 21
_DAY = 24 * HOUR


def prepare(store: Store) -> bool:
    """Makes mappings and registers of the demo, unless there are any; whether it did."""
    with store.writing() as connection:
        if registers.registers(connection) or mappings.mappings(connection):
            return False
        for title, template, preset in MAPPINGS:
            mappings.add(connection, Mapping(template, preset, title=title))
        for plan in town.meters():
            for obis, channel, unit in plan.registers:
                registers.create(
                    connection, plan.key, obis, plan.device, channel, unit, serial=_serial(plan.key)
                )
        registers.create(
            connection, town.GAUGE, "weather:rain", f"lora:{town.eui(town.GAUGE)}", "rain", "mm",
            gap=6 * 3600,
        )  # fmt: skip
        for tree in town.trees():
            for obis, channel, unit in _tree_registers(tree):
                registers.create(
                    connection, f"{tree.key}{channel.partition('tension')[2]}", obis,
                    f"lora:{town.eui(tree.key)}", channel, unit, gap=6 * 3600,
                )  # fmt: skip
        homes.lay_letter(connection, int(time.time() * 1000))
        return True


def _tree_registers(tree: town.TreePlan):
    if tree.probe == "tensiometer":
        return [("soil:tension", f"tension_{depth}", "kPa") for depth in (30, 60, 90)]
    if tree.probe:
        return [
            ("soil:moisture", "moisture", "%"),
            ("soil:temperature", "temperature", "°C"),
        ]
    return []


def _serial(key: str) -> str:
    return f"1 KAA {int(curves.noise(key, 1) * 10**8):08d}"


def fill(store: Store, now: int, days: int = 365, say: Callable[[str], None] = str) -> int:
    """Writes history from `days` ago, or from the newest reading on, until now; returns its rows.

    A transaction a meter, so that the bridge gets between.
    """
    count = 0
    for plan in town.meters():
        with store.writing() as connection:
            for register in registers.registers(connection, meter=plan.key):
                found = newest(connection, register)
                begin = now - days * _DAY if found is None else found.ts
                value = _first_value(plan, register.obis) if found is None else found.value
                if now - begin > QUARTER:
                    count += write(connection, register, values(plan, register, begin, now, value))
            readings_changed(connection)
        say(plan.key)
    with store.writing() as connection:
        homes.let_neighbours_agree(connection, now)
    media = {plan.key: plan.medium for plan in town.meters()}
    publishing.freeze_due(store, now, lambda key: media.get(key, ""))
    return count + fill_trees(store, now, min(days, 90))


def fill_trees(store: Store, now: int, days: int = 90) -> int:
    """Writes history of the trees' probes and the rain gauge; returns its rows."""
    count = 0
    with store.writing() as connection:
        [gauge] = registers.registers(connection, meter=town.GAUGE)
        found = newest(connection, gauge)
        begin = now - days * _DAY if found is None else found.ts
        count += write(connection, gauge, _rain(begin, now))
        readings_changed(connection)
    for tree in town.trees():
        with store.writing() as connection:
            for _obis, channel, _unit in _tree_registers(tree):
                meter = f"{tree.key}{channel.partition('tension')[2]}"
                for register in registers.registers(connection, meter=meter, channel=channel):
                    found = newest(connection, register)
                    begin = now - days * _DAY if found is None else found.ts
                    count += write(connection, register, _soil(tree, register, begin, now))
            readings_changed(connection)
    return count


def _first_value(plan: town.MeterPlan, obis: str) -> int:
    # Old enough to have counted the year before (simulation.past).
    before = 20_000 if plan.medium == "water" else 1_000_000
    return round((before + curves.noise(f"{plan.key} {obis}", 2) * 80_000) * MICRO)


def values(
    plan, register, begin: int, now: int, value: int, fine_days: int = _FINE_DAYS
) -> Iterator[tuple[int, int]]:
    """Yields (moment, value) of a meter's register after `begin` until now, `value` at `begin`.

    By the hour, in the last `fine_days` by the quarter of an hour.
    """
    fine = now - fine_days * _DAY
    moment = begin // HOUR * HOUR + HOUR if begin < fine else begin // QUARTER * QUARTER + QUARTER
    last = begin
    building = next(b for b in town.BUILDINGS if b.slug == plan.building)
    while moment < now:
        hour = last // HOUR
        if register.obis == "1-0:16.7.0":
            value = round(curves.rate(plan.profile, plan.size, plan.key, hour) * 1000) * MICRO
        elif register.obis == "1-0:2.8.0":
            value += _part(curves.feed_in(building.peak_power, hour), moment - last)
        else:
            rate = curves.rate(plan.profile, plan.size, plan.key, hour, plan.fault)
            value += _part(rate, moment - last)
        yield moment, value
        last = moment
        moment += HOUR if moment < fine else QUARTER


def _part(per_hour: float, milliseconds: int) -> int:
    # Meters show whole watt-hours or litres.
    return round(per_hour * milliseconds / HOUR * 1000) * 1000


def _rain(begin: int, now: int) -> Iterator[tuple[int, int]]:
    for moment in range(begin // (3 * HOUR) * 3 * HOUR + 3 * HOUR, now, 3 * HOUR):
        yield moment, round(soil.rain_counter(moment) * MICRO)


def _soil(tree, register, begin: int, now: int) -> Iterator[tuple[int, int]]:
    moment = begin // (3 * HOUR) * 3 * HOUR + 3 * HOUR
    while moment < now and tree.fault not in ("silent", "torn"):
        day = day_of(moment)
        day = day // 60 * 60 if tree.fault == "frozen" else day
        if register.obis == "soil:tension":
            value = soil.tension(tree.key, int(register.channel[8:]), day)
        elif register.obis == "soil:moisture":
            value = soil.moisture(tree.key, day)
        else:
            value = 11.4 if tree.fault == "frozen" else soil.ground_temperature(moment // HOUR)
        yield moment, round(value * MICRO)
        moment += 3 * HOUR


def write(connection: Connection, register, values: Iterator[tuple[int, int]]) -> int:
    """Stores readings with their edges and returns how many they were."""
    made, hours = [], {}
    for moment, value in values:
        made.append((register.id, moment, value, moment, IMPORTED))
        edges.merge_reading(hours, (register.id, moment // HOUR), moment, value)
    rows.insert_readings(connection, made)
    edges.merge(connection, hours)
    return len(made)
