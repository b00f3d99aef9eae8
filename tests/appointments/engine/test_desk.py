"""Holding, booking, moving, cancelling: what is stored afterwards."""

from dataclasses import replace
from kaarst.appointments.engine import claims
from kaarst.appointments.engine import raster
from kaarst.appointments.engine.audit import audit
from kaarst.appointments.engine.desk import Desk
from kaarst.appointments.engine.desk import expired_holds
from kaarst.appointments.engine.errors import Gone
from kaarst.appointments.engine.errors import NotBookable
from kaarst.appointments.engine.errors import NotPossible
from kaarst.appointments.engine.errors import Taken
from kaarst.appointments.engine.offering import Need
from kaarst.appointments.engine.offering import Offering
from kaarst.appointments.engine.plan import Resource
from kaarst.appointments.engine.records import ARRIVED
from kaarst.appointments.engine.records import Booking
from kaarst.appointments.engine.records import CALLED
from kaarst.appointments.engine.records import CANCELLED
from kaarst.appointments.engine.records import CONFIRMED
from kaarst.appointments.engine.records import FINISHED
from kaarst.appointments.engine.records import Hold
from kaarst.appointments.engine.records import NO_SHOW
from kaarst.appointments.engine.storage.memory import MemoryStorage
from tests.appointments.engine.model import at
from tests.appointments.engine.model import BEFORE
from tests.appointments.engine.model import clock
from tests.appointments.engine.model import counters
from tests.appointments.engine.model import daily
from tests.appointments.engine.model import MONDAY
from tests.appointments.engine.model import plan
from tests.appointments.engine.model import TUESDAY

import pytest
import time_machine


ERIKA = {"name": "Erika Mustermann", "email": "erika@example.org"}
MAX = {"name": "Max Mustermann", "email": "max@example.org"}
EIGHT, NINE = at(MONDAY, "08:00"), at(MONDAY, "09:00")
ONE = plan(resources=counters(1), step=10)


@pytest.fixture
def storage():
    storage = MemoryStorage()
    yield storage
    assert audit(storage, BEFORE) == []


def desk(storage, now=BEFORE, plan=ONE):
    return Desk(plan, storage, now)


def states(storage, resource="counter-1", day=MONDAY):
    return sorted(claim.state for claim in storage.ledgers.claims(resource, day).values())


def content(storage):
    """Everything stored, to see that nothing was written."""
    ledgers = {place: dict(storage.ledgers.claims(*place)) for place in storage.ledgers.stored()}
    return ledgers, set(map(repr, storage.records(Hold))), set(map(repr, storage.records(Booking)))


def test_a_hold_becomes_a_booking(storage):
    hold = desk(storage).hold(["passport"], EIGHT)
    assert (hold.start, hold.end, hold.expires) == (EIGHT, EIGHT + 1200, BEFORE + 600)
    assert states(storage) == [claims.HELD]
    booking = desk(storage).confirm(hold.id, ERIKA, number="KAA-1", seal="x", actor="online")
    assert storage.records(Booking).get(hold.id) == booking
    assert (booking.start, booking.pieces, booking.person) == (EIGHT, hold.pieces, ERIKA)
    assert (booking.number, booking.state, booking.sequence) == ("KAA-1", CONFIRMED, 0)
    assert [(event.actor, event.action) for event in booking.history] == [("online", "booked")]
    assert states(storage) == [claims.BOOKED]
    assert len(storage.records(Hold)) == 0


def test_what_is_held_is_taken_and_alternatives_are_near(storage):
    desk(storage).hold(["passport"], at(MONDAY, "09:00"))
    before = content(storage)
    with pytest.raises(Taken) as error:
        desk(storage).hold(["passport"], at(MONDAY, "08:50"))
    assert clock(error.value.alternatives) == ["08:20", "08:30", "08:40"]
    assert content(storage) == before


def test_all_resources_are_taken_together_or_none(storage):
    both = plan(
        resources=(Resource("clerk", "staff"), Resource("room-1", "room"), Resource("kit", "kit")),
        offerings=(Offering("visit", 20, needs=(Need("staff"), Need("room"), Need("kit"))),),
    )
    first = desk(storage, plan=both).hold(["visit"], EIGHT)
    assert {piece.resource for piece in first.pieces} == {"clerk", "room-1", "kit"}
    storage.ledgers.remove("clerk", MONDAY, first.id)
    storage.ledgers.remove("room-1", MONDAY, first.id)
    before = content(storage)
    with pytest.raises(Taken):  # the kit is still held
        desk(storage, plan=both).hold(["visit"], EIGHT)
    assert content(storage) == before
    desk(storage, plan=both).let_go(first.id)


