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
from kaarst.appointments.engine.desk import Desk
from kaarst.appointments.engine.engagement import Engagement
from kaarst.appointments.engine.errors import EngineError
from kaarst.appointments.engine.lottery import Draw
from kaarst.appointments.engine.lottery import Entry
from kaarst.appointments.engine.offering import Need
from kaarst.appointments.engine.offering import Offering
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
from kaarst.appointments.engine.waiting import Ticket
from kaarst.appointments.engine.wishes import serving
from kaarst.appointments.engine.wishes import Wish
from tests.appointments.engine.model import BEFORE
from tests.appointments.engine.model import daily
from tests.appointments.engine.model import MONDAY
from tests.appointments.engine.model import plan
from tests.appointments.engine.model import TUESDAY
from tests.appointments.engine.test_never_twice import offers_without_hold
from tests.appointments.engine.test_never_twice import OPERATIONS
from tests.appointments.engine.test_never_twice import PERSON
from tests.appointments.engine.test_never_twice import PICK
from tests.appointments.engine.test_never_twice import RULES
from tests.appointments.engine.test_never_twice import SERVICES
from ZODB.DB import DB
from ZODB.DemoStorage import DemoStorage
from ZODB.POSException import ConflictError

import transaction


KINDS = [Booking, Hold, Closure, Wish, Draw, Entry, QueueDay, Ticket, Engagement]
RELEASE = Release(50, (Stage(100, 1, 7 * 60),), block=30)
BOTH = st.sampled_from(["kaarst", "buettgen"])


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


def on_ticket(name):
    def step(queue, n, _services):
        known = queue.tickets()
        if known:
            getattr(queue, name)(known[n % len(known)].id)

    return step


STEPS = [
    lambda queue, n, services: queue.draw(services, anyway=bool(n % 2)),
    check_in,
    call_next,
    call_next,
    *(on_ticket(name) for name in ("finish", "no_show", "leave", "come_back")),
]
AT_A_DRAW = st.one_of(
    st.just(announce),
    st.builds(lambda n, services: lambda desk: enter(desk, n, services), PICK, SERVICES),
    st.just(lambda desk: lottery.draw_lots(desk, draw_key(desk))),
)
EVERYTHING = st.one_of(
    OPERATIONS,
    OPERATIONS,
    OPERATIONS,
    AT_A_DRAW.map(lambda operation: lambda wishes: operation(wishes.desk)),
    st.builds(lambda step, n, s: queueing(step)(n, s), st.sampled_from(STEPS), PICK, SERVICES),
)
#: How far the clock goes on at once; by days to come to those of the appointments.
WAITS = st.sampled_from([60, 300, 600, 1800, 3600, 13 * 86_400, 86_400])


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
        # Not beyond the days: nothing can be done any more then.
        if self.now + seconds < raster.midnight(TUESDAY + timedelta(days=1)):
            self.now += seconds

    @rule(capacity=st.integers(1, 3))
    def change_the_capacity(self, capacity):
        self.town.capacity = capacity
        self.most["room"] = max(self.most["room"], capacity)

    @rule(minutes=st.sampled_from([10, 15, 25]))
    def change_the_length(self, minutes):
        self.town.minutes = minutes

    @rule(step=st.sampled_from([5, 10, 30]), held_back=st.booleans())
    def change_the_rest(self, step, held_back):
        self.town.step, self.town.release = step, RELEASE if held_back else None

    @rule()
    def take_a_counter_away(self):
        # As the pages do: not while somebody has an appointment there.
        used = {piece.resource for one in self.coming() for piece in one.pieces}
        if "counter-2" not in used and "counter-2" in self.town.counters:
            self.town.counters.remove("counter-2")

    @rule()
    def add_it_again(self):
        if "counter-2" not in self.town.counters:
            self.town.counters.append("counter-2")

    def coming(self):
        found = self.look().records(Booking)
        return [one for one in found if one.takes_place and one.end > self.now]

    @invariant()
    def all_is_well(self):
        storage = self.look()
        assert doubles(storage, self.most) == []
        assert audit(storage, self.now, capacities={"room": self.town.capacity}) == []
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

    @rule(operation=EVERYTHING, name=BOTH)
    def operate(self, operation, name):
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

    @initialize(prepared=st.booleans())
    def prepare(self, prepared):
        if prepared:
            with self.db.transaction() as connection:
                names = ["counter-1", "counter-2", "room", "kit"]
                connection.root.storage.ledgers.prepare(names, MONDAY, TUESDAY)

    def look(self):
        self.begin()
        return self.connections[0].root.storage

    @rule(first=EVERYTHING, second=EVERYTHING, names=st.tuples(BOTH, BOTH))
    def operate_side_by_side(self, first, second, names):
        self.begin()
        for hand, operation, name in zip((0, 1), (first, second), names, strict=True):
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
TestAlone.settings = settings(max_examples=25, stateful_step_count=30, deadline=None)
TestSideBySide = SideBySide.TestCase
TestSideBySide.settings = settings(max_examples=10, stateful_step_count=20, deadline=None)
