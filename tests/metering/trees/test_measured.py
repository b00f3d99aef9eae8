"""What the store knows of the demo's trees: sound, silent, torn and frozen probes, and rain."""

from datetime import datetime
from datetime import timedelta
from datetime import UTC
from decimal import Decimal
from kaarst.metering.rollup.calendar import day_of
from kaarst.metering.simulation import curves
from kaarst.metering.simulation import messages
from kaarst.metering.simulation import setup
from kaarst.metering.simulation import town
from kaarst.metering.store.batch import Message
from kaarst.metering.store.intake import Intake
from kaarst.metering.trees import measured
from kaarst.metering.trees import probes as signs


# In summer, when the soil dries and every probe that is alive moves.
NOW = datetime(2026, 7, 15, 10, tzinfo=UTC)
MOMENT = int(NOW.timestamp() * 1000)


def test_the_demos_probes_and_their_faults(any_store):
    store = any_store
    setup.prepare(store)
    setup.fill_trees(store, MOMENT, 12)
    intake = Intake(store)
    for tree in town.trees():
        if tree.probe and tree.fault != "silent":
            for topic, payload in messages.of_tree(tree, MOMENT):
                intake.take([Message(topic, payload, MOMENT)])
    [outcome] = intake.take([Message(*messages.of_gauge(MOMENT)[0], MOMENT)])
    assert outcome.kind == "stored"
    with store.reading() as connection:
        found = measured.read(connection, NOW)
        rain = measured.rain(connection, town.GAUGE, MOMENT)
        curve = measured.curve(connection, "baum-08", day_of(MOMENT) - 5, day_of(MOMENT))
        assert measured.rain(connection, "", MOMENT) == {}
    faults = {}
    for tree in town.trees():
        if tree.probe == "tensiometer":
            probes = [found.probe(f"{tree.key}_{depth}", depth) for depth in (30, 60, 90)]
        elif tree.probe:
            probes = [found.probe(tree.key, 40)]
        else:
            continue
        assert all(
            probe.kind == (signs.TENSION if len(probes) == 3 else signs.MOISTURE)
            for probe in probes
        )
        if fault := {probe.fault for probe in probes} - {None}:
            faults[tree.key] = fault
    assert faults == {
        "baum-08": {signs.FROZEN},
        "baum-14": {signs.TORN},
        "baum-22": {signs.NEVER},
    }
    assert found.probe("nobody", 30).fault == signs.NEVER
    dry, wet = found.probe("baum-12_30", 30), found.probe("baum-12_90", 90)
    assert dry.value > wet.value > 0 and dry.at == NOW
    # The same value, rounded otherwise by the probe than in the history.
    assert len(curve) == 6 and {round(row[1], 1) for row in curve} == {Decimal("27.1")}
    today = day_of(MOMENT)
    # What falls between two readings around midnight belongs to both days.
    fell = sum(curves.rain(day) for day in range(today - 10, today))
    assert abs(float(sum(rain[day] for day in range(today - 10, today))) - fell) < 3 < fell
    assert today in rain and today - 20 not in rain
    with store.reading() as connection:
        later = measured.read(connection, NOW + timedelta(hours=25))
    assert later.probe("baum-12_30", 30).fault == signs.SILENT
