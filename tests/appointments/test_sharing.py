"""One person at two desks: never in two places at once."""

from kaarst.appointments.bookings import office
from kaarst.appointments.bookings import store
from kaarst.appointments.calendars import feeds
from kaarst.appointments.calendars import linking
from kaarst.appointments.calendars.graph import access
from kaarst.appointments.calendars.graph import clouds
from kaarst.appointments.calendars.records import Connection
from kaarst.appointments.desks import sharing
from kaarst.appointments.engine import closing
from kaarst.appointments.engine import raster
from kaarst.appointments.engine.audit import audit
from kaarst.appointments.engine.errors import Gone
from kaarst.appointments.engine.errors import Taken
from kaarst.appointments.engine.retention import nameless
from kaarst.appointments.wishing import wishes as wishing
from kaarst.core.sealing import seal
from plone import api
from plone.uuid.interfaces import IUUID
from Products.statusmessages.interfaces import IStatusMessage
from tests.appointments import town
from tests.appointments.calendars.graph.server import CLIENT
from tests.appointments.calendars.graph.server import MAILBOX
from tests.appointments.calendars.graph.server import running
from tests.appointments.calendars.graph.server import SECRET
from tests.appointments.calendars.graph.server import TENANT
from tests.appointments.clicking import Browser
from tests.appointments.test_staff_pages import desk  # noqa: F401
from zExceptions import Forbidden

import datetime
import pytest
import time
import transaction


ERIKA = {"name": "Erika Mustermann"}


@pytest.fixture
def desks(portal):
    """Two desks with one counter each, which is the same person; the second one opens later."""
    first = town.make(portal, counters=1)
    second = town.make(portal, counters=0, title="Büttgen", horizon=60)
    with api.env.adopt_roles(["Manager"]):
        api.content.create(
            second,
            "Resource",
            title="Frau Meier",
            kind="counter",
            capacity=3,
            same_as=IUUID(counter(first)),
        )
    return first, second


def counter(place):
    return next(one for one in place.objectValues() if one.portal_type == "Resource")


def starts(place, day):
    engine = office.engine(place)
    return engine.search().instants(engine.plan.request(["reisepass"]), day)


def test_who_works_at_two_desks_is_booked_once(desks, portal):
    first, second = desks
    day = town.next_weekday()
    at_nine = town.at(day, "09:00")
    key = IUUID(counter(first))
    assert office.engine(second).plan.resources[0].id == key
    # As many at once as at the desk it comes from.
    assert office.engine(second).plan.resources[0].capacity == 1
    booking = office.book(first, ["reisepass"], at_nine, ERIKA).booking
    assert at_nine not in starts(second, day) and at_nine + 1200 in starts(second, day)
    with pytest.raises(Taken):
        office.book(second, ["reisepass"], at_nine, ERIKA)
    hold = office.hold(second, ["reisepass"], at_nine + 1800)
    with pytest.raises(Taken):
        office.hold(first, ["reisepass"], at_nine + 1800)
    other = office.confirm(second, hold.id, ERIKA).booking
    office.move(booking, at_nine + 3600)
    assert at_nine in starts(second, day) and at_nine + 3600 not in starts(second, day)
    assert audit(store.existing(portal).engine, int(time.time())) == []

    # Each desk sees its own appointments; a feed of the person has both.
    assert [one.id for one in office.engine(first).on_days(day, day)] == [booking.id]
    assert [one.id for one in office.engine(second).on_days(day, day)] == [other.id]
    now = int(time.time())
    assert feeds.write(first, key, now).count(b"BEGIN:VEVENT") == 2
    assert feeds.write(first, IUUID(first), now).count(b"BEGIN:VEVENT") == 1
    assert "Frau Meier" in sharing.titles(second).values() and sharing.own(second) == {}

    # Closed at one of them it is closed at both, and opened where it was closed.
    closure, hit = closing.close(office.engine(first), at_nine, at_nine + 7200, [key])
    assert at_nine not in starts(second, day)
    page = first.unrestrictedTraverse("closures")
    page.engine = office.engine(first)
    page._say_where_else(hit)
    (said,) = IStatusMessage(page.request).show()
    assert second.title in said.message and said.type == "warning"
    page = second.unrestrictedTraverse("closures")
    page.engine = office.engine(second)
    (shown,) = page.closures()
    assert (shown["own"], shown["who"]) == (False, "Frau Meier")
    assert [one["key"] for one in shown["hit"]] == [other.id]
    with pytest.raises(Gone):
        closing.reopen(office.engine(second), closure.id)


def test_who_waits_at_the_other_desk_is_offered_what_becomes_free(desks):
    first, second = desks
    day = town.next_weekday()
    limits = wishing.Limits(until=day, weekdays=(day.weekday(),), notice=0)
    person = {**ERIKA, "email": "erika@example.org"}
    taken = [
        office.book(first, ["reisepass"], town.at(day, clock), ERIKA).booking
        for clock in ("09:00", "10:00")
    ]
    wish = wishing.ask(second, ["reisepass"], person, limits).wish
    office.cancel(taken[0])
    offered = wishing.active(second)[0]
    assert (offered.id, offered.state, offered.start) == (wish.id, "offered", town.at(day, "09:00"))
    # Held for them at both desks.
    assert town.at(day, "09:00") not in starts(first, day)
    booked = wishing.accept(offered)
    assert booked.desk == IUUID(second)
    office.cancel(taken[1])
    assert wishing.active(second) == []


