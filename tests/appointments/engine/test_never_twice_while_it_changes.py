"""The same while editors change the desks: capacities, lengths, counters, shares held back.

Two desks share a person and a kit. Everything the engine can do is done at either of them, also on the
day itself, when people are called; and the one who reads an old plan writes beside the one who has
the new one.
"""

from collections import defaultdict
from datetime import timedelta
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize
from hypothesis.stateful import invariant
from hypothesis.stateful import rule
from hypothesis.stateful import RuleBasedStateMachine
from itertools import combinations
from kaarst.appointments.engine import bits
from kaarst.appointments.engine import lottery
from kaarst.appointments.engine import raster
from kaarst.appointments.engine.audit import audit
from kaarst.appointments.engine.audit import LOWERED
from kaarst.appointments.engine.desk import Desk
from kaarst.appointments.engine.engagement import Engagement
from kaarst.appointments.engine.errors import EngineError
from kaarst.appointments.engine.lottery import Draw
from kaarst.appointments.engine.lottery import Entry
from kaarst.appointments.engine.offering import Need
from kaarst.appointments.engine.offering import Offering
from kaarst.appointments.engine.passing import come_back
from kaarst.appointments.engine.passing import park
from kaarst.appointments.engine.passing import put_back
from kaarst.appointments.engine.plan import Resource
from kaarst.appointments.engine.queue import Queue
from kaarst.appointments.engine.queue import QueueDay
from kaarst.appointments.engine.records import Booking
from kaarst.appointments.engine.records import Closure
from kaarst.appointments.engine.records import Hold
from kaarst.appointments.engine.release import Release
from kaarst.appointments.engine.release import Stage
from kaarst.appointments.engine.storage.memory import MemoryStorage
from kaarst.appointments.engine.storage.zodb import ZODBStorage
from kaarst.appointments.engine.transfer import transfer
from kaarst.appointments.engine.waiting import Ticket
from kaarst.appointments.engine.wishes import serving
from kaarst.appointments.engine.wishes import Wish
from tests.appointments.engine.model import BEFORE
from tests.appointments.engine.model import daily
from tests.appointments.engine.model import MONDAY
from tests.appointments.engine.model import plan
from tests.appointments.engine.model import TUESDAY
from tests.appointments.engine.test_never_twice import asking
from tests.appointments.engine.test_never_twice import MORNING
from tests.appointments.engine.test_never_twice import offers_without_hold
from tests.appointments.engine.test_never_twice import OPERATIONS
from tests.appointments.engine.test_never_twice import PERSON
from tests.appointments.engine.test_never_twice import PICK
from tests.appointments.engine.test_never_twice import pick
from tests.appointments.engine.test_never_twice import PLAN_STARTS
from tests.appointments.engine.test_never_twice import RULES
from tests.appointments.engine.test_never_twice import SERVICES
from ZODB.DB import DB
from ZODB.DemoStorage import DemoStorage
from ZODB.POSException import ConflictError

import transaction


KINDS = [Booking, Hold, Closure, Wish, Draw, Entry, QueueDay, Ticket, Engagement]
RELEASE = Release(50, (Stage(100, 1, 7 * 60),), block=30)
BOTH = st.sampled_from(["kaarst", "buettgen"])
BIT = st.integers(0, 1)


class Town:
    """What editors have set: two desks that share `counter-1` and `kit`."""

    def __init__(self):
        self.capacity = 2
        self.minutes = 15
        self.counters = ["counter-1", "counter-2"]
        self.release = RELEASE
        self.step = 5

    def plan(self, name):
        card = frozenset({"card"})
        here = self.counters if name == "kaarst" else ["counter-1"]
        return plan(
            id=name,
            hours=daily("8–9:30"),
            resources=(
                *(Resource(one, skills=card if one[-1] == "2" else None) for one in here),
                Resource("room", "room", capacity=self.capacity),
                Resource("kit", "kit"),
            ),
            offerings=(
                Offering("passport", 20, needs=(Need("counter", frozenset({"passport"})),)),
                Offering("card", self.minutes, added=5, needs=(Need("counter", card),), after=5),
                Offering("visit", 30, needs=(Need("counter"), Need("room"), Need("kit"))),
                Offering("course", 25, needs=(Need("room"),), before=5),
            ),
            step=self.step,
            release=self.release,
        )


