"""Public figures of households: who comes, goes or stands out cannot be reckoned from them."""

from bisect import bisect_left
from bisect import bisect_right
from hypothesis import assume
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st
from kaarst.metering.analysis import groups
from kaarst.metering.households import publishing
from kaarst.metering.households import shown
from kaarst.metering.store import consents
from kaarst.metering.store import figures
from kaarst.metering.store.figures import Figure
from kaarst.metering.store.schema import figure
from kaarst.metering.units import MICRO
from plone import api
from sqlalchemy import delete
from tests.metering.helpers import at
from tests.metering.site import ask
from tests.metering.test_neighbours import FEBRUARY
from tests.metering.test_neighbours import household
from tests.metering.test_neighbours import NOW
from zExceptions import NotFound

import json
import pytest


# Households of much the same use, and two that may be anything.
AMOUNTS = st.builds(
    lambda some, one, other: [*some, one, other],
    st.lists(st.integers(100 * MICRO, 400 * MICRO), min_size=4, max_size=40),
    st.integers(0, 3000 * MICRO),
    st.integers(0, 900 * MICRO),
)


def electricity(_key):
    return "electricity"


@settings(max_examples=200, deadline=None)
@given(AMOUNTS)
def test_no_household_is_reckoned_from_two_months(amounts):
    """The worst case: all others used the same again, and the attacker knows how many they are."""
    published = groups.publishable_mean(amounts)
    assume(published is not None)
    count = len(amounts)
    for own in amounts:
        # The month before or after, without this one, as it would be shown.
        without = groups.rounded((sum(amounts) - own) // (count - 1))
        (least, most), (low, high) = fitting(published), fitting(without)
        smallest = least * count - (high + 1) * (count - 1)
        largest = (most + 1) * count - low * (count - 1)
        assert smallest <= own <= largest
        # Ten percent to either side; whole millionths may be missing at the ends.
        assert largest - smallest >= 0.2 * own - 4 * count


def fitting(mean):
    """The least and the most that is shown as this mean."""
    near = range(max(mean - mean // 4 - 2, 0), mean + mean // 4 + 3)
    first = bisect_left(near, mean, key=groups.rounded)
    return near[first], near[bisect_right(near, mean, key=groups.rounded) - 1]


@given(st.integers(0, 10**12))
def test_rounding_is_coarse_but_says_something(mean):
    found, unit = groups.rounded(mean), groups.step(mean)
    assert abs(found - mean) * 2 <= unit and unit * 20 >= mean
    assert unit * 8 <= mean or unit == 1


def test_one_that_only_a_difference_would_show():
    # The sum alone is allowed: five of 100 and one of 1000 hide each other by the p% rule.
    amounts = [100 * MICRO] * 5 + [1000 * MICRO]
    assert groups.may_publish(amounts) and not groups.apart(amounts)
    assert groups.publishable_mean(amounts) is None
    assert [groups.band(count) for count in (5, 9, 10, 19, 20, 700)] == [5, 5, 10, 10, 20, 20]


def test_a_month_is_written_once_and_shown_to_all_a_month_later(any_store):
    names = ("anna", "bert", "cem", "dora", "emil")
    with any_store.writing() as connection:
        for name, kwh in zip(names, (200, 220, 180, 240, 160), strict=True):
            household(connection, name, kwh)
        household(connection, "many", 300, people=4)
    early = at("2026-03-05T12:00:00")
    assert publishing.freeze_due(any_store, early, electricity) == 0
    assert publishing.freeze_due(any_store, NOW, electricity) == 1
    with any_store.reading() as connection:
        found = figures.figures(connection, NOW)
    known = [one for one in found if one.mean is not None]
    assert len(found) == 10 and len({(one.people, one.hot_water) for one in found}) == 10
    assert [(one.start, one.people, one.hot_water, one.least) for one in known] == [
        (FEBRUARY[0], 2, False, 5)
    ]
    assert known[0].mean == 200 * MICRO

    # Nothing that happens later changes it: not who comes, not who goes, not the next run.
    with any_store.writing() as connection:
        household(connection, "frida", 900)
        consents.withdraw_all(connection, "flat-anna", "anna", NOW, "anna")
        figures.freeze(connection, [one._replace(mean=1) for one in found])
    assert publishing.freeze_due(any_store, NOW, electricity) == 0
    with any_store.reading() as connection:
        assert figures.figures(connection, NOW) == found
        for day, seen in (("2026-03-31T23:59:00", 0), ("2026-04-01T00:00:00", 10)):
            assert len(figures.figures(connection, publishing.public_before(at(day)))) == seen
    assert publishing.months(NOW)[0] == FEBRUARY and len(publishing.months(NOW)) == 13


@pytest.fixture
def published(energy_page, site_store):
    """A month with one figure, in the past; the one that runs must not be shown."""
    start = at("2026-01-01T00:00:00")
    made = [Figure(start, "electricity", *group, None, None, start) for group in publishing.GROUPS]
    made[2] = made[2]._replace(mean=210 * MICRO, least=10)
    with site_store.writing() as connection:
        connection.execute(delete(figure))
        figures.freeze(connection, made)
        newest = publishing.public_before(shown.time.time_ns() // 10**6)
        later = [one._replace(start=newest, mean=4711 * MICRO, least=5) for one in made]
        figures.freeze(connection, later)
    return energy_page


def test_the_page_names_what_is_withheld(published):
    for name in ("households", "households.csv"):
        with pytest.raises(NotFound):
            ask(published, name)
    published.household_figures = True
    page, status, _target = ask(published, "households", month="2026-01", medium="nonsense")
    assert status == 200 and page.count("geheim") >= 9
    assert "210" in page and "10 bis 19 Haushalte" in page and "Januar 2026" in page
    assert "4711" not in page and "4.711" not in page
    catalogue = json.loads(ask(published, "energy.jsonld")[0])["@graph"]
    datasets = [one["@id"].partition("#")[2] for one in catalogue if one["@type"] == "dcat:Dataset"]
    assert datasets == ["dataset", "households"]
    table = ask(published, "households.csv")[0].splitlines()
    assert table[0] == "month,medium,unit,people,electric_hot_water,households,mean"
    assert "2026-01,electricity,kWh,2,false,10+,210.0" in table and len(table) == 11
    assert "2026-01,electricity,kWh,5+,true,," in table


def test_rest(published, request):
    from kaarst.metering.households.shown import HouseholdFiguresGet

    service = HouseholdFiguresGet()
    service.context, service.request = published, published.REQUEST
    with pytest.raises(shown.ApiError):
        service.handle()
    published.household_figures = True
    found = service.handle()
    assert json.dumps(found) and len(found["items"]) == 10
    assert [one["mean"] for one in found["items"] if one["mean"] is not None] == [210.0]
    service.request.form["medium"] = "gas"
    assert service.handle()["items"] == []
    service.request.form["medium"] = ["x"]
    with pytest.raises(shown.ApiError):
        service.handle()
    assert api.user.is_anonymous() is False
