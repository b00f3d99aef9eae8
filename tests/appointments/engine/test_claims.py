"""Claims on one ledger, and what becomes of two changes made side by side."""

from dataclasses import dataclass
from hypothesis import event
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st
from kaarst.appointments.engine import bits
from kaarst.appointments.engine import claims
from kaarst.appointments.engine.claims import BOOKED
from kaarst.appointments.engine.claims import BUSY
from kaarst.appointments.engine.claims import Claim
from kaarst.appointments.engine.claims import CLOSED
from kaarst.appointments.engine.claims import HELD
from kaarst.appointments.engine.errors import Overlap
from kaarst.appointments.engine.errors import Taken
from kaarst.appointments.engine.ledger import Ledger
from ZODB.DB import DB
from ZODB.DemoStorage import DemoStorage
from ZODB.POSException import ConflictError

import pytest
import transaction


NOW = 1_000


def booked(start, stop, **kw):
    return Claim(BOOKED, bits.span(start, stop), **kw)


def held(start, stop, expires):
    return Claim(HELD, bits.span(start, stop), expires)


def closed(start, stop):
    return Claim(CLOSED, bits.span(start, stop))


# One ledger, one hand.


def test_cells_are_full_while_they_are_held_and_free_afterwards():
    taken = {"a": held(0, 3, NOW + 60), "b": booked(6, 8)}
    assert claims.full(taken, 1, NOW + 59) == 0b11000111
    assert claims.full(taken, 1, NOW + 60) == 0b11000000


@pytest.mark.parametrize(("capacity", "expected"), [(1, 0b1111), (2, 0b0110), (3, 0)])
def test_cells_are_full_at_the_capacity(capacity, expected):
    assert claims.full({"a": booked(0, 3), "b": booked(1, 4)}, capacity, NOW) == expected


def test_a_block_fills_cells_whatever_the_capacity():
    assert claims.full({"a": closed(0, 2)}, 5, NOW) == 0b11


@pytest.mark.parametrize("block", [CLOSED, BUSY])
def test_blocks_are_laid_over_bookings_and_keep_others_out(block):
    taken = claims.place({"a": booked(0, 4)}, 2, "b", Claim(block, 0b11), NOW)
    with pytest.raises(Taken) as error:
        claims.place(taken, 2, "c", booked(1, 3), NOW)
    assert error.value.cells == 0b10


def test_nobody_takes_what_is_taken():
    with pytest.raises(Taken) as error:
        claims.place({"a": held(0, 3, NOW + 1)}, 1, "b", booked(2, 5), NOW)
    assert error.value.cells == 0b100


def test_overbooking_is_said_and_keeps_the_cells_full():
    taken = claims.place({"a": booked(0, 3)}, 1, "b", booked(0, 3, over=True), NOW)
    del taken["a"]
    with pytest.raises(Taken):
        claims.place(taken, 1, "c", booked(0, 3), NOW)


def test_who_takes_the_cells_of_an_expired_hold_removes_it():
    taken = {"gone": held(0, 3, NOW), "gone too": held(5, 6, NOW)}
    assert set(claims.place(taken, 1, "b", booked(2, 5), NOW)) == {"b", "gone too"}


def test_a_claim_may_move_onto_its_own_cells():
    assert claims.place({"a": booked(0, 3)}, 1, "a", booked(1, 4), NOW) == {"a": booked(1, 4)}


# The same by the persistent ledger.


def test_the_ledger_knows_what_is_full_at_any_time():
    ledger = Ledger()
    ledger.place("a", held(0, 3, NOW + 60), NOW)
    ledger.place("b", held(5, 6, NOW + 30), NOW)
    moments = [NOW + 30, NOW, NOW + 29, NOW + 60, NOW + 59, NOW - 5]
    expected = [0b000111, 0b100111, 0b100111, 0, 0b000111, 0b100111]
    assert [ledger.full(moment) for moment in moments] == expected


def test_the_ledger_sweeps_by_the_clock():
    ledger = Ledger()
    ledger.place("a", held(0, 3, NOW + 60), NOW)
    ledger.place("b", booked(5, 6), NOW)
    assert ledger.sweep(NOW + 59) == []
    assert ledger.sweep(NOW + 60) == ["a"]
    assert set(ledger.claims) == {"b"}


def test_removing_twice_is_told():
    ledger = Ledger()
    ledger.place("a", booked(0, 3), NOW)
    assert [ledger.remove("a"), ledger.remove("a")] == [True, False]
    assert ledger.full(NOW) == 0


# Two hands. A step changes a ledger, or raises Taken and leaves it alone.


@dataclass(frozen=True)
class Step:
    action: str
    key: str
    start: int
    length: int
    minutes: int

    def __call__(self, ledger, now, side=""):
        cells = bits.span(self.start, self.start + self.length)
        mine = ledger.claims.get(self.key)
        if self.action == "hold":
            claim = Claim(HELD, cells, now + self.minutes)
            ledger.place(f"{self.key}{side}", claim, now)
        elif self.action == "book":
            ledger.place(f"{self.key}{side}", Claim(BOOKED, cells), now)
        elif self.action == "overbook":
            ledger.place(f"{self.key}{side}", Claim(BOOKED, cells, over=True), now)
        elif self.action == "close":
            ledger.place(f"{self.key}{side}", Claim(CLOSED, cells), now)
        elif self.action == "confirm" and mine and mine.state == HELD:
            ledger.place(self.key, Claim(BOOKED, mine.cells), now)
        elif self.action == "move" and mine and mine.state == BOOKED:
            ledger.place(self.key, mine._replace(cells=cells), now)
        elif self.action == "cancel":
            ledger.remove(self.key)
        elif self.action == "sweep":
            ledger.sweep(now)
        elif self.action == "capacity":
            ledger.place(f"{self.key}{side}", Claim(BOOKED, cells), now, capacity=self.length)