def test_a_hold_ends_by_the_clock(storage):
    with time_machine.travel(BEFORE, tick=False) as traveller:
        first = Desk(ONE, storage).hold(["passport"], EIGHT)
        traveller.shift(599)
        with pytest.raises(Taken):
            Desk(ONE, storage).hold(["passport"], EIGHT)
        traveller.shift(1)
        second = Desk(ONE, storage).hold(["passport"], EIGHT)
        with pytest.raises(Taken):
            Desk(ONE, storage).confirm(first.id, ERIKA)
        assert [hold.id for hold in expired_holds(storage, Desk(ONE, storage).now)] == [first.id]
        Desk(ONE, storage).let_go(first.id)
        with pytest.raises(Gone):
            Desk(ONE, storage).confirm(first.id, ERIKA)
        assert Desk(ONE, storage).confirm(second.id, MAX).person == MAX


def test_who_is_slow_but_undisturbed_still_gets_it(storage):
    hold = desk(storage).hold(["passport"], EIGHT)
    booking = desk(storage, BEFORE + 900).confirm(hold.id, ERIKA)
    assert storage.records(Booking).get(booking.id).state == CONFIRMED


def test_a_hold_is_given_back(storage):
    hold = desk(storage).hold(["passport"], EIGHT)
    giving = desk(storage)
    giving.let_go(hold.id)
    assert giving.freed == list(hold.pieces)
    assert states(storage) == []
    for again in (giving.let_go, lambda key: giving.confirm(key, ERIKA)):
        with pytest.raises(Gone):
            again(hold.id)


def test_a_booking_moves_over_its_own_cells(storage):
    booking = desk(storage).book(["passport"], EIGHT, ERIKA)
    moving = desk(storage)
    moved = moving.move(booking.id, at(MONDAY, "08:10"), actor="erika")
    assert storage.records(Booking).get(booking.id) == moved
    assert (moved.start, moved.end, moved.sequence) == (EIGHT + 600, EIGHT + 1800, 1)
    assert [event.action for event in moved.history] == ["booked", "moved"]
    assert moved.history[-1].detail == f"{EIGHT} {EIGHT + 600}"
    (freed,) = moving.freed
    assert clock([raster.instant(MONDAY, 96)]) == ["08:00"]
    assert freed.cells == 0b11 << 96


def test_a_booking_moves_to_another_day_and_counter(storage):
    both = plan(step=10)
    first = desk(storage, plan=both).book(["passport"], EIGHT, ERIKA, only=["counter-2"])
    desk(storage, plan=both).book(["passport"], at(TUESDAY, "08:00"), MAX, only=["counter-2"])
    moving = desk(storage, plan=both)
    moved = moving.move(first.id, at(TUESDAY, "08:00"))
    assert [(p.resource, p.day) for p in moved.pieces] == [("counter-1", TUESDAY.toordinal())]
    assert moving.freed == list(first.pieces)
    assert states(storage, "counter-2") == []


def test_who_cannot_move_keeps_the_appointment(storage):
    first = desk(storage).book(["passport"], EIGHT, ERIKA)
    desk(storage).book(["passport"], at(MONDAY, "09:00"), MAX)
    before = content(storage)
    with pytest.raises(Taken) as error:
        desk(storage).move(first.id, at(MONDAY, "08:50"))
    assert clock(error.value.alternatives) == ["08:20", "08:30", "08:40"]
    assert content(storage) == before


def test_moving_to_a_full_time_needs_the_right_and_breaks_nothing(storage):
    here = desk(storage)
    booking, other = here.book(["passport"], EIGHT, ERIKA), here.book(["card"], NINE, MAX)
    before = content(storage)
    with pytest.raises(Taken):
        here.move(booking.id, NINE, public=False)
    assert content(storage) == before
    moved = here.move(booking.id, NINE, public=False, over=True)
    assert (moved.start, moved.over) == (NINE, True)
    assert here.on_days(MONDAY, MONDAY) == sorted([moved, other], key=lambda one: one.id)
    # Outside of the hours as well; and back to where it needs no right.
    here.move(booking.id, at(MONDAY, "20:00"), public=False, over=True)
    assert not here.move(booking.id, EIGHT).over


def test_moving_to_where_it_is_changes_nothing(storage):
    booking = desk(storage).book(["passport"], EIGHT, ERIKA)
    before = content(storage)
    assert desk(storage).move(booking.id, EIGHT) == booking
    assert content(storage) == before


def test_a_cancelled_booking_is_kept_and_its_time_is_free(storage):
    booking = desk(storage).book(["passport"], EIGHT, ERIKA)
    cancelling = desk(storage)
    cancelled = cancelling.cancel(booking.id, actor="erika", reason="ill")
    assert storage.records(Booking).get(booking.id) == cancelled
    assert (cancelled.state, cancelled.sequence) == (CANCELLED, 1)
    assert cancelled.history[-1][1:] == ("erika", CANCELLED, "ill")
    assert cancelling.freed == list(booking.pieces)
    assert desk(storage).book(["passport"], EIGHT, MAX).person == MAX
    for again in (desk(storage).cancel, lambda key: desk(storage).move(key, EIGHT + 600)):
        with pytest.raises(NotPossible) as error:
            again(booking.id)
        assert error.value.state == CANCELLED


