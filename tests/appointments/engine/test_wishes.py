"""The wish list: who is offered what becomes free, and that nobody is passed over."""

from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st
from kaarst.appointments.engine.audit import audit
from kaarst.appointments.engine.closing import close
from kaarst.appointments.engine.closing import reopen
from kaarst.appointments.engine.desk import Desk
from kaarst.appointments.engine.errors import Gone
from kaarst.appointments.engine.errors import NotPossible
from kaarst.appointments.engine.errors import Taken
from kaarst.appointments.engine.records import Booking
from kaarst.appointments.engine.records import Hold
from kaarst.appointments.engine.release import Release
from kaarst.appointments.engine.release import Stage
from kaarst.appointments.engine.wishes import ENDED
from kaarst.appointments.engine.wishes import FULFILLED
from kaarst.appointments.engine.wishes import OFFERED
from kaarst.appointments.engine.wishes import serving
from kaarst.appointments.engine.wishes import WAITING
from kaarst.appointments.engine.wishes import WishList
from tests.appointments.engine.model import at
from tests.appointments.engine.model import clock
from tests.appointments.engine.model import counters
from tests.appointments.engine.model import daily
from tests.appointments.engine.model import MONDAY
from tests.appointments.engine.model import plan
from tests.appointments.engine.model import TUESDAY
from tests.appointments.engine.waiting import person
from tests.appointments.engine.waiting import PLAN
from tests.appointments.engine.waiting import RULES
from tests.appointments.engine.waiting import Town

import pytest
import time_machine


@pytest.fixture
def town():
    town = Town()
    town.booked = town.fill(MONDAY)
    assert town.starts() == []
    yield town
    assert audit(town.storage, town.now) == []


def cancel(town, number=0):
    return town.do(lambda w: w.desk.cancel(town.booked[number].id))


def test_the_longest_waiting_is_offered_what_becomes_free(town):
    first, second = town.ask("anna"), town.ask("bela")
    wishes = cancel(town)
    assert [wish.id for wish in wishes.offered] == [first]
    offered = town.wish(first)
    assert (offered.state, clock([offered.start])) == (OFFERED, ["08:00"])
    assert offered.answer_by == town.now + 7200
    assert town.wish(second).state == WAITING


def test_nobody_can_snipe_what_is_offered(town):
    town.ask("anna")
    cancel(town)
    assert town.starts() == []
    with pytest.raises(Taken):
        town.book(at(MONDAY, "08:00"))
    # Not even when the time to answer is over but nobody has passed it on yet.
    town.now += 7200 + 3599
    with pytest.raises(Taken):
        town.book(at(MONDAY, "08:00"))
    town.now += 1
    town.book(at(MONDAY, "08:00"))


def test_an_offer_is_taken_through_the_wish_only(town):
    key = town.ask("anna")
    cancel(town)
    hold = town.wish(key).hold
    with pytest.raises(Gone):
        town.do(lambda w: w.desk.confirm(hold, person("anna")))
    with pytest.raises(Gone):
        town.do(lambda w: w.desk.let_go(hold))
    assert town.wish(key).state == OFFERED


def test_accepting_makes_a_booking(town):
    key = town.ask("anna")
    cancel(town)
    town.do(lambda w: w.accept(key, number="KAA-1", actor="anna"))
    booking = town.storage.records(Booking).get(town.result.id)
    assert (booking.person["name"], booking.number) == ("anna", "KAA-1")
    assert booking.start == at(MONDAY, "08:00")
    assert town.wish(key).state == FULFILLED
    assert len(town.storage.records(Hold)) == 0
    for again in (WishList.accept, WishList.refuse, WishList.withdraw):
        with pytest.raises(Gone):
            town.do(lambda w, again=again: again(w, key))


def test_accepting_moves_the_booking_and_frees_the_old_time_for_the_next(town):
    late = town.book(at(TUESDAY, "09:00"), "anna")
    town.fill(TUESDAY)
    anna = town.ask("anna", booking=late.id)
    bela = town.ask("bela", weekdays=(1,))
    cancel(town)
    wishes = town.do(lambda w: w.accept(anna, actor="anna"))
    moved = town.storage.records(Booking).get(late.id)
    assert (moved.start, moved.sequence) == (at(MONDAY, "08:00"), 1)
    assert [wish.id for wish in wishes.offered] == [bela]
    assert town.wish(bela).start == at(TUESDAY, "09:00")


def test_a_wish_with_a_booking_never_gets_something_later(town):
    early = town.booked[1]
    anna = town.ask("anna", booking=early.id)
    cancel(town, 2)
    assert town.wish(anna).state == WAITING
    cancel(town, 0)
    assert town.wish(anna).state == OFFERED


