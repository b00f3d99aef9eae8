"""What no longer fits a desk, who has to be called, and who is meant. Without a site."""

from dataclasses import replace
from kaarst.appointments.bookings.matching import matches
from kaarst.appointments.desks import week
from kaarst.appointments.desks.misfits import coming
from kaarst.appointments.desks.misfits import FULL
from kaarst.appointments.desks.misfits import HOURS
from kaarst.appointments.desks.misfits import misfits
from kaarst.appointments.desks.misfits import SERVICE
from kaarst.appointments.desks.misfits import SKILLS
from kaarst.appointments.desks.untold import believed
from kaarst.appointments.desks.untold import note_told
from kaarst.appointments.desks.untold import note_untold
from kaarst.appointments.engine.audit import audit
from kaarst.appointments.engine.closing import close
from kaarst.appointments.engine.desk import Desk
from kaarst.appointments.engine.offering import Need
from kaarst.appointments.engine.offering import Offering
from kaarst.appointments.engine.plan import Resource
from kaarst.appointments.engine.storage.memory import MemoryStorage
from tests.appointments.engine.model import at
from tests.appointments.engine.model import BEFORE
from tests.appointments.engine.model import daily
from tests.appointments.engine.model import MONDAY
from tests.appointments.engine.model import plan
from tests.appointments.engine.model import TUESDAY

import pytest


MAX = {"name": "Max Muster"}
EIGHT, NINE = at(MONDAY, "08:00"), at(MONDAY, "09:00")
HALL = plan(resources=(Resource("counter-1", capacity=2), Resource("counter-2")), step=10)
ABLE = (Offering("passport", 20, needs=(Need("counter", frozenset({"passport"})),)),)


@pytest.fixture
def desk():
    return Desk(HALL, MemoryStorage(), BEFORE)


def after(desk, now=BEFORE, **changes):
    """The same desk, set otherwise."""
    return Desk(replace(desk.plan, **changes), desk.storage, now)


def reasons(desk):
    return [(one.booking.start, one.reason) for one in misfits(desk, coming(desk))]


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, []),
        ({"hours": daily("8–9")}, [(NINE, HOURS)]),
        ({"hours": daily("9–10")}, [(EIGHT, HOURS)]),
        ({"offerings": (Offering("card", 15),)}, [(EIGHT, SERVICE), (NINE, SERVICE)]),
        ({"offerings": (Offering("passport", 45),)}, []),
        (
            {
                "offerings": ABLE,
                "resources": (Resource("counter-1", skills=frozenset()), Resource("counter-2")),
            },
            [(EIGHT, SKILLS), (NINE, SKILLS)],
        ),
        (
            {"resources": (Resource("counter-1", kind="room"), Resource("counter-2"))},
            [(EIGHT, SKILLS), (NINE, SKILLS)],
        ),
        (
            {
                "resources": (
                    Resource("counter-1", capacity=2, hours=daily("9–10")),
                    Resource("counter-2"),
                )
            },
            [(EIGHT, HOURS)],
        ),
    ],
)
def test_what_was_set_otherwise_meanwhile(desk, changes, found):
    for start in (EIGHT, NINE):
        desk.book(["passport"], start, MAX, only=["counter-1"])
    assert reasons(after(desk, **changes)) == found


def test_with_less_room_those_do_not_fit_who_came_later(desk):
    first = desk.book(["passport"], EIGHT, MAX, only=["counter-1"])
    second = after(desk, BEFORE + 60).book(["passport"], EIGHT, MAX, only=["counter-1"])
    narrow = after(desk, resources=(Resource("counter-1"), Resource("counter-2")))
    (found,) = misfits(narrow, coming(narrow))
    assert (found.booking, found.reason) == (second, FULL)
    # The same time at the other counter, for nothing lies on it that would make it move.
    moved = narrow.move(second.id, EIGHT, anew=True)
    assert (moved.start, moved.pieces[0].resource) == (EIGHT, "counter-2")
    assert list(misfits(narrow, coming(narrow))) == []
    assert audit(narrow.storage, BEFORE) == [] and narrow.booking(first.id) == first


