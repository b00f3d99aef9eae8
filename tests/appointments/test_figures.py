"""Which days the figures are of, and their picture. Without a site."""

from datetime import date
from kaarst.appointments.figures import picture
from kaarst.appointments.figures.browser import harmless
from kaarst.appointments.figures.made import span
from kaarst.appointments.figures.made import WrongSpan
from lxml import etree

import pytest


TODAY = date(2026, 6, 15)


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        ("", "", ("2026-05-19", "2026-06-15")),
        (None, "2026-03-28", ("2026-03-01", "2026-03-28")),
        ("2026-06-01", "", ("2026-06-01", "2026-06-15")),
        ("2026-06-01", "2026-06-01", ("2026-06-01", "2026-06-01")),
    ],
)
def test_four_weeks_unless_told_otherwise(first, last, days):
    assert tuple(day.isoformat() for day in span(first, last, TODAY)) == days


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        ("yesterday", "", "from"),
        ("2026-02-30", "", "from"),
        ("0001-01-01", "", "from"),
        ("", "9999-12-31", "to"),
        ("2026-06-02", "2026-06-01", "to"),
        ("2020-01-01", "2026-01-01", "to"),
    ],
)
def test_what_is_no_time(first, last, field):
    with pytest.raises(WrongSpan) as error:
        span(first, last, TODAY)
    assert error.value.field == field


def test_the_picture_says_what_it_shows():
    rows = [("Personalausweis & Reisepass", 4), ("<b>", 2), ("Nichts", 0)]
    drawn = etree.fromstring(picture.bars(rows, "Nach Leistung", "Wie die Tabelle", "service"))
    texts = [one.text for one in drawn.iter("{*}text")]
    assert texts == ["Personalausweis & Reisepass", "4", "<b>", "2", "Nichts", "0"]
    first, second, third = (float(one.get("width")) for one in drawn.iter("{*}rect"))
    assert first == 2 * second and third == 1
    assert drawn.get("aria-labelledby") == "service-title service-text"
    assert picture.bars([], "Nichts", "", "none")
    assert len(picture.shortened("x" * 80)) == 44


def test_no_cell_is_a_formula():
    assert harmless("=1+1") == "'=1+1"
    assert harmless(3) == "3"
