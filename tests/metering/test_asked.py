"""Spans and periods out of addresses, and pictures: no site."""

from datetime import date
from hypothesis import given
from hypothesis import strategies as st
from kaarst.metering.dashboards import ask
from kaarst.metering.dashboards import picture
from kaarst.metering.dashboards.picture import Column
from tests.metering.helpers import at
from xml.etree import ElementTree

import pytest


NOW = at("2026-03-18T10:30:00")


def test_spans():
    assert ask.span({}, NOW) == (at("2026-02-17T00:00:00"), at("2026-03-19T00:00:00"), "day")
    found = ask.span({"from": "2026-03-29", "to": "2026-03-29", "resolution": "hour"}, NOW)
    assert len(found.cuts()) == 24
    moments = {
        "from": "2026-03-01T00:00:00+01:00",
        "to": "2026-03-01T06:00:00 01:00",
        "resolution": "quarter",
    }
    assert len(ask.span(moments, NOW).cuts()) == 25
    assert ask.span({"resolution": "raw"}, NOW).start == at("2026-03-18T00:00:00")
    year = {"from": "2025-01-01", "to": "2025-12-31"}
    assert len(ask.span({**year, "resolution": "hour"}, NOW).cuts()) == 8761


@pytest.mark.parametrize(
    ("form", "field", "reason"),
    [
        ({"from": "gestern"}, "from", "moment"),
        ({"to": "2026-03-01T10:00:00"}, "to", "moment"),
        ({"to": "9999-12-31"}, "to", "moment"),
        ({"from": ["2026-01-01"]}, "from", "moment"),
        ({"from": "2026-03-02", "to": "2026-03-01"}, "to", "order"),
        ({"resolution": "second"}, "resolution", "choice"),
        ({"resolution": ["day"]}, "resolution", "choice"),
        ({"from": "2025-01-01", "to": "2025-12-31", "resolution": "quarter"}, "from", "span"),
        ({"from": "2025-01-01", "to": "2025-01-31", "resolution": "raw"}, "from", "span"),
    ],
)
def test_spans_that_are_none(form, field, reason):
    with pytest.raises(ask.Wrong) as caught:
        ask.span(form, NOW)
    assert (caught.value.field, caught.value.reason) == (field, reason)


@given(
    st.dictionaries(
        st.sampled_from(["from", "to", "resolution"]),
        st.text() | st.none() | st.datetimes().map(str),
    )
)
def test_any_span_is_read_or_refused(form):
    try:
        found = ask.span(form, NOW)
    except ask.Wrong as wrong:
        assert wrong.field in ("from", "to", "resolution")
    else:
        assert found.start < found.end
        assert found.resolution == "raw" or len(found.cuts()) <= ask.MOST_SLOTS + 2


def test_periods():
    today = date(2026, 3, 18)
    assert ask.chosen_period("", "", today) == ("month", today)
    assert ask.chosen_period("decade", "2027-01-01", today) == ("month", today)
    month = ask.chosen_period("month", "2026-01-31", today)
    assert (month.first, month.last) == (date(2026, 1, 1), date(2026, 1, 31))
    assert month.back().day == date(2025, 12, 31)
    assert month.forth().day == date(2026, 2, 1)
    week = ask.chosen_period("week", "2026-03-18", today)
    assert (week.first, week.last) == (date(2026, 3, 16), date(2026, 3, 22))


def test_a_picture_says_what_it_shows():
    found = [Column("<1>", 5, True, 4), Column("2", 97.0, False), Column("3", None)]
    drawn = ElementTree.fromstring(picture.columns(found, "A & B", "5 < 97", "c", ("100", "50")))
    svg = drawn.find("{http://www.w3.org/2000/svg}svg")
    rects = svg.findall("{http://www.w3.org/2000/svg}rect")
    assert [rect.get("class") for rect in rects] == ["k-columns-whole", "k-columns-part"]
    assert rects[0].get("height") == "5.00"
    assert "".join(svg.itertext()) == "A & B5 < 97"
    assert picture.ceiling(found) == 100
    ElementTree.fromstring(picture.columns([], "", "", "c", ("1", "0")))
    assert 'width="50.0"' in picture.share(1, 2)


@given(st.floats(1e-6, 1e12))
def test_the_top_is_round_and_not_far_above(value):
    top = picture.ceiling([Column("", value)])
    assert value * 0.999 <= top <= value * 2.01
