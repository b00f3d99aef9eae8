"""The demo town: everything its devices send is understood, and its history is plausible."""

from kaarst.core import pins
from kaarst.core import reference
from kaarst.metering.households import neighbours
from kaarst.metering.rollup.calendar import boundaries
from kaarst.metering.rollup.calendar import day_of
from kaarst.metering.rollup.calendar import HOUR
from kaarst.metering.simulation import homes
from kaarst.metering.simulation import messages
from kaarst.metering.simulation import past
from kaarst.metering.simulation import setup
from kaarst.metering.simulation import town
from kaarst.metering.simulation.main import strange
from kaarst.metering.simulation.main import Town
from kaarst.metering.store import claims
from kaarst.metering.store import history
from kaarst.metering.store import registers
from kaarst.metering.store import temperatures
from kaarst.metering.store.batch import Message
from kaarst.metering.store.intake import Intake
from pathlib import Path
from tests.metering.helpers import at

import random
import time


DAY = 24 * HOUR


def test_the_town_has_what_a_demo_needs():
    assert len(town.BUILDINGS) >= 20
    assert len(town.meters()) >= 60
    assert len(town.trees()) == 40
    assert len({plan.key for plan in town.meters()}) == len(town.meters())
    assert {plan.medium for plan in town.meters()} == {"electricity", "gas", "heat", "water"}
    faults = {plan.fault for plan in (*town.meters(), *town.trees())}
    assert {"silent", "reset", "doubled", "leak", "frozen", "torn"} <= faults


def test_what_the_devices_send_is_stored(store):
    assert setup.prepare(store)
    assert not setup.prepare(store)
    now = int(time.time() * 1000)
    devices, intake = Town(store, random.Random(1)), Intake(store)
    heard = set()
    for plan in town.meters():
        for topic, payload in devices.round(plan, now + HOUR):
            [outcome] = intake.take([Message(topic, payload, now + HOUR)])
            assert outcome.kind in ("stored", "duplicate"), (plan, outcome)
            heard.add(plan.key)
    silent = {plan.key for plan in town.meters() if plan.fault == "silent"}
    assert heard == {plan.key for plan in town.meters()} - silent
    for tree in town.trees():
        if not tree.probe or tree.fault == "silent":
            continue
        for topic, payload in messages.of_tree(tree, now):
            [outcome] = intake.take([Message(topic, payload, now)])
            torn = tree.fault == "torn" and tree.probe != "tensiometer"
            assert (outcome.kind, outcome.reason) == (
                ("dead", "probe-fault") if torn else ("stored", "")
            )
    chance = random.Random(2)
    found = {
        intake.take([Message(topic, payload, now)])[0].reason
        for _ in range(20)
        for topic, payload in strange(chance, now)
    }
    assert found == {"not-json", "no-mapping"}


def test_history_is_filled_once_and_says_something(store):
    setup.prepare(store)
    now = int(time.time() * 1000) // HOUR * HOUR + 5
    count = setup.fill(store, now, days=30)
    assert count > 20_000
    assert setup.fill(store, now + 1, days=30) == 0
    assert 0 < setup.fill(store, now + HOUR, days=30) < 1000
    with store.reading() as connection:
        for plan in town.meters():
            for register in registers.registers(connection, meter=plan.key, kind="counter"):
                cuts = boundaries(now - 28 * DAY, now - DAY, "day")
                slots = history.consumption(connection, [register], cuts, now, True)
                assert all(slot.consumption >= 0 for slot in slots)
                assert all(slot.complete for slot in slots), plan
                if register.obis == "1-0:1.8.0":
                    assert sum(slot.consumption for slot in slots) > 0


def test_the_year_before_leads_to_where_the_history_begins(store, monkeypatch):
    plans = [plan for plan in town.meters() if plan.building == "hallenbad"]
    monkeypatch.setattr(town, "meters", lambda: plans)
    setup.prepare(store)
    now = at("2026-02-10T12:00:00")
    setup.fill(store, now, days=20)
    assert past.fill_earlier(store, now) > 365 * 24 * len(plans)
    assert past.fill_earlier(store, now) == 0
    with store.reading() as connection:
        for plan in plans:
            [register] = registers.registers(connection, meter=plan.key, kind="counter")
            cuts = boundaries(at("2025-01-01T00:00:00"), at("2026-02-09T00:00:00"), "day")
            slots = history.consumption(connection, [register], cuts, now, True)
            assert all(slot.complete for slot in slots), plan
        means = temperatures.means(connection, day_of(cuts[0]), day_of(cuts[-1]))
    assert len(means) == len(cuts)
    assert -15 < min(means.values()) < max(means.values()) < 30


def test_the_letter_of_the_demo_is_the_one_that_is_printed(store):
    setup.prepare(store)
    with store.reading() as connection:
        found = claims.find(connection, reference.normalise(homes.NUMBER))
        assert found.meter == homes.keys()[0]
        assert pins.check_pin(homes.PIN, found.sealed)
        homes.let_neighbours_agree(connection, at("2026-02-09T12:00:00"))
        homes.let_neighbours_agree(connection, at("2026-02-09T12:00:00"))
        assert len(neighbours.members(connection)) == len(homes.FLATS) - 1
    printed = (Path(__file__).parents[2] / "instance/run.py").read_text(encoding="utf-8")
    assert f'"{homes.NUMBER}", "{homes.PIN}"' in printed
