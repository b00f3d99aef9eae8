"""A ticket followed on one's own phone, as a page and over REST, and how the terminal can look."""

from kaarst.appointments.bookings import details
from kaarst.appointments.bookings import office
from kaarst.appointments.desks.interfaces import today
from kaarst.appointments.hall.queues import queue_of
from lxml import html
from tests.appointments.clicking import Browser
from tests.appointments.clicking import form_with
from tests.appointments.clicking import made
from tests.appointments.test_hall import desk  # noqa: F401
from tests.appointments.test_hall import get
from tests.appointments.test_hall import key_of

import re
import transaction


def state(page):
    names = ("number", "state", "before", "minutes")
    return [page.get_element_by_id(f"my-ticket-{name}").text_content().strip() for name in names]


def test_a_ticket_on_the_phone(desk):  # noqa: F811
    terminal, phone = Browser(""), Browser("")
    page = terminal.get(desk, "terminal", look="dark-large-<b>")
    page = terminal.submit(page.get_element_by_id("unlock"), key_of_terminal=key_of(desk))
    page = terminal.get(desk, "terminal", look="large-dark", lang="de")
    assert page.xpath("//body")[0].get("class") == "h-terminal h-large h-dark"
    (switch,) = [link for link in page.xpath("//nav//a") if "Hell auf Dunkel" in link.text]
    assert (switch.get("aria-current"), "look=large" in switch.get("href")) == ("true", True)
    assert "dark" not in switch.get("href")
    for number in ("A001", "A002"):
        form = terminal.get(desk, "terminal", look="large").xpath("//form")[0]
        ticket = terminal.submit(form, "reisepass")
        assert ticket.get_element_by_id("ticket-number").text_content() == number
    # The look stays until the terminal is back at its start, and so does the ticket in it.
    assert ticket.xpath("//body")[0].get("class") == "h-terminal h-large"
    assert all("ticket=" in link.get("href") for link in ticket.xpath("//nav//a"))
    assert "look" not in ticket.get_element_by_id("timeout").get("data-start")
    assert "Vor Ihnen ist noch eine Person." in ticket.text_content()
    (code,) = ticket.xpath("//*[local-name()='svg']")
    assert code.get("style") is None and len(code) == 2

    # What the code on the paper says; nothing in it is secret, and it needs no scripts.
    day = today().isoformat()
    page = phone.get(desk, "my-ticket", number="a 002", day=day)
    assert state(page)[:3] == [
        "A002",
        "Please wait until your number is called.",
        "One person is before you.",
    ]
    assert re.fullmatch(r"(It takes about \d+ minutes\.)?", state(page)[3])
    for number, other, status in (("A077", day, 404), ("x", day, 400), ("A002", "2020-01-01", 404)):
        page = phone.get(desk, "my-ticket", number=number, day=other)
        assert phone.status == status
        assert page.get_element_by_id("ticket-number").value == number
        assert page.get_element_by_id("message") is not None
    assert phone.get(desk, "my-ticket") is not None and phone.status == 200

    first = get(desk, "@ticket?number=A002")
    assert (first.json()["state"], first.json()["before"]) == ("waiting", 1)
    known = {"If-None-Match": first.headers["ETag"]}
    assert get(desk, "@ticket?number=A002", **known).status_code == 304
    wrong = get(desk, "@ticket?number=2")
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (400, "number")
    assert get(desk, "@ticket?number=A003").status_code == 404

    transaction.begin()
    queue = queue_of(desk)
    tickets = queue.tickets()
    counters = [one.id for one in queue.desk.plan.resources]
    for ticket, counter in zip(tickets, counters, strict=False):
        queue.call(ticket.id, counter)
    queue.no_show(tickets[0].id)
    transaction.commit()
    found = get(desk, "@ticket?number=A002", **known).json()
    assert (found["state"], found["counter"], found["before"]) == ("called", "Schalter 2", None)
    assert "Schalter 2" in state(phone.get(desk, "my-ticket", number="A002"))[1]
    # How it ended is nobody else's business.
    assert get(desk, "@ticket?number=A001").json()["state"] == "over"
    page = html.tostring(phone.get(desk, "my-ticket", number="A001"), encoding="unicode")
    assert "This ticket is over" in page and "no-show" not in page


def test_late_or_not_coming_in_one_tap_and_back(desk):  # noqa: F811
    # Half an hour ahead: once it has begun nobody cancels any more.
    receipt, citizen = made(desk, later=6), Browser("")

    def stored():
        transaction.begin()
        return office.engine(desk).booking(receipt.booking.id)

    page = citizen.get(desk.aq_parent, "my-appointment")
    mine = {"number": receipt.booking.number, "pin": receipt.pin}
    page = citizen.submit(page.get_element_by_id("look-up"), **mine)
    assert not page.xpath("//button[@name='minutes'][@value='0']")
    page = citizen.submit(form_with(page, "10"), "10")
    assert stored().late == 10
    page = citizen.submit(form_with(page, "0"), "0")
    assert (stored().late, citizen.status) == (0, 200)
    assert "Comes in time after all" in Browser("clerk").get(desk, "day").text_content()
    # The first button that cancels stands beside it, and asks for nothing more.
    page = citizen.submit(form_with(page.get_element_by_id("today"), "cancel"), "cancel")
    assert stored().state == "cancelled"
    page = citizen.submit(page.get_element_by_id("again"))
    assert (citizen.status, len(page.xpath("//input[@name='name']"))) == (200, 1)
    (start,) = {field.value for field in page.xpath("//input[@name='start']")}
    assert start == details.iso(receipt.booking.start)