ACTIONS = ("hold", "book", "overbook", "close", "confirm", "move", "cancel", "sweep", "capacity")
STEPS = st.builds(
    Step,
    action=st.sampled_from(ACTIONS),
    key=st.sampled_from("abcd"),
    start=st.integers(0, 9),
    length=st.integers(1, 3),
    minutes=st.integers(1, 20),
)


def run(ledger, steps, now, side=""):
    """Whether all steps were possible; nothing else counts, a transaction is all or nothing."""
    before = copy(ledger)
    try:
        for step in steps:
            step(ledger, now, side)
        # Nobody raises the capacity, takes more and lowers it again in one transaction.
        replay(copy(before), change(before, ledger), now)
    except Taken:
        return False
    return True


def build(capacity, steps):
    ledger = Ledger(capacity)
    for moment, step in enumerate(steps):
        run(ledger, [step], NOW + moment)
    return ledger


def copy(ledger):
    other = Ledger(ledger.capacity)
    other.__setstate__(ledger.__getstate__())
    return other


def value(ledger):
    return ledger.claims, ledger.capacity


def overlapping(found, capacity):
    """The cells on which more takings lie than allowed without the right to overbook."""
    return bits.at_least(
        (claim.cells for claim in found.values() if claim.taking and not claim.over), capacity + 1
    )


def change(old, new):
    """What became of a ledger: keys removed, claims placed, the capacity if it is another."""
    removed = old.claims.keys() - new.claims.keys()
    placed = {k: claim for k, claim in new.claims.items() if claim != old.claims.get(k)}
    return removed, placed, new.capacity if new.capacity != old.capacity else None


def replay(ledger, change, now):
    removed, placed, capacity = change
    for key in removed:
        ledger.remove(key)
    for key, claim in placed.items():
        ledger.place(key, claim, now, capacity)


SITUATIONS = {
    "capacity": st.integers(1, 2),
    "past": st.lists(STEPS, max_size=6),
    "theirs": st.lists(STEPS, min_size=1, max_size=3),
    "ours": st.lists(STEPS, min_size=1, max_size=3),
    "their_now": st.integers(NOW, NOW + 25),
    "our_now": st.integers(NOW, NOW + 25),
}


@settings(max_examples=500, deadline=None)
@given(**SITUATIONS)
def test_a_merge_is_what_either_order_would_have_given(
    capacity, past, theirs, ours, their_now, our_now
):
    old = build(capacity, past)
    a, b = copy(old), copy(old)
    if not run(a, theirs, their_now, "A") or not run(b, ours, our_now, "B"):
        return
    try:
        merged = claims.merge(value(old), value(a), value(b))
    except Overlap:
        event("refused")
        return
    event("merged")
    change_a, change_b = change(old, a), change(old, b)
    replay(a, change_b, our_now)
    replay(b, change_a, their_now)
    # Save for holds whose time is up: which of them were swept on the way does not matter.
    later = max(their_now, our_now)
    expected = claims.without_expired(merged[0], later), merged[1]
    for ledger in (a, b):
        assert (claims.without_expired(ledger.claims, later), ledger.capacity) == expected
    # What lay on one another before, while more was allowed, still does.
    if a.capacity == b.capacity == capacity and not overlapping(*value(old)):
        assert not overlapping(*merged)


@settings(max_examples=500, deadline=None)
@given(**SITUATIONS)
def test_changes_that_do_not_touch_are_merged(capacity, past, theirs, ours, their_now, our_now):
    old = build(capacity, past)
    a, b = copy(old), copy(old)
    if not run(a, theirs, their_now, "A") or not run(b, ours, our_now, "B"):
        return
    touched_a, touched_b = touched(old, a), touched(old, b)
    if touched_a[0] & touched_b[0] or touched_a[1] & touched_b[1]:
        return
    if not a.capacity == b.capacity == capacity:
        return
    claims.merge(value(old), value(a), value(b))


def touched(old, new):
    """The keys whose claims changed and the cells those claims had and have."""
    keys = {key for key in {*old.claims, *new.claims} if old.claims.get(key) != new.claims.get(key)}
    cells = 0
    for ledger in (old, new):
        for key in keys & ledger.claims.keys():
            cells |= ledger.claims[key].cells
    return keys, cells


@settings(max_examples=150, deadline=None)
@given(**SITUATIONS)
def test_two_connections_of_a_database_merge_the_same(
    capacity, past, theirs, ours, their_now, our_now
):
    old = build(capacity, past)
    db = DB(DemoStorage())
    try:
        with db.transaction() as connection:
            connection.root.ledger = copy(old)
        managers = [transaction.TransactionManager() for _ in range(2)]
        a, b = (db.open(manager).root.ledger for manager in managers)
        if not run(a, theirs, their_now, "A") or not run(b, ours, our_now, "B"):
            return
        try:
            expected = claims.merge(value(old), value(a), value(b))
        except Overlap:
            expected = None
        managers[0].commit()
        if expected is None:
            with pytest.raises(ConflictError):
                managers[1].commit()
        else:
            managers[1].commit()
            with db.transaction() as connection:
                assert value(connection.root.ledger) == expected
    finally:
        for manager in managers:
            manager.abort()
        db.close()
