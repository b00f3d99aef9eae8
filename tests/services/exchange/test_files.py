"""Services in files: what is written is read again, and what cannot be read is said. No site."""

from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st
from kaarst.services.catalogue.exchange import sheet
from kaarst.services.catalogue.exchange import xzufi
from kaarst.services.catalogue.exchange.fields import clean
from kaarst.services.catalogue.exchange.fields import FIELDS
from kaarst.services.catalogue.exchange.fields import LEVEL
from kaarst.services.catalogue.exchange.fields import MANY
from kaarst.services.catalogue.exchange.records import LARGEST
from kaarst.services.catalogue.exchange.records import NotReadable
from kaarst.services.catalogue.exchange.records import Record
from kaarst.services.catalogue.fees import parse_fee
from pathlib import Path

import pytest
import re


PLACE = Path(__file__).parent
TEXT = st.text(st.characters(codec="utf-8"), max_size=40) | st.sampled_from(
    ["=1+1", "'=x", "'", "-", "+49 2131", "<b>fett</b> & <", 'a;"b"', "Zeile\r\nZwei", "37,00 €"]
)
# A line that reads as a fee, whatever it says.
FEE = st.builds("{}: {}".format, TEXT, st.sampled_from(["frei", "5,50 €", "12 bis 30 €"])).filter(
    lambda line: all(map(parse_fee, clean(FIELDS["fees"], [line])))
)


def kind(field):
    if field.kind == LEVEL:
        return st.none() | st.integers(0, 4)
    if field.name.startswith("fees"):
        return st.lists(FEE, max_size=3)
    if field.name == "leika_key":
        return st.just("") | st.from_regex(r"99[0-9]{12}", fullmatch=True)
    return st.lists(TEXT, max_size=3) if field.kind in MANY else TEXT


@st.composite
def services(draw):
    values = {
        name: clean(field, draw(kind(field)))
        for name, field in FIELDS.items()
        if draw(st.booleans())
    }
    return Record(draw(st.sampled_from(["", "0f" * 16])), values)


def plain(records, keep_empty=True):
    """What is compared: ids and values."""
    return [
        (
            record.id,
            {
                name: value
                for name, value in record.values.items()
                if keep_empty or value != FIELDS[name].empty
            },
        )
        for record in records
    ]


@given(st.lists(services(), max_size=3))
@settings(max_examples=40)
def test_xml_gives_back_what_it_was_given(given):
    parsed = xzufi.read(xzufi.write(given))
    assert plain(parsed.records) == plain(given, keep_empty=False)
    assert parsed.notes == []


@given(st.lists(services(), max_size=3))
@settings(max_examples=40)
def test_a_table_gives_back_what_it_was_given(given):
    # A row without a single cell is no service.
    given = [one for one in given if one.id or plain([one], keep_empty=False)[0][1]]
    parsed = sheet.read(sheet.write(given))
    full = [
        Record(one.id, {name: one.values.get(name, field.empty) for name, field in FIELDS.items()})
        for one in given
    ]
    assert plain(parsed.records) == plain(full)
    assert parsed.notes == []


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
@settings(max_examples=100)
def test_anything_else_is_refused_or_read(data):
    for read in (xzufi.read, sheet.read):
        try:
            read(data)
        except NotReadable as error:
            assert error.message


def test_a_file_of_another_portal_is_read_with_a_report():
    parsed = xzufi.read((PLACE / "land.xml").read_bytes())
    (record,) = parsed.records
    assert (record.id, record.line) == ("4711", 9)
    assert record.values == {
        "leika_key": "99110021104000",
        "title": "Hund anmelden",
        "synonyms": ("Hundesteuer Festsetzung",),
        "description": "Wer einen Hund hält, zahlt Steuer.",
        "documents": ("Chipnummer", "Ausweis", "oder Pass"),
        "deadline": "zwei Wochen",
        "fees": ("Gebühr: nach Satzung", "Gebühr: 90,00 €"),
        "topics": ("Hund",),
    }
    said = [(note.line, note.title, note.message.mapping["name"]) for note in parsed.notes]
    assert said == [
        (11, "Hund anmelden", "struktur"),
        (15, "Hund anmelden", "inhalt (fr)"),
        (30, "Hund anmelden", "modulText 11 Verfahrensablauf"),
        (40, "", "organisationseinheit"),
        (41, "", "loesche"),
    ]
    assert not any(note.wrong for note in parsed.notes)


LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "lol">
<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">
]><x xmlns="http://xoev.de/schemata/xzufi/2_2_0">&c;</x>"""
OUTSIDE = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]><x>&e;</x>'


@pytest.mark.parametrize(
    "data,words",
    [
        (LAUGHS, "DOCTYPE"),
        (OUTSIDE, "DOCTYPE"),
        (
            LAUGHS.decode()
            .replace('version="1.0"', 'version="1.0" encoding="UTF-16"')
            .encode("utf-16"),
            "DOCTYPE",
        ),
        (b"<a><b></a>", "damaged"),
        (b"<a/>", "no XZuFi"),
        (b"  \n", "empty"),
        (b"<" * (LARGEST + 1), "too large"),
    ],
)
def test_xml_that_is_dangerous_or_nothing_is_refused(data, words):
    with pytest.raises(NotReadable, match=words):
        xzufi.read(data)


def rows(text, encoding="utf-8"):
    return sheet.read(text.encode(encoding))


def test_what_a_german_spreadsheet_saves_is_read():
    parsed = rows(
        'Titel;Gebühren;LeiKa-Schlüssel\r\nÄnderung;"A: 5 €\nB: frei";99 115 005 060 000\r\n',
        "cp1252",
    )
    (record,) = parsed.records
    assert record.values == {
        "title": "Änderung",
        "fees": ("A: 5 €", "B: frei"),
        "leika_key": "99115005060000",
    }
    assert [note.message for note in parsed.notes] == ["note_encoding"]


def test_a_table_is_told_what_is_wrong_and_where():
    parsed = rows(
        'titel,Farbe,Online-Stufe (0 bis 4)\n"Zwei\nZeilen",rot,9\n\nPass,blau,3,zu viel\n'
    )
    assert [(one.title, one.line) for one in parsed.records] == [("Zwei Zeilen", 2), ("Pass", 5)]
    assert [(note.line, note.title, note.wrong) for note in parsed.notes] == [
        (1, "", False),
        (2, "Zwei Zeilen", True),
        (5, "Pass", False),
    ]


@pytest.mark.parametrize("text", ["", "a;b\n1;2", 'Titel\n"offen', "Titel\n" + "x" * 200_000])
def test_what_is_no_table_is_refused(text):
    with pytest.raises(NotReadable):
        rows(text)


def test_no_cell_is_a_formula_or_loses_digits():
    record = Record("", {"title": "=cmd()", "phone": "+49 2131", "leika_key": "99115005060000"})
    table = sheet.write([record]).decode("utf-8-sig")
    assert "'=cmd();" in table and "'+49" in table and "99 115 005 060 000" in table
    assert not re.search("(^|;)[=+@-]", table, re.MULTILINE)
