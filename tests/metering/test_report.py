"""Reports of meters and buildings out of a small store: what adds up, what is compared, what is said."""

from datetime import date
from decimal import Decimal
from kaarst.metering.analysis import report
from kaarst.metering.analysis import series
from kaarst.metering.dashboards import words
from kaarst.metering.dashboards.ask import Period
from kaarst.metering.dashboards.shown import Shown
from kaarst.metering.rollup.calendar import day_date
from kaarst.metering.rollup.calendar import day_of
from kaarst.metering.rollup.calendar import day_start
from kaarst.metering.rollup.calendar import HOUR
from kaarst.metering.rollup.curve import curve
from kaarst.metering.rollup.curve import Segment
from kaarst.metering.store import edges
from kaarst.metering.store import registers
from kaarst.metering.store import rows
from kaarst.metering.tariff.model import GasQuality
from kaarst.metering.tariff.model import Tariff
from kaarst.metering.tariff.model import Version
from tests.metering.helpers import at

import pytest


NOW = at("2026-03-18T10:30:00")
BEGIN = at("2025-01-01T00:00:00")
POWER = Tariff(
    (Version(date(2024, 1, 1), Decimal("0.30"), base=Decimal(365), feed_in=Decimal("0.08")),)
)
GAS = Tariff(
    (
        Version(date(2024, 1, 1), Decimal("0.10"), gas=GasQuality(Decimal(1), Decimal(10))),
        Version(date(2026, 3, 10), Decimal("0.20"), gas=GasQuality(Decimal(1), Decimal(11))),
    )
)
# Key, code, millionths an hour (a function of the moment).
METERS = (
    ("haus", "1-0:1.8.0", lambda moment: 2_000_000),
    ("haus", "1-0:2.8.0", lambda moment: 100_000),
    ("server", "1-0:1.8.0", lambda moment: 700_000),
    ("mensa", "1-0:1.8.0", lambda moment: 300_000),
    ("gas", "7-0:3.0.0", lambda moment: 500_000),
    ("wasser", "8-0:1.0.0", lambda moment: 40_000),
    ("nacht", "1-0:1.8.2", lambda moment: 100_000),
    ("nacht", "1-0:1.8.1", lambda moment: 200_000),
)
BUILDING = (
    report.Source(
        "haus", "electricity", POWER, budget=1_500_000_000, factors=((0, Decimal("0.4")),)
    ),
    report.Source("server", "electricity", parent="haus"),
    report.Source("mensa", "electricity", parent="haus"),
    report.Source("gas", "gas", GAS, factors=((0, Decimal("0.2")),)),
    report.Source("wasser", "water"),
)


