"""An appointment that goes to another desk: the same one, and what it leaves is free."""

from kaarst.appointments.engine.audit import audit
from kaarst.appointments.engine.desk import Desk
from kaarst.appointments.engine.errors import Gone
from kaarst.appointments.engine.errors import NotBookable
from kaarst.appointments.engine.errors import NotPossible
from kaarst.appointments.engine.errors import Taken
from kaarst.appointments.engine.offering import Offering
from kaarst.appointments.engine.plan import Resource
from kaarst.appointments.engine.storage.memory import MemoryStorage
from kaarst.appointments.engine.transfer import transfer
from kaarst.appointments.engine.wishes import serving
from kaarst.appointments.engine.wishes import WishList
from tests.appointments.engine.model import at
from tests.appointments.engine.model import BEFORE
from tests.appointments.engine.model import counters
from tests.appointments.engine.model import MONDAY
from tests.appointments.engine.model import plan

import pytest


EIGHT, NINE = at(MONDAY, "08:00"), at(MONDAY, "09:00")
SHARED = (Resource("counter-1"), Resource("counter-9"))
ERIKA, MAX = {"name": "Erika"}, {"name": "Max", "email": "max@example.org"}
HERE = plan(resources=counters(1), step=10)
THERE = plan(
    id="there", resources=SHARED, step=10, offerings=(Offering("passport", 30),), rooms=True
)


@pytest.fixture
def storage():
    storage = MemoryStorage()
    yield storage
    assert audit(storage, BEFORE) == []


def both(storage):
    return Desk(HERE, storage, BEFORE), Desk(THERE, storage, BEFORE)


def test_it_keeps_key_number_and_history_and_takes_as_long_as_there(storage):
    here, there = both(storage)
    booked = here.book(["passport"], EIGHT, ERIKA, number="KAA-1", seal="sealed")
    moved = transfer(here, there, booked.id, NINE, actor="citizen")
    assert (moved.id, moved.number, moved.seal) == (booked.id, "KAA-1", "sealed")
    assert (moved.desk, moved.start, moved.end) == ("there", NINE, NINE + 30 * 60)
    assert moved.sequence == booked.sequence + 1 and moved.room
    assert moved.history[-1].action == "moved"
    assert there.booking(booked.id) == moved and there.on_days(MONDAY, MONDAY) == [moved]
    assert here.on_days(MONDAY, MONDAY) == []
    with pytest.raises(Gone):
        here.booking(booked.id)
    # And back again, where there is no video.
    back = transfer(there, here, booked.id, EIGHT)
    assert (back.desk, back.end, back.room) == (HERE.id, EIGHT + 20 * 60, "")


def test_its_own_time_counts_as_free_at_a_counter_of_both(storage):
    here, there = both(storage)
    one = here.book(["passport"], EIGHT, ERIKA)
    there.book(["passport"], EIGHT, MAX)
    assert {piece.resource for piece in one.pieces} == {"counter-1"}
    moved = transfer(here, there, one.id, EIGHT + 600)
    assert {piece.resource for piece in moved.pieces} == {"counter-1"}


def test_what_cannot_be_leaves_everything_as_it_is(storage):
    here, there = both(storage)
    one = here.book(["passport"], NINE, ERIKA)
    for _ in range(2):
        there.book(["passport"], EIGHT, MAX)
    with pytest.raises(Taken) as refused:
        transfer(here, there, one.id, EIGHT)
    assert len(refused.value.alternatives) == 3
    card = here.book(["card"], at(MONDAY, "09:40"), MAX)
    with pytest.raises(NotBookable):
        transfer(here, there, card.id, NINE)
    here.cancel(card.id)
    with pytest.raises(NotPossible):
        transfer(here, there, card.id, NINE)
    assert here.booking(one.id) == one and here.freed[:-1] == []


def test_who_waits_gets_what_becomes_free_and_waits_no_more_who_went(storage):
    here, there = both(storage)
    full = [
        here.book(["passport"], start, ERIKA)
        for start in here.search().instants(HERE.request(["passport"]), MONDAY)[::2]
    ]
    waiting = WishList(here)
    own = waiting.ask(["passport"], ERIKA, full[-1].start, booking=full[-1].id)
    other = waiting.ask(["passport"], MAX, full[-1].end)
    with serving(here) as wishes:
        transfer(here, there, full[-1].id, NINE)
        wishes.forget(full[-1].id)
    assert [wish.id for wish in wishes.offered] == [other.id]
    assert wishes.wishes.get(own.id).state == "ended"