def test_the_course_of_an_appointment(storage):
    booking = desk(storage).book(["passport"], EIGHT, ERIKA)
    for state in (ARRIVED, CALLED, FINISHED):
        assert desk(storage).mark(booking.id, state, actor="clerk").state == state
    assert [e.action for e in storage.records(Booking).get(booking.id).history] == [
        "booked",
        ARRIVED,
        CALLED,
        FINISHED,
    ]
    with pytest.raises(NotPossible):
        desk(storage).mark(booking.id, NO_SHOW)


def test_someone_comes_after_all(storage):
    booking = desk(storage).book(["passport"], EIGHT, ERIKA)
    desk(storage).mark(booking.id, NO_SHOW)
    assert desk(storage).mark(booking.id, ARRIVED).state == ARRIVED


def test_marking_as_cancelled_frees(storage):
    booking = desk(storage).book(["passport"], EIGHT, ERIKA)
    assert desk(storage).mark(booking.id, CANCELLED).sequence == 1
    assert states(storage) == []


def test_a_booking_of_another_desk_is_not_found(storage):
    booking = desk(storage).book(["passport"], EIGHT, ERIKA)
    hold = desk(storage).hold(["passport"], at(MONDAY, "09:00"))
    other = desk(storage, plan=plan(id="other"))
    for attempt in (other.cancel, lambda key: other.confirm(key, MAX)):
        for key in (booking.id, hold.id, "guessed"):
            with pytest.raises(Gone):
                attempt(key)
    desk(storage).let_go(hold.id)


def test_overbooking_takes_what_is_full_and_closed(storage):
    desk(storage).book(["passport"], EIGHT, ERIKA)
    extra = desk(storage).book(["passport"], EIGHT, MAX, over=True, actor="termine")
    assert storage.records(Booking).get(extra.id).over
    late = desk(storage).book(["passport"], at(MONDAY, "17:00"), MAX, over=True)
    assert clock([late.start]) == ["17:00"]
    with pytest.raises(Taken):
        desk(storage).book(["passport"], EIGHT, MAX)


def test_two_at_once_where_the_capacity_is_two(storage):
    class_room = plan(resources=counters(1, capacity=2))
    for person in (ERIKA, MAX):
        desk(storage, plan=class_room).book(["passport"], EIGHT, person)
    with pytest.raises(Taken):
        desk(storage, plan=class_room).book(["passport"], EIGHT, ERIKA)
    assert audit(storage, BEFORE, capacities={"counter-1": 2}) == []
    assert [finding.kind for finding in audit(storage, BEFORE)] == ["lowered"]
    bookings = storage.records(Booking)
    for booking in list(bookings):
        desk(storage, plan=class_room).cancel(booking.id)
    # More than there ever was room for is something else, were it ever to be.
    booking = desk(storage).book(["passport"], at(TUESDAY, "08:00"), MAX)
    bookings.put(replace(booking, id="the same again"))
    assert [finding.kind for finding in audit(storage, BEFORE)] == ["missing", "overlap"]
    bookings.remove("the same again")


ROOM = Offering("room", 20, needs=(Need("counter"), Need("room")))


def rooms(capacity, *names):
    """One counter, and rooms for so many appointments at once."""
    found = tuple(Resource(name, "room", capacity=capacity) for name in names or ("room",))
    return plan(resources=(*counters(3), *found), offerings=(ROOM,), step=10)


def test_what_an_editor_allows_counts_at_once_on_days_with_bookings(storage):
    desk(storage, plan=rooms(1)).book(["room"], EIGHT, ERIKA)
    more = desk(storage, plan=rooms(2))
    assert more.search().starts(more.plan.request(["room"]), MONDAY) >> 96 & 1
    second = more.book(["room"], EIGHT, MAX)
    assert audit(storage, BEFORE, capacities={"room": 2}) == []
    # Lowered again, nobody else is let in, and nothing is offered that cannot be had.
    fewer = desk(storage, plan=rooms(1))
    more.cancel(second.id)
    before = content(storage)
    with pytest.raises(Taken) as error:
        fewer.book(["room"], EIGHT, MAX)
    assert content(storage) == before
    assert error.value.alternatives
    assert EIGHT not in fewer.search().instants(fewer.plan.request(["room"]), MONDAY)


