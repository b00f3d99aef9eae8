"""Many want the same time at once, and a process is killed: nobody is booked twice, nothing is lost.

Through two web processes on one ZEO server, by HTTP, as front ends do it.
"""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from kaarst.appointments.bookings import store
from kaarst.appointments.engine.audit import audit
from kaarst.appointments.engine.records import Booking
from kaarst.appointments.engine.records import Hold
from tests.faults import holding
from tests.faults.holding import HeldCity
from tests.faults.races import apart
from tests.faults.races import free
from tests.faults.races import Race

import pytest
import requests
import secrets
import sys
import threading
import time


CLIENTS = 16
ROUNDS = 40
BOOKINGS = 96
SINGLE, MANY = "termine/burgerburo-kaarst", "termine/rathaus"
pytestmark = pytest.mark.timeout(900)
local = threading.local()
#: The keys of the requests that were answered a second time.
replayed: list[str] = []


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    home = tmp_path_factory.mktemp("city")
    city = HeldCity(home, furnish="tests.appointments.town:furnish")
    try:
        city.start()
        yield city
    finally:
        city.stop()


def session():
    if not hasattr(local, "session"):
        local.session = requests.Session()
        local.session.headers.update({"Accept": "application/json"})
    return local.session


def post(web, path, data, key=""):
    headers = {"Idempotency-Key": key or secrets.token_urlsafe(24)}
    answer = session().post(web.url(path), json=data, headers=headers, timeout=120)
    if "Idempotency-Replayed" in answer.headers:
        replayed.append(key)
    return answer.status_code, answer.json()


def checked(city):
    """The bookings and holds in the database, which agree with every ledger."""
    with city.site() as site:
        # Without ZCML there are no adapters here.
        engine = site.__annotations__[store.NAME].engine
        assert audit(engine, int(time.time())) == []
        return list(engine.records(Booking)), list(engine.records(Hold))


def test_sixteen_race_for_one_time_again_and_again(city):
    race = Race(city, SINGLE, CLIENTS)
    began = time.monotonic()
    outcome = race.run(apart(free(city, SINGLE))[:ROUNDS])
    took = time.monotonic() - began
    sys.stderr.write(f"{ROUNDS} rounds of {CLIENTS} clients in {took:.1f} s\n")
    assert outcome.rounds_with_one_winner == len(outcome.winners) == ROUNDS
    assert set(outcome.statuses) == {201, 409} and outcome.poor == outcome.torn == 0
    found = race.found()
    assert found.differences == [] and found.letters == ROUNDS
    seen = {int(datetime.fromisoformat(k).timestamp()): v for k, v in outcome.winners.items()}
    assert found.bookings == seen
    assert "Traceback" not in city.errors()


def test_sixteen_book_different_times_without_an_error(city):
    slots = apart(free(city, MANY))[:BOOKINGS]
    before = {one.number for one in checked(city)[0]}

    def book(number):
        web = city.webs[number % 2]
        data = {"services": ["reisepass"], "start": slots[number]}
        status, body = post(web, f"{MANY}/@holds", data)
        if status != 201:
            return status, body
        person = {"hold": body["hold"], "name": f"P{number}", "email": f"p{number}@example.org"}
        return post(web, f"{MANY}/@bookings", person)

    began = time.monotonic()
    with ThreadPoolExecutor(CLIENTS) as clients:
        answers = list(clients.map(book, range(len(slots))))
    took = time.monotonic() - began
    sys.stderr.write(f"{len(slots)} bookings in {took:.1f} s: {len(slots) / took:.0f} a second\n")
    assert {status for status, _ in answers} == {201}, [a for a in answers if a[0] != 201][:3]
    bookings, _holds = checked(city)
    assert {one.number for one in bookings} - before == {body["number"] for _, body in answers}


def test_all_counters_are_used_in_a_rush_for_one_hour(city):
    """Four counters, sixteen clients, one start: four of them get it."""
    start = apart(free(city, MANY))[-1]
    data = {"services": ["reisepass"], "start": start}
    with ThreadPoolExecutor(CLIENTS) as clients:
        answers = list(
            clients.map(
                lambda client: post(city.webs[client % 2], f"{MANY}/@holds", data), range(CLIENTS)
            )
        )
    statuses = sorted(status for status, _ in answers)
    assert statuses == [201] * 4 + [409] * 12
    checked(city)


def test_kill_nine_loses_nothing_that_was_answered(city):
    web, other = city.webs
    before = len(checked(city)[0])
    slots = apart(free(city, MANY))[:60]
    answered, lost = {}, []
    enough = threading.Event()

    def book(number):
        keys = [f"kill-nine-{step}-{number:06d}" for step in ("hold", "book")]
        data = {"services": ["reisepass"], "start": slots[number]}
        try:
            status, body = post(web, f"{MANY}/@holds", data, keys[0])
            assert status == 201, body
            status, body = post(
                web, f"{MANY}/@bookings", {"hold": body["hold"], "name": f"P{number}"}, keys[1]
            )
            assert status == 201, body
        except requests.RequestException:
            lost.append(number)
            return
        answered[number] = body
        if len(answered) >= 15:
            enough.set()

    with ThreadPoolExecutor(8) as clients:
        futures = [clients.submit(book, number) for number in range(len(slots))]
        assert enough.wait(120)
        # At the worst moment: it has committed, and its client does not know yet.
        holding.ask(city)
        assert holding.holder(city) is web
        web.kill()
        for future in futures:
            future.result()
    assert lost
    bookings, _holds = checked(city)
    numbers = {one.number for one in bookings}
    assert {body["number"] for body in answered.values()} <= numbers

    # Sent again with the same keys, everything is there once, whatever had arrived before.
    web, replayed[:] = other, []
    again, lost = list(lost), []
    for number in again:
        book(number)
    assert not lost and replayed
    bookings, _holds = checked(city)
    assert len(bookings) == before + len(slots)
    mine = {body["number"]: body["pin"] for body in answered.values()}
    number, pin = mine.popitem()
    assert post(other, "@booking", {"number": number, "pin": pin})[0] == 200
    city.webs[0].start()
    assert post(city.webs[0], "@booking", {"number": number, "pin": pin})[0] == 200
