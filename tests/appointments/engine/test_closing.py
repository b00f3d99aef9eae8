"""Closing by hand and by foreign calendars."""

from datetime import date
from datetime import timedelta
from kaarst.appointments.engine import bits
from kaarst.appointments.engine import raster
from kaarst.appointments.engine.audit import audit
from kaarst.appointments.engine.closing import close
from kaarst.appointments.engine.closing import pieces_between
from kaarst.appointments.engine.closing import reopen
from kaarst.appointments.engine.closing import retire
from kaarst.appointments.engine.closing import set_busy
from kaarst.appointments.engine.desk import Desk
from kaarst.appointments.engine.errors import Gone
from kaarst.appointments.engine.errors import Taken
from kaarst.appointments.engine.queue import Queue
from kaarst.appointments.engine.records import Closure
from kaarst.appointments.engine.storage.memory import MemoryStorage
from tests.appointments.engine.model import at
from tests.appointments.engine.model import BEFORE
from tests.appointments.engine.model import clock
from tests.appointments.engine.model import MONDAY
from tests.appointments.engine.model import plan
from tests.appointments.engine.model import TUESDAY

import pytest


PLAN = plan(step=30)
ERIKA = {"name": "Erika Mustermann"}


@pytest.fixture
def storage():
    storage = MemoryStorage()
    yield storage
    assert audit(storage, BEFORE) == []


@pytest.fixture
def desk(storage):
    return Desk(PLAN, storage, BEFORE)


def starts(desk, day=MONDAY):
    return clock(desk.search().instants(PLAN.request(["passport"]), day))


def test_who_is_hit_can_keep_the_time_at_another_counter(desk):
    booking = desk.book(["passport"], at(MONDAY, "08:30"), ERIKA)
    counter = booking.pieces[0].resource
    # Nothing in the way: nothing changes.
    assert desk.move(booking.id, booking.start) == booking
    close(desk, at(MONDAY, "08:00"), at(MONDAY, "10:00"), [counter])
    moved = desk.move(booking.id, booking.start)
    assert moved.start == booking.start
    assert moved.sequence == booking.sequence + 1
    assert moved.pieces[0].resource != counter
    close(desk, at(MONDAY, "08:00"), at(MONDAY, "10:00"))
    with pytest.raises(Taken):
        desk.move(booking.id, booking.start)


def test_a_closure_lists_what_it_hits_and_reopens(desk):
    one = desk.book(["passport"], at(MONDAY, "08:30"), ERIKA)
    two = desk.book(["passport"], at(MONDAY, "08:00"), ERIKA)
    desk.book(["passport"], at(MONDAY, "09:30"), ERIKA)
    closure, hit = close(
        desk, at(MONDAY, "08:00"), at(MONDAY, "09:00"), reason="Alarm", actor="termine"
    )
    assert hit == [two, one]
    assert starts(desk) == ["09:00", "09:30"]
    assert desk.storage.records(Closure).get(closure.id) == closure
    assert desk.move(one.id, at(MONDAY, "09:00")).start == at(MONDAY, "09:00")
    desk.freed.clear()
    reopen(desk, closure.id)
    assert starts(desk) == ["08:00", "08:30", "09:00", "09:30"]
    assert desk.freed == list(closure.pieces)
    with pytest.raises(Gone):
        reopen(desk, closure.id)


def test_one_counter_over_days(desk):
    closure, _ = close(desk, at(MONDAY, "09:00"), at(TUESDAY, "09:00"), ["counter-2"])
    assert {piece.resource for piece in closure.pieces} == {"counter-2"}
    free = desk.search(only=["counter-2"])
    request = PLAN.request(["passport"])
    assert clock(free.instants(request, MONDAY)) == ["08:00", "08:30"]
    assert clock(free.instants(request, TUESDAY)) == ["09:00", "09:30"]
    assert starts(desk) == ["08:00", "08:30", "09:00", "09:30"]


def test_a_hold_beneath_a_closure_ends(desk):
    hold = desk.hold(["passport"], at(MONDAY, "08:00"))
    close(desk, at(MONDAY, "08:00"), at(MONDAY, "08:10"))
    with pytest.raises(Gone):
        desk.confirm(hold.id, ERIKA)