def test_what_somebody_has_stays_when_less_is_allowed(storage):
    before, after = desk(storage, plan=rooms(2)), desk(storage, plan=rooms(1))
    booked = before.book(["room"], EIGHT, ERIKA)
    held = before.hold(["room"], EIGHT)
    other = before.book(["room"], at(MONDAY, "09:00"), MAX)
    confirmed = after.confirm(held.id, MAX)
    assert after.booking(confirmed.id).state == CONFIRMED
    assert [one.kind for one in audit(storage, BEFORE)] == ["lowered"]
    offer = before.hold(["room"], EIGHT, purpose="offer") if after.cancel(booked.id) else None
    after.move_to(other.id, offer.id, purpose="offer")
    assert after.booking(other.id).start == EIGHT
    after.cancel(other.id)


def test_nothing_is_confirmed_at_a_counter_that_is_gone(storage):
    two = desk(storage, plan=rooms(1, "room-1", "room-2"))
    booked = two.book(["room"], at(MONDAY, "09:00"), ERIKA)
    holds = [two.hold(["room"], EIGHT, purpose=purpose) for purpose in ("citizen", "offer")]
    gone = {piece.resource for piece in holds[1].pieces if "room" in piece.resource}
    left = desk(storage, plan=rooms(1, *({"room-1", "room-2"} - gone)))
    before = content(storage)
    with pytest.raises(Taken):
        left.move_to(booked.id, holds[1].id, purpose="offer")
    with pytest.raises(Taken) as error:
        left.confirm(holds[1].id, MAX, purpose="offer")
    assert content(storage) == before and error.value.alternatives
    assert left.confirm(holds[0].id, MAX).state == CONFIRMED
    left.let_go(holds[1].id, "offer")


def test_a_booking_that_moves_lasts_as_long_as_it_takes_now(storage):
    booked = [desk(storage).book(["passport"], EIGHT + n * 1200, ERIKA) for n in range(2)]
    longer = plan(resources=counters(1), offerings=(Offering("passport", 30),), step=10)
    nine = at(MONDAY, "09:00")
    moved = desk(storage, plan=longer).move(booked[0].id, nine)
    assert (moved.start, moved.end) == (nine, nine + 1800)
    shorter = plan(resources=counters(1), offerings=(Offering("passport", 10),), step=10)
    held = desk(storage, plan=shorter).hold(["passport"], EIGHT, purpose="offer")
    moved = desk(storage, plan=shorter).move_to(booked[1].id, held.id, purpose="offer")
    assert (moved.start, moved.end) == (EIGHT, EIGHT + 600)
    # The ten minutes after it are told to nobody but the next one.
    desk(storage, plan=shorter).book(["passport"], EIGHT + 600, MAX)


def test_bookings_of_the_day_by_start(storage):
    late = desk(storage).book(["passport"], at(MONDAY, "09:00"), ERIKA)
    early = desk(storage).book(["passport"], EIGHT, MAX)
    gone = desk(storage).book(["passport"], at(MONDAY, "08:30"), MAX)
    desk(storage).cancel(gone.id)
    desk(storage).hold(["passport"], at(MONDAY, "09:20"))
    other = desk(storage).book(["passport"], at(TUESDAY, "08:00"), MAX)
    assert desk(storage).on_days(MONDAY, MONDAY) == [early, late]
    assert desk(storage).on_days(MONDAY, TUESDAY) == [early, late, other]


def test_travel_and_pads_are_taken_too(storage):
    home = plan(
        hours=daily("8–12"),
        resources=(Resource("clerk", "staff"), Resource("kit", "kit")),
        offerings=(
            Offering("visit", 30, after=10, needs=(Need("staff", travels=True), Need("kit"))),
        ),
        step=5,
    )
    hold = desk(storage, plan=home).hold(["visit"], at(MONDAY, "09:00"), travel=20)
    spans = {
        piece.resource: clock(
            [
                raster.instant(MONDAY, (piece.cells & -piece.cells).bit_length() - 1),
                raster.instant(MONDAY, piece.cells.bit_length()),
            ]
        )
        for piece in hold.pieces
    }
    assert spans == {"clerk": ["08:40", "10:00"], "kit": ["09:00", "09:40"]}


def test_unknown_services_are_no_reason_to_look(storage):
    with pytest.raises(NotBookable):
        desk(storage).hold(["balloon"], EIGHT)


def test_who_is_late_says_so_on_the_day(storage):
    booked = desk(storage).book(["passport"], EIGHT, ERIKA)
    with pytest.raises(NotPossible):
        Desk(ONE, storage, EIGHT - 86_400).announce_late(booked.id, 10)
    for minutes in (5, 15):
        Desk(ONE, storage, EIGHT - 600).announce_late(booked.id, minutes)
    late = desk(storage).booking(booked.id)
    assert (late.late, late.state, late.start) == (15, "confirmed", EIGHT)
    with pytest.raises(NotPossible):
        Desk(ONE, storage, EIGHT + 1801).announce_late(booked.id, 10)
    assert desk(storage).move(booked.id, EIGHT + 3600).late == 0
