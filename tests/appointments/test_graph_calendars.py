"""Counters connected to a calendar of Microsoft Graph, in a site; Graph itself is a small one on loopback."""

from dataclasses import replace
from kaarst.appointments.bookings import store
from kaarst.appointments.calendars.graph import access
from kaarst.appointments.calendars.graph import clouds
from kaarst.appointments.calendars.job import SyncCalendars
from kaarst.appointments.calendars.records import Connection
from kaarst.appointments.calendars.records import Notice
from kaarst.appointments.engine import raster
from kaarst.appointments.engine.audit import audit
from kaarst.core import sealing
from kaarst.core.personal import request
from kaarst.core.personal.person import Person
from plone import api
from tests.appointments import town
from tests.appointments.calendars.graph.server import CLIENT
from tests.appointments.calendars.graph.server import MAILBOX
from tests.appointments.calendars.graph.server import running
from tests.appointments.calendars.graph.server import SECRET
from tests.appointments.calendars.graph.server import TENANT
from tests.appointments.clicking import Browser
from tests.appointments.clicking import form_with
from tests.appointments.clicking import made
from tests.appointments.test_staff_pages import desk  # noqa: F401

import datetime
import pytest
import requests
import time
import transaction


@pytest.fixture(scope="module")
def service():
    with running() as graph:
        yield graph


@pytest.fixture
def graph(service, monkeypatch, tmp_path):
    service.forget()
    access._kept.clear()
    monkeypatch.setitem(clouds.CLOUDS, "global", service.cloud)
    monkeypatch.setenv(sealing.VARIABLE, str(tmp_path / "secret.key"))
    return service


def utc(moment):
    return f"{datetime.datetime.fromtimestamp(moment, datetime.UTC):%Y-%m-%dT%H:%M:%S}"


def meeting(graph, start, minutes=15):
    graph.write("AAMkMeeting", utc(start), utc(start + minutes * 60))


def links(site):
    transaction.begin()
    return list(store.existing(site).engine.records(Connection))


def work(site, **changes):
    """Two rounds of the worker: new entries are announced in the first and written in the second."""
    transaction.begin()
    records = store.existing(site).engine.records(Connection)
    for one in records:
        records.put(replace(one, **changes))
    for _round in range(2):
        SyncCalendars().run(site)
    transaction.commit()
    return links(site)


def test_a_desk_manager_connects_a_mailbox_and_the_worker_goes_on(desk, graph, tmp_path):  # noqa: F811
    site = desk.aq_parent.aq_parent
    head = Browser("head")
    booking = made(desk, later=30).booking
    key = booking.pieces[0].resource
    meeting(graph, booking.start)
    page = head.get(desk, "calendars")

    def form():
        return page.xpath(f"//article[@id='calendar-{key}']//form[.//input[@value='graph']]")[0]

    values = {"address": MAILBOX, "tenant": TENANT, "user": CLIENT, "password": SECRET}
    for wrong, sentence in (
        ({"tenant": "kaarst"}, "directory (tenant) ID"),
        ({"user": "app"}, "application (client) ID"),
        ({"address": "schalter"}, "not complete"),
        ({"password": ""}, "value of the client secret"),
        ({"cloud": "https://evil.example"}, "one of the clouds"),
        ({"password": "falsch"}, "refuses this client secret"),
        ({"tenant": "contoso.example.org"}, "no organisation"),
        ({"address": "niemand@contoso.onmicrosoft.com"}, "no mailbox"),
    ):
        page = head.submit(form(), "connect", **{**values, **wrong})
        assert head.status == 400 and sentence in form().text_content(), sentence
        # Nothing typed is lost but the secret.
        assert form().fields["address"] == {**values, **wrong}["address"]
        assert not form().fields["password"]
    assert links(site) == []
    page = head.submit(form(), "connect", **values)
    assert head.status == 200, page.text_content()
    assert "The calendar is connected" in page.text_content()
    assert "Please look at Conflicts" in page.text_content()
    assert "geheim" not in page.text_content() and form().fields["user"] == CLIENT
    (link,) = links(site)
    assert "geheim" not in str(vars(link)) and sealing.opened(link.password) == SECRET

    # The worker enters appointments, with initials, and has changes told.
    (link,) = work(site)
    assert {one["subject"] for one in graph.events.values()} == {
        "Zahnarzt",
        "Appointment: Reisepass (E. M.)",
    }
    assert "Mustermann" not in str(graph.asked)
    (subscription,) = graph.subscriptions.values()
    assert subscription["resource"] == f"users/{MAILBOX}/events"
    assert subscription["notificationUrl"].endswith("/plone/appointments-notification")
    # Nothing is due, until Microsoft tells of a change: then the event over there is gone here.
    count = len(graph.asked)
    assert work(site) == [link] and len(graph.asked) == count
    graph.take_out("AAMkMeeting")
    assert graph.tell() == [202]
    (later,) = work(site)
    assert later.busy == () and link.busy != ()

    # What is known of the staff is found, given out, and not taken away under the counter.
    (about,) = [name for name, _one in request.find(site, Person(email=MAILBOX.upper()))]
    (given,) = request.give(site, Person(email=MAILBOX), [about])
    assert given["data"]["your address"] == MAILBOX
    assert "geheim" not in str(given) and link.password not in str(given)
    with pytest.raises(request.Held):
        request.erase(site, Person(email=MAILBOX), [about])
    api.user.get(username="head").setMemberProperties({"email": "head@kaarst.example"})
    assert request.erase(site, Person(email="head@kaarst.example"), [about]) == 1
    transaction.commit()
    assert [one.actor for one in links(site)] == [""]

    # Try it: at once, and in words.
    page = head.submit(form_with(page, "read"), "read")
    assert "It works: the calendar was read just now" in page.text_content()
    assert "Microsoft tells of changes at once" in page.text_content()
    graph.refuse("/delta", 403, {"error": {"code": "ErrorAccessDenied", "message": "No."}})
    page = head.submit(form_with(page, "read"), "read")
    assert "has no right to this mailbox" in page.text_content()

    # Read only, with the secret that is stored; ours go, and the subscription with them.
    page = head.submit(form(), "connect", address=MAILBOX, writes="", password="")
    assert head.status == 200 and "The calendar is connected" in page.text_content()
    assert graph.events == {} and graph.subscriptions == {}
    (link,) = work(site)
    assert not link.writes and not link.reason

    # Without the key of the house it cannot be read, and counts as busy.
    (tmp_path / "secret.key").unlink()
    (link,) = work(site, looked=0)
    (link,) = work(site, looked=0, since=1, again=0)
    assert link.reason == "sealed" and link.counts_as_busy(int(time.time()))
    page = head.get(desk, "calendars")
    assert "The stored password cannot be opened" in page.text_content()
    day, now = town.next_weekday(), int(time.time())
    closed = store.existing(site).engine.ledgers.full([key], day, day, now)[key][day]
    assert closed == (1 << raster.length(day)) - 1
    assert audit(store.existing(site).engine, int(time.time())) == []
    page = head.submit(form_with(page, "disconnect"), "disconnect")
    assert links(site) == []
    assert len(store.existing(site).engine.records(Notice)) == 0


