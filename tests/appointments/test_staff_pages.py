"""The pages of the desk: the day, the queue, booking by phone, closing; and who may see them."""

from datetime import date
from datetime import datetime
from kaarst.appointments.bookings import office
from kaarst.appointments.bookings import store
from kaarst.appointments.engine.audit import audit
from kaarst.appointments.engine.records import Booking
from kaarst.core.outbox import mail_of
from kaarst.core.outbox import outbox
from plone import api
from tests.appointments import town
from tests.appointments.clicking import Browser
from tests.appointments.clicking import form_with
from tests.appointments.clicking import made
from tests.appointments.clicking import PASSWORD
from zExceptions import Forbidden

import pytest
import requests
import time
import transaction


WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
CLOSURES = "//article[@class='k-counter']"


@pytest.fixture
def desk(functional_portal):
    # Open around the clock, so that the queue of today has a counter whenever the tests run.
    every = {f"hours_{day}": "00:00–24:00" for day in WEEKDAYS}
    desk = town.make(functional_portal, hours={**every, "hours_closed_on_holidays": False})
    users = functional_portal.acl_users
    for name, role in {"clerk": "Desk Staff", "head": "Desk Manager", "other": "Editor"}.items():
        users.userFolderAddUser(name, PASSWORD, ["Member", role], [])
    transaction.commit()
    return desk


def bookings(site):
    transaction.begin()
    return list(store.existing(site).engine.records(Booking))


def test_the_day_begins_at_the_desk(desk):
    portal = api.portal.get()
    site, form = portal.absolute_url(), {"__ac_password": PASSWORD, "buttons.login": "1"}

    def lands(name, **more):
        sent = {**form, "__ac_name": name, **more}
        answer = requests.post(f"{site}/login", data=sent, allow_redirects=False, timeout=60)
        return answer.headers["Location"].removeprefix(f"{site}/")

    assert lands("clerk") == f"{desk.absolute_url()}/day".removeprefix(f"{site}/")
    assert lands("clerk", came_from=f"{site}/sitemap") == "sitemap"
    assert lands("other") == site
    # Who works at several desks chooses.
    with api.env.adopt_roles(["Manager"]):
        second = api.content.create(desk.aq_parent, "Desk", title="Nebenstelle")
        api.content.transition(second, "publish")
    transaction.commit()
    choose = lands("clerk")
    assert choose.endswith("/my-desks")
    page = requests.get(f"{site}/{choose}", auth=("clerk", PASSWORD), timeout=60)
    assert page.status_code == 200 and f"{second.absolute_url()}/day" in page.text
    assert "no-store" in page.headers["Cache-Control"]
    for auth in (None, ("other", PASSWORD)):
        refused = requests.get(f"{site}/{choose}", auth=auth, allow_redirects=False, timeout=60)
        assert refused.status_code in (302, 401)


@pytest.mark.parametrize(
    ("name", "page", "status"),
    [
        ("", "day", 401),
        ("other", "day", 401),
        ("clerk", "day", 200),
        ("head", "day", 200),
        ("head", "desk-parts", 404),
        ("", "appointment-parts", 404),
        ("clerk", "by-phone", 200),
        ("other", "by-phone", 401),
        ("clerk", "setup", 401),
        ("head", "setup", 200),
        ("clerk", "closures", 401),
        ("head", "closures", 200),
        ("other", "work", 401),
    ],
)
def test_least_right(desk, name, page, status):
    answer = requests.get(
        f"{desk.absolute_url()}/{page}",
        auth=(name, PASSWORD) if name else None,
        allow_redirects=False,
        timeout=60,
    )
    # Without an account Plone leads to its login form.
    assert answer.status_code == status or (status == 401 and answer.status_code == 302)
    assert (answer.headers.get("Cache-Control") == "no-store") is (status == 200)