@pytest.fixture(scope="module")
def year(tmp_path_factory):
    """Readings of more than a year, every hour."""
    from kaarst.metering.store.engine import Store

    made = Store(f"sqlite:///{tmp_path_factory.mktemp('year')}/store.sqlite")
    made.migrate()
    with made.writing() as connection:
        for key, code, rate in METERS:
            register = registers.create(connection, key, code, f"own:{key}", code)
            used, hours, values = 10**9, {}, []
            for moment in range(BEGIN, NOW, HOUR):
                values.append((register.id, moment, used, moment, 0))
                edges.merge_reading(hours, (register.id, moment // HOUR), moment, used)
                used += rate(moment)
            rows.insert_readings(connection, values)
            edges.merge(connection, hours)
    yield made
    made.dispose()


@pytest.fixture(scope="module")
def month(year):
    with year.reading() as connection:
        found = report.reports(connection, BUILDING, "month", date(2026, 3, 18), NOW)
    return {one.medium: one for one in found}


def test_a_building_in_a_month(month):
    assert list(month) == ["electricity", "gas", "water"]
    power = month["electricity"]
    assert len(power.items) == 31
    # Sub-meters count the same energy once more: they are parts of it and not added.
    hours = 17 * 24 + 10
    assert power.total.consumption == hours * 2_000_000
    assert not power.total.complete
    assert power.items[0].complete
    assert not power.items[17].complete
    assert power.items[18].consumption is None
    assert (
        sum((item.cost.total for item in power.items if item.cost), Decimal(0))
        == power.total.cost.total
    )
    assert power.total.cost.working == Decimal("0.30") * hours * 2
    assert power.total.cost.base == pytest.approx(Decimal(hours) / 24, abs=Decimal("1e-6"))
    assert power.fed_in.consumption == hours * 100_000
    assert power.fed_in.cost.working == Decimal("-0.08") * hours / 10
    assert power.emissions == Decimal("0.4") * hours * 2


def test_what_it_is_compared_with(month):
    power = month["electricity"]
    # Seventeen whole days, and the first seventeen of February.
    assert [item.consumption for item in power.compared] == [17 * 48_000_000] * 2
    assert power.usual.used == power.usual.usual == 10 * 2_000_000
    # March has an hour less.
    assert power.forecast.expected == pytest.approx(743 * 2_000_000, rel=0.01)
    assert power.budget == 1_500_000_000
    assert power.years.change == 0
    assert power.years.known == 76
    assert power.base.rate == 2_000_000
    assert power.base_cost == Decimal("0.30") * 2 * 8766
    assert power.newest == NOW // HOUR * HOUR
    assert [(part.key, part.consumption) for part in power.split.parts] == [
        ("server", 418 * 700_000),
        ("mensa", 418 * 300_000),
    ]
    assert power.split.rest == 418 * 1_000_000
    assert power.split.complete


def test_gas_in_kilowatt_hours_by_its_quality_then(month):
    gas = month["gas"]
    assert gas.unit == "m³"
    before, after = 9 * 24 * Decimal("0.5"), (8 * 24 + 10) * Decimal("0.5")
    assert gas.energy == before * 10 + after * 11
    assert gas.emissions == gas.energy * Decimal("0.2")
    assert gas.total.cost.working == before * 10 * Decimal("0.1") + after * 11 * Decimal("0.2")
    assert month["water"].emissions is None
    assert month["water"].total.cost is None


def test_periods_of_every_kind_say_the_same(year):
    with year.reading() as connection:
        for kind, slots in (("day", 24), ("week", 7), ("year", 12)):
            [found] = report.reports(connection, BUILDING[:1], kind, date(2025, 3, 5), NOW)
            assert len(found.items) == slots
            assert sum(item.consumption for item in found.items) == found.total.consumption
            assert found.total.complete
        [found] = report.reports(connection, BUILDING[:1], "year", date(2026, 1, 5), NOW)
        new, old = found.compared
        assert new.end == day_start(day_of(NOW))
        assert (new.end - new.start, old.end - old.start) == (76 * 24 * HOUR,) * 2
        assert day_date(day_of(old.start)) == date(2025, 1, 1)


def test_day_and_night_registers_and_several_meters_add_up(year):
    sources = [
        report.Source("nacht", "electricity", POWER),
        report.Source("server", "electricity", POWER),
    ]
    with year.reading() as connection:
        [found] = report.reports(connection, sources, "day", date(2026, 3, 17), NOW)
    assert found.total.consumption == 24 * (300_000 + 700_000)
    # One base price for each meter, not for each register.
    assert found.total.cost.base == pytest.approx(Decimal(2), abs=Decimal("1e-6"))
    assert found.base.rate == 1_000_000
    assert found.usual.usual == 10 * 1_000_000


def test_meters_of_which_nothing_is_known(year):
    with year.reading() as connection:
        [found] = report.reports(
            connection, [report.Source("neu", "heat", POWER)], "month", date(2026, 3, 18), NOW
        )
        assert report.reports(connection, [], "month", date(2026, 3, 18), NOW) == []
    assert found.total.consumption is None
    assert found.total.cost is None
    assert (found.usual.used, found.forecast.expected, found.base, found.newest) == (None,) * 4


def test_the_first_hour_of_a_period(year):
    now = at("2026-03-01T00:20:00")
    with year.reading() as connection:
        [found] = report.reports(connection, BUILDING[:1], "month", date(2026, 3, 1), now)
    assert [item.consumption for item in found.compared] == [None, None]


def test_curves_of_several_meters():
    one = curve([Segment([(0, 0), (HOUR, 10), (2 * HOUR, 30)])], 2 * HOUR)
    other = curve([Segment([(HOUR, 5), (6 * HOUR, 55)])], 2 * HOUR)
    both = series.together([one, other])
    assert both.moments == [HOUR, 2 * HOUR]
    assert both.used == [10, 40]
    assert both.unknown == [(HOUR, 6 * HOUR)]
    assert series.together([]).moments == []


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_report_in_words(month, language):
    period = Period("month", date(2026, 3, 18))
    said = {
        medium: Shown(one, period, language, lambda message: message.default or str(message))
        for medium, one in month.items()
    }
    power, gas = said["electricity"], said["gas"]
    assert power.total == ("836 kWh" if language == "de" else "836 kWh").replace(" ", words.THIN)
    assert power.cost.startswith("268,2" if language == "de" else "268.2")
    assert power.running
    assert not power.incomplete
    assert "As much as" in power.change
    assert len(power.rows) == 31
    assert not power.has_earlier
    ids = [tile["id"] for tile in power.tiles()]
    assert ids == ["today", "month", "year", "night", "fed-in", "emissions"]
    assert {tile["id"]: tile["value"] for tile in power.tiles()}["year"].startswith("±0")
    # A winter's night of heating is no base load of the year.
    assert [tile["id"] for tile in gas.tiles()] == ["today", "month", "year", "energy", "emissions"]
    assert power.picture.count("<rect") == 18


def test_a_silent_meter_is_unknown_and_still_listened_to(year):
    with year.writing() as connection:
        register = registers.create(connection, "pumpe", "1-0:16.7.0", "own:pumpe", "power")
        counter = registers.create(connection, "pumpe", "1-0:1.8.0", "own:pumpe", "energy")
        values = [(one.id, NOW - HOUR, 10**9, NOW - HOUR, 0) for one in (register, counter)]
        rows.insert_readings(connection, values)
    source = report.Source("pumpe", "electricity")
    with year.reading() as connection:
        for now, watts in ((NOW - HOUR + 1000, 1000), (NOW, None)):
            (found,) = report.reports(connection, [source], "day", date(2026, 3, 18), now)
            assert found.power == (watts, NOW - HOUR)
            period = Period("day", date(2026, 3, 18))
            tile = Shown(
                found,
                period,
                "en",
                lambda message: getattr(message, "default", None) or str(message),
            ).tiles()[0]
            assert tile["id"] == "now"
            assert (tile["value"] == "not known") == (watts is None)
