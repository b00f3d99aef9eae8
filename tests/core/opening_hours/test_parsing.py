"""Opening hours as editors write them."""

from datetime import date
from datetime import timedelta
from hypothesis import given
from hypothesis import strategies
from kaarst.core.opening_hours import HoursError
from kaarst.core.opening_hours import parse_day
from kaarst.core.opening_hours import parse_exception
from kaarst.core.opening_hours import parse_exceptions
from kaarst.core.opening_hours import Span
from kaarst.core.opening_hours.schedule import MonthDay

import pytest


MORNING, AFTERNOON = Span(510, 720), Span(840, 1080)


@pytest.mark.parametrize(
    "text",
    [
        "08:30–12:00, 14:00–18:00",
        "08:30-12:00, 14:00-18:00",
        "8.30 - 12 Uhr und 14 - 18 Uhr",
        "8:30 Uhr bis 12 Uhr; 14 Uhr bis 18 Uhr",
        "14:00 – 18:00 / 8:30 – 12:00",
        "  8.30—12 ,14—18 Uhr ",
    ],
)
def test_ways_to_write_a_day(text):
    assert parse_day(text) == (MORNING, AFTERNOON)


@pytest.mark.parametrize("text", [None, "", "  ", "geschlossen", "Geschlossen", "–", "-", "zu"])
def test_ways_to_write_closed(text):
    assert parse_day(text) == ()


def test_the_whole_day():
    assert parse_day("ganztägig") == parse_day("0–24 Uhr") == (Span(0, 1440),)


@pytest.mark.parametrize(
    "text, sentence",
    [
        ("vormittags", "cannot be read"),
        ("8:30", "cannot be read"),
        ("12:00–08:30", "after opening time"),
        ("12–12", "after opening time"),
        ("08:30–25:00", "does not exist"),
        ("08:70–12:00", "does not exist"),
        ("08–12, 11–14", "overlap"),
    ],
)
def test_what_is_wrong_is_said(text, sentence):
    with pytest.raises(HoursError) as raised:
        parse_day(text)
    assert sentence in raised.value.message
    assert raised.value.message.mapping["text"]


@pytest.mark.parametrize(
    "text, first, last, spans, reason",
    [
        ("24.12.2026 geschlossen: Heiligabend", date(2026, 12, 24), None, (), "Heiligabend"),
        (
            "05.11.2026 08:30–10:00: Betriebsversammlung",
            date(2026, 11, 5),
            None,
            (Span(510, 600),),
            "Betriebsversammlung",
        ),
        ("5.11.2026: 8.30-10 Uhr", date(2026, 11, 5), None, (Span(510, 600),), ""),
        ("03.08.–07.08.2026 geschlossen: Umzug", date(2026, 8, 3), date(2026, 8, 7), (), "Umzug"),
        ("28.12.2026 bis 02.01. geschlossen", date(2026, 12, 28), date(2027, 1, 2), (), ""),
        ("28.12.–02.01.2027 geschlossen", date(2026, 12, 28), date(2027, 1, 2), (), ""),
        ("24.12. geschlossen: Heiligabend", MonthDay(12, 24), None, (), "Heiligabend"),
        ("27.12.–31.12. geschlossen", MonthDay(12, 27), MonthDay(12, 31), (), ""),
        ("29.02. geschlossen: Schalttag", MonthDay(2, 29), None, (), "Schalttag"),
        ("24.12.2026: : Heiligabend", date(2026, 12, 24), None, (), "Heiligabend"),
    ],
)
def test_exceptions(text, first, last, spans, reason):
    found = parse_exception(text)
    assert (found.first, found.last, found.spans, found.reason) == (
        first,
        last or first,
        spans,
        reason,
    )


@pytest.mark.parametrize(
    "text, sentence",
    [
        ("Heiligabend geschlossen", "begin with a date"),
        ("31.02.2026 geschlossen", "date that does not exist"),
        ("24.12.2026", "please add"),
        ("07.08.2026–03.08.2026 geschlossen", "before the first"),
        ("24.12.2026 nachmittags", "cannot be read"),
    ],
)
def test_what_is_wrong_with_an_exception_is_said(text, sentence):
    with pytest.raises(HoursError) as raised:
        parse_exception(text)
    assert sentence in raised.value.message


def test_blank_lines_do_not_count():
    assert len(parse_exceptions("24.12. geschlossen\n\n  \n31.12. geschlossen\n")) == 2


@given(strategies.text(max_size=40))
def test_no_text_breaks_the_parser(text):
    for parse in (parse_day, parse_exception):
        try:
            parse(text)
        except HoursError as error:
            assert error.message.mapping


_ALPHABET = "0123456789.:–-, Uhrbisund/geschlossen"


@given(strategies.text(alphabet=_ALPHABET, max_size=40))
def test_no_text_of_the_right_letters_breaks_the_parser(text):
    test_no_text_breaks_the_parser.hypothesis.inner_test(text)


spans = strategies.tuples(strategies.integers(0, 1439), strategies.integers(1, 1440)).filter(
    lambda pair: pair[0] < pair[1]
)


@given(spans)
def test_what_is_written_is_read_back(pair):
    span = Span(*pair)
    assert parse_day(str(span)) == (span,)


@given(strategies.dates(date(2000, 1, 1), date(2100, 1, 1)), strategies.integers(0, 400))
def test_dates_are_read_back(first, length):
    last = first + timedelta(days=length)
    found = parse_exception(f"{first:%d.%m.%Y}–{last:%d.%m.%Y} geschlossen")
    assert (found.first, found.last, found.length) == (first, last, length + 1)
