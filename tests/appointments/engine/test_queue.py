"""A day at the town hall: tickets, arrivals, calls, and what is stored of it."""

from datetime import timedelta
from kaarst.appointments.engine import claims
from kaarst.appointments.engine.audit import audit
from kaarst.appointments.engine.desk import Desk
from kaarst.appointments.engine.errors import Gone
from kaarst.appointments.engine.errors import NotBookable
from kaarst.appointments.engine.errors import NotPossible
from kaarst.appointments.engine.passing import come_back
from kaarst.appointments.engine.queue import forget
from kaarst.appointments.engine.queue import Full
from kaarst.appointments.engine.queue import Queue
from kaarst.appointments.engine.queue import QueueDay
from kaarst.appointments.engine.records import Booking
from kaarst.appointments.engine.storage.memory import MemoryStorage
from kaarst.appointments.engine.waiting import CALLED
from kaarst.appointments.engine.waiting import FINISHED
from kaarst.appointments.engine.waiting import LEFT
from kaarst.appointments.engine.waiting import NO_SHOW
from kaarst.appointments.engine.waiting import Ticket
from kaarst.appointments.engine.waiting import WAITING
from tests.appointments.engine.model import at
from tests.appointments.engine.model import clock
from tests.appointments.engine.model import MONDAY
from tests.appointments.engine.model import plan
from tests.appointments.engine.model import TUESDAY

import pytest


PLAN = plan(step=5)
ERIKA = {"name": "Erika Mustermann"}


@pytest.fixture
def storage():
    storage = MemoryStorage()
    yield storage
    assert audit(storage, 0) == []


@pytest.fixture
def queue(storage):
    """The queue at a time of Monday, as "08:30"."""

    def at_time(text, day=MONDAY):
        return Queue(Desk(PLAN, storage, at(day, text)))

    return at_time


@pytest.fixture
def booked(storage):
    """Book on Monday at a time and counter."""

    def book(text, counter="counter-1"):
        desk = Desk(PLAN, storage, at(MONDAY - timedelta(days=1), "12:00"))
        return desk.book(["passport"], at(MONDAY, text), ERIKA, only=[counter])

    return book


def test_tickets_are_numbered_from_one_each_day(queue):
    assert [queue("08:00").draw(["card"]).number for _ in range(3)] == ["A001", "A002", "A003"]
    assert queue("08:00").draw(["card"], letter="B").number == "B001"
    assert queue("08:00", TUESDAY).draw(["card"]).number == "A001"
    assert [ticket.number for ticket in queue("08:05").waiting()] == [
        "A001", "A002", "A003", "B001",
    ]  # fmt: skip


def test_a_visitor_is_called_and_the_counter_is_taken(queue, storage):
    ticket = queue("08:00").draw(["passport"])
    called = queue("08:07").call_next("counter-1")
    assert (called.id, called.state, called.resource) == (ticket.id, CALLED, "counter-1")
    assert storage.records(Ticket).get(ticket.id) == called
    (claim,) = storage.ledgers.claims("counter-1", MONDAY).values()
    assert (claim.state, claim.cells) == (claims.BUSY, 0b1111 << 97)
    assert queue("08:08").call_next("counter-2") is None
    finished = queue("08:20").finish(ticket.id)
    assert (finished.state, clock([finished.ended])) == (FINISHED, ["08:20"])
    assert storage.ledgers.claims("counter-1", MONDAY) == {}
    with pytest.raises(NotPossible):
        queue("08:21").call(ticket.id, "counter-2")


