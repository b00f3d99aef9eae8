"""Any order, repetition and delay of the same readings gives the same consumption, to the last digit.

And the parts add up: quarters, hours, days, months and years of any range say the same, with an
exchange of the meter anywhere, and across the changes of summer time.
"""

from datetime import date
from decimal import Decimal
from hypothesis import given
from hypothesis import HealthCheck
from hypothesis import settings
from hypothesis import strategies as st
from kaarst.metering.analysis import series
from kaarst.metering.rollup.calendar import boundaries
from kaarst.metering.rollup.calendar import HOUR
from kaarst.metering.rollup.calendar import to_datetime
from kaarst.metering.rollup.curve import slots
from kaarst.metering.store import history
from kaarst.metering.store import registers
from kaarst.metering.store.engine import Store
from kaarst.metering.store.intake import Intake
from kaarst.metering.store.schema import day_edge
from kaarst.metering.store.schema import hour_edge
from kaarst.metering.store.schema import jump
from kaarst.metering.tariff.model import Band
from kaarst.metering.tariff.model import Tariff
from kaarst.metering.tariff.model import Version
from sqlalchemy import select
from tests.metering.helpers import at
from tests.metering.helpers import IMPORT
from tests.metering.helpers import kinds
from tests.metering.helpers import prepare
from tests.metering.helpers import timed

import os
import pytest
import shutil


EXAMPLES = 1500 if os.environ.get("KAARST_LONG") else 25
MINUTE = 60_000
RESOLUTIONS = ("quarter", "hour", "day", "month", "year")
# The nights in which summer time begins and ends, and a New Year's Eve.
STARTS = [at("2026-03-28T22:07:00"), at("2026-10-24T21:00:00"), at("2025-12-31T13:59:59")]
SLOW = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """A migrated database with one register, to be copied for each example."""
    from kaarst.metering.decoders import load

    load()
    path = tmp_path_factory.mktemp("template") / "store.sqlite"
    made = Store(f"sqlite:///{path}")
    made.migrate()
    prepare(made, "a")
    with made.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    made.dispose()
    return path


class Copy:
    """A copy of the template as a context manager."""

    count = 0

    def __init__(self, template):
        Copy.count += 1
        self.path = template.with_name(f"copy-{Copy.count}.sqlite")
        shutil.copy(template, self.path)

    def __enter__(self):
        self.store = Store(f"sqlite:///{self.path}")
        return self.store

    def __exit__(self, *error):
        self.store.dispose()
        for path in self.path.parent.glob(f"{self.path.name}*"):
            path.unlink()


def chain(connection):
    return registers.chain(connection, "meter-a", IMPORT)


def sums(store, start, end, merge):
    """The consumption of the range in every resolution, as lists of slots."""
    with store.reading() as connection:
        found = chain(connection)
        return {
            resolution: history.consumption(
                connection,
                found,
                boundaries(start, end, resolution),
                2**60,
                merge and history.merges_gaps(resolution),
            )
            for resolution in RESOLUTIONS
        }


def state(store):
    """Everything that readings leave behind, but not when and how they came."""
    with store.reading() as connection:
        return [
            sorted(tuple(row) for row in connection.execute(query))
            for query in (
                select(hour_edge),
                select(day_edge),
                select(jump.c.register, jump.c.before_ts, jump.c.after_ts, jump.c.after_value),
            )
        ]


@st.composite
def counters(draw, falls=True):
    """Readings [(moment, value)] of a counter that mostly rises, at irregular moments."""
    moment, value = draw(st.sampled_from(STARTS)), draw(st.integers(0, 10**6))
    steps = draw(
        st.lists(
            st.tuples(
                st.sampled_from([1, 500, 10_000, 15 * MINUTE, HOUR, 7 * HOUR, 40 * HOUR])
                | st.integers(1, 3 * HOUR),
                st.integers(0, 5000) | (st.integers(-(10**6), 10**7) if falls else st.just(0)),
            ),
            min_size=1,
            max_size=40,
        )
    )
    readings = [(moment, value)]
    for step, rise in steps:
        moment += step
        value = max(value + rise, 0)
        readings.append((moment, value))
    return readings


def message(moment, value):
    # The latest moment at which any of them can arrive: delay must not matter.
    return timed("a", moment, f"{value // 1000}.{value % 1000:03d}", STARTS[0] + 10**11)


