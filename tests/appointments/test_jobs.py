"""What the worker does by itself."""

from datetime import date
from datetime import timedelta
from kaarst.appointments.bookings import office
from kaarst.appointments.bookings import store
from kaarst.appointments.engine.audit import audit
from kaarst.appointments.engine.records import Booking
from kaarst.appointments.engine.records import Hold
from kaarst.appointments.jobs import work
from kaarst.appointments.jobs.auditing import AuditLedgers
from kaarst.appointments.jobs.auditing import LedgersAgree
from kaarst.appointments.jobs.health import LedgersMerge
from kaarst.appointments.jobs.retention import Appointments
from kaarst.core.interfaces import IJob
from kaarst.core.outbox import outbox
from tests.appointments import town
from zope.component import getUtility

import pytest
import time_machine


NOW = "2026-11-16T06:00:00+00:00"


@pytest.fixture
def desk(portal):
    return town.make(portal)


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as travelled:
        yield travelled


def booked(desk, **person):
    engine = office.engine(desk)
    request = engine.plan.request(["reisepass"])
    first, last = engine.search().window
    start = engine.search().earliest(request, first + timedelta(days=4), last)
    return office.book(desk, ["reisepass"], start, {"name": "Erika Mustermann", **person})


def test_reservations_end(clock, desk, portal):
    kept = store.existing(portal)
    engine = office.engine(desk)
    request = engine.plan.request(["reisepass"])
    start = engine.search().earliest(request, *engine.search().window)
    engine.hold(["reisepass"], start)
    clock.shift(timedelta(minutes=12))
    work.EndReservations().run(portal)
    # Somebody may still send the page that is open, as long as nobody else took the time.
    assert len(kept.engine.records(Hold)) == 1
    clock.shift(timedelta(minutes=4))
    work.EndReservations().run(portal)
    assert len(kept.engine.records(Hold)) == 0
    assert audit(kept.engine, engine.now) == []


def test_the_nightly_audit_finds_what_does_not_agree(clock, desk, portal):
    kept, health = store.existing(portal), LedgersAgree()
    assert (health.check(portal).state, kept.audited) == ("ok", None)
    booking = booked(desk).booking
    AuditLedgers().run(portal)
    assert health.check(portal).state == "ok" and "no difference" in health.check(portal).message
    clock.shift(timedelta(days=4))
    assert health.check(portal).state == "warning"
    clock.shift(timedelta(days=-4))
    # As if a ledger had been changed by hand.
    piece = booking.pieces[0]
    kept.engine.ledgers.remove(piece.resource, date.fromordinal(piece.day), booking.id)
    AuditLedgers().run(portal)
    found = health.check(portal)
    assert found.state == "error" and "appointments: 1" in found.message


def test_reservations_of_a_deleted_desk_end_too(clock, desk, portal):
    kept = store.existing(portal)
    engine = office.engine(desk)
    request = engine.plan.request(["reisepass"])
    engine.hold(["reisepass"], engine.search().earliest(request, *engine.search().window))
    portal.termine._delObject(desk.getId())
    clock.shift(timedelta(hours=1))
    work.EndReservations().run(portal)
    assert len(kept.engine.records(Hold)) == 0
    assert audit(kept.engine, engine.now) == []


def test_everybody_is_reminded_once(clock, desk, portal):
    booked(desk, email="e@example.org")
    booked(desk)
    assert len(outbox(portal).queued) == 1
    work.Remind().run(portal)
    assert len(outbox(portal).queued) == 1
    clock.shift(timedelta(days=3, hours=12))
    for _ in range(2):
        work.Remind().run(portal)
    assert len(outbox(portal).queued) == 2


def test_who_has_just_booked_or_cancelled_is_not_reminded(clock, desk, portal):
    office.cancel(booked(desk, email="e@example.org").booking)
    clock.shift(timedelta(days=3, hours=12))
    before = len(outbox(portal).queued)
    engine = office.engine(desk)
    request = engine.plan.request(["reisepass"])
    start = engine.search().earliest(request, *engine.search().window)
    office.book(desk, ["reisepass"], start, {"name": "Max", "email": "m@example.org"})
    work.Remind().run(portal)
    assert len(outbox(portal).queued) == before + 1


def test_names_go_when_their_time_is_over(clock, desk, portal):
    receipt = booked(desk, email="e@example.org", phone="02131 987-0")
    clock.shift(timedelta(days=5))
    work.ForgetPeople().run(portal)
    assert office.sealed(receipt.booking.number) is not None
    clock.shift(timedelta(days=31))
    work.ForgetPeople().run(portal)
    kept = store.existing(portal)
    (booking,) = kept.engine.records(Booking)
    assert booking.person == {}
    assert booking.services == ("reisepass",)
    assert "Erika" not in repr(booking)
    assert office.sealed(receipt.booking.number) is None
    assert len(kept.numbers) == 0


def test_names_go_when_the_desk_was_deleted_too(clock, desk, portal):
    booked(desk, email="e@example.org")
    clock.shift(timedelta(days=5))
    portal.termine._delObject(desk.getId())
    clock.shift(timedelta(days=31))
    work.ForgetPeople().run(portal)
    (booking,) = store.existing(portal).engine.records(Booking)
    assert (booking.person, booking.number) == ({}, "")


def test_ledgers_are_made_before_the_rush(clock, desk, portal):
    work.PrepareLedgers().run(portal)
    stored = list(store.existing(portal).engine.ledgers.stored())
    assert len(stored) == 2 * 43


def test_the_privacy_page_names_the_period(desk, portal):
    desk.aq_parent.keep_days = 14
    assert Appointments().period(portal).mapping == {"count": 14}


def test_the_health_check_says_what_it_has_tried(desk, portal):
    assert LedgersMerge().check(portal).state == "ok"


@pytest.mark.parametrize("name", ["reservations", "reminders", "retention", "ledgers"])
def test_the_worker_knows_the_jobs(portal, name):
    assert getUtility(IJob, name=f"kaarst.appointments.{name}").interval
