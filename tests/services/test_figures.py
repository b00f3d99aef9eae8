"""Figures about cases and their picture. Without a site."""

from collections import Counter
from datetime import date
from hypothesis import given
from hypothesis import strategies as st
from kaarst.services.statistics import figures
from kaarst.services.statistics import picture
from lxml import etree

import pytest


TODAY = date(2026, 3, 15)
MONTHS = figures.months_until(TODAY, 3)


def made(received, department="Bürgerbüro", due=None, end=None, form="Hund"):
    return figures.fact(received, department, form, due, end)


def decided(received, day, due=None, **more):
    return made(received, due=due, end=(day, figures.DECIDED), **more)


def test_months_go_over_the_turn_of_the_year():
    assert MONTHS == ["2026-01", "2026-02", "2026-03"]
    assert figures.months_until(date(2026, 1, 31), 14)[0] == "2024-12"


def test_counts_by_the_month_in_which_it_happened():
    facts = [
        decided(date(2026, 1, 30), date(2026, 2, 2)),
        decided(date(2025, 11, 1), date(2026, 1, 5)),
        made(date(2026, 3, 1)),
        made(date(2026, 2, 28), end=(date(2026, 3, 1), figures.WITHDRAWN)),
    ]
    found = figures.report([(fact, 1) for fact in facts], MONTHS, TODAY)
    assert [row.received for row in found.months.values()] == [1, 1, 1]
    assert [row.decided for row in found.months.values()] == [1, 1, 0]
    assert [row.withdrawn for row in found.months.values()] == [0, 0, 1]
    # The one of November came in before the three months, and was decided in them.
    assert (found.total.received, found.total.decided, found.total.withdrawn) == (3, 2, 1)
    assert (found.total.median, found.total.ninetieth) == (3, 65)
    assert found.total.open == 1


def test_says_what_is_late():
    facts = [
        decided(date(2026, 1, 1), date(2026, 1, 10), due=date(2026, 1, 10)),
        decided(date(2026, 1, 1), date(2026, 1, 11), due=date(2026, 1, 10)),
        made(date(2026, 1, 1), due=date(2026, 3, 14)),
        made(date(2025, 1, 1), due=date(2026, 3, 15)),
        made(date(2026, 1, 1)),
        made(date(2026, 1, 1), due=date(2026, 1, 2), end=(date(2026, 2, 1), figures.WITHDRAWN)),
    ]
    found = figures.report([(fact, 1) for fact in facts], MONTHS, TODAY).total
    assert (found.late, found.open, found.overdue) == (1, 3, 1)


def test_departments_are_kept_apart():
    facts = [(made(date(2026, 1, 1), "A"), 2), (made(date(2026, 1, 1), ""), 3)]
    assert {
        name: row.received for name, row in figures.report(facts, MONTHS, TODAY).departments.items()
    } == {"": 3, "A": 2}
    assert figures.report(facts, MONTHS, TODAY, "A").total.received == 2
    assert figures.report(facts, MONTHS, TODAY, "B").forms == {}


DURATIONS = st.lists(st.integers(0, 400), min_size=1, max_size=40)


@given(DURATIONS, st.sampled_from([50, 90]))
def test_so_many_percent_took_no_longer_and_no_less_will_do(durations, percent):
    found = figures.percentile(Counter(durations), percent)
    assert found in durations
    assert sum(days <= found for days in durations) * 100 >= percent * len(durations)
    assert sum(days < found for days in durations) * 100 < percent * len(durations)


def test_of_nothing_there_is_no_duration():
    assert figures.percentile(Counter(), 50) is None
    assert figures.Figures().as_dict()["median_days"] is None


DAYS = st.dates(date(2025, 10, 1), TODAY)


@given(st.lists(st.tuples(DAYS, DAYS, st.sampled_from(["A", "B", ""]), st.booleans())))
def test_nothing_is_lost_or_counted_twice(cases):
    facts = [
        (made(min(a, b), name, end=(max(a, b), figures.DECIDED) if closed else None), 1)
        for a, b, name, closed in cases
    ]
    found = figures.report(facts, figures.months_until(TODAY, 6), TODAY)
    assert found.total.received == len(cases)
    assert found.total.decided + found.total.open == len(cases)
    for rows in (found.departments, found.forms):
        assert sum(row.received for row in rows.values()) == len(cases)
        assert sum(row.open for row in rows.values()) == found.total.open
    assert sum(row.received for row in found.months.values()) == len(cases)


@given(
    st.lists(st.tuples(st.text("ab/<&", max_size=5), st.integers(0, 9999), st.integers(0, 9999)))
)
def test_the_picture_is_sound_and_fits(months):
    drawn = picture.bars(months, "Titel <x>", "Text & mehr", ("Eingang", "Entschieden"))
    root = etree.fromstring(drawn)
    spaced = "{http://www.w3.org/2000/svg}"
    assert root.get("role") == "img" and root.findtext(f"{spaced}title") == "Titel <x>"
    bars = root.findall(f".//{spaced}rect")
    assert len(bars) == 2 * len(months) + 2
    for bar in bars:
        assert float(bar.get("height")) >= 0
        assert picture.TOP - 0.1 <= float(bar.get("y")) <= picture.HEIGHT
        assert 0 <= float(bar.get("x")) <= picture.WIDTH


@pytest.mark.parametrize("value", [0, 1, 4, 5, 17, 100, 999, 123_456])
def test_the_scale_is_round(value):
    ceiling = picture._ceiling(value)
    assert ceiling >= value and ceiling % 4 == 0
    assert ceiling <= max(4, value * 3)
