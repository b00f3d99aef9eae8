"""From an editor's forms to the engine's `Plan`.

A plan is built once for a state of its contents and kept by the process: its opening hours
remember the bitmaps of the days they were asked for. What a form would not have let pass (set by
an import, say) never breaks a page: it counts as closed.
"""

from Acquisition import aq_base
from collections.abc import Iterator
from kaarst.appointments.desks.meeting import HOME
from kaarst.appointments.desks.meeting import VIDEO
from kaarst.appointments.desks.times import minutes_of
from kaarst.appointments.engine.hours import Hours
from kaarst.appointments.engine.hours import Rule
from kaarst.appointments.engine.offering import LENGTH_RULES
from kaarst.appointments.engine.offering import Need
from kaarst.appointments.engine.offering import Offering
from kaarst.appointments.engine.plan import Plan
from kaarst.appointments.engine.plan import Resource
from kaarst.appointments.engine.recurrence import InvalidRecurrence
from kaarst.appointments.engine.recurrence import Recurrence
from kaarst.appointments.engine.release import Release
from kaarst.appointments.engine.release import Stage
from kaarst.core.opening_hours import HoursError
from kaarst.core.opening_hours import parse_day
from kaarst.core.opening_hours.fields import schedule_of
from kaarst.core.opening_hours.schedule import Schedule
from kaarst.core.opening_hours.schedule import Span
from kaarst.core.places.interfaces import IOpeningHours
from plone.uuid.interfaces import IUUID


KEPT_PLANS = 64
NEW = b"\0" * 8
ALWAYS = Schedule(week=((Span(0, 1440),),) * 7, closed_on_holidays=False)

_kept: dict[str, tuple[tuple, Plan]] = {}


def plan_of(desk) -> Plan:
    """The plan of a desk as it is configured now. `desk`: content of type Desk."""
    key, state = IUUID(desk), _state(desk)
    if state is not None:
        known = _kept.get(key)
        if known is not None and known[0] == state:
            return known[1]
    plan = build(desk)
    if state is not None:
        if len(_kept) >= KEPT_PLANS:
            _kept.clear()
        _kept[key] = state, plan
    return plan


def build(desk) -> Plan:
    """The plan, built anew."""
    return Plan(
        id=IUUID(desk),
        hours=_hours(desk, schedule(desk)),
        resources=tuple(_resource(one) for one in children(desk, "Resource")),
        offerings=tuple(_offering(one, desk) for one in children(desk, "Offering")),
        length_rule=LENGTH_RULES[desk.length_rule],
        step=desk.step,
        lead=desk.lead,
        horizon=desk.horizon,
        hold=desk.hold * 60,
        at_most=desk.at_most,
        longest=desk.longest,
        even=bool(desk.even),
        rooms=desk.meets == VIDEO,
        release=_release(desk),
    )


def schedule(desk) -> Schedule:
    """The week of a desk with its exceptions: that of its place, or its own."""
    place = place_of(desk)
    hours = IOpeningHours(place, None) if place is not None and desk.hours_of_place else None
    return hours.schedule if hours is not None else schedule_of(desk)


def place_of(desk):
    """The place a desk is in, or None."""
    return _target(desk, "place")


def service_of(offering):
    """The service (content of another package) an offering belongs to, or None."""
    return _target(offering, "service")


def children(container, portal_type: str) -> list:
    """Contents of a type in the editor's order, without asking the catalogue."""
    return [one for one in container.objectValues() if one.portal_type == portal_type]


def ledger_of(resource) -> str:
    """The id of the ledger in which the times of a resource (content) are kept.

    Its own one, or that of the other desk's resource that it is the same as.
    """
    return getattr(aq_base(resource), "shared_ledger", "") or IUUID(resource, "")


def _target(content, name: str):
    relation = getattr(aq_base(content), name, None)
    return None if relation is None or relation.isBroken() else relation.to_object


def _hours(container, base: Schedule) -> Hours:
    found = children(container, "HoursRule")
    rules = [(one.kind, rule) for one in found for rule in _rule(one)]
    return Hours(
        schedule=base,
        rules=tuple(rule for kind, rule in rules if kind == "open"),
        breaks=tuple(rule for kind, rule in rules if kind == "break"),
    )


def _rule(content) -> Iterator[Rule]:
    try:
        yield Rule(
            Recurrence(content.first_day, content.recurrence or ""), parse_day(content.times)
        )
    except (HoursError, InvalidRecurrence):
        return


def _resource(content) -> Resource:
    hours = _hours(content, schedule_of(content) if content.own_hours else ALWAYS)
    skills = frozenset(_words(content.skills))
    return Resource(
        id=ledger_of(content),
        kind=content.kind,
        skills=skills or None,
        capacity=content.capacity,
        hours=hours if content.own_hours or hours.breaks else None,
    )


def _offering(content, desk) -> Offering:
    skills = frozenset(_words(content.skills))
    # Skills are asked of people; where none are planned, of the counter.
    able = "staff" if "staff" in content.kinds else content.kinds[0]
    return Offering(
        id=content.getId(),
        minutes=content.minutes,
        added=content.added,
        setup=content.setup or 0,
        before=content.before or 0,
        after=content.after or 0,
        travel=desk.travel if desk.meets == HOME else 0,
        at_most=content.people,
        needs=tuple(
            Need(
                kind,
                skills if kind == able else frozenset(),
                count=content.clerks if kind == "staff" else 1,
                travels=desk.meets == HOME,
            )
            for kind in content.kinds
        ),
    )


def _release(desk) -> Release | None:
    if desk.ahead >= 100:
        return None
    stage = Stage(100, desk.release_days, minutes_of(desk.release_time))
    return Release(desk.ahead, (stage,), by=desk.release_by)


def _words(values) -> list[str]:
    return [value.strip().casefold() for value in values or () if value and value.strip()]


def _state(desk) -> tuple | None:
    """What changes with everything a plan is made of; None while some of it is not stored yet."""
    parts = [desk]
    for child in desk.objectValues():
        parts.append(child)
        # Most have no breaks of their own; to ask for their order takes longer than to count.
        if child.portal_type == "Resource" and child.objectCount():
            parts.extend(child.objectValues())
    place = place_of(desk) if desk.hours_of_place else None
    if place is not None:
        if getattr(aq_base(place), "hours_as_town_hall", False):
            # Those lie in the registry, record by record: cheaper to build than to compare.
            return None
        parts.append(place)
    found = []
    for part in map(aq_base, parts):
        part._p_activate()
        if part._p_jar is None or part._p_changed or part._p_serial == NEW:
            return None
        found.append((part._p_oid, part._p_serial))
    # The site's database may be another one in the next test.
    return (parts[0]._p_jar.db().database_name, *found)
