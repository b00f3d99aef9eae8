"""The process `live`: who may watch what, and what they are told."""

from contextlib import closing
from contextlib import contextmanager
from kaarst.metering.live import tokens
from kaarst.metering.live.values import Current
from kaarst.metering.live.values import withdrawn
from kaarst.metering.store import consents
from kaarst.metering.store import registers
from kaarst.metering.store import rows
from kaarst.metering.store.batch import IMPORTED
from kaarst.metering.units import MICRO
from tests.ports import free_port

import base64
import contextlib
import json
import jwt
import pytest
import requests
import signal
import subprocess
import sys
import time


HOUR = 3_600_000
NOW = int(time.time() * 1000) // 1000 * 1000


def register(store, meter, obis="1-0:1.8.0", **options):
    with store.writing() as connection:
        return registers.create(connection, meter, obis, f"x:{meter}", obis, **options)


def read(store, one, *pairs):
    """Stores (minutes ago, value) readings."""
    with store.writing() as connection:
        made = [(one.id, NOW - m * 60_000, round(v * MICRO), NOW, IMPORTED) for m, v in pairs]
        rows.insert_readings(connection, made)


def current(store, *meters):
    with store.reading() as connection:
        return Current().read(connection, meters)


def test_what_flows_is_measured_or_follows_from_the_counter(store):
    counter, water = register(store, "strom"), register(store, "wasser", "8-0:1.0.0")
    read(store, counter, (30, 100.0), (15, 100.5))
    read(store, water, (60, 7.0))
    found = current(store, "strom", "wasser", "fremd")
    assert set(found) == {"strom", "wasser"}
    assert (found["strom"].counter, found["strom"].unit) == (100.5, "kWh")
    assert (found["strom"].now, found["strom"].now_unit) == (2000.0, "W")
    assert found["strom"].at == NOW - 15 * 60_000
    assert (found["wasser"].counter, found["wasser"].now) == (7.0, None)
    read(store, register(store, "strom", "1-0:16.7.0"), (1, 431.0))
    assert current(store, "strom")["strom"].now == 431.0
    assert current(store, "strom")["strom"].at == NOW - 60_000


def test_nothing_flows_backwards_or_over_a_gap(store):
    fallen, gap = register(store, "gefallen"), register(store, "luecke", gap=600)
    read(store, fallen, (30, 100.0), (15, 1.0))
    read(store, gap, (30, 100.0), (15, 101.0))
    assert [value.now for value in current(store, "gefallen", "luecke").values()] == [None, None]


def test_a_probe_shows_what_it_measures(store):
    read(store, register(store, "baum", "soil:tension"), (5, 42.0))
    value = current(store, "baum")["baum"]
    assert (value.counter, value.now, value.now_unit) == (None, 42.0, "kPa")


def test_new_and_exchanged_registers_are_noticed(store):
    kept = Current()
    old = register(store, "strom")
    read(store, old, (30, 100.0), (20, 101.0))
    with store.writing() as connection:
        assert kept.read(connection, ["strom"])["strom"].counter == 101
        new = registers.exchange(connection, old, NOW - 600_000, 102 * MICRO, 0)
    read(store, new, (5, 1.0))
    with store.reading() as connection:
        value = kept.read(connection, ["strom"])["strom"]
    assert (value.counter, value.now) == (1.0, None)


def test_many_meters_at_once_in_both_databases(any_store):
    names = [f"m{number}" for number in range(450)]
    for name in names[::50]:
        read(any_store, register(any_store, name), (1, 5.0))
    assert set(current(any_store, *names)) == set(names[::50])


def test_a_token_says_what_was_sealed(store):
    key = tokens.key(store)
    assert len(key) == 64 and tokens.key(store) == key
    permit = tokens.read(key, tokens.seal(key, ["b", "a", "b"], int(time.time()) + 60, [7]))
    assert (permit.meters, permit.consents) == ({"a", "b"}, {7})
    with pytest.raises(ValueError, match="more than"):
        tokens.seal(key, map(str, range(201)), 0)


def forged(key):
    """Tokens that must not be believed."""
    soon = int(time.time()) + 60
    good = tokens.seal(key, ["a"], soon)
    head, body, signature = good.split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=="))
    more = base64.urlsafe_b64encode(json.dumps({**claims, "meters": ["a", "b"]}).encode())
    yield ""
    yield "x"
    yield good + "x"
    yield f"{head}.{more.decode().rstrip('=')}.{signature}"
    yield tokens.seal("0" * 64, ["a"], soon)
    yield tokens.seal(key, ["a"], soon - 120)
    yield jwt.encode(claims, "", algorithm="none")
    yield jwt.encode({**claims, "aud": "else"}, key, algorithm="HS256")
    yield jwt.encode({"aud": "kaarst-live", "meters": ["a"]}, key, algorithm="HS256")
    yield jwt.encode({"aud": "kaarst-live", "exp": soon}, key, algorithm="HS256")
    yield jwt.encode({**claims, "meters": 7}, key, algorithm="HS256")
    yield jwt.encode({**claims, "meters": [1]}, key, algorithm="HS256")
    yield jwt.encode({**claims, "consents": ["x"]}, key, algorithm="HS256")


