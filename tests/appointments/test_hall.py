"""The day at the town hall: the terminal, arrival on the phone, the display, and the same over REST."""

from kaarst.appointments.hall import keys
from kaarst.appointments.hall.queues import queue_of
from plone import api
from tests.appointments import town
from tests.appointments.clicking import Browser
from tests.appointments.clicking import form_with
from tests.appointments.clicking import made
from tests.appointments.clicking import PASSWORD

import pytest
import re
import requests
import transaction


WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@pytest.fixture
def desk(functional_portal, noon, monkeypatch):
    # Open around the clock, so that there is a queue whenever the tests run.
    monkeypatch.setenv("KAARST_RATE_FACTOR", "1000")
    every = {f"hours_{day}": "00:00–24:00" for day in WEEKDAYS}
    desk = town.make(functional_portal, hours={**every, "hours_closed_on_holidays": False})
    users = functional_portal.acl_users
    for name, role in {"clerk": "Desk Staff", "head": "Desk Manager"}.items():
        users.userFolderAddUser(name, PASSWORD, ["Member", role], [])
    functional_portal.manage_permission("plone.restapi: Use REST API", ["Anonymous"], acquire=1)
    transaction.commit()
    return desk


def key_of(desk):
    key = keys.new_key(desk)
    transaction.commit()
    return key


def tickets(desk):
    transaction.begin()
    return queue_of(desk).tickets()


def get(content, name, **headers):
    headers = {"Accept": "application/json", **headers}
    return requests.get(f"{content.absolute_url()}/{name}", headers=headers, timeout=60)


def post(content, name, data, **headers):
    headers = {"Accept": "application/json", "Accept-Language": "de", **headers}
    return requests.post(f"{content.absolute_url()}/{name}", json=data, headers=headers, timeout=60)


def credentials(receipt):
    return {"number": receipt.booking.number, "pin": receipt.pin}


def test_the_terminal_from_its_key_to_the_call(desk):
    receipt = made(desk)
    head, clerk, terminal = Browser("head"), Browser("clerk"), Browser("")
    page = terminal.get(desk, "terminal")
    assert (terminal.status, len(page.xpath("//form"))) == (200, 1)
    terminal.submit(page.get_element_by_id("unlock"), key_of_terminal="0000-0000-0000-0000")
    assert (terminal.status, len(terminal.session.cookies)) == (403, 0)
    # Without the key nothing is drawn, whatever is sent.
    requests.post(
        f"{desk.absolute_url()}/terminal", data={"step": "draw", "service": "reisepass"}, timeout=60
    )
    assert tickets(desk) == []

    page = head.get(desk, "terminal-key")
    page = head.submit(form_with(page, "make"), "make")
    key = page.get_element_by_id("terminal-key").text_content()
    page = terminal.submit(
        terminal.get(desk, "terminal").get_element_by_id("unlock"),
        key_of_terminal=key.lower().replace("-", " "),
    )
    (cookie,) = terminal.session.cookies
    assert cookie.has_nonstandard_attr("HttpOnly")
    assert cookie.get_nonstandard_attr("SameSite") == "Strict"
    assert cookie.path == requests.utils.urlparse(desk.absolute_url()).path
    assert "key" not in terminal.url

    form = page.xpath("//form[.//button[@value='reisepass']]")[0]
    ticket = terminal.submit(form, "reisepass")
    assert ticket.get_element_by_id("ticket-number").text_content() == "A001"
    again = terminal.submit(form, "reisepass")
    assert again.get_element_by_id("ticket-number").text_content() == "A001"
    assert [one.number for one in tickets(desk)] == ["A001"]

    page = terminal.get(desk, "terminal", step="arrive", lang="en")
    assert "I am here" in page.text_content()
    form = page.get_element_by_id("arrive")
    page = terminal.submit(form, number=receipt.booking.number, pin="0000 0000")
    assert terminal.status == 404
    assert page.get_element_by_id("number").value == receipt.booking.number
    assert page.get_element_by_id("pin").value in (None, "")
    page = terminal.submit(page.get_element_by_id("arrive"), **credentials(receipt))
    assert page.get_element_by_id("ticket-number").text_content() == "T001"
    assert receipt.pin not in terminal.url and receipt.booking.number not in terminal.url
    assert "Erika" not in page.text_content()

    page = clerk.get(desk, "day")
    page = clerk.submit(form_with(page, "next"), "next")
    called = page.xpath("//p[@class='k-called']")[0].text_content()
    shown = Browser("").get(desk, "display")
    (row,) = shown.get_element_by_id("calls")
    assert [cell.text_content() for cell in row] == [called, "Schalter 1"]
    assert "Erika" not in shown.text_content()
    times = Browser("").get(desk.aq_parent, "waiting-times").text_content()
    assert re.search(r"Reisepass: about \d+ minutes", " ".join(times.split()))

    # A new key ends the former one.
    head.submit(form_with(head.get(desk, "terminal-key"), "make"), "make")
    assert terminal.get(desk, "terminal").xpath("//form[@id='unlock']")


