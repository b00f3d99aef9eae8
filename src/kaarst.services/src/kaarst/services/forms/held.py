"""Files that came with a form that had mistakes in it: kept so that nobody has to choose them again.

A browser cannot fill a file field, so the file stays here and the form carries its token. Tokens
are long, random, good for one form and two hours; the worker throws away what is older.
"""

from datetime import datetime
from datetime import timedelta
from datetime import UTC
from kaarst.core.interfaces import IJob
from kaarst.core.shards import Shards
from kaarst.core.stores import drop_expired
from kaarst.core.stores import existing
from kaarst.core.stores import store
from kaarst.services.forms.uploads import Document
from persistent import Persistent
from plone import api
from plone.namedfile.file import NamedBlobFile
from zope.interface import implementer

import secrets


STORE = "kaarst.services.held"
LIFETIME = timedelta(hours=2)
SHARDS = 64


class HeldFile(Persistent):
    """One file, for one form."""

    def __init__(self, form_uid, document):
        self.form_uid = form_uid
        self.expires = datetime.now(UTC) + LIFETIME
        self.file = NamedBlobFile(
            data=document.data, contentType=document.content_type, filename=document.filename
        )


def make_store(site):
    """Called when the package is installed, so that no request has to."""
    return store(site, STORE, lambda: Shards(SHARDS))


def hold(form, document):
    """Keeps a Document; returns its token."""
    token = secrets.token_urlsafe(24)
    make_store(api.portal.get()).insert(token, HeldFile(form.UID(), document))
    return token


def take(form, token):
    """Returns the Document of a token, or None if it is unknown, of another form or too old."""
    files = existing(api.portal.get(), STORE)
    held = files.get(token) if files is not None and isinstance(token, str) else None
    if held is None or held.form_uid != form.UID() or held.expires < datetime.now(UTC):
        return None
    return Document(held.file.filename, held.file.contentType, held.file.data)


def drop(token):
    """Throws a file away: it is in a case now."""
    files = existing(api.portal.get(), STORE)
    if files is not None:
        files.pop(token, None)


@implementer(IJob)
class DropOldFiles:
    """Throws away files that nobody came back for."""

    interval = 600

    def run(self, site):
        drop_expired(site, STORE)
