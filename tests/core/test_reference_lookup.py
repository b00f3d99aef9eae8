"""A record by number and PIN, and nothing for guessers."""

from concurrent.futures import ThreadPoolExecutor
from kaarst.core import pins
from kaarst.core import ratelimit
from kaarst.core import reference
from kaarst.core.ratelimit import TooManyRequests
from kaarst.core.reference_lookup import guarded
from kaarst.core.reference_lookup import TRIES_PER_CLIENT
from kaarst.core.reference_lookup import TRIES_PER_NUMBER
from zExceptions import NotFound

import pytest
import statistics
import time
import types


NUMBER = reference.new_number("KAA")
PIN = pins.new_pin()
SEALED = pins.seal_pin(PIN)


@pytest.fixture(autouse=True)
def counters(tmp_path, monkeypatch):
    monkeypatch.setenv("KAARST_DATABASE", f"sqlite:///{tmp_path}/kaarst.sqlite")
    ratelimit._salt.cache_clear()


def find(number):
    return ("the record", SEALED) if number == NUMBER else None


def sender(address="192.0.2.1"):
    return types.SimpleNamespace(environ={"REMOTE_ADDR": address})


def tries(number, pin, times, addresses=("192.0.2.1",)):
    """What came of each try."""
    found = []
    for turn in range(times):
        try:
            found.append(guarded(sender(addresses[turn % len(addresses)]), number, pin, find))
        except (NotFound, TooManyRequests) as error:
            found.append(type(error))
    return found


def test_the_right_pin_opens_as_often_as_one_likes():
    assert tries(NUMBER.lower().replace("-", " "), PIN, 40) == ["the record"] * 40


def test_a_number_is_locked_after_wrong_pins_for_everybody():
    many = [f"192.0.2.{n}" for n in range(100)]
    wrong = tries(NUMBER, "0000 0000" if PIN != "0000 0000" else "1111 1111", 12, many)
    assert wrong == [NotFound] * TRIES_PER_NUMBER + [TooManyRequests] * 2
    assert tries(NUMBER, PIN, 1) == [TooManyRequests]


def test_an_unknown_number_is_locked_in_the_same_way():
    unknown = reference.new_number("KAA")
    assert tries(unknown, PIN, 12) == [NotFound] * TRIES_PER_NUMBER + [TooManyRequests] * 2


def test_a_sender_is_locked_over_many_numbers():
    for _ in range(TRIES_PER_CLIENT):
        assert tries(reference.new_number("KAA"), PIN, 1) == [NotFound]
    assert tries(NUMBER, PIN, 1) == [TooManyRequests]
    assert tries(NUMBER, PIN, 1, ["192.0.2.2"]) == ["the record"]


def test_what_cannot_be_a_number_is_said_at_once():
    with pytest.raises(reference.InvalidNumber):
        guarded(sender(), "KAA-1234", PIN, find)


def test_simultaneous_guesses_do_not_slip_through():
    with ThreadPoolExecutor(16) as threads:
        found = list(threads.map(lambda n: tries(NUMBER, f"{n:08}", 1)[0], range(40)))
    assert found.count(NotFound) == TRIES_PER_NUMBER
    assert found.count(TooManyRequests) == 40 - TRIES_PER_NUMBER


def test_a_wrong_pin_and_an_unknown_number_take_the_same_time(monkeypatch):
    monkeypatch.setenv("KAARST_RATE_FACTOR", "1000")
    numbers = {"known": NUMBER, "unknown": reference.new_number("KAA")}
    times = {"known": [], "unknown": []}
    for _ in range(25):
        for name, number in numbers.items():
            start = time.perf_counter()
            tries(number, "no", 1)
            times[name].append(time.perf_counter() - start)
    known, unknown = (statistics.median(times[name]) for name in ("known", "unknown"))
    assert unknown / known == pytest.approx(1, abs=0.4)


def test_without_counters_nobody_gets_in(monkeypatch, tmp_path):
    (tmp_path / "kaarst-counters.sqlite").mkdir()
    assert tries(NUMBER, PIN, 1) == [TooManyRequests]
