"""Errors as the interface for headless front ends answers them."""

from collections.abc import Mapping
from kaarst.core import _
from zope.i18nmessageid import Message


class ApiError(Exception):
    """Ends a request with `{"type", "message", "errors": [{"field", "message"}]}`.

    `status`: 400 (a field is wrong), 401, 403, 404, 409 (taken), 413, 415, 422, 429; 503 where
    another system that is needed gives no answer.
    `type`: one word in CamelCase that programs compare. `message` and the fields' messages are
    for people and translated for them when they are i18n messages.
    `headers`: for example `{"Retry-After": "30"}`. `more`: further members of the answer, for
    example the alternatives of a 409.
    Whatever the request had changed is rolled back.
    """

    def __init__(
        self,
        status: int,
        type: str,
        message: str | Message,
        errors: list[dict] | tuple = (),
        headers: dict[str, str] | None = None,
        more: dict | None = None,
    ):
        if not (400 <= status < 500 or status == 503):
            raise ValueError(f"{status} is neither a client's error nor somebody else's absence.")
        super().__init__(message)
        self.status = status
        self.type = type
        self.message = message
        self.errors = list(errors)
        self.headers = headers or {}
        self.more = more or {}


def invalid(errors: Mapping[str, str | Message]) -> ApiError:
    """A 400 that names its fields: `errors` by field name."""
    found = [{"field": name, "message": message} for name, message in errors.items()]
    return ApiError(400, "ValidationError", _("Please check your entries."), found)
