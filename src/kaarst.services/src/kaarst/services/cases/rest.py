"""`POST /@case`, `/@case-message`, `/@case-withdraw`: a case by number and PIN, for other front ends."""

from kaarst.core import ratelimit
from kaarst.core.reference_lookup import guarded
from kaarst.core.reference_lookup import number_and_pin
from kaarst.core.rest import ApiError
from kaarst.core.rest import invalid
from kaarst.core.rest import JsonPost
from kaarst.services import _
from kaarst.services.cases import files
from kaarst.services.cases import messages
from kaarst.services.cases.citizen import related
from kaarst.services.cases.desk import find_desk
from kaarst.services.cases.workflow import naming
from kaarst.services.cases.workflow.plan import steps
from kaarst.services.forms import uploads
from kaarst.services.forms.rest import upload
from kaarst.services.forms.rest import WRONG_FILE as WRONG_DOCUMENTS
from kaarst.services.forms.validators import BERLIN


class CasePost(JsonPost):
    """Number and PIN → state, title, steps and due date."""

    max_body = 10_000
    changes = False

    def handle(self, data):
        number, pin = number_and_pin(data, shared=True)
        case = guarded(self.request, number, pin, find_desk().sealed, shared=True)
        return 200, described(case)


class CaseMessagePost(JsonPost):
    """Number, PIN, text and documents → the case with its new message."""

    # All files, in base64, and the rest.
    max_body = uploads.Limits().total * 4 // 3 + 100_000

    def handle(self, data):
        number, pin = number_and_pin(data, shared=True)
        text, sent = self._content(data)
        case = guarded(self.request, number, pin, find_desk().sealed, shared=True)
        ratelimit.hit(f"message:{case.number}", messages.SENDINGS, messages.HOUR)
        documents, message = files.checked(sent)
        if message:
            raise refused("documents", message)
        try:
            messages.reply(case, text, documents)
        except messages.Closed:
            raise closed() from None
        return 201, described(case)

    def _content(self, data):
        text, documents = data.get("text", ""), data.get("documents", [])
        if not isinstance(text, str) or len(text) > messages.LONGEST:
            raise refused("text", messages.TOO_LONG)
        if not isinstance(documents, list):
            raise refused("documents", WRONG_DOCUMENTS)
        sent = [upload(document) for document in documents]
        if None in sent:
            raise refused("documents", WRONG_DOCUMENTS)
        if not text.strip() and not sent:
            raise refused("text", _("Please write something or choose a file."))
        return text.strip(), sent


class CaseWithdrawPost(JsonPost):
    """Number and PIN → the case, withdrawn."""

    max_body = 10_000

    def handle(self, data):
        number, pin = number_and_pin(data)
        case = guarded(self.request, number, pin, find_desk().sealed)
        try:
            messages.withdraw(case)
        except messages.Closed:
            raise closed() from None
        return 200, described(case)


def refused(field, message):
    """A 400 that names its field."""
    return invalid({field: message})


def closed():
    """A 409: decided or withdrawn."""
    message = _("This case is closed. Please call us if there is anything left to say.")
    return ApiError(409, "CaseClosed", message)


def described(case):
    """What a citizen may know of a case, as JSON."""
    state, plan = case.state, naming.plan_of(case)
    return {
        "number": case.number,
        "title": case.about,
        "state": state,
        "state_title": naming.title(plan, state),
        "meaning": naming.meaning(plan, case),
        "related": related(case),
        "sent_for": _sent_for(case),
        "received": moment(case.received),
        "due": case.due.isoformat() if case.due else None,
        "answer_by": case.answer_by.isoformat() if case.answer_by else None,
        "steps": [
            {
                "state": step["state"],
                "title": naming.title(plan, step["state"]),
                "done": step["done"],
                "current": step["current"],
                "date": moment(step["date"]) if step["date"] else None,
            }
            for step in steps(plan, case.history, state)
        ],
        "decisions": [described_decision(decision) for decision in case.decisions],
        "messages": [
            {
                "when": moment(message["when"]),
                "from": "town" if message["who"] else "citizen",
                "text": message["text"],
                "asks": message["asks"],
                "documents": [
                    {"id": id, "filename": case.document(id)["file"].filename}
                    for id in message["documents"]
                ],
            }
            for message in case.messages
        ],
    }


def _sent_for(case):
    """`{by, name}` if somebody has sent it for somebody else, or None."""
    sent = case.sent_for
    return {"by": sent["by"], "name": sent["name"]} if sent else None


def described_decision(decision):
    """A decision as JSON. `document`: its PDF, for `@case-document`."""
    return {
        "id": decision.id,
        "issued": moment(decision.when),
        "heading": decision.heading,
        "text": decision.text,
        "remedy": decision.remedy,
        "document": decision.document,
        "sha256": decision.digest,
    }


def moment(when):
    """ISO 8601 with the offset of Germany."""
    return when.astimezone(BERLIN).isoformat(timespec="seconds")
