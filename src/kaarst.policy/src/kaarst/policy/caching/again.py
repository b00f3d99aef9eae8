"""Gives a visitor a page out of memory before Plone has looked for it.

Of a page out of memory, finding it is most of the work: traversal, languages, logins, views and
rules come to the same each time. So when `operations.Pages` has given one, it is noted here what was
asked and in what state of the site, and the same question in the same state gets the same answer.

Nothing is concluded from a part of a request: all that a client sent has to be equal, but for what
is known to change no page (`INDIFFERENT`). Nobody who could be logged in, no form and no condition
passes here. What can change the answer has to be as it was: content and settings (`changes.state`),
the rights on the page and all above it (the serials of the objects), the clock. Otherwise the
request goes the whole way, which notes it anew.

The page itself stays in plone.app.caching's own memory, where its control panel empties it.
"""

from Acquisition import aq_base
from Acquisition import aq_chain
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime
from datetime import UTC
from kaarst.core import changes
from kaarst.policy.caching import spans
from plone.app.caching.operations.utils import cachedResponse
from plone.app.caching.operations.utils import getContext
from plone.app.caching.operations.utils import getRAMCache
from plone.caching.hooks import Intercepted
from plone.caching.interfaces import X_CACHE_OPERATION_HEADER
from plone.caching.interfaces import X_CACHE_RULE_HEADER
from plone.transformchain.interfaces import DISABLE_TRANSFORM_REQUEST_KEY
from threading import Lock
from zope.component import adapter
from zope.component.interfaces import ISite
from zope.traversing.interfaces import IBeforeTraverseEvent


#: Each is a few hundred bytes.
MOST_NOTES = 4096
#: Who asks, from where and by which browser: no kept page depends on it. Numbers that proxies give.
INDIFFERENT = frozenset(
    (
        "HTTP_CONNECTION",
        "HTTP_DNT",
        "HTTP_FORWARDED",
        "HTTP_PRIORITY",
        "HTTP_REFERER",
        "HTTP_TRACEPARENT",
        "HTTP_TRACESTATE",
        "HTTP_UPGRADE_INSECURE_REQUESTS",
        "HTTP_USER_AGENT",
        "HTTP_VIA",
        "HTTP_X_FORWARDED_FOR",
        "HTTP_X_REAL_IP",
        "HTTP_X_REQUEST_ID",
        "HTTP_X_VARNISH",
        "REMOTE_ADDR",
        "REMOTE_HOST",
        "REMOTE_PORT",
    )
)
#: Fetch metadata and client hints: what the browser says of itself.
INDIFFERENT_PREFIX = "HTTP_SEC_"
#: Where the question waits in the request until it is known what the answer is.
ASKED = "kaarst.policy.caching.asked"
#: With one of these it is no plain question of a visitor.
PERSONAL = ("HTTP_AUTHORIZATION", "HTTP_COOKIE", "QUERY_STRING", "REMOTE_USER")


@dataclass(frozen=True)
class Note:
    """An answer out of memory.

    `page`: its key in plone.app.caching's memory. `serials`: identifier and serial of the page's
    object and all above it. It holds from `start` on and before `end` (seconds of the epoch).
    """

    page: str
    rule: str
    operation: str
    state: str
    serials: tuple[tuple[bytes, bytes], ...]
    start: float
    end: float


class Notes:
    """A mapping that forgets what was not asked for longest; shared by the threads."""

    def __init__(self, most: int):
        self._most = most
        self._notes: OrderedDict[Hashable, Note] = OrderedDict()
        self._lock = Lock()

    def get(self, question: Hashable) -> Note | None:
        with self._lock:
            note = self._notes.get(question)
            if note is not None:
                self._notes.move_to_end(question)
            return note

    def put(self, question: Hashable, note: Note) -> None:
        with self._lock:
            self._notes[question] = note
            self._notes.move_to_end(question)
            while len(self._notes) > self._most:
                self._notes.popitem(last=False)

    def clear(self) -> None:
        with self._lock:
            self._notes.clear()

    def __len__(self) -> int:
        return len(self._notes)


notes = Notes(MOST_NOTES)


def question(site, request) -> Hashable | None:
    """All that was asked, as a key; None if it may concern one person only."""
    environ = request.environ
    # The publisher takes the header away from the environment.
    if request._auth or environ.get("REQUEST_METHOD") != "GET":
        return None
    if any(environ.get(name) for name in PERSONAL):
        return None
    asked = frozenset(
        (name, value)
        for name, value in environ.items()
        if isinstance(value, str)
        and name not in INDIFFERENT
        and not name.startswith(INDIFFERENT_PREFIX)
    )
    # A host may be mapped to a site in the management interface.
    roots = tuple(request.get("VirtualRootPhysicalPath", ()))
    return changes.place(site), request["SERVER_URL"], roots, asked


def note(site, published, request, page: str, rule: str, operation: str) -> None:
    """Remembers that `page` was given to a visitor for this request; called after the traversal."""
    asked = request.environ.get(ASKED)
    state = changes.state(site)
    serials = _serials(site, getContext(published))
    if asked is None or state is None or serials is None:
        return
    now = datetime.now(UTC)
    span = spans.current(site, now)
    minute = now.timestamp() // spans.MINUTE * spans.MINUTE
    start, end = max(span.start, minute), min(span.end, minute + spans.MINUTE)
    notes.put(asked, Note(page, rule, operation, state, serials, start, end))


def _serials(site, context) -> tuple[tuple[bytes, bytes], ...] | None:
    """Of `context` and everything above it; None where that is not all in the site's database."""
    if context is None:
        return None
    chain = [aq_base(content) for content in aq_chain(context)]
    stored = [content for content in chain if getattr(content, "_p_jar", None) is not None]
    if any(content._p_jar is not site._p_jar for content in stored):
        return None
    return tuple((content._p_oid, content._p_serial) for content in stored)


def _is_serial(jar, identifier: bytes, serial: bytes) -> bool:
    try:
        content = jar.get(identifier)
        content._p_activate()
    except KeyError:
        return False
    return content._p_serial == serial


def _holds(found: Note, site) -> bool:
    if not found.start <= datetime.now(UTC).timestamp() < found.end:
        return False
    if found.state != changes.state(site):
        return False
    return all(_is_serial(site._p_jar, *pair) for pair in found.serials)


@adapter(ISite, IBeforeTraverseEvent)
def answer(site, event) -> None:
    """Ends the request with the page noted for it; leaves it alone if there is none.

    The publisher has found the site and nothing else yet. For ISite and not for ISiteRoot, because
    what is less special is called first: before languages, themes and layers are looked up.
    """
    request = event.request
    asked = question(site, request)
    request.environ[ASKED] = asked
    found = notes.get(asked) if asked is not None else None
    if found is None or not _holds(found, site):
        return
    kept = getRAMCache().get(found.page)
    if kept is None:
        return
    response = request.response
    response.setHeader(X_CACHE_RULE_HEADER, found.rule)
    body = cachedResponse(site, request, response, *kept)
    response.setHeader(X_CACHE_OPERATION_HEADER, found.operation)
    # As plone.caching does: no transformation, and an exception that is drawn as the page.
    request.environ[DISABLE_TRANSFORM_REQUEST_KEY] = True
    response.setStatus(response.getStatus(), lock=True)
    raise Intercepted(response.getStatus(), body)
