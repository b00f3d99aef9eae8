"""The published versions of a form: numbered, never changed, kept beside the form.

Editors change a draft; citizens get the last published version. Each version is a record of its
own in a BTree in the form's annotations: reading the current one loads that one and no other.
"""

from BTrees.IOBTree import IOBTree
from datetime import datetime
from datetime import timedelta
from datetime import UTC
from functools import lru_cache
from kaarst.services.forms import allowlist
from kaarst.services.forms.interfaces import IForm
from kaarst.services.forms.snapshot import NAMES
from kaarst.services.forms.snapshot import RICH
from kaarst.services.forms.snapshot import Snapshot
from persistent import Persistent
from plone import api
from plone.app.textfield.value import RichTextValue
from Products.DCWorkflow.interfaces import IAfterTransitionEvent
from zope.annotation.interfaces import IAnnotations
from zope.component import adapter
from zope.lifecycleevent.interfaces import IObjectCopiedEvent

import logging


logger = logging.getLogger(__name__)

KEY = "kaarst.services.forms.versions"
#: How long a form that somebody began is taken after its version was replaced; a draft that is
#: saved anew lives as long as this, and always keeps its version.
STILL_TAKEN = timedelta(days=30)
LONGEST_NOTE = 300
#: The models in one spelling, so that the same form has the same digest.
CLEAN = {"fields_model": allowlist.clean_fields, "actions_model": allowlist.clean_actions}


class Version(Persistent):
    """One published version.

    `number` counts from 1; `published` is UTC; `publisher` a user id; `digest` that of the
    snapshot. Setting an attribute raises TypeError.
    """

    def __init__(self, number, snapshot, publisher="", note=""):
        self.__dict__.update(
            number=number,
            texts=snapshot.as_dict(),
            digest=snapshot.digest,
            published=datetime.now(UTC),
            publisher=publisher,
            note=note,
        )

    def __setattr__(self, name, value):
        if not name.startswith(("_p_", "_v_")):
            raise TypeError("A published version is never changed.")
        super().__setattr__(name, value)

    @property
    def snapshot(self):
        """The Snapshot; names that were added to the class later are empty in it."""
        return Snapshot(**{name: self.texts[name] for name in NAMES if name in self.texts})

    @property
    def asked(self):
        """The Questionnaire of this version."""
        return self.snapshot.asked

    @property
    def is_sound(self):
        """False for a version that came into the database by other means than `publish`."""
        if self.snapshot.digest != self.digest:
            logger.error("Version %s of a form is not what was published.", self.number)
            return False
        return _is_allowed(self.texts["fields_model"], self.texts["actions_model"])


@lru_cache(maxsize=256)
def _is_allowed(fields_model, actions_model):
    try:
        allowlist.clean_fields(fields_model)
        allowlist.clean_actions(actions_model)
    except allowlist.ModelNotAllowed as error:
        logger.error("A stored version is not used: %s", error)
        return False
    return True


class NoVersion(LookupError):
    """The form has no version with this number."""


def all_versions(form):
    """The versions of a form, newest first."""
    return list(reversed(list(_kept(form).values())))


def current(form):
    """The last published Version, or None: then citizens get nothing yet."""
    kept = _kept(form)
    return kept[kept.maxKey()] if kept else None


def find(form, number):
    """The Version with this number; raises NoVersion."""
    kept = _kept(form)
    if isinstance(number, bool) or not isinstance(number, int) or not 0 < number < 2**31:
        raise NoVersion(number)
    if number not in kept:
        raise NoVersion(number)
    return kept[number]


def superseded(form, version):
    """When the next version was published (UTC), or None for the current one."""
    following = _kept(form).get(version.number + 1)
    return following.published if following is not None else None


def taken(form, number):
    """The Version with this number if what was begun with it is still taken.

    Raises NoVersion for unknown numbers and for versions replaced longer than STILL_TAKEN ago.
    """
    version = find(form, number)
    replaced = superseded(form, version)
    if not version.is_sound or (replaced and datetime.now(UTC) - replaced > STILL_TAKEN):
        raise NoVersion(number)
    return version


def draft(form):
    """The form as it is being edited, as a Snapshot; raises allowlist.ModelNotAllowed."""
    return Snapshot(**{name: _text(form, name) for name in NAMES})


def has_changes(form):
    """Whether the draft differs from what citizens get."""
    version = current(form)
    return version is None or version.digest != draft(form).digest


def publish(form, note=""):
    """Makes a version of the draft and returns it; without changes, the current one is returned.

    Raises allowlist.ModelNotAllowed for a draft whose models are not on the list, even where they
    came into the database by other means.
    """
    snapshot = draft(form)
    version = current(form)
    if version is not None and version.digest == snapshot.digest:
        return version
    annotations = IAnnotations(form)
    if KEY not in annotations:
        annotations[KEY] = IOBTree()
    number = version.number + 1 if version is not None else 1
    publisher = "" if api.user.is_anonymous() else api.user.get_current().getId()
    # Two who publish at once write the same key, and the second one is repeated.
    made = annotations[KEY][number] = Version(number, snapshot, publisher, note[:LONGEST_NOTE])
    # Pages that name the form are kept by the catalogue's counter.
    form.reindexObject(idxs=["modified"])
    return made


def restore(form, number, note=""):
    """Makes the draft what version `number` was, and publishes it as a new version.

    The texts go through the form's attributes, which refuse what the allow-list does not take.
    Raises NoVersion, allowlist.ModelNotAllowed.
    """
    snapshot = find(form, number).snapshot
    # Before anything is set, so that a refusal leaves the draft as it was.
    allowlist.clean_fields(snapshot.fields_model)
    allowlist.clean_actions(snapshot.actions_model)
    for name, text in snapshot.as_dict().items():
        if name in RICH:
            text = rich_value(text) if text else None
        setattr(form, name, text)
    form.notifyModified()
    form.reindexObject()
    return publish(form, note)


def rich_value(html):
    """A rich text as the form holds it; safe when it is rendered."""
    return RichTextValue(html, "text/html", "text/x-html-safe")


def _kept(form):
    return IAnnotations(form).get(KEY) or {}


def _text(form, name):
    value = getattr(form, name, None)
    if name in RICH:
        value = getattr(value, "raw", value)
    clean = CLEAN.get(name)
    return clean(value) if clean else value or ""


@adapter(IForm, IAfterTransitionEvent)
def publish_with_the_page(form, event):
    """Making the page public publishes what the editor sees, if that is no version yet."""
    if event.new_state.getId() == "published" and event.old_state is not event.new_state:
        publish(form)


@adapter(IForm, IObjectCopiedEvent)
def forget_in_a_copy(form, event):
    """A copied form begins without versions: nobody has published it."""
    IAnnotations(form).pop(KEY, None)
