"""What a tree needed and what it got in the last 30 days.

Need by age: 100 l up to 4 years after planting, 200 l up to 10, 300 l after that. One millimetre of rain
is one litre a square metre of open ground. In practice one watering brings about 100 l.
"""

from dataclasses import dataclass
from decimal import Decimal


DAYS = 30
_NEED = ((4, 100), (10, 200))
_NEED_LATER = 300
USUAL_DOSE = 100
#: So many days without a known amount of rain are taken as dry; with more of them nobody can tell.
UNKNOWN_DAYS = 5


def need(age: int) -> int:
    """Litres in 30 days for a tree that was planted `age` years ago."""
    return next((litres for limit, litres in _NEED if age <= limit), _NEED_LATER)


@dataclass(frozen=True)
class Balance:
    """Litres in 30 days. `rain` in mm, or None where it is not known; `area` in m²."""

    need: int
    rain: Decimal | None
    area: Decimal
    watered: int

    @property
    def known(self) -> bool:
        """Whether it says anything: the waterings alone may suffice."""
        return self.rain is not None or self.watered >= self.need

    @property
    def rained(self) -> int:
        """Litres of rain."""
        return round((self.rain or 0) * self.area)

    @property
    def supplied(self) -> int:
        return self.rained + self.watered

    @property
    def missing(self) -> int:
        """Litres that are missing, never below zero."""
        return max(self.need - self.supplied, 0)

    @property
    def dose(self) -> int:
        """Litres for the next watering, in tens: what is missing, but a usual one at least."""
        wanted = max(USUAL_DOSE, min(self.missing, self.need))
        return -(-wanted // 10) * 10


def of_tree(
    age: int, area: Decimal, rain: list[Decimal | None], watered: int, unknown: int = UNKNOWN_DAYS
) -> Balance:
    """The balance from the rain of each of the days (mm, None: not known) and litres given in them."""
    gaps = sum(1 for amount in rain if amount is None) + max(DAYS - len(rain), 0)
    total = None if gaps > unknown else sum((one for one in rain if one is not None), Decimal(0))
    return Balance(need(age), total, area, watered)
