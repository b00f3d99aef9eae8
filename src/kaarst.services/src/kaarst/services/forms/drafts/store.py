"""Where begun forms are kept, each with its files and the version it was begun with.

A draft is found by number and PIN. Pages that were let in carry its key, a long random text, in
the form, so that nobody types the PIN for each save. Neither is ever part of an address.
"""

from dataclasses import dataclass
from dataclasses import field
from datetime import datetime
from datetime import timedelta
from datetime import UTC
from kaarst.core import audit
from kaarst.core import pins
from kaarst.core import reference
from kaarst.core.account import store as accounts
from kaarst.core.interfaces import IJob
from kaarst.core.interfaces import IRetention
from kaarst.core.shards import Shards
from kaarst.core.stores import drop_expired
from kaarst.core.stores import existing
from kaarst.core.stores import store
from kaarst.core.town import town
from kaarst.services import _
from kaarst.services.forms import signatures
from kaarst.services.forms import uploads
from kaarst.services.forms.versions import STILL_TAKEN
from persistent import Persistent
from plone import api
from plone.namedfile.file import NamedBlobFile
from zope.interface import implementer

import hmac
import json
import secrets


STORE = "kaarst.services.drafts"
SHARDS = 64
#: After it was saved the last time.
LIFETIME = STILL_TAKEN
SENT_LIFETIME = timedelta(hours=1)
#: Of what is kept while somebody signs in.
PASSING_LIFETIME = timedelta(hours=1)
#: Of the answers as JSON, without files; the longest form has far less.
MOST_CHARACTERS = 500_000

TOO_LONG = _("draft_too_long", "This is too much to be saved. Please shorten your texts.")


class Draft(Persistent):
    """One begun form. `raw` are answers as answers.check takes them, without files.

    `passing`: it is kept only while somebody signs in; no PIN opens it.
    """

    passing = False

    def __init__(self, number, sealed_pin, form_uid, version, passing=False):
        if passing:
            self.passing = True
        self.number, self.sealed_pin = number, sealed_pin
        self.form_uid, self.version = form_uid, version
        self.key = secrets.token_urlsafe(32)
        self.raw, self.files = {}, {}
        self.sent = False
        self.touch()

    def touch(self):
        """It lives on from now."""
        self.saved = datetime.now(UTC)
        self.expires = self.saved + (PASSING_LIFETIME if self.passing else LIFETIME)

    @property
    def handle(self):
        """What a page that was let in carries: number and key."""
        return f"{self.number}:{self.key}"

    def document(self, name):
        """The Document of a file field, or None."""
        file = self.files.get(name)
        return file and uploads.Document(file.filename, file.contentType, file.data)


@dataclass
class Saved:
    """The result of saving. `pin` only for a new draft; `errors` by field name: these were not
    saved, everything else was. `draft` is None if nothing was saved."""

    draft: object = None
    pin: str = ""
    errors: dict = field(default_factory=dict)


def make_store(site):
    """Called when the package is installed, so that no request has to."""
    return store(site, STORE, lambda: Shards(SHARDS))


def save(form, version, raw, limits, draft=None, gone=(), passing=False):
    """Saves `raw` (answers as answers.check takes them, files as Uploads or Documents) and returns
    Saved. Without `draft` it makes one, a `passing` one if wanted. Files that do not come again are
    kept, except `gone`.

    Answers are not judged: who is not finished may leave gaps and mistakes.
    """
    result = Saved()
    values, files = {}, {}
    for name, question in version.asked.questions.items():
        value = raw.get(name)
        is_drawn = question.is_signature and not isinstance(value, str)
        if (question.is_upload or is_drawn) and value is not None:
            document, message = _looked_at(value, question, limits)
            if message:
                result.errors[name] = message
            else:
                files[name] = document
        elif value is not None:
            values[name] = value
    if len(json.dumps(values)) > MOST_CHARACTERS:
        result.errors[next(iter(values))] = TOO_LONG
        return result
    kept = dict(draft.files) if draft is not None else {}
    for name in (*gone, *values):
        # A name that is typed takes the place of one that was drawn.
        kept.pop(name, None)
    sizes = {name: file.getSize() for name, file in kept.items()}
    sizes.update({name: len(document.data) for name, document in files.items()})
    if sum(sizes.values()) > limits.total:
        result.errors.update(dict.fromkeys(files, uploads.too_large(limits)))
        files = {}
    if draft is None:
        draft, result.pin = _make(form, version, passing)
    for name, document in files.items():
        if name not in kept or kept[name].data != document.data:
            kept[name] = NamedBlobFile(
                data=document.data, contentType=document.content_type, filename=document.filename
            )
    draft.raw, draft.files = values, kept
    draft.touch()
    result.draft = draft
    return result


def _looked_at(value, question, limits):
    if isinstance(value, uploads.Document):
        return value, None
    if not isinstance(value, uploads.Upload):
        return None, _("error_type", "This value cannot be read.")
    if question.is_signature:
        return signatures.look_at(value, limits)
    return uploads.look_at(value, question.kind, limits)


def _make(form, version, passing):
    drafts, pin = make_store(api.portal.get()), "" if passing else pins.new_pin()
    sealed_pin = pins.seal_pin(pin) if pin else ""
    while True:
        number = reference.new_number(town().prefix)
        draft = Draft(number, sealed_pin, form.UID(), version.number, passing)
        try:
            drafts.insert(number, draft)
        except KeyError:
            continue
        if not passing:
            accounts.take(number)
        return draft, pin


def sealed(form):
    """A function for reference_lookup.guarded: number → draft of this form and its sealed PIN."""

    def find(number):
        draft = living(number)
        if draft is None or draft.form_uid != form.UID() or draft.sent or draft.passing:
            return None
        return draft, draft.sealed_pin

    return find


def by_handle(form, handle):
    """The draft a page carries, or None if it is of another form, sent, deleted or too old."""
    if not isinstance(handle, str):
        return None
    number, _colon, key = handle.partition(":")
    draft = living(number)
    if draft is None or draft.form_uid != form.UID():
        return None
    return (
        draft if hmac.compare_digest(draft.key.encode(), key.encode("utf-8", "replace")) else None
    )


def living(number):
    """The draft with this number, unless it is over; sent ones are there for a while."""
    drafts = existing(api.portal.get(), STORE)
    draft = drafts.get(number) if drafts is not None else None
    return draft if draft is not None and draft.expires > datetime.now(UTC) else None


def settle(draft):
    """It was sent. It is not found any more, but a page that was sent twice in a hurry still has
    its files for an hour, so that both get the same receipt."""
    draft.sent = True
    draft.expires = datetime.now(UTC) + SENT_LIFETIME


def drop(draft):
    """Deletes a draft with its files at once."""
    drafts = existing(api.portal.get(), STORE)
    if drafts is not None:
        drafts.pop(draft.number, None)


@implementer(IJob)
class DropOldDrafts:
    """Deletes drafts that nobody came back for."""

    interval = 3600

    def run(self, site):
        audit.deleted("drafts", drop_expired(site, STORE))


@implementer(IRetention)
class Drafts:
    """Begun forms that somebody has put aside."""

    order = 25
    data = _("Forms you have put aside, with their files")
    purpose = _("So that you can go on filling them in later")

    def period(self, site):
        return _("${days} days after they were last saved", mapping={"days": LIFETIME.days})


@implementer(IRetention)
class Passing:
    """What was typed into a form that asks for a login, while its citizen signs in."""

    order = 24
    data = _("What you have typed into a form when you go to sign in")
    purpose = _("So that it is still there when you come back")

    def period(self, site):
        return _("one hour")