def test_no_other_token_is_believed(store):
    key = tokens.key(store)
    for token in forged(key):
        with pytest.raises(tokens.Refused):
            tokens.read(key, token)


def test_a_consent_that_never_was_counts_as_withdrawn(store):
    with store.writing() as connection:
        given = consents.grant(connection, "a", "erika", consents.OWN_USE, "1", "letter", NOW)
        assert withdrawn(connection, [given, given + 5]) == {given + 5}
        consents.withdraw(connection, given, "erika", NOW)
        assert withdrawn(connection, [given]) == {given}


@pytest.fixture(scope="module")
def live(tmp_path_factory):
    """(the address of a running process, its store)."""
    from kaarst.metering.store.engine import Store

    made = Store(f"sqlite:///{tmp_path_factory.mktemp('live')}/metering.sqlite")
    made.migrate()
    port = free_port()
    command = [
        sys.executable, "-m", "kaarst.metering.live.main", "--every", "0.1", "--viewers", "3",
        "--host", "127.0.0.1", "--port", str(port), "--database", str(made.engine.url),
    ]  # fmt: skip
    process = subprocess.Popen(command)
    url = f"http://127.0.0.1:{port}/live"
    try:
        for _ in range(100):
            with contextlib.suppress(requests.ConnectionError):
                if requests.get(f"{url}/health", timeout=1).ok:
                    break
            time.sleep(0.1)
        yield url, made
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) in (0, -signal.SIGTERM)
    finally:
        process.kill()
        made.dispose()


def ask(url, token, **more):
    headers = {"Authorization": f"Bearer {token}"}
    return requests.get(f"{url}/events", headers=headers, stream=True, timeout=20, **more)


@contextmanager
def watching(url, token):
    """Yields a function that returns the next event as (name, data)."""
    with closing(ask(url, token)) as answer:
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == "text/event-stream"
        lines = answer.iter_lines(decode_unicode=True)

        def following():
            name = ""
            for line in lines:
                if line.startswith("event: "):
                    name = line[7:]
                if line.startswith("data: ") or line == "data:":
                    return name, line[6:]
            return None, None

        yield following


def test_a_viewer_is_told_what_is_new_and_only_of_the_own_meters(live):
    url, store = live
    mine, other = register(store, "meins"), register(store, "fremdes")
    read(store, mine, (30, 1.0))
    token = tokens.seal(tokens.key(store), ["meins", "noch-nichts"], int(time.time()) + 30)
    with watching(url, token) as following:
        name, data = following()
        assert name == "values"
        assert [(one["meter"], one["counter"]) for one in json.loads(data)] == [("meins", 1.0)]
        read(store, other, (2, 50.0))
        read(store, mine, (1, 1.5))
        name, data = following()
        [value] = json.loads(data)
        assert (value["meter"], value["counter"], value["unit"]) == ("meins", 1.5, "kWh")
        assert value["now"] == round(500 * 60 / 29, 1) and value["now_unit"] == "W"
        assert value["at"][-6:] in ("+01:00", "+02:00")


def test_it_ends_with_the_token_and_with_the_consent(live):
    url, store = live
    key = tokens.key(store)
    read(store, register(store, "kurz"), (30, 1.0))
    with watching(url, tokens.seal(key, ["kurz"], int(time.time()) + 2)) as following:
        assert following()[0] == "values"
        assert following() == ("renew", "")
        assert following() == (None, None)
    with store.writing() as connection:
        given = consents.grant(connection, "kurz", "erika", consents.OWN_USE, "1", "letter", NOW)
    with watching(url, tokens.seal(key, ["kurz"], int(time.time()) + 60, [given])) as following:
        assert following()[0] == "values"
        with store.writing() as connection:
            consents.withdraw(connection, given, "erika", NOW)
        assert following() == (None, None)
    # The token is still good, but nobody is told anything any more.
    with watching(url, tokens.seal(key, ["kurz"], int(time.time()) + 60, [given])) as following:
        assert following() == (None, None)


def test_strangers_and_crowds_are_refused_out_loud(live):
    url, store = live
    key = tokens.key(store)
    for token in ("", "x", tokens.seal("1" * 64, ["meins"], int(time.time()) + 60)):
        assert ask(url, token).status_code == 401
    assert requests.get(f"{url}/events?token=x", timeout=5).status_code == 401
    assert requests.post(f"{url}/events", timeout=5).status_code == 405
    assert requests.get(f"{url}/else", timeout=5).status_code == 404
    token = tokens.seal(key, ["meins"], int(time.time()) + 60)
    with contextlib.ExitStack() as stack:
        for _ in range(3):
            stack.enter_context(watching(url, token))()
        assert requests.get(f"{url}/health", timeout=5).json() == {"state": "ok", "viewers": 3}
        full = ask(url, token)
        assert (full.status_code, full.headers["Retry-After"]) == (503, "60")
    for _ in range(50):
        if requests.get(f"{url}/health", timeout=5).json()["viewers"] == 0:
            break
        time.sleep(0.1)
    assert requests.get(f"{url}/health", timeout=5).json()["viewers"] == 0


def test_any_page_may_ask_but_needs_the_token(live):
    url, _store = live
    answer = requests.options(f"{url}/events", timeout=5)
    assert answer.status_code == 204
    assert answer.headers["Access-Control-Allow-Headers"] == "authorization"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer.headers