def test_what_is_over_or_was_overbooked_is_left_alone(desk):
    desk.book(["passport"], EIGHT, MAX)
    desk.book(["passport"], at(MONDAY, "12:00"), MAX, over=True, public=False)
    assert reasons(after(desk, hours=daily("14–15"))) == [(EIGHT, HOURS)]
    assert reasons(after(desk, EIGHT, hours=daily("14–15"))) == []


def test_a_closure_is_no_change_of_hours(desk):
    desk.book(["passport"], EIGHT, MAX)
    close(desk, EIGHT, NINE)
    assert reasons(desk) == []


def test_who_was_moved_without_an_address_is_called(desk):
    def stored(booking):
        return desk.booking(booking.id)

    booking = desk.book(["passport"], EIGHT, MAX)
    assert note_untold(desk, desk.move(booking.id, NINE), EIGHT, "clerk")
    assert believed(stored(booking)) == EIGHT
    # Moved once more before anybody called: it is still the first time that is believed in.
    note_untold(desk, desk.move(booking.id, at(TUESDAY, "08:00")), NINE, "clerk")
    assert believed(stored(booking)) == EIGHT
    note_told(desk, stored(booking), "clerk")
    assert believed(stored(booking)) is None
    assert stored(booking).history[-1].action == "told"
    # Twice is once.
    note_told(desk, stored(booking), "clerk")
    assert [line.action for line in stored(booking).history].count("told") == 1
    note_untold(desk, desk.move(booking.id, NINE), at(TUESDAY, "08:00"), "clerk")
    # Who chooses another time on the phone knows it.
    desk.move(booking.id, EIGHT, actor="clerk")
    assert believed(stored(booking)) is None
    # Back where it was: nothing to be told.
    note_untold(desk, desk.move(booking.id, NINE), EIGHT, "clerk")
    note_untold(desk, desk.move(booking.id, EIGHT), NINE, "clerk")
    assert believed(stored(booking)) is None


def test_nobody_is_called_who_gets_a_mail(desk):
    booking = desk.book(["passport"], EIGHT, {**MAX, "email": "max@example.org"})
    assert not note_untold(desk, desk.move(booking.id, NINE), EIGHT, "clerk")
    assert believed(desk.booking(booking.id)) is None
    assert not note_untold(desk, desk.book(["passport"], EIGHT, MAX), EIGHT, "clerk")


ERIKA = {"name": "Erika Müller-Groß", "phone": "02131 / 987 654", "email": "Erika@example.org"}
# Always the same: the processes of a run have to find the same tests.
NUMBER = "KAA-ESD9-MTV2-X"


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("", False),
        (" ", False),
        ("müller", True),
        ("Mueller", True),
        ("mul erik", True),
        ("gross", True),
        ("Erik Meier", False),
        ("uller", False),
        ("987654", True),
        ("7654", True),
        ("654", False),
        ("+49 2131 987654", True),
        ("0049 (0)2131 987-654", True),
        ("erika@EXAMPLE.org", True),
        ("a@example.org", False),
        (NUMBER, True),
        (NUMBER.lower().replace("-", " "), True),
        ("KAA-0V38-Y1BF-N", False),
    ],
)
def test_who_is_meant(asked, found):
    assert matches(asked, NUMBER, ERIKA) is found


def test_how_full_a_day_is(desk):
    assert week.booked_share(desk, MONDAY) == 0
    desk.book(["passport"], EIGHT, MAX, only=["counter-1"])
    # 20 minutes of two hours, three at a time.
    assert week.booked_share(desk, MONDAY) == pytest.approx(20 / 360)
    close(desk, NINE, at(MONDAY, "10:00"))
    assert week.booked_share(desk, MONDAY) == pytest.approx(20 / 180)
    close(desk, EIGHT, at(MONDAY, "10:00"))
    assert week.booked_share(desk, MONDAY) is None