def test_an_appointment_checks_in_once_and_is_called_when_due(queue, booked, storage):
    booking = booked("08:30")
    queue("08:00").draw(["passport"])
    ticket = queue("08:20").check_in(booking.id, actor="terminal")
    assert ticket.number == "T001"
    assert queue("08:25").check_in(booking.id) == ticket
    assert storage.records(Booking).get(booking.id).state == "arrived"
    assert queue("08:30").call_next("counter-2").id == ticket.id
    assert storage.records(Booking).get(booking.id).state == CALLED
    # At another counter than its own: that one is taken as well.
    assert [c.state for c in storage.ledgers.claims("counter-2", MONDAY).values()] == [claims.BUSY]
    queue("08:45").finish(ticket.id)
    assert storage.records(Booking).get(booking.id).state == FINISHED
    assert storage.ledgers.claims("counter-2", MONDAY) == {}


def test_who_does_not_come_when_called_may_come_back(queue, booked, storage):
    booking = booked("08:30")
    ticket = queue("08:29").check_in(booking.id)
    visitor = queue("08:29").draw(["card"])
    for moment in ("08:30", "08:31"):
        called = queue(moment).call(ticket.id, "counter-1")
    assert called.calls == 2
    queue("08:33").no_show(ticket.id)
    assert storage.records(Booking).get(booking.id).state == NO_SHOW
    back = come_back(queue("08:40"), ticket.id)
    assert (back.state, back.due) == (WAITING, 0)
    assert storage.records(Booking).get(booking.id).state == "arrived"
    assert [one.id for one in queue("08:41").waiting()] == [visitor.id, ticket.id]
    with pytest.raises(NotPossible):
        come_back(queue("08:42"), ticket.id)


def test_who_leaves_is_not_called(queue, booked, storage):
    booking = booked("08:30")
    queue("08:20").draw(["passport"])
    visitor, appointment = queue("08:20").waiting()[0], queue("08:20").check_in(booking.id)
    for ticket in (visitor, appointment):
        assert queue("08:25").leave(ticket.id).state == LEFT
    assert queue("08:30").call_next("counter-1") is None
    assert storage.records(Booking).get(booking.id).state == "confirmed"
    with pytest.raises(NotPossible):
        queue("08:30").leave(visitor.id)


def test_no_tickets_when_the_counters_would_close_before(queue):
    tickets = [queue("09:20").draw(["passport"]) for _ in range(4)]
    with pytest.raises(Full):
        queue("09:20").draw(["passport"])
    extra = queue("09:20").draw(["passport"], anyway=True)
    estimates = queue("09:20").estimates()
    assert clock([estimates[one.id] for one in tickets]) == ["09:20", "09:20", "09:40", "09:40"]
    assert estimates[extra.id] is None
    with pytest.raises(Full):
        queue("12:00").draw(["card"])


def test_an_estimate_leaves_room_for_those_with_an_appointment(queue, booked):
    for counter in ("counter-1", "counter-2"):
        booked("08:30", counter)
    first, second, third = (queue("08:05").draw(["passport"]) for _ in range(3))
    estimates = queue("08:05").estimates()
    assert clock([estimates[one.id] for one in (first, second, third)]) == [
        "08:05",
        "08:05",
        "08:50",
    ]


def test_two_counters_never_call_the_same(queue):
    for _ in range(2):
        queue("08:00").draw(["card"])
    called = [queue("08:01").call_next(name).number for name in ("counter-1", "counter-2")]
    assert called == ["A001", "A002"]


def test_what_is_not_there(queue, booked, storage):
    with pytest.raises(Gone):
        queue("08:00").call_next("counter-9")
    with pytest.raises(Gone):
        queue("08:00").get("nobody")
    with pytest.raises(NotBookable):
        queue("08:00").draw(["balloon"])
    with pytest.raises(NotPossible):
        queue("08:00", TUESDAY).check_in(booked("08:30").id)
    assert len(storage.records(Ticket)) == 0


def test_tickets_are_forgotten(queue, storage):
    queue("08:00").draw(["card"])
    kept = queue("08:00", TUESDAY).draw(["card"])
    assert forget(Desk(PLAN, storage, 0), TUESDAY) == 1
    assert [one.id for one in storage.records(Ticket)] == [kept.id]
    assert len(storage.records(QueueDay)) == 1
