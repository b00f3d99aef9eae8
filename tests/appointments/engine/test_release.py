"""Which part of a day can be booked ahead."""

from datetime import date
from datetime import timedelta
from hypothesis import given
from hypothesis import strategies as st
from kaarst.appointments.engine import bits
from kaarst.appointments.engine import raster
from kaarst.appointments.engine.desk import Desk
from kaarst.appointments.engine.errors import Taken
from kaarst.appointments.engine.interfaces import IRelease
from kaarst.appointments.engine.offering import Need
from kaarst.appointments.engine.offering import Offering
from kaarst.appointments.engine.plan import Resource
from kaarst.appointments.engine.release import blocks
from kaarst.appointments.engine.release import Release
from kaarst.appointments.engine.release import Stage
from kaarst.appointments.engine.storage.memory import MemoryStorage
from tests.appointments.engine.model import at
from tests.appointments.engine.model import BEFORE
from tests.appointments.engine.model import clock
from tests.appointments.engine.model import counters
from tests.appointments.engine.model import daily
from tests.appointments.engine.model import MONDAY
from tests.appointments.engine.model import plan
from tests.appointments.engine.model import TUESDAY
from zope.interface.verify import verifyObject

import pytest


IN_THE_MORNING = Stage(100, 0, 7 * 60 + 30)
HALF = Release(50, (IN_THE_MORNING,))
FORWARD = date(2026, 3, 29)
BACK = date(2026, 10, 25)


def starts(now, day=MONDAY, release=HALF, count=1, **options):
    desk = plan(hours=daily("8–12"), resources=counters(count), release=release, step=30)
    search = Desk(desk, MemoryStorage(), now).search(**options)
    return clock(search.instants(desk.request(["passport"]), day))


def test_it_provides_its_interface():
    verifyObject(IRelease, HALF)


def test_half_ahead_the_rest_in_the_morning():
    ahead = starts(BEFORE)
    assert ahead == ["08:00", "08:30", "10:00", "10:30"]
    assert starts(at(MONDAY, "07:29")) == ahead
    assert len(starts(at(MONDAY, "07:30"))) == 8


def test_another_half_the_next_day():
    assert starts(BEFORE, TUESDAY) == ["09:00", "09:30", "11:00", "11:30"]


def test_two_counters_take_turns():
    assert len(starts(BEFORE, count=2)) == 8


def test_whole_counters():
    whole = Release(50, (IN_THE_MORNING,), by="resources")
    assert [len(starts(BEFORE, day, whole)) for day in (MONDAY, TUESDAY)] == [8, 0]
    assert [len(starts(BEFORE, day, whole, count=2)) for day in (MONDAY, TUESDAY)] == [8, 8]


def test_staff_and_draws_take_what_is_held_back():
    assert len(starts(BEFORE, unreleased=True)) == 8
    assert len(starts(BEFORE, public=False)) > 8


def test_nobody_books_what_is_held_back():
    desk = plan(hours=daily("8–12"), resources=counters(1), release=HALF, step=30)
    with pytest.raises(Taken) as error:
        Desk(desk, MemoryStorage(), BEFORE).hold(["passport"], at(MONDAY, "09:00"))
    assert clock(error.value.alternatives) == ["08:00", "08:30", "10:00"]


def test_only_one_kind_is_held_back():
    desk = plan(
        hours=daily("8–12"),
        resources=(Resource("counter"), Resource("clerk", "staff")),
        offerings=(
            Offering("passport", 20, needs=(Need("counter"), Need("staff"))),
            Offering("call", 20, needs=(Need("staff"),)),
        ),
        release=Release(0, (IN_THE_MORNING,)),
        step=30,
    )
    search = Desk(desk, MemoryStorage(), BEFORE).search()
    assert search.instants(desk.request(["passport"]), MONDAY) == []
    assert len(search.instants(desk.request(["call"]), MONDAY)) == 8


def test_free_days():
    assert len(starts(BEFORE, release=Release(0, (), except_days=frozenset({0})))) == 8
    assert starts(BEFORE, TUESDAY, Release(0, (), except_days=frozenset({0}))) == []


def test_the_countdown():
    stages = Release(25, (IN_THE_MORNING, Stage(50, 7, 12 * 60)))
    week_before = at(MONDAY - timedelta(days=7), "12:00")
    assert stages.next_release(MONDAY, week_before - 1) == week_before
    assert stages.next_release(MONDAY, week_before) == at(MONDAY, "07:30")
    assert stages.next_release(MONDAY, at(MONDAY, "07:30")) is None
    assert [stages.percent(MONDAY, now) for now in (week_before - 1, week_before)] == [25, 50]


@pytest.mark.parametrize("day", [FORWARD, BACK])
def test_the_stage_keeps_to_the_clock_when_it_changes(day):
    assert f"{raster.local(IN_THE_MORNING.instant(day)):%H:%M}" == "07:30"


@pytest.mark.parametrize(
    "details", [{"ahead": 101}, {"ahead": -1}, {"ahead": 5, "block": 0}, {"ahead": 5, "by": "x"}]
)
def test_shares_that_are_none(details):
    with pytest.raises(ValueError, match="share|blocks"):
        Release(**{"stages": (), **details})


OPEN = st.lists(st.tuples(st.integers(0, 280), st.integers(1, 80)), max_size=4).map(
    lambda parts: sum({1 << cell for a, n in parts for cell in range(a, min(a + n, 288))})
)


@given(OPEN, st.integers(1, 24))
def test_blocks_are_all_of_the_open_time(cells, length):
    found = blocks(cells, length)
    assert sum(found) == cells
    runs = list(bits.spans(cells))
    for block in found:
        ((start, stop),) = bits.spans(block)
        assert stop - start >= min(length, *(b - a for a, b in runs if a <= start < b))


@given(
    st.lists(OPEN, min_size=1, max_size=6),
    st.tuples(st.integers(0, 100), st.integers(0, 100)).map(sorted),
    st.dates(date(2026, 1, 1), date(2030, 1, 1)),
    st.sampled_from(["blocks", "resources"]),
)
def test_a_later_stage_takes_nothing_back(opened, percents, day, by):
    resources = [(str(number), cells) for number, cells in enumerate(opened)]
    less, more = (
        Release(percent, (), by=by).released(resources, day, BEFORE) for percent in percents
    )
    for name, cells in resources:
        assert less.get(name, cells) & ~more.get(name, cells) == 0
        assert less.get(name, 0) & ~cells == 0


@given(st.sampled_from([25, 50, 75]), st.sampled_from(["blocks", "resources"]))
def test_the_share_is_right_over_counters_and_days(percent, by):
    cells = bits.span(100, 148)
    resources = [(str(number), cells) for number in range(4)]
    released = 0
    for day in raster.days(MONDAY, MONDAY + timedelta(days=3)):
        found = Release(percent, (), by=by).released(resources, day, BEFORE)
        released += sum(one.bit_count() for one in found.values())
    assert released == 16 * 48 * percent // 100
