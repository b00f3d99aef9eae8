"""CSV files with old readings and load profiles, and a report in which every line is found again."""

from decimal import Decimal
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st
from kaarst.metering.errors import MeteringError
from kaarst.metering.rollup.calendar import boundaries
from kaarst.metering.rollup.calendar import HOUR
from kaarst.metering.store import history
from kaarst.metering.store import registers
from kaarst.metering.store.importer import CONSUMPTION
from kaarst.metering.store.importer import END
from kaarst.metering.store.importer import import_readings
from kaarst.metering.store.importer import parse
from kaarst.metering.store.importer import Report
from kaarst.metering.store.intake import Intake
from tests.metering.helpers import at
from tests.metering.helpers import IMPORT
from tests.metering.helpers import kinds
from tests.metering.helpers import NOW
from tests.metering.helpers import prepare
from tests.metering.helpers import stored
from tests.metering.helpers import timed

import pytest


def bring(store, content, unit="kWh", **more):
    with store.writing() as connection:
        chain = registers.chain(connection, "meter-a", IMPORT)
        text = content if isinstance(content, bytes) else content.encode()
        report = import_readings(connection, chain, text, unit, "energie", NOW, **more)
    assert report.lines == report.stored + report.duplicate + report.refused
    return report


@pytest.mark.parametrize(
    "content",
    [
        "Ablesedatum;Zählerstand\n01.01.2026;1.234,5\n01.02.2026;1.300,25\n",
        "Zähler;Datum;Uhrzeit;Stand kWh\n4711;01.01.2026;00:00;1234,5\n4711;01.02.2026;00:00;1300,25\n",
        "timestamp,value\n2026-01-01T00:00:00+01:00,1234.5\n2026-02-01T00:00:00+01:00,1300.25\n",
        "2026-02-01 00:00\t1300.25\n2026-01-01 00:00\t1234.5\n",
        b"Datum;Z\xe4hlerstand\r\n01.01.2026 00:00;1234,5\r\n31.01.2026 24:00;1300,25\r\n",
    ],
)
def test_forms_of_files(store, content):
    prepare(store, "a")
    report = bring(store, content)
    assert (report.lines, report.stored) == (2, 2)
    assert stored(store) == [
        (at("2026-01-01T00:00:00"), Decimal("1234.5")),
        (at("2026-02-01T00:00:00"), Decimal("1300.25")),
    ]
    assert bring(store, content).duplicate == 2


def test_every_line_is_found_again_in_the_report(any_store):
    prepare(any_store, "a", valid_from=at("2025-12-31T00:00:00"))
    content = (
        "Datum;Stand\n01.01.2026;100\n02.01.2026;viel\ngestern;101\n03.01.2026;-5\n"
        "01.06.2030;500\n01.01.2020;50\n01.01.2026;99\n04.01.2026;104\n"
    )
    report = bring(any_store, content)
    assert (report.lines, report.stored, report.refused) == (8, 2, 6)
    assert [(refusal.line, refusal.error.reason) for refusal in report.refusals] == [
        (3, "not-a-number"),
        (4, "not-a-time"),
        (5, "negative"),
        (6, "future"),
        (7, "no-register-then"),
        (8, "contradiction"),
    ]
    assert [value for _ts, value in stored(any_store)] == [100, 104]


def test_old_readings_fit_in_beside_what_the_device_sends(any_store):
    prepare(any_store, "a", gap=40 * 86_400)
    intake = Intake(any_store)
    intake.take([timed("a", at("2026-01-20T00:00:00"), 1250)])
    bring(any_store, "01.01.2026;1200\n01.02.2026;1300\n")
    assert kinds(intake.take([timed("a", at("2026-01-20T00:00:00"), 1250)])) == ["duplicate"]
    with any_store.reading() as connection:
        chain = registers.chain(connection, "meter-a", IMPORT)
        start, end = at("2026-01-01T00:00:00"), at("2026-02-01T00:00:00")
        [slot] = history.consumption(connection, chain, [start, end], NOW, True)
    assert slot.consumption == 100 * 10**6
    assert slot.complete


PROFILE = "von;bis;Verbrauch kWh\n" + "".join(
    f"25.10.2026 {hour}:{minute:02d};;0,25\n"
    for hour in ("00", "01", "02", "02", "03")
    for minute in (0, 15, 30, 45)
)


@pytest.mark.parametrize("order", [1, -1])
def test_a_load_profile_across_the_doubled_hour(any_store, order, monkeypatch):
    prepare(any_store, "a")
    head, *lines = PROFILE.splitlines(keepends=True)
    with any_store.writing() as connection:
        chain = registers.chain(connection, "meter-a", IMPORT)
        content = (head + "".join(lines[::order])).encode()
        later = at("2026-11-01T00:00:00")
        report = import_readings(connection, chain, content, "kWh", "x", later, CONSUMPTION)
    assert (report.lines, report.stored, report.refused) == (21, 21, 0)
    start = at("2026-10-25T00:00:00")
    with any_store.reading() as connection:
        cuts = boundaries(start, start + 5 * HOUR, "hour")
        slots = history.consumption(connection, chain, cuts, later, True)
    assert [slot.consumption for slot in slots] == [10**6] * 5


def test_a_profile_with_end_stamps_in_other_units_continues_the_last(store):
    prepare(store, "a")
    bring(store, "01.01.2026 00:15;250\n01.01.2026 00:30;250\n", "Wh", kind=CONSUMPTION, stamp=END)
    bring(store, "01.01.2026 00:45;1\n01.01.2026 01:00;2\n", kind=CONSUMPTION, stamp=END)
    assert [value for _ts, value in stored(store)] == [
        0,
        Decimal("0.25"),
        Decimal("0.5"),
        Decimal("1.5"),
        Decimal("3.5"),
    ]
    with pytest.raises(MeteringError, match="missing-field"):
        bring(store, "01.02.2026 00:15;1\n01.02.2026 00:30;1\n", kind=CONSUMPTION, stamp=END)


def test_a_hole_in_a_profile_is_a_gap(store):
    prepare(store, "a")
    content = "01.01.2026 00:00;1\n01.01.2026 00:15;1\n01.01.2026 06:00;1\n01.01.2026 06:15;1\n"
    bring(store, content, kind=CONSUMPTION)
    with store.reading() as connection:
        chain = registers.chain(connection, "meter-a", IMPORT)
        start = at("2026-01-01T00:00:00")
        cuts = boundaries(start, start + 7 * HOUR, "hour")
        slots = history.consumption(connection, chain, cuts, NOW, True)
    assert [(slot.end - slot.start) // HOUR for slot in slots] == [6, 1]
    assert [slot.consumption for slot in slots] == [2 * 10**6, 2 * 10**6]
    assert [slot.gap for slot in slots] == [True, False]


@pytest.mark.parametrize(
    "content", [b"", b"\n\n", b"\x00\x01", b"Datum\n01.01.2026\n", b"a;b\nc;d\n"]
)
def test_files_that_are_none(store, content):
    prepare(store, "a")
    with pytest.raises(MeteringError):
        bring(store, content)
    assert stored(store) == []


@settings(max_examples=100, deadline=None)
@given(
    st.binary(max_size=200)
    | st.lists(
        st.sampled_from(
            ["01.01.2026", "25.10.2026 02:30", "12,5", ";", "\n", '"', "x", "24:00", "\t"]
        )
    ).map(lambda parts: "".join(parts).encode())
)
def test_no_file_stops_the_import(content):
    report = Report()
    try:
        rows = parse(content, report)
    except MeteringError:
        return
    assert len(rows) + report.refused == report.lines
