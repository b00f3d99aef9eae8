"""Tariffs, emission factors and budgets of the demo city. Prices are invented, in the range of what
towns in Germany pay; factors are those of the federal government's subsidy rules, rounded.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from kaarst.metering.simulation import town
from kaarst.metering.store import tariffs
from kaarst.metering.store.engine import default_store
from kaarst.metering.store.joined import at_the_end
from kaarst.metering.tariff.model import Band
from kaarst.metering.tariff.model import GasQuality
from kaarst.metering.tariff.model import Version
from kaarst.metering.tariffs.factors import Factor
from kaarst.metering.tariffs.pages import FACTORS
from kaarst.policy.founding.records import Record
from pathlib import Path
from persistent.list import PersistentList
from zope.annotation.interfaces import IAnnotations

import time


#: Id → title, medium, supplier.
TARIFFS = {
    "strom-gebaeude": ("Strom, städtische Gebäude", "electricity", "Beispielwerke"),
    "strom-hallenbad": ("Strom, Hallenbad mit Nachttarif", "electricity", "Beispielwerke"),
    "strom-haushalt": ("Strom, Haushalte", "electricity", "Beispielwerke"),
    "gas-gebaeude": ("Gas, städtische Gebäude", "gas", "Beispielwerke"),
    "nahwaerme": ("Nahwärme Schulzentrum und Rathaus", "heat", "Beispielwärme"),
    "wasser": ("Trinkwasser und Abwasser", "water", "Beispielwasser"),
}
_BY_MEDIUM = {
    "electricity": "strom-gebaeude",
    "gas": "gas-gebaeude",
    "heat": "nahwaerme",
    "water": "wasser",
}
_YEARS = (2024, 2025, 2026)
#: Euros a unit by year, and euros a year.
_PRICES = {
    "strom-gebaeude": (("0.289", "0.274", "0.268"), "120"),
    "strom-hallenbad": (("0.296", "0.281", "0.275"), "360"),
    "strom-haushalt": (("0.412", "0.389", "0.374"), "148"),
    "gas-gebaeude": (("0.098", "0.106", "0.111"), "180"),
    "nahwaerme": (("0.118", "0.121", "0.124"), "900"),
    "wasser": (("4.36", "4.48", "4.60"), "110"),
}
_NIGHT = (
    Band((0, 1, 2, 3, 4, 5, 6), 0, 360, Decimal("0.221")),
    Band((0, 1, 2, 3, 4, 5, 6), 1320, 1440, Decimal("0.221")),
)
_GAS = GasQuality(Decimal("0.9535"), Decimal("11.2"))
_SOURCE = "Infoblatt zu den CO₂-Faktoren, BAFA"
_EXAMPLE = "Beispielwert; setzt die Stadt, Quelle ist noch einzutragen"
_FACTORS = (
    # Every town has another: what its supplier states.
    Factor("electricity", date(2024, 1, 1), Decimal("0.435"), _EXAMPLE),
    Factor("gas", date(2024, 1, 1), Decimal("0.181"), f"{_SOURCE}, auf den Brennwert umgerechnet"),
    Factor("heat", date(2024, 1, 1), Decimal("0.280"), _SOURCE),
)
#: kWh or m³ a square metre and year that a building may use.
_BUDGETS = {"electricity": 32, "gas": 9, "heat": 90, "water": Decimal("0.25")}


def tariff_of(plan: town.MeterPlan) -> str:
    """The tariff of a meter; one behind another meter has that one's."""
    if plan.parent:
        return ""
    if (plan.building, plan.medium) == ("hallenbad", "electricity"):
        return "strom-hallenbad"
    if plan.profile == "home":
        return "strom-haushalt"
    return _BY_MEDIUM[plan.medium]


def budget_of(plan: town.MeterPlan) -> int | None:
    """A year's budget of a main meter; none for the pool, which nothing can be compared with, nor for flats."""
    if plan.parent or plan.building == "hallenbad" or plan.profile == "home":
        return None
    area = next(one.area for one in town.BUILDINGS if one.slug == plan.building)
    return round(area * _BUDGETS[plan.medium])


def records(root: str) -> Iterator[Record]:
    """The tariffs as content; their prices come with `finish`."""
    for number, (key, (title, medium, supplier)) in enumerate(TARIFFS.items()):
        fields = {"title": title, "medium": medium, "supplier": supplier}
        yield Record(f"{root}/{key}", "Tariff", fields, Path(__file__), order=1000 + number)


def finish(energy) -> None:
    """Writes prices and factors of the demo's energy page, as the transaction ends."""
    IAnnotations(energy)[FACTORS] = PersistentList(tuple(one) for one in _FACTORS)
    now = int(time.time() * 1000)

    def write(connection):
        for key in TARIFFS:
            if not tariffs.tariff(connection, key).versions:
                for version in versions(key):
                    tariffs.save_version(connection, key, version, "admin", now)

    at_the_end(default_store(), write)


def versions(key: str) -> list[Version]:
    """The prices of a demo tariff, one version a year."""
    prices, base = _PRICES[key]
    medium = TARIFFS[key][1]
    return [
        Version(
            date(year, 1, 1),
            Decimal(price),
            unit="m³" if medium == "water" else "kWh",
            base=Decimal(base),
            bands=_NIGHT if key == "strom-hallenbad" else (),
            feed_in=Decimal("0.0811") if key == "strom-gebaeude" else Decimal(0),
            gas=_GAS if medium == "gas" else None,
        )
        for year, price in zip(_YEARS, prices, strict=True)
    ]
