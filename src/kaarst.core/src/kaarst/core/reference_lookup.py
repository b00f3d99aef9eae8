"""Finds a record by number and PIN, and tells guessers nothing.

An unknown number and a wrong PIN get the same answer after the same work: a PIN is checked
against a seal that nothing fits when there is no record. What is limited is the number of wrong
tries, for each number (known or not) and for each sender. Each try is counted before it is
looked at, so that a hundred at the same moment count as a hundred, and taken back when it was
right. When the counters cannot be reached, nobody is let in.
"""

from collections.abc import Callable
from functools import lru_cache
from kaarst.core import _
from kaarst.core import pins
from kaarst.core import ratelimit
from kaarst.core import reference
from kaarst.core.account import store as account
from kaarst.core.acting import seeing
from kaarst.core.rest.body import texts
from typing import TypeVar
from zExceptions import NotFound

import secrets


TRIES_PER_NUMBER = 10
TRIES_PER_CLIENT = 30
SECONDS = 3600

#: What `guarded` raises.
REFUSALS = (reference.InvalidNumber, NotFound, ratelimit.TooManyRequests)

Record = TypeVar("Record")


def guarded(
    request,
    number: str,
    pin: str,
    find: Callable[[str], tuple[Record, str] | None],
    shared: bool = False,
) -> Record:
    """Returns the record with this number if the PIN is its own.

    Without a PIN it is the record that the account of who is asking holds; where it is `shared`,
    also one of whom they act for, if they may see it (kaarst.core.acting.seeing): that is recorded.

    `number` and `pin` as typed. `find(number)` gets the number in its normal form and returns
    the record and its sealed PIN, or None; it must cost about the same in both cases.
    Raises NotFound for an unknown number or a wrong PIN (404), TooManyRequests while locked
    (429) and reference.InvalidNumber for what cannot be a number at all: that can be told at
    once and helps who has mistyped (400 beside the field; JsonPost does it by itself).
    """
    normal = reference.normalise(number)
    if not pin and account.holds(normal) and (held := find(normal)) is not None:
        return held[0]
    if shared and not pin and seeing.may_see(normal) and (held := find(normal)) is not None:
        seeing.note(normal)
        return held[0]
    keys = {
        f"pin:client:{ratelimit.client(request)}": TRIES_PER_CLIENT,
        f"pin:number:{ratelimit.secret(normal)}": TRIES_PER_NUMBER,
    }
    for key, limit in keys.items():
        ratelimit.hit(key, limit, SECONDS, fail_open=False)
    found = find(normal)
    record, sealed = found if found is not None else (None, _nobodys_seal())
    if not pins.check_pin(pin, sealed) or found is None:
        raise NotFound(normal)
    for key in keys:
        ratelimit.refund(key)
    return record


def number_and_pin(data: dict, shared: bool = False) -> tuple[str, str]:
    """The fields `number` and `pin` of a JSON body; the PIN is empty where an account needs none.

    `shared`: as of `guarded`.

    Raises ApiError 400 that names what is missing, and reference.InvalidNumber.
    """
    (number,) = texts(data, "number")
    if data.get("pin") in (None, ""):
        normal = reference.normalise(number)
        if account.holds(normal) or (shared and seeing.may_see(normal)):
            return number, ""
    return texts(data, "number", "pin")


def explain(error: Exception, response):
    """Sets the status of a page that `guarded` refused; returns the sentence for the reader."""
    if isinstance(error, reference.InvalidNumber):
        response.setStatus(400)
        return _("This number is incomplete or mistyped. It looks like KAA-7Q4M-2XPD-K.")
    if isinstance(error, NotFound):
        response.setStatus(404)
        return _("We find nothing with this number and this PIN. Please check both.")
    response.setStatus(429)
    response.setHeader("Retry-After", str(error.retry_after))
    return _(
        "message_too_many_pins",
        default="There were too many wrong attempts. Please wait ${minutes} minutes, or call us.",
        mapping={"minutes": -(-error.retry_after // 60)},
    )


@lru_cache(maxsize=1)
def _nobodys_seal() -> str:
    return pins.seal_pin(secrets.token_hex(16))
