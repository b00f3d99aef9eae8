"""Asking somebody else's server: within a time, up to a size, and never sent on elsewhere."""

from kaarst.appointments.calendars.interfaces import ANSWER
from kaarst.appointments.calendars.interfaces import CalendarError
from kaarst.appointments.calendars.interfaces import LATER
from kaarst.appointments.calendars.interfaces import UNREACHABLE
from typing import NamedTuple
from urllib.parse import urlsplit

import requests
import time


CONNECT_SECONDS = 5
ANSWER_SECONDS = 15
LARGEST = 8 * 1024 * 1024
CHUNK = 64 * 1024
LONGEST_PATIENCE = 3600
#: Too many requests, and a server or a gateway before it that is overloaded.
PATIENCE_ASKED = {429, 503, 504}


LOOPBACK = {"localhost", "127.0.0.1", "::1"}


class Answer(NamedTuple):
    """Header names are in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes


class Refusal(Exception):
    """An answer that is no success: `status`, and what it said."""

    def __init__(self, answer: Answer):
        super().__init__(answer.status)
        self.status = answer.status
        self.body = answer.body


def is_private(address: str) -> bool:
    """Whether nobody reads along on the way there: encrypted, or on this machine."""
    parts = urlsplit(address)
    local = parts.hostname in LOOPBACK
    return parts.scheme == "https" or (parts.scheme == "http" and local)


def ask(
    method: str,
    address: str,
    body: bytes | None,
    headers: dict[str, str],
    auth: tuple[bytes, bytes] | None = None,
) -> Answer:
    """Returns an answer 2xx. Raises Refusal for another one, CalendarError where there is none.

    A server that asks for patience is a CalendarError as well, with the seconds it named.
    """
    try:
        with requests.request(
            method,
            address,
            data=body,
            headers=headers,
            auth=auth if auth is not None else _nobody,
            allow_redirects=False,
            stream=True,
            timeout=(CONNECT_SECONDS, ANSWER_SECONDS),
        ) as response:
            read = _body(response)
    except (requests.RequestException, ValueError) as error:
        raise CalendarError(UNREACHABLE) from error
    known = {name.lower(): text for name, text in response.headers.items()}
    answer = Answer(response.status_code, known, read)
    if answer.status in PATIENCE_ASKED:
        raise CalendarError(LATER, _patience(known.get("retry-after", "")))
    if not 200 <= answer.status < 300:
        raise Refusal(answer)
    return answer


def _nobody(request):
    """No password from a .netrc of the server's user in place of none."""
    return request


def _body(response) -> bytes:
    """What was answered, within the time and size that are reasonable."""
    until = time.monotonic() + ANSWER_SECONDS
    body = bytearray()
    for chunk in response.iter_content(CHUNK):
        body += chunk
        if len(body) > LARGEST or time.monotonic() > until:
            raise CalendarError(ANSWER)
    return bytes(body)


def _patience(text: str) -> int:
    """The seconds of a Retry-After; a date in it is rare, and then the usual wait does."""
    return min(int(text), LONGEST_PATIENCE) if text.isascii() and text.isdigit() else 0