def test_the_queue_from_arrival_to_finished(desk):
    site = desk.aq_parent.aq_parent
    made(desk)
    clerk = Browser("clerk")
    page = clerk.get(desk, "day")
    assert "Erika Mustermann" in page.text_content()
    page = clerk.submit(form_with(page, "arrive"), "arrive")
    assert clerk.status == 200
    assert bookings(site)[0].state == "arrived"
    waiting = page.xpath("//section[@aria-labelledby='waiting-title']")[0].text_content()
    assert "T001" in waiting
    page = clerk.submit(form_with(page, "next"), "next")
    assert bookings(site)[0].state == "called"
    assert "T001" in page.xpath("//ul[@class='k-counters']")[0].text_content()
    clerk.submit(form_with(page, "finish"), "finish")
    (booking,) = bookings(site)
    assert booking.state == "finished"
    assert [line.actor for line in booking.history[1:]] == ["clerk"] * 3


def test_a_visitor_without_an_appointment_is_called(desk):
    clerk = Browser("clerk")
    page = clerk.get(desk, "day")
    page = clerk.submit(form_with(page, "walk-in"), "walk-in", service="reisepass")
    assert "A001" in page.xpath("//section[@aria-labelledby='waiting-title']")[0].text_content()
    page = clerk.submit(form_with(page, "next"), "next")
    page = clerk.submit(form_with(page, "no-show"), "no-show")
    assert clerk.status == 200
    assert "Niemand wartet" in page.text_content() or "Nobody is waiting" in page.text_content()


def test_a_foreign_page_cannot_press_the_buttons(desk):
    receipt = made(desk)
    answer = requests.post(
        f"{desk.absolute_url()}/work",
        data={"step": "cancel", "key": receipt.booking.id},
        auth=("clerk", PASSWORD),
        timeout=60,
    )
    assert answer.status_code == 403
    assert bookings(desk.aq_parent.aq_parent)[0].state == "confirmed"


def test_booking_by_phone_ends_with_number_and_pin(desk):
    site = desk.aq_parent.aq_parent
    clerk = Browser("clerk")
    day = date.fromordinal(date.today().toordinal() + 3)
    page = clerk.get(desk, "by-phone", service="reisepass", date=day.isoformat())
    form = page.get_element_by_id("book")
    start = form.xpath(".//input[@name='start']")[0].get("value")
    page = clerk.submit(form, start=start, name="")
    assert clerk.status == 400
    assert page.get_element_by_id("name-error").text_content()
    form = page.get_element_by_id("book")
    page = clerk.submit(form, name="Max Mustermann")
    assert clerk.status == 200
    number = page.get_element_by_id("receipt-number").text_content()
    (booking,) = bookings(site)
    assert (booking.number, booking.channel) == (number, "staff")
    assert booking.person["name"] == "Max Mustermann"
    assert booking.start == town.at(day, "00:00")


def test_only_who_may_overbooks(desk):
    site = desk.aq_parent.aq_parent
    day = date.fromordinal(date.today().toordinal() + 3)
    for name, expected in (("clerk", 0), ("head", 3)):
        browser = Browser(name)
        for _ in range(3):
            page = browser.get(desk, "by-phone", service="reisepass", date=day.isoformat())
            form = page.get_element_by_id("book")
            assert bool(form.xpath(".//input[@name='over']")) is bool(expected)
            browser.submit(form, over="1", clock="10:00", name="Max")
        assert len(bookings(site)) == expected
    assert {one.start for one in bookings(site)} == {town.at(day, "10:00")}


def test_staff_cancel_and_move_and_the_citizen_is_told(desk):
    site = desk.aq_parent.aq_parent
    first, second = made(desk, later=10), made(desk, later=20, name="Max")
    clerk = Browser("clerk")
    day = town.raster.day_of(first.booking.start)
    page = clerk.get(desk, "day", date=day.isoformat())
    form = page.xpath(f"//form[.//input[@value='{first.booking.id}']][.//button[@value='cancel']]")
    clerk.submit(form[0], "cancel", reason="Wasserschaden")
    page = clerk.get(desk, "by-phone", moving=second.booking.id, date=day.isoformat())
    form = page.get_element_by_id("book")
    starts = [one.get("value") for one in form.xpath(".//input[@name='start']")]
    # Late in the evening the booking has the last one of its day already.
    moments = [int(datetime.fromisoformat(one).timestamp()) for one in starts]
    start, moment = next(
        pair for pair in zip(starts, moments, strict=True) if pair[1] != second.booking.start
    )
    clerk.submit(form, start=start)
    assert clerk.url.split("?")[0].endswith("/day")
    found = {one.id: one for one in bookings(site)}
    assert found[first.booking.id].state == "cancelled"
    assert found[second.booking.id].start == moment
    letters = [mail_of(letter).decode() for letter in outbox(site).queued.values()]
    assert len(letters) == 4
    assert audit(store.existing(site).engine, int(time.time())) == []


