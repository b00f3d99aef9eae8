"""Hours change while people have appointments: who no longer fits is shown, moved, called."""

from kaarst.appointments.bookings import office
from kaarst.appointments.bookings import store
from kaarst.appointments.engine import closing
from kaarst.appointments.engine.audit import audit
from kaarst.appointments.engine.records import Booking
from kaarst.core.outbox import outbox
from plone import api
from tests.appointments import town
from tests.appointments.clicking import Browser
from tests.appointments.clicking import form_with
from tests.appointments.clicking import PASSWORD
from zExceptions import Forbidden

import pytest
import time
import transaction


MORNING = {**town.WEEK, "hours_closed_on_holidays": False}


@pytest.fixture
def desk(functional_portal):
    desk = town.make(functional_portal, counters=1, hours=MORNING, horizon=60, step=15)
    users = functional_portal.acl_users
    for name, role in {"clerk": "Desk Staff", "head": "Desk Manager"}.items():
        users.userFolderAddUser(name, PASSWORD, ["Member", role], [])
    transaction.commit()
    return desk


def book(desk, clock, name, **person):
    start = town.at(town.next_weekday(), clock)
    receipt = office.book(desk, ["reisepass"], start, {"name": name, **person})
    transaction.commit()
    return receipt.booking


def stored(desk, booking):
    transaction.begin()
    return store.existing(api.portal.get()).engine.records(Booking).get(booking.id)


def test_other_hours_hit_people_who_are_moved_and_called(desk):
    early = book(desk, "08:30", "Anna Ämpel", phone="02131 4711")
    later = book(desk, "09:00", "Bela Beispiel", email="bela@example.org")
    fits = book(desk, "11:00", "Carla Muster")
    sent = len(outbox(api.portal.get()).queued)
    head, clerk = Browser("head"), Browser("clerk")
    assert not head.get(desk, "setup").xpath("//*[@id='outside']")
    form = head.get(desk, "edit").get_element_by_id("form")
    field = "form.widgets.hours_monday"
    page = head.submit(form, **{field: "10:00–12:00", "form.buttons.save": "Save"})
    # After saving one sees the week, and at once whom it hits.
    assert head.url.endswith("/setup") and head.status == 200
    assert "2" in page.get_element_by_id("outside").text_content()
    day = town.raster.day_of(early.start).isoformat()
    page = clerk.get(desk, "day", date=day)
    assert "2" in page.get_element_by_id("to-do").text_content()
    assert page.text_content().count("no longer fits") == 2
    page = clerk.get(desk, "outside")
    assert "Anna Ämpel" in page.text_content() and "Carla" not in page.text_content()
    assert "02131 4711" in page.text_content()

    page = clerk.submit(form_with(page, "move-all"), "move-all")
    assert clerk.status == 200 and clerk.url.endswith("/outside")
    assert "Anna" not in page.text_content()
    moved = [stored(desk, one) for one in (early, later)]
    # Each the next free time after the old one, in their order.
    assert [town.raster.local(one.start).strftime("%H:%M") for one in moved] == ["10:00", "10:15"]
    assert stored(desk, fits) == fits
    assert len(outbox(api.portal.get()).queued) == sent + 1
    assert audit(store.existing(api.portal.get()).engine, int(time.time())) == []

    page = clerk.get(desk, "to-call")
    assert "02131 4711" in page.text_content() and "Bela" not in page.text_content()
    page = clerk.submit(form_with(page, "told"), "told")
    assert "02131 4711" not in page.text_content()
    page = clerk.get(desk, "day", date=day)
    assert not page.xpath("//*[@id='to-do']")
    assert "Told by telephone" in page.text_content()
    assert "08:30 → " in page.text_content()


