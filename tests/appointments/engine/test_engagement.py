"""Two desks with people in common: nobody is called from both at once, and nobody is forgotten."""

from datetime import timedelta
from kaarst.appointments.engine.audit import audit
from kaarst.appointments.engine.desk import Desk
from kaarst.appointments.engine.engagement import Busy
from kaarst.appointments.engine.errors import Taken
from kaarst.appointments.engine.offering import Need
from kaarst.appointments.engine.offering import Offering
from kaarst.appointments.engine.plan import Resource
from kaarst.appointments.engine.queue import Queue
from kaarst.appointments.engine.records import NO_SHOW
from kaarst.appointments.engine.storage.memory import MemoryStorage
from kaarst.appointments.engine.waiting import WAITING
from tests.appointments.engine.model import at
from tests.appointments.engine.model import clock
from tests.appointments.engine.model import MONDAY
from tests.appointments.engine.model import plan
from tests.appointments.engine.model import TUESDAY

import pytest


ERIKA = {"name": "Erika Mustermann"}
MEIER = Resource("meier")
PLANS = {
    "town": plan(id="town", resources=(MEIER,)),
    "village": plan(id="village", resources=(MEIER, Resource("counter-2"))),
}


@pytest.fixture
def storage():
    storage = MemoryStorage()
    yield storage
    assert audit(storage, 0) == []


@pytest.fixture
def queue(storage):
    """The queue of "town" or "village" at a time, as "08:30"."""

    def at_time(name, text, day=MONDAY, **details):
        return Queue(Desk(details.get("plan", PLANS.get(name)), storage, at(day, text)))

    return at_time


def test_who_serves_at_one_desk_is_not_called_from_the_other(queue, storage):
    ticket = queue("town", "08:00").draw(["passport"])
    other = queue("village", "08:00").draw(["passport"])
    queue("town", "08:01").call_next("meier")
    with pytest.raises(Busy) as refused:
        queue("village", "08:02").call_next("meier")
    assert refused.value.resource == "meier"
    with pytest.raises(Busy):
        queue("village", "08:02").call(other.id, "meier")
    assert queue("village", "08:02").get(other.id) == other
    assert queue("village", "08:02").engagements.of("meier").desk == "town"
    # Called once more is no second call, and who is done is free.
    queue("town", "08:03").call(ticket.id, "meier")
    queue("town", "08:09").finish(ticket.id)
    assert queue("village", "08:09").call_next("meier").id == other.id
    # Nobody is called twice to one counter either, however fast a finger is.
    queue("village", "08:10").draw(["passport"])
    with pytest.raises(Busy):
        queue("village", "08:10").call_next("meier")


def test_a_call_that_nobody_ended_is_over_the_next_day(queue):
    queue("town", "08:00").draw(["passport"])
    queue("town", "08:01").call_next("meier")
    ticket = queue("village", "08:00", TUESDAY).draw(["passport"])
    assert queue("village", "08:00", TUESDAY).call_next("meier").id == ticket.id


def test_the_wait_counts_who_is_served_at_the_other_desk(queue):
    # The village's second counter is taken by somebody who needs long.
    queue("town", "08:00").draw(["passport"])
    queue("town", "08:00").call_next("meier")
    first = queue("village", "08:00").draw(["passport"])
    second = queue("village", "08:00").draw(["passport"])
    expected = queue("village", "08:00").estimates()
    assert clock([expected[first.id], expected[second.id]]) == ["08:00", "08:20"]


def test_appointments_of_the_other_desk_are_kept(queue, storage):
    before = Desk(PLANS["town"], storage, at(MONDAY - timedelta(days=1), "12:00"))
    booking = before.book(["passport"], at(MONDAY, "08:30"), ERIKA)
    ticket = queue("village", "08:00").draw(["passport"])
    # Twenty minutes fit before the appointment, with five to spare; and not at it.
    assert queue("village", "08:20").call_next("meier") is None
    assert queue("village", "08:32").call_next("meier") is None
    # Who is too late for it is waited for no longer: ten minutes by the rules.
    assert queue("village", "08:41").call_next("meier").id == ticket.id
    queue("village", "08:45").finish(ticket.id)
    queue("town", "08:46").check_in(booking.id)
    assert queue("village", "08:47").draw(["passport"]).state == WAITING
    assert queue("village", "08:47").call_next("meier") is None
    queue("town", "08:47").call_next("meier")
    queue("town", "08:48").no_show(queue("town", "08:48").ticket_of(booking.id).id)
    assert storage.records(type(booking)).get(booking.id).state == NO_SHOW
    assert queue("village", "08:49").call_next("meier") is not None


STAFFED = {
    name: plan(
        id=name,
        resources=(Resource(f"counter-{name}"), Resource("clerk", kind="staff")),
        offerings=(
            Offering("passport", 20, needs=(Need("counter"), Need("staff"))),
            Offering("card", 15),
        ),
    )
    for name in ("town", "village")
}


def test_a_clerk_at_two_counters_is_with_one_visitor(queue, storage):
    def of(name, text):
        return queue(name, text, plan=STAFFED[name])

    of("town", "08:00").draw(["passport"])
    of("village", "08:00").draw(["passport"])
    card = of("village", "08:01").draw(["card"])
    called = of("town", "08:02").call_next("counter-town")
    assert called.takes == ("clerk",)
    # Nobody books the clerk meanwhile, and who needs none is called first.
    with pytest.raises(Taken):
        Desk(STAFFED["village"], storage, at(MONDAY, "08:03")).book(
            ["passport"], at(MONDAY, "08:05"), ERIKA
        )
    assert of("village", "08:03").call_next("counter-village").id == card.id
    of("village", "08:04").finish(card.id)
    assert of("village", "08:04").call_next("counter-village") is None
    of("town", "08:05").finish(called.id)
    assert storage.ledgers.claims("clerk", MONDAY) == {}
    assert of("village", "08:05").call_next("counter-village").takes == ("clerk",)


def test_an_appointment_waits_for_its_own_clerk(queue, storage):
    before = Desk(STAFFED["village"], storage, at(MONDAY - timedelta(days=1), "12:00"))
    booking = before.book(["passport"], at(MONDAY, "08:30"), ERIKA)
    town = queue("town", "08:05", plan=STAFFED["town"])
    visitor = town.draw(["passport"])
    town.call_next("counter-town")
    village = queue("village", "08:30", plan=STAFFED["village"])
    village.check_in(booking.id)
    assert village.call_next("counter-village") is None
    queue("town", "08:31", plan=STAFFED["town"]).finish(visitor.id)
    later = queue("village", "08:31", plan=STAFFED["village"])
    assert later.call_next("counter-village").booking == booking.id
