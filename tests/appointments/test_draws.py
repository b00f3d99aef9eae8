"""Drawing lots for what is held back: on pages, over REST, by the worker."""

from datetime import date
from datetime import timedelta
from hashlib import sha256
from kaarst.appointments.bookings import office
from kaarst.appointments.bookings import store
from kaarst.appointments.drawing import lots
from kaarst.appointments.engine.audit import audit
from kaarst.appointments.engine.lottery import Entry
from kaarst.appointments.jobs.lots import DrawLots
from kaarst.appointments.jobs.lots import ForgetDraws
from kaarst.appointments.jobs.work import ForgetPeople
from kaarst.core.interfaces import IAccountSection
from kaarst.core.personal import request
from kaarst.core.personal.person import Person
from tests.appointments import town
from tests.appointments.test_rest import get
from tests.appointments.test_rest import post
from tests.appointments.test_staff_pages import Browser
from tests.appointments.test_wishes import Hands
from zope.component import getUtility

import pytest
import time
import time_machine
import transaction


NOW = "2026-11-16T09:00:00+00:00"
DRAW = {"ahead": 0, "release_draw": True, "draw_time": "18:00", "release_time": "07:30"}


class Drawing(Hands):
    """A desk that holds everything back and draws lots for it; nothing is booked."""

    def __init__(self, portal, clock):
        self.site, self.clock = portal, clock
        self.desk = town.make(portal, counters=1, step=60, **DRAW)
        self.kept = store.existing(portal)
        DrawLots().run(portal)

    def enter(self, name, part="any"):
        self.clock.shift(timedelta(seconds=1))
        person = {"name": name, "email": f"{name.lower()}@example.org"}
        key = lots.open_draws(self.desk)[0].id
        return lots.enter(self.desk, key, ["reisepass"], person, part, "de")


@pytest.fixture
def drawing(portal):
    with time_machine.travel(NOW, tick=False) as clock:
        drawing = Drawing(portal, clock)
        yield drawing
        assert audit(drawing.kept.engine, int(time.time())) == []


def test_everybody_gets_an_answer_and_who_wins_keeps_number_and_pin(drawing):
    first = lots.open_draws(drawing.desk)[0]
    assert date.fromordinal(first.day) == date(2026, 11, 17)
    entered = [drawing.enter(f"P{number}") for number in range(5)]
    void = drawing.enter("p0")
    assert lots.sealed(entered[0].entry.number)[0] == entered[0].entry
    ForgetPeople().run(drawing.site)
    drawing.clock.shift(timedelta(hours=8))
    # Who has sent the form in time may still be being stored.
    DrawLots().run(drawing.site)
    assert not lots.draw_of(entered[0].entry).drawn
    drawing.clock.shift(timedelta(minutes=2))
    DrawLots().run(drawing.site)
    draw = next(one for one in lots.draws(drawing.desk) if one.id == first.id)
    assert sha256(draw.seed.encode()).hexdigest() == first.commitment
    assert sorted(draw.tickets) == sorted(one.entry.ticket for one in entered)

    # From nine to eleven there is room for three; the others get nothing.
    states = []
    for one in entered:
        found = office.sealed(one.entry.number)
        states.append(found is not None)
        subjects = drawing.subjects(one.entry.person["name"].lower())
        assert ("Ihr Termin am" in subjects) is (found is not None)
        assert ("kein Termin" in subjects) is (found is None)
        assert found is None or found[1] == one.entry.seal
    assert states.count(True) == 3
    assert "nicht teilgenommen" in drawing.subjects("p0")
    assert lots.sealed(void.entry.number)[0].void
    DrawLots().run(drawing.site)
    assert len(lots.draws(drawing.desk)) == 10

    drawing.clock.shift(timedelta(days=29))
    ForgetDraws().run(drawing.site)
    assert len(drawing.kept.engine.records(Entry)) == 6
    drawing.clock.shift(timedelta(days=3))
    ForgetDraws().run(drawing.site)
    assert len(drawing.kept.engine.records(Entry)) == 0
    assert void.entry.number not in drawing.kept.numbers


