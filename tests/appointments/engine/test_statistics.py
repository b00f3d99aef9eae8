"""Figures without names, and that names go."""

from datetime import timedelta
from kaarst.appointments.engine.audit import audit
from kaarst.appointments.engine.desk import Desk
from kaarst.appointments.engine.records import Booking
from kaarst.appointments.engine.records import NO_SHOW
from kaarst.appointments.engine.retention import forget_wishes
from kaarst.appointments.engine.retention import nameless
from kaarst.appointments.engine.statistics import Figures
from kaarst.appointments.engine.statistics import figures
from kaarst.appointments.engine.storage.memory import MemoryStorage
from kaarst.appointments.engine.waiting import Ticket
from kaarst.appointments.engine.wishes import Wish
from kaarst.appointments.engine.wishes import WishList
from tests.appointments.engine.model import at
from tests.appointments.engine.model import MONDAY
from tests.appointments.engine.model import plan
from tests.appointments.engine.model import TUESDAY


PLAN = plan(step=5)
ERIKA = {"name": "Erika Mustermann", "email": "erika@example.org", "phone": "02131 987-0"}
DAYS_BEFORE = at(MONDAY - timedelta(days=4), "08:00")


def bookings(storage):
    desk = Desk(PLAN, storage, DAYS_BEFORE)
    book = {"number": "KAA-1", "seal": "sealed-pin", "actor": "erika"}
    desk.book(["passport"], at(MONDAY, "08:00"), ERIKA, **book)
    missed = desk.book(["passport", "card"], at(MONDAY, "08:45"), ERIKA, channel="phone", **book)
    gone = desk.book(["card"], at(MONDAY, "08:00"), ERIKA, **book)
    desk.book(["card"], at(TUESDAY, "08:00"), ERIKA, **book)
    desk.cancel(gone.id, actor="erika", reason="Erika is ill")
    Desk(PLAN, storage, at(MONDAY, "09:00")).mark(missed.id, NO_SHOW)
    return storage.records(Booking)


def visit(number, arrived, called, due="", booking=""):
    return Ticket(
        id=str(number),
        desk="desk",
        number=f"A{number}",
        services=("card",),
        minutes=15,
        arrived=at(MONDAY, arrived),
        called=at(MONDAY, called) if called else 0,
        due=at(MONDAY, due) if due else 0,
        booking=booking,
    )


def test_a_day_in_figures():
    tickets = [
        visit(1, "08:00", "08:10"),
        visit(2, "08:00", "08:20"),
        visit(3, "08:00", ""),
        visit(4, "08:30", "08:46", due="08:40", booking="x"),
        visit(5, "08:30", "08:39", due="08:40", booking="y"),
    ]
    found = figures(bookings(MemoryStorage()), tickets, at(MONDAY, "00:00"), at(TUESDAY, "00:00"))
    assert found == Figures(
        appointments=2,
        cancelled=1,
        no_shows=1,
        visitors=3,
        by_service={"card": 1, "passport": 2},
        missed_by_service={"card": 1, "passport": 1},
        by_channel={"online": 1, "phone": 1},
        by_weekday={0: 2},
        taken={8: 35, 9: 20},
        ahead=4 + 45 / 2 / 1440,
        waited=8.0,
        waited_long=17.0,
    )
    assert found.no_show_rate == 0.5


def test_a_time_without_anybody():
    found = figures([], [], 0, 1)
    assert (found.appointments, found.ahead, found.waited, found.no_show_rate) == (
        0,
        None,
        None,
        None,
    )


def test_personal_data_go_and_the_figures_stay():
    storage = MemoryStorage()
    records = bookings(storage)
    span = at(MONDAY, "00:00"), at(TUESDAY, "23:00")
    before = figures(records, [], *span)
    for booking in list(records):
        if booking.end < at(TUESDAY, "00:00"):
            records.put(nameless(booking))
    assert figures(records, [], *span) == before
    past = [repr(one) for one in records if one.end < at(TUESDAY, "00:00")]
    assert len(past) == 3
    assert not any(word in text for text in past for word in ("rika", "KAA", "sealed", "02131"))
    assert sum("Erika Mustermann" in repr(one) for one in records) == 1
    assert audit(storage, DAYS_BEFORE) == []


def test_wishes_go_when_they_ended():
    storage = MemoryStorage()
    wishes = WishList(Desk(PLAN, storage, DAYS_BEFORE))
    ended = wishes.ask(["card"], ERIKA, at(MONDAY, "08:00"))
    wishes.withdraw(ended.id)
    wishes.ask(["card"], {"email": "max@example.org"}, at(MONDAY, "08:00"))
    assert forget_wishes(storage, "desk", DAYS_BEFORE) == []
    assert len(forget_wishes(storage, "desk", DAYS_BEFORE + 1)) == 1
    assert [wish.person["email"] for wish in storage.records(Wish)] == ["max@example.org"]