def test_arrival_on_the_phone(desk):
    page_of_all, receipt, later = desk.aq_parent, made(desk), made(desk, later=40)
    citizen, clerk = Browser(""), Browser("clerk")

    def look_up(found):
        form = citizen.get(page_of_all, "my-appointment").get_element_by_id("look-up")
        return citizen.submit(form, **credentials(found))

    assert not look_up(later).xpath("//*[@id='check-in']")
    page = look_up(receipt)
    page = citizen.submit(form_with(page, "check-in"), "check-in")
    assert page.get_element_by_id("my-ticket-number").text_content() == "T001"
    assert "wait" in page.get_element_by_id("my-ticket-state").text_content()
    assert not page.xpath("//*[@id='check-in']")
    clerk.submit(form_with(clerk.get(desk, "day"), "next"), "next")
    page = look_up(receipt)
    assert "Schalter 1" in page.get_element_by_id("my-ticket-state").text_content()
    clerk.submit(form_with(clerk.get(desk, "day"), "finish"), "finish")
    assert not look_up(receipt).xpath("//*[@id='my-ticket']")


def test_the_same_over_rest(desk):
    site, receipt, later = desk.aq_parent.aq_parent, made(desk), made(desk, later=40)
    key = key_of(desk)
    empty = get(desk, "@queue")
    assert empty.json()["calls"] == [] and empty.json()["open"] is True
    assert get(desk, "@queue", **{"If-None-Match": empty.headers["ETag"]}).status_code == 304

    early = post(site, "@booking-check-in", credentials(later))
    assert (early.status_code, early.json()["type"]) == (409, "TooEarly")
    assert re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d", early.json()["opens"])
    for _ in range(2):
        here = post(site, "@booking-check-in", credentials(receipt))
        assert here.status_code == 200, here.text
        assert here.json()["ticket"]["number"] == "T001"
        assert here.json()["state"] == "arrived"
    assert post(site, "@booking", credentials(receipt)).json()["ticket"]["state"] == "waiting"
    wrong = post(site, "@booking-check-in", {**credentials(receipt), "pin": "0000 0000"})
    assert wrong.status_code == 404

    wanted = {"services": ["reisepass"]}
    assert post(desk, "@tickets", wanted).status_code == 403
    assert post(desk, "@tickets", wanted, **{"X-Terminal-Key": "x"}).status_code == 403
    once = {"X-Terminal-Key": key, "Idempotency-Key": "a-tap-on-the-screen"}
    for _ in range(2):
        drawn = post(desk, "@tickets", wanted, **once)
        assert (drawn.status_code, drawn.json()["number"]) == (201, "A001")
    unknown = post(desk, "@tickets", {"services": ["balloon"]}, **{"X-Terminal-Key": key})
    assert (unknown.status_code, unknown.json()["errors"][0]["field"]) == (400, "services")

    # Sent back in a weak form, as a proxy does, it is still the same.
    now = get(desk, "@queue", **{"If-None-Match": empty.headers["ETag"]})
    assert now.json()["next"] == ["T001", "A001"] or now.json()["next"] == ["A001", "T001"]
    assert now.headers["ETag"] != empty.headers["ETag"]
    weak = get(desk, "@queue", **{"If-None-Match": f"W/{now.headers['ETag']}"})
    assert weak.status_code == 304

    transaction.begin()
    desk.walk_in = False
    transaction.commit()
    assert post(desk, "@tickets", wanted, **{"X-Terminal-Key": key}).status_code == 409
    with api.env.adopt_roles(["Manager"]):
        api.content.transition(desk, to_state="private")
        transaction.commit()
    assert get(desk, "@queue").status_code == 401
    for name in ("display", "terminal"):
        hidden = requests.get(f"{desk.absolute_url()}/{name}", allow_redirects=False, timeout=60)
        assert hidden.status_code in (302, 401)


def test_figures_without_names(desk):
    made(desk)
    clerk, head = Browser("clerk"), Browser("head")
    clerk.submit(form_with(clerk.get(desk, "day"), "arrive"), "arrive")
    clerk.submit(form_with(clerk.get(desk, "day"), "next"), "next")
    page = head.get(desk, "figures")
    assert head.status == 200
    rows = [[cell.text_content() for cell in row] for row in page.xpath("//*[@id='overview']//tr")]
    assert dict(rows)["Appointments"] == "1"
    assert dict(rows)["Half of them waited at most (minutes)"] == "0,0"
    assert [one.text_content() for one in page.xpath("//*[local-name()='title'][@id]")] == [
        "By service: Appointments",
        "By weekday: Appointments",
        "By hour: Minutes booked",
        "How full the open hours were: Percent",
        "By way of booking: Appointments",
    ]
    assert "Reisepass" in page.text_content() and "Erika" not in page.text_content()
    link = page.xpath("//a[contains(@href, 'figures.csv')]")[0].get("href")
    table = head.session.get(link, timeout=60)
    assert table.headers["Content-Type"].startswith("text/csv")
    assert "By service: Appointments;Reisepass;1" in table.text
    found = head.session.get(
        f"{desk.absolute_url()}/@figures", headers={"Accept": "application/json"}, timeout=60
    ).json()
    assert (found["appointments"], found["by_service"]) == (1, {"reisepass": 1})
    assert found["missed_by_service"] == {}
    clerk.submit(form_with(clerk.get(desk, "day"), "no-show"), "no-show")
    missed = head.session.get(link, timeout=60).text
    assert "Did not come, by service: Appointments;Reisepass (100,0 %);1" in missed
    head.get(desk, "figures", **{"from": "2026-02-30"})
    assert head.status == 400
    wrong = head.session.get(
        f"{desk.absolute_url()}/@figures",
        params={"from": "2026-03-01", "to": "2026-02-01"},
        headers={"Accept": "application/json"},
        timeout=60,
    )
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (400, "to")
    assert get(desk, "@figures").status_code == 401
    for name in ("figures", "figures.csv"):
        answer = clerk.session.get(
            f"{desk.absolute_url()}/{name}", allow_redirects=False, timeout=60
        )
        assert answer.status_code in (302, 401)
