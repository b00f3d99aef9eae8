"""Tickets put aside, put back and sent on: the number and the place stay."""

from dataclasses import replace
from kaarst.appointments.engine.audit import audit
from kaarst.appointments.engine.desk import Desk
from kaarst.appointments.engine.errors import Gone
from kaarst.appointments.engine.errors import NotBookable
from kaarst.appointments.engine.errors import NotPossible
from kaarst.appointments.engine.passing import come_back
from kaarst.appointments.engine.passing import park
from kaarst.appointments.engine.passing import put_back
from kaarst.appointments.engine.passing import send_on
from kaarst.appointments.engine.plan import Resource
from kaarst.appointments.engine.queue import Queue
from kaarst.appointments.engine.records import Booking
from kaarst.appointments.engine.statistics import figures
from kaarst.appointments.engine.storage.memory import MemoryStorage
from kaarst.appointments.engine.waiting import PARKED
from kaarst.appointments.engine.waiting import SENT_ON
from kaarst.appointments.engine.waiting import WAITING
from tests.appointments.engine.model import at
from tests.appointments.engine.model import clock
from tests.appointments.engine.model import MONDAY
from tests.appointments.engine.model import plan

import pytest


PLAN = plan(step=5)
OTHER = replace(PLAN, id="registry", resources=(Resource("room-9"),))


class Hall:
    """Two desks in one house, at any time of Monday."""

    def __init__(self):
        self.storage = MemoryStorage()

    def at(self, text, desk=PLAN):
        letters = ("A", "T") if desk is PLAN else ("B", "U")
        return Queue(Desk(desk, self.storage, at(MONDAY, text)), letters=letters)

    def state(self, booking):
        return self.storage.records(Booking).get(booking.id).state

    def claims(self, resource):
        return [*self.storage.ledgers.claims(resource, MONDAY)]


@pytest.fixture
def hall():
    hall = Hall()
    yield hall
    assert audit(hall.storage, 0) == []


def numbers(queue):
    return [one.number for one in queue.waiting()]


def test_each_desk_has_its_letters(hall):
    assert hall.at("08:00").draw(["card"]).number == "A001"
    assert hall.at("08:00", OTHER).draw(["card"]).number == "B001"
    booking = hall.at("07:00", OTHER).desk.book(["card"], at(MONDAY, "08:30"), {"name": "Erika"})
    assert hall.at("08:20", OTHER).check_in(booking.id).number == "U001"


def test_who_is_put_aside_is_called_by_nobody_and_keeps_the_place(hall):
    first, second = (hall.at(moment).draw(["card"]) for moment in ("08:00", "08:01"))
    hall.at("08:02").call_next("counter-1")
    parked = park(hall.at("08:03"), first.id)
    assert (parked.state, parked.resource, hall.claims("counter-1")) == (PARKED, "", [])
    assert numbers(hall.at("08:03")) == ["A002"]
    assert hall.at("08:04").estimates().keys() == {second.id}
    come_back(hall.at("08:05"), first.id)
    assert numbers(hall.at("08:05")) == ["A001", "A002"]
    # Called straight from there as well, but to no counter that is not there.
    park(hall.at("08:06"), first.id)
    with pytest.raises(Gone):
        hall.at("08:06").call(first.id, "")
    assert hall.at("08:07").call(first.id, "counter-2").resource == "counter-2"
    hall.at("08:08").finish(first.id)
    with pytest.raises(NotPossible):
        park(hall.at("08:09"), first.id)


def test_an_appointment_put_aside_and_back(hall):
    booking = hall.at("07:00").desk.book(["passport"], at(MONDAY, "08:30"), {"name": "Erika"})
    ticket = hall.at("08:20").check_in(booking.id)
    hall.at("08:30").call(ticket.id, "counter-1")
    park(hall.at("08:31"), ticket.id)
    assert hall.state(booking) == "arrived"
    assert hall.at("08:31").check_in(booking.id).id == ticket.id
    assert hall.at("08:32").call(ticket.id, "counter-1").calls == 2
    assert hall.state(booking) == "called"
    back = put_back(hall.at("08:33"), ticket.id)
    assert (back.state, back.due, hall.state(booking)) == (WAITING, booking.start, "arrived")
    park(hall.at("08:34"), ticket.id)
    hall.at("08:35").leave(ticket.id)
    assert hall.state(booking) == "confirmed"


def test_put_back_for_one_counter_or_for_another_service(hall):
    first, second = (hall.at("08:00").draw(["card"]) for _ in range(2))
    hall.at("08:01").call_next("counter-1")
    put_back(hall.at("08:02"), first.id, only="counter-2")
    assert hall.at("08:03").call_next("counter-1").id == second.id
    assert hall.at("08:03").call_next("counter-2").id == first.id
    again = put_back(hall.at("08:04"), first.id, services=["passport"])
    assert (again.services, again.minutes, len(again.able)) == (("passport",), 20, 2)
    assert clock([again.arrived]) == ["08:00"]
    for mistake, error in (({"only": "room-9"}, Gone), ({"services": ["balloon"]}, NotBookable)):
        with pytest.raises(error):
            put_back(hall.at("08:05"), first.id, **mistake)
    assert hall.at("08:05").get(first.id) == again


def test_who_is_sent_on_keeps_number_and_place(hall):
    ticket = hall.at("08:00").draw(["card"])
    for _ in range(2):
        hall.at("08:10", OTHER).draw(["card"])
    hall.at("08:15").call_next("counter-1")
    here, there = hall.at("08:20"), hall.at("08:20", OTHER)
    sent = send_on(here, ticket.id, there, ["passport"])
    assert (sent.number, clock([sent.arrived]), sent.desk) == ("A001", ["08:00"], "registry")
    left = here.get(ticket.id)
    assert (left.state, left.sent_to, hall.claims("counter-1")) == (SENT_ON, "registry", [])
    assert numbers(hall.at("08:20", OTHER)) == ["A001", "B001", "B002"]
    assert hall.at("08:20", OTHER).draw(["card"]).number == "B003"
    with pytest.raises(NotPossible):
        send_on(here, ticket.id, there, ["passport"])
    # The wait here and the wait there are told apart, and nothing in between counts.
    hall.at("08:25", OTHER).call(sent.id, "room-9")
    day = at(MONDAY, "00:00"), at(MONDAY, "23:59")
    assert figures([], hall.at("09:00").tickets(), *day).waited == 15
    (served,) = [one for one in hall.at("09:00", OTHER).tickets() if one.called]
    assert figures([], [served], *day).waited == 5
    # And back again.
    send_on(hall.at("08:40", OTHER), sent.id, hall.at("08:40"), ["card"])
    assert numbers(hall.at("08:40")) == ["A001"]


def test_an_appointment_is_served_before_it_is_sent_on(hall):
    booking = hall.at("07:00").desk.book(["passport"], at(MONDAY, "08:30"), {"name": "Erika"})
    ticket = hall.at("08:20").check_in(booking.id)
    with pytest.raises(NotPossible):
        send_on(hall.at("08:21"), ticket.id, hall.at("08:21", OTHER), ["card"])
    hall.at("08:30").call_next("counter-1")
    with pytest.raises(NotBookable):
        send_on(hall.at("08:40"), ticket.id, hall.at("08:40", OTHER), ["balloon"])
    assert hall.state(booking) == "called"
    send_on(hall.at("08:40"), ticket.id, hall.at("08:40", OTHER), ["card"])
    assert hall.state(booking) == "finished"
    (waiting,) = hall.at("08:40", OTHER).waiting()
    assert (waiting.booking, waiting.due) == ("", 0)
