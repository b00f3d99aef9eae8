"""Weather: degree days, and what would have been used for heating in other weather.

Gradtagzahl G 20/15 after VDI 3807 Blatt 1 and VDI 4710 Blatt 2: on each day whose mean temperature
is below the heating limit of 15 °C, the difference to 20 °C counts, in Kelvin days.

Only what depends on the weather is adjusted: what is used on days without heating (hot water, the
network's own losses) is taken to be used every day.
"""

from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import date
from datetime import datetime
from datetime import timedelta
from decimal import Decimal
from decimal import InvalidOperation
from kaarst.metering.errors import MeteringError
from kaarst.metering.rollup.calendar import day_number
from kaarst.metering.rollup.calendar import day_of
from kaarst.metering.rollup.curve import Slot
from statistics import median
from typing import NamedTuple

import csv
import io


LIMIT = 15.0
ROOM = 20.0
# Fewer days without heating say nothing about what is used anyway.
LEAST_SUMMER_DAYS = 10
# Of both years' compared days, so many may lack a temperature or a reading.
LEAST_SHARE = 0.8
LARGEST_FILE = 5_000_000
# Column names, in lower case: of the German weather service's daily file and of plain tables.
_DAYS = ("mess_datum", "datum", "tag", "date", "day")
_MEANS = ("tmk", "temperatur", "mittel", "tagesmittel", "temperature", "mean")
_FORMATS = ("%Y%m%d", "%Y-%m-%d", "%d.%m.%Y")
# The weather service writes this where it measured nothing.
_MISSING = -999


def degree_days(mean: float) -> float:
    """Returns G 20/15 of one day from its mean temperature in °C.

    >>> degree_days(5.0), degree_days(14.9) > 5, degree_days(15.0)
    (15.0, True, 0.0)
    """
    return ROOM - mean if mean < LIMIT else 0.0


class Adjusted(NamedTuple):
    """The same days of two years; `before` as if last year had had this year's weather.

    `now`, `before_measured`, `before`: millionths of the unit. `degree_days`: of this and the last
    year. `days`: on how many days both years and both temperatures are known.
    """

    now: int
    before_measured: int
    before: int
    degree_days: tuple[float, float]
    days: int

    @property
    def change(self) -> float | None:
        """The change that is not the weather's, as a share; None where nothing can be said."""
        return (self.now - self.before) / self.before if self.before > 0 else None


def adjusted(days: Sequence[Slot], means: Mapping[int, float], today: date) -> Adjusted | None:
    """Compares this year until yesterday with the same days of last year, without the weather.

    `means`: mean temperature by day number. Returns None where fewer than four fifths of the days are
    known, or last year had no degree days.
    """
    by_day = {day_of(slot.start): slot.consumption for slot in days if slot.complete}
    known = by_day.keys() & means.keys()
    first = date(today.year, 1, 1)
    pairs = []
    for offset in range((today - first).days):
        day = first + timedelta(offset)
        if (day.month, day.day) != (2, 29):
            new, old = day_number(day), day_number(day.replace(year=day.year - 1))
            if new in known and old in known:
                pairs.append((new, old))
    if not pairs or len(pairs) < LEAST_SHARE * ((today - first).days - 1):
        return None
    now, before = (sum(by_day[pair[i]] for pair in pairs) for i in (0, 1))
    new_sum, old_sum = (sum(degree_days(means[pair[i]]) for pair in pairs) for i in (0, 1))
    if old_sum <= 0:
        return None
    anyway = min(
        base_a_day([by_day[old] for _new, old in pairs if means[old] >= LIMIT]) * len(pairs), before
    )
    heated = before - anyway
    return Adjusted(
        now, before, anyway + round(heated * new_sum / old_sum), (new_sum, old_sum), len(pairs)
    )


def base_a_day(summer: Sequence[int]) -> int:
    """Returns what is used a day without heating: the median of the days on which nobody heats."""
    return round(median(summer)) if len(summer) >= LEAST_SUMMER_DAYS else 0


def parse(content: bytes, today: date) -> tuple[dict[int, Decimal], list[tuple[int, str]]]:
    """Reads daily mean temperatures: ({day number: °C}, [(line, what is wrong there)]).

    Takes the weather service's daily file (`produkt_klima_tag_*.txt`, columns MESS_DATUM and TMK) and any
    table with a column for the day and one for the temperature. Raises MeteringError for a file that is
    none of these.
    """
    if len(content) > LARGEST_FILE:
        raise MeteringError("too-large", limit=LARGEST_FILE)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    head = text.partition("\n")[0]
    delimiter = next((sign for sign in ";\t," if sign in head), ";")
    table = csv.reader(io.StringIO(text), delimiter=delimiter)
    try:
        names = [cell.strip().lower() for cell in next(table, [])]
        day_column, mean_column = _column(names, _DAYS), _column(names, _MEANS)
        return _read(table, day_column, mean_column, today)
    except csv.Error:
        raise MeteringError("bad-mapping", problem="CSV") from None


def _read(table: Iterable, day_column: int, mean_column: int, today: date):
    found, wrong = {}, []
    for number, cells in enumerate(table, 2):
        if not any(cell.strip() for cell in cells):
            continue
        try:
            day = _day(cells[day_column].strip())
            mean = Decimal(cells[mean_column].strip().replace(",", "."))
        except (ValueError, IndexError, InvalidOperation):
            wrong.append((number, "unreadable"))
            continue
        if mean == _MISSING:
            continue
        if not mean.is_finite() or not -60 < mean < 60:
            wrong.append((number, "impossible"))
        elif not date(1950, 1, 1) <= day <= today:
            wrong.append((number, "future"))
        else:
            found[day_number(day)] = mean
    return found, wrong


def _column(names: Sequence[str], wanted: Sequence[str]) -> int:
    for index, name in enumerate(names):
        if name.split(" ")[0].strip("°()") in wanted:
            return index
    raise MeteringError("bad-mapping", problem=wanted[1])


def _day(text: str) -> date:
    for form in _FORMATS:
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    raise ValueError(text)
