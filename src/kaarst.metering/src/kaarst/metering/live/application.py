"""The HTTP side of `live`, as an ASGI application: one stream of server-sent events a viewer.

`GET /events` with `Authorization: Bearer TOKEN` (never in the address, where it would be logged)
answers `text/event-stream`: `values` with a list of meters that changed, `renew` when the token is
over. `GET /health` says how many watch. Any page may ask: no cookie is read, the token alone counts.
"""

from kaarst.metering.live import tokens
from kaarst.metering.live.hub import Hub
from kaarst.metering.live.hub import Viewer

import asyncio
import contextlib
import json
import logging
import time


logger = logging.getLogger("kaarst.metering.live")

# A comment now and then, so that no proxy takes the connection for dead.
SILENCE = 15
_SHARED = [
    (b"access-control-allow-origin", b"*"),
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
]
_PREFLIGHT = [
    *_SHARED,
    (b"access-control-allow-headers", b"authorization"),
    (b"access-control-allow-methods", b"GET"),
    (b"access-control-max-age", b"86400"),
]
# nginx would hold events back until a buffer is full.
_STREAM = [*_SHARED, (b"content-type", b"text/event-stream"), (b"x-accel-buffering", b"no")]


class Application:
    """Viewers come and go; `every` seconds all of them get what is new."""

    def __init__(self, store, most: int = 5000, every: float = 1.0, beat=None):
        """`beat()` is called after each round, in a thread: it tells others that this lives."""
        self.hub = Hub(store)
        self._store, self._most, self._every, self._beat = store, most, every, beat
        self._key = ""
        self._stopping = False

    async def __call__(self, scope, receive, send):
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)

    async def _lifespan(self, receive, send):
        await receive()
        self._key = await asyncio.to_thread(tokens.key, self._store)
        rounds = asyncio.create_task(self._rounds())
        await send({"type": "lifespan.startup.complete"})
        await receive()
        rounds.cancel()
        await send({"type": "lifespan.shutdown.complete"})

    async def _rounds(self):
        while True:
            begin = time.monotonic()
            try:
                await self.hub.round()
                if self._beat is not None:
                    await asyncio.to_thread(self._beat)
            except Exception:
                # A database that is away comes back; viewers keep what they have.
                logger.exception("The values could not be read.")
            await asyncio.sleep(max(0.1, self._every - (time.monotonic() - begin)))

    async def _answer(self, scope, receive, send):
        path, method = scope["path"].removeprefix("/live"), scope["method"]
        if method == "OPTIONS":
            await _respond(send, 204, b"", _PREFLIGHT)
        elif method != "GET":
            await _respond(send, 405, b"", [*_SHARED, (b"allow", b"GET, OPTIONS")])
        elif path == "/health":
            body = json.dumps({"state": "ok", "viewers": self.hub.count}).encode()
            await _respond(send, 200, body, [*_SHARED, (b"content-type", b"application/json")])
        elif path == "/events":
            await self._events(scope, receive, send)
        else:
            await _respond(send, 404, b"", _SHARED)

    async def _events(self, scope, receive, send):
        try:
            permit = tokens.read(self._key, _bearer(scope))
        except tokens.Refused:
            await _respond(send, 401, b"", [*_SHARED, (b"www-authenticate", b"Bearer")])
            return
        if self.hub.count >= self._most:
            await _respond(send, 503, b"", [*_SHARED, (b"retry-after", b"60")])
            return
        viewer = await self.hub.add(permit)
        gone = asyncio.create_task(_left(receive, viewer))
        try:
            await send({"type": "http.response.start", "status": 200, "headers": _STREAM})
            # The client may have left meanwhile; then nobody has to be told.
            with contextlib.suppress(OSError):
                await _stream(send, viewer)
                await send({"type": "http.response.body", "body": b""})
        finally:
            gone.cancel()
            self.hub.remove(viewer)


async def _stream(send, viewer: Viewer):
    """Sends what is waiting until the token is over, the consent withdrawn, or the viewer gone."""
    while not viewer.over:
        left = viewer.until - time.time()
        if left <= 0:
            await _body(send, b"event: renew\ndata: \n\n")
            return
        if not viewer.waiting:
            viewer.woken.clear()
            try:
                await asyncio.wait_for(viewer.woken.wait(), min(SILENCE, left))
            except TimeoutError:
                await _body(send, b":\n\n")
            continue
        events = b"".join(viewer.waiting)
        viewer.waiting.clear()
        await _body(send, events)


async def _left(receive, viewer: Viewer):
    while (await receive())["type"] != "http.disconnect":
        pass
    viewer.end()


async def _body(send, body: bytes):
    await send({"type": "http.response.body", "body": body, "more_body": True})


async def _respond(send, status: int, body: bytes, headers):
    headers = [*headers, (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _bearer(scope) -> str:
    sent = next((value for name, value in scope["headers"] if name == b"authorization"), b"")
    scheme, _space, token = sent.decode("latin-1").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""
