"""Whether time suffices today: breaks, closures and closing time in the estimate and the call."""

from kaarst.appointments.engine import closing
from kaarst.appointments.engine.desk import Desk
from kaarst.appointments.engine.queue import Full
from kaarst.appointments.engine.queue import Queue
from kaarst.appointments.engine.storage.memory import MemoryStorage
from tests.appointments.engine.model import at
from tests.appointments.engine.model import clock
from tests.appointments.engine.model import counters
from tests.appointments.engine.model import daily
from tests.appointments.engine.model import MONDAY
from tests.appointments.engine.model import plan

import pytest


# One counter, closed at noon.
PLAN = plan(step=5, resources=counters(1), hours=daily("8–10, 14–15"))


@pytest.fixture
def queue():
    storage = MemoryStorage()
    return lambda text: Queue(Desk(PLAN, storage, at(MONDAY, text)))


def close(queue, start, end):
    closing.close(queue.desk, at(MONDAY, start), at(MONDAY, end))


def calls(queue):
    estimates = queue.estimates()
    return clock([estimates[one.id] for one in queue.tickets() if estimates[one.id] is not None])


def test_nobody_is_expected_to_be_called_in_the_break(queue):
    for _ in range(3):
        queue("09:30").draw(["passport"])
    assert calls(queue("09:30")) == ["09:30", "14:00", "14:20"]
    assert not queue("11:00").is_open()


def test_a_closed_counter_calls_nobody_and_no_more_tickets_are_given(queue):
    close(queue("08:00"), "08:30", "09:00")
    for _ in range(2):
        queue("08:10").draw(["passport"])
    assert calls(queue("08:10")) == ["08:10", "09:00"]
    assert (queue("08:10").is_open(), queue("08:40").is_open()) == (True, False)
    close(queue("09:00"), "09:20", "15:00")
    assert queue("09:20").newcomers(["card"]) == {"card": None}
    with pytest.raises(Full):
        queue("09:20").draw(["card"])
    # Who is being served closes nothing.
    queue("09:01").call_next("counter-1")
    assert queue("09:02").is_open()


def test_whoever_has_a_ticket_is_called_after_closing_time_as_well(queue):
    ticket = queue("14:30").draw(["passport"])
    assert queue("14:58").estimates()[ticket.id] is None
    assert queue("15:02").call_next("counter-1").id == ticket.id


def test_a_counter_that_is_closed_calls_whom_its_clerk_calls(queue):
    ticket = queue("08:00").draw(["passport"])
    close(queue("08:00"), "08:05", "09:00")
    assert queue("08:10").call_next("counter-1").id == ticket.id
