"""CSV files of old readings and of load profiles, as people keep them and utilities send them.

Understood: comma, semicolon or tab; decimal comma or point; German and ISO dates, in one column or in
two; a header or none. Every line ends as stored, known already or refused with its reason, and the
report says which. A line that is wrong does not keep the others out.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from dataclasses import field
from datetime import datetime
from datetime import timedelta
from decimal import Decimal
from decimal import InvalidOperation
from kaarst.metering.decoders.base import iso
from kaarst.metering.errors import MeteringError
from kaarst.metering.rollup.calendar import to_milliseconds
from kaarst.metering.rollup.calendar import ZONE
from kaarst.metering.store import audit
from kaarst.metering.store import storing
from kaarst.metering.store.batch import Batch
from kaarst.metering.store.batch import DEAD
from kaarst.metering.store.batch import DUPLICATE
from kaarst.metering.store.batch import IMPORTED
from kaarst.metering.store.batch import LATE
from kaarst.metering.store.batch import Message
from kaarst.metering.store.batch import Outcome
from kaarst.metering.store.batch import STORED
from kaarst.metering.store.registers import Register
from kaarst.metering.store.schema import reading
from kaarst.metering.store.state import readings_changed
from kaarst.metering.units import scale
from sqlalchemy import Connection
from sqlalchemy import select
from typing import NamedTuple

import csv
import io


READINGS, CONSUMPTION = "readings", "consumption"
START, END = "start", "end"
SIZE_LIMIT = 20 * 2**20
LINE_LIMIT = 400_000
_REFUSALS_SHOWN = 200
_TIME_NAMES = (
    "zeitstempel",
    "zeitpunkt",
    "datum",
    "date",
    "timestamp",
    "time",
    "von",
    "ablesedatum",
)
_CLOCK_NAMES = ("uhrzeit", "zeit", "time", "clock")
_VALUE_NAMES = (
    "zählerstand", "zaehlerstand", "stand", "wert", "verbrauch", "menge", "kwh", "reading", "value",
    "consumption", "preis", "price",
)  # fmt: skip
_FORMATS = (
    "%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%d.%m.%Y", "%d.%m.%y %H:%M", "%d.%m.%y",
    "%Y/%m/%d %H:%M", "%Y/%m/%d",
)  # fmt: skip


class Refusal(NamedTuple):
    """A line that was not taken, and why. `line` counts from 1, the header included."""

    line: int
    text: str
    error: MeteringError


@dataclass
class Report:
    """What became of a file. `lines` = stored + duplicate + refused."""

    lines: int = 0
    stored: int = 0
    duplicate: int = 0
    refused: int = 0
    first: int | None = None
    last: int | None = None
    refusals: list[Refusal] = field(default_factory=list)

    def refuse(self, line: int, text: str, error: MeteringError):
        self.refused += 1
        if len(self.refusals) < _REFUSALS_SHOWN:
            self.refusals.append(Refusal(line, text[:200], error))


class Row(NamedTuple):
    line: int
    text: str
    moment: int
    value: Decimal


def parse(content: bytes, report: Report) -> list[Row]:
    """Returns the rows of a file in the order of their moments; refused ones are in the report.

    Raises MeteringError where the whole file cannot be read.
    """
    lines = list(_cells(content))
    if not lines:
        raise MeteringError("missing-field", field="CSV")
    time, clock, value, header = _columns(lines)
    lines = lines[1:] if header else lines
    report.lines = len(lines)
    rows, before = [], None
    if _falls(lines, time, clock):
        lines.reverse()
    for number, cells in lines:
        text = ";".join(cells)
        try:
            written = f"{_cell(cells, time)} {_cell(cells, clock)}".strip()
            moment = _moment(written, before)
            rows.append(Row(number, text, moment, _number(_cell(cells, value))))
            before = moment
        except MeteringError as error:
            report.refuse(number, text, error)
    return rows


def import_readings(
    connection: Connection,
    chain: list[Register],
    content: bytes,
    unit: str,
    who: str,
    now: int,
    kind: str = READINGS,
    stamp: str = START,
) -> Report:
    """Imports a file into the registers of one meter and code; whichever was in use then.

    `unit` is the file's. `kind`: READINGS are what the face showed; CONSUMPTION is a load profile
    whose values are used up in each interval, with the moment of its START or END. A profile is
    appended to what is stored at its beginning, or begins at zero where nothing is.
    Raises MeteringError where nothing of the file can be used; the caller's transaction decides
    whether anything stays.
    """
    if storing.of_meter(connection, chain[-1].meter).withheld:
        raise MeteringError("no-consent")
    report = Report()
    rows = parse(content, report)
    if not rows:
        return report
    factor = chain[-1].factor if kind == READINGS else "1"
    in_units = scale(unit, chain[-1].unit, factor)
    if kind == CONSUMPTION:
        rows = _accumulated(connection, chain, rows, stamp, in_units, report)
        in_units = _identity
    batch = Batch(connection, {})
    outcomes = []
    for index, row in enumerate(rows):
        message = Message("", b"", now, quality=IMPORTED)
        try:
            found = batch.add(chain, row.moment, row.value, message, index, in_units)
        except MeteringError as error:
            outcomes.append(Outcome(DEAD, error.reason, error.values))
            continue
        if found & LATE:
            batch.amend(index, has_new=False)
        outcomes.append(Outcome(STORED if found else DUPLICATE))
    batch.store(outcomes)
    _count(report, rows, outcomes)
    readings_changed(connection)
    audit.note(
        connection, who, "import", chain[-1].meter, now, lines=report.lines, stored=report.stored,
        duplicate=report.duplicate, refused=report.refused,
    )  # fmt: skip
    return report


def parse_prices(content: bytes, unit: str) -> tuple[list[tuple[int, int, Decimal]], Report]:
    """Reads a dynamic tariff: the start of each interval and its price; for `tariffs.save_prices`.

    `unit`: "€/kWh", "ct/kWh" or "€/MWh". An interval lasts until the next one begins, the last one
    as long as the one before it.
    """
    divisors = {"€/kWh": 1, "ct/kWh": 100, "€/MWh": 1000}
    if unit not in divisors:
        raise MeteringError("wrong-unit", unit=unit, expected=", ".join(divisors))
    report = Report()
    rows = parse(content, report)
    prices = []
    for index, row in enumerate(rows):
        if index + 1 < len(rows):
            until = rows[index + 1].moment
        else:
            until = row.moment + (row.moment - rows[index - 1].moment if index else 3_600_000)
        # A hole in the file is a time without a price, not one long interval.
        prices.append((row.moment, min(until, row.moment + 3_600_000), row.value / divisors[unit]))
    report.stored = len(prices)
    if prices:
        report.first, report.last = prices[0][0], prices[-1][1]
    return prices, report


def _identity(value: int) -> int:
    return value


def _count(report: Report, rows: list[Row], outcomes: list[Outcome]):
    for row, outcome in zip(rows, outcomes, strict=True):
        if outcome.kind == DEAD:
            error = MeteringError(outcome.reason, **(outcome.values or {}))
            report.refuse(row.line, row.text, error)
            continue
        setattr(report, outcome.kind, getattr(report, outcome.kind) + 1)
        report.first = row.moment if report.first is None else report.first
        report.last = row.moment


def _accumulated(connection, chain, rows: list[Row], stamp: str, in_units, report) -> list[Row]:
    """Turns what was used in intervals into what a counter would have shown at their ends."""
    lengths = [b.moment - a.moment for a, b in zip(rows, rows[1:], strict=False)]
    length = min(lengths) if lengths else 900_000
    if length <= 0:
        raise MeteringError("bad-mapping", problem="two values for one interval")
    begin = rows[0].moment if stamp == START else rows[0].moment - length
    identifiers = [register.id for register in chain]
    known = dict(
        connection.execute(
            select(reading.c.ts, reading.c.value).where(
                reading.c.register.in_(identifiers), reading.c.ts == begin
            )
        ).all()
    )
    if begin in known:
        counted = known[begin]
    elif connection.execute(
        select(reading.c.ts).where(reading.c.register.in_(identifiers)).limit(1)
    ).first():
        raise MeteringError("missing-field", field=iso(begin))
    else:
        counted = 0
    made = [Row(0, "", begin, counted)]
    report.lines += 1
    for row in rows:
        if row.value < 0:
            report.refuse(row.line, row.text, MeteringError("negative", value=row.value))
            continue
        end = row.moment + length if stamp == START else row.moment
        if end - length > made[-1].moment:
            # Nothing is known of what lies between: the counter stands still up to here.
            made.append(Row(0, "", end - length, counted))
            report.lines += 1
        counted += in_units(row.value)
        made.append(Row(row.line, row.text, end, counted))
    return made


def _cells(content: bytes) -> Iterable[tuple[int, list[str]]]:
    if len(content) > SIZE_LIMIT:
        raise MeteringError("too-large", limit=SIZE_LIMIT)
    text = None
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    if text is None or "\0" in text:
        raise MeteringError("not-a-number", field="CSV", value="?")
    sample = text[:4096]
    delimiter = max(";\t,", key=lambda sign: (sample.count(sign) > 0, ";\t,".index(sign) * -1))
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(text), delimiter=delimiter), 1):
            if number > LINE_LIMIT:
                raise MeteringError("too-large", limit=LINE_LIMIT)
            if any(cell.strip() for cell in cells):
                yield number, [cell.strip() for cell in cells]
    except csv.Error:
        raise MeteringError("not-a-number", field="CSV", value="?") from None


def _columns(lines) -> tuple[int, int | None, int, bool]:
    """Which columns hold the date, the clock (or None) and the value, and whether there is a header."""
    _number_of_line, first = lines[0]
    header = not any(_is_date(cell) for cell in first)
    sample = lines[1][1] if header and len(lines) > 1 else first
    names = [cell.lower() for cell in first] if header else []
    names += [""] * (len(sample) - len(names))
    dates = [index for index, cell in enumerate(sample) if _is_date(cell)]
    if not dates:
        raise MeteringError("not-a-time", value=sample[0] if sample else "")
    time = next((i for i in dates if any(n in names[i] for n in _TIME_NAMES if n)), dates[0])
    clock = next(
        (i for i, cell in enumerate(sample) if i > time and _is_clock(cell) and i not in dates),
        None,
    )
    numbers = [
        index
        for index, cell in enumerate(sample)
        if index not in (*dates, clock) and _is_number(cell) and not _is_clock(cell)
    ]
    if not numbers:
        raise MeteringError("missing-field", field="value")
    value = next((i for i in numbers if any(n in names[i] for n in _VALUE_NAMES)), numbers[0])
    return time, clock, value, header


def _cell(cells: list[str], index: int | None) -> str:
    if index is None:
        return ""
    if index >= len(cells):
        raise MeteringError("missing-field", field=str(index + 1))
    return cells[index]


def _falls(lines, time: int, clock: int | None) -> bool:
    """Whether the file begins with the newest line."""
    found = []
    for _number_of_line, cells in (lines[0], lines[-1]):
        try:
            found.append(_local(f"{_cell(cells, time)} {_cell(cells, clock)}".strip()))
        except MeteringError:
            return False
    return found[1].replace(tzinfo=None) < found[0].replace(tzinfo=None)


def _is_date(cell: str) -> bool:
    try:
        _local(cell)
    except MeteringError:
        return False
    return True


def _is_clock(cell: str) -> bool:
    parts = cell.split(":")
    return len(parts) in (2, 3) and all(part.isdigit() and len(part) <= 2 for part in parts)


def _is_number(cell: str) -> bool:
    try:
        _number(cell)
    except MeteringError:
        return False
    return True


def _local(text: str) -> datetime:
    """Returns a date as written, with its zone if it names one."""
    # "20260302" and "1234.567" would pass for dates and are readings.
    if len(text) < 6 or (text.count(".") < 2 and text.replace(",", "").replace(".", "").isdigit()):
        raise MeteringError("not-a-time", value=text)
    late = " 24:00" in text
    tidy = text.replace(" 24:00:00", " 00:00").replace(" 24:00", " 00:00")
    found = None
    try:
        found = datetime.fromisoformat(tidy)
    except ValueError:
        for written in _FORMATS:
            try:
                found = datetime.strptime(tidy, written)
                break
            except ValueError:
                continue
    if found is None or not 1990 <= found.year <= 2100:
        raise MeteringError("not-a-time", value=text)
    # Utilities write the end of a day as 24:00.
    return found + timedelta(1) if late else found


def _moment(text: str, before: int | None) -> int:
    """UTC milliseconds. In the doubled hour, the line after the first pass belongs to the second."""
    found = _local(text)
    if found.tzinfo is not None:
        return to_milliseconds(found)
    first = to_milliseconds(found.replace(tzinfo=ZONE))
    second = to_milliseconds(found.replace(tzinfo=ZONE, fold=1))
    if before is not None and first <= before < second:
        return second
    return first


def _number(text: str) -> Decimal:
    tidy = text.replace("\N{NO-BREAK SPACE}", "").replace(" ", "").replace("'", "")
    if "," in tidy:
        tidy = tidy.replace(".", "").replace(",", ".")
    try:
        found = Decimal(tidy)
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or found.adjusted() > 15 or len(tidy) > 40:
        raise MeteringError("not-a-number", field="", value=text)
    return found
