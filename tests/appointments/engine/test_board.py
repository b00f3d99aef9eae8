"""What everybody may see of a queue, and the terminal's key."""

from datetime import timedelta
from kaarst.appointments.engine import board as boards
from kaarst.appointments.engine.desk import Desk
from kaarst.appointments.engine.queue import Queue
from kaarst.appointments.engine.storage.memory import MemoryStorage
from tests.appointments.engine.model import at
from tests.appointments.engine.model import MONDAY
from tests.appointments.engine.model import plan

import pytest


SERVICES = ("passport", "card")


@pytest.fixture
def storage():
    return MemoryStorage()


@pytest.fixture
def queue(storage):
    """The queue at a time of Monday, as "08:30"."""
    return lambda text: Queue(Desk(plan(step=5), storage, at(MONDAY, text)))


def test_the_latest_call_stands_first_and_who_waits_in_order(queue, storage):
    before = Desk(plan(step=5), storage, at(MONDAY - timedelta(days=1), "12:00"))
    booking = before.book(["passport"], at(MONDAY, "08:30"), {"name": "Erika Mustermann"})
    first, _second, _third = (queue("08:00").draw(["card"]) for _ in range(3))
    queue("08:01").call_next("counter-1")
    queue("08:03").call_next("counter-2")
    queue("08:25").check_in(booking.id)
    board = boards.board(queue("08:31"))
    assert [(one.number, one.resource) for one in board.calls] == [
        ("A002", "counter-2"),
        ("A001", "counter-1"),
    ]
    assert board.waiting == ("T001", "A003")
    assert board.open
    assert "Erika" not in repr(board)
    queue("08:32").call(first.id, "counter-1")
    assert boards.board(queue("08:33")).calls[0].calls == 2
    queue("08:34").finish(first.id)
    assert [one.number for one in boards.board(queue("08:35")).calls] == ["A002"]


def test_the_ticket_of_an_appointment_is_found(queue, storage):
    before = Desk(plan(step=5), storage, at(MONDAY - timedelta(days=1), "12:00"))
    booking = before.book(["passport"], at(MONDAY, "08:30"), {"name": "Erika"})
    assert queue("08:20").ticket_of(booking.id) is None
    ticket = queue("08:20").check_in(booking.id)
    assert queue("08:21").ticket_of(booking.id) == ticket


def test_who_comes_now_waits_for_those_before(queue):
    assert boards.waits(queue("08:00"), SERVICES) == {"passport": 0, "card": 0}
    for _ in range(4):
        queue("08:00").draw(["passport"])
    # Two counters, two visitors of twenty minutes at each.
    assert boards.waits(queue("08:00"), [*SERVICES, "balloon"]) == {
        "passport": 2400,
        "card": 2400,
        "balloon": None,
    }
    # Nothing was drawn by asking.
    assert len(queue("08:00").tickets()) == 4


def test_after_closing_nobody_is_served(queue):
    board = boards.board(queue("10:30"))
    assert (board.open, board.waiting) == (False, ())
    assert boards.waits(queue("10:30"), SERVICES) == {"passport": None, "card": None}
    assert not boards.board(queue("07:00")).open


@pytest.mark.parametrize(
    ("seconds", "minutes"), [(0, 5), (299, 5), (300, 5), (301, 10), (2400, 40)]
)
def test_an_estimate_is_rough(seconds, minutes):
    assert boards.rough(seconds) == minutes


def test_the_usual_wait_is_the_middle_one_of_what_is_possible():
    assert boards.usual([None, 600, 0, 1200]) == 600
    assert boards.usual([None]) is None
