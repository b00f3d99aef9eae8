"""No sequence of operations ever lets two bookings overlap on one resource.

A rule-based state machine does everything the engine can do, at a moving clock, alone and with
another transaction side by side, and after each step holds the storage against the invariants.
"""

from collections import defaultdict
from contextlib import suppress
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize
from hypothesis.stateful import invariant
from hypothesis.stateful import rule
from hypothesis.stateful import RuleBasedStateMachine
from itertools import combinations
from kaarst.appointments.engine.audit import audit
from kaarst.appointments.engine.closing import close
from kaarst.appointments.engine.closing import reopen
from kaarst.appointments.engine.closing import set_busy
from kaarst.appointments.engine.desk import Desk
from kaarst.appointments.engine.desk import expired_holds
from kaarst.appointments.engine.errors import EngineError
from kaarst.appointments.engine.offering import Need
from kaarst.appointments.engine.offering import Offering
from kaarst.appointments.engine.plan import Resource
from kaarst.appointments.engine.records import ARRIVED
from kaarst.appointments.engine.records import Booking
from kaarst.appointments.engine.records import CALLED
from kaarst.appointments.engine.records import Closure
from kaarst.appointments.engine.records import Hold
from kaarst.appointments.engine.records import NO_SHOW
from kaarst.appointments.engine.release import Release
from kaarst.appointments.engine.release import Stage
from kaarst.appointments.engine.storage.memory import MemoryStorage
from kaarst.appointments.engine.storage.zodb import ZODBStorage
from kaarst.appointments.engine.wish_rules import WishRules
from kaarst.appointments.engine.wishes import OFFERED
from kaarst.appointments.engine.wishes import serving
from kaarst.appointments.engine.wishes import Wish
from kaarst.appointments.engine.wishes import WishList
from tests.appointments.engine.model import BEFORE
from tests.appointments.engine.model import daily
from tests.appointments.engine.model import MONDAY
from tests.appointments.engine.model import plan
from tests.appointments.engine.model import TUESDAY
from ZODB.DB import DB
from ZODB.DemoStorage import DemoStorage
from ZODB.POSException import ConflictError

import transaction


CAPACITIES = {"room": 2}
PLAN = plan(
    hours=daily("8–9:30"),
    resources=(
        Resource("counter-1"),
        Resource("counter-2", skills=frozenset({"card"})),
        Resource("room", "room", capacity=2),
        Resource("kit", "kit"),
    ),
    offerings=(
        Offering("passport", 20, needs=(Need("counter", frozenset({"passport"})),)),
        Offering("card", 15, added=5, needs=(Need("counter", frozenset({"card"})),), after=5),
        Offering("visit", 30, needs=(Need("counter"), Need("room"), Need("kit"))),
        Offering("course", 25, needs=(Need("room"),), before=5),
    ),
    step=5,
    # The rest of Monday is released a day before: within reach of the clock.
    release=Release(50, (Stage(100, 14, 6 * 60),), block=30),
)
RULES = WishRules(answer=10, least=1, notice=1, quiet_from=1440, quiet_until=0, grace=5)
PERSON = {"name": "Erika Mustermann"}
SERVICES = st.sampled_from(
    [("passport",), ("card",), ("visit",), ("course",), ("passport", "card")]
)
#: Where in the two mornings: mostly where somebody else is already.
STARTS = st.builds(
    lambda day, cell: PLAN_STARTS[day] + cell * 300, st.integers(0, 1), st.integers(0, 17)
)
PLAN_STARTS = [
    BEFORE + (day.toordinal() - MONDAY.toordinal() + 14) * 86_400 + 8 * 3600
    for day in (MONDAY, TUESDAY)
]
PICK = st.integers(0, 50)


def pick(records, number):
    """One of the records, or None; always the same for the same number."""
    known = sorted(records, key=lambda record: (record.made, record.start, record.id))
    return known[number % len(known)].id if known else "none"


def sweep(desk):
    for hold in expired_holds(desk.storage, desk.now):
        desk.let_go(hold.id)