def test_a_closure_moves_all_it_hits_and_says_who_stays(desk):
    bookings = [book(desk, clock, f"Person {clock}") for clock in ("08:30", "08:45", "09:00")]
    head = Browser("head")
    day = town.raster.day_of(bookings[0].start)
    form = head.get(desk, "closures").get_element_by_id("close")
    moments = {"first": f"{day}T00:00", "last": f"{day}T23:00"}
    page = head.submit(form, "close", **moments, reason="Wasserschaden")
    article = page.xpath("//article[@class='k-counter']")[0]
    page = head.submit(form_with(article, "move-all"), "move-all")
    assert head.status == 200
    starts = [stored(desk, one).start for one in bookings]
    assert all(town.raster.day_of(start) > day for start in starts)
    assert starts == sorted(set(starts))
    assert not page.xpath("//button[@value='move-all']")
    # Closed as far as one can book: nobody has anywhere to go, and that is said.
    engine = office.engine(desk)
    closing.close(engine, engine.now, engine.now + 90 * 86_400)
    transaction.commit()
    page = head.get(desk, "closures")
    article = page.xpath("//article[@class='k-counter'][.//button[@value='move-all']]")[0]
    page = head.submit(form_with(article, "move-all"), "move-all")
    assert "Without a free time: 3" in page.text_content()
    assert [stored(desk, one).start for one in bookings] == starts
    head.submit(form_with(page, "move-all"), "move-all", key="gone")
    assert head.status == 409


def test_somebody_calls_and_says_a_name(desk):
    booking = book(desk, "08:30", "Jörg Grün", phone="02131 987654")
    book(desk, "09:00", "Jana Blau")
    clerk = Browser("clerk")
    form = clerk.get(desk, "find").get_element_by_id("find")
    assert form.get("method") == "post"
    for asked in ("gruen jo", booking.number, "987654"):
        page = clerk.submit(form, asked=asked)
        assert clerk.status == 200
        assert "Jörg Grün" in page.text_content() and "Jana" not in page.text_content()
    page = clerk.submit(form, asked="nobody")
    assert "Nothing found" in page.text_content()
    page = clerk.submit(form, asked="grün")
    page = clerk.submit(form_with(page, "cancel"), "cancel", reason="Auf Wunsch")
    day = town.raster.day_of(booking.start)
    assert clerk.url.endswith(f"date={day}&by=time")
    assert "please call" in page.text_content() and "987654" in page.text_content()
    assert stored(desk, booking).state == "cancelled"
    # What is cancelled is found as well: somebody may ask for it.
    assert "Auf Wunsch" in clerk.submit(form, asked="grün").text_content()


def test_the_week_at_a_glance(desk):
    booking = book(desk, "08:30", "Jana Blau")
    clerk = Browser("clerk")
    day = town.raster.day_of(booking.start)
    page = clerk.get(desk, "week", date=day.isoformat())
    assert clerk.status == 200
    sections = page.xpath("//div[@class='k-agenda']/section")
    # Monday to Friday; the weekend is closed and empty.
    assert len(sections) == 5
    assert "Jana Blau" in sections[day.weekday()].text_content()
    assert "7 %" in sections[day.weekday()].text_content()
    link = sections[0].xpath(".//h2/a/@href")[0]
    assert link.endswith(f"/day?date={day}")


def test_a_service_that_is_booked_stays(desk):
    booking = book(desk, "08:30", "Jana Blau")
    head = Browser("head")
    page = head.get(desk["reisepass"], "delete_confirmation")
    assert head.status == 409
    assert "1" in page.get_element_by_id("message").text_content()
    with api.env.adopt_roles(["Manager"]):
        with pytest.raises(Forbidden, match="1"):
            api.content.delete(desk["reisepass"])
        transaction.abort()
        with pytest.raises(Forbidden):
            api.content.rename(desk["reisepass"], new_id="pass")
        transaction.abort()
        api.content.delete(desk["personalausweis"])
    office.cancel(stored(desk, booking))
    transaction.commit()
    page = head.get(desk["reisepass"], "delete_confirmation")
    assert page.xpath("//button[@name='form.buttons.Delete']")


def test_a_move_by_phone_to_a_full_time_needs_the_right(desk):
    one, other = book(desk, "08:30", "Jana Blau"), book(desk, "09:00", "Jörg Grün")
    day = town.raster.day_of(one.start).isoformat()
    for name, expected in (("clerk", one.start), ("head", other.start)):
        browser = Browser(name)
        page = browser.get(desk, "by-phone", moving=one.id, date=day)
        browser.submit(page.get_element_by_id("book"), over="1", clock="09:00")
        assert stored(desk, one).start == expected
        assert audit(store.existing(api.portal.get()).engine, int(time.time())) == []