def draw_key(desk):
    known = sorted(one.id for one in desk.storage.records(Draw) if one.desk == desk.plan.id)
    return known[0] if known else ""


def enter(desk, number, services):
    draw = desk.storage.records(Draw).get(draw_key(desk))
    if draw is not None:
        person = {**PERSON, "email": f"{number % 3}@example.org"}
        lottery.enter(desk, draw, services, person, earliest=number % 2 * 500)


def announce(desk):
    lottery.announce(desk, TUESDAY, 18 * 60)


def queueing(step):
    """An operation on the queue of today."""
    return lambda n, services: lambda wishes: step(Queue(wishes.desk), n, services)


def call_next(queue, n, _services):
    queue.call_next(queue.desk.plan.resources[n % 2].id)


def check_in(queue, n, _services):
    known = queue.desk.on_days(queue.today, queue.today)
    if known:
        queue.check_in(known[n % len(known)].id)


def on_ticket(act):
    def step(queue, n, services):
        known = queue.tickets()
        if known:
            act(queue, known[n % len(known)].id)

    return step


def moved_to(name, number, start):
    """An appointment of this desk goes to the other one."""

    def operation(desk):
        town = Town()
        town.capacity = desk.plan.resource("room").capacity
        # The other one may not be there now.
        town.counters = ["counter-1"]
        other = Desk(town.plan(name), desk.storage, desk.now)
        if name != desk.plan.id:
            transfer(desk, other, pick(desk.bookings, number), start)

    return operation


STEPS = [
    lambda queue, n, services: queue.draw(services, anyway=bool(n % 2)),
    check_in,
    call_next,
    call_next,
    *map(on_ticket, (Queue.finish, Queue.no_show, Queue.leave, park, put_back, come_back)),
]
AT_A_DRAW = st.one_of(
    st.just(announce),
    st.builds(lambda n, services: lambda desk: enter(desk, n, services), PICK, SERVICES),
    st.just(lambda desk: lottery.draw_lots(desk, draw_key(desk))),
)
#: Four times, so that people meet.
FEW = st.builds(lambda day, cell: PLAN_STARTS[day] + cell * 1500, BIT, BIT)
EVERYTHING = st.one_of(
    *(asking(FEW).map(lambda one: lambda wishes: one(wishes.desk)) for _ in range(3)),
    OPERATIONS,
    st.builds(moved_to, BOTH, PICK, FEW).map(lambda one: lambda wishes: one(wishes.desk)),
    AT_A_DRAW.map(lambda operation: lambda wishes: operation(wishes.desk)),
    st.builds(lambda step, n, s: queueing(step)(n, s), st.sampled_from(STEPS), PICK, SERVICES),
)
#: How far the clock goes on at once; 0 is to the morning of the day itself.
WAITS = st.sampled_from([60, 60, 300, 300, 600, 600, 1800, 3600, 86_400, 0])


