"""Many send forms at the same moment, and a process is killed: nothing is lost, nothing double."""

from concurrent.futures import ThreadPoolExecutor
from kaarst.services.cases.departments.scope import EVERYTHING
from kaarst.services.forms.drafts.store import STORE
from tests.faults.city import City
from tests.faults.stores import PostgreSQLStore
from tests.services.test_answers import PDF

import base64
import pytest
import requests
import sys
import threading
import time


CLIENTS = 16
FORMS = 800
# Every fourth form is sent twice at the same moment, as by a client that lost patience.
DISTINCT = FORMS * 4 // 5
KEPT_FRESH = 0.5
pytestmark = pytest.mark.timeout(900)


@pytest.fixture(
    scope="module", params=["zeo", pytest.param("postgresql", marks=pytest.mark.postgresql)]
)
def city(request, tmp_path_factory):
    store = None
    if request.param == "postgresql":
        store = PostgreSQLStore(request.getfixturevalue("postgresql_url"))
    city = City(tmp_path_factory.mktemp("city"), furnish="tests.faults.papers:furnish", store=store)
    try:
        city.start()
        yield city
    finally:
        city.stop()


local = threading.local()


def session():
    if not hasattr(local, "session"):
        local.session = requests.Session()
        local.session.headers.update({"Accept": "application/json"})
    return local.session


def send(web, number, text="Das Menü ist mit der Tastatur nicht erreichbar."):
    """Sends one form; returns (status, answer or None)."""
    answer = session().post(
        web.url("barriere-melden/@form"),
        json={"data": {"barrier": f"{number}: {text}", "email": f"p{number}@example.org"}},
        headers={"Idempotency-Key": f"load-test-number-{number}"},
        timeout=120,
    )
    return answer.status_code, answer.json() if answer.status_code == 201 else answer.text


def numbers_of(city):
    """Number → first answer of every case in the database."""
    with city.site() as site:
        cases = site._getOb("vorgaenge")._cases
        return {number: case.answers[0]["value"] for number, case in cases.items()}


def counter_of(city):
    with city.site() as site:
        return site._getOb("portal_catalog")._counter.value


def test_sixteen_clients_send_eight_hundred_forms(city, record_property):
    front = city.webs[0].url()
    first = requests.get(front)
    assert first.status_code == 200
    counter = counter_of(city)
    pages, stop = [], threading.Event()

    def read():
        while not stop.wait(KEPT_FRESH):
            page = requests.get(front)
            pages.append((page.status_code, page.headers.get("ETag"), page.elapsed.total_seconds()))

    reader = threading.Thread(target=read)
    reader.start()
    jobs = [
        (city.webs[turn % 2], number)
        for number in range(DISTINCT)
        for turn in range(2 if number % 4 == 0 else 1)
    ]
    assert len(jobs) == FORMS
    began = time.monotonic()
    with ThreadPoolExecutor(CLIENTS) as clients:
        answers = list(clients.map(lambda job: (job[1], *send(*job)), jobs))
    took = time.monotonic() - began
    stop.set()
    reader.join()

    record_property("forms a second", round(FORMS / took))
    sys.stderr.write(f"{FORMS} forms in {took:.1f} s; {len(pages)} pages read\n")
    assert {status for _, status, _ in answers} == {201}, [a for a in answers if a[1] != 201][:3]
    receipts = {}
    for number, _, receipt in answers:
        assert receipts.setdefault(number, receipt) == receipt
    stored = numbers_of(city)
    assert len(stored) == DISTINCT
    for number, receipt in receipts.items():
        assert stored[receipt["number"]].startswith(f"{number}: ")
    with city.site() as site:
        listed, _ = site._getOb("vorgaenge").index.find(scope=EVERYTHING)
        assert listed == DISTINCT
    assert {status for status, _, _ in pages} == {200}
    # Of a page that shows what is open now, the minute is part of the name; the state is not to change.
    assert len({tuple(etag.split("|")[1:3]) for _, etag, _ in pages}) == 1
    assert counter_of(city) == counter


def test_kill_nine_loses_nothing_that_was_answered(city):
    web, other = city.webs
    answered, lost = {}, set()
    enough = threading.Event()

    def one(number):
        try:
            status, receipt = send(web, number)
        except requests.RequestException:
            lost.add(number)
            return
        if status == 201:
            answered[number] = receipt
        else:
            lost.add(number)
        if len(answered) >= 60:
            enough.set()

    with ThreadPoolExecutor(8) as clients:
        futures = [clients.submit(one, f"kill-{number}") for number in range(160)]
        assert enough.wait(120)
        web.kill()
        for future in futures:
            future.result()
    assert len(answered) >= 60
    assert lost
    stored = numbers_of(city)
    for number, receipt in answered.items():
        assert stored[receipt["number"]].startswith(f"{number}: ")

    # What was not answered may be there or not; sent again with its key it is there once.
    for number in sorted(lost):
        status, receipt = send(other, number)
        assert status == 201
        answered[number] = receipt
    stored = [text for text in numbers_of(city).values() if text.startswith("kill-")]
    assert len(stored) == len(set(stored)) == 160 == len(answered)
    web.start()
    number, receipt = next(iter(answered.items()))
    assert send(web, number) == (201, receipt)


def test_kill_nine_loses_no_draft_that_was_put_aside(city):
    """Begun forms with a file are saved while the process is killed; it starts again, and whoever got
    number and PIN goes on where they were."""
    web, _other = city.webs
    kept, lost = {}, set()
    enough = threading.Event()

    def post(name, data):
        url = web.url(f"nachweis/@form-draft{name}")
        return session().post(url, json=data, timeout=120)

    def one(number):
        content = PDF + f"%{number}".encode()
        file = {"filename": "scan.pdf", "data": base64.b64encode(content).decode()}
        data = {"name": f"Entwurf {number}", "proof": file}
        try:
            answer = post("", {"data": data})
            if answer.status_code == 201:
                found = answer.json()
                kept[number] = {"number": found["number"], "pin": found["pin"]}
            else:
                lost.add(number)
        except requests.RequestException:
            lost.add(number)
        if len(kept) >= 20:
            enough.set()

    with ThreadPoolExecutor(4) as clients:
        futures = [clients.submit(one, number) for number in range(60)]
        assert enough.wait(120)
        web.kill()
        for future in futures:
            future.result()
    assert len(kept) >= 20 and lost
    web.start()
    for number, handle in kept.items():
        found = post("-resume", handle).json()
        assert found["data"]["name"] == f"Entwurf {number}"
        assert found["files"]["proof"]["filename"] == "scan.pdf"
    number, handle = next(iter(kept.items()))
    assert post("-resume", {**handle, "pin": "0000 0000"}).status_code == 404
    with city.site() as site:
        drafts = site.__annotations__[STORE]
        for number, handle in kept.items():
            stored = drafts[handle["number"]].files["proof"].data
            assert stored == PDF + f"%{number}".encode()
    # And one of them is finished.
    number, handle = next(iter(kept.items()))
    answer = session().post(
        web.url("nachweis/@form"),
        json={"data": {"name": "Fertig", "day": "2026-01-31"}, "draft": handle},
        timeout=120,
    )
    assert answer.status_code == 201
    with city.site() as site:
        case = site._getOb("vorgaenge")._cases[answer.json()["number"]]
        assert case.documents[0]["file"].data == PDF + f"%{number}".encode()
    assert post("-resume", handle).status_code == 404
