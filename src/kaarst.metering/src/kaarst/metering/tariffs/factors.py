"""Emission factors and monthly budgets: what editors enter, as the analyses want it. No Plone.

Budgets for heating are spread over the months by the share of the degree days (VDI 2067 Blatt 1, edition of
December 1983, table 22, per mille: the table used for bills when somebody moves out within the year).
"""

from datetime import date
from decimal import Decimal
from kaarst.metering.rollup.calendar import day_number
from kaarst.metering.units import MICRO
from typing import NamedTuple


#: Per mille of a heating year, January to December; the three summer months share forty.
DEGREE_DAYS = (
    170,
    150,
    130,
    80,
    40,
    Decimal(40) / 3,
    Decimal(40) / 3,
    Decimal(40) / 3,
    30,
    80,
    120,
    160,
)
_HEATING = ("gas", "heat")


class Factor(NamedTuple):
    """Kilograms of CO₂ a kWh of a medium, from a day on, and who says so."""

    medium: str
    since: date
    value: Decimal
    source: str = ""


def in_order(factors, medium: str) -> tuple[tuple[int, Decimal], ...]:
    """Returns (day number from which it holds, kilograms a kWh) of a medium, in order of time."""
    return tuple(
        sorted((day_number(one.since), one.value) for one in factors if one.medium == medium)
    )


def monthly(budget: int | None, medium: str, month: int) -> int | None:
    """Returns a month's part of a year's budget in millionths of the unit. `month`: 1 to 12."""
    if not budget:
        return None
    share = Decimal(DEGREE_DAYS[month - 1]) / 1000 if medium in _HEATING else Decimal(1) / 12
    return round(budget * MICRO * share)