def test_a_hold_is_not_confirmed_into_a_block(desk, storage):
    # As when the block was committed by somebody who did not see the hold.
    hold = desk.hold(["passport"], at(MONDAY, "08:00"))
    closure, _ = close(desk, at(MONDAY, "08:30"), at(MONDAY, "09:00"))
    (piece,) = hold.pieces
    claim = storage.ledgers.claims(piece.resource, MONDAY)[closure.id]
    blocking = claim._replace(cells=claim.cells | piece.cells)
    storage.ledgers.place(piece.resource, MONDAY, closure.id, blocking, BEFORE)
    with pytest.raises(Taken) as error:
        desk.confirm(hold.id, ERIKA)
    assert clock(error.value.alternatives)[:1] == ["08:00"]
    storage.ledgers.place(piece.resource, MONDAY, closure.id, claim, BEFORE)


@pytest.mark.parametrize("hours", [-1, 0, 24 * 370])
def test_times_that_are_none(desk, hours):
    with pytest.raises(ValueError, match="year|begins"):
        close(desk, at(MONDAY, "08:00"), at(MONDAY, "08:00") + hours * 3600)


@pytest.mark.parametrize("day", [date(2026, 3, 29), MONDAY, date(2026, 10, 25)])
def test_a_whole_day_is_a_day(day):
    start, end = raster.midnight(day), raster.midnight(day + timedelta(days=1))
    (piece,) = pieces_between("x", start, end)
    assert (piece.day, piece.cells) == (day.toordinal(), bits.span(0, raster.length(day)))


def test_cells_at_the_edges_are_closed_too():
    (piece,) = pieces_between("x", at(MONDAY, "08:00") + 299, at(MONDAY, "08:05") + 1)
    assert piece.cells == 0b11 << 96


def test_foreign_events_block_until_they_are_gone(desk, storage):
    booking = desk.book(["passport"], at(MONDAY, "08:00"), ERIKA, only=["counter-1"])
    events = {
        "a": (at(MONDAY, "08:10"), at(MONDAY, "08:20")),
        "b": (at(MONDAY, "09:00"), at(TUESDAY, "08:30")),
    }
    assert set_busy(desk, "counter-1", MONDAY, TUESDAY, events) == [booking]
    only = desk.search(only=["counter-1"])
    request = PLAN.request(["passport"])
    assert clock(only.instants(request, MONDAY)) == ["08:30"]
    assert clock(only.instants(request, TUESDAY)) == ["08:30", "09:00", "09:30"]
    # The same again tells nothing new.
    assert set_busy(desk, "counter-1", MONDAY, TUESDAY, events) == []
    later = {**events, "a": (at(MONDAY, "08:05"), at(MONDAY, "08:20"))}
    assert set_busy(desk, "counter-1", MONDAY, TUESDAY, later) == [booking]
    desk.freed.clear()
    set_busy(desk, "counter-1", MONDAY, TUESDAY, {"a": later["a"]})
    assert {date.fromordinal(piece.day) for piece in desk.freed} == {MONDAY, TUESDAY}
    assert set(storage.ledgers.claims("counter-1", TUESDAY)) == set()


def test_a_calendar_that_is_read_frees_nobody_who_is_being_served(storage):
    desk = Desk(PLAN, storage, at(MONDAY, "08:02"))
    queue = Queue(desk)
    served = queue.call(queue.draw(["passport"]).id, "counter-1")
    set_busy(desk, "counter-1", MONDAY, TUESDAY, {})
    assert list(storage.ledgers.claims("counter-1", MONDAY)) == [f"ticket:{served.id}"]


def test_a_counter_that_is_deleted_is_booked_by_nobody(desk, storage):
    booked = desk.book(["passport"], at(TUESDAY, "08:00"), ERIKA, only=["counter-2"])
    held = [desk.hold(["passport"], at(MONDAY, "08:00"), only=["counter-1"]) for _ in range(1)]
    retire(desk, "counter-1")
    assert [one.id for one in desk.lost] == [one.id for one in held]
    assert starts(desk) == ["08:00", "08:30", "09:00", "09:30"]
    assert starts(desk, TUESDAY) == ["08:30", "09:00", "09:30"]
    assert not desk.search(only=["counter-1"]).starts(PLAN.request(["passport"]), MONDAY)
    desk.cancel(booked.id)
