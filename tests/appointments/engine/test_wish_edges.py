"""The wish list where things change meanwhile: moved by oneself, at two desks, the nights."""

from dataclasses import replace
from datetime import date
from datetime import timedelta
from kaarst.appointments.engine import raster
from kaarst.appointments.engine.audit import audit
from kaarst.appointments.engine.closing import close
from kaarst.appointments.engine.errors import Gone
from kaarst.appointments.engine.errors import Taken
from kaarst.appointments.engine.records import OFFER
from kaarst.appointments.engine.wish_rules import WishRules
from kaarst.appointments.engine.wishes import ENDED
from kaarst.appointments.engine.wishes import OFFERED
from kaarst.appointments.engine.wishes import WAITING
from kaarst.appointments.engine.wishes import WishList
from tests.appointments.engine.model import at
from tests.appointments.engine.model import clock
from tests.appointments.engine.model import counters
from tests.appointments.engine.model import MONDAY
from tests.appointments.engine.model import plan
from tests.appointments.engine.model import TUESDAY
from tests.appointments.engine.waiting import PLAN
from tests.appointments.engine.waiting import Town

import pytest


WEDNESDAY = TUESDAY + timedelta(days=1)


@pytest.fixture
def town():
    town = Town()
    town.booked = town.fill(MONDAY)
    yield town
    assert audit(town.storage, town.now) == []


def cancel(town, number=0):
    return town.do(lambda w: w.desk.cancel(town.booked[number].id))


def test_who_has_moved_to_an_earlier_day_meanwhile_is_offered_nothing_later(town):
    late = town.book(at(WEDNESDAY, "09:00"), "anna")
    tuesday = town.fill(TUESDAY)
    anna = town.ask("anna", booking=late.id)
    cancel(town)
    town.do(lambda w: w.refuse(anna))
    town.do(lambda w: w.desk.move(late.id, at(MONDAY, "08:00")))
    wishes = town.do(lambda w: w.desk.cancel(tuesday[0].id))
    assert wishes.offered == [] and town.wish(anna).state == WAITING


def test_an_offer_that_is_no_earlier_any_more_is_passed_on(town):
    late = town.book(at(WEDNESDAY, "09:00"), "anna")
    tuesday = town.fill(TUESDAY)
    anna, bela = town.ask("anna", booking=late.id), town.ask("bela", weekdays=(0, 1))
    town.do(lambda w: w.desk.cancel(tuesday[0].id))
    assert town.wish(anna).state == OFFERED
    freed = cancel(town)
    assert [one.id for one in freed.offered] == [bela]
    town.do(lambda w: w.refuse(bela))
    town.do(lambda w: w.desk.move(late.id, at(MONDAY, "08:00")))
    wishes = town.do(WishList.sweep)
    assert (town.wish(anna).state, wishes.missed) == (WAITING, [])
    assert [clock([one.start]) for one in wishes.offered] == [["08:00"]]
    assert town.wish(bela).state == OFFERED


def test_nobody_is_told_of_the_end_who_stands_at_the_counter(town):
    booked = [town.book(at(TUESDAY, clock), "anna") for clock in ("09:00", "09:20", "09:40")]
    here, late, off = (town.ask("anna", booking=one.id) for one in booked)
    town.do(lambda w: w.desk.mark(booked[0].id, "arrived"))
    town.do(lambda w: w.desk.cancel(booked[2].id))
    assert [one.id for one in town.do(WishList.sweep).ended] == [off]
    town.now = at(TUESDAY, "09:20")
    assert town.do(WishList.sweep).ended == []
    assert {town.wish(one).state for one in (here, late, off)} == {ENDED}


def test_one_offer_at_a_time_for_an_address_at_all_desks(town):
    elsewhere = Town(plan=replace(PLAN, id="other", resources=counters(2)[1:]))
    elsewhere.storage, elsewhere.now = town.storage, town.now
    booked = elsewhere.fill(MONDAY)
    here, there = town.ask("anna"), elsewhere.ask("Anna", wait=120)
    bela = elsewhere.ask("bela")
    cancel(town)
    elsewhere.do(lambda w: w.desk.cancel(booked[0].id))
    states = [town.wish(one).state for one in (here, there, bela)]
    assert states == [OFFERED, WAITING, OFFERED]