def test_which_ledger_it_is_never_changes(desks):
    first, second = desks
    shared, third = counter(second), counter(first)
    known = sharing.ledger_of(shared)
    shared.same_as = None
    assert sharing.ledger_of(shared) == known
    with api.env.adopt_roles(["Manager"]):
        # Neither what is shared itself nor anything else than a resource can be meant.
        for wrong in (IUUID(shared), IUUID(first), "x"):
            made = api.content.create(first, "Resource", title="Neu", kind="room", same_as=wrong)
            assert not sharing.is_shared(made)
        assert {term.value for term in sharing.at_other_desks(second)} == {
            key for key in sharing.own(first) if key != IUUID(third)
        }
        # It goes where it is shared first.
        with pytest.raises(Forbidden, match="Büttgen"):
            api.content.delete(third)
        with pytest.raises(Forbidden, match="Büttgen"):
            api.content.delete(first)
        booking = office.book(
            second, ["reisepass"], town.at(town.next_weekday(), "09:00"), ERIKA
        ).booking
        with pytest.raises(Forbidden, match="1"):
            api.content.delete(shared)
        office.cancel(booking)
        api.content.delete(shared)
        api.content.delete(third)


def test_one_calendar_for_both_desks(desks, portal, monkeypatch):
    first, second = desks
    access._kept.clear()
    now = int(time.time())
    key = IUUID(counter(first))
    # A day that can be booked at the second desk only.
    late = raster.day_of(now + 55 * 24 * 3600)
    while late.weekday() > 3 or not starts(second, late):
        late -= datetime.timedelta(days=1)
    assert not starts(first, late)
    with running() as graph:
        monkeypatch.setitem(clouds.CLOUDS, "global", graph.cloud)
        link = Connection(
            key,
            IUUID(first),
            MAILBOX,
            CLIENT,
            seal(SECRET),
            made=now,
            kind="graph",
            cloud="global",
            tenant=TENANT,
        )
        booking = office.book(second, ["reisepass"], town.at(late, "10:00"), ERIKA).booking
        start = datetime.datetime.fromtimestamp(town.at(late, "09:00"), datetime.UTC)
        end = start + datetime.timedelta(hours=1, minutes=5)
        graph.write("meeting", f"{start:%Y-%m-%dT%H:%M:%S}", f"{end:%Y-%m-%dT%H:%M:%S}")
        hit = linking.connect(first, link, now)
        assert [one.id for one in hit] == [booking.id]
        assert town.at(late, "09:00") not in starts(second, late)
        found = linking.synchronize(first, links(portal), now, 0, portal)
        assert {one["subject"] for one in graph.events.values()} == {
            "Zahnarzt",
            "Appointment: Reisepass (E. M.)",
        }
        # What was entered for the other desk does not come back as somebody else's.
        again = linking.synchronize(first, found, now + 1000, 0, portal)
        assert len(again.busy) == 1 and again.delivered == found.delivered


def links(site):
    return next(iter(store.existing(site).engine.records(Connection)))


def test_in_the_browser_and_over_rest(desk):  # noqa: F811
    site = desk.aq_parent.aq_parent
    second = town.make(site, counters=0, title="Büttgen")
    transaction.commit()
    head = Browser("head")
    key = IUUID(counter(desk))
    page = head.get(second, "++add++Resource")
    options = page.xpath("//select[contains(@name, 'same_as')]/option")
    assert f"{counter(desk).title} ({desk.title})" in [one.text_content() for one in options]

    def post(**values):
        return head.session.post(
            second.absolute_url(),
            json={"@type": "Resource", "title": "Frau Meier", "kind": "counter", **values},
            headers={"Accept": "application/json"},
            timeout=60,
        )

    assert post(same_as="nobody").status_code == 400
    made = post(same_as=key)
    assert made.status_code == 201, made.text
    transaction.begin()
    assert office.engine(second).plan.resource(key) is not None
    assert "the same as" in head.get(second, "setup").text_content()
    assert not head.get(counter(second), "edit").xpath("//*[contains(@name, 'same_as')]")
    page = head.get(counter(desk), "delete_confirmation")
    assert head.status == 409
    assert "Büttgen" in page.get_element_by_id("message").text_content()
    page = head.get(second, "calendars")
    assert "It belongs to another desk as well" in page.text_content()


def test_who_books_for_somebody_else_stands_in_the_history(desks, monkeypatch):
    first, _second = desks
    acted = {"by": "Bernd", "name": "Anna", "until": "2027-01-31"}
    monkeypatch.setattr(office.acting, "sent", lambda number: acted)
    start = town.at(town.next_weekday(), "09:00")
    at_once = office.book_at_once(first, ["reisepass"], start, ERIKA).booking
    hold = office.hold(first, ["reisepass"], start + 1800)
    held = office.confirm(first, hold.id, ERIKA).booking
    for made in (at_once, held):
        kept, _seal = office.sealed(made.number)
        line = kept.history[-1]
        assert (line.action, line.detail) == (office.FOR_ANOTHER, "Bernd → Anna (31.01.2027)")
        assert "Anna" not in repr(nameless(kept))
