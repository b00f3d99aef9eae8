"""Cases of a person: found by what was answered, given out whole, erased when nothing is open."""

from datetime import date
from kaarst.core.account import records
from kaarst.core.account import store as accounts
from kaarst.core.interfaces import IPersonalData
from kaarst.core.personal.person import Finding
from kaarst.services import _
from kaarst.services.cases import history
from kaarst.services.cases import trust
from kaarst.services.cases.departments.scope import EVERYTHING
from kaarst.services.cases.desk import find_desk
from kaarst.services.cases.workflow.plan import CLOSED
from kaarst.services.cases.workflow.plan import LEADS_TO
from kaarst.services.forms.validators import BERLIN
from kaarst.services.scanning import kept
from plone import api
from zope.interface import implementer


# Nobody has sent more; it keeps a search for a common name from taking for ever.
MOST = 5000
RUNNING = _(
    "hold_running_case",
    "The case is still being worked on. Close it first, or the person withdraws it.",
)


@implementer(IPersonalData)
class Cases:
    """What somebody has sent, with documents, messages and history."""

    title = _("Case")
    order = 10

    def find(self, site, person):
        desk = find_desk(site)
        held = set(conversations(desk, person)) if desk is not None else ()
        for number in dict.fromkeys((*candidates(desk, person), *held)) if desk is not None else ():
            case = desk.case(number)
            if case is not None and (number in held or is_about(case, person)):
                hold = None if case.state in CLOSED else RUNNING
                yield Finding(number, f"{case.form_title} ({number})", case.received, hold)

    def export(self, site, id):
        case = find_desk(site)[id]
        case.note(history.GIVEN)
        return described(case), list(files(case))

    def erase(self, site, id):
        desk = find_desk(site)
        if id not in desk._cases:
            raise KeyError(id)
        desk.delete(id)


def conversations(desk, person):
    """Numbers of the messages in accounts that send their notices to the person's address."""
    for record in records.everybody(api.portal.get()) if person.email else ():
        if person.has_email([record.email]):
            for number in accounts.numbers(record.id):
                case = desk.case(number)
                if case is not None and case.is_conversation:
                    yield number


def candidates(desk, person):
    """Numbers of the cases that may be the person's, by the clerk's list; each is looked at then."""
    numbers = [person.number] if person.number else []
    for words in (person.email, person.name if person.born else ""):
        if words:
            _count, found = desk.index.find(text=words, size=MOST, scope=EVERYTHING)
            numbers += [summary["number"] for summary in found]
    return dict.fromkeys(numbers)


def is_about(case, person):
    """Whether number, address, or name and day of birth are the person's."""
    texts = [answer["text"] for answer in case.answers]
    return (
        person.has_number(case.number)
        or person.has_email([case.email, *texts])
        or person.has_name(texts, list(days(case)))
    )


def days(case):
    """The dates among the answers."""
    for answer in case.answers:
        if answer["type"] == "date":
            yield date.fromisoformat(answer["value"])


def described(case):
    """Everything the case says about the person, by readable names.

    Who at the town hall did what is not data of the person; that somebody did is.
    """
    return {
        "number": case.number,
        "form": case.form_title,
        **({"subject": case.subject} if case.subject else {}),
        "service": case.service_title,
        "received": moment(case.received),
        "state": case.state,
        "due": case.due.isoformat() if case.due else None,
        "deleted_on": case.delete_on.isoformat() if case.delete_on else None,
        "e-mail": case.email,
        "name": case.name,
        "sent for somebody else": dict(case.sent_for) if case.sent_for else None,
        "answers": {answer["label"]: answer["text"] or answer["value"] for answer in case.answers},
        "login": trust.described(case),
        "documents": [document["file"].filename for document in case.documents],
        "messages": [
            {
                "when": moment(message["when"]),
                "from": "town" if message["who"] else "person",
                "text": message["text"],
                "read": moment(message["read_at"]) if message.get("read_at") else None,
                "answer by": message["until"].isoformat() if message.get("until") else None,
            }
            for message in case.messages
        ],
        "notes": [{"when": moment(note["when"]), "text": note["text"]} for note in case.notes],
        "drafts of letters": [
            {"changed": moment(paper.changed), "heading": text.heading, "text": text.text}
            for paper in case.papers
            if not paper.document and (text := paper.texts)
        ],
        "merged into": case.merged_into or None,
        "decisions": [
            {
                "when": moment(decision.when),
                "recipient": decision.recipient,
                "heading": decision.heading,
                "text": decision.text,
                "remedy": decision.remedy,
            }
            for decision in case.decisions
        ],
        "history": [
            {"when": moment(entry["when"]), "what": entry["what"], **_comment(entry)}
            for entry in case.history
        ],
    }


def _comment(entry):
    """What a clerk has written down with a step; like internal notes it may be about the person."""
    written = entry["what"] in LEADS_TO and entry["note"]
    return {"note": entry["note"]} if written else {}


def files(case):
    """The documents, but those that nobody may have."""
    for document in case.documents:
        file = document["file"]
        if kept.state(file) not in kept.HELD_BACK:
            yield file.filename, file.data


def moment(when):
    """ISO 8601 with the offset of Germany."""
    return when.astimezone(BERLIN).isoformat(timespec="seconds")
