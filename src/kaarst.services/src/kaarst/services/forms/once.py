"""The same form sent twice makes one case, and both get the same receipt.

In the page a double click, an impatient reload or a lost connection sends the same again. The key
that came with the page and the answers together name what was sent; somebody who goes back,
changes something and sends again means something else, and gets another case.
"""

from dataclasses import asdict
from datetime import date
from kaarst.core.acting import current as acting
from kaarst.core.idempotency import Answers
from kaarst.core.idempotency import KEY
from kaarst.core.stores import ANSWERS
from kaarst.core.stores import store
from kaarst.services.forms import submission
from kaarst.services.forms import uploads
from plone import api

import hashlib
import json


def is_key(key):
    """Whether a key is long enough to be nobody else's."""
    return isinstance(key, str) and bool(KEY.fullmatch(key))


def receive(form, asked, values, key, version=None, origin=None, trusted=None):
    """Like submission.receive, but at most once for this key and these values."""
    body = {name: _fingerprint(value) for name, value in values.items()}
    body["form"] = asked.version
    if origin is not None:
        # No field is called so: names of fields have no space.
        body["filed by"] = [origin.clerk, origin.channel]
    elif (now := acting.current()) is not None:
        body["sent for"] = now.authorisation
    name = hashlib.sha256(f"{key}\0{json.dumps(body, sort_keys=True)}".encode()).hexdigest()
    scope = f"page\0{'/'.join(form.getPhysicalPath())}"
    kept = store(api.portal.get(), ANSWERS, Answers)
    first = kept.recall(name, scope, body)
    if first is not None:
        return submission.Receipt(**first[1])
    receipt = submission.receive(form, asked, values, version, origin, trusted)
    kept.keep(name, scope, body, 201, asdict(receipt))
    return receipt


def _fingerprint(value):
    if isinstance(value, uploads.Document):
        return hashlib.sha256(value.data).hexdigest()
    if isinstance(value, list):
        return [_fingerprint(item) for item in value]
    if isinstance(value, dict):
        return {name: _fingerprint(item) for name, item in value.items()}
    return value.isoformat() if isinstance(value, date) else value