def total(found):
    return {name: sum(slot.consumption or 0 for slot in parts) for name, parts in found.items()}


@SLOW
@given(data=st.data())
def test_order_repetition_and_delay_do_not_matter(template, data):
    readings = data.draw(counters())
    arrivals = data.draw(st.permutations(readings))
    arrivals += data.draw(st.lists(st.sampled_from(readings), max_size=10))
    size = data.draw(st.integers(1, 12))
    start, end = readings[0][0] - HOUR, readings[-1][0] + HOUR
    with Copy(template) as straight, Copy(template) as shuffled:
        Intake(straight).take([message(*reading) for reading in readings])
        intake = Intake(shuffled)
        outcomes = []
        for begin in range(0, len(arrivals), size):
            if data.draw(st.booleans()):
                intake = Intake(shuffled)
            batch = arrivals[begin : begin + size]
            outcomes += kinds(intake.take([message(*reading) for reading in batch]))
        assert outcomes.count("stored") == len(readings)
        assert outcomes.count("duplicate") == len(arrivals) - len(readings)
        assert state(shuffled) == state(straight)
        assert sums(shuffled, start, end, True) == sums(straight, start, end, True)


@SLOW
@given(data=st.data())
def test_the_parts_add_up_in_every_resolution(template, data):
    readings = data.draw(counters())
    first, last = readings[0][0], readings[-1][0]
    # Any range, on no boundary at all.
    start = data.draw(st.integers(first - 2 * HOUR, last))
    end = data.draw(st.integers(start + 1, last + 2 * HOUR))
    with Copy(template) as store:
        Intake(store).take([message(*reading) for reading in readings])
        merged, spread = sums(store, start, end, True), sums(store, start, end, False)
        whole = sums(store, first - HOUR, last + HOUR, True)
    assert len(set(total(merged).values())) == 1
    assert total(merged) == total(spread)
    assert len(set(total(whole).values())) == 1
    for parts in (*merged.values(), *spread.values()):
        assert parts[0].start == start
        assert parts[-1].end == end
        assert all(a.end == b.start for a, b in zip(parts, parts[1:], strict=False))
        assert all((slot.consumption or 0) >= 0 for slot in parts)


@SLOW
@given(data=st.data())
def test_an_exchange_anywhere_keeps_the_sums(template, data):
    readings = data.draw(counters(falls=False))
    first, last = readings[0][0], readings[-1][0]
    used = (readings[-1][1] - readings[0][1]) * 1000
    at_ = data.draw(st.integers(first + 1, last))
    # What the old face showed at that moment: anything between the neighbours.
    before = max(value for ts, value in readings if ts < at_)
    after = min(value for ts, value in readings if ts >= at_)
    end_value = data.draw(st.integers(before, after))
    start_value = data.draw(st.integers(0, 10**6))
    new = [(ts, value if ts < at_ else value - end_value + start_value) for ts, value in readings]
    entered_late = data.draw(st.booleans())
    arrivals = data.draw(st.permutations(new))
    with Copy(template) as store:
        if entered_late:
            Intake(store).take([message(*reading) for reading in arrivals])
        with store.writing() as connection:
            [old] = chain(connection)
            fell = entered_late and end_value * 1000 < max(
                (value * 1000 for ts, value in new if ts < at_), default=0
            )
            assert not fell
            registers.exchange(connection, old, at_, end_value * 1000, start_value * 1000)
        if not entered_late:
            Intake(store).take([message(*reading) for reading in arrivals])
        found = sums(store, first, last, True)
        with store.reading() as connection:
            assert connection.execute(select(jump)).all() == []
    assert set(total(found).values()) == {used}


@SLOW
@given(data=st.data())
def test_what_edges_say_is_what_readings_say(template, data):
    readings = data.draw(counters())
    with Copy(template) as store:
        Intake(store).take([message(*r) for r in data.draw(st.permutations(readings))])
        first, last = readings[0][0], readings[-1][0]
        with store.reading() as connection:
            found = chain(connection)
            by = {
                grain: history.load(connection, found, first, last, grain)
                for grain in (history.RAW, history.HOURLY, history.DAILY)
            }
    for grain, resolution in ((history.HOURLY, "hour"), (history.DAILY, "day")):
        cuts = boundaries(first, last, resolution)[1:-1] if last > first else []
        for a, b in zip(cuts, cuts[1:], strict=False):
            exact = by[history.RAW].at(b) - by[history.RAW].at(a)
            assert by[grain].at(b) - by[grain].at(a) == exact


