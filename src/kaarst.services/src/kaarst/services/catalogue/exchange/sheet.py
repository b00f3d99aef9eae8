"""Services as CSV for spreadsheets in Germany: UTF-8 with a mark at the beginning, semicolons.

One service a row, one field a column, headings in German; several lines in a cell are several
entries. Plain Python, without Plone.
"""

from collections.abc import Iterable
from kaarst.services import _
from kaarst.services.catalogue.exchange.fields import clean
from kaarst.services.catalogue.exchange.fields import Field
from kaarst.services.catalogue.exchange.fields import FIELDS
from kaarst.services.catalogue.exchange.fields import LEVEL
from kaarst.services.catalogue.exchange.fields import MANY
from kaarst.services.catalogue.exchange.records import check_count
from kaarst.services.catalogue.exchange.records import check_size
from kaarst.services.catalogue.exchange.records import NotReadable
from kaarst.services.catalogue.exchange.records import Parsed
from kaarst.services.catalogue.exchange.records import Record
from typing import Any

import csv
import io
import re


ID = "Kennung"
#: A cell that begins like this is a formula for a spreadsheet.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
QUOTE = "'"
BLANKS = " \t\r\n"
LEVELS = {str(level): level for level in range(5)}


def write(records: Iterable[Record]) -> bytes:
    """The file. A spreadsheet runs no formula out of it and leaves the digits of keys alone."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([ID, *(field.column for field in FIELDS.values())])
    for record in records:
        cells = [_cell(field, record.values.get(name)) for name, field in FIELDS.items()]
        writer.writerow([record.id, *cells])
    return out.getvalue().encode("utf-8-sig")


def _cell(field: Field, value: Any) -> str:
    if field.kind == LEVEL:
        return "" if value is None else str(value)
    value = clean(field, value)
    text = "\n".join(value) if field.kind in MANY else value
    if field.name == "leika_key":
        # 14 digits in a row would come back as 9,91E+13.
        text = re.sub(r"^(\d{2})(\d{3})(\d{3})(\d{3})(\d{3})$", r"\1 \2 \3 \4 \5", text)
    return QUOTE + text if text.startswith((*FORMULA, QUOTE)) else text


def read(data: bytes) -> Parsed:
    """Reads what `write` has written, or what a spreadsheet made of it. Raises NotReadable.

    A column that is missing leaves its field alone; an empty cell empties it. Lines are those of the
    file, as editors of text count them; a row may go over several.
    """
    check_size(data)
    parsed = Parsed()
    text = _decoded(data, parsed)
    first = text.split("\n", 1)[0]
    delimiter = max(";,\t", key=first.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        heading = next(rows, [])
        columns = _columns(heading, parsed)
        line = rows.line_num + 1
        for row in rows:
            if any(cell.strip(BLANKS) for cell in row):
                parsed.records.append(_record(row, columns, line, len(heading), parsed))
                check_count(parsed.records)
            line = rows.line_num + 1
    except csv.Error:
        raise NotReadable(
            _("The table cannot be read from line ${line} on.", mapping={"line": rows.line_num})
        ) from None
    return parsed


def _decoded(data: bytes, parsed: Parsed) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        # What Excel in Germany calls CSV, unless one chooses UTF-8.
        parsed.note(
            0,
            _(
                "note_encoding",
                "The file is not in UTF-8. It was read as a Windows file; please look at the umlauts.",
            ),
        )
        return data.decode("cp1252", "replace")


def _columns(heading: list[str], parsed: Parsed) -> dict[int, Field | None]:
    """Fields by the number of their columns; None for the column of ids."""
    known = {field.column.casefold(): field for field in FIELDS.values()}
    known[ID.casefold()] = None
    columns: dict[int, Field | None] = {}
    for number, name in enumerate(heading):
        key = name.strip().casefold()
        if key in known and known[key] not in columns.values():
            columns[number] = known[key]
        elif key:
            parsed.note(
                1,
                _(
                    "note_column",
                    "The column “${name}” is not known or comes twice. It is left out.",
                    mapping={"name": name.strip()[:60]},
                ),
            )
    if FIELDS["title"] not in columns.values() and None not in columns.values():
        raise NotReadable(
            _(
                "error_no_columns",
                "This is no table of services: the first line needs a column “Titel” or “Kennung”.",
            )
        )
    return columns


def _record(row, columns, line: int, width: int, parsed: Parsed) -> Record:
    id, values = "", {}
    for number, field in columns.items():
        cell = row[number] if number < len(row) else ""
        if field is None:
            id = cell.strip(BLANKS)
        else:
            values[field.name] = _value(field, cell)
    record = Record(id, values, line)
    if any(cell.strip() for cell in row[width:]):
        parsed.note_next(
            line,
            record.title,
            _("The row has more cells than there are columns. They are left out."),
        )
    for name, field in FIELDS.items():
        if field.kind == LEVEL and isinstance(values.get(name), str):
            given = values.pop(name)
            parsed.note_next(
                line,
                record.title,
                _(
                    "note_level",
                    default="“${text}” is no level from 0 to 4.",
                    mapping={"text": given[:60]},
                ),
                wrong=True,
            )
    return record


def _value(field: Field, cell: str) -> Any:
    if cell.startswith(QUOTE) and cell[1:].startswith((*FORMULA, QUOTE)):
        cell = cell[1:]
    if field.kind == LEVEL:
        cell = cell.strip()
        return LEVELS.get(cell, cell or None)
    if field.name == "leika_key":
        cell = re.sub(r"[ \u00a0]", "", cell)
    return clean(field, re.split("\r\n|\r|\n", cell) if field.kind in MANY else cell)
