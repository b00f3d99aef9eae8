"""Tariffs in the browser: versions by date, times of the day, prices by the hour, factors, budgets."""

from datetime import date
from decimal import Decimal
from io import BytesIO
from kaarst.metering.entered import Entered
from kaarst.metering.store import tariffs
from kaarst.metering.tariffs import content
from kaarst.metering.tariffs import entering
from kaarst.metering.tariffs.factors import Factor
from kaarst.metering.tariffs.factors import in_order
from kaarst.metering.tariffs.factors import monthly
from kaarst.metering.tariffs.pages import factors
from plone import api
from tests.metering.site import ask
from tests.metering.site import building
from tests.metering.site import meter
from tests.metering.site import send
from zExceptions import BadRequest
from zExceptions import Forbidden

import pytest
import transaction


SIMPLE = {"valid_from": "2026-01-01", "working": "27,4", "unit": "kWh", "base": "120"}


@pytest.fixture
def power(energy_page):
    return api.content.create(energy_page, "Tariff", title="Strom Rathaus", medium="electricity")


def versions(store, key):
    with store.reading() as connection:
        return tariffs.tariff(connection, key).versions


def entered(**form):
    return Entered({**SIMPLE, **form})


def test_versions_are_entered_corrected_and_removed(power, site_store):
    assert send(power, "view", "save", **SIMPLE)[2] == power.absolute_url()
    send(power, "view", "save", **{**SIMPLE, "valid_from": "2025-01-01", "working": "29"})
    # Corrected: from the same day.
    send(power, "view", "save", **{**SIMPLE, "working": "26,8", "feed_in": "8,11"})
    first, second = versions(site_store, "strom-rathaus")
    assert (first.valid_from, first.working) == (date(2025, 1, 1), Decimal("0.29"))
    assert (second.working, second.base, second.feed_in) == (
        Decimal("0.268"),
        120,
        Decimal("0.0811"),
    )
    page, status, _target = ask(power, "view")
    assert "26,8 ct/kWh" in page
    assert "120,00 €" in page
    assert 'value="29"' in ask(power, "view", version="2025-01-01")[0]
    send(power, "view", "remove", valid_from="2025-01-01")
    assert len(versions(site_store, "strom-rathaus")) == 1


def test_mistakes_lose_nothing(power, site_store):
    wrong = {
        **SIMPLE,
        "working": "teuer",
        "price_1": "20",
        "from_1": "22:10",
        "until_1": "06:00",
        "days_1": "all",
    }
    page, status, _target = send(power, "view", "save", **wrong)
    assert status == 400
    for words in ("eine Zahl", "volle Viertelstunde", 'value="teuer"', 'value="22:10"'):
        assert words in page
    line = {"from_1": "06:00", "until_1": "08:00", "price_1": "30", "days_1": "all"}
    twice = {**line, "from_2": "07:00", "until_2": "09:00", "price_2": "31", "days_2": "working"}
    assert send(power, "view", "save", **SIMPLE, **twice)[1] == 400
    assert "entweder" in send(power, "view", "save", **SIMPLE, **line, dynamic="1")[0]
    assert versions(site_store, "strom-rathaus") == ()


def test_a_price_over_midnight_is_one_line():
    night = {"from_1": "22:00", "until_1": "06:00", "price_1": "22,1", "days_1": "working"}
    found = entering.version(entered(**night), "electricity", "x")
    assert [(band.days, band.start, band.end) for band in found.bands] == [
        ((0, 1, 2, 3, 4), 1320, 1440),
        ((1, 2, 3, 4, 5), 0, 360),
    ]
    assert entering.lines(found.bands) == [("working", 1320, 360, Decimal("0.221"))]
    whole = entering.version(
        entered(from_1="00:00", until_1="24:00", price_1="20", days_1="sunday"), "electricity", "x"
    )
    assert entering.lines(whole.bands) == [("sunday", 0, 1440, Decimal("0.2"))]


