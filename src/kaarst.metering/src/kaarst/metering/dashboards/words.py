"""Numbers and days as people read them, in German or English. Plain Python."""

from datetime import date
from decimal import Decimal
from decimal import ROUND_HALF_UP
from functools import lru_cache
from kaarst.core.opening_hours.wording import date_text
from kaarst.metering.dashboards.ask import Period
from kaarst.metering.rollup.calendar import day_date
from kaarst.metering.rollup.calendar import day_of
from kaarst.metering.rollup.calendar import to_datetime
from zope.i18n.locales import locales


THIN = "\N{NARROW NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"


def number(value: float | Decimal, language: str, places: int = 0) -> str:
    """ "1.234,5" in German, "1,234.5" in English; rounded half up."""
    exact = Decimal(value).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    text = f"{abs(exact):,.{places}f}"
    if language == "de":
        text = text.translate(str.maketrans(",.", ".,"))
    return f"{MINUS}{text}" if exact < 0 else text


def amount(micro: int | None, unit: str, language: str) -> str:
    """Millionths of a unit with as many places as say something; a dash for what is unknown."""
    if micro is None:
        return "–"
    value = Decimal(micro).scaleb(-6)
    return f"{number(value, language, places(value))}{THIN}{unit}"


def places(value: float | Decimal) -> int:
    """How many decimal places a value needs to have about three digits."""
    size = abs(value)
    return 0 if size >= 100 or size == 0 else 1 if size >= 10 else 2 if size >= 1 else 3


def short(value: float, language: str) -> str:
    """A round number without places that say nothing: "20", "0,5"."""
    needed = next((n for n in range(6) if abs(round(value, n) - value) < 1e-9), 6)
    return number(value, language, needed)


def euros(value: Decimal | None, language: str, whole: bool = False) -> str:
    """ "1.234,50 €"; `whole`: without cents."""
    return "–" if value is None else f"{number(value, language, 0 if whole else 2)}{THIN}€"


def percent(share: float, language: str) -> str:
    """ "12 %" without a sign; less than one percent with a place."""
    value = abs(share) * 100
    return f"{number(value, language, 0 if value >= 1 or value == 0 else 1)}{THIN}%"


def power(watts: float, language: str) -> str:
    """ "850 W" or "12,3 kW"."""
    if abs(watts) < 1000:
        return f"{number(watts, language)}{THIN}W"
    value = Decimal(watts) / 1000
    return f"{number(value, language, 0 if abs(value) >= 100 else 1)}{THIN}kW"


@lru_cache(maxsize=4)
def _months(language: str) -> tuple[list[str], list[str]]:
    calendar = locales.getLocale(language if language in ("de", "en") else "de").dates.calendars[
        "gregorian"
    ]
    return list(calendar.getMonthNames()), list(calendar.getMonthAbbreviations())


def period_name(period: Period, language: str) -> str:
    """ "21. November 2026", "16.11.2026 – 22.11.2026", "November 2026" or "2026"."""
    first, last = period.first, period.last
    if period.kind == "year":
        return str(first.year)
    if period.kind == "month":
        return f"{_months(language)[0][first.month - 1]} {first.year}"
    if period.kind == "week":
        return f"{date_text(first, language, 'medium')} – {date_text(last, language, 'medium')}"
    return date_text(first, language)


def slot_name(start: int, kind: str, language: str) -> str:
    """What a slot is called in a table: "14–15", "Sa, 21.11." or "November"; `kind` is the period's."""
    local = to_datetime(start)
    if kind == "day":
        return f"{local:%H:%M}"
    if kind == "year":
        return _months(language)[0][local.month - 1]
    return date_text(day_date(day_of(start)), language, "medium")


def slot_label(start: int, kind: str, language: str) -> str:
    """What stands below a column: "14", "21." or "Nov"."""
    local = to_datetime(start)
    if kind == "day":
        return f"{local:%H}"
    if kind == "year":
        return _months(language)[1][local.month - 1].rstrip(".")[:3]
    return f"{local.day}." if language == "de" else str(local.day)


def weekday(day: date, language: str) -> str:
    """ "Sonntag"."""
    calendar = locales.getLocale(language if language in ("de", "en") else "de").dates.calendars[
        "gregorian"
    ]
    return calendar.getDayNames()[day.weekday()]