def test_it_is_passed_on_without_an_answer(town):
    anna, bela, cleo = town.ask("anna"), town.ask("bela"), town.ask("cleo")
    cancel(town)
    town.now += 7199
    assert town.do(WishList.sweep).offered == []
    town.now += 1
    wishes = town.do(WishList.sweep)
    assert [wish.id for wish in wishes.missed] == [anna]
    assert [wish.id for wish in wishes.offered] == [bela]
    wishes = town.do(lambda w: w.refuse(bela))
    assert [wish.id for wish in wishes.offered] == [cleo]
    town.do(lambda w: w.withdraw(cleo))
    # Nobody else waits for it: it is free for all.
    assert town.starts() == ["08:00"]
    assert [town.wish(key).state for key in (anna, bela, cleo)] == [WAITING, WAITING, ENDED]


def test_who_missed_one_keeps_the_place_until_the_second(town):
    anna, bela = town.ask("anna"), town.ask("bela")
    cancel(town)
    town.now += 7200
    town.do(WishList.sweep)
    wishes = cancel(town, 2)
    assert [wish.id for wish in wishes.offered] == [anna]
    town.now += 7200
    wishes = town.do(WishList.sweep)
    assert [wish.id for wish in wishes.ended] == [anna]
    assert town.wish(anna).state == ENDED
    assert town.wish(bela).unanswered == 1


def test_refusing_does_not_count_as_silence_and_no_part_is_offered_again():
    town = Town(plan=plan(resources=counters(1), step=5))
    long = town.book(at(MONDAY, "08:00"))
    town.fill(MONDAY)
    anna = town.ask("anna", ("card",))
    town.do(lambda w: w.desk.cancel(long.id))
    wishes = town.do(lambda w: w.refuse(anna))
    assert wishes.offered == []  # nor five minutes later
    assert (town.wish(anna).state, town.wish(anna).unanswered) == (WAITING, 0)


def test_two_offers_out_of_one_cancelled_appointment():
    town = Town(plan=plan(resources=counters(1), step=5, hours=daily("8–8:40")))
    town.do(lambda w: w.desk.book(["passport", "card"], at(MONDAY, "08:00"), person("x")))
    long = town.result
    one, two, three = (town.ask(name, ("card",)) for name in "abc")
    town.do(lambda w: w.desk.cancel(long.id))
    assert clock([town.wish(key).start for key in (one, two)]) == ["08:00", "08:15"]
    assert town.wish(three).state == WAITING


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        ({}, OFFERED),
        ({"before": at(MONDAY, "08:00")}, WAITING),
        ({"before": at(MONDAY, "08:01")}, OFFERED),
        ({"first": at(MONDAY, "08:01")}, WAITING),
        ({"weekdays": (0, 3)}, OFFERED),
        ({"weekdays": (1, 2)}, WAITING),
        ({"earliest": 8 * 60, "latest": 8 * 60}, OFFERED),
        ({"earliest": 8 * 60 + 1}, WAITING),
        ({"latest": 8 * 60 - 1}, WAITING),
        ({"notice": 4 * 24 * 60}, OFFERED),
        ({"notice": 5 * 24 * 60}, WAITING),
        ({"services": ("passport", "card")}, WAITING),
    ],
)
def test_what_suits(town, limits, expected):
    key = town.ask("anna", **limits)
    cancel(town)
    assert town.wish(key).state == expected


def test_an_abandoned_form_is_an_opportunity_too(town):
    cancel(town)
    town.do(lambda w: w.desk.hold(["passport"], at(MONDAY, "08:00")))
    hold = town.result
    anna = town.ask("anna")
    wishes = town.do(lambda w: w.desk.let_go(hold.id))
    assert [wish.id for wish in wishes.offered] == [anna]


def test_a_closure_takes_an_offer_back_and_its_end_is_an_opportunity(town):
    anna = town.ask("anna")
    cancel(town)
    town.do(lambda w: close(w.desk, at(MONDAY, "08:00"), at(MONDAY, "10:00")))
    closure = town.result[0]
    with pytest.raises(Gone):
        town.do(lambda w: w.accept(anna))
    assert (town.wish(anna).state, town.wish(anna).unanswered) == (WAITING, 0)
    town.do(lambda w: reopen(w.desk, closure.id))
    assert town.wish(anna).state == OFFERED


def test_a_wish_ends_with_its_booking_and_its_time(town):
    late = town.book(at(TUESDAY, "09:00"), "anna")
    anna = town.ask("anna", booking=late.id)
    bela = town.ask("bela", before=at(MONDAY, "08:00"))
    cancel(town)
    town.do(lambda w: w.desk.cancel(late.id))
    with pytest.raises(NotPossible):
        town.do(lambda w: w.accept(anna))
    town.do(WishList.sweep)
    assert (town.wish(anna).state, town.wish(bela).state) == (ENDED, WAITING)
    assert town.starts() == ["08:00"]
    town.now = at(MONDAY, "08:00")
    assert [wish.id for wish in town.do(WishList.sweep).ended] == [bela]


def test_what_fails_offers_nothing(town):
    anna = town.ask("anna")

    def cancel_and_fail(wishes):
        wishes.desk.freed.extend(town.booked[0].pieces)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        town.do(cancel_and_fail)
    assert town.wish(anna).state == WAITING


