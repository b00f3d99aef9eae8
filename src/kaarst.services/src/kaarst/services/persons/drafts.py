"""Begun forms of a person: found by what was typed, given out with their files, deleted.

What was typed is not checked yet: an address counts where a whole answer is the address, a day of
birth where a whole answer is that day.
"""

from datetime import date
from kaarst.core.interfaces import IPersonalData
from kaarst.core.personal.person import Finding
from kaarst.core.stores import existing
from kaarst.services import _
from kaarst.services.forms import versions
from kaarst.services.forms.drafts.store import STORE
from kaarst.services.persons.cases import moment
from plone import api
from zope.interface import implementer


@implementer(IPersonalData)
class Drafts:
    """What somebody has put aside, and has not sent."""

    title = _("Form put aside")
    order = 15

    def find(self, site, person):
        drafts = existing(site, STORE)
        for number, draft in drafts.items() if drafts is not None else ():
            typed = list(texts(draft.raw))
            if (
                person.has_number(number)
                or person.has_email(typed)
                or person.has_name(typed, list(days(typed)))
            ):
                form = form_of(draft)
                title = form.Title() if form is not None else ""
                yield Finding(number, f"{title} ({number})".strip(), draft.saved)

    def export(self, site, id):
        draft = existing(site, STORE)[id]
        labels = labels_of(draft)
        data = {
            "number": id,
            "saved": moment(draft.saved),
            "deleted_on": moment(draft.expires),
            "answers": {labels.get(name, name): value for name, value in draft.raw.items()},
        }
        return data, [(file.filename, file.data) for file in draft.files.values()]

    def erase(self, site, id):
        del existing(site, STORE)[id]


def texts(value):
    """All texts in answers as JSON clients send them, those of repeated groups as well."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list | tuple):
        for item in value.values() if isinstance(value, dict) else value:
            yield from texts(item)


def days(typed):
    """The texts that are dates."""
    for text in typed:
        try:
            yield date.fromisoformat(text.strip())
        except ValueError:
            continue


def form_of(draft):
    """The form, or None if it was deleted meanwhile."""
    brains = api.portal.get_tool("portal_catalog").unrestrictedSearchResults(UID=draft.form_uid)
    return brains[0]._unrestrictedGetObject() if brains else None


def labels_of(draft):
    """What was asked, by the names of the answers."""
    form = form_of(draft)
    try:
        asked = versions.find(form, draft.version).asked if form is not None else None
    except versions.NoVersion:
        asked = None
    return {name: each.label for name, each in asked.questions.items()} if asked else {}
