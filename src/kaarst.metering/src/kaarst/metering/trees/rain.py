"""Reads how much it rained each day out of a file that an editor has.

Understood: daily values of the German weather service as its open data have them (semicolons, columns
MESS_DATUM and RS or RSK, −999 for missing; the file itself or the ZIP in which it comes), and a
spreadsheet's CSV with a day and millimetres.
https://opendata.dwd.de/climate_environment/CDC/observations_germany/climate/daily/
"""

from dataclasses import dataclass
from dataclasses import field
from datetime import date
from datetime import datetime
from decimal import Decimal
from decimal import InvalidOperation
from kaarst.metering import _
from zope.i18nmessageid import Message

import csv
import io
import zipfile


SIZE_LIMIT = 10 * 2**20
_LINES = 200_000
#: In Germany 353 mm are the most that ever fell in a day (Zinnwald-Georgenfeld 2002).
MOST = Decimal(400)
_MISSING = Decimal(-999)
_DAYS = ("mess_datum", "datum", "tag", "date", "day")
_AMOUNTS = ("rs", "rsk", "niederschlag", "regen", "mm", "rain", "precipitation")
_FORMATS = ("%Y%m%d", "%d.%m.%Y", "%Y-%m-%d", "%d.%m.%y")


class NotRain(ValueError):
    """The file cannot be used; `message` says why."""

    def __init__(self, message: Message):
        self.message = message
        super().__init__(str(message))


@dataclass
class Found:
    """`days`: tenths of a millimetre by day. `refused`: numbers of lines that make no sense."""

    days: dict[date, int] = field(default_factory=dict)
    refused: list[int] = field(default_factory=list)


def read(content: bytes) -> Found:
    """Returns the days of a file; raises NotRain for one without any."""
    text = _text(_unpacked(content))
    rows = csv.reader(
        text.splitlines()[:_LINES], delimiter=_delimiter(text), quoting=csv.QUOTE_NONE
    )
    lines = [[cell.strip(' "') for cell in row] for row in rows]
    head = [cell.strip().lower() for cell in lines[0]] if lines else []
    day, amount = _column(head, _DAYS), _column(head, _AMOUNTS)
    if day is None or amount is None:
        day, amount, lines = 0, 1, [[]] + lines
    found = Found()
    for number, cells in enumerate(lines[1:], 2 if head and lines[0] else 1):
        if not any(cell.strip() for cell in cells):
            continue
        try:
            when, millimetres = _day(cells[day]), _number(cells[amount])
        except (IndexError, ValueError, InvalidOperation):
            found.refused.append(number)
            continue
        if millimetres == _MISSING:
            continue
        if 0 <= millimetres <= MOST:
            found.days[when] = round(millimetres * 10)
        else:
            found.refused.append(number)
    if not found.days:
        raise NotRain(
            _(
                "rain_nothing",
                default="No day with an amount of rain was found. Expected are the columns "
                "MESS_DATUM and RS of the weather service, or a day and millimetres.",
            )
        )
    return found


def _unpacked(content: bytes) -> bytes:
    if len(content) > SIZE_LIMIT:
        raise NotRain(_("The file is larger than 10 MB."))
    if not content.startswith(b"PK\x03\x04"):
        return content
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            names = [one for one in packed.infolist() if "produkt" in one.filename.lower()]
            if not names or names[0].file_size > SIZE_LIMIT:
                raise NotRain(_("The ZIP file contains no daily values (produkt_*.txt)."))
            with packed.open(names[0]) as member:
                return member.read(SIZE_LIMIT)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError):
        raise NotRain(_("The ZIP file cannot be opened.")) from None


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig").replace("\0", "")
    except UnicodeDecodeError:
        return content.decode("latin-1").replace("\0", "")


def _delimiter(text: str) -> str:
    head = text[:2000]
    return max(";\t,", key=head.count)


def _column(head: list[str], names: tuple[str, ...]) -> int | None:
    return next((head.index(name) for name in names if name in head), None)


def _day(text: str) -> date:
    for form in _FORMATS:
        try:
            return datetime.strptime(text.strip(), form).date()
        except ValueError:
            continue
    raise ValueError(text)


def _number(text: str) -> Decimal:
    value = Decimal(text.strip().replace(",", "."))
    if not value.is_finite():
        raise ValueError(text)
    return value