def test_who_changes_a_wish_keeps_the_place(town):
    anna, bela = town.ask("anna"), town.ask("bela")
    since = town.wish(anna).since
    assert town.ask("anna", earliest=540, key=anna) == anna
    assert (town.wish(anna).since, town.wish(anna).earliest) == (since, 540)
    assert town.do(lambda w: w.place(bela)) and town.result == 1
    # Other services are another wish, at the end of the list.
    assert town.ask("anna", ("card",), key=anna) == anna
    assert town.do(lambda w: w.place(anna)) and town.result == 1
    cancel(town, 3)
    assert town.wish(bela).state == OFFERED
    assert town.ask("bela", earliest=720, key=bela) == bela
    assert town.wish(bela).state == OFFERED
    with pytest.raises(Gone):
        town.ask("bela", key="another")


def test_one_offer_at_a_time_for_an_address(town):
    first, second = town.ask("anna"), town.ask("ANNA", number="KAA-2", seal="s")
    bela = town.ask("bela")
    assert (town.wish(second).number, town.wish(second).seal) == ("KAA-2", "s")
    cancel(town, 0)
    cancel(town, 1)
    states = [town.wish(key).state for key in (first, second, bela)]
    assert states == [OFFERED, WAITING, OFFERED]


def test_a_form_nobody_sent_is_kept_until_it_is_swept(town):
    anna = town.ask("anna")
    town.do(lambda w: w.withdraw(anna))
    cancel(town)
    town.do(lambda w: w.desk.hold(["passport"], at(MONDAY, "08:00"), kept=420))
    hold = town.result
    bela = town.ask("bela")
    town.now = hold.expires + 419
    assert town.starts() == []
    town.do(lambda w: w.desk.let_go(hold.id))
    assert town.wish(bela).state == OFFERED


def test_what_is_held_back_is_not_offered_before_but_what_becomes_free_of_it_is():
    release = Release(0, (Stage(100, 0, 450),))
    town = Town(plan=plan(resources=counters(1), step=20, release=release))
    booked = town.book(at(MONDAY, "08:20"))
    anna = town.ask("anna")
    town.do(lambda w: w.desk.cancel(booked.id))
    assert clock([town.wish(anna).start]) == ["08:20"]
    assert town.starts() == []


@pytest.mark.parametrize(
    ("now", "start", "expected"),
    [
        ("10:00", "32:00", "12:00"),  # two hours
        ("20:00", "40:00", "32:00"),  # one in the evening, one in the morning
        ("23:00", "40:00", "33:00"),  # from seven on
        ("10:00", "12:00", "11:00"),  # an hour before
        ("10:00", "11:20", "10:20"),
        ("10:00", "11:15", None),  # fifteen minutes are too few
        ("20:50", "32:00", None),  # ten, then night until an hour before
        ("03:00", "08:00", None),
    ],
)
def test_the_time_to_answer(now, start, expected):
    def moment(text):
        hours, minutes = map(int, text.split(":"))
        return at(MONDAY, f"{hours % 24}:{minutes}") + hours // 24 * 86_400

    answer = RULES.answer_by(moment(now), moment(start))
    assert answer == (moment(expected) if expected else None)


def test_a_wish_runs_out_by_the_clock(town):
    anna = town.ask("anna")
    cancel(town)
    with time_machine.travel(town.now + 7200, tick=False):
        desk = Desk(PLAN, town.storage)
        with serving(desk, RULES) as wishes:
            wishes.sweep()
        assert [wish.id for wish in wishes.missed] == [anna]
        town.now = desk.now


LIMITS = st.fixed_dictionaries(
    {},
    optional={
        "earliest": st.sampled_from([480, 500, 540]),
        "latest": st.sampled_from([480, 520, 560]),
        "weekdays": st.sampled_from([(0,), (1,), (0, 1)]),
        "notice": st.sampled_from([0, 4 * 24 * 60, 5 * 24 * 60]),
    },
)


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.tuples(LIMITS, st.sampled_from(["passport", "card"])), min_size=1, max_size=5),
    st.integers(0, 5),
)
def test_nobody_who_waits_longer_is_passed_over(wishes, number):
    town = Town(plan=plan(resources=counters(1), step=5))
    booked = town.fill(MONDAY)
    keys = [
        town.ask(f"p{index}", (service,), **limits)
        for index, (limits, service) in enumerate(wishes)
    ]
    freed = booked[number % len(booked)]
    town.do(lambda w: w.desk.cancel(freed.id))
    offered = [town.wish(key) for key in keys if town.wish(key).state == OFFERED]
    for key in keys:
        wish = town.wish(key)
        if wish.state == OFFERED:
            continue
        # Whoever got nothing was suited by nothing, save by what a longer-waiting one has.
        length = town.plan.request(wish.services).seconds
        for start in range(freed.start, freed.end - length + 1, 300):
            if wish.suits(start, start + length, town.now):
                in_the_way = [
                    other
                    for other in offered
                    if other.start < start + length
                    and start < other.start + town.plan.request(other.services).seconds
                ]
                assert any((o.since, o.id) < (wish.since, wish.id) for o in in_the_way)
    assert audit(town.storage, town.now) == []
