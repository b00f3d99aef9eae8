"""Tickets sent on, put aside and taken back through the pages, letters, and the day's notice."""

from kaarst.appointments.desks import letters
from kaarst.appointments.desks.interfaces import IDesk
from kaarst.appointments.hall.queues import queue_of
from plone import api
from plone.app.testing import SITE_OWNER_NAME
from plone.app.testing import SITE_OWNER_PASSWORD
from tests.appointments import town
from tests.appointments.clicking import Browser
from tests.appointments.clicking import form_with
from tests.appointments.clicking import made
from tests.appointments.test_hall import desk  # noqa: F401
from tests.appointments.test_hall import get
from tests.appointments.test_hall import key_of
from tests.appointments.test_hall import post
from tests.appointments.test_hall import tickets
from tests.appointments.test_hall import WEEKDAYS
from zope.event import notify
from zope.lifecycleevent import ObjectModifiedEvent
from zope.schema.interfaces import ConstraintNotSatisfied

import pytest
import requests
import transaction


@pytest.fixture
def registry(functional_portal, desk):  # noqa: F811
    """A second desk on the same page."""
    hours = {f"hours_{day}": "00:00–24:00" for day in WEEKDAYS}
    made = town.make(functional_portal, counters=1, title="Standesamt", hours=hours)
    made.hours_closed_on_holidays = False
    transaction.commit()
    return made


def draw(browser, desk, **more):  # noqa: F811
    """A ticket given at the reception."""
    form = form_with(browser.get(desk, "day"), "walk-in")
    return browser.submit(form, "walk-in", service="reisepass", **more)


def states(desk):  # noqa: F811
    return [(one.number, one.state) for one in tickets(desk)]


def words(element):
    return " ".join(element.text_content().split())


def test_no_two_desks_of_a_page_have_a_letter(functional_portal, desk, registry):  # noqa: F811
    assert (desk.letter, desk.letter_of_appointments) == ("A", "T")
    assert (registry.letter, registry.letter_of_appointments) == ("B", "U")
    queue_of(desk).draw(["reisepass"])
    desk.letter = "C"
    transaction.commit()
    head = Browser("head")
    page = head.get(registry, "edit")
    field = page.get_element_by_id("form-widgets-letter")
    offered = [one.get("value") for one in field if one.get("value")]
    # Neither those of the other desk nor the one it has drawn under today.
    assert not {"A", "C", "T"} & set(offered) and {"B", "D"} <= set(offered)

    form = page.xpath("//form[@id='form']")[0]
    page = head.submit(form, **{"form.widgets.letter": "A", "form.buttons.save": "Save"})
    transaction.begin()
    assert registry.letter == "B"
    for letter in ("A", "C", "AB"):
        with pytest.raises(ConstraintNotSatisfied):
            IDesk["letter"].bind(registry).validate(letter)
    registry.letter = "D"
    assert queue_of(registry).draw(["reisepass"]).number == "D001"
    transaction.commit()
    # A front end that knows nothing of letters makes a desk, too.
    basic = (SITE_OWNER_NAME, SITE_OWNER_PASSWORD)
    json = {"@type": "Desk", "title": "Wartehalle"}
    headers = {"Accept": "application/json"}
    answer = requests.post(
        desk.aq_parent.absolute_url(), json=json, auth=basic, headers=headers, timeout=60
    )
    assert answer.status_code == 201, answer.text
    taken = requests.patch(
        answer.json()["@id"], json={"letter": "D"}, auth=basic, headers=headers, timeout=60
    )
    assert (taken.status_code, "letter" in taken.text) == (400, True)
    transaction.begin()
    third = desk.aq_parent["wartehalle"]
    assert (third.letter, third.letter_of_appointments) == ("B", "V")
    third.letter = None
    notify(ObjectModifiedEvent(third))
    assert third.letter == "B"
    with api.env.adopt_roles(["Manager"]):
        copied = api.content.copy(registry, desk.aq_parent)
    assert (copied.letter, copied.letter_of_appointments) == ("E", "W")
    everyone = [one for one in desk.aq_parent.objectValues() if one.portal_type == "Desk"]
    assert len({getattr(one, name) for one in everyone for name in letters.NAMES}) == 8


def test_a_visitor_sent_on_is_followed_everywhere(desk, registry):  # noqa: F811
    clerk, phone = Browser("clerk"), Browser("")
    page = draw(clerk, desk)
    assert "A001" in page.get_element_by_id("given").text_content()
    slip = clerk.session.get(page.xpath("//*[@id='given']//a")[0].get("href"), timeout=60)
    assert 'data-print="' in slip.text and "A001" in slip.text and "timeout" not in slip.text
    draw(clerk, registry)
    page = clerk.submit(form_with(clerk.get(desk, "day"), "next"), "next")
    address = page.xpath("//*[@class='k-counters']//a[contains(@href, 'pass-on')]")[0].get("href")
    assert requests.get(address, allow_redirects=False, timeout=60).status_code in (302, 401)
    page = clerk._read(clerk.session.get(address, timeout=60))
    assert "A001" in page.xpath("//h1")[0].text_content()
    form = page.get_element_by_id("pass-on")
    for wrong in ("", "desk:nowhere:reisepass", "x:y", f"desk:{registry.getId()}:balloon"):
        page = clerk.submit(form, to=wrong)
        assert (clerk.status, page.get_element_by_id("message") is not None) == (400, True)
    assert states(desk) == [("A001", "called")]
    page = clerk.submit(form, to=f"desk:{registry.getId()}:reisepass")
    assert clerk.url.startswith(f"{desk.absolute_url()}/day")
    assert "A001" in words(page) and "Standesamt" in words(page)
    assert states(desk) == [("A001", "sent-on")]
    # She came first, and so she is next: at the display, on her phone, and for the clerk there.
    assert get(registry, "@queue").json()["next"] == ["A001", "B001"]
    found = get(desk, "@ticket?number=A001").json()
    assert (found["state"], found["before"], found["desk"]) == ("waiting", 0, "Standesamt")
    page = phone.get(desk, "my-ticket", number="A001")
    assert "Standesamt" in page.get_element_by_id("my-ticket-desk").text_content()
    page = clerk.submit(form_with(clerk.get(registry, "day"), "next"), "next")
    assert page.xpath("//p[@class='k-called']")[0].text_content() == "A001"
    assert get(desk, "@ticket?number=A001").json()["counter"] == "Schalter 1"
    # Somebody opens the form of a ticket that is gone.
    clerk._read(clerk.session.get(address, timeout=60))
    assert clerk.url.startswith(f"{desk.absolute_url()}/day")


