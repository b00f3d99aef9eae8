"""PINs that were sealed ahead."""

from concurrent.futures import ThreadPoolExecutor
from itertools import count
from kaarst.core import reference
from kaarst.core.pins import sealed_pin
from kaarst.core.pins import Stock
from threading import current_thread
from threading import Event


def test_a_seal_belongs_to_its_pin():
    for _ in range(3):
        pin, seal = sealed_pin()
        assert reference.check_pin(pin, seal)


def test_nothing_is_given_out_twice_and_nobody_waits_for_the_stock():
    numbers, gate = count(), Event()

    def make():
        if current_thread().name == "stock":
            gate.wait(10)
        return next(numbers)

    stock = Stock(make, 50)
    with ThreadPoolExecutor(16) as clients:
        taken = list(clients.map(lambda _client: stock.take(), range(80)))
        gate.set()
        taken += clients.map(lambda _client: stock.take(), range(80))
    assert len(set(taken)) == 160


def test_a_stock_is_filled_again_and_not_beyond_its_size():
    made = Stock(count().__next__, 10)
    made.take()
    for _ in range(2000):
        if len(made) == 10:
            break
        Event().wait(0.001)
    assert len(made) == 10
    for _ in range(5):
        made.take()
    assert len(made) == 5


def test_without_the_thread_each_makes_its_own(monkeypatch):
    monkeypatch.setattr("threading.excepthook", lambda _failure: None)
    numbers = count()

    def make():
        if current_thread().name == "stock":
            raise RuntimeError
        return next(numbers)

    stock = Stock(make, 4)
    assert [stock.take() for _ in range(20)] == list(range(20))