def test_gas_needs_what_makes_kilowatt_hours_of_cubic_metres():
    missing = entered()
    assert entering.version(missing, "gas", "x") is None
    assert set(missing.mistakes) == {"state_number", "calorific_value"}
    found = entering.version(entered(state_number="0,9535", calorific_value="11,2"), "gas", "x")
    assert found.gas.factor == Decimal("10.6792")
    water = entered()
    assert entering.version(water, "water", "x") is None
    assert "unit" in water.mistakes


def test_prices_by_the_hour_come_from_a_file(power, site_store):
    class File(BytesIO):
        filename = "preise.csv"

    rows = "Datum;Preis\n01.03.2026 00:00;95,5\n01.03.2026 01:00;-3\n01.03.2026 02:00;x\n"
    page, status, _target = send(
        power, "view", "prices", file=File(rows.encode()), price_unit="€/MWh"
    )
    assert status == 200
    assert "01.03.2026 02:00;x" in page
    with site_store.reading() as connection:
        assert tariffs.price_span(connection, "strom-rathaus")[0] == 2
    assert send(power, "view", "prices", file=File(b"nichts"), price_unit="€/MWh")[1] == 400
    assert send(power, "view", "prices", price_unit="€/MWh")[1] == 400


def test_a_meter_has_its_tariff_or_that_of_the_meter_before_it(energy_page, power, site_store):
    main = meter(building(energy_page), tariff="strom-rathaus")
    behind = meter(main, "Lüftung")
    water = meter(main, "Wasser", medium="water")
    assert [content.key_of(one) for one in (main, behind, water)] == [
        "strom-rathaus",
        "strom-rathaus",
        "",
    ]
    assert "Rathaus: Strom" in ask(power, "view")[0]
    page, _status, _target = ask(energy_page, "tariffs")
    assert "Strom Rathaus" in page
    with pytest.raises(Forbidden, match="Strom Rathaus"):
        api.content.delete(power)


def test_a_tariffs_key_stays_and_its_prices_go_with_it(energy_page, power, site_store):
    send(power, "view", "save", **SIMPLE)
    savepoint = transaction.savepoint()
    with pytest.raises(BadRequest):
        api.content.rename(power, new_id="anders")
    savepoint.rollback()
    api.content.delete(energy_page["strom-rathaus"])
    [writer] = [one for one in transaction.get()._resources if hasattr(one, "steps")]
    writer.tpc_vote(None)
    assert versions(site_store, "strom-rathaus") == ()


def test_emission_factors_are_written_by_date(energy_page):
    factor = {
        "medium": "electricity",
        "since": "2025-01-01",
        "grams": "363",
        "source": "UBA <2025>",
    }
    assert send(energy_page, "tariffs", "add", **factor)[2]
    send(energy_page, "tariffs", "add", **{**factor, "since": "2024-01-01", "grams": "380"})
    send(energy_page, "tariffs", "add", **{**factor, "grams": "362,5"})
    assert in_order(factors(energy_page), "electricity") == (
        (19723, Decimal("0.38")),
        (20089, Decimal("0.3625")),
    )
    page, _status, _target = ask(energy_page, "tariffs")
    assert "UBA &lt;2025&gt;" in page
    assert send(energy_page, "tariffs", "add", medium="water", since="x", grams="9999")[1] == 400
    send(energy_page, "tariffs", "remove", medium="electricity", since="2024-01-01")
    assert len(factors(energy_page)) == 1


def test_a_years_budget_is_spread_over_its_months():
    for medium in ("gas", "heat", "electricity", "water"):
        months = [monthly(120_000, medium, month) for month in range(1, 13)]
        assert abs(sum(months) - 120_000 * 10**6) < 12
    assert monthly(1000, "gas", 1) == 170_000_000
    assert monthly(None, "gas", 1) is None
    assert in_order([Factor("gas", date(2025, 1, 1), Decimal("0.2"))], "heat") == ()
