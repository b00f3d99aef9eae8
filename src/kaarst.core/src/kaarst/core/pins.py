"""PINs sealed ahead, so that nobody waits for the slow hash.

Sealing a PIN is slow on purpose (kaarst.core.reference) and does not depend on what the PIN is
for. So each process keeps some that are ready and makes new ones beside the requests; the hash
runs without Python's lock, on another core. When a rush has used them up each request seals its
own, as slowly as ever: the hash is the same. What lies ready belongs to no record yet, is in
memory only, and is given out once.
"""

from collections.abc import Callable
from kaarst.core import reference
from threading import Lock
from threading import Thread


#: Half a second's work for a process, once; then as many as are used.
READY = 64


class Stock:
    """Up to `size` things made ahead by `make`, which several threads may call at once.

    A thread begins to fill it up when less than half is left, at first with the first `take`.
    """

    def __init__(self, make: Callable[[], object], size: int):
        self._make, self._size = make, size
        self._ready: list = []
        self._lock = Lock()
        self._filling = False

    def __len__(self):
        return len(self._ready)

    def take(self):
        """One of those that are ready, or a new one; never the same again."""
        with self._lock:
            found = self._ready.pop() if self._ready else None
            fill = not self._filling and len(self._ready) < self._size // 2
            self._filling = self._filling or fill
        if fill:
            Thread(target=self._fill, name="stock", daemon=True).start()
        return self._make() if found is None else found

    def _fill(self):
        try:
            while len(self._ready) < self._size:
                made = self._make()
                with self._lock:
                    self._ready.append(made)
        finally:
            self._filling = False


def make() -> tuple[str, str]:
    """A new PIN and its seal."""
    pin = reference.new_pin()
    return pin, reference.seal_pin(pin)


_stock = Stock(make, READY)


def sealed_pin() -> tuple[str, str]:
    """Returns a new PIN, in the clear, and its seal (as of `reference.seal_pin`)."""
    return _stock.take()
