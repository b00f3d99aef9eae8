"""Tokens for an application of its own right: OAuth 2.0, client credentials.

After learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow. The secret
goes into the body of one request and nowhere else; tokens are kept by the process until shortly
before they end.
"""

from hashlib import sha256
from kaarst.appointments.calendars import interfaces
from kaarst.appointments.calendars.asking import ask
from kaarst.appointments.calendars.asking import Refusal
from kaarst.appointments.calendars.graph.clouds import Cloud
from kaarst.appointments.calendars.interfaces import CalendarError
from typing import NamedTuple
from urllib.parse import quote
from urllib.parse import urlencode

import json
import time


#: Seconds before its end from which on a token is not used any more.
MARGIN = 300
MOST_KEPT = 100
#: What the numbers of Entra ID mean (learn.microsoft.com/entra/identity-platform/reference-error-codes).
CODES = {
    90002: interfaces.TENANT,
    900021: interfaces.TENANT,
    900023: interfaces.TENANT,
    700016: interfaces.APPLICATION,
    7000112: interfaces.APPLICATION,
    7000215: interfaces.SECRET,
    7000222: interfaces.EXPIRED,
}
WORDS = {
    "invalid_client": interfaces.SECRET,
    "unauthorized_client": interfaces.APPLICATION,
    "invalid_request": interfaces.TENANT,
}

_kept: dict[str, tuple[str, float]] = {}


class Application(NamedTuple):
    """An app registration: `tenant` and `client` are its ids, as the Entra admin center shows."""

    cloud: Cloud
    tenant: str
    client: str
    secret: str

    def __repr__(self):
        return f"<Application {self.client} of {self.tenant}>"


def token(application: Application, *, fresh: bool = False) -> str:
    """An access token; `fresh`: not one that is kept. Raises CalendarError."""
    name = sha256("\0".join(map(str, application[1:])).encode()).hexdigest()
    name = f"{application.cloud.login} {name}"
    known = _kept.get(name)
    if known is not None and not fresh and known[1] > time.monotonic():
        return known[0]
    found, seconds = _asked(application)
    if len(_kept) >= MOST_KEPT:
        _kept.clear()
    _kept[name] = found, time.monotonic() + seconds - MARGIN
    return found


def _asked(application: Application) -> tuple[str, int]:
    body = urlencode(
        {
            "grant_type": "client_credentials",
            "client_id": application.client,
            "client_secret": application.secret,
            "scope": f"{application.cloud.graph}/.default",
        }
    )
    address = f"{application.cloud.login}/{quote(application.tenant, safe='')}/oauth2/v2.0/token"
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Accept": "application/json",
    }
    try:
        answer = json.loads(ask("POST", address, body.encode(), headers).body)
        return str(answer["access_token"]), int(answer.get("expires_in", 0))
    except Refusal as refusal:
        raise CalendarError(_reason(refusal)) from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CalendarError(interfaces.ANSWER) from error


def _reason(refusal: Refusal) -> str:
    if refusal.status >= 500:
        return interfaces.ANSWER
    try:
        said = json.loads(refusal.body)
        for code in said.get("error_codes", ()):
            if code in CODES:
                return CODES[code]
        return WORDS.get(said.get("error"), interfaces.REFUSED)
    except (ValueError, TypeError, AttributeError):
        return interfaces.MOVED if 300 <= refusal.status < 400 else interfaces.ANSWER
