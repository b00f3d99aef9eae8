"""Possible starts against the obvious, slow way of finding them."""

from datetime import date
from datetime import timedelta
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st
from kaarst.appointments.engine import bits
from kaarst.appointments.engine import raster
from kaarst.appointments.engine.claims import BOOKED
from kaarst.appointments.engine.claims import Claim
from kaarst.appointments.engine.claims import CLOSED
from kaarst.appointments.engine.claims import HELD
from kaarst.appointments.engine.errors import NotBookable
from kaarst.appointments.engine.offering import Need
from kaarst.appointments.engine.offering import Offering
from kaarst.appointments.engine.plan import Plan
from kaarst.appointments.engine.plan import Resource
from kaarst.appointments.engine.search import Search
from kaarst.appointments.engine.storage.memory import MemoryStorage
from tests.appointments.engine.model import at
from tests.appointments.engine.model import BEFORE
from tests.appointments.engine.model import clock
from tests.appointments.engine.model import counters
from tests.appointments.engine.model import daily
from tests.appointments.engine.model import MONDAY
from tests.appointments.engine.model import plan
from tests.appointments.engine.model import possible_by_hand
from tests.appointments.engine.model import TUESDAY

import pytest


FORWARD = date(2026, 3, 29)
BACK = date(2026, 10, 25)

SKILLS = st.none() | st.frozensets(st.sampled_from("ab"))
RESOURCES = st.lists(
    st.builds(
        Resource,
        id=st.uuids().map(str),
        kind=st.sampled_from(["staff", "staff", "room"]),
        skills=SKILLS,
        hours=st.sampled_from([None, daily("9–11"), daily("1–4")]),
        capacity=st.integers(1, 2),
    ),
    min_size=1,
    max_size=4,
)
NEEDS = st.lists(
    st.builds(
        Need,
        kind=st.sampled_from(["staff", "room"]),
        skills=st.frozensets(st.sampled_from("ab"), max_size=1),
        count=st.integers(1, 2),
        role=st.sampled_from(["one", "other"]),
        travels=st.booleans(),
    ),
    min_size=1,
    max_size=3,
    unique_by=lambda need: (need.kind, need.role),
)
CLAIMS = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.sampled_from([HELD, BOOKED, CLOSED]),
        st.integers(0, 150),
        st.integers(1, 20),
    ),
    max_size=8,
)


@settings(max_examples=150, deadline=None)
@given(
    resources=RESOURCES,
    needs=NEEDS,
    taken=CLAIMS,
    minutes=st.integers(5, 40),
    pads=st.tuples(*[st.integers(0, 15)] * 3),
    day=st.sampled_from([FORWARD, MONDAY, BACK]),
)
def test_every_start_and_no_other(resources, needs, taken, minutes, pads, day):
    desk = Plan(
        id="desk",
        hours=daily("0–5, 8–12"),
        resources=tuple(resources),
        offerings=(Offering("x", minutes, before=pads[0], after=pads[1], needs=tuple(needs)),),
        horizon=400,
    )
    now = raster.midnight(day - timedelta(days=1))
    storage = MemoryStorage()
    for number, (index, state, start, length) in enumerate(taken):
        resource = resources[index % len(resources)]
        cells = bits.span(start, start + length)
        claim = Claim(state, cells, now + number % 3, over=True)
        storage.ledgers.place(resource.id, day, str(number), claim, now, resource.capacity)
    try:
        request = desk.request(["x"], travel=pads[2])
    except NotBookable:
        return
    search = Search(desk, storage.ledgers, now)
    starts = search.starts(request, day)
    for cell in range(raster.length(day)):
        expected = possible_by_hand(desk, request, storage, day, cell, now)
        assert starts >> cell & 1 == expected
        chosen = search.choose(request, raster.instant(day, cell))
        assert (chosen is not None) == expected
        if chosen:
            assert len({piece.resource for piece in chosen}) == sum(n.count for n in needs)
            full = storage.ledgers.full([p.resource for p in chosen], day, day, now)
            assert not any(p.cells & full[p.resource].get(day, 0) for p in chosen)


def searching(desk, now=BEFORE, storage=None, **options):
    return Search(desk, (storage or MemoryStorage()).ledgers, now, **options)


def starts_on(search, day, *services):
    return clock(search.instants(search.plan.request(services or ["passport"]), day))


def test_starts_on_a_morning():
    desk = plan(step=15)
    assert starts_on(searching(desk), MONDAY) == [
        "08:00", "08:15", "08:30", "08:45", "09:00", "09:15", "09:30",
    ]  # fmt: skip


def test_services_add_up():
    assert starts_on(searching(plan(step=30)), MONDAY, "passport", "card")[-1] == "09:00"
    assert starts_on(searching(plan(step=5)), MONDAY, "passport", "card")[-1] == "09:25"


@pytest.mark.parametrize(("day", "offset"), [(FORWARD, "+0200"), (BACK, "+0100")])
def test_starts_when_the_clocks_change(day, offset):
    search = searching(plan(step=60), raster.midnight(day - timedelta(days=3)))
    found = search.instants(search.plan.request(["passport"]), day)
    assert [f"{raster.local(start):%H:%M%z}" for start in found] == [
        f"08:00{offset}",
        f"09:00{offset}",
    ]


def test_lead_time():
    desk = plan(step=15, lead=30)
    assert starts_on(searching(desk, at(MONDAY, "08:20")), MONDAY) == ["09:00", "09:15", "09:30"]
    assert starts_on(searching(desk, at(MONDAY, "08:15")), MONDAY)[0] == "08:45"
    # Rounded up to the next cell, not down into the lead time.
    assert starts_on(searching(desk, at(MONDAY, "08:15") + 1), MONDAY)[0] == "09:00"


