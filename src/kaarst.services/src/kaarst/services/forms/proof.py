"""Where a form meets the protection against programs (kaarst.core.proof)."""

from datetime import date
from kaarst.core.proof import Guard
from kaarst.core.proof import NotProven
from kaarst.core.proof.guard import message
from kaarst.core.proof.interfaces import ALWAYS
from kaarst.core.proof.interfaces import AUTO
from kaarst.core.proof.interfaces import NEVER
from kaarst.core.proof.service import refused
from kaarst.services.forms import uploads

import hashlib
import json


def guard(form, request):
    """The Guard of a form; a proof for one form is none for another."""
    own = getattr(form, "proof_mode", None)
    mode = own if own in (ALWAYS, AUTO, NEVER) else None
    return Guard(request, f"form:{'/'.join(form.getPhysicalPath())}", mode)


def check(guard, proof, wait, key, raw):
    """Returns a message if a proof is wanted and was not given, or None. Counts one sending.

    `key`: of the page or of the client's request; `raw`: the answers as they came.
    """
    content = json.dumps([key, raw], sort_keys=True, default=_digest)
    try:
        guard.check(_text(proof), _text(wait), content)
    except NotProven as error:
        return message(error)
    return None


def check_api(guard, proof, key, raw):
    """The same for front ends: raises ApiError 403 with a new `challenge`."""
    message = check(guard, proof, "", key, raw)
    if message:
        raise refused(guard, message)


def _text(value):
    return value if isinstance(value, str) else ""


def _digest(value):
    if isinstance(value, uploads.Upload | uploads.Document):
        return hashlib.sha256(value.data).hexdigest()
    return value.isoformat() if isinstance(value, date) else str(type(value))
