"""Desks that are copied, moved, renamed and taken apart while people have appointments there."""

from kaarst.appointments.bookings import office
from kaarst.appointments.bookings import store
from kaarst.appointments.desks import sharing
from kaarst.appointments.engine.audit import audit
from kaarst.appointments.engine.errors import Gone
from kaarst.appointments.engine.errors import Taken
from kaarst.appointments.wishing import wishes as wishing
from plone import api
from plone.uuid.interfaces import IUUID
from tests.appointments import town
from zExceptions import Forbidden
from zope.event import notify
from zope.lifecycleevent import ObjectModifiedEvent

import pytest
import time


ERIKA = {"name": "Erika Mustermann", "email": "erika@example.org"}


@pytest.fixture
def desks(portal):
    """Two desks, the second one without a counter."""
    found = town.make(portal), town.make(portal, counters=0, title="Büttgen")
    with api.env.adopt_roles(["Manager"]):
        yield found
    assert audit(store.existing(portal).engine, int(time.time())) == []


def counters(place):
    return [one for one in place.objectValues() if one.portal_type == "Resource"]


def starts(place, day):
    engine = office.engine(place)
    return engine.search().instants(engine.plan.request(["reisepass"]), day)


def test_a_copied_desk_has_times_of_its_own(desks):
    first, _second = desks
    day = town.next_weekday()
    nine = town.at(day, "09:00")
    for _ in counters(first):
        office.book(first, ["reisepass"], nine, ERIKA)
    copy = api.content.copy(first, first.aq_parent)
    assert not sharing.titles(copy).keys() & sharing.titles(first).keys()
    assert nine in starts(copy, day) and nine not in starts(first, day)
    assert office.engine(copy).on_days(day, day) == []


def test_appointments_go_with_their_desk_and_hold_its_counters(desks):
    first, second = desks
    day = town.next_weekday()
    booked = office.book(first, ["reisepass"], town.at(day, "09:00"), ERIKA).booking
    used = next(
        one for one in counters(first) if IUUID(one) in {piece.resource for piece in booked.pieces}
    )
    with pytest.raises(Forbidden, match="1"):
        api.content.move(used, second)
    assert used.getId() in first
    # Within the desk it may have another name, and the whole desk another place.
    api.content.rename(used, "schalter-neu")
    page = api.content.create(first.aq_parent.aq_parent, "Appointments", title="Woanders")
    there = api.content.move(first, page)
    assert [one.id for one in office.engine(there).on_days(day, day)] == [booked.id]
    assert office.desk_of(booked).getPhysicalPath() == there.getPhysicalPath()
    office.cancel(office.move(booked, town.at(day, "10:00")))
    moved = api.content.move(counters(there)[0], second)
    assert sharing.titles(second).keys() == {IUUID(moved)}


def test_nobody_gets_an_appointment_at_a_counter_that_is_deleted_meanwhile(desks):
    first, _second = desks
    day = town.next_weekday()
    nine = town.at(day, "09:00")
    held = [office.hold(first, ["reisepass"], nine) for _ in range(2)]
    gone = held[0].pieces[0].resource
    limits = wishing.Limits(until=day, weekdays=(day.weekday(),), notice=0)
    wishing.ask(first, ["reisepass"], ERIKA, limits)
    booked = office.book(first, ["reisepass"], town.at(day, "10:00"), ERIKA).booking
    assert gone in {piece.resource for piece in booked.pieces}
    office.cancel(booked)
    assert wishing.active(first)[0].state == "offered"
    api.content.delete(next(one for one in counters(first) if IUUID(one) == gone))
    with pytest.raises(Gone):
        office.confirm(first, held[0].id, ERIKA)
    kept = office.confirm(first, held[1].id, ERIKA).booking
    assert [one.id for one in office.engine(first).on_days(day, day)] == [kept.id]
    # What was offered there is withdrawn, and something else is offered when it becomes free.
    assert wishing.active(first)[0].state == "waiting"


def test_who_works_at_two_desks_can_do_as_much_at_both(desks):
    first, second = desks
    day = town.next_weekday()
    nine = town.at(day, "09:00")
    one = counters(first)[0]
    shared = api.content.create(
        second, "Resource", title="Frau Meier", kind="counter", same_as=IUUID(one)
    )
    one.capacity = 2
    notify(ObjectModifiedEvent(one))
    assert shared.capacity == 2
    booked = [office.book(second, ["reisepass"], nine, ERIKA).booking for _ in range(2)]
    shared.capacity = 1
    notify(ObjectModifiedEvent(shared))
    assert one.capacity == 1 and office.engine(first).plan.resources[0].capacity == 1
    with pytest.raises(Taken):
        office.book(first, ["reisepass"], nine, ERIKA, only=[IUUID(one)])
    office.cancel(booked[0])