def ask(wishes, number, services, start):
    person = {"email": f"{number % 3}@example.org"}
    wishes.ask(services, person, start, booking=pick_or_none(wishes.desk.bookings, number))


def pick_or_none(records, number):
    key = pick(records, number)
    return "" if key == "none" or number % 2 else key


def pick_wish(wishes, number):
    known = sorted(wishes.wishes, key=lambda wish: (wish.state != OFFERED, wish.since, wish.id))
    return known[number % len(known)].id if known else "none"


def busy(desk, number, start):
    resource = PLAN.resources[number % 2].id
    events = {str(number): (start, start + 1200)} if number % 3 else {}
    set_busy(desk, resource, MONDAY, TUESDAY, events)


def asking(starts):
    """Who wants what at one of these times."""
    return st.one_of(
        st.builds(
            lambda services, start: lambda desk: desk.hold(services, start), SERVICES, starts
        ),
        st.builds(
            lambda services, start, over: (
                lambda desk: desk.book(services, start, PERSON, over=over)
            ),
            SERVICES,
            starts,
            st.sampled_from([False] * 9 + [True]),
        ),
    )


#: What is there already when the rest begins: hardly anything meets in an empty morning.
MORNING = st.lists(asking(STARTS), min_size=4, max_size=14)
# What can be done at a desk. Each operation finds what it works on by itself. (The same strategy
# twice would count once, so those who ask are made anew.)
AT_THE_DESK = st.one_of(
    *(asking(STARTS) for _ in range(3)),
    st.builds(lambda n: lambda desk: desk.confirm(pick(desk.holds, n), PERSON), PICK),
    st.builds(lambda n: lambda desk: desk.let_go(pick(desk.holds, n)), PICK),
    st.builds(lambda n: lambda desk: desk.cancel(pick(desk.bookings, n)), PICK),
    st.builds(lambda n, s: lambda desk: desk.move(pick(desk.bookings, n), s), PICK, STARTS),
    st.builds(
        lambda n, state: lambda desk: desk.mark(pick(desk.bookings, n), state),
        PICK,
        st.sampled_from([ARRIVED, CALLED, NO_SHOW]),
    ),
    st.builds(
        lambda start, cells, names: lambda desk: close(desk, start, start + cells * 300, names),
        STARTS,
        st.integers(1, 12),
        st.sets(st.sampled_from([one.id for one in PLAN.resources])),
    ),
    st.builds(lambda n: lambda desk: reopen(desk, pick(desk.storage.records(Closure), n)), PICK),
    st.builds(lambda n, start: lambda desk: busy(desk, n, start), PICK, STARTS),
    st.just(sweep),
)
WITH_WISHES = st.one_of(
    st.builds(lambda n, s, start: lambda w: ask(w, n, s, start), PICK, SERVICES, STARTS),
    st.builds(lambda n: lambda w: w.accept(pick_wish(w, n)), PICK),
    st.builds(lambda n: lambda w: w.refuse(pick_wish(w, n)), PICK),
    st.builds(lambda n: lambda w: w.withdraw(pick_wish(w, n)), PICK),
    st.just(WishList.sweep),
)
OPERATIONS = st.one_of(
    AT_THE_DESK.map(lambda operation: lambda wishes: operation(wishes.desk)),
    AT_THE_DESK.map(lambda operation: lambda wishes: operation(wishes.desk)),
    WITH_WISHES,
)


def overlaps(storage):
    """Pairs of bookings that share a resource at a time, more than its capacity allows."""
    by_cell = defaultdict(list)
    for booking in storage.records(Booking):
        if booking.takes_place and not booking.over:
            for name, day, cells in booking.pieces:
                by_cell[name, day].append((cells, booking.id))
    found = []
    for (name, _day), taken in by_cell.items():
        for some in combinations(taken, CAPACITIES.get(name, 1) + 1):
            shared = -1
            for cells, _ in some:
                shared &= cells
            if shared:
                found.append((name, [key for _, key in some]))
    return found


def offers_without_hold(storage):
    """Wishes that were offered something which is not kept for them alone."""
    holds = storage.records(Hold)
    offered = [wish for wish in storage.records(Wish) if wish.state == OFFERED]
    kept = {wish.id: holds.get(wish.hold) for wish in offered}
    return [wish for wish in offered if not kept[wish.id] or kept[wish.id].wish != wish.id]


