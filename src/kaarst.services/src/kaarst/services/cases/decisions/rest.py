"""Decisions over REST.

For clerks `GET {case}/@decision-templates`, `GET {case}/@decision-draft?template=` and
`POST {case}/@decisions`; for citizens, by number and PIN, `POST /@case-document`.
"""

from kaarst.core.reference_lookup import guarded
from kaarst.core.reference_lookup import number_and_pin
from kaarst.core.rest import ApiError
from kaarst.core.rest import invalid
from kaarst.core.rest import JsonGet
from kaarst.core.rest import JsonPost
from kaarst.core.rest import texts
from kaarst.services import _
from kaarst.services.cases import history
from kaarst.services.cases.browser import require_case
from kaarst.services.cases.citizen import note_fetching
from kaarst.services.cases.content import current_user
from kaarst.services.cases.decisions import issue
from kaarst.services.cases.desk import find_desk
from kaarst.services.cases.papers import content as papers
from kaarst.services.cases.rest import described_decision
from kaarst.services.cases.rest import refused
from kaarst.services.scanning.kept import HELD_BACK
from kaarst.services.scanning.kept import state
from kaarst.services.scanning.kept import WORDS
from plone.protect.interfaces import IDisableCSRFProtection
from zExceptions import NotFound
from zope.interface import alsoProvides

import base64


class DecisionTemplatesGet(JsonGet):
    """The templates that are offered for the case."""

    def handle(self):
        require_case(self.context)
        found = issue.templates(self.context)
        return {
            "items": [
                {"id": id, "title": item.title, "description": item.description}
                for id, item in found.items()
            ]
        }


class DecisionDraftGet(JsonGet):
    """A template with the case in its placeholders; that is a reading of the case."""

    def handle(self):
        require_case(self.context)
        chosen = self.request.form.get("template")
        template = issue.templates(self.context).get(chosen) if isinstance(chosen, str) else None
        if template is None:
            raise NotFound("template")
        if history.is_new_reading(self.context.history, current_user()):
            alsoProvides(self.request, IDisableCSRFProtection)
            self.context.note(history.READ)
        self.request.response.setHeader("Cache-Control", "no-store")
        draft = issue.draft(self.context, template)
        return {
            **{field: getattr(draft, field) for field in issue.FIELDS},
            "missing": list(draft.missing),
        }


class DecisionsPost(JsonPost):
    """Heading, text, legal remedy and recipient → the decision, issued."""

    max_body = 200_000

    def handle(self, data):
        require_case(self.context)
        given = {field: data.get(field, "") for field in issue.FIELDS}
        for field, value in given.items():
            if not isinstance(value, str):
                raise refused(field, _("This has to be a text."))
        unknown = sorted(data.keys() - given.keys())
        if unknown:
            raise refused(unknown[0], _("There is no such field."))
        draft = issue.Draft(**{field: value.strip() for field, value in given.items()})
        errors = draft.errors()
        if errors:
            raise invalid(errors)
        try:
            decision = papers.issue_at_once(self.context, draft)
        except papers.NotPossible as error:
            raise ApiError(409, "NotNow", error.args[0]) from None
        return 201, described_decision(decision)


class CaseDocumentPost(JsonPost):
    """Number, PIN and id of a document from the town → the file as plone.restapi writes files."""

    max_body = 10_000
    changes = False

    def handle(self, data):
        number, pin = number_and_pin(data, shared=True)
        (id,) = texts(data, "document")
        case = guarded(self.request, number, pin, find_desk().sealed, shared=True)
        document = case.document(id)
        if not document.get("from_town"):
            raise NotFound(id)
        file = document["file"]
        if state(file) in HELD_BACK:
            raise ApiError(409, "HeldBack", WORDS[state(file)])
        note_fetching(case, document)
        return 200, {
            "filename": file.filename,
            "content-type": file.contentType,
            "encoding": "base64",
            "data": base64.b64encode(file.data).decode(),
        }
