"""`@notes`, `@split`, `@merge` and `@unmerge` of a case, for clerks."""

from AccessControl import getSecurityManager
from kaarst.core.rest import ApiError
from kaarst.core.rest import invalid
from kaarst.core.rest import JsonGet
from kaarst.core.rest import JsonPost
from kaarst.core.rest import texts
from kaarst.services import _
from kaarst.services.cases import history
from kaarst.services.cases import notes
from kaarst.services.cases.browser import require_case
from kaarst.services.cases.combining import merge
from kaarst.services.cases.combining import split
from kaarst.services.cases.combining.browser import WORK
from kaarst.services.cases.content import current_user
from kaarst.services.cases.rest import moment
from kaarst.services.cases.rest import refused
from plone.protect.interfaces import IDisableCSRFProtection
from zope.interface import alsoProvides


NO_TEXT = _("This has to be a text.")
NO_LIST = _("This has to be a list of texts.")


class NotesGet(JsonGet):
    """The internal notes, oldest first; that is a reading of the case."""

    def handle(self):
        require_case(self.context)
        self.request.response.setHeader("Cache-Control", "no-store")
        if history.is_new_reading(self.context.history, current_user()):
            alsoProvides(self.request, IDisableCSRFProtection)
            self.context.note(history.READ)
        return {"items": [described(note) for note in self.context.notes]}


class NotesPost(JsonPost):
    """`text` → the note."""

    max_body = 50_000

    def handle(self, data):
        require_case(self.context)
        text = data.get("text")
        if not isinstance(text, str):
            raise refused("text", NO_TEXT)
        message = notes.error(text)
        if message:
            raise refused("text", message)
        return 201, described(notes.write(self.context, text, current_user()))


class SplitPost(JsonPost):
    """`fields` of answers, ids of `documents`, `reason` → number of the part."""

    max_body = 100_000

    def handle(self, data):
        require_case(self.context)
        fields, chosen = (_list(data, name) for name in ("fields", "documents"))
        reason = data.get("reason", "")
        if not isinstance(reason, str):
            raise refused("reason", NO_TEXT)
        errors = split.errors(self.context, fields, chosen, reason)
        if "" in errors:
            raise ApiError(409, "CaseClosed", errors[""])
        if errors:
            raise invalid(errors)
        part = split.split(self.context, fields, chosen, reason)
        return 201, {"@id": part.absolute_url(), "number": part.number, "from": self.context.number}


class MergePost(JsonPost):
    """`into`: number of the case that remains → both numbers."""

    max_body = 10_000

    def handle(self, data):
        require_case(self.context)
        (number,) = texts(data, "into")
        into = merge.other(self.context.aq_parent, number)
        if into is None or not getSecurityManager().checkPermission(WORK, into):
            raise refused("into", _("There is no such case among those you may work on."))
        try:
            merge.merge(self.context, into)
        except merge.CannotMerge as error:
            raise ApiError(409, "CannotMerge", error.args[0]) from None
        return 200, {"@id": into.absolute_url(), "number": self.context.number, "into": into.number}


class UnmergePost(JsonPost):
    """Takes apart what was merged. The body is empty."""

    max_body = 10_000

    def handle(self, data):
        require_case(self.context)
        try:
            merge.unmerge(self.context)
        except merge.CannotMerge as error:
            raise ApiError(409, "CannotMerge", error.args[0]) from None
        return 200, {"number": self.context.number, "state": self.context.state}


def _list(data, name):
    value = data.get(name, [])
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise refused(name, NO_LIST)
    return value


def described(note):
    """A note as JSON."""
    return {
        "id": note["id"],
        "when": moment(note["when"]),
        "who": note["who"],
        "text": note["text"],
    }