@SLOW
@given(data=st.data())
def test_a_few_hours_of_days_say_what_all_hours_say(template, data):
    """Slots with what is missing and in question too: a night price must not change what is known."""
    falls = data.draw(st.lists(st.integers(1, 40), max_size=3))
    readings, value, fallen = [], 0, 0
    moment = data.draw(st.sampled_from(STARTS))
    steps = st.sampled_from((1, 1, 1, 1, 1, 3, 5, 9, 13, 40, 120))
    for number in range(data.draw(st.integers(20, 60)) * 24):
        moment += data.draw(steps) * 15 * MINUTE if number % 24 == 0 else 45 * MINUTE
        value += number % 7
        fallen = value if number in {24 * fall + 10 for fall in falls} else fallen
        readings.append((moment, value - fallen))
    start, end = readings[0][0] // HOUR * HOUR, (readings[-1][0] // HOUR + 1) * HOUR
    hours = data.draw(st.lists(st.integers(0, 23), min_size=1, max_size=2, unique=True))
    cuts = [
        cut
        for cut in boundaries(start, end, "hour")
        if to_datetime(cut).hour in hours or cut in (start, end)
    ]
    with Copy(template) as store:
        Intake(store).take([message(*reading) for reading in readings])
        with store.reading() as connection:
            by, inner = history.plan(cuts)
            assert by == history.DAILY
            few = history.load(connection, chain(connection), start, end, by, inner)
            every = history.load(connection, chain(connection), start, end, history.HOURLY)
    for merge in (True, False):
        assert slots(few, cuts, merge, end) == slots(every, cuts, merge, end)


@SLOW
@given(data=st.data())
def test_the_cost_adds_up_and_does_not_depend_on_how_readings_came(template, data):
    readings = data.draw(counters())
    first, last = readings[0][0], readings[-1][0]
    arrivals = data.draw(st.permutations(readings)) + data.draw(
        st.lists(st.sampled_from(readings), max_size=5)
    )
    split = data.draw(st.integers(first + 1, last))
    start, end = first // HOUR * HOUR, (last // HOUR + 1) * HOUR
    band = Band(data.draw(st.sampled_from([(0, 1, 2), (5, 6)])), 15, 345, Decimal("0.1234567"))
    tariff = Tariff(
        (
            Version(date(2025, 1, 1), Decimal("0.30"), base=Decimal("119.90"), bands=(band,)),
            Version(date(2026, 1, 1), Decimal("0.35"), base=Decimal(100)),
            Version(date(2026, 10, 25), Decimal("0.29"), bands=(band,)),
        )
    )
    found = []
    with Copy(template) as straight, Copy(template) as shuffled:
        for store, messages in ((straight, readings), (shuffled, arrivals)):
            Intake(store).take([message(*reading) for reading in messages])
            with store.writing() as connection:
                # An exchange of which nobody wrote the readings down, wherever it was.
                registers.exchange(connection, chain(connection)[0], split, None, None)
            with store.reading() as connection:
                registers_now = [chain(connection)]
                for resolution in RESOLUTIONS:
                    cuts = boundaries(start, end, resolution)
                    for merge in (True, False):
                        made = series.items(connection, registers_now, cuts, 2**60, tariff, merge)
                        whole = series.total(made)
                        found.append(
                            (whole.consumption or 0, whole.cost.total if whole.cost else 0)
                        )
    assert len(set(found)) == 1


def test_a_year_of_days_across_both_changes_of_summer_time(any_store):
    prepare(any_store, "a")
    start, end = at("2026-01-01T00:00:00"), at("2027-01-01T00:00:00")
    intake = Intake(any_store)
    moments = range(start, end + 1, 6 * HOUR)
    readings = [timed("a", ts, n * 3, end + HOUR) for n, ts in enumerate(moments)]
    intake.take(readings[::-1])
    found = sums(any_store, start, end, True)
    assert set(total(found).values()) == {(len(readings) - 1) * 3_000_000}
    assert len(found["month"]) == 12
    with any_store.writing() as connection:
        [register] = chain(connection)
        registers.change(connection, register, gap=8 * 3600)
    found = sums(any_store, start, end, True)
    assert len(found["day"]) == 365
    assert len(found["hour"]) == 8760
    assert all(slot.complete for slot in found["day"])
    assert len({slot.consumption for slot in found["day"]}) > 1
