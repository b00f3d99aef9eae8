"""Plans to test with, and the obvious, slow way of finding appointments."""

from datetime import date
from itertools import permutations
from kaarst.appointments.engine import raster
from kaarst.appointments.engine.hours import Hours
from kaarst.appointments.engine.hours import Rule
from kaarst.appointments.engine.offering import Need
from kaarst.appointments.engine.offering import Offering
from kaarst.appointments.engine.plan import Plan
from kaarst.appointments.engine.plan import Resource
from kaarst.appointments.engine.recurrence import Recurrence
from kaarst.core.opening_hours import parse_day
from kaarst.core.opening_hours import Schedule


MONDAY = date(2026, 6, 15)
TUESDAY = date(2026, 6, 16)
#: Long before; nothing is past yet.
BEFORE = raster.midnight(date(2026, 6, 1))


def daily(times, closed_on_holidays=False):
    """The same hours every day."""
    return Hours(
        schedule=Schedule(closed_on_holidays=closed_on_holidays),
        rules=(Rule(Recurrence(date(2020, 1, 1), "FREQ=DAILY"), parse_day(times)),),
    )


def counters(count, **details):
    return tuple(Resource(f"counter-{number}", **details) for number in range(1, count + 1))


def plan(**details):
    """A desk with two counters, open from eight to ten, for a passport and an ID card."""
    return Plan(
        **{
            "id": "desk",
            "hours": daily("8–10"),
            "resources": counters(2),
            "offerings": (Offering("passport", 20), Offering("card", 15, added=10)),
            **details,
        }
    )


def at(day, clock):
    """The instant of "08:30" on a day."""
    hours, minutes = clock.split(":")
    return raster.wall_clock(day, int(hours) * 60 + int(minutes))


def clock(moments):
    """Instants as "08:30"."""
    return [f"{raster.local(moment):%H:%M}" for moment in moments]


def possible_by_hand(plan, request, storage, day, cell, now):
    """Whether the appointment can begin at the cell, by trying every choice of resources."""
    wanted = [need for need in request.needs for _ in range(need.count)]
    return any(
        all(
            can_take(plan, request, storage, need, resource, day, cell, now)
            for need, resource in zip(wanted, chosen, strict=True)
        )
        for chosen in permutations(plan.resources, len(wanted))
    )


def can_take(plan, request, storage, need: Need, resource: Resource, day, cell, now):
    if not resource.meets(need):
        return False
    before, travel, after = request.pads(need)
    first, last = cell - travel, cell + request.cells + travel
    opened = plan.hours.open_cells(day)
    if resource.hours:
        opened &= resource.hours.open_cells(day)
    taken = storage.ledgers.full([resource.id], day, day, now)[resource.id].get(day, 0)
    return all(
        c >= 0 and opened >> c & 1 and not taken >> c & 1 for c in range(first, last)
    ) and not any(taken >> c & 1 for c in range(max(first - before, 0), last + after))