def doubles(storage, most):
    """Appointments that share a resource at a time: by their cells, and by what people were told."""
    taken = defaultdict(list)
    for booking in storage.records(Booking):
        if booking.takes_place and not booking.over:
            for name, day, cells in booking.pieces:
                first = (booking.start - raster.midnight(MONDAY.fromordinal(day))) // 300
                told = bits.span(first, first + (booking.end - booking.start) // 300)
                assert told & ~cells == 0, "told more than is kept"
                taken[name, day].append((cells, booking.id))
    found = []
    for (name, _day), some in taken.items():
        for group in combinations(some, most.get(name, 1) + 1):
            shared = -1
            for cells, _ in group:
                shared &= cells
            if shared:
                found.append((name, group))
    return found


def everything(storage):
    """All that is stored, to compare."""
    claims = {place: dict(storage.ledgers.claims(*place)) for place in storage.ledgers.stored()}
    return (
        {place: kept for place, kept in claims.items() if kept},
        {kind: {one.id: one for one in storage.records(kind)} for kind in KINDS},
    )


class Changing(RuleBasedStateMachine):
    """What both machines have in common."""

    def __init__(self):
        super().__init__()
        self.now, self.town = BEFORE, Town()
        self.most = {"room": self.town.capacity}

    @rule(seconds=WAITS)
    def wait(self, seconds):
        then = self.now + seconds if seconds else max(self.now, PLAN_STARTS[0])
        # Not beyond the days: nothing can be done any more then.
        if then < raster.midnight(TUESDAY + timedelta(days=1)):
            self.now = then

    @rule(
        capacity=st.integers(1, 2),
        minutes=st.sampled_from([10, 15, 25]),
        step=st.sampled_from([5, 5, 10]),
        held_back=st.booleans(),
        second=st.booleans(),
    )
    def change(self, capacity, minutes, step, held_back, second):
        """What an editor may change; a counter goes only while nobody has an appointment there."""
        self.town.capacity, self.town.minutes, self.town.step = capacity, minutes, step
        self.town.release = RELEASE if held_back else None
        used = {piece.resource for one in self.coming() for piece in one.pieces}
        if second or "counter-2" in used:
            self.town.counters = ["counter-1", "counter-2"]
        else:
            self.town.counters = ["counter-1"]

    def coming(self):
        found = self.look().records(Booking)
        return [one for one in found if one.takes_place and one.end > self.now]

    @invariant()
    def all_is_well(self):
        storage = self.look()
        assert doubles(storage, self.most) == []
        found = audit(storage, self.now, capacities={"room": self.town.capacity})
        assert [one for one in found if one.kind != LOWERED] == []
        assert offers_without_hold(storage) == []
        there = {
            one.id for name in ("kaarst", "buettgen") for one in self.town.plan(name).resources
        }
        assert all(piece.resource in there for one in self.coming() for piece in one.pieces)


class Alone(Changing):
    """In memory; what is refused has changed nothing."""

    def __init__(self):
        super().__init__()
        self.storage = MemoryStorage()

    def look(self):
        return self.storage

    @initialize(asked=MORNING)
    def begin(self, asked):
        self.operate([(lambda w, one=one: one(w.desk), "kaarst") for one in asked])

    @rule(operations=st.lists(st.tuples(EVERYTHING, BOTH), min_size=1, max_size=6))
    def operate(self, operations):
        for operation, name in operations:
            before = everything(self.storage)
            desk = Desk(self.town.plan(name), self.storage, self.now)
            with serving(desk, RULES) as wishes:
                try:
                    operation(wishes)
                except EngineError:
                    assert everything(self.storage) == before


class SideBySide(Changing):
    """In a database, often in two transactions at once, one of which may know an older plan."""

    def __init__(self):
        super().__init__()
        self.db = DB(DemoStorage())
        self.hands = [transaction.TransactionManager() for _ in range(2)]
        self.connections = [self.db.open(hand) for hand in self.hands]
        with self.db.transaction() as connection:
            connection.root.storage = ZODBStorage(KINDS)

    @initialize(prepared=st.booleans(), asked=MORNING)
    def prepare(self, prepared, asked):
        if prepared:
            with self.db.transaction() as connection:
                names = ["counter-1", "counter-2", "room", "kit"]
                connection.root.storage.ledgers.prepare(names, MONDAY, TUESDAY)
        idle = lambda wishes: None  # noqa: E731
        for one in asked:
            self.operate_both((lambda w, one=one: one(w.desk), idle), ("kaarst", "kaarst"))

    def look(self):
        self.begin()
        return self.connections[0].root.storage

    @rule(pairs=st.lists(st.tuples(EVERYTHING, EVERYTHING, BOTH, BOTH), min_size=1, max_size=4))
    def operate_side_by_side(self, pairs):
        for *operations, first, second in pairs:
            self.operate_both(operations, (first, second))

    def operate_both(self, operations, names):
        self.begin()
        for hand, operation, name in zip((0, 1), operations, names, strict=True):
            desk = Desk(self.town.plan(name), self.connections[hand].root.storage, self.now)
            try:
                with serving(desk, RULES) as wishes:
                    operation(wishes)
            except EngineError:
                self.hands[hand].abort()
        for hand in self.hands:
            try:
                hand.commit()
            except ConflictError:
                hand.abort()

    def begin(self):
        for hand in self.hands:
            hand.begin()

    def teardown(self):
        for hand in self.hands:
            hand.abort()
        for connection in self.connections:
            connection.close()
        self.db.close()


TestAlone = Alone.TestCase
TestAlone.settings = settings(max_examples=15, stateful_step_count=25, deadline=None)
TestSideBySide = SideBySide.TestCase
TestSideBySide.settings = settings(max_examples=8, stateful_step_count=15, deadline=None)
