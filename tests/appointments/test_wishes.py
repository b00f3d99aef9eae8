"""Waiting for an earlier time: on pages, over REST, by the worker, at the desk."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from kaarst.appointments.bookings import office
from kaarst.appointments.bookings import store
from kaarst.appointments.engine.audit import audit
from kaarst.appointments.engine.errors import Gone
from kaarst.appointments.engine.records import Hold
from kaarst.appointments.engine.wishes import Wish
from kaarst.appointments.jobs.wishes import ForgetWishes
from kaarst.appointments.jobs.wishes import ServeWishes
from kaarst.appointments.jobs.work import EndReservations
from kaarst.appointments.jobs.work import ForgetPeople
from kaarst.appointments.wishing import wishes
from kaarst.core.outbox import mail_of
from kaarst.core.outbox import outbox
from tests.appointments import town
from tests.appointments.test_rest import book
from tests.appointments.test_rest import free
from tests.appointments.test_rest import hold
from tests.appointments.test_rest import post
from tests.appointments.test_staff_pages import Browser
from tests.appointments.test_staff_pages import form_with
from tests.appointments.test_staff_pages import PASSWORD

import email
import email.policy
import pytest
import time
import time_machine
import transaction


#: A Monday morning in November.
NOW = "2026-11-16T09:00:00+00:00"


class Hands:
    """Somebody at a desk with one counter whose next week is full."""

    def __init__(self, portal, clock):
        self.site, self.clock = portal, clock
        self.desk = town.make(portal, counters=1, step=30, horizon=2)
        self.kept = store.existing(portal)
        self.booked = []
        engine = office.engine(self.desk)
        request = engine.plan.request(["reisepass"])
        while (start := engine.search().earliest(request, *engine.search().window)) is not None:
            self.booked.append(
                office.book(self.desk, ["reisepass"], start, {"name": "Voll"}).booking
            )
            engine = office.engine(self.desk)

    def ask(self, name, booking=None, **limits):
        self.clock.shift(timedelta(seconds=1))
        person = {"name": name, "email": f"{name}@example.org"}
        until = office.engine(self.desk).search().window[1]
        wanted = wishes.Limits(until, notice=60, **limits)
        return wishes.ask(self.desk, ["reisepass"], person, wanted, "de", booking)

    def wish(self, asked):
        return self.kept.engine.records(Wish).get(asked.wish.id)

    def letters(self, name):
        """Subject and text of all mail to somebody, in no particular order."""
        found = []
        for letter in outbox(self.site).queued.values():
            mail = email.message_from_bytes(mail_of(letter), policy=email.policy.default)
            if mail["To"].startswith(name):
                text = mail.get_body().get_content().replace("\r\n", "\n")
                found.append((str(mail["Subject"]), text))
        return found

    def subjects(self, name):
        return " ".join(subject for subject, _text in self.letters(name))


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as travelled:
        yield travelled


@pytest.fixture
def hands(clock, portal):
    hands = Hands(portal, clock)
    yield hands
    assert audit(hands.kept.engine, int(time.time())) == []


def test_a_cancelled_time_is_offered_taken_and_keeps_number_and_pin(hands):
    anna = hands.ask("anna")
    hands.ask("bela")
    assert anna.wish.number and anna.pin not in repr(anna.wish)
    late = hands.booked[-1]
    office.cancel(late)
    offered = hands.wish(anna)
    assert (offered.state, offered.start) == ("offered", late.start)
    offer, asked = sorted(hands.letters("anna"), key=lambda one: "reserviert" not in one[0])
    assert "reserviert" in offer[0] and anna.wish.number in offer[1]
    assert all(
        anna.pin not in text and "my-appointment#" in text for _subject, text in (asked, offer)
    )
    assert [len(hands.letters(name)) for name in ("anna", "bela")] == [2, 1]

    booking = wishes.accept(offered)
    assert (booking.number, booking.start, booking.person["name"]) == (
        anna.wish.number,
        late.start,
        "anna",
    )
    found, seal = office.sealed(anna.wish.number)
    assert found.id == booking.id and seal == offered.seal
    assert wishes.sealed(anna.wish.number) is None
    with pytest.raises(Gone):
        wishes.accept(offered)


def test_the_worker_passes_on_what_is_not_answered(hands, clock):
    anna, bela = hands.ask("anna"), hands.ask("bela")
    office.cancel(hands.booked[-1])
    clock.shift(timedelta(minutes=119))
    ServeWishes().run(hands.site)
    assert hands.wish(anna).state == "offered"
    clock.shift(timedelta(minutes=2))
    ServeWishes().run(hands.site)
    assert (hands.wish(anna).state, hands.wish(bela).state) == ("waiting", "offered")
    assert "weitergegeben" in hands.subjects("anna")
    assert "reserviert" in hands.subjects("bela")
    clock.shift(timedelta(days=20))
    ServeWishes().run(hands.site)
    assert (hands.wish(anna).state, hands.wish(bela).state) == ("ended", "ended")
    assert "nicht mehr" in hands.subjects("bela")


def test_who_has_an_appointment_moves_to_the_earlier_time(hands):
    late = hands.booked[-1]
    anna = hands.ask("anna", booking=late)
    bela = hands.ask("bela")
    assert (anna.pin, anna.wish.number) == ("", late.number)
    assert hands.ask("anna", booking=late, part="morning").wish.id == anna.wish.id
    office.cancel(hands.booked[-5])
    found, seal = wishes.sealed(late.number)
    assert (found.state, seal) == ("offered", late.seal)
    moved = wishes.accept(found)
    assert (moved.id, moved.start) == (late.id, hands.booked[-5].start)
    # What she had is offered to the next in the same moment.
    assert hands.wish(bela).start == late.start


def test_everything_that_frees_a_time_serves_those_who_wait(hands, clock):
    names = iter("abcdef")
    first, second, third = (one.start for one in hands.booked[-10::3][:3])
    office.cancel(hands.booked[-10])
    held = office.hold(hands.desk, ["reisepass"], first)
    by_form = hands.ask(next(names))
    clock.shift(timedelta(seconds=held.expires - time.time() + 290))
    # Not even for a moment is it free for somebody else.
    request = office.engine(hands.desk).plan.request(["reisepass"])
    assert office.engine(hands.desk).search().earliest(request, *_window(hands)) is None
    clock.shift(timedelta(seconds=20))
    EndReservations().run(hands.site)
    assert hands.wish(by_form).start == first

    office.cancel(hands.booked[-7])
    other = office.hold(hands.desk, ["reisepass"], second)
    by_choice = hands.ask(next(names))
    with pytest.raises(office.Taken):
        office.hold_anew(hands.desk, other.id, ["reisepass"], third)
    assert hands.wish(by_choice).start == second
    assert len(hands.kept.engine.records(Hold)) == 2


def _window(hands):
    return office.engine(hands.desk).search().window


def test_wishes_go_when_their_time_is_over(hands, clock):
    anna, bela = hands.ask("anna"), hands.ask("bela")
    ForgetPeople().run(hands.site)
    assert wishes.sealed(anna.wish.number) is not None
    wishes.withdraw(anna.wish)
    clock.shift(timedelta(days=29))
    ForgetWishes().run(hands.site)
    assert hands.wish(anna) is not None
    clock.shift(timedelta(days=2))
    ForgetWishes().run(hands.site)
    assert hands.wish(anna) is None and anna.wish.number not in hands.kept.numbers
    assert hands.wish(bela) is not None
    hands.site.termine._delObject(hands.desk.getId())
    ForgetWishes().run(hands.site)
    assert len(hands.kept.engine.records(Wish)) == 0
    assert bela.wish.number not in hands.kept.numbers


@pytest.fixture
def desk(functional_portal, monkeypatch):
    monkeypatch.setenv("KAARST_RATE_FACTOR", "1000")
    every = {f"hours_{day}": "00:00–24:00" for day in ("monday", "tuesday", "wednesday")}
    every |= {f"hours_{day}": "00:00–24:00" for day in ("thursday", "friday")}
    desk = town.make(
        functional_portal,
        counters=1,
        step=60,
        horizon=7,
        hours={**every, "hours_closed_on_holidays": False},
        wish_quiet_from="00:00",
        wish_quiet_until="00:00",
    )
    functional_portal.manage_permission("plone.restapi: Use REST API", ["Anonymous"], acquire=1)
    functional_portal.acl_users.userFolderAddUser("clerk", PASSWORD, ["Member", "Desk Staff"], [])
    transaction.commit()
    return desk


def test_nobody_snipes_what_is_offered_though_eight_try(desk):
    site = desk.aq_parent.aq_parent
    start = next(slot for day in free(desk)["days"][3:] for slot in day["slots"])
    booked = book(desk, start)
    until = office.engine(desk).search().window[1].isoformat()
    data = {"services": ["reisepass"], "until": until, "name": "Anna", "email": "a@example.org"}
    # Only this one time is left before the next free one.
    asked = post(desk, "@wishes", {**data, "until": start[:10], "notice": 60})
    assert asked.status_code == 201, asked.text
    mine = {name: asked.json()[name] for name in ("number", "pin")}
    theirs = {name: booked[name] for name in ("number", "pin")}
    with ThreadPoolExecutor(9) as pool:
        tries = [pool.submit(_insist, desk, start) for _ in range(8)]
        cancelled = pool.submit(post, site, "@booking-cancel", theirs)
        assert cancelled.result().status_code == 200
        assert {status for one in tries for status in one.result()} == {409}
    offer = post(site, "@wish", mine).json()["offer"]
    assert offer["start"] == start
    taken = post(site, "@wish-accept", mine)
    assert (taken.status_code, taken.json()["start"]) == (200, start)
    assert taken.json()["number"] == mine["number"]
    assert post(site, "@booking", mine).status_code == 200
    assert post(site, "@wish", mine).status_code == 404
    transaction.begin()
    assert audit(store.existing(site).engine, int(time.time())) == []


def _insist(desk, start):
    return [hold(desk, start).status_code for _ in range(4)]


WRONG = [
    ({"email": ""}, ["email"]),
    ({"name": "", "until": "tomorrow"}, ["name", "until"]),
    ({"until": "2001-01-01"}, ["until"]),
    ({"weekdays": [7]}, ["weekdays"]),
    ({"weekdays": "1"}, ["weekdays"]),
    ({"part": "night", "notice": 5}, ["part", "notice"]),
    ({"services": []}, ["services"]),
    ({"services": ["golf"]}, ["services"]),
]


def test_wrong_wishes_are_refused_beside_the_field(desk):
    until = office.engine(desk).search().window[1].isoformat()
    data = {"services": ["reisepass"], "until": until, "name": "A", "email": "a@example.org"}
    for change, fields in WRONG:
        answer = post(desk, "@wishes", {**data, **change})
        assert answer.status_code == 400, answer.text
        assert [error["field"] for error in answer.json()["errors"]] == fields


def test_from_the_page_of_free_times_to_yes(desk, noon):
    site = desk.aq_parent.aq_parent
    booked = book(
        desk, free(desk)["days"][-1]["slots"][-1] if free(desk)["days"][-1]["slots"] else None
    )
    citizen = Browser("")
    page = citizen.get(desk.aq_parent, "times", service="reisepass")
    (link,) = page.xpath("//a[contains(@href, '/wish?')]/@href")
    page = citizen._read(citizen.session.get(link, timeout=60))
    page = citizen.submit(page.get_element_by_id("wish"), name="Bela")
    assert citizen.status == 400
    assert page.get_element_by_id("email-error").text_content()
    assert page.get_element_by_id("name").value == "Bela"
    form = page.get_element_by_id("wish")
    page = citizen.submit(form, email="bela@example.org", notice="60")
    assert citizen.status == 200
    number = page.get_element_by_id("receipt-number").text_content()
    pin = page.get_element_by_id("receipt-pin").text_content()
    # Sent again it is the same wish.
    again = citizen.submit(form, email="bela@example.org", notice="60")
    assert again.get_element_by_id("receipt-number").text_content() == number

    page = citizen.get(desk.aq_parent, "my-appointment")
    page = citizen.submit(page.get_element_by_id("look-up"), number=number, pin=pin)
    assert page.xpath("//button[@value='withdraw']")
    assert not page.xpath("//button[@value='accept']")
    answer = post(site, "@booking-cancel", {key: booked[key] for key in ("number", "pin")})
    assert answer.status_code == 200

    clerk = Browser("clerk")
    rows = clerk.get(desk, "wishes").xpath("//table//tbody/tr")
    assert len(rows) == 1 and "Bela" in rows[0].text_content() and number in rows[0].text_content()
    assert rows[0].xpath(".//button[@value='accept']")

    page = citizen.get(desk.aq_parent, "my-appointment")
    page = citizen.submit(page.get_element_by_id("look-up"), number=number, pin=pin)
    page = citizen.submit(form_with(page, "accept"), "accept")
    assert citizen.status == 200
    assert page.xpath("//*[@id='state']") and page.xpath("//button[@value='move']")
    # Who has an appointment may still want an earlier one.
    page = citizen.submit(page.get_element_by_id("wish"))
    page = citizen.submit(page.get_element_by_id("wish"), email="bela@example.org")
    assert citizen.status == 200 and not page.xpath("//*[@id='receipt-pin']")
    page = citizen.get(desk.aq_parent, "my-appointment")
    page = citizen.submit(page.get_element_by_id("look-up"), number=number, pin=pin)
    page = citizen.submit(page.get_element_by_id("wish"))
    page = citizen.submit(form_with(page, "withdraw"), "withdraw")
    assert citizen.status == 200 and not page.xpath("//button[@value='withdraw']")
    page = clerk.get(desk, "wishes")
    assert page.xpath("//table//tbody/tr") == []


def test_where_nobody_may_wait_nobody_is_asked(desk):
    citizen = Browser("")
    assert "120" in citizen.get(desk.aq_parent, "how-times-are-given").text_content()
    # No PIN is taken from an address, not even a right one.
    booked = book(desk)
    mine = {name: booked[name] for name in ("number", "pin")}
    citizen.get(desk.aq_parent, "wish", **mine)
    assert citizen.status == 404
    desk.wish_list = False
    transaction.commit()
    page = citizen.get(desk.aq_parent, "times", service="reisepass")
    assert page.xpath("//a[contains(@href, '/wish?')]") == []
    citizen.get(desk.aq_parent, "wish", service="reisepass", desk=desk.getId())
    assert citizen.status == 404
    assert post(desk, "@wishes", {}).status_code == 409
