"""Fees as editors write them."""

from decimal import Decimal
from hypothesis import given
from hypothesis import strategies as st
from kaarst.services.catalogue.fees import parse_fee
from kaarst.services.catalogue.fees import parse_fees

import pytest


@pytest.mark.parametrize(
    "line,label,text,least,most",
    [
        ("ab 24 Jahren: 37,00 €", "ab 24 Jahren", "37,00 €", "37", "37"),
        ("Reisepass: 70 Euro", "Reisepass", "70 Euro", "70", "70"),
        ("Bauantrag: 1.234,50 EUR", "Bauantrag", "1.234,50 EUR", "1234.50", "1234.50"),
        ("Trauung: 40,00 bis 120,00 €", "Trauung", "40,00 bis 120,00 €", "40", "120"),
        ("Trauung: 40 € – 120 €", "Trauung", "40 € – 120 €", "40", "120"),
        ("Erste Ausfertigung: kostenlos", "Erste Ausfertigung", "kostenlos", "0", "0"),
        ("gebührenfrei", "", "gebührenfrei", "0", "0"),
        ("13,00 €", "", "13,00 €", "13", "13"),
        ("Zeitraum 8:00 bis 9:00: 5 €", "Zeitraum 8:00 bis 9:00", "5 €", "5", "5"),
    ],
)
def test_reads_what_editors_write(line, label, text, least, most):
    fee = parse_fee(line)
    assert (fee.label, fee.text) == (label, text)
    assert (fee.least, fee.most) == (Decimal(least), Decimal(most))


def test_amount_that_is_not_known_beforehand_keeps_its_text():
    fee = parse_fee("Bauantrag: nach Aufwand")
    assert (fee.label, fee.text, fee.least) == ("Bauantrag", "nach Aufwand", None)


@pytest.mark.parametrize(
    "line", ["Reisepass", "Reisepass:", ": 37,00 €", "", ":", "Reisepass: 70", "70,00"]
)
def test_half_a_fee_is_none(line):
    assert parse_fee(line) is None


def test_stored_line_that_cannot_be_read_is_shown_as_it_is():
    (fee,) = parse_fees(["", "siehe Aushang"])
    assert (fee.text, fee.least) == ("siehe Aushang", None)


@given(st.text())
def test_any_text_reads_or_not_but_never_fails(line):
    fee = parse_fee(line)
    assert fee is None or fee.text


@given(st.integers(0, 10**7), st.integers(0, 99))
def test_german_amounts_come_back_exactly(euros, cents):
    grouped = f"{euros:,}".replace(",", ".")
    fee = parse_fee(f"Gebühr: {grouped},{cents:02d} €")
    assert fee.least == fee.most == Decimal(f"{euros}.{cents:02d}")