def test_put_aside_called_in_vain_and_back(desk):  # noqa: F811
    receipt, clerk = made(desk), Browser("clerk")
    clerk.submit(form_with(clerk.get(desk, "day"), "arrive"), "arrive")
    page = clerk.submit(form_with(clerk.get(desk, "day"), "next"), "next")
    assert not page.xpath("//button[@value='back']")
    page = clerk.submit(form_with(page, "park"), "park")
    assert states(desk) == [("T001", "parked")]
    mine = {"number": receipt.booking.number, "pin": receipt.pin}
    assert post(desk.aq_parent.aq_parent, "@booking", mine).json()["ticket"]["state"] == "parked"
    assert get(desk, "@ticket?number=T001").json()["state"] == "parked"
    assert "put aside" in words(Browser("").get(desk, "my-ticket", number="T001"))
    page = clerk.submit(form_with(page, "back"), "back")
    assert states(desk) == [("T001", "waiting")]
    page = clerk.submit(form_with(page, "next"), "next")
    page = clerk.submit(form_with(page, "again"), "again")
    (call,) = get(desk, "@queue").json()["calls"]
    assert (call["number"], call["calls"]) == ("T001", 3)
    page = clerk.submit(form_with(page, "no-show"), "no-show")
    # Back by the list of appointments as well: the same number, not a second ticket.
    page = clerk.submit(form_with(page, "arrive"), "arrive")
    assert states(desk) == [("T001", "waiting")]
    page = clerk.submit(form_with(page, "next"), "next")
    page = clerk.submit(form_with(page, "no-show"), "no-show")
    page = clerk.submit(form_with(page, "back"), "back")
    assert states(desk) == [("T001", "waiting")]


def test_when_time_runs_out_and_the_notice_of_the_day(desk):  # noqa: F811
    clerk, head, terminal = Browser("clerk"), Browser("head"), Browser("")
    key = key_of(desk)
    terminal.submit(terminal.get(desk, "terminal").get_element_by_id("unlock"), key_of_terminal=key)
    notice = clerk.get(desk, "hall-notice").get_element_by_id("notice")
    page = clerk.submit(notice, text="ä" * 161)
    assert (clerk.status, page.get_element_by_id("notice-text").text) == (400, "ä" * 161)
    clerk.submit(notice, text=" Schalter 2 fällt aus.\n<b> ", stopped="on")
    board = get(desk, "@queue").json()
    assert (board["notice"], board["tickets"]) == ("Schalter 2 fällt aus. <b>", False)
    for page in (
        terminal.get(desk, "terminal"),
        Browser("").get(desk, "display"),
        Browser("").get(desk.aq_parent, "waiting-times"),
        Browser("").get(desk, "my-ticket"),
        clerk.get(desk, "day"),
    ):
        assert "Schalter 2 fällt aus. <b>" in words(page)
    page = terminal.get(desk, "terminal")
    assert page.get_element_by_id("no-tickets") is not None
    assert not page.xpath("//button[@name='service']")
    wanted = {"services": ["reisepass"]}
    assert post(desk, "@tickets", wanted, **{"X-Terminal-Key": key}).status_code == 409
    # The reception still can.
    draw(clerk, desk)
    assert states(desk) == [("A001", "waiting")]
    notice = clerk.get(desk, "hall-notice").get_element_by_id("notice")
    assert notice.fields["stopped"] == "on"
    clerk.submit(notice, text="", stopped="")
    assert get(desk, "@queue").json()["notice"] == ""

    # No counter calls anybody today any more.
    transaction.begin()
    for one in desk.objectValues():
        if one.portal_type == "Resource":
            one.own_hours = True
            for day in WEEKDAYS:
                setattr(one, f"hours_{day}", "")
    transaction.commit()
    assert terminal.get(desk, "terminal").get_element_by_id("no-tickets") is not None
    page = draw(clerk, desk)
    assert not page.xpath("//*[@id='full']")
    page = draw(head, desk)
    page = head.submit(page.get_element_by_id("full"), "walk-in-anyway")
    assert "A002" in page.get_element_by_id("given").text_content()
    forged = {"step": "walk-in-anyway", "service": "reisepass"}
    clerk.submit(form_with(clerk.get(desk, "day"), "walk-in"), **forged)
    assert len(tickets(desk)) == 2
