"""Drawing lots: who takes part, what is published, who gets what."""

from collections import Counter
from datetime import timedelta
from hashlib import sha256
from kaarst.appointments.engine.audit import audit
from kaarst.appointments.engine.desk import Desk
from kaarst.appointments.engine.errors import Gone
from kaarst.appointments.engine.errors import NotBookable
from kaarst.appointments.engine.lottery import announce
from kaarst.appointments.engine.lottery import check
from kaarst.appointments.engine.lottery import Closed
from kaarst.appointments.engine.lottery import Draw
from kaarst.appointments.engine.lottery import draw_lots
from kaarst.appointments.engine.lottery import enter
from kaarst.appointments.engine.lottery import Entry
from kaarst.appointments.engine.lottery import forget
from kaarst.appointments.engine.lottery import order
from kaarst.appointments.engine.lottery import TooEarly
from kaarst.appointments.engine.lottery import withdraw
from kaarst.appointments.engine.records import Booking
from kaarst.appointments.engine.release import Release
from kaarst.appointments.engine.release import Stage
from kaarst.appointments.engine.storage.memory import MemoryStorage
from tests.appointments.engine.model import at
from tests.appointments.engine.model import BEFORE
from tests.appointments.engine.model import clock
from tests.appointments.engine.model import counters
from tests.appointments.engine.model import MONDAY
from tests.appointments.engine.model import plan
from tests.appointments.engine.model import TUESDAY

import pytest


SIX = 18 * 60
EVENING = at(MONDAY - timedelta(days=1), "18:00")
PLAN = plan(
    resources=counters(1),
    step=30,
    release=Release(0, (Stage(100, 0, 450),)),
)


def person(number):
    return {"name": f"Muster {number}", "email": f"muster{number}@example.org"}


@pytest.fixture
def storage():
    storage = MemoryStorage()
    yield storage
    assert audit(storage, BEFORE) == []


def desk(storage, now=BEFORE):
    return Desk(PLAN, storage, now)


@pytest.fixture
def draw(storage):
    return announce(desk(storage), MONDAY, SIX)


def test_the_commitment_is_there_before_the_first_entry(storage, draw):
    assert draw.closes == EVENING
    assert draw.commitment == sha256(draw.seed.encode()).hexdigest()
    assert announce(desk(storage), MONDAY, SIX) == draw
    assert announce(desk(storage), TUESDAY, SIX).seed != draw.seed


def test_one_ticket_for_each_address(storage, draw):
    first = enter(desk(storage), draw, ["passport"], person(1))
    again = {"name": "M.", "email": " Muster1@Example.ORG"}
    second = enter(desk(storage, BEFORE + 9), draw, ["card"], again, earliest=540)
    # Whoever enters with the address of somebody else learns nothing and changes nothing.
    assert second.ticket != first.ticket and len(storage.records(Entry)) == 2
    drawn, results = draw_lots(desk(storage, EVENING), draw.id)
    assert drawn.tickets == (first.ticket,)
    assert [(one.id, one.void, bool(one.booking)) for one in results] == [
        (first.id, False, True),
        (second.id, True, False),
    ]
    assert storage.records(Entry).get(second.id).void


def test_one_may_withdraw_until_the_evening(storage, draw):
    first, second = (enter(desk(storage), draw, ["passport"], person(n)) for n in range(2))
    withdraw(desk(storage, EVENING - 1), first.id)
    with pytest.raises(Gone):
        withdraw(desk(storage), first.id)
    with pytest.raises(Closed):
        withdraw(desk(storage, EVENING), second.id)
    assert draw_lots(desk(storage, EVENING), draw.id)[0].tickets == (second.ticket,)


def test_number_and_seal_become_those_of_the_booking(storage, draw):
    enter(desk(storage), draw, ["passport"], person(1), number="KAA-1", seal="s")
    (won,) = draw_lots(desk(storage, EVENING), draw.id)[1]
    booking = storage.records(Booking).get(won.booking)
    assert (booking.number, booking.seal) == ("KAA-1", "s")


def test_entries_close_in_the_evening(storage, draw):
    enter(desk(storage, EVENING - 1), draw, ["passport"], person(1))
    with pytest.raises(Closed):
        enter(desk(storage, EVENING), draw, ["passport"], person(2))


def test_services_that_are_none_take_no_part(storage, draw):
    with pytest.raises(NotBookable):
        enter(desk(storage), draw, ["balloon"], person(1))


def test_everybody_in_the_order_drawn(storage, draw):
    entries = [enter(desk(storage), draw, ["passport"], person(n)) for n in range(6)]
    with pytest.raises(TooEarly):
        draw_lots(desk(storage, EVENING - 1), draw.id)
    drawn, results = draw_lots(desk(storage, EVENING), draw.id)
    assert sorted(drawn.tickets) == sorted(entry.ticket for entry in entries)
    assert check(draw.commitment, drawn.seed, drawn.tickets)
    assert storage.records(Draw).get(draw.id) == drawn
    # Four times on one counter: the first four drawn get them, in this order.
    bookings = [storage.records(Booking).get(entry.booking) for entry in results]
    assert clock([booking.start for booking in bookings[:4]]) == [
        "08:00",
        "08:30",
        "09:00",
        "09:30",
    ]
    assert bookings[4:] == [None, None]
    assert [b.person["name"] for b in bookings[:4]] == [e.person["name"] for e in results[:4]]
    assert {(b.channel, b.history[0].actor) for b in bookings[:4]} == {
        ("draw", ticket) for ticket in drawn.tickets[:4]
    }
    with pytest.raises(Closed):
        draw_lots(desk(storage, EVENING), draw.id)


def test_times_that_suit(storage, draw):
    late = enter(desk(storage), draw, ["passport"], person(1), earliest=9 * 60)
    early = enter(desk(storage), draw, ["passport"], person(2), latest=8 * 60)
    never = enter(desk(storage), draw, ["passport"], person(3), earliest=12 * 60)
    _, results = draw_lots(desk(storage, EVENING), draw.id)
    won = {entry.id: storage.records(Booking).get(entry.booking) for entry in results}
    assert clock([won[late.id].start]) == ["09:00"]
    assert clock([won[early.id].start]) == ["08:00"]
    assert won[never.id] is None


def test_a_draw_that_was_tampered_with_shows(storage, draw):
    entries = [enter(desk(storage), draw, ["passport"], person(n)) for n in range(5)]
    tickets = order(draw.seed, [entry.ticket for entry in entries])
    assert check(draw.commitment, draw.seed, tickets)
    assert not check(draw.commitment, draw.seed, [*tickets[1:], tickets[0]])
    assert not check(draw.commitment, "another", order("another", tickets))


def test_every_place_is_equally_likely():
    tickets = [f"ticket {number}" for number in range(4)]
    firsts = Counter(order(str(seed), tickets)[0] for seed in range(4000))
    assert all(900 < count < 1100 for count in firsts.values())


def test_draws_are_forgotten_with_their_entries(storage, draw):
    enter(desk(storage), draw, ["passport"], person(1))
    kept = announce(desk(storage), TUESDAY, SIX)
    enter(desk(storage), kept, ["passport"], person(2))
    assert forget(storage, TUESDAY) == 1
    assert [one.id for one in storage.records(Draw)] == [kept.id]
    assert [one.draw for one in storage.records(Entry)] == [kept.id]
