"""A version of a tariff as it is typed: cents a unit, euros a year, times of the day. No Plone."""

from decimal import Decimal
from kaarst.metering import _
from kaarst.metering.entered import Entered
from kaarst.metering.tariff.model import ALL_DAYS
from kaarst.metering.tariff.model import Band
from kaarst.metering.tariff.model import GasQuality
from kaarst.metering.tariff.model import MINUTES
from kaarst.metering.tariff.model import Version


#: Lines for prices at certain times.
LINES = 4
DAYS = {
    "all": ALL_DAYS,
    "working": (0, 1, 2, 3, 4),
    "weekend": (5, 6),
    "saturday": (5,),
    "sunday": (6,),
}
_PLACES = Decimal("0.0000001")


def version(entered: Entered, medium: str, series: str) -> Version | None:
    """The version that was typed, or None with mistakes in `entered`.

    `series`: under which prices of a dynamic tariff are kept. Raises MeteringError for what the
    model refuses, such as two prices at one time.
    """
    first = entered.day("valid_from", required=True)
    working = cents(entered, "working", required=True)
    base, feed_in = entered.decimal("base"), cents(entered, "feed_in")
    unit = entered.choice("unit", ("kWh", "m³"))
    gas = _gas(entered) if medium == "gas" and unit == "kWh" else None
    bands = [band for number in range(1, LINES + 1) for band in _bands(entered, number)]
    dynamic = bool(entered.text("dynamic", 5))
    if unit == "m³" and medium in ("electricity", "heat"):
        entered.mistake("unit", _("This unit does not fit what is counted."))
    if unit == "kWh" and medium == "water":
        entered.mistake("unit", _("This unit does not fit what is counted."))
    if dynamic and bands:
        entered.mistake("dynamic", _("A tariff has either prices by the hour or prices at certain times."))  # fmt: skip
    if entered.mistakes:
        return None
    return Version(
        first, working, unit, base or Decimal(0), tuple(bands), series if dynamic else "",
        feed_in or Decimal(0), gas,
    )  # fmt: skip


def cents(entered: Entered, name: str, required: bool = False) -> Decimal | None:
    """Cents as euros; up to five places of a cent."""
    found = entered.decimal(name, required, negative=True)
    if found is None:
        return None
    euros = found / 100
    if euros != euros.quantize(_PLACES) or abs(found) > 100_000:
        entered.mistake(name, _("Please write cents, with at most five decimals."))
        return None
    return euros.quantize(_PLACES)


def _gas(entered: Entered) -> GasQuality | None:
    state = entered.decimal("state_number", required=True)
    value = entered.decimal("calorific_value", required=True)
    if state is not None and not Decimal("0.5") <= state <= Decimal("1.5"):
        entered.mistake("state_number", _("Usually about 0,95; it stands on the bill."))
    if value is not None and not 5 <= value <= 15:
        entered.mistake("calorific_value", _("Usually between 8 and 12; it stands on the bill."))
    if state is None or value is None or entered.mistakes:
        return None
    return GasQuality(state, value)


def _bands(entered: Entered, number: int) -> list[Band]:
    """One line: a price at certain times; over midnight it becomes two."""
    names = [f"{part}_{number}" for part in ("price", "from", "until")]
    if not any(entered.text(name, 40) for name in names):
        return []
    price = cents(entered, names[0], required=True)
    start, end = (_minute(entered, name) for name in names[1:])
    start = 0 if start == MINUTES else start
    days = DAYS.get(entered.choice(f"days_{number}", DAYS), ALL_DAYS)
    if price is None or start is None or end is None:
        return []
    if start == end:
        entered.mistake(names[2], _("It has to end at another time than it begins."))
        return []
    if start < end:
        return [Band(days, start, end, price)]
    following = tuple(sorted((day + 1) % 7 for day in days))
    after = [Band(following, 0, end, price)] if end else []
    return [Band(days, start, MINUTES, price), *after]


def _minute(entered: Entered, name: str) -> int | None:
    """ "22:15" as minutes after midnight, in quarters of an hour."""
    value = entered.text(name, 10, required=True)
    if not value:
        return None
    if value == "24:00":
        return MINUTES
    hours, _sign, minutes = value.partition(":")
    if (
        not (value.isascii() and hours.isdigit() and minutes.isdigit())
        or int(hours) > 23
        or int(minutes) not in (0, 15, 30, 45)
    ):
        entered.mistake(name, _("Please write a full quarter of an hour, for example 22:00."))
        return None
    return int(hours) * 60 + int(minutes)


def lines(bands: tuple[Band, ...]) -> list[tuple[str, int, int, Decimal]]:
    """Bands as they were typed: (key of DAYS, from, until, price), those over midnight in one."""
    found, left = [], list(bands)
    for band in bands:
        if band not in left:
            continue
        following = tuple(sorted((day + 1) % 7 for day in band.days))
        after = [b for b in left if (b.days, b.start, b.price) == (following, 0, band.price)]
        end = band.end
        if band.end == MINUTES and after and after[0] != band:
            left.remove(after[0])
            end = after[0].end
        left.remove(band)
        key = next((key for key, days in DAYS.items() if days == band.days), "")
        found.append((key, band.start, end, band.price))
    return found


def cents_text(euros: Decimal) -> str:
    """Euros as cents, as people type them: "27,4"."""
    text = f"{euros * 100:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.replace(".", ",") or "0"


def clock(minute: int) -> str:
    """Minutes after midnight as "22:00"; the day's end as "24:00"."""
    return f"{minute // 60:02d}:{minute % 60:02d}"