def test_the_account_says_how_it_stands(drawing):
    account = getUtility(IAccountSection, name="kaarst.appointments.bookings")
    number = drawing.enter("Anna").entry.number
    entry = account.entry(number)
    assert (entry.state, entry.title) == ("you take part in a draw", "Reisepass")
    drawing.clock.shift(timedelta(hours=9))
    DrawLots().run(drawing.site)
    assert account.entry(number).state == "booked"


def test_a_ticket_is_found_given_out_and_erased(drawing):
    entered = drawing.enter("Anna")
    number = entered.entry.number
    for person in (Person(email="anna@example.org"), Person(number=number)):
        keys = [key for key, _one in request.find(drawing.site, person) if "draws" in key]
        assert keys == [f"appointment-draws/{entered.entry.id}"]
    (given,) = request.give(drawing.site, person, keys)
    assert given["data"]["your name"] == "Anna"
    assert request.erase(drawing.site, person, keys) == 1
    assert len(drawing.kept.engine.records(Entry)) == 0
    assert number not in drawing.kept.numbers


def test_who_withdraws_does_not_take_part(drawing):
    entered = drawing.enter("Anna")
    lots.withdraw(entered.entry)
    assert lots.sealed(entered.entry.number) is None
    assert entered.entry.number not in drawing.kept.numbers


@pytest.fixture
def desk(functional_portal, monkeypatch):
    monkeypatch.setenv("KAARST_RATE_FACTOR", "1000")
    desk = town.make(functional_portal, **DRAW)
    functional_portal.manage_permission("plone.restapi: Use REST API", ["Anonymous"], acquire=1)
    DrawLots().run(functional_portal)
    transaction.commit()
    return desk


def test_taking_part_over_rest(desk):
    site = desk.aq_parent.aq_parent
    items = get(desk, "@draws").json()["items"]
    assert items and all(one["seed"] is None and len(one["commitment"]) == 64 for one in items)
    data = {"services": ["reisepass"], "name": "Anna", "email": "a@example.org"}
    for change, fields in (
        ({"draw": "x"}, ["draw"]),
        ({"draw": 7, "email": "", "part": []}, ["email", "part", "draw"]),
        ({"services": ["golf"]}, ["services"]),
    ):
        answer = post(desk, "@draw-entries", {**data, "draw": items[0]["id"], **change})
        assert answer.status_code == 400, answer.text
        assert [error["field"] for error in answer.json()["errors"]] == fields
    answer = post(desk, "@draw-entries", {**data, "draw": items[0]["id"]})
    assert answer.status_code == 201, answer.text
    mine = {name: answer.json()[name] for name in ("number", "pin")}
    assert post(site, "@draw-entry", mine).json()["state"] == "entered"
    assert post(site, "@booking", mine).status_code == 404
    assert post(site, "@draw-entry-withdraw", mine).json()["state"] == "withdrawn"
    assert post(site, "@draw-entry", mine).status_code == 404


def test_taking_part_on_the_pages(desk):
    citizen = Browser("")
    page = citizen.get(desk.aq_parent, "times", service="reisepass")
    assert page.get_element_by_id("release").get("data-moment")
    (link,) = page.xpath("//a[contains(@href, '/draw?')]/@href")
    page = citizen._read(citizen.session.get(link, timeout=60))
    page = citizen.submit(page.get_element_by_id("draw-form"), name="Bela")
    assert citizen.status == 400 and page.get_element_by_id("email-error") is not None
    form = page.get_element_by_id("draw-form")
    page = citizen.submit(form, email="bela@example.org")
    assert citizen.status == 200
    number, pin, ticket = (
        page.get_element_by_id(f"receipt-{name}").text_content()
        for name in ("number", "pin", "ticket")
    )
    again = citizen.submit(form, email="bela@example.org")
    assert again.get_element_by_id("receipt-number").text_content() == number
    page = citizen.get(desk.aq_parent, "my-appointment")
    page = citizen.submit(page.get_element_by_id("look-up"), number=number, pin=pin)
    assert page.get_element_by_id("ticket").text_content() == ticket
    page = citizen.submit(page.xpath("//form[.//button[@value='withdraw']]")[0], "withdraw")
    assert citizen.status == 200 and not page.xpath("//button[@value='withdraw']")
    page = citizen.get(desk.aq_parent, "draws")
    assert lots.draws(desk)[0].commitment in page.text_content()
    assert lots.draws(desk)[0].seed not in page.text_content()
