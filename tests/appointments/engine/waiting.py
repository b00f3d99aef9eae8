"""A desk whose Monday is full, for tests of the wish list."""

from datetime import timedelta
from kaarst.appointments.engine.desk import Desk
from kaarst.appointments.engine.errors import Taken
from kaarst.appointments.engine.storage.memory import MemoryStorage
from kaarst.appointments.engine.wish_rules import WishRules
from kaarst.appointments.engine.wishes import serving
from kaarst.appointments.engine.wishes import Wish
from tests.appointments.engine.model import at
from tests.appointments.engine.model import clock
from tests.appointments.engine.model import counters
from tests.appointments.engine.model import MONDAY
from tests.appointments.engine.model import plan


#: Wednesday, in the morning; the appointments are on the following Monday.
NOW = at(MONDAY - timedelta(days=5), "10:00")
LATER = at(MONDAY + timedelta(days=30), "10:00")
PLAN = plan(resources=counters(1), step=20)
RULES = WishRules()


def person(name):
    return {"name": name, "email": f"{name}@example.org"}


class Town:
    """A desk whose Monday is full, and hands to do things at it with a moving clock."""

    def __init__(self, plan=PLAN, rules=RULES):
        self.plan, self.rules, self.now = plan, rules, NOW
        self.storage = MemoryStorage()

    def do(self, function):
        with serving(Desk(self.plan, self.storage, self.now), self.rules) as wishes:
            self.result = function(wishes)
        return wishes

    def fill(self, *days):
        booked = []
        for day in days:
            search = Desk(self.plan, self.storage, self.now).search(unreleased=True)
            for start in search.instants(self.plan.request(["passport"]), day)[::1]:
                try:
                    booked.append(self.book(start))
                except Taken:
                    continue
        return booked

    def book(self, start, name="x"):
        self.do(lambda w: w.desk.book(["passport"], start, person(name), unreleased=True))
        return self.result

    def ask(self, name, services=("passport",), before=LATER, wait=60, **limits):
        self.now += wait
        self.do(lambda w: w.ask(services, person(name), before, **limits))
        return self.result.id

    def wish(self, key):
        return self.storage.records(Wish).get(key)

    def starts(self):
        search = Desk(self.plan, self.storage, self.now).search()
        return clock(search.instants(self.plan.request(["passport"]), MONDAY))
