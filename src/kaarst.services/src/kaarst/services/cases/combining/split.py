"""A part of a case becomes a case of its own."""

from datetime import datetime
from kaarst.core.town import town
from kaarst.services import _
from kaarst.services.cases import deadline
from kaarst.services.cases import history
from kaarst.services.cases import letters
from kaarst.services.cases.combining import rules
from kaarst.services.cases.content import Case
from kaarst.services.forms.validators import BERLIN


#: What a part has in common with the case it comes from. The same PIN opens both.
KEPT = (
    *("language", "sealed_pin", "received", "period", "keep_days", "email", "name", "channel"),
    *("filed_by", "form_title", "form_path", "form_version", "service_title", "workflow_id"),
    *("sent_for", "title", "clerk", "department", "login_way", "login_level"),
)


def documents(case) -> list[dict]:
    """The documents that may go to a part: all but the town's own."""
    return [document for document in case.documents if not document.get("from_town")]


def errors(case, fields, chosen, reason) -> dict:
    """As rules.split_errors, for a case."""
    if case.is_conversation:
        return {"": _("A message without an application has no parts. Please write a new one.")}
    known = [answer["field"] for answer in case.answers]
    ids = [document["id"] for document in documents(case)]
    return rules.split_errors(case.state, fields, chosen, reason, known, ids)


def split(case, fields, chosen, reason):
    """Returns the new case. `fields`, `chosen`: of answers and ids of documents, without errors.

    The case keeps all it has, because its receipt is sealed; the part has its copy. The deadline
    counts from the same day. The citizen is told the new number; the PIN is that of the case.
    """
    kept = {name: getattr(case, name) for name in KEPT if hasattr(case, name)}
    pauses = deadline.resumed(case.pauses, datetime.now(BERLIN).date())
    due = None
    if case.period:
        due = deadline.due(case.received.astimezone(BERLIN).date(), case.period, pauses)
    part = case.aq_parent.receive(
        town().prefix,
        Case(
            **kept,
            pauses=pauses,
            due=due,
            answers=tuple(answer for answer in case.answers if answer["field"] in set(fields)),
            documents=tuple(
                {**document, "id": str(place)}
                for place, document in enumerate(
                    (item for item in documents(case) if item["id"] in set(chosen)), 1
                )
            ),
            split_from=case.number,
        ),
    )
    part.history.append(history.entry("", history.RECEIVED, when=case.received))
    part.note(history.SPLIT_FROM, f"{case.number}: {reason.strip()}")
    case.split_into = (*case.split_into, part.number)
    case.note(history.SPLIT, f"{part.number}: {reason.strip()}")
    case.changed()
    if case.email:
        letters.send(case, case.email, SUBJECT, _("mail_split_text", MAIL), part=part.number)
    return part


SUBJECT = _("mail_split_subject", "Your case ${number} now has a second part")
MAIL = """Good day,

we work on a part of your case on its own: ${title}
Your number so far: ${number}
Number of the new part: ${part}

You can see both here, each with its number. Your PIN is the same for both:
${url}

Kind regards
${town}"""
