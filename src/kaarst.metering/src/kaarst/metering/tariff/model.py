"""Tariffs: versions in force from a day on, with prices by time, a base price and a price for feeding in.

A version is kept as JSON. What something cost is never stored: it is computed from the version in
force at the time, so a corrected version corrects the past.
"""

from dataclasses import dataclass
from dataclasses import field
from datetime import date
from decimal import Decimal
from decimal import InvalidOperation
from kaarst.metering.errors import MeteringError
from kaarst.metering.rollup.calendar import day_number


ALL_DAYS = (0, 1, 2, 3, 4, 5, 6)
MINUTES = 24 * 60
# Nine places: a tenth of a cent for a watt-hour has seven.
_PLACES = 9
_LIMIT = Decimal(10) ** 9


@dataclass(frozen=True)
class Band:
    """A price at certain times of the local day, which overrides the working price.

    `days`: weekdays, Monday is 0; holidays count as what they fall on. `start`, `end`: minutes after
    midnight, in steps of 15; a band over midnight is two bands. `price`: euros a unit.
    """

    days: tuple[int, ...]
    start: int
    end: int
    price: Decimal

    def __post_init__(self):
        if not self.days or not set(self.days) <= set(ALL_DAYS):
            raise MeteringError("out-of-range", field="days", value=self.days)
        if not 0 <= self.start < self.end <= MINUTES or self.start % 15 or self.end % 15:
            raise MeteringError("out-of-range", field="start", value=f"{self.start}–{self.end}")


@dataclass(frozen=True)
class GasQuality:
    """What turns cubic metres into kilowatt-hours (DVGW G 685): Zustandszahl × Brennwert.

    `state_number` without unit, `calorific_value` in kWh/m³; both stand on the supplier's bill.
    """

    state_number: Decimal
    calorific_value: Decimal

    def __post_init__(self):
        if not Decimal("0.5") <= self.state_number <= Decimal("1.5"):
            raise MeteringError("out-of-range", field="state_number", value=self.state_number)
        if not Decimal(5) <= self.calorific_value <= Decimal(15):
            raise MeteringError("out-of-range", field="calorific_value", value=self.calorific_value)

    @property
    def factor(self) -> Decimal:
        """Kilowatt-hours of a cubic metre."""
        return self.state_number * self.calorific_value


@dataclass(frozen=True)
class Version:
    """A tariff from a local day on, until the next version.

    `working`: euros a unit of what is drawn. `unit`: the unit the price is for, "kWh" or "m³".
    `base`: euros a year, counted by the hour. `series`: the name of a price series (dynamic tariff)
    to which `working` is added as a mark-up. `feed_in`: euros a kWh that is fed in.
    `gas`: only for gas priced by kWh.
    """

    valid_from: date
    working: Decimal
    unit: str = "kWh"
    base: Decimal = Decimal(0)
    bands: tuple[Band, ...] = ()
    series: str = ""
    feed_in: Decimal = Decimal(0)
    gas: GasQuality | None = None

    def __post_init__(self):
        if self.unit not in ("kWh", "m³"):
            raise MeteringError("wrong-unit", unit=self.unit, expected="kWh, m³")
        if self.bands and self.series:
            raise MeteringError("bad-mapping", problem="bands with a price series")
        _check_overlap(self.bands)

    @property
    def first_day(self) -> int:
        return day_number(self.valid_from)


@dataclass(frozen=True)
class Tariff:
    """All versions of a tariff, sorted by the day they begin."""

    versions: tuple[Version, ...] = field(default=())

    def __post_init__(self):
        versions = tuple(sorted(self.versions, key=lambda version: version.valid_from))
        object.__setattr__(self, "versions", versions)
        begins = [version.valid_from for version in versions]
        if len(set(begins)) < len(begins):
            raise MeteringError("bad-mapping", problem="two versions from the same day")

    def on(self, day: int) -> Version | None:
        """Returns the version in force on a local day (a day number), None before the first."""
        found = None
        for version in self.versions:
            if version.first_day > day:
                break
            found = version
        return found


def _check_overlap(bands: tuple[Band, ...]):
    for index, one in enumerate(bands):
        for other in bands[index + 1 :]:
            same_day = set(one.days) & set(other.days)
            if same_day and one.start < other.end and other.start < one.end:
                raise MeteringError("bad-mapping", problem="two prices at one time")


def price(written, name: str) -> Decimal:
    """Returns an amount in euros from text such as "0,3215"; raises MeteringError.

    A comma is a decimal comma. Negative prices exist (dynamic tariffs).
    """
    text = str(written).strip().replace("€", "").strip()
    if "," in text:
        text = text.replace(".", "").replace(",", ".")
    try:
        found = Decimal(text)
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite():
        raise MeteringError("not-a-number", field=name, value=written)
    if not -_LIMIT < found < _LIMIT or -found.as_tuple().exponent > _PLACES:
        raise MeteringError("out-of-range", field=name, value=written)
    return found


def to_json(version: Version) -> dict:
    """Returns a version as JSON types; decimals as text, so that they stay exact."""
    return {
        "working": str(version.working),
        "unit": version.unit,
        "base": str(version.base),
        "bands": [
            {"days": list(b.days), "start": b.start, "end": b.end, "price": str(b.price)}
            for b in version.bands
        ],
        "series": version.series,
        "feed_in": str(version.feed_in),
        "gas": None
        if version.gas is None
        else [str(version.gas.state_number), str(version.gas.calorific_value)],
    }


def from_json(valid_from: date, stored: dict) -> Version:
    """Returns the version that `to_json` made."""
    gas = stored.get("gas")
    return Version(
        valid_from,
        Decimal(stored["working"]),
        stored["unit"],
        Decimal(stored["base"]),
        tuple(
            Band(tuple(b["days"]), b["start"], b["end"], Decimal(b["price"]))
            for b in stored["bands"]
        ),
        stored["series"],
        Decimal(stored["feed_in"]),
        None if gas is None else GasQuality(Decimal(gas[0]), Decimal(gas[1])),
    )
