"""Requests to Microsoft Graph: tokens, pages, and what went wrong in our words."""

from collections.abc import Iterator
from kaarst.appointments.calendars import interfaces
from kaarst.appointments.calendars.asking import ask
from kaarst.appointments.calendars.asking import Refusal
from kaarst.appointments.calendars.graph.access import Application
from kaarst.appointments.calendars.graph.access import token
from kaarst.appointments.calendars.interfaces import CalendarError
from urllib.parse import unquote
from urllib.parse import urlsplit

import json
import time


VERSION = "/v1.0/"
#: Ids that stay when somebody drags an event elsewhere, and times in UTC.
PREFER = ('IdType="ImmutableId"', 'outlook.timezone="UTC"')
MOST_PAGES = 200
#: For all that one round asks of a calendar: others wait meanwhile.
SECONDS = 45
NEXT = "@odata.nextLink"
DELTA = "@odata.deltaLink"


class Client:
    """What an application may do. Raises CalendarError, and Refusal for an error of Graph's own."""

    def __init__(self, application: Application):
        self._application = application
        self._root = f"{application.cloud.graph}{VERSION}"
        self._until = time.monotonic() + SECONDS

    def __repr__(self):
        return f"<Graph client, {self._application!r}>"

    def ask(
        self,
        method: str,
        path: str,
        data: dict | None = None,
        *,
        match: str = "",
        prefer: tuple[str, ...] = (),
    ) -> dict:
        """One request, once more with a new token where the old one does not do any more.

        `path`: below the version, or a whole address that Graph gave. `match`: an ETag.
        """
        address = self._address(path)
        if time.monotonic() > self._until:
            raise CalendarError(interfaces.LATER)
        headers = {"Accept": "application/json", "Prefer": ", ".join((*PREFER, *prefer))}
        body = None
        if data is not None:
            headers["Content-Type"] = "application/json"
            body = json.dumps(data).encode()
        if match:
            headers["If-Match"] = match
        for fresh in (False, True):
            headers["Authorization"] = f"Bearer {token(self._application, fresh=fresh)}"
            try:
                answer = ask(method, address, body, headers)
                return read_json(answer.body)
            except Refusal as refusal:
                if refusal.status != 401 or fresh:
                    raise
        raise AssertionError

    def pages(self, path: str, *, prefer: tuple[str, ...] = ()) -> Iterator[dict]:
        """An answer in parts, each with a list `value`; the last one has no link to a next one."""
        for _number in range(MOST_PAGES):
            page = self.ask("GET", path, prefer=prefer)
            values = page.get("value")
            if not isinstance(values, list) or not all(isinstance(one, dict) for one in values):
                raise CalendarError(interfaces.ANSWER)
            yield page
            path = page.get(NEXT)
            if not path:
                return
        raise CalendarError(interfaces.ANSWER)

    def _address(self, path: str) -> str:
        """The address of a path. One that an answer named has to be Graph's own: the token goes along."""
        if not isinstance(path, str) or not path.isprintable():
            raise CalendarError(interfaces.ANSWER)
        if "://" not in path.partition("?")[0]:
            return f"{self._root}{path}"
        parts, root = urlsplit(path), urlsplit(self._root)
        inside = unquote(parts.path).startswith(VERSION) and ".." not in unquote(parts.path)
        if (parts.scheme, parts.netloc) != (root.scheme, root.netloc) or not inside:
            raise CalendarError(interfaces.ANSWER)
        return path


def read_json(body: bytes) -> dict:
    """The object in an answer, {} for an empty one. Raises CalendarError."""
    if not body:
        return {}
    try:
        found = json.loads(body)
    except ValueError as error:
        raise CalendarError(interfaces.ANSWER) from error
    if not isinstance(found, dict):
        raise CalendarError(interfaces.ANSWER)
    return found


def code_of(refusal: Refusal) -> str:
    """The word for an error (learn.microsoft.com/graph/errors), "" where there is none."""
    try:
        return str(json.loads(refusal.body)["error"]["code"])
    except (ValueError, KeyError, TypeError):
        return ""


def error_of(refusal: Refusal) -> CalendarError:
    """What an error means for whoever connected the calendar."""
    if refusal.status in (401, 403):
        return CalendarError(interfaces.NOT_ALLOWED)
    if refusal.status == 404:
        return CalendarError(interfaces.NO_MAILBOX)
    return CalendarError(interfaces.MOVED if 300 <= refusal.status < 400 else interfaces.ANSWER)
