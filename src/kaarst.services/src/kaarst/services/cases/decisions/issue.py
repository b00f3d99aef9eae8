"""To issue a decision: the letter, its PDF, the case decided and the citizen told, in one transaction."""

from dataclasses import dataclass
from datetime import datetime
from datetime import UTC
from kaarst.core.mailbox import notify
from kaarst.services import _
from kaarst.services.cases import history
from kaarst.services.cases import letters
from kaarst.services.cases.content import current_user
from kaarst.services.cases.desk import checked_by_another
from kaarst.services.documents import paper
from kaarst.services.documents import placeholders
from kaarst.services.documents import values
from kaarst.services.documents.content import suitable
from kaarst.services.documents.interfaces import DECISION
from kaarst.services.forms.validators import BERLIN
from plone import api
from plone.namedfile.file import NamedBlobFile
from plone.uuid.interfaces import IUUID

import hashlib


#: The transition by which a case is decided.
DECIDE = "decide"
#: Characters.
LONGEST = {"recipient": 500, "heading": 200, "text": 20_000, "remedy": 5_000}
FIELDS = tuple(LONGEST)


@dataclass(frozen=True)
class Decision:
    """A decision as it was issued; never changed. `when`: aware, UTC. `document`: id of the PDF."""

    id: str
    when: datetime
    who: str
    recipient: str
    heading: str
    text: str
    remedy: str
    document: str
    digest: str


@dataclass(frozen=True)
class Draft:
    """A template, filled for a case. `missing`: placeholders the case has nothing for."""

    recipient: str = ""
    heading: str = ""
    text: str = ""
    remedy: str = ""
    missing: tuple[str, ...] = ()

    def errors(self):
        """What has to be mended before it can be issued: `{field: message}`."""
        found = {}
        for field, message in REQUIRED.items():
            if not getattr(self, field).strip():
                found[field] = message
        for field, longest in LONGEST.items():
            text = getattr(self, field)
            if len(text) > longest:
                found[field] = _(
                    "error_longer_than",
                    "This is longer than ${count} characters. Please shorten it.",
                    mapping={"count": longest},
                )
            elif left := placeholders.left(text):
                found[field] = _(
                    "error_placeholder_left",
                    "Please put the right words in the place of ${placeholder}.",
                    mapping={"placeholder": ", ".join(left)},
                )
        return found


REQUIRED = {
    "heading": _("Please give the letter a heading."),
    "text": _("Please write what was decided and why."),
    "remedy": _("Please say where, how and by when one may object."),
}


class NotNow(Exception):
    """The case is in a state in which it cannot be decided."""


def templates(case, kind=DECISION):
    """The templates that are offered for a case: `{id: template}`, by title."""
    form = api.portal.get().unrestrictedTraverse(case.form_path, None) if case.form_path else None
    return {item.getId(): item for item in suitable(kind, IUUID(form, None))}


def draft(case, template) -> Draft:
    """The texts of a template with what is known of the case."""
    known = values.of_case(case, language(case))
    filled = {
        "heading": placeholders.fill(template.letter_heading, known),
        "text": placeholders.fill(template.text, known),
        "remedy": placeholders.fill(template.remedy or "", known),
    }
    missing = [name for part in filled.values() for name in part.missing]
    texts = {field: part.text for field, part in filled.items()}
    return Draft(recipient=case.name, missing=tuple(dict.fromkeys(missing)), **texts)


def language(case):
    """In which language letters about the case are."""
    return (case.language or api.portal.get_default_language())[:2]


def pdf(case, written: Draft) -> bytes:
    """The letter as it would be issued now."""
    return paper.pdf(
        paper.Letter(
            number=case.number,
            recipient=written.recipient,
            heading=written.heading,
            text=written.text,
            remedy=written.remedy,
            clerk=values.clerk_name(),
            day=datetime.now(BERLIN).date(),
            language=language(case),
        )
    )


def may_decide(case):
    """Whether the workflow lets the user decide the case now."""
    tool = api.portal.get_tool("portal_workflow")
    allowed = {found["id"] for found in tool.getTransitionsFor(case)}
    return DECIDE in allowed and checked_by_another(case)


def issue(case, written: Draft) -> Decision:
    """Issues a letter without errors; the case is decided. Raises NotNow."""
    if not may_decide(case):
        raise NotNow(case.number)
    data = pdf(case, written)
    file = NamedBlobFile(data=data, contentType="application/pdf", filename=_filename(case))
    number = str(len(case.decisions) + 1)
    decision = Decision(
        id=number,
        when=datetime.now(UTC),
        who=current_user(),
        recipient=written.recipient,
        heading=written.heading,
        text=written.text,
        remedy=written.remedy,
        document=case.add_document(file, decision=number),
        digest=hashlib.sha256(data).hexdigest(),
    )
    case.decisions = (*case.decisions, decision)
    case.note(history.ISSUED, decision.heading)
    api.portal.get_tool("portal_workflow").doActionFor(case, DECIDE, told=True)
    if case.email:
        letters.send(case, case.email, SUBJECT, _("mail_decided_text", MAIL))
    notify(api.portal.get(), case.number, told=case.email)
    return decision


def _filename(case):
    later = f"-{len(case.decisions) + 1}" if case.decisions else ""
    return f"Bescheid-{case.number}{later}.pdf"


SUBJECT = _("mail_decided_subject", "Your case ${number} is decided")
MAIL = """Good day,

it is decided: ${title}
Your number: ${number}

You can read and save the decision here, with your number and your PIN:
${url}

If you do not have the PIN any more, please call us or come by: we will give you a new one.

Kind regards
${town}"""