def test_what_strangers_send_to_the_address_changes_nothing(desk):  # noqa: F811
    site = desk.aq_parent.aq_parent
    address = f"{site.absolute_url()}/appointments-notification"

    def send(query="", **options):
        return requests.post(f"{address}{query}", timeout=60, **options)

    token = "<script>alert(1)</script> & Ü"
    answer = requests.post(
        address,
        params={"validationToken": token},
        headers={"Content-Type": "text/plain"},
        timeout=60,
    )
    assert (answer.status_code, answer.text) == (200, token)
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert send("?validationToken=" + "x" * 5000).status_code == 400
    assert send("?validationToken=a%0D%0AX-Y:1").status_code == 400
    assert send(json={"value": [{"subscriptionId": "", "clientState": ""}]}).status_code == 202
    for body in ("", "[]", "{}", '{"value": 1}', "{" * 100_000, "x" * 300_000):
        headers = {"Content-Type": "application/json"}
        assert send(data=body, headers=headers).status_code == 400
    assert requests.get(address, timeout=60).status_code == 405
    transaction.begin()
    assert len(store.existing(site).engine.records(Notice)) == 0


def test_the_same_over_rest(desk, graph):  # noqa: F811
    head, clerk = Browser("head"), Browser("clerk")

    def ask(name, who=head, **data):
        answer = who.session.request(
            "POST" if data else "GET",
            f"{desk.absolute_url()}/{name}",
            json=data or None,
            headers={"Accept": "application/json", "Accept-Language": "en"},
            timeout=60,
        )
        return answer.status_code, answer.json()

    assert ask("@calendars", clerk)[0] == 401
    status, found = ask("@calendars")
    own, counter, _second = found["items"]
    assert (status, own["connectable"], counter["connection"]) == (200, False, None)
    key = counter["id"]
    values = {"kind": "graph", "address": MAILBOX, "tenant": TENANT, "user": CLIENT}
    assert ask("@calendar-connect", clerk, id=key)[0] == 401
    for more, status, field in (
        ({"password": "falsch"}, 400, "password"),
        ({"password": 1}, 400, "password"),
        ({"password": SECRET, "writes": "no"}, 400, "writes"),
        ({"password": SECRET, "kind": "ews"}, 400, "kind"),
        ({"password": SECRET, "cloud": "x" * 30}, 400, "cloud"),
        ({"password": SECRET, "id": own["id"]}, 404, None),
        ({"password": SECRET, "id": ["x"]}, 404, None),
    ):
        answered, wrong = ask("@calendar-connect", **{"id": key, **values, **more})
        assert answered == status and (not field or wrong["errors"][0]["field"] == field), wrong
    status, made_ = ask("@calendar-connect", id=key, password=SECRET, **values)
    assert (status, made_["readable"], made_["collisions"]) == (201, True, 0)
    assert "geheim" not in str(ask("@calendars"))
    graph.refuse("/delta", 503, None, Retry_After="60")
    status, found = ask("@calendar-read", id=key)
    assert (status, found["reason"]) == (
        200,
        "Microsoft's servers are busy. Please try again later.",
    )
    status, feed = ask("@calendar-feed", id=own["id"])
    assert status == 201 and requests.get(feed["address"], timeout=60).status_code == 200
    assert ask("@calendar-feed-end", id=own["id"]) == (200, {"ended": True})
    assert requests.get(feed["address"], timeout=60).status_code == 404
    assert ask("@calendar-feed-end", id=own["id"])[0] == 404
    assert ask("@calendar-disconnect", id=key) == (200, {"taken_out": True})
    assert ask("@calendar-disconnect", id=key)[0] == 404
    assert links(desk.aq_parent.aq_parent) == []