def test_closing_lists_who_is_hit_and_moves_them(desk):
    site = desk.aq_parent.aq_parent
    receipt = made(desk, later=30)
    start = town.raster.local(receipt.booking.start)
    head = Browser("head")
    page = head.get(desk, "closures")
    form = page.get_element_by_id("close")
    page = head.submit(form, "close", first="tomorrow", last="")
    assert head.status == 400
    form = page.get_element_by_id("close")
    moments = {"first": f"{start:%Y-%m-%dT%H:%M}", "last": f"{start:%Y-%m-%dT23:59}"}
    page = head.submit(form, "close", **moments, reason="Fortbildung")
    assert head.status == 200
    article = page.xpath(CLOSURES)[0]
    assert "Erika Mustermann" in article.text_content()
    assert "Appointments that have to be moved: 1" in page.text_content()
    button = article.xpath(".//button[@name='start']")[0].get("value")
    head.submit(form_with(article, button), button)
    assert bookings(site)[0].start != receipt.booking.start
    page = head.get(desk, "closures")
    assert "Erika Mustermann" not in page.xpath(CLOSURES)[0].text_content()
    head.submit(form_with(page, "reopen"), "reopen")
    assert head.get(desk, "closures").xpath(CLOSURES) == []
    assert audit(store.existing(site).engine, int(time.time())) == []


def test_the_preview_shows_the_week(desk):
    head = Browser("head")
    page = head.get(desk, "setup")
    assert page.xpath("//table[contains(@class, 'k-week')]//td")[0].text_content().strip()
    assert len(page.xpath("//table[contains(@class, 'k-week')]/tbody/tr")) == 3
    # Each page of a desk can be told from the others by its title.
    names = ("setup", "day", "by-phone", "closures", "conflicts", "wishes", "calendars", "figures")
    titles = [head.get(desk, name).findtext(".//title").split(" \u2014 ")[0] for name in names]
    assert len(set(titles)) == len(names), titles


def test_an_editor_of_desks_makes_one_in_the_browser(desk):
    head = Browser("head")
    page = head.get(desk, "++add++Offering")
    form = page.get_element_by_id("form")
    page = head.submit(
        form,
        **{
            "form.widgets.IBasic.title": "Beglaubigung",
            "form.widgets.minutes": "10",
            "form.buttons.save": "Save",
        },
    )
    assert head.status == 200
    transaction.begin()
    assert desk["beglaubigung"].minutes == 10
    assert head.url.endswith("/setup")


def test_an_editor_of_pages_makes_none(desk):
    other = Browser("other")
    other.get(desk, "++add++Offering")
    assert other.url.endswith("/insufficient-privileges")


def test_a_desk_with_appointments_to_come_is_not_deleted(desk):
    # Not the very next one, which may begin while this runs.
    made(desk, later=12)
    head = Browser("head")
    page = head.get(desk, "delete_confirmation")
    assert head.status == 409
    assert "1" in page.get_element_by_id("message").text_content()
    assert not page.xpath("//button[@name='form.buttons.Delete']")
    with api.env.adopt_roles(["Manager"]):
        with pytest.raises(Forbidden, match="1"):
            api.content.delete(desk)
        with pytest.raises(Forbidden):
            api.content.delete(desk.aq_parent)
    transaction.abort()
    office.cancel(bookings(desk.aq_parent.aq_parent)[0])
    transaction.commit()
    page = head.get(desk, "delete_confirmation")
    assert page.xpath("//button[@name='form.buttons.Delete']")
