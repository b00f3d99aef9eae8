"""Who watches what: finds what has changed once for all, and wakes those whom it concerns."""

from dataclasses import dataclass
from dataclasses import field
from kaarst.metering.live.tokens import Permit
from kaarst.metering.live.values import Current
from kaarst.metering.live.values import Value
from kaarst.metering.live.values import withdrawn
from kaarst.metering.rollup.calendar import to_datetime
from kaarst.metering.store.engine import Store

import asyncio
import json
import logging
import random
import time


logger = logging.getLogger("kaarst.metering.live")

# Who has not taken so many events gets the present values instead: only they matter.
_BEHIND = 20
# The part of a token's life by which a connection may end sooner.
EARLY = 0.4


@dataclass(eq=False)
class Viewer:
    """One open connection. `waiting` holds events to be sent; `over` ends it.

    `until`: UTC seconds at which it ends at the latest. Sooner than the token by chance: tokens of one
    minute are over together, and thousands would ask for new ones at once.
    """

    permit: Permit
    until: float = 0
    woken: asyncio.Event = field(default_factory=asyncio.Event)
    waiting: list[bytes] = field(default_factory=list)
    over: bool = False

    def give(self, event: bytes):
        self.waiting.append(event)
        self.woken.set()

    def end(self):
        self.over = True
        self.woken.set()


class Hub:
    """All viewers, in groups that may see the same meters: an event is written once for a group."""

    def __init__(self, store: Store):
        self._store = store
        self._current = Current()
        self._groups: dict[frozenset[str], set[Viewer]] = {}
        self._values: dict[str, Value] = {}
        self.count = 0

    async def add(self, permit: Permit) -> Viewer:
        """Takes a viewer in; the first event says how everything stands."""
        now = time.time()
        viewer = Viewer(permit, permit.expires - EARLY * random.random() * (permit.expires - now))
        if missing := permit.meters - self._values.keys():
            values, gone = await asyncio.to_thread(self._read, missing, permit.consents)
            self._values.update(values)
        else:
            gone = await asyncio.to_thread(self._gone, permit.consents)
        if gone:
            viewer.end()
            return viewer
        self._groups.setdefault(permit.meters, set()).add(viewer)
        self.count += 1
        viewer.give(self._event(permit.meters))
        return viewer

    def remove(self, viewer: Viewer):
        """Forgets a viewer; one that is not there is no error."""
        group = self._groups.get(viewer.permit.meters, set())
        if viewer in group:
            group.remove(viewer)
            self.count -= 1
        if not group:
            self._groups.pop(viewer.permit.meters, None)

    async def round(self):
        """Reads the watched meters and tells everybody what is new to them."""
        watched = frozenset().union(*self._groups)
        consents = frozenset().union(
            *(viewer.permit.consents for group in self._groups.values() for viewer in group)
        )
        if not watched:
            self._values.clear()
            return
        values, gone = await asyncio.to_thread(self._read, watched, consents)
        changed = {name for name, value in values.items() if self._values.get(name) != value}
        self._values = values
        for meters, group in list(self._groups.items()):
            event = self._event(meters & changed) if meters & changed else b""
            for viewer in list(group):
                if viewer.permit.consents & gone:
                    viewer.end()
                elif event:
                    self._give(viewer, event)

    def _give(self, viewer: Viewer, event: bytes):
        if len(viewer.waiting) >= _BEHIND:
            viewer.waiting[:] = [self._event(viewer.permit.meters)]
        else:
            viewer.give(event)

    def _read(self, meters, consents):
        with self._store.reading() as connection:
            return self._current.read(connection, meters), withdrawn(connection, consents)

    def _gone(self, consents):
        if not consents:
            return set()
        with self._store.reading() as connection:
            return withdrawn(connection, consents)

    def _event(self, meters) -> bytes:
        there = [self._values[name] for name in sorted(meters) if name in self._values]
        text = json.dumps([described(value) for value in there], ensure_ascii=False)
        return f"event: values\ndata: {text}\n\n".encode()


def described(value: Value) -> dict:
    """A value as JSON; `at` in ISO 8601 with the offset of Europe/Berlin."""
    return {
        "meter": value.meter,
        "at": to_datetime(value.at).isoformat(timespec="seconds"),
        "counter": None if value.counter is None else round(value.counter, 3),
        "unit": value.unit,
        "now": None if value.now is None else round(value.now, 1),
        "now_unit": value.now_unit,
    }
