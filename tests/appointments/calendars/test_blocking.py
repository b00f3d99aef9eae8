"""Foreign events close counters, and tell which appointments they hit."""

from datetime import date
from kaarst.appointments.calendars.blocking import block
from kaarst.appointments.calendars.blocking import collisions
from kaarst.appointments.calendars.interfaces import Busy
from kaarst.appointments.engine import claims
from kaarst.appointments.engine import raster
from kaarst.appointments.engine.audit import audit
from kaarst.appointments.engine.desk import Desk
from kaarst.appointments.engine.queue import Queue
from kaarst.appointments.engine.storage.memory import MemoryStorage
from tests.appointments.engine.model import at
from tests.appointments.engine.model import BEFORE
from tests.appointments.engine.model import clock
from tests.appointments.engine.model import counters
from tests.appointments.engine.model import MONDAY
from tests.appointments.engine.model import plan
from tests.appointments.engine.model import TUESDAY

import pytest


PLAN = plan(step=30, resources=counters(1))
ERIKA = {"name": "Erika Mustermann"}
COUNTER = "counter-1"


@pytest.fixture
def desk():
    storage = MemoryStorage()
    yield Desk(PLAN, storage, BEFORE)
    assert audit(storage, BEFORE) == []


def starts(desk, day=MONDAY):
    return clock(desk.search().instants(PLAN.request(["passport"]), day))


def busy(first, last, uid="meeting", day=MONDAY):
    return Busy(uid, at(day, first), at(day, last))


def blocks(desk, day):
    found = desk.storage.ledgers.claims(COUNTER, day).values()
    return sum(one.cells.bit_count() for one in found if one.state == claims.BUSY)


def test_events_block_and_free_again(desk):
    block(desk, COUNTER, MONDAY, TUESDAY, [busy("08:25", "09:01")])
    assert starts(desk) == ["08:00", "09:30"]
    block(desk, COUNTER, MONDAY, TUESDAY, [busy("09:25", "10:00")])
    assert starts(desk) == ["08:00", "08:30", "09:00"]
    desk.freed.clear()
    block(desk, COUNTER, MONDAY, TUESDAY, [])
    assert starts(desk) == ["08:00", "08:30", "09:00", "09:30"]
    assert desk.freed


def test_who_is_being_served_is_no_foreign_event():
    desk = Desk(PLAN, MemoryStorage(), at(MONDAY, "08:17"))
    desk.book(["passport"], at(MONDAY, "08:30"), ERIKA)
    queue = Queue(desk)
    # Takes longer than there is time.
    queue.call(queue.draw(["passport"], anyway=True).id, COUNTER)
    assert list(collisions(desk, MONDAY, MONDAY)) == []


def test_an_unreadable_calendar_is_busy_and_keeps_what_it_knew(desk):
    booking = desk.book(["passport"], at(MONDAY, "08:30"), ERIKA)
    desk.book(["passport"], at(TUESDAY, "08:30"), ERIKA)
    known = [busy("08:25", "09:00")]
    assert block(desk, COUNTER, MONDAY, TUESDAY, known) == [booking]
    assert block(desk, COUNTER, MONDAY, TUESDAY, known, readable=False) == []
    assert starts(desk) == starts(desk, TUESDAY) == []
    # What is unreadable collides with nothing; what was read before still does.
    assert list(collisions(desk, MONDAY, TUESDAY)) == [(booking, (COUNTER,))]
    block(desk, COUNTER, MONDAY, TUESDAY, known)
    assert starts(desk) == ["08:00", "09:00", "09:30"]


def test_an_event_after_a_booking_collides_until_one_of_them_moves(desk):
    booking = desk.book(["passport"], at(MONDAY, "08:30"), ERIKA)
    events = [busy("08:40", "08:45")]
    assert block(desk, COUNTER, MONDAY, MONDAY, events) == [booking]
    assert block(desk, COUNTER, MONDAY, MONDAY, events) == []
    assert list(collisions(desk, MONDAY, MONDAY)) == [(booking, (COUNTER,))]
    desk.move(booking.id, at(MONDAY, "09:30"))
    assert list(collisions(desk, MONDAY, MONDAY)) == []


def test_cancelled_and_past_appointments_collide_with_nothing(desk):
    booking = desk.book(["passport"], at(MONDAY, "08:30"), ERIKA)
    block(desk, COUNTER, MONDAY, MONDAY, [busy("08:00", "10:00")])
    later = Desk(PLAN, desk.storage, at(MONDAY, "09:30"))
    assert list(collisions(later, MONDAY, MONDAY)) == []
    desk.cancel(booking.id)
    assert list(collisions(desk, MONDAY, MONDAY)) == []


@pytest.mark.parametrize(("day", "cells"), [("2026-03-29", 276), ("2026-10-25", 300)])
def test_days_on_which_the_clock_changes(desk, day, cells):
    day = date.fromisoformat(day)
    block(desk, COUNTER, day, day, [], readable=False)
    assert blocks(desk, day) == cells
    midnight = raster.midnight(day)
    # From one to four by the clock: two hours in spring, four in autumn.
    event = Busy("night", at(day, "01:00"), at(day, "04:00"))
    block(desk, COUNTER, day, day, [event])
    assert blocks(desk, day) == (event.end - event.start) // 300 == {276: 24, 300: 48}[cells]
    assert event.start - midnight == 3600


def test_events_of_years_are_laid_in_pieces(desk):
    last = date.fromordinal(MONDAY.toordinal() + 400)
    for uid in ("first", "second"):
        event = Busy(uid, BEFORE, BEFORE + 10 * 365 * 24 * 3600)
        block(desk, COUNTER, MONDAY, last, [event])
        assert blocks(desk, MONDAY) == blocks(desk, last) == 288
