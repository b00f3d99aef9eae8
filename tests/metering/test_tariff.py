"""What things cost: versions in force by date, times of use, dynamic prices, base price, gas."""

from datetime import date
from decimal import Decimal
from decimal import localcontext
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st
from kaarst.metering.errors import MeteringError
from kaarst.metering.rollup.calendar import boundaries
from kaarst.metering.rollup.calendar import HOUR
from kaarst.metering.rollup.curve import curve
from kaarst.metering.rollup.curve import Segment
from kaarst.metering.store import tariffs
from kaarst.metering.store.importer import parse_prices
from kaarst.metering.tariff.cost import costs
from kaarst.metering.tariff.cost import DRAWN
from kaarst.metering.tariff.cost import FED_IN
from kaarst.metering.tariff.cost import Prices
from kaarst.metering.tariff.model import Band
from kaarst.metering.tariff.model import from_json
from kaarst.metering.tariff.model import GasQuality
from kaarst.metering.tariff.model import price
from kaarst.metering.tariff.model import Tariff
from kaarst.metering.tariff.model import to_json
from kaarst.metering.tariff.model import Version
from tests.metering.helpers import at
from tests.metering.helpers import NOW

import pytest


KWH = 10**6
QUARTER = HOUR // 4


def steady(start, end, per_hour=KWH):
    """A curve that rises by the same each quarter of an hour."""
    count = (end - start) // QUARTER
    points = [(start + n * QUARTER, n * per_hour // 4) for n in range(count + 1)]
    return curve([Segment(points)], 2 * HOUR)


def total(found):
    with localcontext(prec=80):
        return sum((cost.total for cost in found), Decimal(0))


def test_a_new_version_counts_from_its_day_on():
    tariff = Tariff(
        (
            Version(date(2026, 1, 1), Decimal("0.35")),
            Version(date(2025, 1, 1), Decimal("0.30")),
        )
    )
    start, end = at("2025-12-31T00:00:00"), at("2026-01-02T00:00:00")
    found = costs(steady(start, end), boundaries(start, end, "day"), tariff)
    assert [cost.total for cost in found] == [Decimal("7.20"), Decimal("8.40")]
    assert [cost.total for cost in costs(steady(start, end), [start, end], tariff)] == [
        Decimal("15.60")
    ]


def test_before_the_first_version_the_price_is_unknown():
    tariff = Tariff((Version(date(2026, 1, 1), Decimal("0.35")),))
    start, end = at("2025-12-31T00:00:00"), at("2026-01-02T00:00:00")
    found = costs(steady(start, end), boundaries(start, end, "day"), tariff)
    assert [cost.complete for cost in found] == [False, True]
    assert found[0].total == 0


@pytest.mark.parametrize(
    ("day", "night_hours", "hours"),
    [("2026-03-02", 8, 24), ("2026-03-29", 7, 23), ("2026-10-25", 9, 25)],
)
def test_times_of_use_on_days_of_any_length(day, night_hours, hours):
    night = (
        Band(tuple(range(7)), 0, 360, Decimal(1)),
        Band(tuple(range(7)), 1320, 1440, Decimal(1)),
    )
    tariff = Tariff((Version(date(2026, 1, 1), Decimal(100), bands=night),))
    start = at(f"{day}T00:00:00")
    [found] = costs(steady(start, start + hours * HOUR), [start, start + hours * HOUR], tariff)
    assert found.total == night_hours + 100 * (hours - night_hours)


def test_a_band_in_the_hour_that_is_doubled_or_missing():
    band = (Band((6,), 120, 180, Decimal(1)),)
    tariff = Tariff((Version(date(2026, 1, 1), Decimal(100), bands=band),))
    for day, hours, cheap in (("2026-03-29", 23, 0), ("2026-10-25", 25, 2)):
        start = at(f"{day}T00:00:00")
        [found] = costs(steady(start, start + hours * HOUR), [start, start + hours * HOUR], tariff)
        assert found.total == cheap + 100 * (hours - cheap)


def test_dynamic_prices_with_mark_up_and_a_hole():
    start = at("2026-03-02T00:00:00")
    series = {
        "spot": Prices(
            [start, start + HOUR, start + 2 * HOUR], [Decimal("0.1"), Decimal("-0.05"), None]
        )
    }
    tariff = Tariff((Version(date(2026, 1, 1), Decimal("0.2"), series="spot"),))
    cuts = boundaries(start, start + 3 * HOUR, "hour")
    found = costs(steady(start, start + 3 * HOUR), cuts, tariff, series)
    assert [cost.total for cost in found] == [Decimal("0.3"), Decimal("0.15"), 0]
    assert [cost.complete for cost in found] == [True, True, False]


def test_the_base_price_of_a_year_is_the_base_price_exactly():
    tariff = Tariff((Version(date(2026, 1, 1), Decimal(0), base=Decimal("119.90")),))
    start, end = at("2026-01-01T00:00:00"), at("2027-01-01T00:00:00")
    flat = curve([Segment([(start, 0), (end, 0)])], 10**12)
    for resolution in ("hour", "day", "month", "year"):
        found = costs(flat, boundaries(start, end, resolution), tariff)
        assert total(found) == Decimal("119.90")
    assert all(cost.base > 0 for cost in found)


def test_the_base_price_begins_with_the_first_reading():
    tariff = Tariff((Version(date(2026, 1, 1), Decimal(0), base=Decimal(365)),))
    start = at("2026-03-02T00:00:00")
    begun = curve([Segment([(start + 12 * HOUR, 0), (start + 24 * HOUR, 0)])], 10**12)
    found = costs(begun, [start - 24 * HOUR, start, start + 24 * HOUR], tariff)
    assert found[0].total == 0
    assert found[1].total == Decimal("0.5")


def test_feeding_in_earns():
    tariff = Tariff(
        (Version(date(2026, 1, 1), Decimal("0.30"), base=Decimal(100), feed_in=Decimal("0.0794")),)
    )
    start = at("2026-03-02T00:00:00")
    [found] = costs(
        steady(start, start + 10 * HOUR), [start, start + 10 * HOUR], tariff, direction=FED_IN
    )
    assert found.total == Decimal("-0.794")


def test_gas_is_measured_in_cubic_metres_and_paid_in_kilowatt_hours():
    gas = GasQuality(Decimal("0.9569"), Decimal("11.273"))
    tariff = Tariff((Version(date(2026, 1, 1), Decimal("0.115"), gas=gas),))
    start = at("2026-03-02T00:00:00")
    [found] = costs(steady(start, start + 8 * HOUR), [start, start + 8 * HOUR], tariff)
    assert found.total == 8 * Decimal("0.115") * Decimal("0.9569") * Decimal("11.273")
    assert found.cents == Decimal("9.92")


@st.composite
def tariff_of_all_kinds(draw):
    prices = st.decimals(-1, 2, places=6)
    versions = []
    for day in draw(st.sets(st.dates(date(2025, 12, 1), date(2026, 5, 1)), min_size=1, max_size=4)):
        bands, dynamic = (), draw(st.booleans())
        if not dynamic:
            edges = sorted(draw(st.sets(st.integers(0, 96), max_size=4)))
            days = tuple(draw(st.sets(st.integers(0, 6), min_size=1)))
            bands = tuple(
                Band(days, a * 15, b * 15, draw(prices))
                for a, b in zip(edges[::2], edges[1::2], strict=False)
            )
        versions.append(
            Version(
                day, draw(prices), base=draw(st.decimals(0, 500, places=2)), bands=bands,
                series="spot" if dynamic else "",
            )
        )  # fmt: skip
    return Tariff(tuple(versions))


@settings(max_examples=40, deadline=None)
@given(
    tariff=tariff_of_all_kinds(),
    start=st.sampled_from(["2026-03-27T13:30:00", "2025-12-30T00:00:00", "2026-02-01T00:00:00"]),
    length=st.integers(1, 24 * 5 * 4),
    rises=st.lists(st.integers(0, 10**9), min_size=2, max_size=50),
)
def test_the_parts_cost_what_the_whole_costs(tariff, start, length, rises):
    start = at(start)
    end = start + length * QUARTER
    points, used = [], 0
    for index, rise in enumerate(rises):
        used += rise
        points.append((start + (end - start) * index // (len(rises) - 1) + 7, used))
    found = curve([Segment(points)], 2 * HOUR)
    spot = Prices([start + n * HOUR for n in range(200)], [Decimal(n) / 800 for n in range(200)])
    spot.values[5] = None
    sums = {
        resolution: total(costs(found, boundaries(start, end, resolution), tariff, {"spot": spot}))
        for resolution in ("quarter", "hour", "day", "month", "year")
    }
    assert len(set(sums.values())) == 1
    for version in tariff.versions:
        assert from_json(version.valid_from, to_json(version)) == version


@pytest.mark.parametrize(
    ("written", "expected"), [("0,3215", "0.3215"), ("1.234,50 €", "1234.50"), ("-0.02", "-0.02")]
)
def test_amounts_as_people_write_them(written, expected):
    assert price(written, "working") == Decimal(expected)


@pytest.mark.parametrize("written", ["", "viel", "NaN", "1e30", "0.0000000001", "inf"])
def test_amounts_that_are_none(written):
    with pytest.raises(MeteringError):
        price(written, "working")


def test_what_does_not_fit_is_refused():
    with pytest.raises(MeteringError):
        Band((0,), 60, 60, Decimal(1))
    with pytest.raises(MeteringError):
        Band((7,), 0, 60, Decimal(1))
    overlapping = (Band((0, 1), 0, 60, Decimal(1)), Band((1,), 45, 90, Decimal(2)))
    with pytest.raises(MeteringError):
        Version(date(2026, 1, 1), Decimal(1), bands=overlapping)
    with pytest.raises(MeteringError):
        GasQuality(Decimal("9.5"), Decimal("11"))
    with pytest.raises(MeteringError):
        Tariff((Version(date(2026, 1, 1), Decimal(1)), Version(date(2026, 1, 1), Decimal(2))))


def test_a_corrected_version_corrects_the_past(any_store):
    start = at("2026-03-02T00:00:00")
    first = Version(date(2026, 1, 1), Decimal("0.30"), bands=(Band((0,), 0, 60, Decimal("0.1")),))
    with any_store.writing() as connection:
        tariffs.save_version(connection, "strom", first, "energie", NOW)
        tariffs.save_version(
            connection, "strom", Version(date(2027, 1, 1), Decimal(9)), "energie", NOW
        )
        tariffs.save_version(
            connection, "strom", Version(date(2026, 1, 1), Decimal("0.40")), "energie", NOW
        )
    with any_store.reading() as connection:
        tariff = tariffs.tariff(connection, "strom")
        assert tariffs.tariff(connection, "gas").versions == ()
    [found] = costs(steady(start, start + HOUR), [start, start + HOUR], tariff)
    assert found.total == Decimal("0.40")
    assert len(tariff.versions) == 2


def test_prices_from_a_file(any_store):
    content = "Datum;von;Spotmarktpreis ct/kWh\n02.03.2026;00:00;10,5\n02.03.2026;01:00;-1,2\n02.03.2026;05:00;7\n"
    rows, report = parse_prices(content.encode(), "ct/kWh")
    assert (report.lines, report.stored, report.refused) == (3, 3, 0)
    start = at("2026-03-02T00:00:00")
    tariff = Tariff((Version(date(2026, 1, 1), Decimal(0), series="spot"),))
    with any_store.writing() as connection:
        tariffs.save_prices(connection, "spot", rows)
        tariffs.save_prices(connection, "spot", [(start, start + HOUR, Decimal("0.2"))])
    with any_store.reading() as connection:
        series = tariffs.prices(connection, tariff, start, start + 6 * HOUR)
    cuts = boundaries(start, start + 6 * HOUR, "hour")
    found = costs(steady(start, start + 6 * HOUR), cuts, tariff, series, DRAWN)
    assert [cost.total for cost in found[:2]] == [Decimal("0.2"), Decimal("-0.012")]
    assert [cost.complete for cost in found] == [True, True, False, False, False, True]
