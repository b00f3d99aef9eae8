"""What the town and a citizen write to each other about a case, and the clock that stops meanwhile.

A message is a dict: `id` (digits), `when` (aware datetime in UTC), `who` (user id; empty for the
citizen), `text`, `asks` (the town waits for an answer) and `documents` (ids of documents of the case);
of the town also `read_at`, once the citizen has read it in the account, and of a question `until` (the
day in Germany by which an answer is wanted, or None) and `reminded` (see `cases.asking`).
"""

from datetime import datetime
from datetime import timedelta
from datetime import UTC
from kaarst.core.acting import current as acting
from kaarst.core.mailbox import notify
from kaarst.services import _
from kaarst.services.cases import history
from kaarst.services.cases import letters
from kaarst.services.cases.departments.rights import ROLE
from kaarst.services.cases.workflow.plan import CLOSED
from kaarst.services.forms.uploads import Document
from kaarst.services.scanning.kept import keep
from kaarst.services.scanning.queue import submit
from plone import api


LONGEST = 5000
MOST_FILES = 5
#: What citizens may send for one case in an hour.
SENDINGS = 30
HOUR = 3600
TOO_LONG = _(
    "error_message_too_long",
    "This is longer than ${count} characters. Please shorten it.",
    mapping={"count": LONGEST},
)
#: Who presses the button twice, or sends again after a lost connection, has written once.
SAME = timedelta(minutes=30)


class Closed(Exception):
    """The case is decided or withdrawn: nothing can be sent for it."""


def write(
    case, text: str, documents: tuple[Document, ...] = (), who: str = "", asks=False, until=None
):
    """Adds a message to the case, with its documents, and to the history. Returns the message.

    `who`: user id of a clerk, or empty for the citizen. `until`: a date, with `asks`. The state of
    the case is not touched.
    """
    message = {
        "id": str(len(case.messages) + 1),
        "when": datetime.now(UTC),
        "who": who,
        "text": text,
        "asks": asks,
        "documents": [_keep(case, document, who) for document in documents],
    }
    if asks:
        message["until"] = until
    case.messages.append(message)
    case.note(history.ASKED if asks else history.WROTE, _for_whom(who), who=who)
    return message


def _for_whom(who):
    """Who writes for somebody else stands in the history: `Bernd Berg → Anna Muster`."""
    now = acting.current() if not who else None
    return f"{now.by} → {now.name}" if now is not None else ""


def _keep(case, document, who):
    """Adds a document to the case; returns its id."""
    file = keep(document)
    id = case.add_document(file, from_town=bool(who))
    submit(case, file)
    return id


def label(document):
    """What a document of a case is: the question it answers, or who has sent it later."""
    if document["field"] or (document.get("merged_from") and document["label"]):
        return document["label"]
    if document.get("decision"):
        return _("Decision")
    return _("Document of the town") if document["from_town"] else _("Sent later")


def reply(case, text: str, documents: tuple[Document, ...] = ()):
    """The citizen writes. If the town was waiting for it, the clock goes on. Raises Closed."""
    if case.is_closed:
        raise Closed(case.number)
    if _is_repeated(case, text, documents):
        return
    write(case, text, documents)
    if case.state == "waiting":
        _move(case, "resume")
    elif case.state in CLOSED:
        _move(case, "reopen")
    case.changed()


def tell(case, text: str, documents: tuple[Document, ...], who: str, asks: bool, until=None):
    """A clerk writes. With `asks` the town waits and the clock stands still. The citizen is told.

    `until`: the day by which an answer is wanted, or None.
    """
    write(case, text, documents, who, asks, until)
    if asks and case.state != "waiting":
        api.portal.get_tool("portal_workflow").doActionFor(case, "ask")
    case.changed()
    if case.email:
        notify_citizen(case)
    notify(api.portal.get(), case.number, told=case.email)


def notify_citizen(case):
    """Queues a mail that there is something to read. What it is stands in no mail."""
    letters.send(case, case.email, NEWS, _("mail_news_text", MAIL))


NEWS = _("mail_news_subject", "News about your case ${number}")
MAIL = """Good day,

there is a message for you about: ${title}
Your number: ${number}

You can read and answer it here, with your number and your PIN:
${url}

If you do not have the PIN any more, please call us or come by: we will give you a new one.

Kind regards
${town}"""


def withdraw(case):
    """The citizen takes the case back. Raises Closed."""
    if case.state in CLOSED:
        raise Closed(case.number)
    _move(case, "withdraw")


def _move(case, transition):
    """What follows from what a citizen did needs no right of theirs."""
    with api.env.adopt_roles([ROLE]):
        tool = api.portal.get_tool("portal_workflow")
        tool.doActionFor(case, transition, by_citizen=True)


def _is_repeated(case, text, documents):
    now = datetime.now(UTC)
    for message in reversed(case.messages):
        if message["who"] or now - message["when"] > SAME:
            return False
        files = [case.document(id)["file"].data for id in message["documents"]]
        if message["text"] == text and files == [document.data for document in documents]:
            return True
    return False
