"""Conversations for other front ends: `@conversations` of the town, and of the desk for clerks."""

from kaarst.core.account.rest import required
from kaarst.core.acting import intent
from kaarst.core.rest import invalid
from kaarst.core.rest import JsonGet
from kaarst.core.rest import JsonPost
from kaarst.services import _
from kaarst.services.cases import files
from kaarst.services.cases.asking.rest import letter_of
from kaarst.services.cases.browser import MAIL_ROOM
from kaarst.services.cases.conversations import content
from kaarst.services.cases.conversations import entered
from kaarst.services.cases.conversations.browser import NONE
from kaarst.services.cases.conversations.browser import WriteToTown
from kaarst.services.cases.desk import find_desk
from kaarst.services.cases.inbox.query import Inbox
from kaarst.services.cases.rest import described
from kaarst.services.forms import uploads
from kaarst.services.forms.rest import upload
from kaarst.services.forms.rest import WRONG_FILE as WRONG_DOCUMENTS


LARGEST = uploads.Limits().total * 4 // 3 + 100_000


def listed(departments: dict, mail_room) -> list[dict]:
    """The departments as JSON: `id` is what `department` is to be."""
    return [{"id": uid or NONE, "title": title or mail_room} for uid, title in departments.items()]


def words_of(data: dict) -> tuple[dict, dict]:
    """Subject and department out of a body, and messages by field."""
    wrong, found = {}, {}
    for name in ("subject", "department"):
        value = data.get(name, "")
        if not isinstance(value, str):
            wrong[name], value = _("This has to be a text."), ""
        found[name] = value.strip()
    if found["department"] == NONE:
        found["department"] = ""
    elif not found["department"]:
        found["department"] = None
    return found, wrong


class TownConversationsGet(JsonGet):
    """To whom the citizen who is asking may write: `departments: [{id, title}]`."""

    def handle(self):
        required()
        self.request.response.setHeader("Cache-Control", "no-store")
        known = content.departments(find_desk())
        return {"departments": listed(known, WriteToTown.mail_room)}


class TownConversationsPost(JsonPost):
    """`{department or service, subject, text, documents}` → the conversation, as `@case` gives it."""

    max_body = LARGEST

    def handle(self, data):
        required()
        desk = find_desk()
        known = content.departments(desk)
        found, wrong = words_of(data)
        uid = data.get("service") or ""
        about = entered.service(uid) if isinstance(uid, str) else None
        if uid and about is None:
            wrong["service"] = _("There is none of this name.")
        if about is not None and found["department"] is None:
            found["department"] = entered.department_for(about, known)
        text, sent = data.get("text", ""), data.get("documents", [])
        if not isinstance(text, str):
            wrong["text"], text = _("This has to be a text."), ""
        wrong = {**entered.errors(text=text.strip(), known=known, **found), **wrong}
        uploaded = [upload(one) for one in sent] if isinstance(sent, list) else [None]
        if None in uploaded:
            wrong["documents"] = WRONG_DOCUMENTS
        documents, message = files.checked([one for one in uploaded if one is not None])
        if message:
            wrong["documents"] = message
        if wrong:
            raise invalid(wrong)
        intent.require(self.request, data)
        entered.count()
        title = about.Title() if about is not None else ""
        case = content.begin(
            desk, found["subject"], text.strip(), documents, found["department"], title
        )
        return 201, described(case)


class DeskConversationsGet(JsonGet):
    """For which departments the clerk may write: `departments: [{id, title}]`."""

    def handle(self):
        self.request.response.setHeader("Cache-Control", "no-store")
        return {"departments": listed(own_departments(self.context), MAIL_ROOM)}


class DeskConversationsPost(JsonPost):
    """`{to, department, subject, text, asks, until, documents}` → number and address of the case."""

    max_body = LARGEST

    def handle(self, data):
        known = own_departments(self.context)
        found, wrong = words_of(data)
        if found["department"] is None and len(known) == 1:
            found["department"] = next(iter(known))
        to, text = data.get("to", ""), data.get("text", "")
        if not isinstance(to, str):
            wrong["to"], to = _("This has to be a text."), ""
        text = text.strip() if isinstance(text, str) else ""
        wrong = {**entered.errors(text=text, known=known, **found), **wrong}
        text, asks, until, documents = letter_of(data, **wrong)
        # Last: a search is recorded, and nobody is searched for in vain.
        holder, message = entered.holder(self.context, to.strip())
        if message:
            raise invalid({"to": message})
        case = content.write(
            self.context,
            holder.account,
            found["subject"],
            text,
            documents,
            found["department"],
            asks,
            until,
            holder.name,
        )
        return 201, {"@id": case.absolute_url(), "number": case.number, "state": case.state}


def own_departments(desk) -> dict[str, str]:
    """UID → title of the departments whose clerk is asking."""
    inbox = Inbox(desk)
    return {
        uid: title for uid, title in inbox.departments.items() if uid in inbox.scope.departments
    }
