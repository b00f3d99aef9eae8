"""Reads a JSON body and refuses what would break later on."""

from kaarst.core import _
from kaarst.core.rest.errors import ApiError
from kaarst.core.rest.errors import invalid

import json


def read_json(request, limit: int) -> dict:
    """Returns the body as a dict. `limit`: bytes.

    Raises ApiError: 415 for another type than application/json, 413 beyond the limit, 400 for
    what is not a JSON object in UTF-8.
    """
    content_type = (request.environ.get("CONTENT_TYPE") or "").split(";")[0].strip().lower()
    if content_type != "application/json":
        raise ApiError(415, "UnsupportedMediaType", _("Please send application/json."))
    body = request.get("BODY") or b""
    if isinstance(body, str):
        body = body.encode("utf-8", "surrogateescape")
    if len(body) > limit:
        raise ApiError(
            413,
            "ContentTooLarge",
            _("At most ${bytes} bytes are accepted.", mapping={"bytes": limit}),
        )
    try:
        data = json.loads(body.decode("utf-8"), parse_constant=_refuse)
        if b"\\u" in body:
            # Half a surrogate pair is legal JSON and cannot be stored or sent as text.
            json.dumps(data, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError):
        raise ApiError(400, "BadRequest", _("The body is not valid JSON.")) from None
    if not isinstance(data, dict):
        raise ApiError(400, "BadRequest", _("The body must be a JSON object."))
    return data


def texts(data: dict, *names: str, limit: int = 200) -> tuple[str, ...]:
    """Returns the fields with these names, each a text that is not blank, stripped.

    Raises ApiError 400 that names every field that is missing or not a text of at most `limit`
    characters.
    """
    errors = {}
    for name in names:
        value = data.get(name)
        if not isinstance(value, str) or not value.strip():
            errors[name] = _("Please fill in this field.")
        elif len(value) > limit:
            errors[name] = _("At most ${count} characters.", mapping={"count": limit})
    if errors:
        raise invalid(errors)
    return tuple(data[name].strip() for name in names)


def _refuse(constant: str):
    """NaN and Infinity: Python reads them, JSON does not know them."""
    raise ValueError(constant)