def test_staff_book_what_the_public_may_not():
    now = at(MONDAY, "08:20")
    desk = plan(step=15, lead=30, horizon=0)
    staff = searching(desk, now, public=False)
    assert starts_on(staff, MONDAY)[0] == "08:20"
    assert starts_on(staff, TUESDAY)
    assert starts_on(searching(desk, now), TUESDAY) == []


def test_the_last_day_opens_in_the_morning():
    desk = plan(horizon=1, opens_at=7 * 60)
    assert starts_on(searching(desk, at(MONDAY, "06:59")), TUESDAY) == []
    assert starts_on(searching(desk, at(MONDAY, "07:00")), TUESDAY) != []


def test_yesterday_is_over():
    assert starts_on(searching(plan(), at(TUESDAY, "07:00")), MONDAY) == []
    assert starts_on(searching(plan(), at(TUESDAY, "07:00"), public=False), MONDAY) == []


def test_days_within_the_window():
    search = searching(plan(step=60, horizon=2), at(MONDAY, "07:00"))
    request = search.plan.request(["passport"])
    found = dict(search.days(request, MONDAY - timedelta(days=9), MONDAY + timedelta(days=9)))
    assert list(found) == [MONDAY, TUESDAY, MONDAY + timedelta(days=2)]
    assert all(cells.bit_count() == 2 for cells in found.values())


def test_the_earliest_over_closed_weeks():
    hours = daily("8–10")
    closed = {"hours": hours, "resources": counters(1)}
    storage = MemoryStorage()
    for day in raster.days(MONDAY, MONDAY + timedelta(days=19)):
        claim = Claim(CLOSED, bits.span(0, 288))
        storage.ledgers.place("counter-1", day, "closed", claim, BEFORE)
    search = searching(plan(**closed), at(MONDAY, "07:00"), storage)
    request = search.plan.request(["passport"])
    last = MONDAY + timedelta(days=60)
    assert search.earliest(request, MONDAY, last) == at(MONDAY + timedelta(days=20), "08:00")
    assert search.earliest(request, MONDAY, MONDAY + timedelta(days=19)) is None


@pytest.mark.parametrize(
    ("wanted", "count", "expected"),
    [
        ("08:30", 3, ["08:00", "09:00", "09:30"]),
        ("09:50", 2, ["09:00", "09:30"]),
        ("06:00", 1, ["08:00"]),
    ],
)
def test_the_nearest_on_the_day(wanted, count, expected):
    storage = MemoryStorage()
    claim = Claim(BOOKED, bits.span(102, 106))  # 08:30 to 08:50
    storage.ledgers.place("counter-1", MONDAY, "x", claim, BEFORE)
    search = searching(plan(step=30, resources=counters(1)), BEFORE, storage)
    request = search.plan.request(["passport"])
    assert clock(search.nearest(request, at(MONDAY, wanted), count)) == expected


@given(st.integers(0, 90 * 24 * 12), st.integers(1, 5), st.integers(1, 12))
@settings(deadline=None, max_examples=60)
def test_the_nearest_of_all(offset, count, horizon):
    desk = plan(step=30, horizon=horizon)
    now = raster.midnight(FORWARD - timedelta(days=4))
    search = searching(desk, now)
    wanted = now - 86_400 + offset * 300
    request = desk.request(["passport"])
    everything = [
        start for day in raster.days(*search.window) for start in search.instants(request, day)
    ]
    everything.sort(key=lambda start: (abs(start - wanted), start))
    assert search.nearest(request, wanted, count) == tuple(sorted(everything[:count]))


def test_specialists_are_taken_before_those_who_can_do_everything():
    desk = plan(
        resources=(Resource("all"), Resource("some", skills=frozenset({"passport"}))),
        offerings=(Offering("passport", 20, needs=(Need("counter", frozenset({"passport"})),)),),
    )
    (piece,) = searching(desk).choose(desk.request(["passport"]), at(MONDAY, "08:00"))
    assert piece.resource == "some"


@pytest.mark.parametrize(("even", "expected"), [(False, "counter-1"), (True, "counter-2")])
def test_packed_or_even(even, expected):
    desk = plan(even=even)
    storage = MemoryStorage()
    claim = Claim(BOOKED, bits.span(100, 104))  # 08:20 to 08:40
    storage.ledgers.place("counter-1", MONDAY, "x", claim, BEFORE)
    search = searching(desk, BEFORE, storage)
    (piece,) = search.choose(desk.request(["passport"]), at(MONDAY, "08:40"))
    assert piece.resource == expected


def test_only_a_certain_counter():
    search = searching(plan(), only=["counter-2"])
    (piece,) = search.choose(search.plan.request(["passport"]), at(MONDAY, "08:00"))
    assert piece.resource == "counter-2"


def test_its_own_cells_are_no_obstacle_to_a_booking_that_moves():
    storage = MemoryStorage()
    for name in ("counter-1", "counter-2"):
        claim = Claim(BOOKED, bits.span(96, 120))
        storage.ledgers.place(name, MONDAY, f"{name} booked", claim, BEFORE)
    assert starts_on(searching(plan(), BEFORE, storage), MONDAY) == []
    moving = searching(plan(step=60), BEFORE, storage, ignoring="counter-1 booked")
    assert starts_on(moving, MONDAY) == ["08:00", "09:00"]


def test_a_start_beside_the_raster_is_none():
    search = searching(plan())
    request = search.plan.request(["passport"])
    assert search.choose(request, at(MONDAY, "08:00") + 60) is None
    assert search.choose(request, at(MONDAY, "07:55")) is None
    assert search.choose(request, at(MONDAY, "08:00")) is not None