class Machine(RuleBasedStateMachine):
    """Everything alone, in memory."""

    def __init__(self):
        super().__init__()
        self.now = BEFORE
        self.storage = MemoryStorage()

    def do(self, operation):
        desk = Desk(PLAN, self.storage, self.now)
        try:
            with serving(desk, RULES) as wishes:
                operation(wishes)
        except EngineError:
            # In the middle of an operation nothing has been written; at its end something may.
            assert not wishes.offered

    @initialize(asked=MORNING)
    def begin(self, asked):
        for operation in asked:
            self.do(lambda wishes, operation=operation: operation(wishes.desk))

    @rule(operations=st.lists(OPERATIONS, min_size=1, max_size=4))
    def operate(self, operations):
        for operation in operations:
            self.do(operation)

    @rule(seconds=st.sampled_from([60, 300, 599, 600, 601, 3600]))
    def wait(self, seconds):
        self.now += seconds

    @invariant()
    def nothing_is_booked_twice(self):
        assert overlaps(self.storage) == []

    @invariant()
    def the_ledgers_are_what_the_records_say(self):
        assert audit(self.storage, self.now, capacities=CAPACITIES) == []
        assert offers_without_hold(self.storage) == []


class SideBySide(RuleBasedStateMachine):
    """Everything in a database, often in two transactions at once."""

    def __init__(self):
        super().__init__()
        self.now = BEFORE
        self.db = DB(DemoStorage())
        self.hands = [transaction.TransactionManager() for _ in range(2)]
        self.connections = [self.db.open(hand) for hand in self.hands]
        with self.db.transaction() as connection:
            connection.root.storage = ZODBStorage([Booking, Hold, Closure, Wish])

    @initialize(asked=MORNING)
    def prepare(self, asked):
        with self.db.transaction() as connection:
            names = [resource.id for resource in PLAN.resources]
            connection.root.storage.ledgers.prepare(names, MONDAY, TUESDAY)
        self.begin()
        for operation in asked:
            with suppress(EngineError):
                operation(Desk(PLAN, self.connections[0].root.storage, self.now))
        self.end(0)

    @rule(operation=OPERATIONS)
    def operate(self, operation):
        self.begin()
        self.do(0, operation)
        self.end(0)

    @rule(
        pairs=st.lists(st.tuples(OPERATIONS, OPERATIONS), min_size=1, max_size=4),
        late=st.integers(0, 700),
    )
    def operate_side_by_side(self, pairs, late):
        for first, second in pairs:
            self.do_both(first, second, late)

    def do_both(self, first, second, late):
        self.begin()
        self.do(0, first)
        self.do(1, second, late)
        self.end(0)
        self.end(1)
        # Nobody's clock goes back; what has expired for one has for all.
        self.now += late

    @rule(seconds=st.sampled_from([60, 300, 599, 600, 601, 3600]))
    def wait(self, seconds):
        self.now += seconds

    def begin(self):
        for hand in self.hands:
            hand.begin()

    def do(self, hand, operation, late=0):
        desk = Desk(PLAN, self.connections[hand].root.storage, self.now + late)
        try:
            with serving(desk, RULES) as wishes:
                operation(wishes)
        except EngineError:
            self.hands[hand].abort()

    def end(self, hand):
        try:
            self.hands[hand].commit()
        except ConflictError:
            self.hands[hand].abort()

    @invariant()
    def nothing_is_booked_twice(self):
        self.begin()
        storage = self.connections[0].root.storage
        assert overlaps(storage) == []
        assert audit(storage, self.now, capacities=CAPACITIES) == []
        assert offers_without_hold(storage) == []

    def teardown(self):
        for hand in self.hands:
            hand.abort()
        for connection in self.connections:
            connection.close()
        self.db.close()


TestAlone = Machine.TestCase
TestAlone.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
TestSideBySide = SideBySide.TestCase
TestSideBySide.settings = settings(max_examples=20, stateful_step_count=20, deadline=None)