def test_who_loses_an_offer_to_a_closure_is_told(town):
    anna = town.ask("anna")
    cancel(town)
    start = town.wish(anna).start
    wishes = town.do(lambda w: close(w.desk, at(MONDAY, "08:00"), at(MONDAY, "09:00")))
    assert [(one.id, when) for one, when in wishes.lost] == [(anna, start)]
    assert (wishes.missed, wishes.ended) == ([], [])


def test_an_offer_without_its_reservation_stops_nobody(town):
    anna, bela = town.ask("anna"), town.ask("bela")
    cancel(town)
    cancel(town, 1)
    for key in (anna, bela):
        town.do(lambda w, key=key: w.desk.let_go(town.wish(key).hold, OFFER))
    assert town.do(lambda w: w.withdraw(bela)) and town.wish(bela).state == ENDED
    town.now += 7200
    wishes = town.do(WishList.sweep)
    assert [one.id for one, _start in wishes.lost] == [anna] and wishes.missed == []
    assert (town.wish(anna).state, town.wish(anna).unanswered) == (WAITING, 0)


def test_an_offer_that_somebody_took_long_after_its_time_waits_again(town):
    anna = town.ask("anna")
    cancel(town)
    # The worker was away for hours.
    town.now += 7200 + 3600
    town.book(at(MONDAY, "08:00"))
    with pytest.raises(Taken):
        town.do(lambda w: w.accept(anna))
    town.do(lambda w: w.lose(anna))
    assert (town.wish(anna).state, town.wish(anna).unanswered) == (WAITING, 0)
    with pytest.raises(Gone):
        town.do(lambda w: w.lose(anna))


NIGHTS = [(21 * 60, 7 * 60), (60, 6 * 60), (24 * 60, 5 * 60), (23 * 60, 0), (420, 420)]
#: The clocks go forward, back, and not at all.
DAYS = [date(2027, 3, 27), date(2026, 10, 24), date(2026, 6, 10)]


@pytest.mark.parametrize("night", NIGHTS)
@pytest.mark.parametrize("day", DAYS)
def test_the_time_to_answer_minute_by_minute(day, night):
    """Counted in the slow way, over two nights, whatever the clocks do in them."""
    rules = WishRules(answer=240, least=20, notice=60, quiet_from=night[0], quiet_until=night[1])
    first = raster.midnight(day)
    for now in range(first + 9 * 3600, first + 39 * 3600, 4500):
        for start in (now + 90 * 60, now + 9 * 3600, now + 30 * 3600):
            assert rules.answer_by(now, start) == _by_hand(rules, now, start)


def _by_hand(rules, now, start):
    awake = 0
    for minute in range(now, start - rules.notice * 60, 60):
        if awake == rules.answer:
            return minute
        awake += not _is_night(rules, minute)
    return start - rules.notice * 60 if awake >= rules.least else None


def _is_night(rules, minute):
    moment = raster.local(minute)
    clock = moment.hour * 60 + moment.minute
    begin, end = rules.quiet_from, rules.quiet_until
    if begin == end:
        return False
    return begin <= clock < end if begin < end else clock >= begin or clock < end


def test_what_became_free_is_offered_also_where_there_is_much_room():
    # Nobody else is at the desk: times that only touch the freed one were free for everybody.
    town = Town(plan(resources=counters(1), step=5))
    booked = town.book(at(MONDAY, "09:00"))
    first, second = town.ask("a"), town.ask("b")
    town.do(lambda w: w.desk.cancel(booked.id))
    assert town.wish(first).start == booked.start
    town.do(lambda w: w.refuse(first))
    assert town.wish(second).start == booked.start


def test_who_asked_first_in_the_same_second_comes_first():
    town = Town(plan(resources=counters(1), step=5))
    booked = town.book(at(MONDAY, "09:00"))
    first, *others = [town.ask(str(number), wait=0) for number in range(8)]
    assert [town.do(lambda _w: None).place(one) for one in (first, *others)] == list(range(8))
    town.do(lambda w: w.desk.cancel(booked.id))
    assert town.wish(first).state == OFFERED
