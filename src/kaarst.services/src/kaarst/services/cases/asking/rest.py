"""`POST {case}/@message`: a clerk writes to the citizen of a case."""

from kaarst.core.rest import ApiError
from kaarst.core.rest import invalid
from kaarst.core.rest import JsonPost
from kaarst.services import _
from kaarst.services.cases import files
from kaarst.services.cases import messages
from kaarst.services.cases.asking import writing
from kaarst.services.cases.browser import require_case
from kaarst.services.cases.content import current_user
from kaarst.services.cases.workflow.plan import CLOSED
from kaarst.services.forms import uploads
from kaarst.services.forms.rest import upload
from kaarst.services.forms.rest import WRONG_FILE as WRONG_DOCUMENTS


class MessagePost(JsonPost):
    """`{text, asks, until, documents}` → the message, which the citizen is told of."""

    max_body = uploads.Limits().total * 4 // 3 + 100_000

    def handle(self, data):
        require_case(self.context)
        text, asks, wanted, documents = letter_of(data)
        if self.context.state in CLOSED:
            raise ApiError(
                409,
                "CaseClosed",
                _("This case is closed. Please take it up again before you write."),
            )
        messages.tell(self.context, text, documents, current_user(), asks, wanted)
        return 201, described(self.context.messages[-1])


def letter_of(data: dict, **more):
    """Text, whether it asks, until when (a date or None) and Documents out of a body.

    `more`: further messages by field. Raises ApiError 400.
    """
    text, asks, sent = data.get("text", ""), data.get("asks", False), data.get("documents", [])
    errors = dict(more)
    if not isinstance(asks, bool):
        errors["asks"] = _("Please answer with true or false.")
    if not isinstance(text, str):
        errors["text"], text = _("This has to be a text."), ""
    text = text.strip()
    wanted, wrong = writing.checked(text, asks is True, data.get("until"))
    errors = {**wrong, **errors}
    found = [upload(one) for one in sent] if isinstance(sent, list) else [None]
    if None in found:
        errors["documents"] = WRONG_DOCUMENTS
    documents, message = files.checked([one for one in found if one is not None])
    if message:
        errors["documents"] = message
    if errors:
        raise invalid(errors)
    return text, asks, wanted, documents


def described(message: dict) -> dict:
    """A message of the town as its clerks see it."""
    return {
        "id": message["id"],
        "when": message["when"].isoformat(timespec="seconds"),
        "text": message["text"],
        "asks": message["asks"],
        "until": message["until"].isoformat() if message.get("until") else None,
        "read": message["read_at"].isoformat(timespec="seconds")
        if message.get("read_at")
        else None,
        "documents": list(message["documents"]),
    }
